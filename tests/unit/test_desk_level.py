"""The day's service level, and the longest wait."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from callbot.humans.desk_level import Level, level, longest_wait
from callbot.humans.queue import joined
from callbot.humans.queue_types import Caller, Entry, Place
from callbot.web.desk_words import target_words

CALLS = count()
NOW = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)


def place(place: Place, waited_s: int | None = None) -> Entry:
    """A place that was taken NOW, and somebody's voice `waited_s` later."""
    connected = NOW + timedelta(seconds=waited_s) if waited_s is not None else None
    caller = Caller(f"c{next(CALLS)}", "m", "accueil")
    return replace(joined(1, caller, NOW), place=place, connected_at=connected)


def test_who_was_served_well() -> None:
    """Within a minute; who has left unheard counts against it, who still waits or is promised a call does not count yet."""
    entries = [place(Place.ENDED, 60), place(Place.CONNECTED, 90), place(Place.LEFT), place(Place.KEPT)]
    entries += [place(Place.WAITING), place(Place.PROMISED)]
    assert level(entries) == Level(taken=2, soon=1, gone=2, mean_s=75)
    assert level(entries).percent == 25


def test_who_was_passed_on_is_one_caller() -> None:
    """Taken once, at the first talk, however long the next one let them wait or whether they left before it."""
    first = place(Place.ENDED, 10)
    for then in (place(Place.ENDED, 300), place(Place.LEFT)):
        second = replace(then, id=2, caller=first.caller, entered_at=NOW + timedelta(seconds=60))
        assert level([second, first]) == Level(taken=1, soon=1, gone=0, mean_s=10)


def test_who_talked_by_no_desk_has_not_left() -> None:
    """The service's own telephone took them."""
    served, left = place(Place.LEFT), place(Place.LEFT)
    assert level([served, left], elsewhere={served.caller.call_id}) == Level(0, 0, 1, None)


@pytest.mark.parametrize(
    ("target_s", "words"), [(60, "une minute"), (120, "2 minutes"), (90, "90 secondes"), (5, "5 secondes")]
)
def test_the_target_in_words(target_s: int, words: str) -> None:
    """As the setting has it."""
    assert target_words(target_s) == words


def test_before_anybody_has_called() -> None:
    """There is no level."""
    assert (level([]), level([]).percent) == (Level(0, 0, 0, None), None)


def test_the_longest_wait() -> None:
    """Of those on the line."""
    late = replace(place(Place.PROMISED), entered_at=NOW - timedelta(hours=1))
    first = replace(place(Place.OFFERED), entered_at=NOW - timedelta(minutes=3))
    assert longest_wait([place(Place.WAITING), late, first]) == NOW - timedelta(minutes=3)
    assert longest_wait([late]) is None
