"""What the waiting queue tells a call. No I/O."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from callbot.humans.queue_types import Place


class Desk(StrEnum):
    """Whether agents are there for a caller: those of their service, or of one that helps out."""

    STAFFED = "staffed"
    PAUSED = "paused"
    """They are signed in, and none of them takes calls."""
    EMPTY = "empty"
    """Nobody is signed in."""


@dataclass(frozen=True, slots=True)
class NotQueued:
    """The caller has no place: nobody uses the desk, or the queue does not work; `full`: as many wait as may wait."""

    full: bool = False


class Passed(StrEnum):
    """Whom an agent has passed the caller on to."""

    SERVICE = "service"
    AGENT = "agent"
    NUMBER = "number"
    BACK = "back"
    """Nobody took them there."""


@dataclass(frozen=True, slots=True)
class PlaceSeen:
    """The call's place is `place` since then. `agent`: to whom it is offered, `telephone`: where they are rung, may be empty.

    `returned`: the place was kept from an earlier call. `nth`: the place's own number, another one once the caller has been passed on;
    `passed`: then, whom to, and `service`: for whom they wait.
    """

    place: Place
    since: datetime
    agent: str = ""
    telephone: str = ""
    returned: bool = False
    nth: int = 0
    passed: Passed | None = None
    service: str = ""


@dataclass(frozen=True, slots=True)
class Stands:
    """Where the caller stands, from 1; `minutes` as in waiting_time.Standing."""

    position: int
    minutes: int | None
    desk: Desk = Desk.STAFFED


QueueNews = NotQueued | PlaceSeen | Stands
