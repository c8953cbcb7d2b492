"""The words of the waiting queue: a caller's place, an agent's state, the rules. What happens to them: queue_events.py. No I/O.

Every time is an aware datetime that is handed in. Nothing here tells who a caller is: a keyed hash of their number
(`callbot.privacy.pseudonym`) finds their place again, for as long as it is kept.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum


class Priority(IntEnum):
    """Who goes first; the smaller, the sooner."""

    EMERGENCY = 0
    REPEAT = 1
    """Has called before about the same, without reaching anybody."""
    VULNERABLE = 2
    NORMAL = 3


HEAD_START = {
    Priority.EMERGENCY: timedelta(days=30),
    Priority.REPEAT: timedelta(minutes=5),
    Priority.VULNERABLE: timedelta(minutes=3),
    Priority.NORMAL: timedelta(0),
}
"""How much sooner a caller counts as having come. Nobody starves: who waits is overtaken only by those who come within the
difference of two head starts after them. An emergency's is longer than anybody waits, so emergencies come before everybody."""
PASSED_ON = timedelta(minutes=15)
"""The same, at least, for who has talked to an agent already and was passed on, counted from when they first came."""


class Place(StrEnum):
    """What became of a caller's place in the queue."""

    WAITING = "waiting"
    """On the line, with music."""
    OFFERED = "offered"
    """On the line, while an agent's telephone rings for them."""
    CONNECTED = "connected"
    ENDED = "ended"
    """They have talked."""
    KEPT = "kept"
    """Hung up; whoever calls again in time gets the place back."""
    PROMISED = "promised"
    """Will be called back in their turn: nobody is on the line, the place is theirs."""
    CALLING_BACK = "calling_back"
    """The same, while an agent is asked to call them."""
    LEFT = "left"
    """Gone without having talked."""
    DIALLED = "dialled"
    """On the line, passed on by an agent to a telephone that is no agent's, while it rings."""


class AgentState(StrEnum):
    """What an agent does."""

    OFFLINE = "offline"
    AVAILABLE = "available"
    RINGING = "ringing"
    BUSY = "busy"
    WRAP_UP = "wrap_up"
    PAUSED = "paused"
    DIALLING = "dialling"
    """Calls somebody back out of the list /rappels, one at a time, until they say what became of it."""


IN_QUEUE = (Place.WAITING, Place.PROMISED)
"""Those who are to be offered to an agent, and are counted in a position."""
WITH_AGENT = (Place.OFFERED, Place.CALLING_BACK, Place.CONNECTED)
ON_LINE = (Place.WAITING, Place.OFFERED, Place.CONNECTED, Place.DIALLED)
"""Those whose call a machine holds: with the machine, the line is gone."""
LIVE_CALLER = (*ON_LINE, Place.PROMISED, Place.CALLING_BACK)
"""Those who are on the line, or to be dialled."""
COMES_BACK_TO = (Place.KEPT, Place.PROMISED, Place.CALLING_BACK)
"""The places that a caller who calls again gets back."""
OVER = (Place.ENDED, Place.LEFT)
PRESENT = (
    AgentState.AVAILABLE,
    AgentState.RINGING,
    AgentState.BUSY,
    AgentState.WRAP_UP,
    AgentState.DIALLING,
)
"""The agents who take calls, now or next: `Agent.is_present`."""

NO_ANSWER = "ne répond pas"
"""Why an agent is paused who let their telephone ring out, as the desk shows it."""
NOTHING_SAID = "rappel sans suite notée"
"""The same of who called somebody back and never said what became of it."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What an operator may set about the queue (docs/settings.md: ring_seconds, wrap_up_seconds, queue_…, callback_days)."""

    ring: timedelta = timedelta(seconds=20)
    """How long an agent's telephone rings; then the next one's does."""
    wrap_up: timedelta = timedelta(seconds=30)
    """Time after a call before the next one; nothing: none."""
    overflow: timedelta = timedelta(minutes=3)
    """After this waiting, agents of other services take the caller too, and those who do not speak their language."""
    kept: timedelta = timedelta(minutes=10)
    """How long the place of a caller who hung up is kept."""
    promised: timedelta = timedelta(days=30)
    """How long a call-back may be promised, from when they came: no longer than a request for one is kept."""
    announce_every: timedelta = timedelta(minutes=1)
    """How often a caller hears position and waiting time; nothing: at the start only."""
    call_back_after: timedelta = timedelta(minutes=2)
    """Waiting after which a call-back that keeps the place is offered."""
    call_back_again: timedelta = timedelta(minutes=15)
    """Whom nobody reached is called back again no sooner than this."""
    call_back_tries: int = 3
    """After so many tries in vain a place is given up: the request stays in the list of those to call back."""
    try_again: timedelta = timedelta(minutes=1)
    """An agent who has declined a caller is not offered the same one again for so long."""


