"""Days in Paris, where some have 23 hours and some 25."""

from datetime import UTC, date, datetime

from callbot.stats.days import day_of, hours_of


def test_a_day_begins_at_midnight_in_paris() -> None:
    """Two minutes around midnight fall on two days, in winter and in summer time."""
    instants = [
        datetime(2026, 1, 9, 22, 59, tzinfo=UTC),
        datetime(2026, 1, 9, 23, 0, tzinfo=UTC),
        datetime(2026, 7, 9, 21, 59, tzinfo=UTC),
        datetime(2026, 7, 9, 22, 0, tzinfo=UTC),
    ]
    assert [day_of(instant) for instant in instants] == [
        date(2026, 1, 9),
        date(2026, 1, 10),
        date(2026, 7, 9),
        date(2026, 7, 10),
    ]


def test_an_ordinary_day_has_24_hours() -> None:
    """From 00:00 to 23:00, an hour apart."""
    hours = hours_of(date(2026, 1, 9))
    assert [hour.isoformat() for hour in hours] == [f"2026-01-09T{n:02}:00:00+01:00" for n in range(24)]


def test_the_day_that_loses_an_hour_has_no_two_o_clock() -> None:
    """29 March 2026: 23 hours, from 01:00 straight to 03:00."""
    hours = hours_of(date(2026, 3, 29))
    assert len(hours) == 23
    assert [hour.isoformat() for hour in hours[1:3]] == [
        "2026-03-29T01:00:00+01:00",
        "2026-03-29T03:00:00+02:00",
    ]


def test_the_day_that_gains_an_hour_has_two_o_clock_twice() -> None:
    """25 October 2026: 25 hours, 02:00 in summer time and again in winter time."""
    hours = hours_of(date(2026, 10, 25))
    assert len(hours) == 25
    assert [hour.isoformat() for hour in hours[2:4]] == [
        "2026-10-25T02:00:00+02:00",
        "2026-10-25T02:00:00+01:00",
    ]
