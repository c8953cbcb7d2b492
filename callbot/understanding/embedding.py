"""Sentences to vectors, without a network: multilingual-e5-small (`e5`), and what is remembered of texts that were seen before."""

import hashlib
import os
import threading
import zipfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from callbot.priorities import cores
from callbot.understanding.e5 import DIMENSIONS, NAME, SentenceModel

Vectors = NDArray[np.float32]
"""Unit vectors, float32, shape (n, 384)."""

MODEL = f"{NAME}-query"
"""Changes when the same text would have another vector."""

_AT_ONCE = 16
"""Texts up to which they are one utterance and its pieces."""


class Embedder:
    """Embeds texts; the process loads its model (120 MB, two seconds) when one is first used. Thread-safe.

    One text keeps one core busy; many are shared among the cores.
    """

    def __init__(self, models_dir: Path | None = None) -> None:
        """`models_dir`: where the model is kept between processes; None: nowhere."""
        self._models_dir = models_dir

    def embed(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """The vectors of `texts`, in their order; about 10 ms each. `progress` hears how many more are done."""
        vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        model = _model(self._models_dir)
        if len(texts) <= _AT_ONCE:  # a caller waits: no thread is worth starting
            for number, text in enumerate(texts):
                vectors[number] = model.query(text)
            if progress:
                progress(len(texts))
            return vectors
        with ThreadPoolExecutor(cores()) as workers:
            for number, vector in enumerate(workers.map(model.query, texts)):
                vectors[number] = vector
                if progress:
                    progress(1)
        return vectors


_loading = threading.Lock()


def _model(models_dir: Path | None) -> SentenceModel:
    """The one model of this process."""
    with _loading:
        return _loaded(models_dir)


@lru_cache(maxsize=1)
def _loaded(models_dir: Path | None) -> SentenceModel:
    return SentenceModel(models_dir)


class CachedEmbedder:
    """Remembers vectors in a file of `folder`, so that training again embeds only what is new; `known` need no embedding either."""

    def __init__(self, embedder: Embedder, folder: Path, known: Mapping[str, Vectors] | None = None) -> None:
        """`known`: vectors by `text_key`."""
        self._embedder = embedder
        self._known = known or {}
        self._file = folder / f"{MODEL}.npz"

    def embed(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """As `Embedder.embed`; the file then holds the vectors of these texts and of no others."""
        known = {**self._known, **self.remembered()}
        keys = [text_key(text) for text in texts]
        new = [n for n, key in enumerate(keys) if key not in known]
        if progress:
            progress(len(texts) - len(new))
        known.update(
            zip((keys[n] for n in new), self._embedder.embed([texts[n] for n in new], progress), strict=True)
        )
        vectors = np.array([known[key] for key in keys], dtype=np.float32).reshape(-1, DIMENSIONS)
        if new:
            self._write(keys, vectors)
        return vectors

    def remembered(self) -> dict[str, Vectors]:
        """What was remembered; nothing when the file is missing or damaged, for it can be made again."""
        try:
            with np.load(self._file, allow_pickle=False) as saved:
                return dict(zip(saved["keys"].tolist(), saved["vectors"], strict=True))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return {}

    def _write(self, keys: list[str], vectors: Vectors) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        partial = self._file.with_suffix(f".{os.getpid()}.partial.npz")
        np.savez(partial, keys=np.array(keys), vectors=vectors)
        partial.replace(self._file)


class Lookup:
    """The vectors of some texts, embedded once, to be asked for by text."""

    def __init__(
        self, texts: Sequence[str], cache: CachedEmbedder, progress: Callable[[int], None] | None = None
    ) -> None:
        self._vectors = cache.embed(texts, progress)
        self._rows = {text: row for row, text in enumerate(texts)}

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Their vectors (n, 384). Raises KeyError for a text that was not embedded."""
        return self._vectors[[self._rows[text] for text in texts]]


def text_key(text: str) -> str:
    """The name of a text among remembered vectors."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]
