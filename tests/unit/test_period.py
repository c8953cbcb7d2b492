"""Periods, what they are compared with, and filters."""

from datetime import date

import pytest

from callbot.stats.period import Filters, Period, Span


@pytest.mark.parametrize(
    ("period", "span", "label", "previous"),
    [
        (Period.day(date(2026, 3, 2)), Span.DAY, "lundi 2 mars 2026", Period.day(date(2026, 2, 23))),
        (
            Period.week(date(2026, 3, 4)),
            Span.WEEK,
            "du 2 au 8 mars 2026",
            Period(date(2026, 2, 23), date(2026, 3, 1)),
        ),
        (Period.month(date(2026, 3, 4)), Span.MONTH, "mars 2026", Period.month(date(2026, 2, 1))),
        (Period.year(date(2026, 3, 4)), Span.YEAR, "2026", Period.year(date(2025, 1, 1))),
        (
            Period(date(2026, 2, 27), date(2026, 3, 1)),
            Span.OTHER,
            "du 27 février au 1er mars 2026",
            Period(date(2026, 2, 20), date(2026, 2, 22)),
        ),
        (
            Period(date(2025, 12, 29), date(2026, 1, 7)),
            Span.OTHER,
            "du 29 décembre 2025 au 7 janvier 2026",
            Period(date(2025, 12, 15), date(2025, 12, 24)),
        ),
    ],
)
def test_periods(period: Period, span: Span, label: str, previous: Period) -> None:
    """What each is called, and which comparable one came before."""
    assert (period.span, period.label, period.previous()) == (span, label, previous)


def test_the_days_of_a_period() -> None:
    """Both ends are in it."""
    period = Period(date(2026, 2, 27), date(2026, 3, 1))
    assert list(period) == [date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1)]
    assert (date(2026, 3, 1) in period, date(2026, 3, 2) in period, period.days) == (True, False, 3)


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [
        (date(2026, 3, 2), date(2026, 3, 1), "la période finit avant de commencer"),
        (date(2020, 1, 1), date(2026, 1, 1), "la période est trop longue : trois ans au plus"),
    ],
)
def test_what_is_no_period(first: date, last: date, message: str) -> None:
    """It says so in French."""
    with pytest.raises(ValueError, match=message):
        Period(first, last)


def test_filters_of_hours_and_weekdays() -> None:
    """Without a filter everything is taken."""
    monday_morning = Filters(hours=frozenset({8, 9}), weekdays=frozenset({0}))
    assert (monday_morning.takes_day(date(2026, 3, 2)), monday_morning.takes_day(date(2026, 3, 3))) == (
        True,
        False,
    )
    assert (monday_morning.takes_hour(9), monday_morning.takes_hour(10)) == (True, False)
    assert (Filters().takes_day(date(2026, 3, 3)), Filters().takes_hour(3), Filters().some) == (
        True,
        True,
        False,
    )
    assert monday_morning.without("hours") == Filters(weekdays=frozenset({0}))


@pytest.mark.parametrize("filters", [{"hours": frozenset({24})}, {"weekdays": frozenset({7})}])
def test_an_hour_or_weekday_that_there_is_not(filters: dict[str, frozenset[int]]) -> None:
    """Refused."""
    with pytest.raises(ValueError, match=r"une heure va|un jour de la semaine va"):
        Filters(**filters)  # type: ignore[arg-type]


@pytest.mark.parametrize("day", [date(9999, 12, 31), date(2101, 1, 1), date(1999, 12, 31), date(1, 1, 1)])
def test_days_far_away_are_refused(day: date) -> None:
    """In French, before anything is reckoned with them; the edges themselves are fine, and so is what they are compared with."""
    with pytest.raises(ValueError, match="la période doit être entre 2000 et 2100"):
        Period.day(day)
    assert Period.day(date(2000, 1, 1)).previous().first == date(1999, 12, 25)
    assert Period.year(date(2000, 1, 1)).previous().last == date(1999, 12, 31)
    assert Period.day(date(2100, 12, 31)).days == 1
