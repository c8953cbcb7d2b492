"""The steps of a trend: every day of a period in one of them, and no more of them than can be read."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.stats.period import LONGEST_DAYS, Period
from callbot.stats.steps import Step, step_of, steps

DAYS = st.dates(date(2000, 1, 1), date(2096, 1, 1))


@given(DAYS, st.integers(1, LONGEST_DAYS))
def test_steps_cover_their_period(first: date, days: int) -> None:
    """In order, without a gap; at most as many points as a drawing has room for; weeks begin on Mondays, months on their first day."""
    period = Period(first, first + timedelta(days=days - 1))
    found = list(steps(period))
    assert [day for one in found for day in one] == list(period)
    assert len(found) <= 107
    for inner in found[1:]:
        match step_of(period):
            case Step.WEEK:
                assert inner.first.weekday() == 0
            case Step.MONTH:
                assert inner.first.day == 1


@pytest.mark.parametrize(
    ("period", "step", "number"),
    [
        (Period.month(date(2026, 5, 4)), Step.DAY, 31),
        (Period(date(2026, 1, 1), date(2026, 4, 10)), Step.DAY, 100),
        (Period(date(2026, 1, 1), date(2026, 4, 11)), Step.WEEK, 15),
        (Period.year(date(2026, 5, 4)), Step.WEEK, 53),
        (Period(date(2024, 1, 1), date(2026, 1, 1)), Step.WEEK, 105),
        (Period(date(2024, 1, 1), date(2026, 1, 2)), Step.MONTH, 25),
    ],
)
def test_the_step_goes_by_the_length(period: Period, step: Step, number: int) -> None:
    """Days to a hundred of them, weeks to two years, then months."""
    assert (step_of(period), len(list(steps(period)))) == (step, number)
