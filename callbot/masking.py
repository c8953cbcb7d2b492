"""What tells who somebody is, taken out for whatever is written down: of telephone numbers the last two figures stay. Pure functions."""

import re

from callbot.understanding.normalise import fold
from callbot.understanding.spoken_forms.numbers import is_number, number_at
from callbot.understanding.spoken_forms.words import word_set

MOST_FIGURES = 8
"""Runs of numbers with fewer figures are prices, dates and years."""

_WORD = re.compile(r"\d+|[^\W\d_]+")
_TENS = word_set(
    "dix onze douze treize quatorze quinze seize vingt trente quarante cinquante soixante septante huitante nonante"
)
"""Words worth two figures; « dix-sept » and « quatre-vingt » are two words."""


def masked_number(number: str) -> str:
    """« …78 »."""
    return f"…{number[-2:]}" if number else ""


def masked_words(text: str) -> str:
    """« … » for a name or an address; empty where there is none."""
    return "…" if text else ""


def without_numbers(text: str) -> str:
    """The text with « … » and the last word in place of each long run of figures or number words."""
    words = list(_WORD.finditer(text))
    out, at, start = "", 0, 0
    while start < len(words):
        end = start
        while end < len(words) and _belongs(words[end][0], text, words, end, start):
            end += 1
        run = [word[0] for word in words[start:end]]
        if sum(map(_figures, run)) < MOST_FIGURES or _is_one_number(run):
            start = max(end, start + 1)
            continue
        last = words[end - 1]
        kept = last[0][-2:] if last[0].isdecimal() else last[0]
        out += f"{text[at : words[start].start()]}…{kept}"
        at, start = last.end(), end
    return out + text[at:]


def _belongs(word: str, text: str, words: list[re.Match[str]], at: int, start: int) -> bool:
    folded = fold(word.lower())
    if word.isdecimal() or is_number(folded):
        return at == start or not text[words[at - 1].end() : words[at].start()].strip(" ,.-–\u202f\u00a0")
    return folded == "et" and at > start


def _is_one_number(run: list[str]) -> bool:
    """« mille neuf cent quatre-vingt-dix-huit »: a price or a year, however many words it has."""
    low = [fold(word.lower()) for word in run]
    found = None if any(word.isdecimal() for word in low) else number_at(low)
    return found is not None and found.end == len(low)


def _figures(word: str) -> int:
    return len(word) if word.isdecimal() else 2 if fold(word.lower()) in _TENS else 1
