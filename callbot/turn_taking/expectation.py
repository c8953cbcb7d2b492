"""What the bot expects to hear next, by where the dialogue stands: a « oui » ends a turn sooner than a story does."""

from enum import StrEnum
from types import MappingProxyType

from callbot.dialogue.callback_table import Step
from callbot.dialogue.moves import State

__all__ = ["EXPECTED", "Expects", "expected"]


class Expects(StrEnum):
    """The kind of answer that the bot's last sentence asks for."""

    OPEN = "open"
    """Any question, in the caller's own words."""
    YES_NO = "yes_no"
    """Yes or no, or the question once more."""
    CHOICE = "choice"
    """One of what was offered."""
    NUMBER = "number"
    """A telephone number: told in pieces."""
    NAME = "name"
    """A name, which may be spelled: letters with pauses between them."""
    STORY = "story"
    """Something longer, told in pieces: where something lies."""


EXPECTED: MappingProxyType[State | Step, Expects] = MappingProxyType(
    {
        State.OFFER_CALLBACK: Expects.YES_NO,
        State.MESSAGE_CONSENT: Expects.YES_NO,
        Step.OWN: Expects.YES_NO,
        Step.NUMBER: Expects.NUMBER,
        Step.KEYS: Expects.NUMBER,
        Step.CHECK: Expects.YES_NO,
        Step.NAME: Expects.NAME,
        Step.PLACE: Expects.STORY,
        Step.CONFIRM: Expects.YES_NO,
        Step.CHANGE: Expects.CHOICE,
        State.CONFIRM: Expects.YES_NO,
        State.OFFER: Expects.YES_NO,
        State.CHOICE: Expects.CHOICE,
        State.DANGER: Expects.YES_NO,
        State.FALL: Expects.YES_NO,
        State.SATISFACTION: Expects.CHOICE,
        State.SCORE_CHECK: Expects.YES_NO,
        State.COMMENT_OFFER: Expects.YES_NO,
        State.COMMENT: Expects.STORY,
    }
)
"""By the dialogue's state, or the step of a call-back request; every other one is open.

« Autre question ? » is open too: most callers go on with their question."""


def expected(state: State, step: Step | None) -> Expects:
    """What is expected in a state of the dialogue; `step`: of the call-back request that is being taken down, if one is."""
    standing = step if state is State.CALLBACK and step else state
    return EXPECTED.get(standing, Expects.OPEN)
