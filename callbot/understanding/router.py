"""From a final transcript to what the caller wants: emergencies first, then dialogue acts, then motives.

Emergencies have a detector of their own (danger.py; in other languages than French, tables). Acts are sought twice: by tables of
phrases, which are sure and readable, then by the trained router, which also knows wordings that no table foresees.

The trained router is kept in `data_dir/understanding/router-<version>.npz`: numbers and JSON only, never a pickle, so that
reading it cannot run code. The version covers the questions, the background, the transcripts and the code that learns; a file of another
version is not looked at, a damaged one is made again.
"""

import hashlib
import json
import logging
import os
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import Progress

from callbot.config import Settings
from callbot.corpus import reader as corpus
from callbot.corpus.reader import Part
from callbot.corpus.vectors import shipped, vectors_file
from callbot.errors import KnowledgeError
from callbot.heard import known
from callbot.knowledge.store import Knowledge
from callbot.languages.tables import FOLDER, FRENCH
from callbot.understanding import (
    acts,
    danger,
    danger_model,
    danger_tables,
    embedding,
    features,
    hearsay,
    lesson,
    normalise,
    novelty,
    phonetic,
    plain_words,
    retraining,
    scores,
    training,
)
from callbot.understanding.danger_model import DangerModel
from callbot.understanding.embedding import CachedEmbedder, Embedder, Lookup, Vectors
from callbot.understanding.feature_rows import RememberedFeatures
from callbot.understanding.interpretation import Candidate, Interpretation
from callbot.understanding.novelty import Vocabulary
from callbot.understanding.training import Examples, Model, Training
from callbot.understanding.ways import ways

log = logging.getLogger(__name__)


CALLBACK = "rappel"
"""The act beside which it is kept what it is about."""

_REASON = re.compile(
    r"\b(?:(?:c'est|ce serait|c'était) (?:pour|au sujet d\S*|à propos d\S*)|pour|concernant|au sujet d\S*|à propos d\S*|"
    r"par rapport à|parce qu\S*|car|il y a) (?P<reason>\S.*?)"
    r"(?= (?:est ce que |vous |pouvez |pourriez |il faut |faut |faudrait |me )*rappel|$)"
)
"""« Rappelez-moi, c'est pour … »."""
_WARM_UP = "bonjour je voudrais savoir si vous êtes ouverts demain, et mon voisin fait du bruit"
"""Read before the first caller speaks: what is only loaded when it is needed is loaded then."""

_MOST_WORDS = 400
_MOST_LETTERS = 4_000
"""Of an utterance. Nobody says more in one breath; a recogniser that repeats itself must not hold up a call."""

KEPT = 2
"""Routers of former versions that stay on the disk, beside the newest one of each language: 60 MB each."""

UNMEASURED = 200
"""Lines kept apart that are looked at where nobody looks at the figures."""

Seen = dict[str, Vectors]
"""The vectors of the texts of one utterance, which is read whole and in pieces."""

Learnt = tuple[Model, DangerModel | None]
"""The router, and in French the emergency detector."""


