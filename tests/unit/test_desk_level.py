"""The day's service level, and the longest wait."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from callbot.humans.desk_level import Level, level, longest_wait
from callbot.humans.queue import joined
from callbot.humans.queue_types import Caller, Entry, Place

NOW = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)


def place(place: Place, waited_s: int | None = None) -> Entry:
    """A place that was taken NOW, and somebody's voice `waited_s` later."""
    connected = NOW + timedelta(seconds=waited_s) if waited_s is not None else None
    return replace(joined(1, Caller("c", "m", "accueil"), NOW), place=place, connected_at=connected)


def test_who_was_served_well() -> None:
    """Within a minute; who has left unheard counts against it, who still waits or is promised a call does not count yet."""
    entries = [place(Place.ENDED, 60), place(Place.CONNECTED, 90), place(Place.LEFT), place(Place.KEPT)]
    entries += [place(Place.WAITING), place(Place.PROMISED)]
    assert level(entries) == Level(taken=2, soon=1, gone=2, mean_s=75)
    assert level(entries).percent == 25


def test_before_anybody_has_called() -> None:
    """There is no level."""
    assert (level([]), level([]).percent) == (Level(0, 0, 0, None), None)


def test_the_longest_wait() -> None:
    """Of those on the line."""
    late = replace(place(Place.PROMISED), entered_at=NOW - timedelta(hours=1))
    first = replace(place(Place.OFFERED), entered_at=NOW - timedelta(minutes=3))
    assert longest_wait([place(Place.WAITING), late, first]) == NOW - timedelta(minutes=3)
    assert longest_wait([late]) is None
