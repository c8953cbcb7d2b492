"""How long a silence ends the caller's turn, from what they have said, what is expected of them, and their own rhythm.

| expected | what is said so far | silence |
|---|---|---|
| anything | not known yet | `unfinished_ms`; `number_ms` where a number or a story is expected |
| yes or no, a choice | an answer in a word or two (short_answers.py) | `short_ms` |
| a number | fewer than DIGITS digits | `number_ms` |
| a name | ends in a letter that is spelled | `number_ms` |
| a story | anything | `number_ms` |
| the rest | whole: completeness from `whole` on | `whole_ms` |
| the rest | what is asked for is certain, and it looks whole: completeness from `known_whole` on | `whole_ms` |
| the rest | nothing: noise, or words that were not heard | `likely_ms` |
| the rest | unfinished: under `unfinished` | `unfinished_ms` |
| the rest | in between | between `likely_ms` and `unfinished_ms` |

To all of them comes what the caller's rhythm asks for; to what is whole only what goes beyond `likely_ms`, for people pause before
they have said what they want.
"""

from collections.abc import Callable
from dataclasses import dataclass

from callbot.turn_taking.expectation import Expects
from callbot.turn_taking.rhythm import Rhythm
from callbot.turn_taking.short_answers import is_short_answer
from callbot.understanding.spoken_forms.telephone import read_phone

__all__ = ["EndOfTurn", "Waits"]

SHORT_WHOLE = 0.01
"""Completeness from which a short answer is one: a lone « oui » often goes on where nothing was asked, but « non, c'est pour » always."""

DIGITS = 10
"""Of a French telephone number."""


@dataclass(frozen=True, slots=True)
class Waits:
    """Milliseconds of silence, and between which completenesses (0–1) they go from one to the other."""

    short_ms: int
    whole_ms: int
    likely_ms: int
    unfinished_ms: int
    number_ms: int
    rhythm_ms: int = 0
    unfinished: float = 0.1
    whole: float = 0.8
    known_whole: float = 0.65
    """When what is asked for is certain: see `callbot bench turns --beginnings`."""

    @property
    def longest_ms(self) -> int:
        """No silence is waited out for longer."""
        return (
            max(self.short_ms, self.whole_ms, self.likely_ms, self.unfinished_ms, self.number_ms)
            + self.rhythm_ms
        )


class EndOfTurn:
    """One caller's turns. `completeness` gives the probability that a text is a whole sentence; `expects` what is asked of the caller."""

    def __init__(
        self, waits: Waits, completeness: Callable[[str], float], expects: Callable[[], Expects]
    ) -> None:
        self._waits = waits
        self._completeness = completeness
        self._expects = expects
        self._rhythm = Rhythm(waits.likely_ms, waits.rhythm_ms)

    def went_on(self, pause_ms: int, *, cut: bool = False) -> None:
        """The caller paused inside a turn; `cut`: and was taken for finished."""
        self._rhythm.paused(pause_ms, cut=cut)

    def silence_ms(self, text: str | None, *, known: bool = False) -> int:
        """The silence that ends the turn. `text`: what was said so far, None as long as the recogniser does not know.

        `known`: what is asked for is certain already.
        """
        waits, extra_ms, expects = self._waits, self._rhythm.extra_ms, self._expects()
        telling = expects is Expects.STORY or (expects is Expects.NUMBER and not _is_number(text))
        if telling or (expects is Expects.NAME and text is not None and _spells(text)):
            return waits.number_ms + extra_ms
        if text is None:
            return waits.unfinished_ms + extra_ms
        if not text:
            return waits.likely_ms + extra_ms
        completeness = self._completeness(text)
        if completeness >= SHORT_WHOLE and is_short_answer(text, expects):
            return waits.short_ms + extra_ms
        return self._after_a_sentence(completeness, known=known)

    def _after_a_sentence(self, completeness: float, *, known: bool) -> int:
        waits, extra_ms = self._waits, self._rhythm.extra_ms
        if completeness >= waits.whole or (known and completeness >= waits.known_whole):
            return waits.whole_ms + max(0, extra_ms - max(0, waits.likely_ms - waits.whole_ms))
        share = (completeness - waits.unfinished) / max(waits.whole - waits.unfinished, 1e-6)
        share = min(1.0, max(0.0, share))
        return round(waits.unfinished_ms + share * (waits.likely_ms - waits.unfinished_ms)) + extra_ms


def _is_number(text: str | None) -> bool:
    """Enough digits for a telephone number, or something else than one was said (« non merci »)."""
    if text is None:
        return False
    digits = read_phone(text).digits
    return len(digits) >= DIGITS or (bool(text) and not digits)


def _spells(text: str) -> bool:
    """Whether the last word is a letter, after which others may come."""
    words = text.split()
    return bool(words) and len(words[-1].strip(".,;-")) == 1
