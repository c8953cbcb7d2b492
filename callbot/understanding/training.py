"""How the router learns: from the example questions of the knowledge base, the corpus, and a background of what nobody answers.

The router of another language also learns all the French examples, by their meaning alone (the embedding knows both languages): that is
how it knows motives, and nothing, of which that language has few examples or none.

Linear support vectors, each motive against the rest, then each aspect (Cortes & Vapnik 1995; liblinear), on `features`: a question that
names no aspect, or two, is still sure of its motive. Their margins become
probabilities by a softmax whose temperature is fitted on authors that were kept apart (Guo et al. 2017, "On Calibration of Modern
Neural Networks"). Other designs were compared on those authors: docs/benchmarks.md has the table.
"""

import tomllib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from callbot.corpus.reader import Kind, Part, Utterance, tells_only_danger, utterances
from callbot.knowledge.store import Knowledge
from callbot.languages.tables import FRENCH, optional
from callbot.priorities import cores
from callbot.understanding.danger_tables import counter_examples
from callbot.understanding.embedding import Vectors
from callbot.understanding.features import Features
from callbot.understanding.scores import ACT, EMERGENCY, Figures, figures, motive_probabilities
from callbot.understanding.ways import ways

Floats = NDArray[np.float64]

BACKGROUND_FILE = Path(__file__).with_name("background.toml")
CONVERSATION_FILE = BACKGROUND_FILE.with_name("conversation.toml")
BACKGROUND = ""
"""The motive of what nobody answers."""

KEPT = 5
"""Where a language has no author for thresholds: one line of its corpus in so many."""

MOST = 40
"""French examples of one label that another language learns; with all of them learning takes four times as long."""

_MUCH = 4_000
"""Lines from which a process more is worth its start, which takes seconds."""

_ASKS_FOR_A_LANGUAGE = f"{ACT}langue_"

_COST = 0.3
_TOLERANCE = 1e-3
_SEED = 20

Label = tuple[str, str]
"""A motive and an aspect (empty: the general question). Of the background: which motive it is that nobody answers, if any."""


@dataclass(frozen=True)
class Examples:
    """Utterances as the router reads them, each with its label.

    The first `own` are of the language to be learnt (None: all); of the others, which are French, only the meaning counts.
    """

    texts: tuple[str, ...]
    labels: tuple[Label, ...]
    own: int | None = None

    def without(self, texts: Collection[str]) -> "Examples":
        """Those that are not among `texts`."""
        known = set(texts)
        return self.where(lambda text, _label: text not in known)

    def where(self, holds: Callable[[str, Label], bool]) -> "Examples":
        """Those of which `holds` is true."""
        places = [n for n, pair in enumerate(zip(self.texts, self.labels, strict=True)) if holds(*pair)]
        own = None if self.own is None else sum(n < self.own for n in places)
        return Examples(tuple(self.texts[n] for n in places), tuple(self.labels[n] for n in places), own)

    @property
    def words(self) -> list[str]:
        """The texts as far as their words count."""
        borrowed = len(self.texts[self.own :]) if self.own is not None else 0
        return [*self.texts[: self.own], *[""] * borrowed]


@dataclass(frozen=True)
class Model:
    """Two linear classifiers: one over motives, and, for the aspects of a motive, one over labels.

    `weights` float32 (features, motives + labels) and `biases` float64: first those of the motives, sorted, then of `labels`.
    Each half has its `sharpness`: the softmax of margins times it is a probability.
    """

    labels: tuple[Label, ...]
    features: Features
    weights: NDArray[np.float32]
    biases: Floats
    sharpness: tuple[float, float]

    @cached_property
    def motives(self) -> list[str]:
        """The motives, sorted: what the first half is over."""
        return sorted({motive for motive, _ in self.labels})

    @cached_property
    def _own(self) -> list[list[int]]:
        """For each motive, which of the labels are its own."""
        places: dict[str, list[int]] = {motive: [] for motive in self.motives}
        for place, (motive, _) in enumerate(self.labels):
            places[motive].append(place)
        return list(places.values())

    def scores(self, texts: Sequence[str], vectors: Vectors) -> Floats:
        """Texts with their unit vectors (m, 384): the logarithm of the probability of each label, float64 (m, n)."""
        motive_margins, label_margins = self.margins(texts, vectors)
        of_motive = _log_softmax(motive_margins * self.sharpness[0])
        of_label = label_margins * self.sharpness[1]
        scores = np.empty_like(of_label)
        for column, own in enumerate(self._own):
            scores[:, own] = of_motive[:, [column]] + _log_softmax(of_label[:, own])
        return scores

    def margins(self, texts: Sequence[str], vectors: Vectors) -> tuple[Floats, Floats]:
        """Of the motives (m, motives), and of the labels (m, n)."""
        rows = self.features.of(texts, vectors).astype(np.float32)  # else SciPy copies all weights as float64
        margins: Floats = rows @ self.weights + self.biases
        return margins[:, : len(self.motives)], margins[:, len(self.motives) :]


