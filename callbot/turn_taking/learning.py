"""How the classifier of whole sentences learns: lines of the corpus are whole, what they begin with is not.

    python -m callbot.turn_taking.learning            learns, writes completeness.npz and prints how good it is
    python -m callbot.turn_taking.learning --judge    judges the shipped one

It learns from the authors that the router learns from, and is judged on those on whom thresholds are chosen. Some beginnings are
whole sentences too (« je voudrais un passeport » of « je voudrais un passeport pour ma fille »): the figures count them as errors.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from callbot.corpus.reader import Part, Utterance, utterances
from callbot.turn_taking.completeness import (
    BUCKETS,
    FILE,
    Completeness,
    bucket,
    features_of,
    shipped,
    words_of,
)

__all__ = ["Judgement", "beginnings", "judge", "learn"]

_COST = 0.3
THRESHOLDS = (0.2, 0.35, 0.5, 0.65, 0.8)


@dataclass(frozen=True, slots=True)
class Judgement:
    """At one threshold, shares 0–1: whole sentences held back, beginnings cut, and both kinds right, each kind counting half."""

    threshold: float
    held_back: float
    cut: float
    accuracy: float


def beginnings(words: Sequence[str]) -> Iterator[Sequence[str]]:
    """Everything that a sentence begins with, itself not included."""
    return (words[:end] for end in range(1, len(words)))


def learn(lines: Sequence[Utterance]) -> tuple[np.ndarray, float]:
    """Weights (float16, BUCKETS) and bias; deterministic, about a minute."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    rows, whole, weights = [], [], []
    for words in _sentences(lines):
        rows += [words, *map(list, beginnings(words))]
        whole += [True, *[False] * (len(words) - 1)]
        weights += [1.0, *[1 / max(1, len(words) - 1)] * (len(words) - 1)]
    indices = [sorted({bucket(feature) for feature in features_of(words)}) for words in rows]
    ends = np.cumsum([0, *map(len, indices)])
    flat = np.fromiter((index for row in indices for index in row), np.int32, ends[-1])
    table = csr_matrix((np.ones(len(flat), np.float32), flat, ends), shape=(len(rows), BUCKETS))
    model = LogisticRegression(C=_COST, solver="liblinear", tol=1e-3)
    model.fit(table, whole, sample_weight=weights)
    return model.coef_[0].astype(np.float16), float(model.intercept_[0])


def judge(completeness: Completeness, lines: Sequence[Utterance]) -> list[Judgement]:
    """How good it is on `lines`, at each of THRESHOLDS; every line counts once whole and once for all its beginnings."""
    whole, begun, weights = [], [], []
    for words in _sentences(lines):
        whole.append(completeness(" ".join(words)))
        if len(words) > 1:
            begun += [completeness(" ".join(beginning)) for beginning in beginnings(words)]
            weights += [1 / (len(words) - 1)] * (len(words) - 1)
    told = []
    for threshold in THRESHOLDS:
        held_back = float(np.mean(np.array(whole) < threshold))
        cut = float(np.average(np.array(begun) >= threshold, weights=weights))
        told.append(Judgement(threshold, held_back, cut, 1 - (held_back + cut) / 2))
    return told


def _sentences(lines: Sequence[Utterance]) -> Iterator[list[str]]:
    for text in dict.fromkeys(line.text for line in lines):
        if words := words_of(text):
            yield words


def main() -> None:
    """Learn, unless told to judge only; print a table."""
    if "--judge" not in sys.argv:
        weights, bias = learn(list(utterances(Part.TRAIN)))
        np.savez_compressed(FILE, weights=weights, bias=np.float64(bias))
    print("| threshold | whole sentences held back | beginnings cut | accuracy |\n|---:|---:|---:|---:|")  # noqa: T201
    for row in judge(shipped(), list(utterances(Part.THRESHOLDS))):
        shares = " | ".join(f"{share * 100:.1f} %" for share in (row.held_back, row.cut, row.accuracy))
        print(f"| {row.threshold} | {shares} |")  # noqa: T201


if __name__ == "__main__":
    main()
