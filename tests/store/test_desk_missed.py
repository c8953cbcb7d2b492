"""Today's calls that nobody has taken, and which of their callers were served since."""

from datetime import UTC, datetime, timedelta

from callbot.config import Settings
from callbot.database import Database
from callbot.events import CallEnded, Outcome
from callbot.humans.desk import MOST_OF_DAY, Desk
from callbot.humans.desk_cards import Cards
from callbot.humans.queue_events import CallerHungUp, CallerWithdrew
from callbot.humans.queue_news import News
from callbot.humans.queue_store import QueueStore
from callbot.humans.queue_types import Caller, Rules
from callbot.stats.call_record import CallRecord
from callbot.stats.storage import spill, write
from tests.support.calls import started

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HASH = "a" * 64


async def _called(database: Database, settings: Settings, call_id: str, after: int, outcome: Outcome) -> None:
    record = CallRecord(call_id, NOON + after * MINUTE, HASH, engine="whisper", recorder="h:1")
    for event in (started(), CallEnded(11_000, outcome, (), 1, ())):
        record.apply(event)
    await write(database, record.rows(), spill(settings))


async def test_who_was_served_since_has_called_again(database: Database, settings: Settings) -> None:
    """A call that was refused, or that nobody took either, is none; one with an answer is."""
    queue = QueueStore(database, Rules(kept=timedelta(0)), News(database))
    desk = Desk(database, queue, Cards(database))
    await _called(database, settings, "missed", 0, Outcome.ABANDONED)
    place = await queue.enter(Caller("missed", "m", "accueil"), NOON)
    await queue.tell(place, CallerHungUp(NOON + MINUTE))
    for after, outcome in ((2, Outcome.REFUSED), (3, Outcome.ABANDONED)):
        await _called(database, settings, outcome, after, outcome)
        assert (await desk.view("léa", NOON + after * MINUTE)).returned == frozenset()
    await _called(database, settings, "served", 4, Outcome.ANSWERED)
    assert (await desk.view("léa", NOON + 5 * MINUTE)).returned == {"missed"}


async def test_all_missed_calls_are_within_reach(database: Database, settings: Settings) -> None:
    """More than the list of those taken holds; not who was handed over to the service's telephone, nor who came back in the same call."""
    queue = QueueStore(database, Rules(), News(database))
    desk = Desk(database, queue, Cards(database))
    for nth in range(MOST_OF_DAY + 1):
        place = await queue.enter(Caller(f"c{nth}", "m", "accueil"), NOON)
        await queue.tell(place, CallerHungUp(NOON + MINUTE))
    assert len((await desk.view("léa", NOON + MINUTE)).missed) == MOST_OF_DAY + 1
    place = await queue.enter(Caller("elsewhere", "m", "accueil"), NOON)
    await queue.tell(place, CallerWithdrew(NOON + MINUTE))
    await _called(database, settings, "elsewhere", 0, Outcome.HANDED_OVER)
    await queue.enter(Caller("c0", "m", "accueil"), NOON + 2 * MINUTE)
    missed = {one.caller.call_id for one in (await desk.view("léa", NOON + 2 * MINUTE)).missed}
    assert missed == {f"c{nth}" for nth in range(1, MOST_OF_DAY + 1)}
