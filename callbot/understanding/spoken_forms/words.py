"""Recognised text cut into the tokens that spoken forms are read from."""

import re
from collections.abc import Sequence

from callbot.understanding.normalise import fold

BOUND = "_"
"""The token for a hyphen between two words, where it is asked for."""

_TOKEN = re.compile(rf"\d+|[a-z]+|[€+,/:{BOUND}]")
_HYPHEN = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")
_LETTER_FOR_ZERO = re.compile(r"\bo(?=\d)")


def word_set(listed: str) -> frozenset[str]:
    """A set of words written in one line, for tables."""
    return frozenset(listed.split())


HESITATIONS = word_set(
    "euh heu hum hmm mmh ben bah alors voila donc et puis ensuite apres bon oui ouais attendez hop hein pff"
)
"""What people say between two parts of one number without meaning anything by it."""


def tokens(text: str, *, hyphens: bool = False) -> tuple[str, ...]:
    """Words without case, accents, hyphens or apostrophes, groups of digits, and the signs `€ + , / :`; all else is dropped.

    With `hyphens`, those between words become `BOUND`.
    """
    text = text.replace(BOUND, " ")
    text = _HYPHEN.sub(BOUND, text) if hyphens else text
    return tuple(_TOKEN.findall(_LETTER_FOR_ZERO.sub("0", fold(text.lower()).replace("œ", "oe"))))


def words(text: str) -> tuple[str, ...]:
    """The tokens without commas: what is read where a pause means nothing."""
    return tuple(word for word in tokens(text) if word != ",")


def find(haystack: Sequence[str], needle: Sequence[str], start: int = 0) -> int:
    """Where `needle` begins in `haystack` at or after `start`; -1 when it does not."""
    size = len(needle)
    places = range(start, len(haystack) - size + 1)
    return next((i for i in places if tuple(haystack[i : i + size]) == tuple(needle)), -1)


def phrases(*lines: str) -> tuple[tuple[str, ...], ...]:
    """Expressions as token sequences, the longest first, so that the more precise one is found first."""
    return tuple(sorted((words(line) for line in lines), key=len, reverse=True))
