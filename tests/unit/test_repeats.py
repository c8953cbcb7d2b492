"""Who called again: calls of one caller, by hand."""

from datetime import UTC, date, datetime, timedelta

from callbot.events import Outcome
from callbot.stats.days import day_of
from callbot.stats.facts import UNKNOWN_CALLER, Repeats
from callbot.stats.repeats import Called, repeats

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def called(call_id: str, at: datetime, outcome: Outcome | None = Outcome.ANSWERED) -> Called:
    """A call."""
    return Called(call_id, at, day_of(at), outcome)


def test_within_seven_days_to_the_second() -> None:
    """Exactly 168 hours later is again; a second more is not."""
    week = timedelta(days=7)
    found = repeats(
        [
            called("a", MONDAY),
            called("b", MONDAY + week),
            called("c", MONDAY + 2 * week + timedelta(seconds=1)),
        ]
    )
    assert found == {
        "a": Repeats(False, True, 1),
        "b": Repeats(True, False, 1),
        "c": Repeats(False, False, 1),
    }


def test_calls_of_a_day_are_numbered() -> None:
    """By time, whatever the order in which they are told; the next day begins anew."""
    hours = [timedelta(hours=n) for n in (0, 1, 5, 24)]
    calls = [called(f"c{n}", MONDAY + hour) for n, hour in enumerate(hours)]
    found = repeats(reversed(calls))
    assert [found[call.call_id].nth_of_day for call in calls] == [1, 2, 3, 1]
    assert calls[3].day == date(2026, 3, 3)


def test_a_machine_is_no_caller() -> None:
    """It is not known, and does not make the others repeat; a call that goes on does."""
    found = repeats(
        [
            called("fax", MONDAY, Outcome.ABSENT),
            called("a", MONDAY + timedelta(minutes=1)),
            called("b", MONDAY + timedelta(minutes=2), None),
        ]
    )
    assert found == {
        "fax": UNKNOWN_CALLER,
        "a": Repeats(False, True, 1),
        "b": Repeats(True, False, 2),
    }
