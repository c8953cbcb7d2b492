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

ACT, EMERGENCY = "act:", "urgence:"
"""What the labels of dialogue acts and emergencies begin with; no motive has a colon."""

ACT_SHARE = 0.5
"""Probability at or above which an act is recognised by its likeness to others."""

EMERGENCY_SHARE = 0.4
"""The same for an emergency, all numbers together: lower, for a false alarm costs only a sentence. Chosen on the authors of the
corpus whom thresholds are chosen on: lower ones find nothing more there, and 0.1 took « il y a un délai » for one."""

THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)
TOP = 3
"""Candidates that a reading has."""


@dataclass(frozen=True)
class Point:
    """What one threshold does. Shares 0–1: `answered` of the motives, `wrong` of everything, `background_answered` of the rest."""

    threshold: float
    answered: float
    wrong: float
    background_answered: float


@dataclass(frozen=True)
class Figures:
    """What authors kept apart say, 0–1: the right motive first, per motive on average, and its aspect where the motive is right.

    Acts and emergencies as the router alone finds them, without the tables of phrases.
    """

    motive_accuracy: float
    motive_macro: float
    aspect_accuracy: float
    act_accuracy: float
    emergency_recall: float
    emergency_false_alarm_rate: float
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
    """The three likeliest motives of one row of scores (n,); see `ranking`."""
    return ranking(scores, labels)[:TOP]


def ranking(scores: Floats, labels: Sequence[tuple[str, str]]) -> tuple[Candidate, ...]:
    """Every motive of one row of scores (n,), likeliest first, each with its aspect; never the background.

    A motive's confidence is the sum over its aspects. An aspect is told when it holds most of that sum.
    """
    aspects: dict[str, dict[str, float]] = {}
    for (motive, aspect), share in zip(labels, _shares(scores), strict=True):
        if is_motive(motive):
            aspects.setdefault(motive, {})[aspect] = share
    found = [Candidate(motive, _aspect(shares), sum(shares.values())) for motive, shares in aspects.items()]
    return tuple(sorted(found, key=lambda c: -c.confidence))


def act(scores: Floats, labels: Sequence[tuple[str, str]]) -> str | None:
    """The dialogue act that one row of scores (n,) tells of, or None."""
    shares = _starting(ACT, scores, labels)
    best = max(shares, key=lambda name: shares[name], default=None)
    return best if best is not None and shares[best] >= ACT_SHARE else None


def emergency(scores: Floats, labels: Sequence[tuple[str, str]]) -> str | None:
    """The number to call when one row of scores (n,) tells of an emergency, or None."""
    shares = _starting(EMERGENCY, scores, labels)
    return max(shares, key=lambda name: shares[name]) if sum(shares.values()) >= EMERGENCY_SHARE else None


def number_of(motive: str) -> str:
    """The emergency number that a label names, empty for every other one."""
    return motive.removeprefix(EMERGENCY) if motive.startswith(EMERGENCY) else ""


def is_motive(motive: str) -> bool:
    """False for the background, acts and emergencies."""
    return bool(motive) and ":" not in motive


def _starting(prefix: str, scores: Floats, labels: Sequence[tuple[str, str]]) -> dict[str, float]:
    pairs = zip(labels, _shares(scores), strict=True)
    return {motive.removeprefix(prefix): share for (motive, _), share in pairs if motive.startswith(prefix)}


def _shares(scores: Floats) -> list[float]:
    likely = np.exp(scores - scores.max())
    shares: list[float] = (likely / likely.sum()).tolist()
    return shares


def _aspect(shares: dict[str, float]) -> str:
    best = max(shares, key=lambda aspect: shares[aspect])
    return best if shares[best] >= ASPECT_SHARE * sum(shares.values()) else ""


def figures(scores: Floats, labels: Sequence[tuple[str, str]], truth: Sequence[tuple[str, str]]) -> Figures:
    """How right the first candidates of scores (m, n) are, for rows whose true labels are `truth`."""
    best = [candidates(row, labels)[0] for row in scores]
    asked = [
        (c, motive, aspect) for c, (motive, aspect) in zip(best, truth, strict=True) if is_motive(motive)
    ]
    right: dict[str, list[bool]] = {}
    for candidate, motive, _ in asked:
        right.setdefault(motive, []).append(candidate.motive == motive)
    aspects = [c.aspect == aspect for c, motive, aspect in asked if c.motive == motive]
    acts = [
        (act(row, labels), motive)
        for row, (motive, _) in zip(scores, truth, strict=True)
        if motive.startswith(ACT)
    ]
    alarms = [
        (emergency(row, labels), motive.startswith(EMERGENCY))
        for row, (motive, _) in zip(scores, truth, strict=True)
    ]
    return Figures(
        motive_accuracy=_share([hit for hits in right.values() for hit in hits]),
        motive_macro=float(np.mean([_share(hits) for hits in right.values()])),
        aspect_accuracy=_share(aspects),
        act_accuracy=_share([ACT + (found or "") == motive for found, motive in acts]),
        emergency_recall=_share([number is not None for number, urgent in alarms if urgent]),
        emergency_false_alarm_rate=_share([number is not None for number, urgent in alarms if not urgent]),
        curve=curve(best, [motive if is_motive(motive) else "" for motive, _ in truth]),
    )


def curve(
    best: Sequence[Candidate | None], truth: Sequence[str], thresholds: Sequence[float] = THRESHOLDS
) -> tuple[Point, ...]:
    """What each threshold would answer, and wrongly; `truth` has the motive, empty where none is right."""
    points = []
    for threshold in thresholds:
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
