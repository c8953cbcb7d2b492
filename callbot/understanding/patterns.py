"""A small notation for what people say, so that tables of phrases read like French and not like regular expressions.

    [est ce que] vous (pouvez|pourriez) [me] répéter
    words          in order, matched whole, without accents, apostrophes or hyphens; `?` after a letter makes it optional
    [x]            x or nothing                (a|b)     one of several
    (a|b)* [x]*    any number of times         {name}    a named piece, from the mapping given; {name}* too
    …              up to four words, whatever they are

A pattern is compiled to a regular expression over words that each end in one space.
"""

import re
from collections.abc import Iterable, Mapping

from callbot.understanding.normalise import fold

_TOKEN = re.compile(r"\{\w+\}\*?|[\[(|]|[\])]\*?|…|[^\s\[\](){}|…]+")
_EMIT = {"(": "(?:", "[": "(?:", "|": "|", ")": ")", ")*": ")*", "]": ")?", "]*": ")*", "…": r"(?:\S+ ){0,4}"}


def expression(pattern: str, pieces: Mapping[str, str] | None = None) -> str:
    """The regular expression of one pattern; it matches text that `spaced` prepared. Raises KeyError for an unknown piece."""
    parts = []
    for token in _TOKEN.findall(fold(pattern)):
        if token.startswith("{"):
            name, star = token.rstrip("*")[1:-1], "*" * token.endswith("*")
            parts.append(f"(?:{expression((pieces or {})[name], pieces)}){star}")
        else:
            parts.append(_EMIT.get(token) or f"{token} ")
    return "".join(parts)


def any_of(patterns: Iterable[str], pieces: Mapping[str, str] | None = None) -> str:
    """The regular expression that matches any of the patterns."""
    return "(?:" + "|".join(expression(pattern, pieces) for pattern in patterns) + ")"


def anywhere(patterns: Iterable[str], pieces: Mapping[str, str] | None = None) -> re.Pattern[str]:
    """Finds any of the patterns inside an utterance, on whole words."""
    return re.compile(r"(?<!\S)" + any_of(patterns, pieces))


def spaced(normalised: str) -> str:
    """A normalised utterance as the expressions read it: folded, one space after each word."""
    return "".join(f"{word} " for word in fold(normalised).split())