class Understanding:
    """Reads utterances. Thread-safe: it holds only what was learnt, and the embedder has its own lock."""

    def __init__(
        self,
        model: Model,
        detector: DangerModel | None,
        embedder: Embedder,
        language: str = FRENCH,
        words: Vocabulary | None = None,
    ) -> None:
        self._model, self._danger = model, detector
        self._words = words or Vocabulary({}, frozenset())
        self._embedder = embedder
        self._ways = ways(language)

    @classmethod
    def load(
        cls, settings: Settings, knowledge: Knowledge, embedder: Embedder | None = None
    ) -> "Understanding":
        """The router of this knowledge base; trained first, with a progress line on stderr, when there is none yet.

        Half a minute, and 10 ms for each question that was never seen: the corpus brings its vectors along. Seconds after a
        small change.
        """
        embedder = embedder or Embedder(settings.models_dir)
        file = artefact(settings, knowledge)
        learnt = _read(file)
        if learnt is None:
            with progress_line(settings, knowledge) as progress:
                learn(settings, knowledge, embedder, progress)
            learnt = _read(file)
        if learnt is None:
            raise KnowledgeError(f"{file}: the trained router cannot be read back")
        ready = cls(*learnt, embedder, knowledge.language, _vocabulary(settings, knowledge, file))
        ready.interpret(_WARM_UP)
        return ready

    def interpret(self, text: str) -> Interpretation:
        """What one utterance means: an emergency beats an act, an act beats motives. Blocking, 10 ms for it and for each clause."""
        said = self._ways.normalise(capped(text))
        reading = Interpretation(said)
        if said:
            reading = self._read_french(said, text) if self._danger else self._read_by_tables(said)
        return replace(reading, said=text)

    def _read_french(self, said: str, heard: str) -> Interpretation:
        alert = danger.by_words(said, heard)
        if not alert.number and (act := acts.consists_of(said)):
            return Interpretation(said, act=act)
        seen: Seen = {}
        if not alert.number:
            alert = danger.look(
                said, partial(self._judge, seen), bare=self._ways.without_courtesy, heard=heard
            )
        if alert.number:
            return Interpretation(said, emergency=alert.number, language=alert.language, alert=alert.strength)
        row = self._scores(seen, self._ways.corrected(said) or said)
        best = scores.candidates(row, self._model.labels)
        if doubt := danger.asks(alert, best[0] if best else None):
            return Interpretation(said, doubt=doubt, candidates=best)
        if act := acts.shown_in(said) or scores.act(row, self._model.labels):
            return Interpretation(
                said, act=act, about=self._about(said, best, seen) if act == CALLBACK else None
            )
        return self._motives(said, row, seen)

    def _about(self, said: str, best: tuple[Candidate, ...], seen: Seen) -> Candidate | None:
        """What a call back is wanted for: read by itself where the words say so, for « rappelez-moi » hides it."""
        told = _REASON.search(said)
        alone = scores.candidates(self._scores(seen, told["reason"]), self._model.labels) if told else ()
        return max((*alone[:1], *best[:1]), key=lambda one: one.confidence, default=None)

    def _read_by_tables(self, said: str) -> Interpretation:
        """In a language whose emergencies and acts are tables first, then what the router makes of them."""
        if number := self._ways.emergency_number(said):
            return Interpretation(said, emergency=number, alert="sure")
        if act := self._ways.act_of(said):
            return Interpretation(said, act=act)
        seen: Seen = {}
        row, labels = self._scores(seen, self._ways.corrected(said) or said), self._model.labels
        if (number := scores.emergency(row, labels)) and not self._ways.is_tale(said):
            return Interpretation(said, emergency=number, alert="likely")
        if act := scores.act(row, labels):
            return Interpretation(said, act=act)
        return self._motives(said, row, seen)

    def _judge(self, seen: Seen, texts: Sequence[str]) -> tuple[Sequence[float], Sequence[str]]:
        """What the emergency detector makes of texts without courtesies."""
        assert self._danger
        shares, numbers = self._danger.judge(self._model.features.of(texts, self._vectors(seen, texts)))
        return shares.tolist(), numbers

    def _scores(self, seen: Seen, text: str) -> scores.Floats:
        """One row: the scores of all labels."""
        bare = [self._ways.without_courtesy(text)]
        row: scores.Floats = self._model.scores(bare, self._vectors(seen, bare))[0]
        return row

    def _vectors(self, seen: Seen, texts: Sequence[str]) -> Vectors:
        """Of texts of one utterance, each embedded once."""
        new = [text for text in dict.fromkeys(texts) if text not in seen]
        if new:
            seen.update(zip(new, self._embedder.embed(new), strict=True))
        return np.array([seen[text] for text in texts])

    def _motives(self, said: str, row: scores.Floats, seen: Seen) -> Interpretation:
        """What an utterance asks for, and each half of it where there are two."""
        halves = [(half, self._scores(seen, half)) for half in self._ways.halves(said) or ()]
        parts = tuple(self._ranked(half, of_half) for half, of_half in halves)
        return replace(self._ranked(said, row), parts=parts)

    def _ranked(self, said: str, row: scores.Floats) -> Interpretation:
        """Every motive, as far as the words that were said are known from it."""
        bare = self._ways.without_courtesy(self._ways.corrected(said) or said)
        ranking = self._words.believed(bare, scores.ranking(row, self._model.labels))
        return Interpretation(said, candidates=ranking[: scores.TOP], ranking=ranking)


def capped(text: str) -> str:
    """The first 400 words, or the first 4,000 letters."""
    return " ".join(text[:_MOST_LETTERS].split()[:_MOST_WORDS])


