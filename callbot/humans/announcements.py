"""What staff have set: weekly hours, closures and spoken messages between two instants, for all callers or for some. No I/O, no clock."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from callbot.humans.hours import OpeningHours
from callbot.humans.hours_set import ALWAYS, Week, usual_hours
from callbot.phone_numbers import line_key


@dataclass(frozen=True, slots=True)
class Closure:
    """Nobody is there from `begins_at` up to `ends_at` (aware). `line` (a number) and `service` (an id): empty for all."""

    id: int
    line: str
    service: str
    begins_at: datetime
    ends_at: datetime
    reason: str
    made_by: str

    def holds_for(self, line: str, service: str) -> bool:
        """Whether it closes that service to the callers of that line."""
        return self.service in ("", service) and (not self.line or line_key(self.line) == line_key(line))


class MessageState(StrEnum):
    """How far a message is."""

    DRAFT = "draft"
    """Nobody has listened to it yet."""
    HEARD = "heard"
    """It may be switched on."""
    PLANNED = "planned"
    SPOKEN = "spoken"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Announcement:
    """A message for callers of `lines` (numbers, empty: all) from `begins_at` up to `ends_at` (aware), once it is switched on."""

    id: int
    text: str
    lines: tuple[str, ...]
    begins_at: datetime
    ends_at: datetime
    made_by: str
    heard_by: str = ""
    on_by: str = ""

    def state(self, at: datetime) -> MessageState:
        """At that instant."""
        if at >= self.ends_at:
            return MessageState.OVER
        if not self.on_by:
            return MessageState.HEARD if self.heard_by else MessageState.DRAFT
        return MessageState.SPOKEN if self.begins_at <= at else MessageState.PLANNED

    def is_for(self, line: str) -> bool:
        """Whether callers of that number hear it."""
        return not self.lines or line_key(line) in map(line_key, self.lines)


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that staff have set and that is not over, as it is known at one time."""

    closures: tuple[Closure, ...] = ()
    announcements: tuple[Announcement, ...] = ()
    weeks: tuple[Week, ...] = ()

    def announced(self, line: str, at: datetime) -> tuple[str, ...]:
        """What a caller of that number hears `at` that instant, the oldest first."""
        return tuple(
            one.text
            for one in self.announcements
            if one.is_for(line) and one.state(at) is MessageState.SPOKEN
        )

    def hours(self, usual: OpeningHours | None, line: str, service: str) -> OpeningHours | None:
        """The usual hours (None: always) of that service for callers of that line, without what is closed."""
        periods = tuple((one.begins_at, one.ends_at) for one in self.closures if one.holds_for(line, service))
        return replace(usual or ALWAYS, closures=periods) if periods else usual

    def usual(
        self, line: str, service: str, written: OpeningHours | None, otherwise: OpeningHours | None
    ) -> OpeningHours | None:
        """The weekly hours of a place, as `UsualHours`."""
        return usual_hours(self.weeks, line, service, written, otherwise)

    def texts(self) -> Sequence[str]:
        """What must be rendered: messages that are, or will be, spoken."""
        return [one.text for one in self.announcements if one.on_by]


ReadBoard = Callable[[], Board]


def no_board() -> Board:
    """Where nothing is ever exceptional: conversations in writing, tests."""
    return Board()
