"""When a request is due: what the caller wished, or when to try again, as hours of the town hall's clock. No I/O, no clock."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from functools import lru_cache

from callbot.callback_states import Callback, CallbackState
from callbot.dialogue.wishes import AFTERNOON, Wish, read_wish
from callbot.humans.holidays import is_holiday
from callbot.humans.hours import PARIS
from callbot.understanding.normalise import normalise
from callbot.understanding.spoken_forms.days import Days
from callbot.understanding.spoken_forms.times import DAY_BEGINS

DAY_ENDS = AFTERNOON.last
"""« Un jour » without an hour ends then."""
GRACE = timedelta(minutes=30)
"""How long after an exact hour it is still kept."""
AFTER_A_TRY = timedelta(hours=1)
"""When somebody whom nobody reached is due again, where nobody has said when."""
RETRY_KEPT = timedelta(hours=1)
"""How long after the hour that was chosen for another try it is still in time."""
HORIZON_DAYS = 60

_BETWEEN_DAYS = re.compile(r"entre le (.+?) et le ([^,]+)(?:, (.+))?")


class Due(IntEnum):
    """How urgent it is; they sort in this order."""

    OVERDUE = 0
    NOW = 1
    LATER = 2


@dataclass(frozen=True, slots=True)
class Window:
    """From when till when to call (aware, in Paris)."""

    first: datetime
    last: datetime

    def due(self, now: datetime) -> Due:
        """Where `now` (aware) stands."""
        if now > self.last:
            return Due.OVERDUE
        return Due.NOW if now >= self.first else Due.LATER


def works_on(day: date) -> bool:
    """Whether a town hall calls people on that day: from Monday to Friday, but for public holidays."""
    return day.weekday() < 5 and not is_holiday(day)


def window(callback: Callback, now: datetime) -> Window:
    """When to call. Of several that the caller would like, the next one that is not over; when all are, the last one."""
    if callback.retry_at is not None:
        first = callback.retry_at.astimezone(PARIS)
        return Window(first, first + RETRY_KEPT)
    if callback.tries:
        return _any_time(callback.tries[-1].at + AFTER_A_TRY)
    wanted = _windows(callback.wish, callback.asked_at)
    return next((one for one in wanted if now <= one.last), wanted[-1])


def order(callbacks: Iterable[Callback], now: datetime) -> list[Callback]:
    """Open requests as they are to be called: what is overdue, what is due, what is not yet; the oldest first among equals."""

    def rank(callback: Callback) -> tuple[Due, datetime, datetime, int]:
        wanted = window(callback, now)
        due = wanted.due(now)
        return due, wanted.first if due is Due.LATER else wanted.last, callback.asked_at, callback.id

    return sorted((one for one in callbacks if one.state is not CallbackState.DONE), key=rank)


@lru_cache(maxsize=1024)
def _windows(wish: str, asked_at: datetime) -> tuple[Window, ...]:
    """What is wished, the earliest first; at least one."""
    read = _read(wish, asked_at.astimezone(PARIS).date()) if wish else None
    found = sorted(_each(read, asked_at), key=lambda one: one.last) if read else []
    return tuple(found) or (_any_time(asked_at),)


def _read(wish: str, today: date) -> Wish | None:
    """A written wish as it was meant (`wishes.wish_said` wrote it, with dates)."""
    between = _BETWEEN_DAYS.fullmatch(wish)
    ends = [read_wish(part, normalise(part), today) for part in between.groups()[:2]] if between else []
    if between and all(end and end.days for end in ends):
        first, last = (end.days for end in ends if end and end.days)
        rest = read_wish(between[3], normalise(between[3]), today) if between[3] else None
        return Wish(Days(first.first, last.last), rest.times if rest else None)
    return read_wish(wish, normalise(wish), today)


def _each(wish: Wish, asked_at: datetime) -> list[Window]:
    more = _each(wish.other, asked_at) if wish.other else []
    if wish.days is None and wish.times is None:
        return more
    begins, ends = (wish.times.first, wish.times.last) if wish.times else (DAY_BEGINS, DAY_ENDS)
    grace = GRACE if begins == ends else timedelta()
    if wish.days:
        return [Window(_at(wish.days.first, begins), _at(wish.days.last, ends) + grace), *more]
    day = _working_day(asked_at.astimezone(PARIS).date())
    if _at(day, ends) + grace <= asked_at:
        day = _working_day(day + timedelta(days=1))
    return [Window(_at(day, begins), _at(day, ends) + grace), *more]


def _any_time(since: datetime) -> Window:
    """From `since` on, until the end of the next day on which somebody works."""
    local = since.astimezone(PARIS)
    return Window(local, _at(_working_day(local.date() + timedelta(days=1)), DAY_ENDS))


def _working_day(day: date) -> date:
    """`day`, or the first one after it on which somebody works."""
    return next(one for one in (day + timedelta(days=n) for n in range(HORIZON_DAYS)) if works_on(one))


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, PARIS)
