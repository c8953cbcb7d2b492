"""Opening hours: open or not at any instant, when they reopen, and how it is said."""

from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.humans.holidays import is_holiday, named_holidays
from callbot.humans.hours import (
    PARIS,
    OpeningHours,
    Span,
    spoken_opening,
    spoken_openings,
    spoken_time,
)

MORNING, AFTERNOON = Span(8 * 60 + 30, 12 * 60), Span(13 * 60 + 30, 17 * 60 + 30)
WEEK = ((MORNING, AFTERNOON),) * 5 + ((), ())
HALL = OpeningHours(WEEK, closed_on_holidays=True)

DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC))
SPANS = st.builds(
    lambda minutes: tuple(Span(*pair) for pair in zip(minutes[::2], minutes[1::2], strict=False)),
    st.lists(st.integers(0, 1440), unique=True, max_size=6).map(sorted),
)
HOURS = st.builds(
    OpeningHours,
    st.tuples(*[SPANS] * 7),
    st.frozensets(DAYS, max_size=5),
    st.booleans(),
    st.dictionaries(DAYS, SPANS, max_size=5).map(MappingProxyType),
)


def paris(text: str) -> datetime:
    """An instant by the clocks of Paris."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def said(text: str, hours: OpeningHours = HALL) -> str:
    """What is said at that time of the next opening."""
    opening = hours.next_opening(paris(text))
    assert opening
    return spoken_opening(opening, paris(text))


def test_the_holidays_of_2026() -> None:
    """The eleven days of the Code du travail."""
    assert list(named_holidays(2026)) == [
        date(2026, 1, 1),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 5, 8),
        date(2026, 5, 14),
        date(2026, 5, 25),
        date(2026, 7, 14),
        date(2026, 8, 15),
        date(2026, 11, 1),
        date(2026, 11, 11),
        date(2026, 12, 25),
    ]


def test_two_holidays_on_one_day() -> None:
    """In 2008 Ascension was the first of May."""
    assert len(named_holidays(2008)) == 10
    assert is_holiday(date(2008, 5, 1))


@pytest.mark.parametrize(
    ("department", "own"),
    [
        ("67", {date(2026, 4, 3): "Vendredi saint", date(2026, 12, 26): "Saint-Étienne"}),
        ("974", {date(2026, 12, 20): "Abolition de l’esclavage"}),
        ("60", {}),
    ],
)
def test_departments_have_holidays_of_their_own(department: str, own: dict[date, str]) -> None:
    """Alsace-Moselle and overseas; nobody is there then, where offices are closed on holidays."""
    everywhere = named_holidays(2026)
    assert dict(named_holidays(2026, department).items() - everywhere.items()) == own
    hours = OpeningHours((WEEK[0],) * 7, closed_on_holidays=True, department=department)
    assert [hours.opens_on(day) for day in own] == [False] * len(own)


@pytest.mark.parametrize(
    ("at", "there"),
    [
        ("2026-11-23T08:29:59.999999", False),
        ("2026-11-23T08:30", True),
        ("2026-11-23T11:59:59", True),
        ("2026-11-23T12:00", False),
        ("2026-11-23T13:30", True),
        ("2026-11-23T17:30", False),
        ("2026-11-21T10:00", False),  # a Saturday
        ("2026-11-11T10:00", False),  # a holiday, Wednesday
        ("2026-05-14T10:00", False),  # Ascension
        ("2026-11-24T00:00", False),
    ],
)
def test_open_or_closed(at: str, there: bool) -> None:
    """The first minute is open, the last one is not."""
    assert HALL.is_open(paris(at)) is there


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        ("2026-11-23T12:30", "à treize heures trente"),
        ("2026-11-24T00:00", "à huit heures trente"),
        ("2026-11-23T23:59", "demain à huit heures trente"),
        ("2026-11-23T17:30", "demain à huit heures trente"),
        ("2026-11-20T18:00", "lundi à huit heures trente"),
        ("2026-11-21T23:59", "lundi à huit heures trente"),
        ("2026-11-22T00:00", "demain à huit heures trente"),
        ("2026-11-10T18:00", "jeudi à huit heures trente"),  # the 11th is a holiday
        ("2026-12-31T18:00", "lundi à huit heures trente"),  # New Year's Day is a Friday
        ("2026-12-24T18:00", "lundi à huit heures trente"),
        ("2027-03-26T18:00", "mardi à huit heures trente"),  # Easter Monday; the clocks change on Sunday
    ],
)
def test_when_it_reopens(at: str, opening: str) -> None:
    """Today, tomorrow, a day of this week; over weekends, holidays and the year's end."""
    assert said(at) == opening


def test_beyond_a_week_the_date_is_said() -> None:
    """Six days on, the weekday tells it; from seven on, it would be taken for today."""
    closed = frozenset(date(2026, 12, 21) + timedelta(days=n) for n in range(14))
    hours = OpeningHours(WEEK, closed)
    assert said("2026-12-18T18:00", hours) == "le lundi quatre janvier à huit heures trente"
    assert said("2026-12-28T10:00", hours) == "le lundi quatre janvier à huit heures trente"
    assert said("2026-12-29T10:00", hours) == "lundi à huit heures trente"
    first = OpeningHours(((),) * 7, open_days={date(2027, 2, 1): (MORNING,)})
    assert said("2026-12-29T10:00", first) == "le lundi premier février à huit heures trente"