def learn(
    settings: Settings,
    knowledge: Knowledge,
    embedder: Embedder,
    progress: Callable[[int], None] | None = None,
    *,
    whole: bool = False,
    measure: bool = True,
) -> Training:
    """Train the router of a knowledge base and keep it; `progress` hears of `effort` steps in all.

    Where little has changed since the router that is there, only that is learnt, unless `whole`; then, without `measure`, it is hardly
    measured: seconds less, for who does not look at the figures.
    """
    data, kept = lessons(settings, knowledge)
    file = artefact(settings, knowledge)
    basis = None if whole else lesson.nearest(file, data)
    old, detector = (_read(basis[0].file) if basis else None) or (None, None)
    if old and not measure:
        kept = Examples(
            kept.texts[:UNMEASURED], kept.labels[:UNMEASURED], kept.own and min(kept.own, UNMEASURED)
        )
    harmless = training.harmless() if knowledge.language == FRENCH else []
    danger = lesson.checksum(harmless)
    gone = basis[1].removed.texts if basis else ()
    texts = (*data.texts, *kept.texts, *harmless, *gone)
    vectors = Lookup(texts, _cache(settings, knowledge.language, embedder), progress)
    if basis and old:
        counted = replace(
            old, features=RememberedFeatures(old.features, file.parent, _kind(knowledge.language))
        )
        done = retraining.update(counted, basis[1], data, vectors, kept=kept, progress=progress)
        done = replace(done, model=replace(done.model, features=old.features))
    else:
        done = training.train(data, vectors(data.texts), kept, vectors(kept.texts), progress)
    same = basis is not None and basis[0].danger == danger and not basis[1].tells_danger
    if knowledge.language == FRENCH and not (detector and same):
        learnt = [*data.texts, *harmless]
        numbers = [scores.number_of(motive) for motive, _ in data.labels] + [""] * len(harmless)
        detector = danger_model.learn(done.model.features.of(learnt, vectors(learnt)), numbers)
    if progress:
        progress(1)
    _write(file, done.model, detector)
    since = basis[0].since + basis[1].lines if basis and old else 0
    lesson.write(lesson.Lesson(file, since, data, danger))
    if knowledge.language == FRENCH:
        novelty.write(novelty.place(file), novelty.learn(data))
    return done


def _vocabulary(settings: Settings, knowledge: Knowledge, router: Path) -> Vocabulary | None:
    """The words that this router knows, which are kept beside it; None for a language that has no tables for it."""
    if knowledge.language != FRENCH:
        return None
    file = novelty.place(router)
    words = novelty.read(file)
    if words is None:
        words = novelty.learn(lessons(settings, knowledge)[0])
        novelty.write(file, words)
    return words


def _cache(settings: Settings, language: str, embedder: Embedder) -> CachedEmbedder:
    """What is known of a language's sentences; other ones than French also know what was learnt in French."""
    place = settings.data_dir / "understanding" / "embeddings"
    french = CachedEmbedder(embedder, place, shipped())
    if language == FRENCH:
        return french
    known = {**shipped(), **french.remembered(), **shipped(vectors_file(language))}
    return CachedEmbedder(embedder, place / language, known)


def load_languages(settings: Settings, knowledge: Knowledge) -> dict[str, Understanding]:
    """The routers of all languages that the commune offers, French first; they share one embedder."""
    embedder = Embedder(settings.models_dir)
    codes = sorted(knowledge.commune.languages, key=lambda code: code != FRENCH)
    return {code: Understanding.load(settings, knowledge.in_language(code), embedder) for code in codes}


class Readers:
    """The routers of a commune's languages, each loaded when it is first needed."""

    def __init__(self, settings: Settings, knowledge: Knowledge) -> None:
        self._settings = settings
        self._knowledge = knowledge
        self._embedder = Embedder(settings.models_dir)
        self._loaded: dict[str, Understanding] = {}

    def interpret(self, text: str, language: str) -> Interpretation:
        """What one utterance means in that language. Blocking."""
        if language not in self._loaded:
            own = self._knowledge.in_language(language)
            self._loaded[language] = Understanding.load(self._settings, own, self._embedder)
        return self._loaded[language].interpret(text)


