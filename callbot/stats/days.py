"""The days of the town hall: from midnight to midnight in Europe/Paris, 23 or 25 hours long when the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)
SETTLED_AFTER_DAYS = 8
"""So many days of UTC after a day of Paris, the 168 hours after each of its calls are over, whatever the clocks do."""


def day_of(instant: datetime) -> date:
    """The day in Paris of an aware datetime."""
    return instant.astimezone(PARIS).date()


def last_settled(now: datetime) -> date:
    """The last day of whose calls it is known who called again within 168 hours; `now` is aware. SQL views do the same."""
    return now.astimezone(UTC).date() - timedelta(days=SETTLED_AFTER_DAYS)


def hours_of(day: date) -> tuple[datetime, ...]:
    """The beginnings of the 23, 24 or 25 hours of `day`, as Paris reads its clocks; the hour that comes twice is there twice."""
    begin, end = _midnight(day), _midnight(day + timedelta(days=1))
    count = (end - begin) // timedelta(hours=1)
    return tuple((begin + timedelta(hours=n)).astimezone(PARIS) for n in range(count))


def bounds_of(day: date) -> tuple[datetime, datetime]:
    """Its first moment, and that of the next day; of a day that no calendar with zones has: of the nearest one."""
    near = min(max(day, EARLIEST), LATEST)
    return _midnight(near), _midnight(near + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=PARIS).astimezone(UTC)
