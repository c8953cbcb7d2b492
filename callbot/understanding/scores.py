"""From scores of labels to decisions, and how often those are right: shared by training, answering and the benchmark."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callbot.understanding.interpretation import Candidate

Floats = NDArray[np.float64]

ASPECT_SHARE = 0.5
"""Share of a motive's probability that an aspect needs to be told; below it the general question is meant."""

THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)
_TOP = 3


@dataclass(frozen=True)
class Point:
    """What one threshold does. Shares 0–1: `answered` of the motives, `wrong` of everything, `background_answered` of the rest."""

    threshold: float
    answered: float
    wrong: float
    background_answered: float


@dataclass(frozen=True)
class Figures:
    """Cross-validation in figures, 0–1: the right motive first, per motive on average, and its aspect where the motive is right."""

    motive_accuracy: float
    motive_macro: float
    aspect_accuracy: float
    curve: tuple[Point, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)


def motive_probabilities(scores: Floats, labels: Sequence[tuple[str, str]], motives: Sequence[str]) -> Floats:
    """Softmax of scores (m, n), summed over the labels of each motive: (m, len(motives))."""
    likely = np.exp(scores - scores.max(axis=1, keepdims=True))
    likely /= likely.sum(axis=1, keepdims=True)
    belongs = np.array([[motive == name for name in motives] for motive, _ in labels], dtype=np.float64)
    summed: Floats = likely @ belongs
    return summed


def candidates(scores: Floats, labels: Sequence[tuple[str, str]]) -> tuple[Candidate, ...]:
    """The three likeliest motives of one row of scores (n,), best first, each with its aspect; never the background.

    A motive's confidence is the sum over its aspects. An aspect is told when it holds most of that sum.
    """
    likely = np.exp(scores - scores.max())
    likely /= likely.sum()
    aspects: dict[str, dict[str, float]] = {}
    for (motive, aspect), share in zip(labels, likely.tolist(), strict=True):
        if motive:
            aspects.setdefault(motive, {})[aspect] = share
    found = [Candidate(motive, _aspect(shares), sum(shares.values())) for motive, shares in aspects.items()]
    return tuple(sorted(found, key=lambda c: -c.confidence)[:_TOP])


def _aspect(shares: dict[str, float]) -> str:
    best = max(shares, key=lambda aspect: shares[aspect])
    return best if shares[best] >= ASPECT_SHARE * sum(shares.values()) else ""


def figures(scores: Floats, labels: Sequence[tuple[str, str]], truth: Sequence[tuple[str, str]]) -> Figures:
    """How right the first candidates of scores (m, n) are, for rows whose true labels are `truth`."""
    best = [candidates(row, labels)[0] for row in scores]
    asked = [(c, motive, aspect) for c, (motive, aspect) in zip(best, truth, strict=True) if motive]
    right: dict[str, list[bool]] = {}
    for candidate, motive, _ in asked:
        right.setdefault(motive, []).append(candidate.motive == motive)
    aspects = [c.aspect == aspect for c, motive, aspect in asked if c.motive == motive]
    return Figures(
        motive_accuracy=_share([hit for hits in right.values() for hit in hits]),
        motive_macro=float(np.mean([_share(hits) for hits in right.values()])),
        aspect_accuracy=_share(aspects),
        curve=curve(best, [motive for motive, _ in truth]),
    )


def curve(best: Sequence[Candidate | None], truth: Sequence[str]) -> tuple[Point, ...]:
    """What each threshold would answer, and wrongly; `truth` has the motive, empty where none is right."""
    points = []
    for threshold in THRESHOLDS:
        spoken = [c is not None and c.confidence >= threshold for c in best]
        wrong = [
            said and c is not None and c.motive != t for said, c, t in zip(spoken, best, truth, strict=True)
        ]
        points.append(
            Point(
                threshold,
                answered=_share([said for said, t in zip(spoken, truth, strict=True) if t]),
                wrong=_share(wrong),
                background_answered=_share([said for said, t in zip(spoken, truth, strict=True) if not t]),
            )
        )
    return tuple(points)


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits) if hits else 0.0
