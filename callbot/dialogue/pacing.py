"""« Plus lentement »: slower at each request, in shorter pieces with a pause after each, for the rest of the call. Pure functions.

Pieces are cut out of the words as they were validated, and no word is changed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from callbot.events import PlayPrompt
from callbot.understanding.spoken_forms.numbers import is_number
from callbot.understanding.spoken_forms.words import words

SLOWEST = 3
"""Requests after which the voice slows down no more."""
PAUSE_MS = 500
"""Silence after each piece. Between sentences of a usual prompt there are 300 ms (speech/speaking.py); this is a breath for writing."""
LONG_LETTERS = 70
"""A sentence that is longer is cut at its clauses: about five seconds of our voices."""
SHORT_LETTERS = 25
"""No clause is cut off that is shorter: it would sound like a list of words."""

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=[^a-zà-ÿ\s»])")
_CLAUSE_END = re.compile(
    r"(?<=;)\s+|(?<=:)\s+|(?<=,)\s+|\s+(?=(?:et|ou|mais|puis|car|sauf|avec|sans|ainsi que)\s)"
)


def paced(prompts: tuple[PlayPrompt, ...], pace: int, short: Mapping[str, str]) -> tuple[PlayPrompt, ...]:
    """The prompts as slowly as the caller asked for; `pace` 0: as they are. `short`: what long fixed sentences are replaced by."""
    if not pace:
        return prompts
    return tuple(
        replace(prompt, text=piece, slow=pace, pause_ms=PAUSE_MS, shown=prompt.shown if not place else "…")
        if prompt.shown
        else replace(prompt, text=piece, slow=pace, pause_ms=PAUSE_MS)
        for prompt in prompts
        for place, piece in enumerate(pieces(short.get(prompt.text, prompt.text)))
    )


def pieces(text: str) -> tuple[str, ...]:
    """The text cut after its sentences, and long ones at their clauses; joined by spaces they are the text again."""
    return tuple(
        piece for sentence in _cut(text, _SENTENCE_END) if sentence for piece in _clauses(sentence.strip())
    )


def _cut(text: str, border: re.Pattern[str]) -> Iterator[str]:
    """The parts between the borders that do not lie within « … » or brackets."""
    start = 0
    for match in border.finditer(text):
        before = text[: match.start()]
        if before.count("«") == before.count("»") and before.count("(") == before.count(")"):
            yield text[start : match.start()]
            start = match.end()
    yield text[start:]


def _clauses(sentence: str) -> Iterator[str]:
    """A long sentence in clauses, each as long as can be; a number said in groups stays whole."""
    if len(sentence) <= LONG_LETTERS:
        yield sentence
        return
    parts = [part.strip() for part in _cut(sentence, _CLAUSE_END) if part.strip()]
    piece = parts[0]
    for place, part in enumerate(parts[1:], start=1):
        rest = " ".join(parts[place:])
        too_short = len(piece) < SHORT_LETTERS or len(rest) < SHORT_LETTERS
        if too_short or _within_number(piece, part) or len(piece) + len(part) < LONG_LETTERS:
            piece = f"{piece} {part}"
        else:
            yield piece
            piece = part
    yield piece


def _within_number(before: str, after: str) -> bool:
    """« zéro un, quarante-deux »."""
    last, first = words(before)[-1:], words(after)[:1]
    return bool(last and first) and is_number(last[0]) and is_number(first[0])