def test_exceptional_days_go_before_closed_ones() -> None:
    """A Saturday that is open, a holiday that is worked, a day closed twice over."""
    hours = OpeningHours(
        WEEK,
        frozenset({date(2026, 11, 24), date(2026, 12, 26)}),
        closed_on_holidays=True,
        open_days={date(2026, 12, 26): (MORNING,), date(2026, 11, 11): (MORNING,), date(2026, 11, 25): ()},
    )
    assert hours.is_open(paris("2026-12-26T09:00"))
    assert hours.is_open(paris("2026-11-11T09:00"))
    assert said("2026-11-23T18:00", hours) == "jeudi à huit heures trente"


def test_never_open_is_no_opening() -> None:
    """A year and more without a single hour."""
    past = OpeningHours(((),) * 7, open_days={date(2026, 1, 2): (MORNING,)})
    assert past.next_opening(paris("2026-11-23T10:00")) is None


@pytest.mark.parametrize(
    ("clock", "words"),
    [
        (time(0, 0), "minuit"),
        (time(0, 30), "zéro heure trente"),
        (time(1, 0), "une heure"),
        (time(8, 30), "huit heures trente"),
        (time(9, 5), "neuf heures cinq"),
        (time(12, 0), "midi"),
        (time(12, 15), "douze heures quinze"),
        (time(13, 45), "treize heures quarante-cinq"),
        (time(17, 21), "dix-sept heures vingt et une"),
        (time(21, 0), "vingt et une heures"),
        (time(23, 59), "vingt-trois heures cinquante-neuf"),
    ],
)
def test_a_time_in_words(clock: time, words: str) -> None:
    """As one says it."""
    assert spoken_time(clock) == words


def test_the_night_when_an_hour_is_skipped() -> None:
    """29 March 2026: there is no half past two; what begins there begins an hour later, and ends as the clock says."""
    night = OpeningHours(((),) * 6 + ((Span(150, 240),),))
    assert night.next_opening(paris("2026-03-29T01:00")) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert [night.is_open(paris(f"2026-03-29T0{clock}")) for clock in ("3:15", "3:30", "3:59", "4:00")] == [
        False,
        True,
        True,
        False,
    ]
    swallowed = OpeningHours(((),) * 6 + ((Span(150, 200),),))
    assert swallowed.next_opening(paris("2026-03-29T01:00")) == paris("2026-04-05T02:30")


def test_the_night_when_an_hour_comes_twice() -> None:
    """25 October 2026: from half past two means the first one, so that the two hours between are open."""
    night = OpeningHours(((),) * 6 + ((Span(150, 180),),))
    opened = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    opening = night.next_opening(paris("2026-10-25T00:00"))
    assert opening
    assert opening.astimezone(UTC) == opened
    open_minutes = [n for n in range(-5, 200) if night.is_open(opened + timedelta(minutes=n))]
    assert open_minutes == list(range(90))


@pytest.mark.parametrize("begin_end", [(-1, 5), (600, 600), (700, 600), (600, 1441)])
def test_a_span_lies_within_a_day(begin_end: tuple[int, int]) -> None:
    """Nothing is empty, nor goes over midnight."""
    with pytest.raises(ValueError, match="a span ends after it begins"):
        Span(*begin_end)


@given(HOURS, INSTANTS)
def test_the_next_opening_is_open_and_nothing_before_it_is(hours: OpeningHours, at: datetime) -> None:
    """Whatever the hours and the instant, days of clock changes included."""
    opening = hours.next_opening(at)
    if opening is None:
        return
    opening = opening.astimezone(UTC)
    assert opening >= at
    assert hours.is_open(opening)
    assert opening == at or not hours.is_open(at)
    for part in range(20):
        between = at + (opening - at) * part / 20
        assert between == opening or not hours.is_open(between)
    assert opening == at or not hours.is_open(opening - timedelta(microseconds=1))


@given(HOURS, DAYS, st.integers(0, 8 * 24 * 60 - 1))
def test_all_that_may_be_said_is_known_ahead(hours: OpeningHours, first: date, minute: int) -> None:
    """At any minute of the coming days, what is said then is among what was rendered."""
    begin = datetime.combine(first, time.min, tzinfo=PARIS).astimezone(UTC)
    at = begin + timedelta(minutes=minute)
    if at.astimezone(PARIS).date() >= first + timedelta(days=8) or hours.is_open(at):
        return
    opening = hours.next_opening(at)
    assert opening is None or spoken_opening(opening, at) in spoken_openings(hours, first, 8)


def test_what_is_rendered_ahead_is_little_and_the_soonest_comes_first() -> None:
    """A week of a town hall from a Monday on."""
    assert spoken_openings(HALL, date(2026, 11, 23), 8) == [
        "à huit heures trente",
        "à treize heures trente",
        "demain à huit heures trente",
        "lundi à huit heures trente",
    ]
