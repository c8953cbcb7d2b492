"""How satisfied a caller was: what is asked of whom, what is told of it, what one call remembers of it. Tables and values only.

The states are in the table of moves.py; in each of them the caller may do as everywhere (a person, another question, goodbye), and

| state | what is asked | an answer | anything else |
|---|---|---|---|
| SATISFACTION | one to five, by word or key | thanks; then COMMENT_OFFER or goodbye | once more, shorter; then goodbye |
| SCORE_CHECK | « quatre sur cinq, c'est bien ça ? » | the same | « non »: a score once more; else goodbye, without one |
| COMMENT_OFFER | whether they want to say what could be better | yes: COMMENT | goodbye |
| COMMENT | that, in a sentence | thanks, and goodbye | goodbye |

Silence is goodbye, at once and in all of them; who answers over that goodbye is heard all the same.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from callbot.dialogue.moves import SURVEY, State
from callbot.events import Event, SatisfactionAsked, SatisfactionCommented, SatisfactionGiven

__all__ = [
    "BEST",
    "LOW",
    "MOST_REPEATED",
    "QUIET_MS",
    "SURVEY",
    "Drawn",
    "Progress",
    "Spared",
    "State",
    "Told",
    "told",
]

BEST = 5
"""Scores are 1–BEST."""
LOW = 2
"""Who gives so little is thanked for their frankness."""
MOST_REPEATED = 2
"""Who had to say so many things again, in one call, has said enough."""
QUIET_MS = 5000
"""Who says nothing for so long after one of these questions wants to go; `no_input_ms` where that is shorter."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The lot has chosen this call. Who gives `comment_up_to` or less is asked for a comment; 0: nobody is."""

    comment_up_to: int = 0


class Spared(StrEnum):
    """Why a caller is not asked, though the lot has chosen them."""

    EMERGENCY = "emergency"
    """There was one, or may have been."""
    INSULT = "insult"
    PERSON = "person"
    """They were passed on, or needed a person whom they did not get: closed, nobody reached, a fault, too long a call."""
    CALLBACK = "callback"
    """They asked to be called back."""
    REPEATED = "repeated"
    """MOST_REPEATED."""
    LINE = "line"
    """They could hardly be heard: music."""
    HURRY = "hurry"
    """They said so."""


@dataclass(slots=True)
class Progress:
    """One call's, whatever the language: why its caller is spared, and how far the questions are."""

    spared: Spared | None = None
    repeated: int = 0
    """Times that something had to be said again."""
    asked: bool = False
    """Once in a call."""
    again: bool = False
    """… and once more where the answer was none."""
    proposed: int = 0
    """What « c'est bien ça ? » asked about."""
    unanswered: State | None = None
    """Where the caller was silent, and is told goodbye."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a reply tells of it: that the question is put (`score` 0, no comment), a score and `by` what it came, or a comment."""

    score: int = 0
    by: str = ""
    comment: str = field(default="", repr=False)


def told(what: Told, at_ms: int) -> Event:
    """The event of it."""
    if what.comment:
        return SatisfactionCommented(at_ms, what.comment)
    return SatisfactionGiven(at_ms, what.score, what.by) if what.score else SatisfactionAsked(at_ms)
