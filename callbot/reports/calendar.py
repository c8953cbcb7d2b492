"""Which reports there are, and when each is due: every day, every week, every month, at the set hour in Europe/Paris. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from callbot.stats.days import PARIS
from callbot.stats.period import Period

__all__ = ["Due", "Kind", "due", "next_look_s", "period"]

LATE_DAYS = 3
"""A report that could not be sent (nobody was there, the post was down) is caught up for so long, and then left."""


class Kind(StrEnum):
    """What a report is about; `report_kinds` takes these words."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Due:
    """The report of `period`, to be sent at `at` (aware)."""

    kind: Kind
    period: Period
    at: datetime

    @property
    def key(self) -> str:
        """What tells it from every other one: « week 2025-11-17 »."""
        return f"{self.kind} {self.period.first.isoformat()}"


def period(kind: Kind, day: date) -> Period:
    """The day, week (from Monday) or month that `day` is in."""
    match kind:
        case Kind.DAY:
            return Period.day(day)
        case Kind.WEEK:
            return Period.week(day)
        case Kind.MONTH:
            return Period.month(day)


def due(now: datetime, hour: time, kinds: tuple[Kind, ...]) -> tuple[Due, ...]:
    """Every report whose time came in the last LATE_DAYS, oldest first.

    Yesterday's each day, the last week's on Mondays, the last month's on the first day of the next.
    """
    today = now.astimezone(PARIS).date()
    days = (today - timedelta(days=back) for back in range(LATE_DAYS, -1, -1))
    return tuple(one for day in days for one in _of(day, hour, kinds) if one.at <= now)


def next_look_s(now: datetime, hour: time) -> float:
    """Seconds until the next time that something may be due, one hour at most: clocks jump, machines sleep."""
    local = now.astimezone(PARIS)
    at = datetime.combine(local.date(), hour, tzinfo=PARIS)
    if at <= local:
        at = datetime.combine(local.date() + timedelta(days=1), hour, tzinfo=PARIS)
    return min(3600.0, max(1.0, (at - now).total_seconds()))


def _of(day: date, hour: time, kinds: tuple[Kind, ...]) -> Iterator[Due]:
    at = datetime.combine(day, hour, tzinfo=PARIS)
    begins = {Kind.DAY: True, Kind.WEEK: day.weekday() == 0, Kind.MONTH: day.day == 1}
    for kind in kinds:
        if begins[kind]:
            yield Due(kind, period(kind, day - timedelta(days=1)), at)
