"""A month's rows open into what its days had; a period is its months and the days beside them."""

from collections import Counter
from datetime import date, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from callbot.reports.sections import SHOWN
from callbot.stats.cells import Kind
from callbot.stats.joined import Joined
from callbot.stats.months import (
    BRIEF,
    PLACE_BIT,
    DayTally,
    Detail,
    MonthTally,
    Whole,
    added_up,
    beside,
    detail_for,
    last_of,
    month_of,
    months_of,
    opened,
)
from callbot.stats.period import Period
from callbot.stats.tally import MOST, Counted, Tally, What, key_of, packed

MONTH = date(2024, 2, 1)
WHATS = (What.OFFERED, What.WAIT, What.RESPONSE, What.ARRIVED_KNOWN)
COUNTED = st.lists(st.tuples(st.sampled_from(WHATS), st.integers(0, MOST), st.integers(1, 9)), max_size=12)
DAYS = st.dictionaries(st.integers(0, 28), COUNTED, max_size=29)
HOURLY = Whole(Kind.HOUR_LINE, 9, "+33199000001", "", "")


def tally(day: date, counted: list[Counted]) -> DayTally:
    """As a day has it in the database."""
    sums = Counter[int]()
    for what, value, count in counted:
        assert isinstance(value, int)
        sums[key_of(what, value)] += count
    return DayTally(HOURLY, day, packed(sums))


@given(DAYS)
def test_a_month_opens_into_what_its_days_had(given_days: dict[int, list[Counted]]) -> None:
    """Day by day what is brief, by weekday everything; nothing else, nowhere else."""
    days = {MONTH + timedelta(days=n): counted for n, counted in given_days.items()}
    rows = list(added_up(tally(day, counted) for day, counted in days.items()))
    for detail in Detail:
        stack = opened(
            [
                MonthTally(MONTH, detail, HOURLY.hour, (7, 0, 1), row)
                for _, kept, row in rows
                if kept is detail
            ]
        )
        assert set(stack.hours.tolist()) <= {9}
        assert {tuple(names) for names in stack.names.tolist()} <= {(7, 0, 1)}
        found = Joined(stack, {})
        for at in range(29):
            day = MONTH + timedelta(days=at)
            mine = found.grouped((stack.days == day.toordinal()).astype(np.int64), 2)[1]
            alike = {day} if detail is Detail.DAYS else _of_weekday(day)
            expected = Tally.of(
                one
                for each in alike
                for one in days.get(each, ())
                if detail is Detail.WEEKDAYS or one[0] in BRIEF
            )
            for what in WHATS:
                assert _told(mine, what) == _told(expected, what)


def _of_weekday(day: date) -> set[date]:
    """All days of its weekday, of the first one in the month; none of a later one."""
    return {day + timedelta(days=7 * n) for n in range(5)} if day.day <= 7 else set()


def _told(tally: Tally, what: What) -> dict[int, int]:
    values, counts = tally.histogram(what)
    return {value: count for value, count in zip(values.tolist(), counts.tolist(), strict=True) if count}


def test_a_key_has_room_for_its_place() -> None:
    """What is counted stays below the place's bits; a day's number and these fit into 32."""
    assert key_of(max(What), MOST) < 1 << PLACE_BIT
    assert 31 << PLACE_BIT < 1 << 32


@given(st.dates(date(2024, 1, 1), date(2026, 12, 31)), st.integers(0, 800), st.integers(-40, 900))
def test_a_period_is_its_months_and_the_days_beside_them(first: date, days: int, until: int) -> None:
    """Each day once, in order, and the other days of months that reach beyond it; no month of which a day is not settled."""
    period, settled = Period(first, first + timedelta(days=days)), first + timedelta(days=until)
    months = months_of(period, settled)
    assert all(last_of(month) <= settled for month in months)
    ranges = sorted([*((month, last_of(month)) for month in months), *beside(period, months)])
    told = [begin + timedelta(days=n) for begin, end in ranges for n in range((end - begin).days + 1)]
    assert [day for day in told if day in period] == list(period)
    assert {month_of(day) for day in told if day not in period} <= set(months)


def test_what_is_shown_of_parts_is_read_from_the_short_rows() -> None:
    """Of each day, line and service; all figures of each day come from the days themselves."""
    assert {detail_for(whats, by_day=True) for whats in SHOWN.values()} == {Detail.DAYS}
    assert detail_for(None, by_day=False) is Detail.WEEKDAYS
    assert detail_for(frozenset({What.TURNS}), by_day=True) is None
