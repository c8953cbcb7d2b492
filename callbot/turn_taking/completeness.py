"""Is what the caller has said so far a whole sentence? « je voudrais » and « c'est pour » are not, whatever the silence after them.

A logistic regression over the last words and their endings, hashed into one table of weights (Weinberger et al. 2009, "Feature
Hashing for Large Scale Multitask Learning"). With the words before them it was better on the corpus and worse on what a recogniser makes
of other subjects. `python -m callbot.turn_taking.learning` makes the table from the corpus.
"""

import math
import re
import zlib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from callbot.understanding.normalise import fold

__all__ = ["BUCKETS", "FILE", "Completeness", "features_of", "shipped", "words_of"]

FILE = Path(__file__).with_name("completeness.npz")
BUCKETS = 1 << 16

LENGTHS = (1, 2, 3, 4, 6, 9, 14)
"""Sentences of up to so many words are alike; one more kind is for longer ones."""

STOPS = ".!?"
STOPPED = 0.3
UNSTOPPED = -1.8
"""Log odds of what Whisper writes after the last word: a stop it writes after two pauses in three inside a sentence, and 19 ends in 20."""

_WORD = re.compile(r"\w+'?|\w+(?:-\w+)+")


def words_of(text: str) -> list[str]:
    """The words, lower case and without accents, hesitations kept; « j'ai » is two."""
    return _WORD.findall(fold(text.lower().replace("’", "'")))


def features_of(words: Sequence[str]) -> Iterator[str]:
    """What the classifier sees of a sentence so far; none for no words."""
    if not words:
        return
    before = ["<", "<", *words]
    third, second, last = before[-3:]
    yield "long" + str(sum(len(words) > limit for limit in LENGTHS))
    yield f"1 {last}"
    yield f"2 {second} {last}"
    yield f"3 {third} {second} {last}"
    yield f"second {second}"
    yield f"end {last[-3:]}"
    yield f"end {last[-2:]}"
    yield f"ends {second[-3:]} {last[-3:]}"
    yield f"letters {min(len(last), 9)}"


def bucket(feature: str) -> int:
    """Where a feature's weight is."""
    return zlib.crc32(feature.encode()) % BUCKETS


class Completeness:
    """The trained classifier. Calling it takes a twentieth of a millisecond; thread-safe."""

    def __init__(self, weights: NDArray[np.float32], bias: float) -> None:
        self._weights = weights
        self._bias = bias

    def __call__(self, text: str) -> float:
        """The probability, 0–1, that `text` is a whole sentence; 0 for no words."""
        words = words_of(text)
        if not words:
            return 0.0
        buckets = [bucket(feature) for feature in features_of(words)]
        return 1 / (1 + math.exp(-(self._bias + float(self._weights[buckets].sum()) + _ending(text))))


def _ending(text: str) -> float:
    """Of a recogniser that punctuates, which is one that begins with a capital letter."""
    end = text.rstrip().replace("...", "…")[-1:]
    if end in STOPS:
        return STOPPED
    return UNSTOPPED if end == "…" or text[:1].isupper() else 0.0


@cache
def shipped(file: Path = FILE) -> Completeness:
    """The classifier that is shipped."""
    with np.load(file, allow_pickle=False) as saved:
        return Completeness(saved["weights"].astype(np.float32), float(saved["bias"]))
