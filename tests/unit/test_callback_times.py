"""When a request is due, and in which order they are called."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from callbot.callback_states import Callback, CallbackState, Try
from callbot.callback_times import Due, Window, order, window
from callbot.dialogue.wishes import Wish, wish_said
from callbot.humans.hours import PARIS
from callbot.understanding.spoken_forms.days import Days

ASKED = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
"""Tuesday, 11 o'clock in Paris."""
REQUEST = Callback(1, "c", ASKED, "+33612345678", "", "", "", "accueil", CallbackState.TO_CALL)


def paris(text: str) -> datetime:
    """« 25 08:00 »: of November 2026; « 12-03 10:00 » of another month."""
    day, clock = text.split()
    full = f"2026-{day if '-' in day else f'11-{day}'}"
    return datetime.fromisoformat(f"{full}T{clock}").replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("wish", "first", "last"),
    [
        ("", "24 11:00", "25 18:00"),
        ("mercredi vingt-cinq novembre, le matin", "25 08:00", "25 12:00"),
        ("jeudi trois décembre, après dix heures", "12-03 10:00", "12-03 20:00"),
        ("jeudi vingt-six novembre", "26 08:00", "26 18:00"),
        ("le matin", "24 08:00", "24 12:00"),
        ("à dix heures trente", "25 10:30", "25 11:00"),
        ("l'après-midi", "24 13:30", "24 18:00"),
        ("pas le mercredi", "24 11:00", "25 18:00"),
        ("entre le lundi trente novembre et le vendredi quatre décembre", "30 08:00", "12-04 18:00"),
        (
            "entre le lundi trente novembre et le vendredi quatre décembre, le matin",
            "30 08:00",
            "12-04 12:00",
        ),
        ("mercredi vingt-cinq novembre ou jeudi vingt-six novembre, l'après-midi", "25 08:00", "25 18:00"),
    ],
)
def test_a_wish_is_read_as_hours(wish: str, first: str, last: str) -> None:
    """Days and parts of the day as they were written; no wish: until the end of the next working day."""
    assert window(replace(REQUEST, wish=wish), ASKED) == Window(paris(first), paris(last))


def test_what_the_bot_writes_is_what_is_read() -> None:
    """The days between two, which the reader of callers' words does not know, as `wish_said` writes them."""
    days = Days(date(2026, 11, 30), date(2026, 12, 4))
    written = wish_said(Wish(days), date(2026, 11, 24), dated=True)
    assert window(replace(REQUEST, wish=written), ASKED) == Window(paris("30 08:00"), paris("12-04 18:00"))


def test_the_next_of_two_days_counts() -> None:
    """The first one while it is not over, then the other; when both are, it is overdue since the other."""
    either = replace(REQUEST, wish="mercredi vingt-cinq novembre ou vendredi vingt-sept novembre")
    seen = [window(either, paris(at)).last for at in ("25 09:00", "26 09:00", "30 09:00")]
    assert seen == [paris("25 18:00"), paris("27 18:00"), paris("27 18:00")]
    assert window(either, paris("30 09:00")).due(paris("30 09:00")) is Due.OVERDUE


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("27 17:00", "27 17:00", "30 18:00"), ("28 10:00", "28 10:00", "30 18:00"), ("12-24 16:00", "12-24 16:00", "12-28 18:00")],
)  # fmt: skip
def test_nobody_works_on_sundays_and_holidays(asked: str, first: str, last: str) -> None:
    """Asked on Friday, Saturday, before Christmas: until the end of the next working day."""
    assert window(replace(REQUEST, asked_at=paris(asked)), paris(asked)) == Window(paris(first), paris(last))


def test_after_a_try() -> None:
    """As was chosen, else an hour later."""
    tried = replace(REQUEST, state=CallbackState.TRIED, tries=(Try(ASKED, "léa"),))
    assert window(tried, ASKED) == Window(paris("24 12:00"), paris("25 18:00"))
    again = ASKED + timedelta(hours=5)
    assert window(replace(tried, retry_at=again), ASKED) == Window(paris("24 16:00"), paris("24 17:00"))


def test_the_order_is_that_of_calling() -> None:
    """Overdue before due before later, the deadline first, then the age; what is done is not in it."""
    now = paris("25 09:00")
    late, due, other, later, settled = (
        replace(REQUEST, id=number, wish=wish, asked_at=ASKED + timedelta(minutes=number))
        for number, wish in enumerate(
            (
                "l'après-midi",
                "mercredi vingt-cinq novembre, le matin",
                "",
                "vendredi vingt-sept novembre",
                "",
            ),
            start=1,
        )
    )
    older = replace(other, id=9, asked_at=ASKED)
    settled = replace(settled, state=CallbackState.DONE)
    called = order([later, settled, other, older, due, late], now)
    assert [one.id for one in called] == [late.id, due.id, older.id, other.id, later.id]
    assert [window(one, now).due(now) for one in called] == [
        Due.OVERDUE,
        Due.NOW,
        Due.NOW,
        Due.NOW,
        Due.LATER,
    ]
