"""From a final transcript to what the caller wants: emergencies first, then dialogue acts, then motives.

Emergencies and acts are sought twice: by tables of phrases, which are sure and readable, then by the trained router,
which also knows wordings that no table foresees.

The trained router is kept in `data_dir/understanding/router-<version>.npz`: numbers and JSON only, never a pickle, so that
reading it cannot run code. The version covers the questions, the background and the code that learns; a file of another
version is not looked at, a damaged one is made again.
"""

import hashlib
import json
import logging
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import Progress

from callbot.config import Settings
from callbot.corpus import reader as corpus
from callbot.corpus.vectors import shipped
from callbot.knowledge.store import Knowledge
from callbot.understanding import embedding, features, normalise, scores, splitting, training
from callbot.understanding.acts import act_of
from callbot.understanding.embedding import CachedEmbedder, Embedder
from callbot.understanding.emergencies import emergency_number, is_tale
from callbot.understanding.interpretation import Interpretation
from callbot.understanding.training import Model, Training

log = logging.getLogger(__name__)


class Understanding:
    """Reads utterances. Thread-safe: it holds only what was learnt, and the embedder has its own lock."""

    def __init__(self, model: Model, embedder: Embedder) -> None:
        self._model = model
        self._embedder = embedder

    @classmethod
    def load(cls, settings: Settings, knowledge: Knowledge) -> "Understanding":
        """The router of this knowledge base; trained first, with a progress line on stderr, when there is none yet.

        Half a minute, and 25 ms for each question that was never seen: the corpus brings its vectors along.
        """
        embedder = Embedder()
        file = artefact(settings, knowledge)
        model = _read(file)
        if model is None:
            with progress_line(knowledge) as progress:
                model = learn(settings, knowledge, embedder, progress).model
        return cls(model, embedder)

    def interpret(self, text: str) -> Interpretation:
        """What one utterance means; about 25 ms, blocking. An emergency beats an act, an act beats motives."""
        said = normalise.normalise(text)
        if number := emergency_number(said):
            return Interpretation(said, emergency=number)
        if act := act_of(said):
            return Interpretation(said, act=act)
        if not said:
            return Interpretation(said)
        row, labels = self._scores(splitting.corrected(said) or said), self._model.labels
        if (number := scores.emergency(row, labels)) and not is_tale(said):
            return Interpretation(said, emergency=number)
        if act := scores.act(row, labels):
            return Interpretation(said, act=act)
        ranking = scores.ranking(row, labels)
        parts = tuple(map(self._motives, splitting.halves(said) or ()))
        return Interpretation(said, candidates=ranking[: scores.TOP], ranking=ranking, parts=parts)

    def _scores(self, text: str) -> scores.Floats:
        """One row: the scores of all labels."""
        bare = [normalise.without_courtesy(text)]
        row: scores.Floats = self._model.scores(bare, self._embedder.embed(bare))[0]
        return row

    def _motives(self, half: str) -> Interpretation:
        """What half an utterance asks for."""
        ranking = scores.ranking(self._scores(half), self._model.labels)
        return Interpretation(half, candidates=ranking[: scores.TOP], ranking=ranking)


def learn(
    settings: Settings,
    knowledge: Knowledge,
    embedder: Embedder,
    progress: Callable[[int], None] | None = None,
) -> Training:
    """Train the router of a knowledge base and keep it; `progress` hears of `effort` steps in all."""
    data, kept = training.examples(knowledge), training.kept_apart(knowledge)
    cache = CachedEmbedder(embedder, settings.data_dir / "understanding" / "embeddings", shipped())
    vectors = cache.embed([*data.texts, *kept.texts], progress)
    done = training.train(data, vectors[: len(data.texts)], kept, vectors[len(data.texts) :], progress)
    _write(artefact(settings, knowledge), done.model)
    return done


def effort(knowledge: Knowledge) -> int:
    """The steps that `learn` reports."""
    texts = len(training.examples(knowledge).texts) + len(training.kept_apart(knowledge).texts)
    return texts + training.STEPS


def artefact(settings: Settings, knowledge: Knowledge) -> Path:
    """The file of the trained router for exactly this knowledge and this code."""
    version = hashlib.sha256(f"{knowledge.fingerprint} {embedding.MODEL}".encode())
    code = [Path(file) for file in (normalise.__file__, features.__file__, training.__file__)]
    for source in (*code, training.BACKGROUND_FILE, training.CONVERSATION_FILE, *corpus.files()):
        version.update(source.read_bytes())
    return settings.data_dir / "understanding" / f"router-{version.hexdigest()[:16]}.npz"


@contextmanager
def progress_line(knowledge: Knowledge) -> Iterator[Callable[[int], None]]:
    """A progress bar on standard error, gone when done; a plain line where that is no terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        console.print("Learning the knowledge base's questions (once per change)…")
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Learning the questions", total=effort(knowledge))
        yield lambda steps: bar.advance(task, steps)


def _write(file: Path, model: Model) -> None:
    """Atomically; routers of other versions, which nothing reads again, are removed."""
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(f".{os.getpid()}.partial.npz")
    arrays: Any = {  # not dict[str, …], in which mypy sees savez's other parameters
        "labels": np.array(json.dumps(model.labels)),
        "weights": model.weights.astype(np.float16),
        "biases": model.biases,
        "sharpness": np.array(model.sharpness),
    }
    np.savez(partial, **{**arrays, **model.features.arrays()})
    partial.replace(file)
    for old in file.parent.glob("router-*.npz"):
        if old != file and ".partial" not in old.name:
            old.unlink(missing_ok=True)


def _read(file: Path) -> Model | None:
    """The model in `file`, or None when it is missing or damaged."""
    try:
        with np.load(file, allow_pickle=False) as saved:
            return _model(saved)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        log.warning("the trained router cannot be read and is made again")
        return None


def _model(saved: Any) -> Model:
    labels = tuple((motive, aspect) for motive, aspect in json.loads(str(saved["labels"])))
    return Model(
        labels,
        features.Features.read(saved),
        saved["weights"].astype(np.float32),
        saved["biases"],
        (float(saved["sharpness"][0]), float(saved["sharpness"][1])),
    )
