"""How the router learns: from the example questions of the knowledge base, the corpus, and a background of what nobody answers.

Linear support vectors, each motive against the rest, then each aspect (Cortes & Vapnik 1995; liblinear), on `features`: a question that
names no aspect, or two, is still sure of its motive. Their margins become
probabilities by a softmax whose temperature is fitted on authors that were kept apart (Guo et al. 2017, "On Calibration of Modern
Neural Networks"). Five other designs were compared on those authors: docs/benchmarks.md has the table.
"""

import tomllib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callbot.corpus.reader import Kind, Part, Utterance, utterances
from callbot.knowledge.store import Knowledge
from callbot.understanding.embedding import Vectors
from callbot.understanding.features import Features
from callbot.understanding.normalise import normalise, without_courtesy
from callbot.understanding.scores import ACT, EMERGENCY, Figures, figures, motive_probabilities

Floats = NDArray[np.float64]

BACKGROUND_FILE = Path(__file__).with_name("background.toml")
CONVERSATION_FILE = BACKGROUND_FILE.with_name("conversation.toml")
BACKGROUND = ""
"""The motive of what nobody answers."""

_COST = 0.3
_TOLERANCE = 1e-3
_SEED = 20

Label = tuple[str, str]
"""A motive and an aspect (empty: the general question). Of the background: which motive it is that nobody answers, if any."""


@dataclass(frozen=True)
class Examples:
    """Utterances as the router reads them, each with its label."""

    texts: tuple[str, ...]
    labels: tuple[Label, ...]


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

    @property
    def motives(self) -> list[str]:
        """The motives, sorted: what the first half is over."""
        return sorted({motive for motive, _ in self.labels})

    def scores(self, texts: Sequence[str], vectors: Vectors) -> Floats:
        """Texts with their unit vectors (m, 384): the logarithm of the probability of each label, float64 (m, n)."""
        motive_margins, label_margins = self.margins(texts, vectors)
        of_motive = _log_softmax(motive_margins * self.sharpness[0])
        of_label = label_margins * self.sharpness[1]
        scores = np.empty_like(of_label)
        for column, motive in enumerate(self.motives):
            own = [n for n, label in enumerate(self.labels) if label[0] == motive]
            scores[:, own] = of_motive[:, [column]] + _log_softmax(of_label[:, own])
        return scores

    def margins(self, texts: Sequence[str], vectors: Vectors) -> tuple[Floats, Floats]:
        """Of the motives (m, motives), and of the labels (m, n)."""
        margins: Floats = self.features.of(texts, vectors) @ self.weights + self.biases
        return margins[:, : len(self.motives)], margins[:, len(self.motives) :]


def _log_softmax(scores: Floats) -> Floats:
    shifted = scores - scores.max(axis=1, keepdims=True)
    result: Floats = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return result


@dataclass(frozen=True)
class Training:
    """A trained model, what authors kept apart say about it, and how many examples it has learnt."""

    model: Model
    figures: Figures
    n: int


def readable(text: str) -> str:
    """An utterance as the router reads it: normalised, without courtesies."""
    return without_courtesy(normalise(text))


def examples(knowledge: Knowledge) -> Examples:
    """The questions of every entry, the background, the conversation and the corpus, in a stable order, each once."""
    pairs = [(readable(q), (e.motive, e.aspect)) for e in knowledge.entries for q in e.questions]
    pairs += [(readable(text), (BACKGROUND, "")) for text in background()]
    pairs += [(readable(text), (topic, "")) for topic, text in conversation()]
    entries = {(entry.motive, entry.aspect) for entry in knowledge.entries}
    pairs += [(readable(line.text), label_of(line, entries)) for line in utterances(Part.TRAIN)]
    first = {text: label for text, label in reversed(pairs) if text}
    return Examples(tuple(first), tuple(first.values()))


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


def background() -> Iterator[str]:
    """The utterances of background.toml."""
    for group in tomllib.loads(BACKGROUND_FILE.read_text(encoding="utf-8")).values():
        yield from group


def conversation() -> Iterator[tuple[str, str]]:
    """The utterances of conversation.toml with what they are, as `scores.ACT` or `scores.EMERGENCY` and a name."""
    groups = tomllib.loads(CONVERSATION_FILE.read_text(encoding="utf-8"))
    for kind, prefix in (("acts", ACT), ("emergencies", EMERGENCY)):
        for name, texts in groups[kind].items():
            yield from ((prefix + name, text) for text in texts)


def kept_apart(knowledge: Knowledge) -> Examples:
    """The lines of the authors on whom thresholds are chosen; the router never learns from them."""
    entries = {(entry.motive, entry.aspect) for entry in knowledge.entries}
    pairs = [(readable(line.text), label_of(line, entries)) for line in utterances(Part.THRESHOLDS)]
    return Examples(tuple(text for text, _ in pairs), tuple(label for _, label in pairs))


def train(
    data: Examples,
    vectors: Vectors,
    kept: Examples,
    kept_vectors: Vectors,
    progress: Callable[[int], None] | None = None,
) -> Training:
    """Learn `data` with its `vectors` (n, 384); make its odds right, and judge it, on `kept`. Deterministic.

    `progress` hears 1 after each of the steps, of which there are `STEPS`.
    """
    labels = tuple(sorted(set(data.labels)))
    features = Features.fit(data.texts)
    rows = features.of(data.texts, vectors)
    halves = []
    for names in ([motive for motive, _ in data.labels], [labels.index(label) for label in data.labels]):
        halves.append(_separate(rows, names))
        if progress:
            progress(1)
    weights = np.vstack([weights for weights, _ in halves]).T.astype(np.float16).astype(np.float32)
    model = Model(labels, features, weights, np.concatenate([biases for _, biases in halves]), (1.0, 1.0))
    known = [n for n, label in enumerate(kept.labels) if label in labels]
    truth = [kept.labels[n] for n in known]
    texts = [kept.texts[n] for n in known]
    motive_margins, label_margins = model.margins(texts, kept_vectors[known])
    motives = [(motive, "") for motive in model.motives]
    sharpness = (sharpness_of(motive_margins, motives, truth), sharpness_of(label_margins, labels, truth))
    model = replace(model, sharpness=sharpness)
    if progress:
        progress(1)
    scores = model.scores(texts, kept_vectors[known])
    return Training(model, figures(scores, labels, truth), len(data.texts))


def _separate(rows: Any, names: Sequence[Any]) -> tuple[Floats, Floats]:
    """Weights (n, features) and biases (n,) that separate each name's rows from all others, names sorted."""
    from sklearn.svm import LinearSVC

    machine = LinearSVC(C=_COST, tol=_TOLERANCE, random_state=_SEED).fit(rows, names)
    return _both_sides(machine.coef_, machine.intercept_)


STEPS = 3


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