def _log_softmax(scores: Floats) -> Floats:
    shifted = scores - scores.max(axis=1, keepdims=True)
    result: Floats = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return result


@dataclass(frozen=True)
class Training:
    """A trained model, what authors kept apart say about it, and how many examples it has learnt.

    `anew`: of its motives and labels, how many were learnt again after a small change; None: all were.
    """

    model: Model
    figures: Figures
    n: int
    anew: int | None = None


@lru_cache(maxsize=32_768)
def readable(text: str, language: str = FRENCH) -> str:
    """An utterance as the router reads it: normalised, without courtesies."""
    return ways(language).readable(text)


def examples(knowledge: Knowledge) -> Examples:
    """The questions of every entry, the background, the conversation and the corpus, in a stable order, each once.

    In another language than French: those, then what a French router learns.
    """
    own = _learnable(knowledge)
    if knowledge.original is None:
        return Examples(tuple(own), tuple(own.values()))
    french = [(text, label) for text, label in _borrowed(knowledge.original) if text not in own]
    texts, labels = (*own, *(text for text, _ in french)), (*own.values(), *(label for _, label in french))
    return Examples(texts, labels, own=len(own))


def _borrowed(french: Knowledge) -> Iterator[tuple[str, Label]]:
    """What another language learns of the French examples: MOST of each label, drawn from all authors; ten times as many of nothing.

    Drawn by each line's own checksum, so that another line displaces one of them at most.
    """
    by_label: dict[Label, list[str]] = {}
    for text, label in _learnable(french).items():
        by_label.setdefault(label, []).append(text)
    for label, texts in by_label.items():
        most = MOST * 10 if label == (BACKGROUND, "") else MOST
        if not label[0].startswith(_ASKS_FOR_A_LANGUAGE):
            drawn = sorted(texts, key=lambda text: (crc32(text.encode()), text))[:most]
            yield from ((text, label) for text in drawn)


def _learnable(knowledge: Knowledge) -> dict[str, Label]:
    """What a language has of its own, as the router reads it, each text once, with its label."""
    read = ways(knowledge.language).readable
    pairs = [(read(text), label) for text, label in _lines(knowledge)]
    return {text: label for text, label in reversed(pairs) if text}


def lines(knowledge: Knowledge) -> list[str]:
    """What a language has of its own, as it was written."""
    return [text for text, _ in _lines(knowledge)]


def _lines(knowledge: Knowledge) -> Iterator[tuple[str, Label]]:
    """Only what somebody has validated: callers are not led to answers that are never spoken."""
    language, labels = knowledge.language, knowledge.labels
    yield from ((text, (e.motive, e.aspect)) for e in knowledge.validated for text in e.questions)
    yield from ((text, (BACKGROUND, "")) for text in background(language))
    yield from ((text, (topic, "")) for topic, text in conversation(language))
    lines = (line for line in utterances(Part.TRAIN, language) if not tells_only_danger(line))
    yield from ((line.text, label_of(line, labels)) for line in lines)


def harmless() -> list[str]:
    """What only the emergency detector learns: lines of which nothing but that is known, the tables' counter-examples; each once."""
    lines = [line.text for line in utterances(Part.TRAIN) if tells_only_danger(line)]
    return list(dict.fromkeys(readable(text) for text in (*lines, *counter_examples())))


def label_of(line: Utterance, entries: Collection[Label]) -> Label:
    """What a line of the corpus is to a commune with these entries; a motive that it does not answer is a background of its own."""
    match line.kind:
        case Kind.ACT:
            return ACT + line.label, ""
        case Kind.EMERGENCY:
            return EMERGENCY + line.label, ""
    if (line.label, line.aspect) in entries:
        return line.label, line.aspect
    return (line.label, "") if (line.label, "") in entries else (BACKGROUND, line.label)


def background(language: str = FRENCH) -> Iterator[str]:
    """The utterances of background.toml."""
    for group in _table(BACKGROUND_FILE, language).values():
        yield from group


def conversation(language: str = FRENCH) -> Iterator[tuple[str, str]]:
    """The utterances of conversation.toml with what they are, as `scores.ACT` or `scores.EMERGENCY` and a name."""
    groups = _table(CONVERSATION_FILE, language)
    for kind, prefix in (("acts", ACT), ("emergencies", EMERGENCY)):
        for name, texts in groups.get(kind, {}).items():
            yield from ((prefix + name, text) for text in texts)


def _table(file: Path, language: str) -> dict[str, Any]:
    """The French file, or the language's table of that name; empty where it has none."""
    if language == FRENCH:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    return optional(language, file.stem)


