"""Weeks of hours that staff set: which one counts on a day, for whom, and what it takes the place of."""

from datetime import UTC, date, datetime

import pytest

from callbot.humans.announcements import Board
from callbot.humans.hours import OpeningHours, Season, Span, Spans
from callbot.humans.hours_set import ALWAYS, Week, replaced
from callbot.knowledge.entries import Commune, Line, Service
from callbot.knowledge.hours import Hours

MORNING, NOON, EVENING = Span(540, 720), Span(720, 840), Span(1080, 1200)
AT = datetime(2026, 11, 23, tzinfo=UTC)
TODAY = AT.date()
MONDAY, CHRISTMAS = date(2026, 11, 30), date(2026, 12, 25)
HALL = Hours.model_validate(
    {"lundi": "9:00-12:00", "vendredi": "9:00-12:00", "closed_days": ["jours fériés"]}
)


def season(
    span: Span, first: date | None = None, last: date | None = None, *, holidays: bool = True
) -> Season:
    """The same hours every day."""
    return Season(((span,),) * 7, first, last, holidays)


def board(*seasons: Season, line: str = "", service: str = "") -> Board:
    """These of one place, in the order in which they were set."""
    return Board(weeks=tuple(Week(n, line, service, one, "sophie", AT) for n, one in enumerate(seasons, 1)))


def commune(
    *, hours: Hours | None = HALL, line: Hours | None = None, service: Hours | None = None
) -> Commune:
    """A commune with one line, and a service that may have hours."""
    services = (
        Service(id="accueil", name="Accueil", spoken="l'accueil"),
        Service(id="etat_civil", name="État civil", spoken="l'état civil", hours=service),
    )
    lines = (Line(number="0199000001", name="Standard", spoken="la mairie", hours=line),)
    return Commune(
        name="Essai", spoken_town_hall="la mairie", default_service="accueil", hours=hours, lines=lines, services=services
    )  # fmt: skip


def of_line(where: Commune, known: Board, day: date) -> Spans:
    """When somebody is there for callers of the line."""
    hours = where.line_hours(where.lines[0], known.usual)
    return hours.spans(day) if hours else ALWAYS.spans(day)


def of_service(where: Commune, known: Board, day: date) -> Spans:
    """When the service with hours of its own takes over."""
    hours = where.service_hours(where.lines[0], where.services[1], known.usual)
    return hours.spans(day) if hours else ALWAYS.spans(day)


SUMMER = season(NOON, date(2026, 7, 1), date(2026, 8, 31))


@pytest.mark.parametrize(
    ("seasons", "day", "spans"),
    [
        ([], MONDAY, (MORNING,)),
        ([season(EVENING)], MONDAY, (EVENING,)),
        ([season(EVENING), SUMMER], date(2026, 7, 6), (NOON,)),
        ([SUMMER, season(EVENING)], date(2026, 7, 6), (NOON,)),
        ([SUMMER], MONDAY, (MORNING,)),
        ([season(EVENING, MONDAY)], date(2026, 11, 27), (MORNING,)),
        ([season(EVENING, MONDAY)], MONDAY, (EVENING,)),
        ([season(EVENING)], CHRISTMAS, ()),
        ([season(EVENING, holidays=False)], CHRISTMAS, (EVENING,)),
        ([season(EVENING), season(NOON, CHRISTMAS, CHRISTMAS)], CHRISTMAS, (NOON,)),
        ([season(NOON, MONDAY, MONDAY), season(EVENING, date(2026, 11, 1), date(2026, 12, 1))], MONDAY, (NOON,)),
    ],
    ids=[
        "nothing", "usual", "season-before-usual", "whichever-came-first", "out-of-season", "not-yet", "from-that-day",
        "holiday", "open-on-holidays", "a-holiday-opened", "a-day-before-a-season",
    ],
)  # fmt: skip
def test_the_narrowest_counts(seasons: list[Season], day: date, spans: Spans) -> None:
    """A day before a season, a season before what is usual, that before commune.toml."""
    assert of_line(commune(), board(*seasons), day) == spans


def test_a_place_follows_the_wider_one_until_it_has_its_own() -> None:
    """A service the line, a line the town hall; what is set for one leaves the others as they are."""
    where, evening = commune(), board(season(EVENING))
    assert (of_line(where, evening, MONDAY), of_service(where, evening, MONDAY)) == ((EVENING,), (EVENING,))
    own = commune(service=HALL)
    assert (of_line(own, evening, MONDAY), of_service(own, evening, MONDAY)) == ((EVENING,), (MORNING,))
    service = board(season(NOON), service="etat_civil")
    assert (of_line(where, service, MONDAY), of_service(where, service, MONDAY)) == ((MORNING,), (NOON,))
    line = board(season(NOON), line="+33199000001")
    assert (of_line(where, line, MONDAY), of_service(where, line, MONDAY)) == ((NOON,), (NOON,))


def test_who_had_no_hours_is_open_outside_a_season() -> None:
    """A summer week closes nobody in winter."""
    where = commune(hours=None)
    assert [of_line(where, board(SUMMER), day) for day in (MONDAY, date(2026, 7, 6))] == [
        ALWAYS.weekly[0],
        (NOON,),
    ]


def test_what_a_new_week_takes_the_place_of() -> None:
    """The usual ones, and those that count already without end; seasons and later ones stay."""
    usual, past, future = season(MORNING), season(NOON, date(2026, 11, 1)), season(NOON, MONDAY)
    weeks = board(usual, past, future, SUMMER).weeks
    assert [one.season for one in replaced(weeks, "", "", season(EVENING), TODAY)] == [past, usual]
    assert [
        one.season for one in replaced(weeks, "", "", season(EVENING, SUMMER.first, SUMMER.last), TODAY)
    ] == [SUMMER]
    assert [one.season for one in replaced(weeks, "", "", season(EVENING, MONDAY), TODAY)] == [future]
    assert replaced(weeks, "", "accueil", season(EVENING), TODAY) == []


def test_open_days_of_commune_toml_stay() -> None:
    """They go before a usual week, and one day that staff set goes before them."""
    hours = OpeningHours(((MORNING,),) * 7, open_days={MONDAY: (NOON,)})
    told = [
        Board().usual("", "", hours, None),
        board(season(EVENING)).usual("", "", hours, None),
        board(season(EVENING, MONDAY, MONDAY)).usual("", "", hours, None),
    ]
    assert [one.spans(MONDAY) for one in told if one] == [(NOON,), (NOON,), (EVENING,)]
