"""Whether confidences are to be believed: of lines that the router is 70 % sure of, seven in ten should be right. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from callbot.bench.understood import Answer

__all__ = ["Bin", "bins", "expected_error"]

_BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Lines whose first candidate's confidence is in a tenth of 0–1: how sure the router was on average, and how often it was right."""

    n: int
    confidence: float
    right: float


def bins(answers: Sequence[Answer]) -> list[Bin]:
    """The tenths that hold a line, lowest first. Out-of-scope lines count, as wrong; acts and emergencies have no confidence."""
    filled: list[list[tuple[float, bool]]] = [[] for _ in range(_BINS)]
    for answer in answers:
        best = answer.reading.best
        if best is not None:
            tenth = min(int(best.confidence * _BINS), _BINS - 1)
            filled[tenth].append((best.confidence, best.motive == answer.question.motive))
    return [
        Bin(
            len(lines), sum(sure for sure, _ in lines) / len(lines), sum(hit for _, hit in lines) / len(lines)
        )
        for lines in filled
        if lines
    ]


def expected_error(found: Sequence[Bin]) -> float:
    """How far confidence is from being right, on average over all lines (expected calibration error, Naeini et al. 2015)."""
    lines = sum(one.n for one in found)
    return sum(one.n * abs(one.confidence - one.right) for one in found) / lines if lines else 0.0
