"""How the router learns: from the example questions of the knowledge base and a background of what nobody answers.

Linear discriminant analysis on sentence embeddings (Friedman 1989, "Regularized Discriminant Analysis"): a Gaussian per
entry, all with one shrunken covariance, so that eighteen questions per entry suffice; a temperature fitted on
out-of-fold predictions makes its odds right (Guo et al. 2017, "On Calibration of Modern Neural Networks"). Measured
against it by cross-validation and found no better: word and character TF-IDF (alone, joined, or averaged), logistic
regression, linear support vectors, nearest neighbours. The background counts as several clusters, for what nobody
answers has no centre. scikit-learn's own LinearDiscriminantAnalysis gave the same figures ten times more slowly.
"""

import tomllib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from callbot.corpus.reader import Kind, Part, Utterance, utterances
from callbot.knowledge.store import Knowledge
from callbot.understanding.embedding import Vectors
from callbot.understanding.normalise import normalise, without_courtesy
from callbot.understanding.scores import ACT, EMERGENCY, Figures, figures, motive_probabilities

Floats = NDArray[np.float64]

BACKGROUND_FILE = Path(__file__).with_name("background.toml")
CONVERSATION_FILE = BACKGROUND_FILE.with_name("conversation.toml")
BACKGROUND = ""
"""The motive of what nobody answers."""

_CLUSTERS = 12
_FOLDS = 5
_SEED = 20
_SHRINKAGE = 0.5
_NEVER = -1e6
"""The log-prior of a class that has no row in a fold."""

Label = tuple[str, str]
"""A motive and an aspect (empty: the general question)."""


@dataclass(frozen=True)
class Examples:
    """Utterances as the router reads them, each with its label."""

    texts: tuple[str, ...]
    labels: tuple[Label, ...]


@dataclass(frozen=True)
class Model:
    """A linear classifier over labels. Probabilities: softmax((vector @ weights + biases) * sharpness).

    `weights` float64 (384, n), `biases` float64 (n,); several labels may be equal (the clusters of the background).
    """

    labels: tuple[Label, ...]
    weights: Floats
    biases: Floats
    sharpness: float

    def scores(self, vectors: Vectors) -> Floats:
        """Scaled scores of unit vectors (m, 384), float64 (m, n): their softmax is the probability of each label."""
        scores: Floats = (vectors.astype(np.float64) @ self.weights + self.biases) * self.sharpness
        return scores


@dataclass(frozen=True)
class Training:
    """A trained model with what cross-validation says about it."""

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
    """What a line of the corpus is to a commune with these entries: a motive that it does not answer is background."""
    match line.kind:
        case Kind.ACT:
            return ACT + line.label, ""
        case Kind.EMERGENCY:
            return EMERGENCY + line.label, ""
    if (line.label, line.aspect) in entries:
        return line.label, line.aspect
    return (line.label, "") if (line.label, "") in entries else (BACKGROUND, "")


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


def train(data: Examples, vectors: Vectors, progress: Callable[[int], None] | None = None) -> Training:
    """Fit, calibrate and cross-validate on `vectors` (n, 384) of `data.texts`. Deterministic.

    `progress` hears 1 after each of the steps, of which there are `STEPS`.
    """
    classes = _classes(data.labels, vectors)
    labels = _labels(data.labels, classes)
    scores = np.empty((len(classes), len(labels)))
    for train_rows, test_rows in _folds(data.texts, classes):
        weights, biases = _fit(vectors[train_rows], classes[train_rows], len(labels))
        scores[test_rows] = vectors[test_rows].astype(np.float64) @ weights + biases
        if progress:
            progress(1)
    sharpness = _sharpness(scores, labels, data.labels)
    weights, biases = _fit(vectors, classes, len(labels))
    if progress:
        progress(1)
    return Training(
        Model(labels, weights, biases, sharpness),
        figures(scores * sharpness, labels, data.labels),
        len(classes),
    )


STEPS = _FOLDS + 1


def _classes(labels: Sequence[Label], vectors: Vectors) -> NDArray[np.int_]:
    """The class of each row: its label's place among the sorted labels, and after those the clusters of the background."""
    from sklearn.cluster import KMeans

    names = sorted(set(labels) - {(BACKGROUND, "")})
    classes = np.array([names.index(label) if label in names else -1 for label in labels])
    apart = classes < 0
    if apart.any():
        clusters = KMeans(min(_CLUSTERS, int(apart.sum())), n_init=4, random_state=_SEED).fit_predict(
            vectors[apart]
        )
        classes[apart] = len(names) + clusters
    return classes


def _labels(labels: Sequence[Label], classes: NDArray[np.int_]) -> tuple[Label, ...]:
    """The label of each class."""
    of_class = dict(zip(classes.tolist(), labels, strict=True))
    return tuple(of_class[number] for number in range(len(of_class)))


def _folds(
    texts: Sequence[str], classes: NDArray[np.int_]
) -> Iterator[tuple[NDArray[np.int_], NDArray[np.int_]]]:
    """Rows to learn from and to try, so that questions with the same words in another order never part."""
    from sklearn.model_selection import StratifiedGroupKFold

    groups = [" ".join(sorted(set(text.split()))) for text in texts]
    splitter = StratifiedGroupKFold(_FOLDS, shuffle=True, random_state=_SEED)
    yield from splitter.split(texts, classes, groups)


def _fit(vectors: Vectors, classes: NDArray[np.int_], n: int) -> tuple[Floats, Floats]:
    """Weights (384, n) and biases (n,) of the discriminants; a class without a row is never chosen."""
    from sklearn.covariance import shrunk_covariance

    rows = vectors.astype(np.float64)
    counts = np.bincount(classes, minlength=n)
    means = (np.eye(n)[classes].T @ rows) / np.maximum(counts, 1)[:, None]
    around = rows - means[classes]
    weights: Floats = np.linalg.solve(shrunk_covariance(around.T @ around / len(rows), _SHRINKAGE), means.T)
    priors = np.where(counts > 0, np.log(np.maximum(counts, 1) / len(rows)), _NEVER)
    return weights, priors - (means.T * weights).sum(axis=0) / 2


def _sharpness(scores: Floats, labels: Sequence[Label], truth: Sequence[Label]) -> float:
    """The inverse temperature that makes the true motives of out-of-fold scores likeliest."""
    from scipy.optimize import minimize_scalar

    motives = sorted({motive for motive, _ in labels})
    true = [motives.index(motive) for motive, _ in truth]

    def surprise(log_sharpness: float) -> float:
        likely = motive_probabilities(scores * np.exp(log_sharpness), labels, motives)[
            np.arange(len(true)), true
        ]
        return float(-np.log(likely + 1e-9).mean())

    return float(np.exp(minimize_scalar(surprise, bounds=(-5, 5), method="bounded").x))
