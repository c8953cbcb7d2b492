"""Closures and messages in the database: made, listened to, spoken, over; and what calls read of them."""

from datetime import UTC, datetime, timedelta

import pytest

from callbot.audit import Trail, Wanted
from callbot.database import Database
from callbot.errors import DatabaseError
from callbot.humans.announcements import MessageState
from callbot.humans.boards import BoardError, Boards, NotHeardError

TEXT = "La mairie est fermée cet après-midi."
HOUR = timedelta(hours=1)


class Clock:
    """A clock that the test moves."""

    at = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """As set."""
        return self.at


@pytest.fixture
def clock() -> Clock:
    """Ten o'clock."""
    return Clock()


async def test_a_message_is_heard_before_it_is_spoken_and_ends_by_itself(
    database: Database, clock: Clock
) -> None:
    """Written, listened to, switched on, spoken from its beginning to its end, on its lines alone; all in the journal."""
    boards = Boards(database, clock.now)
    number = await boards.draft(TEXT, ["0199000001"], clock.at + HOUR, clock.at + 2 * HOUR, actor="sophie")
    with pytest.raises(NotHeardError):
        await boards.switch_on(number, actor="sophie")
    await boards.heard(number, actor="sophie")
    await boards.switch_on(number, actor="sophie")
    other = Boards(database, clock.now)
    await other.refresh()
    told = []
    for _ in range(3):
        told.append(
            (other.now.announcements[0].state(clock.at), other.now.announced("+33199000001", clock.at))
        )
        clock.at += HOUR
    assert told == [(MessageState.PLANNED, ()), (MessageState.SPOKEN, (TEXT,)), (MessageState.OVER, ())]
    assert other.now.announced("0199000002", clock.at - 2 * HOUR) == ()
    assert (await other.refresh()).announcements == ()
    assert [one.text for one in (await other.over()).announcements] == [TEXT]
    actions = [(one.actor, one.action) for one in await Trail(database).changes(Wanted())]
    done = ("switched on", "heard", "written")
    assert actions == [("sophie", f"message {one}") for one in done]


async def test_a_message_is_switched_off_at_once(database: Database, clock: Clock) -> None:
    """And cannot be switched on, listened to or off again."""
    boards = Boards(database, clock.now)
    number = await boards.draft(TEXT, [], clock.at, clock.at + HOUR, actor="sophie")
    await boards.heard(number, actor="sophie")
    await boards.switch_on(number, actor="sophie")
    assert boards.now.announced("anything", clock.at) == (TEXT,)
    await boards.switch_off(number, actor="marc")
    assert boards.now.announced("anything", clock.at) == ()
    for again in (boards.switch_on, boards.switch_off, boards.heard):
        with pytest.raises(BoardError):
            await again(number, actor="marc")


async def test_closures_close_and_are_lifted(database: Database, clock: Clock) -> None:
    """For a service or a line; who has no hours is closed by them all the same, and open again afterwards."""
    boards = Boards(database, clock.now)
    first = await boards.close("", "etat_civil", clock.at, clock.at + HOUR, "formation", actor="sophie")
    await boards.close("0199000002", "", clock.at, clock.at + 2 * HOUR, "panne", actor="sophie")

    def closed(line: str, service: str) -> bool:
        hours = boards.now.hours(None, line, service)
        return hours is not None and not hours.is_open(clock.at)

    cases = [("0199000001", "etat_civil"), ("0199000001", "accueil"), ("0199000002", "accueil")]
    assert [closed(*case) for case in cases] == [True, False, True]
    hours = boards.now.hours(None, "0199000002", "etat_civil")
    assert hours is not None
    assert hours.next_opening(clock.at) == clock.at + 2 * HOUR
    await boards.lift(first, actor="marc")
    assert [closed(*case) for case in cases] == [False, False, True]
    with pytest.raises(BoardError):
        await boards.lift(first, actor="marc")


async def test_what_was_known_outlives_the_database(database: Database, clock: Clock) -> None:
    """Calls go on hearing the message, until it was to end."""
    boards = Boards(database, clock.now)
    number = await boards.draft(TEXT, [], clock.at, clock.at + HOUR, actor="sophie")
    await boards.heard(number, actor="sophie")
    await boards.switch_on(number, actor="sophie")

    class Away:
        def read(self) -> None:
            raise DatabaseError("away")

    boards._database = Away()  # type: ignore[assignment]
    with pytest.raises(DatabaseError):
        await boards.refresh()
    assert boards.now.announced("", clock.at) == (TEXT,)
    assert boards.now.announced("", clock.at + HOUR) == ()
