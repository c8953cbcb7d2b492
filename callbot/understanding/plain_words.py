"""Spoken words as recognisers write them, in one canonical form, for a language whose rules are a table (normal.toml).

As normalise.py does for French: lower case, no punctuation, no hesitation, numbers in words. Pure.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from callbot.numbers import NumberWords

__all__ = ["PlainWords"]

_CHARACTERS = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "…": "... "})
_STUTTER = re.compile(r"\b([^\W\d]{1,4})(?:-|\.\.\.)\s+(?=\1)")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_NUMBER = re.compile(r"\d+")
_APOSTROPHE = re.compile(r"(?<!\w)'|'(?!\w)")


class PlainWords:
    """The rules of one language. `spellings`: pattern of whole words → what is meant; the others are alternatives of a pattern."""

    def __init__(
        self,
        numbers: NumberWords,
        *,
        symbols: Mapping[str, str],
        spellings: Sequence[Sequence[str]],
        fillers: str,
        greetings: str,
        heads: str,
        leaves: str,
    ) -> None:
        self._numbers = numbers
        self._symbols = symbols
        self._spellings = [(_words(pattern), meant) for pattern, meant in spellings]
        self._filler = _words(fillers)
        self._greetings = re.compile(rf"^(?:(?:{greetings})(?![\w'])\s*)+")
        self._heads = re.compile(rf"^(?:(?:{heads})(?![\w']) ?)+")
        self._leaves = re.compile(rf"(?:\s*(?<![\w'])(?:{leaves}))+$")
        kept = "|".join(word for word in (*numbers.units, *numbers.tens) if word)
        self._repeated = re.compile(rf"\b(?!(?:{kept})\b)([\w']+(?: [\w']+){{0,3}})(?: \1\b)+(?!['])")

    def normalise(self, text: str) -> str:
        """The utterance in canonical form; empty when nothing was said. Idempotent."""
        text = unicodedata.normalize("NFC", text).lower().translate(_CHARACTERS)
        text = _STUTTER.sub("", text)
        for symbol, words in self._symbols.items():
            text = text.replace(symbol, f" {words} ")
        text = _ORDINAL.sub("", _THOUSANDS.sub("", text))
        text = _NUMBER.sub(lambda match: f" {self._numbers.spoken(match[0])} ", text)
        text = _squeeze(_APOSTROPHE.sub(" ", re.sub(r"[^\w']|_", " ", text)))
        for pattern, meant in self._spellings:
            text = pattern.sub(meant, text)
        bare, previous = _squeeze(self._filler.sub(" ", text)) or text, ""
        while bare != previous:
            previous, bare = bare, self._repeated.sub(r"\1", bare)
        return bare

    def without_courtesy(self, text: str) -> str:
        """A normalised utterance without its greetings and thanks. Unchanged if that is all there is."""
        bare, previous = self._leaves.sub("", text), None
        while bare != previous:
            previous = bare
            bare = self._heads.sub("", self._greetings.sub("", bare))
        return bare.strip() or text


def _words(alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w'])(?:{alternatives})(?![\w'])")


def _squeeze(text: str) -> str:
    return " ".join(text.split())