@dataclass(frozen=True, slots=True)
class Try:
    """An agent was offered the caller, and did not take them."""

    agent: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Caller:
    """Who joins the queue, by which call. `machine` holds the call's line; `overflow`: services that may help out, in no order.

    `reason`: one of the handovers of dialogue/phrases.py. `caller_hash`: None for a hidden number, whose place cannot be kept.
    `care`: how a vulnerable caller is to be served (humans/care.py), empty: like all others.
    """

    call_id: str
    machine: str
    service: str
    overflow: tuple[str, ...] = ()
    language: str = "fr"
    priority: Priority = Priority.NORMAL
    reason: str = ""
    caller_hash: str | None = field(default=None, repr=False)
    care: str = ""


@dataclass(frozen=True, slots=True)
class Passed:
    """An agent, `by`, passed the caller on after a talk. `came_at`: when the caller first came, before all talks.

    `back_to`: the service where they wait again when nobody takes them, then those that help it out; empty once they do so.
    `wanted`: the agent who alone is offered them, `number`: the telephone that is rung instead of an agent's; or empty.
    """

    by: str
    came_at: datetime
    back_to: tuple[str, ...]
    wanted: str = ""
    number: str = field(default="", repr=False)

    @property
    def is_back(self) -> bool:
        """Whether nobody took them there."""
        return not self.back_to


@dataclass(frozen=True, slots=True)
class Entry:
    """A caller's place. `since`: when `place` last changed; `agent`: who is rung for them, talks or talked; or empty.

    `tried`: whom they were offered to in vain. `released_at`: when the agent was done with them, wrap-up included.
    `passed`: how they came to it, where that was from an agent; `passed_to`: whom the agent of this one passed them on to, in words.
    """

    id: int
    caller: Caller
    entered_at: datetime
    place: Place
    since: datetime
    agent: str = ""
    tried: tuple[Try, ...] = ()
    connected_at: datetime | None = None
    released_at: datetime | None = None
    passed: Passed | None = None
    passed_to: str = ""
    promised_at: datetime | None = None
    """When the caller chose to be called back; None: they have not, or they have called again since and talked."""
    call_after: datetime | None = None
    """Of who is promised a call: nobody is to be offered them before; None: at once."""
    unanswered: int = 0
    """Calls that were made to them, and that nobody answered."""

    @property
    def is_call_back(self) -> bool:
        """Whether an agent who talks to them, or tries to, has dialled them: no line of ours is in it."""
        return self.promised_at is not None and not self.caller.machine

    @property
    def rank(self) -> tuple[datetime, int]:
        """The order of the queue: the smaller goes first, whatever the time is now."""
        return self.ranked_at, self.id

    @property
    def ranked_at(self) -> datetime:
        """When this caller counts as having come."""
        ahead = HEAD_START[self.caller.priority]
        return self.passed.came_at - max(ahead, PASSED_ON) if self.passed else self.entered_at - ahead


@dataclass(frozen=True, slots=True)
class Agent:
    """A person at a telephone. `services` and `languages` are their skills; `reason`: why they are paused.

    `idle_since`: since when they have had nothing to do, the longest first. `entry_id`: whom they are rung for, talk to or wrap up.
    `request`: whom they call back out of the list (callbacks.id); `was_paused`: and were paused before, for `reason`.
    """

    name: str
    state: AgentState
    since: datetime
    idle_since: datetime
    services: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("fr",)
    telephone: str = ""
    reason: str = ""
    entry_id: int | None = None
    request: int | None = None
    was_paused: bool = False

    @property
    def is_present(self) -> bool:
        """Whether they take calls, now or next."""
        return self.state in PRESENT and not self.was_paused


@dataclass(frozen=True, slots=True)
class Pair:
    """A place with the agent it has to do with, where there is one; what changes together."""

    entry: Entry | None = None
    agent: Agent | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """What is to be done next: ring this agent for that caller."""

    entry_id: int
    agent: str
