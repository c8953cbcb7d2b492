"""What happens to a caller's place in the waiting queue, and to an agent. Past tense, each with its time. No I/O."""

from dataclasses import dataclass, field
from datetime import datetime

from callbot.humans.queue_types import Caller

# -- what happens: to a place --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OfferMade:
    """The agent's telephone rings, or their desk asks them to call back."""

    at: datetime


@dataclass(frozen=True, slots=True)
class OfferAccepted:
    """The agent picked up."""

    at: datetime


@dataclass(frozen=True, slots=True)
class OfferDeclined:
    """The agent declined, or their telephone was busy or could not be reached."""

    at: datetime


@dataclass(frozen=True, slots=True)
class OfferRangOut:
    """Nobody picked up in time."""

    at: datetime


@dataclass(frozen=True, slots=True)
class CallerHungUp:
    """The caller hung up."""

    at: datetime


@dataclass(frozen=True, slots=True)
class LineLost:
    """The machine that holds the caller's line does not tell any more that it lives."""

    at: datetime


@dataclass(frozen=True, slots=True)
class CallerReturned:
    """The same number calls again, by another call."""

    at: datetime
    caller: Caller


@dataclass(frozen=True, slots=True)
class CallBackChosen:
    """The caller wants to be called back when it is their turn."""

    at: datetime


@dataclass(frozen=True, slots=True)
class CallNotAnswered:
    """Who was to be called back was dialled and did not answer. `again_at`: when to try again, None: as the rules have it.

    `said`: by the agent; else nobody has told for long what became of it.
    """

    at: datetime
    again_at: datetime | None = None
    said: bool = True


@dataclass(frozen=True, slots=True)
class CallGoesOn:
    """The agent who dialled somebody says that they talk to them still."""

    at: datetime


@dataclass(frozen=True, slots=True)
class CallHeld:
    """Somebody is at the call-back elsewhere: until then nobody is to be offered it; None: from now on again."""

    at: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class CallerWithdrew:
    """Nobody is to be reached for this caller any more: they go another way, or their call-back has been seen to."""

    at: datetime


@dataclass(frozen=True, slots=True)
class TalkEnded:
    """Caller and agent are no longer connected."""

    at: datetime


@dataclass(frozen=True, slots=True)
class PassedInVain:
    """Whom an agent has passed the caller on to is not there, or busy for long: the caller comes back."""

    at: datetime


@dataclass(frozen=True, slots=True)
class CallerPassedOn:
    """The agent who talks to the caller passes them on. `shown`: whom to, in words; `service`, `overflow`: as of a Caller.

    `agent`: the agent who alone is to be offered them, `number`: the telephone to be rung instead of an agent's; at most one of the two.
    """

    at: datetime
    shown: str
    service: str
    overflow: tuple[str, ...] = ()
    agent: str = ""
    number: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class PlaceExpired:
    """Who hung up has not called again in time, or nobody has called back whom it was promised to."""

    at: datetime


# -- what happens: to an agent -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AgentSignedIn:
    """An agent is at their desk; they take calls once they are ready."""

    at: datetime
    services: tuple[str, ...]
    languages: tuple[str, ...] = ("fr",)
    telephone: str = ""


@dataclass(frozen=True, slots=True)
class AgentReady:
    """The agent takes calls: after a pause, or when the wrap-up is done or its time is up."""

    at: datetime


@dataclass(frozen=True, slots=True)
class AgentPaused:
    """The agent takes no calls for now."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class AgentSignedOut:
    """The agent has left their desk."""

    at: datetime


@dataclass(frozen=True, slots=True)
class AgentDialled:
    """The agent calls somebody back out of the list, `request` of it; not while they talk, or call somebody else back."""

    at: datetime
    request: int


@dataclass(frozen=True, slots=True)
class AgentSettled:
    """What became of that request is known: the agent is as before. `said`: else they have told nothing of it for long."""

    at: datetime
    request: int
    said: bool = True


PlaceEvent = (
    OfferMade | OfferAccepted | OfferDeclined | OfferRangOut | CallerHungUp | LineLost | CallerReturned
    | CallBackChosen | CallNotAnswered | CallGoesOn | CallHeld | CallerWithdrew | TalkEnded | PassedInVain | PlaceExpired
)  # fmt: skip
AgentEvent = AgentSignedIn | AgentReady | AgentPaused | AgentSignedOut | AgentDialled | AgentSettled
QueueEvent = PlaceEvent | AgentEvent
