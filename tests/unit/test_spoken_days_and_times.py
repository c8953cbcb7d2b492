"""Days and times of day as callers say them, on a known day."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.understanding.spoken_forms.dates import read_days
from callbot.understanding.spoken_forms.days import Days, Toward, months_later
from callbot.understanding.spoken_forms.read_back import confirm_days, confirm_times, date_said, times_said
from callbot.understanding.spoken_forms.times import Times, read_times

WEDNESDAY = date(2026, 3, 4)

DAYS = {
    "aujourd'hui": (3, 4),
    "ce soir si possible": (3, 4),
    "demain": (3, 5),
    "demain jeudi": (3, 5),
    "après-demain": (3, 6),
    "avant-hier": (3, 2),
    "lundi": (3, 9),
    "lundi prochain": (3, 9),
    "mercredi": (3, 11),
    "mercredi dernier": (2, 25),
    "lundi en huit": (3, 16),
    "lundi en quinze": (3, 23),
    "mardi de la semaine prochaine": (3, 10),
    "vendredi de cette semaine": (3, 6),
    "dans huit jours": (3, 11),
    "dans quinze jours": (3, 18),
    "dans une quinzaine": (3, 18),
    "dans trois jours": (3, 7),
    "d'ici trois semaines": (3, 25),
    "dans un mois": (4, 4),
    "il y a deux mois": (1, 4),
    "le premier avril": (4, 1),
    "le 1er avril": (4, 1),
    "le 3/04": (4, 3),
    "le vendredi trois avril": (4, 3),
    "le trente et un mai": (5, 31),
    "le quinze": (3, 15),
    "le dix à quatorze heures": (3, 10),
    "le deux du mois prochain": (4, 2),
    "à Noël": (12, 25),
}


@pytest.mark.parametrize(("said", "day"), DAYS.items(), ids=DAYS.keys())
def test_a_day(said: str, day: tuple[int, int]) -> None:
    """Relative to a Wednesday, the fourth of March 2026."""
    assert read_days(said, WEDNESDAY) == Days(date(2026, *day), date(2026, *day))


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("la semaine prochaine", date(2026, 3, 9), date(2026, 3, 15)),
        ("ce week-end", date(2026, 3, 7), date(2026, 3, 8)),
        ("fin du mois", date(2026, 3, 21), date(2026, 3, 31)),
        ("début avril", date(2026, 4, 1), date(2026, 4, 10)),
        ("vers la fin du mois de février", date(2027, 2, 21), date(2027, 2, 28)),
        ("le mois prochain", date(2026, 4, 1), date(2026, 4, 30)),
    ],
)
def test_several_days_in_a_row(said: str, first: date, last: date) -> None:
    """Weeks, week-ends, months and parts of them."""
    days = read_days(said, WEDNESDAY)
    assert days == Days(first, last)
    assert days.day is None


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("le douze mai mille neuf cent cinquante-deux", date(1952, 5, 12)),
        ("le douze mai dix-neuf cent cinquante deux", date(1952, 5, 12)),
        ("le 12 mai 52", date(1952, 5, 12)),
        ("née le deux juin deux mille quinze", date(2015, 6, 2)),
        ("12/05/1952", date(1952, 5, 12)),
        ("12-05-1952", date(1952, 5, 12)),
        ("le trois mars", date(2026, 3, 3)),
        ("le cinq mars", date(2025, 3, 5)),
    ],
)
def test_a_birth_is_in_the_past(said: str, day: date) -> None:
    """Years in every way, two figures included; without a year, the last such day."""
    assert read_days(said, WEDNESDAY, Toward.PAST) == Days(day, day)


def test_a_day_that_is_over_is_one_of_next_year() -> None:
    """An appointment lies ahead; the 29th of February waits for a leap year."""
    assert read_days("le trois mars", WEDNESDAY) == Days(date(2027, 3, 3), date(2027, 3, 3))
    assert read_days("le vingt-neuf février", WEDNESDAY) == Days(date(2028, 2, 29), date(2028, 2, 29))


@pytest.mark.parametrize(
    "said", ["bonjour", "le 31 avril", "le douze rue des Lilas", "quinze jours", "le 45/13", ""]
)
def test_what_names_no_day(said: str) -> None:
    """Days that do not exist, addresses, durations."""
    assert read_days(said, WEDNESDAY) is None


def test_a_weekday_that_is_not_that_days_is_asked_about() -> None:
    """The third of April 2026 is a Friday."""
    days = read_days("le jeudi trois avril", WEDNESDAY)
    assert days == Days(date(2026, 4, 3), date(2026, 4, 3), doubtful=True)
    assert confirm_days(days, WEDNESDAY) == "Le trois avril est un vendredi. Quel jour voulez-vous dire ?"


@given(st.dates(date(1910, 1, 1), date(2090, 12, 31)))
def test_a_day_that_is_said_back_is_understood(day: date) -> None:
    """Weekday, day, month and year, read again on any other day."""
    assert read_days(f"le {date_said(day)}", WEDNESDAY) == Days(day, day)


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(0, 364))
def test_without_the_year_the_next_such_day_is_meant(today: date, ahead: int) -> None:
    """Any day of the coming year, said without it."""
    day = today + timedelta(days=ahead)
    said = date_said(day, day)
    assert read_days(said, today) == Days(day, day)


WORDS = (
    "dans il y a le du lundi prochain dernier en huit quinze mille 31 0 99 999999999 / avril février mois semaine ans jours "
    "premier heures et quart moins midi minuit entre à fin début de demain soir zéro 2026 12"
)
VOCABULARY = st.lists(st.sampled_from(WORDS.split()), max_size=8).map(" ".join)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), VOCABULARY)
def test_any_words_in_any_order_are_days_in_order_or_none(today: date, text: str) -> None:
    """Nothing raises, and what is found is well formed."""
    days, times = read_days(text, today), read_times(text)
    assert days is None or days.first <= days.last
    assert times is None or times.first <= times.last


def test_months_keep_to_their_last_day() -> None:
    """A month after the 31st of January is the end of February."""
    assert months_later(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_later(date(2026, 1, 31), -2) == date(2025, 11, 30)


INSTANTS = {
    "dix heures": (10, 0),
    "dix heures et quart": (10, 15),
    "dix heures trente": (10, 30),
    "onze heures moins vingt": (10, 40),
    "midi moins le quart": (11, 45),
    "midi et demi": (12, 30),
    "minuit": (0, 0),
    "14h30": (14, 30),
    "à 9 h": (9, 0),
    "10:30": (10, 30),
    "neuf heures du soir": (21, 0),
    "trois heures du matin": (3, 0),
    "deux heures de l'après-midi": (14, 0),
    "vingt et une heures": (21, 0),
    "le dix à quatorze heures": (14, 0),
}


@pytest.mark.parametrize(("said", "clock"), INSTANTS.items(), ids=INSTANTS.keys())
def test_an_instant(said: str, clock: tuple[int, int]) -> None:
    """Quarters, halves, minutes less, the clock of twelve hours and of twenty-four."""
    assert read_times(said) == Times(time(*clock), time(*clock))


@pytest.mark.parametrize(("said", "hour"), [("trois heures", 15), ("une heure", 13), ("six heures", 18)])
def test_small_hours_alone_are_taken_for_the_afternoon(said: str, hour: int) -> None:
    """Nobody is called back at three in the night; the reading says that it is a guess."""
    assert read_times(said) == Times(time(hour), time(hour), assumed=True)


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("en fin de matinée", time(11), time(12)),
        ("plutôt le matin", time(8), time(12)),
        ("demain après-midi", time(13, 30), time(18)),
        ("entre midi et deux", time(12), time(14)),
        ("entre dix et onze heures", time(10), time(11)),
        ("de dix heures à midi", time(10), time(12)),
        ("après dix-sept heures", time(17), time(20)),
        ("pas avant neuf heures et demie", time(9, 30), time(20)),
        ("avant midi", time(8), time(12)),
        ("jusqu'à seize heures", time(8), time(16)),
        ("vers dix heures", time(9, 45), time(10, 15)),
    ],
)
def test_a_span_of_the_day(said: str, first: time, last: time) -> None:
    """Parts of the day, « entre », « après », « avant », « vers »."""
    times = read_times(said)
    assert times == Times(first, last)
    assert times.at is None


@pytest.mark.parametrize(
    "said", ["dans deux heures", "pendant trois heures", "quinze jours", "le trois avril", ""]
)
def test_what_is_no_time(said: str) -> None:
    """Durations and days."""
    assert read_times(said) is None


@given(st.times().map(lambda t: t.replace(second=0, microsecond=0)))
def test_a_time_that_is_said_back_is_understood(clock: time) -> None:
    """Every minute of the day; what may be the afternoon is taken for it."""
    times = read_times(times_said(Times(clock, clock)))
    assert times is not None
    later = clock.replace(hour=clock.hour + 12) if times.assumed else clock
    assert times.at == later
    assert times.assumed == (clock.hour in range(1, 7))


def test_days_and_times_are_read_back() -> None:
    """One sentence each; the year is said when it is another."""
    assert confirm_days(Days(date(2026, 4, 1), date(2026, 4, 1)), WEDNESDAY) == (
        "J'ai noté le mercredi premier avril. C'est bien ça ?"
    )
    assert confirm_days(Days(date(2027, 1, 4), date(2027, 1, 10)), WEDNESDAY) == (
        "J'ai noté entre le lundi quatre janvier deux mille vingt-sept "
        "et le dimanche dix janvier deux mille vingt-sept. C'est bien ça ?"
    )
    assert (
        confirm_times(Times(time(10, 15), time(10, 15))) == "J'ai noté à dix heures quinze. C'est bien ça ?"
    )
    assert confirm_times(Times(time(11), time(12))) == "J'ai noté entre onze heures et midi. C'est bien ça ?"
