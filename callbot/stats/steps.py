"""The steps in which a trend goes along a period: days, or weeks or months where days are too many to be told apart. Pure."""

from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum

from callbot.stats.period import Period

DAYS_MOST, WEEKS_MOST = 100, 2 * 366
"""The longest periods, in days, that are told by days and by weeks."""


class Step(StrEnum):
    """What a trend has a point for."""

    DAY = "day"
    WEEK = "week"
    """From Monday to Sunday; the first and the last may be cut off by the period."""
    MONTH = "month"
    """The first and the last may be cut off as well."""


def step_of(period: Period) -> Step:
    """By its length alone, so that a period and the one before it go in the same steps."""
    if period.days <= DAYS_MOST:
        return Step.DAY
    return Step.WEEK if period.days <= WEEKS_MOST else Step.MONTH


def steps(period: Period) -> Iterator[Period]:
    """Its steps, in order; each day of the period is in one of them."""
    whole = {Step.DAY: Period.day, Step.WEEK: Period.week, Step.MONTH: Period.month}[step_of(period)]
    begin = period.first
    while begin <= period.last:
        end = min(whole(begin).last, period.last)
        yield Period(begin, end)
        begin = end + timedelta(days=1)
