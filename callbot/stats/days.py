"""The days of the town hall: from midnight to midnight in Europe/Paris, 23 or 25 hours long when the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def day_of(instant: datetime) -> date:
    """The day in Paris of an aware datetime."""
    return instant.astimezone(PARIS).date()


def hours_of(day: date) -> tuple[datetime, ...]:
    """The beginnings of the 23, 24 or 25 hours of `day`, as Paris reads its clocks; the hour that comes twice is there twice."""
    begin, end = _midnight(day), _midnight(day + timedelta(days=1))
    count = (end - begin) // timedelta(hours=1)
    return tuple((begin + timedelta(hours=n)).astimezone(PARIS) for n in range(count))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=PARIS).astimezone(UTC)
