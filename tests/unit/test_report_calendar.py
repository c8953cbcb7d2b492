"""When reports are due: each once, at the set hour of Paris, caught up for some days."""

from datetime import UTC, date, datetime, time

from callbot.reports.calendar import Kind, due, next_look_s
from callbot.stats.days import PARIS

SEVEN = time(7, 0)


def keys(now: datetime, *kinds: Kind) -> list[str]:
    """What is due then."""
    return [one.key for one in due(now, SEVEN, kinds or tuple(Kind))]


def test_yesterday_is_due_at_its_hour_and_caught_up_for_three_days() -> None:
    """Not a minute before; older ones are left."""
    before, at = datetime(2026, 3, 4, 6, 59, tzinfo=PARIS), datetime(2026, 3, 4, 7, 0, tzinfo=PARIS)
    assert keys(before, Kind.DAY) == ["day 2026-02-28", "day 2026-03-01", "day 2026-03-02"]
    assert keys(at, Kind.DAY) == ["day 2026-02-28", "day 2026-03-01", "day 2026-03-02", "day 2026-03-03"]


def test_the_week_is_due_on_mondays_and_the_month_on_its_first_day() -> None:
    """Monday 1 June 2026 has all three, of whole days, weeks and months."""
    monday = datetime(2026, 6, 1, 8, 0, tzinfo=PARIS)
    wanted = {one.kind: (one.period.first, one.period.last) for one in due(monday, SEVEN, tuple(Kind))}
    assert wanted == {
        Kind.DAY: (date(2026, 5, 31), date(2026, 5, 31)),
        Kind.WEEK: (date(2026, 5, 25), date(2026, 5, 31)),
        Kind.MONTH: (date(2026, 5, 1), date(2026, 5, 31)),
    }
    assert keys(datetime(2026, 6, 9, 8, 0, tzinfo=PARIS), Kind.MONTH) == []


def test_seven_o_clock_is_that_of_paris_in_summer_and_winter() -> None:
    """05:00 in UTC in summer, 06:00 in winter."""
    assert keys(datetime(2026, 7, 1, 5, 0, tzinfo=UTC), Kind.DAY)[-1] == "day 2026-06-30"
    assert keys(datetime(2026, 1, 15, 5, 59, tzinfo=UTC), Kind.DAY)[-1] == "day 2026-01-13"
    assert keys(datetime(2026, 1, 15, 6, 0, tzinfo=UTC), Kind.DAY)[-1] == "day 2026-01-14"


def test_the_next_look_is_at_the_hour_or_within_one() -> None:
    """Never later than an hour, for clocks jump; never at once."""
    assert next_look_s(datetime(2026, 3, 4, 6, 50, tzinfo=PARIS), SEVEN) == 600
    assert next_look_s(datetime(2026, 3, 4, 7, 0, tzinfo=PARIS), SEVEN) == 3600
    assert next_look_s(datetime(2026, 3, 4, 6, 59, 59, 900000, tzinfo=PARIS), SEVEN) == 1
