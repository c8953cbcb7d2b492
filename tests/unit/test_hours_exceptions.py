"""What is said of the coming days when they are not as always."""

from datetime import date, datetime, time, timedelta
from types import MappingProxyType

import pytest

from callbot.humans.hours import PARIS, OpeningHours, Season, Span
from callbot.humans.hours_exceptions import exceptions_said

MORNING, AFTERNOON = Span(540, 720), Span(840, 1020)
WEEK = ((MORNING, AFTERNOON),) * 5 + ((), ())
MONDAY = date(2026, 12, 7)
CHRISTMAS = date(2026, 12, 25)
ONCE = "Attention, exceptionnellement, nous sommes"


def at(day: date, hour: int = 0) -> datetime:
    """An hour of a day on the wall."""
    return datetime.combine(day, time(hour), PARIS)


def days(count: int) -> date:
    """So many days after Monday."""
    return MONDAY + timedelta(days=count)


@pytest.mark.parametrize(
    ("begin", "end", "said"),
    [
        (at(MONDAY), at(days(1)), f"{ONCE} fermés aujourd'hui."),
        (at(days(1)), at(days(2)), f"{ONCE} fermés demain."),
        (at(MONDAY, 9), at(days(1), 20), f"{ONCE} fermés aujourd'hui et demain."),
        (at(days(2)), at(days(3)), f"{ONCE} fermés le mercredi neuf décembre."),
        (at(days(2)), at(days(5)), f"{ONCE} fermés du mercredi neuf décembre au vendredi onze décembre."),
        (at(MONDAY), at(days(20)), f"{ONCE} fermés d'aujourd'hui au vendredi vingt-cinq décembre."),
        (at(days(4)), at(days(8)), f"{ONCE} fermés le vendredi onze décembre et le lundi quatorze décembre."),
        (at(MONDAY, 14), at(days(1)), f"{ONCE} ouverts aujourd'hui de neuf heures à midi."),
        (at(days(1), 11), at(days(1), 15), f"{ONCE} ouverts demain de neuf heures à onze heures et de quinze heures à dix-sept heures."),
        (at(days(5)), at(days(7)), None),
        (at(days(7)), at(days(8)), None),
    ],
    ids=str,
)  # fmt: skip
def test_closures(begin: datetime, end: datetime, said: str | None) -> None:
    """Today, tomorrow, a day, days in a row over a weekend, a part of a day; nothing of a weekend, nor of next week."""
    hours = OpeningHours(WEEK, closures=((begin, end),))
    assert exceptions_said(hours, MONDAY) == ([said] if said else [])


def test_public_holidays() -> None:
    """Where the offices are closed then; a weekday alone, and not one that staff have opened."""
    hours = OpeningHours(WEEK, closed_on_holidays=True)
    assert exceptions_said(hours, CHRISTMAS) == [
        "Nous sommes fermés aujourd'hui, jour férié.",
    ]
    assert exceptions_said(hours, date(2026, 12, 29)) == [
        "Nous sommes fermés le vendredi premier janvier, jour férié."
    ]
    assert exceptions_said(OpeningHours(WEEK), CHRISTMAS) == []
    opened = Season(WEEK, CHRISTMAS, CHRISTMAS)
    assert exceptions_said(OpeningHours(WEEK, closed_on_holidays=True, seasons=(opened,)), CHRISTMAS) == []


def test_days_of_commune_toml() -> None:
    """A closed day, and one that is opened for once, in their order."""
    hours = OpeningHours(
        WEEK, closed_days=frozenset({days(3)}), open_days=MappingProxyType({days(5): (MORNING,)})
    )
    assert exceptions_said(hours, MONDAY) == [
        f"{ONCE} fermés le jeudi dix décembre.",
        f"{ONCE} ouverts le samedi douze décembre de neuf heures à midi.",
    ]


@pytest.mark.parametrize(
    ("begin", "end", "said"),
    [
        (at(days(0)), at(days(100)), f"{ONCE} fermés d'aujourd'hui au mardi seize mars."),
        (at(days(0)), at(days(800)), f"{ONCE} fermés jusqu'à nouvel ordre."),
        (at(days(1)), at(days(800)), f"{ONCE} fermés à partir de demain et jusqu'à nouvel ordre."),
        (at(days(2)), at(days(800)), f"{ONCE} fermés à partir du mercredi neuf décembre et jusqu'à nouvel ordre."),
    ],
)  # fmt: skip
def test_closures_beyond_the_first_horizon(begin: datetime, end: datetime, said: str) -> None:
    """The last day is the real one; where it is too far, no day is told."""
    assert exceptions_said(OpeningHours(WEEK, closures=((begin, end),)), MONDAY) == [said]


def test_many_exceptions_are_cut_short() -> None:
    """Two are told, then that there are others."""
    parts = tuple((at(days(ahead), 8), at(days(ahead), 12)) for ahead in range(4))
    said = exceptions_said(OpeningHours(WEEK, closures=parts), MONDAY)
    assert (len(said), said[-1]) == (3, "D'autres jours sont particuliers, un agent peut vous les dire.")
