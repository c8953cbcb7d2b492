"""After a small change of the knowledge base: learn anew only what the change can alter, in seconds. Pure.

Each label is separated from all others by itself, and a support vector machine depends on its support vectors alone: a line of the
others that is a margin of 1 away changes nothing when it comes or goes (Cortes & Vapnik 1995). So only the labels of changed lines,
and those inside whose margin a changed line lies, are learnt again; the other weights stay. For the same reason a label is learnt
again from its own lines and those near its margin, and lines that turn out to be near it after all are then added.

What stays as it was: which words and pieces of words there are (a new rare word counts by its pieces and its meaning), and the odds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callbot.understanding.embedding import Vectors
from callbot.understanding.scores import figures, number_of
from callbot.understanding.training import Examples, Floats, Label, Model, Training, separate

__all__ = ["MOST_CHANGES", "Change", "change", "update"]

MOST_CHANGES = 150
"""Lines that may differ from what was last learnt as a whole, about one in a hundred; with more, everything is learnt anew."""
_NEAR = -1.1
"""Margin from which on a line is near a label that is not its own; those beyond -1 have no weight in the end."""
_ROUNDS = 5
"""How often lines are added that were not thought near; twice has always been enough."""

Own = NDArray[np.bool_]
"""Which lines are a label's own."""


@dataclass(frozen=True)
class Change:
    """Between what was learnt and what is to be: the lines that come and those that go; a line whose label changes does both."""

    added: Examples
    removed: Examples

    @property
    def lines(self) -> int:
        """How many come and go."""
        return len(self.added.texts) + len(self.removed.texts)

    @property
    def tells_danger(self) -> bool:
        """Whether an emergency comes or goes: then their detector is learnt anew, too."""
        return any(number_of(motive) for some in (self.added, self.removed) for motive, _ in some.labels)


def change(old: Examples, new: Examples) -> Change:
    """What differs, whatever the order."""
    return Change(_without(new, old), _without(old, new))


def _without(lines: Examples, known: Examples) -> Examples:
    """The lines of which the others say something else, or nothing; also those whose words count in only one of both."""
    words = dict(zip(known.texts, zip(known.labels, known.words, strict=True), strict=True))
    own = dict(zip(lines.texts, lines.words, strict=True))
    return lines.where(lambda text, label: words.get(text) != (label, own[text]))


def update(
    old: Model,
    changed: Change,
    data: Examples,
    vectors: Callable[[Sequence[str]], Vectors],
    *,
    kept: Examples,
    progress: Callable[[int], None] | None = None,
) -> Training:
    """The model of `data`, from the one that was learnt before `changed`; its figures are those of `kept`. Deterministic.

    `vectors` knows the vectors of all texts. `progress` hears 1 after each of the steps of training.
    """
    labels = tuple(sorted(set(data.labels)))
    rows = old.features.of(data.words, vectors(data.texts)).astype(np.float32)
    came, went = (
        old.features.of(some.words, vectors(some.texts)).astype(np.float32) if some.texts else rows[:0]
        for some in (changed.added, changed.removed)
    )
    halves, anew, first = [], 0, 0
    for names_of in (_motives, _labels):
        before, after = sorted(set(names_of(old.labels))), sorted(set(names_of(labels)))
        weights = old.weights[:, first : first + len(before)]
        half = _Half(rows, names_of(data.labels), before, weights, old.biases[first : first + len(before)])
        touched = _touched(half, names_of, changed, came, went)
        halves.append(half.learnt(after, touched))
        anew += len(touched & set(after))
        first += len(before)
        if progress:
            progress(1)
    weights = np.hstack([weights for weights, _ in halves]).astype(np.float16).astype(np.float32)
    model = Model(
        labels, old.features, weights, np.concatenate([biases for _, biases in halves]), old.sharpness
    )
    known = [n for n, label in enumerate(kept.labels) if label in labels]
    texts = [kept.texts[n] for n in known]
    scores = model.scores(texts, vectors(texts))
    if progress:
        progress(1)
    found = figures(scores, labels, [kept.labels[n] for n in known])
    return Training(model, found, len(data.texts), anew)


def _motives(labels: Sequence[Label]) -> list[Any]:
    return [motive for motive, _ in labels]


def _labels(labels: Sequence[Label]) -> list[Any]:
    return list(labels)


@dataclass(frozen=True)
class _Half:
    """Motives, or labels: which name each row has, and the names that were learnt with their weights (features, n) and biases (n,)."""

    rows: Any
    names: list[Any]
    before: list[Any]
    weights: NDArray[np.float32]
    biases: Floats

    def learnt(self, after: list[Any], touched: set[Any]) -> tuple[NDArray[np.float32], Floats]:
        """Weights and biases of the names `after`, in their order; those `touched` learnt anew."""
        place = {name: n for n, name in enumerate(self.before)}
        weights = np.empty((self.weights.shape[0], len(after)), dtype=np.float32)
        biases = np.empty(len(after))
        names = np.array([after.index(name) for name in self.names])
        for column, name in enumerate(after):
            if name in touched or name not in place:
                start = place.get(name)
                margins = None if start is None else self.rows @ self.weights[:, start] + self.biases[start]
                weights[:, column], biases[column] = _relearnt(self.rows, names == column, margins)
            else:
                weights[:, column], biases[column] = self.weights[:, place[name]], self.biases[place[name]]
        return weights, biases


def _touched(
    half: _Half, names_of: Callable[[Sequence[Label]], list[Any]], changed: Change, came: Any, went: Any
) -> set[Any]:
    """The names of changed lines, and those inside whose margin one of them lies."""
    found = set(names_of(changed.added.labels)) | set(names_of(changed.removed.labels))
    for rows in (came, went):
        if rows.shape[0]:
            inside = ((rows @ half.weights + half.biases) > -1).any(axis=0)
            found |= {name for name, near in zip(half.before, inside, strict=True) if near}
    return found


def _relearnt(rows: Any, own: Own, margins: Floats | None) -> tuple[Floats, float]:
    """Weights (features,) and bias that separate `own` from all other rows; `margins` are what they were before, if known."""
    near = own | (np.ones_like(own) if margins is None else margins > _NEAR)
    for _ in range(_ROUNDS):
        weights, biases = separate(rows[near], own[near])
        missed = (rows @ weights[1] + biases[1] > -1) & ~near
        if not missed.any():
            break
        near |= missed
    return weights[1], float(biases[1])
