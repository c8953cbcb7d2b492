"""The two tables of the queue: what becomes of a caller's place, and of an agent. docs/queue.md draws them. No I/O."""

from enum import StrEnum
from types import MappingProxyType

from callbot.humans.queue_types import AgentState, Place


class Move(StrEnum):
    """What moves a place."""

    OFFER = "offer"
    ACCEPT = "accept"
    GIVE_BACK = "give back"
    """The agent did not take the caller."""
    HANG_UP = "hang up"
    RETURN = "return"
    PROMISE = "promise"
    PROMISE_AGAIN = "promise again"
    """Who was to be called back has called, and hung up again before anybody was there."""
    WITHDRAW = "withdraw"
    END = "end"
    ONWARD = "onward"
    """The talk ends, and the same caller has a new place."""
    COME_BACK = "come back"
    """Nobody took them to whom they were passed on."""
    EXPIRE = "expire"
    NO_ANSWER = "no answer"
    """Who was called back did not answer."""
    GIVE_UP = "give up"
    """The same, for the last time."""
    GO_ON = "go on"
    """Who has dialled them says that they talk still."""
    HOLD = "hold"
    """Not to be called back before some time."""


class Act(StrEnum):
    """What moves an agent."""

    SIGN_IN = "sign in"
    READY = "ready"
    PAUSE = "pause"
    SIGN_OUT = "sign out"
    OFFER = "offer"
    ACCEPT = "accept"
    FREE = "free"
    """Whom they dialled did not answer."""
    DECLINE = "decline"
    RING_OUT = "ring out"
    LOSE = "lose"
    """The caller is not there any more."""
    END = "end"
    DIAL = "dial"
    """They call somebody back out of the list."""
    SETTLE = "settle"
    """What became of it is known."""
    LAPSE = "lapse"
    """The same, or nothing was said of whom they dialled for long; no call is to come to them now."""


PLACES: MappingProxyType[tuple[Place, Move], Place] = MappingProxyType(
    {
        (Place.WAITING, Move.OFFER): Place.OFFERED,
        (Place.WAITING, Move.HANG_UP): Place.KEPT,
        (Place.WAITING, Move.PROMISE): Place.PROMISED,
        (Place.WAITING, Move.WITHDRAW): Place.LEFT,
        (Place.WAITING, Move.COME_BACK): Place.WAITING,
        (Place.DIALLED, Move.ACCEPT): Place.ENDED,
        (Place.DIALLED, Move.COME_BACK): Place.WAITING,
        (Place.DIALLED, Move.HANG_UP): Place.KEPT,
        (Place.DIALLED, Move.WITHDRAW): Place.LEFT,
        (Place.OFFERED, Move.ACCEPT): Place.CONNECTED,
        (Place.OFFERED, Move.GIVE_BACK): Place.WAITING,
        (Place.OFFERED, Move.HANG_UP): Place.KEPT,
        (Place.OFFERED, Move.PROMISE): Place.PROMISED,
        (Place.OFFERED, Move.WITHDRAW): Place.LEFT,
        (Place.CONNECTED, Move.END): Place.ENDED,
        (Place.CONNECTED, Move.HANG_UP): Place.ENDED,
        (Place.CONNECTED, Move.ONWARD): Place.ENDED,
        (Place.CONNECTED, Move.GO_ON): Place.CONNECTED,
        (Place.CONNECTED, Move.NO_ANSWER): Place.PROMISED,
        (Place.CONNECTED, Move.GIVE_UP): Place.LEFT,
        (Place.KEPT, Move.RETURN): Place.WAITING,
        (Place.KEPT, Move.PROMISE_AGAIN): Place.PROMISED,
        (Place.KEPT, Move.EXPIRE): Place.LEFT,
        (Place.PROMISED, Move.OFFER): Place.CALLING_BACK,
        (Place.PROMISED, Move.RETURN): Place.WAITING,
        (Place.PROMISED, Move.WITHDRAW): Place.LEFT,
        (Place.PROMISED, Move.EXPIRE): Place.LEFT,
        (Place.PROMISED, Move.NO_ANSWER): Place.PROMISED,
        (Place.PROMISED, Move.GIVE_UP): Place.LEFT,
        (Place.PROMISED, Move.HOLD): Place.PROMISED,
        (Place.CALLING_BACK, Move.ACCEPT): Place.CONNECTED,
        (Place.CALLING_BACK, Move.GIVE_BACK): Place.PROMISED,
        (Place.CALLING_BACK, Move.RETURN): Place.OFFERED,
        (Place.CALLING_BACK, Move.WITHDRAW): Place.LEFT,
        (Place.CALLING_BACK, Move.NO_ANSWER): Place.PROMISED,
        (Place.CALLING_BACK, Move.GIVE_UP): Place.LEFT,
    }
)
"""The whole course of a place; a move that a place does not know comes too late and changes nothing."""

AGENTS: MappingProxyType[tuple[AgentState, Act], AgentState] = MappingProxyType(
    {
        (AgentState.OFFLINE, Act.SIGN_IN): AgentState.PAUSED,
        (AgentState.PAUSED, Act.READY): AgentState.AVAILABLE,
        (AgentState.PAUSED, Act.PAUSE): AgentState.PAUSED,
        (AgentState.PAUSED, Act.SIGN_OUT): AgentState.OFFLINE,
        (AgentState.AVAILABLE, Act.OFFER): AgentState.RINGING,
        (AgentState.AVAILABLE, Act.PAUSE): AgentState.PAUSED,
        (AgentState.AVAILABLE, Act.SIGN_OUT): AgentState.OFFLINE,
        (AgentState.RINGING, Act.ACCEPT): AgentState.BUSY,
        (AgentState.RINGING, Act.DECLINE): AgentState.AVAILABLE,
        (AgentState.RINGING, Act.RING_OUT): AgentState.PAUSED,
        (AgentState.RINGING, Act.LOSE): AgentState.AVAILABLE,
        (AgentState.RINGING, Act.PAUSE): AgentState.PAUSED,
        (AgentState.RINGING, Act.SIGN_OUT): AgentState.OFFLINE,
        (AgentState.BUSY, Act.END): AgentState.WRAP_UP,
        (AgentState.BUSY, Act.FREE): AgentState.AVAILABLE,
        (AgentState.WRAP_UP, Act.READY): AgentState.AVAILABLE,
        (AgentState.WRAP_UP, Act.PAUSE): AgentState.PAUSED,
        (AgentState.WRAP_UP, Act.SIGN_OUT): AgentState.OFFLINE,
        (AgentState.BUSY, Act.LAPSE): AgentState.PAUSED,
        (AgentState.PAUSED, Act.DIAL): AgentState.DIALLING,
        (AgentState.AVAILABLE, Act.DIAL): AgentState.DIALLING,
        (AgentState.RINGING, Act.DIAL): AgentState.DIALLING,
        (AgentState.WRAP_UP, Act.DIAL): AgentState.DIALLING,
        (AgentState.DIALLING, Act.SETTLE): AgentState.AVAILABLE,
        (AgentState.DIALLING, Act.LAPSE): AgentState.PAUSED,
    }
)
"""The whole course of an agent. Who talks, or calls somebody back, stays there until that is over: they can neither dial nor leave."""
