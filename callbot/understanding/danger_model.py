"""The emergency detector: how likely an utterance, or a clause of it, tells of an emergency, and which number it needs.

A logistic regression over the router's features (embedding, words and pieces of words), emergencies against everything else: other
questions, alarms that only sound like one, near misses. Support vectors over the emergencies alone name the number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["DangerModel", "learn"]

Floats = NDArray[np.float64]

ANY = "112"
"""The number that is never wrong, said where two are nearly as likely."""

_CLEARLY = 0.05
"""How far the margin of a number must be from that of the next one."""

_TOLERANCE = 1e-3
_SEED = 20
_COST = 20.0
_COST_NUMBERS = 0.3
_URGENT_WEIGHT = 8.0
"""An emergency missed in training costs as much as so many false alarms: about one line in twenty is one."""


@dataclass(frozen=True)
class DangerModel:
    """`weights` float32 (features, 1 + numbers) and `biases`: first emergency or not, then the numbers."""

    numbers: tuple[str, ...]
    weights: NDArray[np.float32]
    biases: Floats

    def judge(self, rows: Any) -> tuple[Floats, list[str]]:
        """For each of `rows` (m, features): the probability of an emergency, and the likeliest number."""
        margins: Floats = rows @ self.weights + self.biases
        shares: Floats = 1 / (1 + np.exp(-margins[:, 0]))
        return shares, [self._named(row) for row in margins[:, 1:]]

    def _named(self, margins: Floats) -> str:
        second, best = np.argsort(margins)[-2:]
        return self.numbers[best] if margins[best] - margins[second] >= _CLEARLY else ANY


def learn(rows: Any, numbers: Sequence[str]) -> DangerModel:
    """Learn `rows` (n, features); `numbers` has the number of each, empty where it is no emergency. Deterministic."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    urgent = np.array([bool(number) for number in numbers])
    named = [number for number in numbers if number]
    weight = {True: _URGENT_WEIGHT, False: 1.0}
    detector = LogisticRegression(
        C=_COST, class_weight=weight, solver="liblinear", tol=_TOLERANCE, random_state=_SEED
    )
    detector.fit(rows, urgent)
    namer = LinearSVC(C=_COST_NUMBERS, class_weight="balanced", tol=_TOLERANCE, random_state=_SEED)
    namer.fit(rows[urgent], named)
    weights = np.vstack([detector.coef_, namer.coef_]).T.astype(np.float16).astype(np.float32)
    biases = np.concatenate([detector.intercept_, namer.intercept_])
    return DangerModel(tuple(namer.classes_), weights, biases)
