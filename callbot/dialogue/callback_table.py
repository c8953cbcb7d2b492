"""The steps of a call-back request, and what moves it from one to the next: one table."""

from enum import StrEnum
from types import MappingProxyType


class Step(StrEnum):
    """Which question of ours the caller is answering."""

    OWN = "own"
    """Whether the number that the telephone presented is right."""
    NUMBER = "number"
    """Which number it is, by voice or by keys."""
    CHECK = "check"
    """Whether the number that we read back is right."""
    KEYS = "keys"
    """The number by keys, for the voice did not do."""
    NAME = "name"
    """Who is to be asked for."""
    PLACE = "place"
    """Where it is, for what is about a place in the street."""
    WISH = "wish"
    """When they prefer to be called."""
    CONFIRM = "confirm"
    """Whether all of it is right."""
    CHANGE = "change"
    """What of it is wrong."""
    DONE = "done"
    """Every word of it is confirmed."""
    GIVEN_UP = "given up"
    CANCELLED = "cancelled"


class Answer(StrEnum):
    """What the caller's answer comes to."""

    YES = "yes"
    NO = "no"
    NUMBER = "number"
    """A number that can be called."""
    TIME = "time"
    """When they prefer to be called, or that it does not matter."""
    NAME = "name"
    """A name, or that the name is wrong, or that none is told."""
    PLACE = "place"
    """The same of a place."""
    KNOWN = "known"
    """It needs not be asked."""
    FAILED = "failed"
    """The voice has been tried often enough."""
    LOST = "lost"
    """So has everything."""
    KEPT = "kept"
    """The same, where the number was confirmed before: it is enough."""
    CANCEL = "cancel"


ENDS = frozenset({Step.DONE, Step.GIVEN_UP, Step.CANCELLED})

_OPEN = tuple(step for step in Step if step not in ENDS)

NEXT: MappingProxyType[tuple[Step, Answer], Step] = MappingProxyType(
    {
        **{(step, Answer.CANCEL): Step.CANCELLED for step in _OPEN},
        **{(step, Answer.LOST): Step.GIVEN_UP for step in _OPEN},
        **{(step, Answer.NUMBER): Step.CHECK for step in _OPEN},
        **{
            (step, Answer.KEPT): Step.DONE
            for step in (Step.NAME, Step.PLACE, Step.WISH, Step.CONFIRM, Step.CHANGE)
        },
        **{(step, Answer.FAILED): Step.KEYS for step in (Step.OWN, Step.NUMBER, Step.CHECK)},
        (Step.OWN, Answer.YES): Step.NAME,
        (Step.OWN, Answer.NO): Step.NUMBER,
        (Step.CHECK, Answer.YES): Step.NAME,
        (Step.CHECK, Answer.NO): Step.NUMBER,
        (Step.NAME, Answer.NAME): Step.PLACE,
        (Step.NAME, Answer.KNOWN): Step.PLACE,
        (Step.PLACE, Answer.PLACE): Step.WISH,
        (Step.PLACE, Answer.KNOWN): Step.WISH,
        (Step.WISH, Answer.KNOWN): Step.CONFIRM,
        (Step.WISH, Answer.TIME): Step.CONFIRM,
        (Step.CONFIRM, Answer.YES): Step.DONE,
        (Step.CONFIRM, Answer.NO): Step.CHANGE,
        **{
            (step, answer): Step.CONFIRM
            for step in (Step.CONFIRM, Step.CHANGE)
            for answer in (Answer.TIME, Answer.KNOWN)
        },
        (Step.CHANGE, Answer.NAME): Step.NAME,
        (Step.CHANGE, Answer.PLACE): Step.PLACE,
        (Step.CHANGE, Answer.YES): Step.NUMBER,
        (Step.CHANGE, Answer.NO): Step.WISH,
    }
)
"""The whole course; in CHANGE, « le numéro » (or key 1) counts as yes and « le moment » (or key 2) as no; a name or a place that is put
right there, or at CONFIRM, is KNOWN. A step whose answer is known already is passed over by KNOWN. What is not in it is
not understood. The only way to DONE leads over a number that the caller said yes to."""
