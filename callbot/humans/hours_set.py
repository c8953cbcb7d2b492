"""Weeks of hours that staff have set, for a line, a service or the whole town hall, instead of those of commune.toml. No I/O, no clock."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from callbot.humans.hours import DAY_MINUTES, OpeningHours, Season, Span
from callbot.phone_numbers import line_key

ALWAYS = OpeningHours(((Span(0, DAY_MINUTES),),) * 7)
"""The hours of who has none, once there is something to take from them."""

UsualHours = Callable[[str, str, OpeningHours | None, OpeningHours | None], OpeningHours | None]
"""The hours of a place (line, service; both empty: the town hall) with its written ones (None: none of its own), and those it has else."""


def as_written(
    line: str,  # noqa: ARG001 (as UsualHours has it)
    service: str,  # noqa: ARG001
    written: OpeningHours | None,
    otherwise: OpeningHours | None,
) -> OpeningHours | None:
    """Where staff have set nothing."""
    return written or otherwise


@dataclass(frozen=True, slots=True)
class Week:
    """One that staff have set, and that is not over. `line` (a number) or `service` (an id): both empty for the town hall."""

    id: int
    line: str
    service: str
    season: Season
    made_by: str
    made_at: datetime
    ended_by: str = ""
    """Who took it back, or set another in its place; empty: nobody."""
    ended_at: datetime | None = None

    def is_of(self, line: str, service: str) -> bool:
        """Whether it is that place's own."""
        return (
            self.service == service
            and bool(self.line) == bool(line)
            and line_key(self.line) == line_key(line)
        )

    @property
    def _rank(self) -> tuple[bool, bool, bool, int]:
        """A day goes before a season with an end, that before one without, that before what counts at all times; the newest first."""
        season = self.season
        return season.one_day, season.last is not None, season.first is not None, self.id


def of_place(weeks: Sequence[Week], line: str, service: str) -> list[Week]:
    """That place's own, the one that counts first."""
    return sorted((one for one in weeks if one.is_of(line, service)), key=lambda one: one._rank, reverse=True)


def usual_hours(
    weeks: Sequence[Week],
    line: str,
    service: str,
    written: OpeningHours | None,
    otherwise: OpeningHours | None,
) -> OpeningHours | None:
    """As `UsualHours`, with these weeks; outside their days what is written, or else `otherwise`, counts."""
    base = written or otherwise
    own = [one.season for one in of_place(weeks, line, service)]
    if not own:
        return base
    base = base or ALWAYS
    return replace(base, seasons=tuple(dict.fromkeys((*own, *base.seasons))))


def replaced(weeks: Sequence[Week], line: str, service: str, season: Season, today: date) -> list[Week]:
    """Those of the place that a new `season` takes the place of: of the same days, and for one without end, what counts already."""
    return [one for one in of_place(weeks, line, service) if _replaces(season, one.season, today)]


def _replaces(new: Season, old: Season, today: date) -> bool:
    if (new.first, new.last) == (old.first, old.last):
        return True
    at_once = new.last is None and (new.first is None or new.first <= today)
    return at_once and old.last is None and (old.first is None or old.first <= today)
