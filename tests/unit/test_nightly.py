"""The hour at which files are read again, and what of them a running service takes."""

from dataclasses import replace
from datetime import datetime, time

import pytest

from callbot.editing.nightly import Nightly, same_commune
from callbot.humans.hours import PARIS
from tests.support.knowledge import demo


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A time in Paris in June 2026."""
    return datetime(2026, 6, day, hour, minute, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("began", "looks", "due"),
    [
        (at(8, 1), [at(8, 3, 29), at(8, 3, 30), at(8, 3, 31), at(9, 2), at(9, 4)], [2, 5]),
        (at(8, 12), [at(8, 23), at(9, 3), at(9, 3, 30)], [3]),  # began after the hour: not today any more
        (at(8, 12), [at(10, 9), at(10, 10)], [1]),  # slept through a night
    ],
)
def test_once_a_day_at_its_hour(began: datetime, looks: list[datetime], due: list[int]) -> None:
    """The first look from the hour on, each day."""
    nightly, found = Nightly(time(3, 30), began), []
    for place, look in enumerate(looks, 1):
        if nightly.due(look):
            found.append(place)
            nightly.done(look)
    assert found == due


def test_what_did_not_succeed_stays_due() -> None:
    """The database was away: at the next look it is due again, until it is done."""
    nightly = Nightly(time(3, 30), at(8, 1))
    assert [nightly.due(at(8, 3, minute)) for minute in (30, 31)] == [True, True]
    nightly.done(at(8, 3, 31))
    assert not nightly.due(at(8, 3, 32))


def test_never() -> None:
    """Without an hour."""
    assert not Nightly(None, at(8, 1)).due(at(9, 12))


def test_entries_are_taken_and_the_commune_stays() -> None:
    """A service that the new files have, and a language, wait for a restart."""
    running = demo()
    fewer = running.entries[1:]
    read = replace(running, entries=fewer, commune=running.commune.model_copy(update={"name": "Autreville"}))
    taken = same_commune(replace(read, translations={}), running)
    assert (taken.entries, taken.commune) == (fewer, running.commune)
    assert {code: other.entries for code, other in taken.translations.items()} == {
        code: other.entries for code, other in running.translations.items()
    }
    assert all(other.original and other.original.entries == fewer for other in taken.translations.values())
