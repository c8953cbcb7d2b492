"""The dashboard's address: what it asks for, and that what is shown can be linked to."""

from datetime import date
from urllib.parse import parse_qsl

import pytest

from callbot.stats.period import Filters, Period
from callbot.web.dashboard_query import asked, shortcuts

TODAY = date(2026, 3, 4)  # a Wednesday


@pytest.mark.parametrize(
    ("given", "period"),
    [
        ({}, Period.day(TODAY)),
        ({"periode": "semaine", "du": "2026-03-04"}, Period(date(2026, 3, 2), date(2026, 3, 8))),
        ({"periode": "mois", "du": "2026-02-10"}, Period(date(2026, 2, 1), date(2026, 2, 28))),
        ({"periode": "annee", "du": "2025-02-10"}, Period(date(2025, 1, 1), date(2025, 12, 31))),
        (
            {"periode": "libre", "du": "2026-02-10", "au": "2026-02-12"},
            Period(date(2026, 2, 10), date(2026, 2, 12)),
        ),
    ],
)
def test_a_period_is_asked_for_by_any_day_of_it(given: dict[str, str], period: Period) -> None:
    """Whole weeks from Monday, whole months and years, or dates."""
    assert (asked(given, TODAY).period, asked(given, TODAY).problem) == (period, "")


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"du": "2026-02-30"}, "Une date n’existe pas. Voici le jour même."),
        ({"du": "hier"}, "Une date n’existe pas. Voici le jour même."),
        (
            {"periode": "libre", "du": "2026-03-02", "au": "2026-03-01"},
            "La période finit avant de commencer. Voici le jour même.",
        ),
        (
            {"periode": "libre", "du": "2000-01-01", "au": "2026-03-01"},
            "La période est trop longue : trois ans au plus. Voici le jour même.",
        ),
        (
            {"periode": "jour", "du": "9999-12-31"},
            "La période doit être entre 2000 et 2100. Voici le jour même.",
        ),
        ({"periode": "semaine", "du": "9999-12-31"}, "Une date n’existe pas. Voici le jour même."),
    ],
)
def test_what_cannot_be_is_told_and_today_is_shown(given: dict[str, str], problem: str) -> None:
    """In French; the page never fails for an address."""
    found = asked(given, TODAY)
    assert (found.period, found.problem) == (Period.day(TODAY), problem)


def test_what_is_shown_can_be_linked_to() -> None:
    """Period and every filter come back from the address that is written of them."""
    given = {
        "periode": "mois",
        "du": "2026-02-10",
        "ligne": "-",
        "service": "accueil",
        "langue": "en",
        "heures": "soir",
        "jours": "week-end",
    }
    found = asked(given, TODAY)
    night = frozenset({19, 20, 21, 22, 23, 0, 1, 2, 3, 4, 5, 6})
    assert found.filters == Filters("", "accueil", "en", night, frozenset({5, 6}))
    assert asked(dict(parse_qsl(found.query())), TODAY) == found


def test_the_neighbours_are_as_long() -> None:
    """The month before March is February; dates move by their own length."""
    month = asked({"periode": "mois", "du": "2026-03-04"}, TODAY)
    assert (month.before().period, month.after().period) == (
        Period.month(date(2026, 2, 1)),
        Period.month(date(2026, 4, 1)),
    )
    dates = asked({"periode": "libre", "du": "2026-02-10", "au": "2026-02-12"}, TODAY)
    assert dates.before().period == Period(date(2026, 2, 7), date(2026, 2, 9))


def test_the_shortcuts_are_of_this_day() -> None:
    """Last week and last month are whole ones."""
    found = dict(shortcuts(TODAY))
    assert found["La semaine dernière"] == Period(date(2026, 2, 23), date(2026, 3, 1))
    assert found["Le mois dernier"] == Period.month(date(2026, 2, 1))


def test_there_is_nothing_beyond_the_last_day() -> None:
    """The arrows stay where the calendar ends."""
    last, first = (asked({"du": day}, TODAY) for day in ("2100-12-31", "2000-01-01"))
    assert (last.after(), first.before()) == (last, first)
