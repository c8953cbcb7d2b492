"""The bot's own words: how far a sentence was heard, what of it is left, and whether an utterance only gives them back. Pure.

An echo that no filter explains (a loudspeaker in a room, a codec that changes the waveform) is still known by its words: the caller
« says » what the bot was just saying. That alone proves little, for callers answer in the words of a question.
"""

import re

__all__ = ["heard_of", "overlap", "unheard_of"]

MS_PER_LETTER = 65
"""As our voices speak; for a sentence that is still being made."""

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")
_WORD = re.compile(r"[^\W_]+")


def heard_of(text: str, played_ms: int, length_ms: int | None) -> str:
    """The words of `text` up to where it stopped after `played_ms`; `length_ms`: of its whole sound, None when it was not all made."""
    whole_ms = max(length_ms or 0, len(text) * MS_PER_LETTER if length_ms is None else 0, 1)
    letters = round(len(text) * min(1.0, played_ms / whole_ms))
    if letters >= len(text):
        return text
    return text[:letters].rpartition(" ")[0].rstrip(" «,;:")


def unheard_of(text: str, heard: str) -> str:
    """`text` from the beginning of the first sentence that was not heard whole; all of it when `heard` is no beginning of it."""
    if not text.startswith(heard):
        return text
    starts = [0, *(match.end() for match in _SENTENCE_END.finditer(text))]
    return text[max(start for start in starts if start <= len(heard) + 1) :]


def overlap(said: str, spoken: str) -> float:
    """The share (0–1) of the words of `said` that are words of `spoken`, in the same order; both normalised, or both as written."""
    words, other = _WORD.findall(said.lower()), _WORD.findall(spoken.lower())
    if not words:
        return 0.0
    row = [0] * (len(other) + 1)
    for word in words:
        before = 0
        for place, there in enumerate(other, start=1):
            kept = row[place]
            row[place] = before + 1 if word == there else max(row[place], row[place - 1])
            before = kept
    return row[-1] / len(words)
