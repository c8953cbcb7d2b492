"""Questions of one meaning: their sentence vectors, clustered. Pure, but for scikit-learn's weight: run it apart (`apart.py`).

All sentences of this model lie close together; without what is common to all of them (their mean) meanings stand apart. With this bound
average linkage keeps apart 92–96 % of what belongs to different subjects, on questions of the demonstration commune
(docs/exploitation/connaissances.md).
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["alike", "clusters", "joined"]

Vectors = NDArray[np.float32]

APART = 0.65
"""Mean cosine distance from which on two groups are two."""
ALIKE = 0.5
"""Cosine from which on a sentence has the meaning of another one."""
LEAST_CALLS = 2
"""A question that one caller asked is no group yet."""


def clusters(vectors: Vectors, common: Vectors) -> list[int]:
    """A label for each of the unit vectors (n, 384); `common` (384,): the mean of many sentences."""
    if len(vectors) < 2:
        return [0] * len(vectors)
    from sklearn.cluster import AgglomerativeClustering

    made = AgglomerativeClustering(
        n_clusters=None, distance_threshold=APART, metric="cosine", linkage="average"
    )
    return [int(label) for label in made.fit_predict(_centred(vectors, common))]


def alike(vectors: Vectors, examples: Vectors, common: Vectors) -> list[bool]:
    """Of each vector (n, 384) whether one of the examples (m, 384) means the same."""
    if not len(vectors) or not len(examples):
        return [False] * len(vectors)
    nearness = _centred(vectors, common) @ _centred(examples, common).T
    return [bool(nearest >= ALIKE) for nearest in nearness.max(axis=1)]


def joined(
    labels: Sequence[int], groups: Sequence[int | None], calls: Sequence[str], told: Sequence[bool]
) -> Mapping[int, int | None]:
    """For each cluster worth a group: the group that most of its members are in already, or None for a new one.

    `groups`, `calls`: of each question; `told`: whether a receptionist corrected it, which makes a group of one.
    """
    found: dict[int, int | None] = {}
    for label in dict.fromkeys(labels):
        members = [place for place, one in enumerate(labels) if one == label]
        known = Counter(group for place in members if (group := groups[place]) is not None)
        if known:
            found[label] = min(known, key=lambda group: (-known[group], group))
        elif len({calls[place] for place in members}) >= LEAST_CALLS or any(told[place] for place in members):
            found[label] = None
    return found


def _centred(vectors: Vectors, common: Vectors) -> Vectors:
    moved = vectors - common
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    result: Vectors = (moved / np.maximum(lengths, 1e-9)).astype(np.float32)
    return result
