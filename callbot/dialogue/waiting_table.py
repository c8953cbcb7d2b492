"""The stages of a caller in the waiting queue, and what leads from one to the next; `waiting.Waiting` goes through them. Pure.

entering ─▶ waiting ◀─▶ offered ─▶ talking ─▶ parted ─▶ over
│           │  ▲        │          │         │
│           │  └────────┼──────────┴─────────┘     passed on by the agent they talk to: they wait for somebody else
│           │           └─▶ promised               to be called back: they hang up, and keep their place
└───────────┴─▶ alone                              no queue, or nobody at the desks: the service itself is rung
├─▶ turned away                                    too many wait: a call-back is offered, or the service rung
└─▶ asked ─▶ promised, turned away                 the same in a language whose call-backs are taken by keys alone
"""

from enum import StrEnum
from types import MappingProxyType


class Stage(StrEnum):
    """How far the caller is."""

    ENTERING = "entering"
    WAITING = "waiting"
    OFFERED = "offered"
    """An agent's telephone rings, they are briefed, or about to be joined."""
    TALKING = "talking"
    PARTED = "parted"
    """The agent has hung up; the queue is asked whether that was the end, or they had just passed the caller on."""
    PROMISED = "promised"
    """To be called back in their turn: `farewell` is to be said, then the call ends."""
    ALONE = "alone"
    """The caller has no place: the service is to be rung as without a queue."""
    TURNED_AWAY = "turned away"
    """The same, because as many wait as may: that is to be said, and a call-back offered."""
    ASKED = "asked"
    """They have no place either, and are asked here, by keys, whether and where to call them back."""
    OVER = "over"


class Step(StrEnum):
    """What moves it."""

    PLACE = "place"
    OFFER = "offer"
    GIVE_BACK = "give back"
    LOSE = "lose"
    LEAVE = "leave"
    REFUSE = "refuse"
    ASK = "ask"
    JOIN = "join"
    ONWARD = "onward"
    PROMISE = "promise"
    PART = "part"
    END = "end"
    CALLER_GONE = "caller gone"


NEXT: MappingProxyType[tuple[Stage, Step], Stage] = MappingProxyType(
    {
        (Stage.ENTERING, Step.PLACE): Stage.WAITING,
        (Stage.ENTERING, Step.LEAVE): Stage.ALONE,
        (Stage.ENTERING, Step.REFUSE): Stage.TURNED_AWAY,
        (Stage.ENTERING, Step.ASK): Stage.ASKED,
        (Stage.ENTERING, Step.CALLER_GONE): Stage.OVER,
        (Stage.ASKED, Step.PROMISE): Stage.PROMISED,
        (Stage.ASKED, Step.REFUSE): Stage.TURNED_AWAY,
        (Stage.ASKED, Step.LOSE): Stage.ENTERING,
        (Stage.ASKED, Step.CALLER_GONE): Stage.OVER,
        (Stage.WAITING, Step.OFFER): Stage.OFFERED,
        (Stage.WAITING, Step.LOSE): Stage.ENTERING,
        (Stage.WAITING, Step.LEAVE): Stage.ALONE,
        (Stage.WAITING, Step.PROMISE): Stage.PROMISED,
        (Stage.WAITING, Step.CALLER_GONE): Stage.OVER,
        (Stage.OFFERED, Step.GIVE_BACK): Stage.WAITING,
        (Stage.OFFERED, Step.JOIN): Stage.TALKING,
        (Stage.OFFERED, Step.PROMISE): Stage.PROMISED,
        (Stage.OFFERED, Step.CALLER_GONE): Stage.OVER,
        (Stage.TALKING, Step.ONWARD): Stage.WAITING,
        (Stage.TALKING, Step.PART): Stage.PARTED,
        (Stage.TALKING, Step.END): Stage.OVER,
        (Stage.TALKING, Step.CALLER_GONE): Stage.OVER,
        (Stage.PARTED, Step.ONWARD): Stage.WAITING,
        (Stage.PARTED, Step.END): Stage.OVER,
        (Stage.PARTED, Step.CALLER_GONE): Stage.OVER,
    }
)
"""The whole course; a step that a stage does not know comes too late and is ignored."""
