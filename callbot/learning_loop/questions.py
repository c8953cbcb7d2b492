"""Which turns of a call teach something: not understood, without an answer, answered with little confidence, or corrected. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from callbot.events import Decision
from callbot.redaction import redacted
from callbot.understanding.normalise import normalise

__all__ = ["Kind", "Question", "kind_of", "proposed_entry", "telling"]

LEAST_WORDS = 2
HIDDEN = "…"
"""What stands in the place of words that were not written down."""

Source = Literal["turn", "correction"]


class Kind(StrEnum):
    """Why a question is to be learnt from."""

    NO_MATCH = "no_match"
    NO_ANSWER = "no_answer"
    """It was understood, and no validated answer is there."""
    LOW = "low"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Question:
    """One of a call. `number`: of the turn, or the correction's id. `text` is empty once it was purged.

    `understood`: the entry (or motive) that the bot chose; `right`: the one that a receptionist has named. Empty: none.
    """

    source: Source
    call_id: str
    number: int
    at: datetime
    kind: Kind
    text: str = field(default="", repr=False)
    understood: str = ""
    right: str = ""

    @property
    def key(self) -> tuple[str, str, int]:
        """What it is known by."""
        return self.source, self.call_id, self.number


def kind_of(
    decision: str | None, motive: str | None, answer_id: str | None, confidence: float | None, sure: float
) -> Kind | None:
    """Of a turn of a call, as it is stored; `sure`: from there on (0–1) nothing is asked back. None: nothing is to be learnt."""
    match decision:
        case Decision.NO_MATCH:
            return Kind.NO_MATCH
        case Decision.HANDOVER if motive and not answer_id:
            return Kind.NO_ANSWER
        case Decision.ANSWER | Decision.ORIENT if confidence is not None and confidence < sure:
            return Kind.LOW
    return None


def telling(text: str) -> bool:
    """Whether there are words enough to be grouped by."""
    return HIDDEN not in text and len(normalise(text).split()) >= LEAST_WORDS


def examples(questions: Iterable[Question], most: int) -> list[str]:
    """Different sentences, the latest first; what tells who somebody is was taken out already, and is looked for once more."""
    found: dict[str, str] = {}
    for said in dict.fromkeys(
        one.text for one in sorted(questions, key=lambda one: one.at, reverse=True) if one.text
    ):
        if len(found) == most:
            break
        if (meant := normalise(said)) not in found:
            found[meant] = redacted(said)  # looks at every word: only at those that are shown
    return list(found.values())


def calls(questions: Iterable[Question]) -> int:
    """In how many calls they were asked."""
    return len({one.call_id for one in questions})


def proposed_entry(questions: Sequence[Question]) -> str:
    """The answer that receptionists named most; else the one that the bot guessed most; empty: nothing is known."""
    for named in ([one.right for one in questions], [one.understood for one in questions]):
        counted = Counter(filter(None, named)).most_common(1)
        if counted:
            return counted[0][0]
    return ""