def lessons(settings: Settings, knowledge: Knowledge) -> tuple[Examples, Examples]:
    """What is to be learnt, and the lines kept apart that make its odds right: as written, and as heard where they were."""
    data, kept = training.examples(knowledge), training.kept_apart(knowledge)
    if knowledge.language != FRENCH:
        return data, kept
    heard = known.known(settings)
    learnt = hearsay.joined(data, heard, Part.TRAIN)
    return learnt, hearsay.joined(kept, heard, Part.THRESHOLDS).without(learnt.texts)


def effort(settings: Settings, knowledge: Knowledge) -> int:
    """The steps that `learn` reports."""
    data, kept = lessons(settings, knowledge)
    harmless = training.harmless() if knowledge.language == FRENCH else []
    return len(data.texts) + len(kept.texts) + len(harmless) + training.steps(data, kept) + 1


def artefact(settings: Settings, knowledge: Knowledge) -> Path:
    """The file of the trained router for exactly this knowledge and this code."""
    version = hashlib.sha256(f"{knowledge.fingerprint} {embedding.MODEL}".encode())
    language = knowledge.language
    sources = [*_code(), training.BACKGROUND_FILE, training.CONVERSATION_FILE, *corpus.files()]
    if language == FRENCH:
        sources += [danger_tables.FRENCH, *known.files(settings)]
    else:
        tables = [FOLDER / language / f"{name}.toml" for name in ("normal", "background", "conversation")]
        sources += [Path(plain_words.__file__), *filter(Path.is_file, tables), *corpus.files(language)]
    for source in sources:
        version.update(source.read_bytes())
    return settings.data_dir / "understanding" / f"{_kind(language)}-{version.hexdigest()[:16]}.npz"


def code_version() -> str:
    """Changes when the program on the disk that makes routers is another one: what runs could not read them."""
    return hashlib.sha256(b"".join(source.read_bytes() for source in _code())).hexdigest()


def _code() -> list[Path]:
    modules = (normalise, phonetic, features, training, hearsay, danger_model)
    return [Path(module.__file__ or "") for module in modules]


def _kind(language: str) -> str:
    """What the file names of a language's routers begin with, before a hyphen."""
    return "router" if language == FRENCH else f"router_{language}"


@contextmanager
def progress_line(settings: Settings, knowledge: Knowledge) -> Iterator[Callable[[int], None]]:
    """A progress bar on standard error, gone when done; a plain line where that is no terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        console.print("Learning the knowledge base's questions (once per change)…")
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Learning the questions", total=effort(settings, knowledge))
        yield lambda steps: bar.advance(task, steps)


def _write(file: Path, model: Model, detector: DangerModel | None) -> None:
    """Atomically; of routers of other versions the KEPT latest stay: drafts that are tried, and what an answer may be restored to."""
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(f".{os.getpid()}.partial.npz")
    arrays: Any = {  # not dict[str, …], in which mypy sees savez's other parameters
        "labels": np.array(json.dumps(model.labels)),
        "weights": model.weights.astype(np.float16),
        "biases": model.biases,
        "sharpness": np.array(model.sharpness),
    }
    if detector:
        arrays |= {
            "danger_numbers": np.array(json.dumps(detector.numbers)),
            "danger_weights": detector.weights.astype(np.float16),
            "danger_biases": detector.biases,
        }
    np.savez(partial, **{**arrays, **model.features.arrays()})
    partial.replace(file)
    others = (old for old in file.parent.glob(f"{file.stem.partition('-')[0]}-*.npz") if old != file)
    for old in sorted(filter(_is_whole, others), key=_written, reverse=True)[KEPT:]:
        old.unlink(missing_ok=True)


def _is_whole(file: Path) -> bool:
    return ".partial" not in file.name


def _written(file: Path) -> float:
    """When, in seconds; 0 when another process has just removed it."""
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _read(file: Path) -> Learnt | None:
    """What `file` holds, or None when it is missing or damaged."""
    try:
        with np.load(file, allow_pickle=False) as saved:
            return _model(saved), _detector(saved)
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


def _detector(saved: Any) -> DangerModel | None:
    if "danger_weights" not in saved.files:
        return None
    weights = saved["danger_weights"].astype(np.float32)
    return DangerModel(tuple(json.loads(str(saved["danger_numbers"]))), weights, saved["danger_biases"])
