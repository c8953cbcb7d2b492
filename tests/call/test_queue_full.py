"""How many may have a place in the queue of one machine (`max_waiting`): seats, with a real database."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from callbot.dialogue.waiting_news import NotQueued, PlaceSeen, QueueNews
from callbot.events import EnterQueue, QueueWord, TellQueue
from callbot.humans.queue_events import AgentPaused
from tests.support.queue_desks import desks
from tests.support.waiting import until

ENTER = EnterQueue("accueil", "asked", "fr")


async def test_who_enter_at_once_take_the_seats_that_there_are(tmp_path: Path) -> None:
    """Three, where two may: the third alone is refused."""
    async with desks(tmp_path, agents=("anna",), most=2) as desk:
        seats = [desk.room.seat(f"c{nth}", f"061234567{nth}") for nth in range(3)]
        for seat in seats:
            seat.take(ENTER)
        news: list[QueueNews] = [await asyncio.wait_for(seat.news(), 5) for seat in seats]
        assert sorted(type(one).__name__ for one in news) == ["NotQueued", "PlaceSeen", "PlaceSeen"]
        assert NotQueued(full=True) in news
        for seat in seats:
            seat.close()


async def test_who_has_left_the_queue_takes_no_seat(tmp_path: Path) -> None:
    """Though their call goes on: they ring the service itself."""
    async with desks(tmp_path, agents=("anna",), most=1) as desk:
        await desk.store.tell_agent("anna", AgentPaused(datetime.now(UTC), "repas"))
        first, second = desk.room.seat("a", "0612345671"), desk.room.seat("b", "0612345672")
        first.take(ENTER)
        assert isinstance(await asyncio.wait_for(first.news(), 5), PlaceSeen)
        assert first.counts
        first.take(TellQueue(QueueWord.WITHDRAWN))

        async def gone() -> bool:
            return not first.counts

        await until(gone)
        second.take(ENTER)
        assert isinstance(await asyncio.wait_for(second.news(), 5), PlaceSeen)
        for seat in (first, second):
            seat.close()