def kept_apart(knowledge: Knowledge) -> Examples:
    """The lines of the authors on whom thresholds are chosen; the router never learns from them.

    Where a language has no such author, every KEPT-th line of its corpus: odds are made right on them, then they are learnt after all.
    """
    language, labels = knowledge.language, knowledge.labels
    lines = list(utterances(Part.THRESHOLDS, language)) or list(utterances(Part.TRAIN, language))[::KEPT]
    pairs = [
        (readable(line.text, language), label_of(line, labels))
        for line in lines
        if not tells_only_danger(line)
    ]
    return Examples(tuple(text for text, _ in pairs), tuple(label for _, label in pairs))


def train(
    data: Examples,
    vectors: Vectors,
    kept: Examples,
    kept_vectors: Vectors,
    progress: Callable[[int], None] | None = None,
) -> Training:
    """Learn `data` with its `vectors` (n, 384); make its odds right, and judge it, on `kept`. Deterministic.

    Where `kept` is part of `data`, the odds are made right on a router that has not learnt it. `progress` hears 1 after each of the
    steps, of which there are `steps(data, kept)`.
    """
    words, seen = data.words, set(kept.texts)
    rest = [n for n, text in enumerate(data.texts) if text not in seen]
    model = judged = _learn(words, data.labels, vectors, progress)
    if len(rest) < len(data.texts):
        judged = _learn([words[n] for n in rest], [data.labels[n] for n in rest], vectors[rest], progress)
    known = [n for n, label in enumerate(kept.labels) if label in judged.labels]
    truth = [kept.labels[n] for n in known]
    texts = [kept.texts[n] for n in known]
    motive_margins, label_margins = judged.margins(texts, kept_vectors[known])
    motives = [(motive, "") for motive in judged.motives]
    sharpness = (
        sharpness_of(motive_margins, motives, truth),
        sharpness_of(label_margins, judged.labels, truth),
    )
    if progress:
        progress(1)
    scores = replace(judged, sharpness=sharpness).scores(texts, kept_vectors[known])
    return Training(
        replace(model, sharpness=sharpness), figures(scores, judged.labels, truth), len(data.texts)
    )


def _learn(
    words: Sequence[str],
    labelled: Sequence[Label],
    vectors: Vectors,
    progress: Callable[[int], None] | None,
) -> Model:
    """The two linear classifiers, their odds still to be made right."""
    labels = tuple(sorted(set(labelled)))
    features = Features.fit(words)
    rows = features.of(words, vectors)
    halves = []
    for half in _separated(
        rows, ([motive for motive, _ in labelled], [labels.index(label) for label in labelled])
    ):
        halves.append(half)
        if progress:
            progress(1)
    weights = np.vstack([weights for weights, _ in halves]).T.astype(np.float16).astype(np.float32)
    return Model(labels, features, weights, np.concatenate([biases for _, biases in halves]), (1.0, 1.0))


def _separated(rows: Any, halves: Sequence[Any]) -> Iterator[tuple[Floats, Floats]]:
    """`separate` for each of the halves; where there is much to learn, in processes of their own, a core each.

    Not in threads: liblinear draws its random numbers from one place, and what is learnt must not depend on who is quicker.
    """
    if rows.shape[0] < _MUCH or cores() < len(halves):
        yield from (separate(rows, names) for names in halves)
        return
    from joblib import Parallel, delayed
    from joblib.externals.loky import get_reusable_executor

    yield from Parallel(n_jobs=len(halves))(delayed(separate)(rows, names) for names in halves)
    get_reusable_executor().shutdown()  # else the processes, and their memory, stay for five minutes


def separate(rows: Any, names: Any) -> tuple[Floats, Floats]:
    """Weights (n, features) and biases (n,) that separate each name's rows from all others, names sorted."""
    from sklearn.svm import LinearSVC

    machine = LinearSVC(C=_COST, tol=_TOLERANCE, random_state=_SEED).fit(rows, names)
    return _both_sides(machine.coef_, machine.intercept_)


def steps(data: Examples, kept: Examples) -> int:
    """How often `train` tells its progress."""
    return 3 if set(kept.texts).isdisjoint(data.texts) else 5


def _both_sides(weights: Floats, biases: Floats) -> tuple[Floats, Floats]:
    """Of two labels, liblinear separates only the second from the first: one row of margins for each all the same."""
    if len(weights) > 1:
        return weights, biases
    return np.vstack([-weights, weights]), np.concatenate([-biases, biases])


def sharpness_of(scores: Floats, labels: Sequence[Label], truth: Sequence[Label]) -> float:
    """The inverse temperature that makes the true motives of `scores` (m, n), of lines that were not learnt, likeliest."""
    from scipy.optimize import minimize_scalar

    motives = sorted({motive for motive, _ in labels})
    true = [motives.index(motive) for motive, _ in truth]

    def surprise(log_sharpness: float) -> float:
        likely = motive_probabilities(scores * np.exp(log_sharpness), labels, motives)[
            np.arange(len(true)), true
        ]
        return float(-np.log(likely + 1e-9).mean())

    return float(np.exp(minimize_scalar(surprise, bounds=(-5, 5), method="bounded").x))
