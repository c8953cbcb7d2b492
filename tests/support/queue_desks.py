"""A waiting queue with its machine and its agents, on a real database, for call tests."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from callbot.config import load
from callbot.database import Database
from callbot.humans.desk_cards import Cards
from callbot.humans.queue_events import AgentReady, AgentSignedIn
from callbot.humans.queue_keeper import QueueKeeper
from callbot.humans.queue_news import News
from callbot.humans.queue_store import QueueStore
from callbot.humans.queue_types import Agent, Entry, Rules
from callbot.waiting_room import Known, WaitingRoom
from tests.support import migrated
from tests.support.waiting import until

MACHINE = "here:1"
TELEPHONES = {"anna": "201", "bruno": "202"}


def hash_of(number: str) -> str | None:
    """A number's hash, as the service has it in principle."""
    return hashlib.sha256(number.encode()).hexdigest() if number else None


@dataclass
class Desks:
    """The queue, and those who work at it. `in_vain`: hashes of those who have called before without reaching anybody."""

    store: QueueStore
    room: WaitingRoom
    in_vain: set[str] = field(default_factory=set)

    async def sit_down(self, *names: str) -> None:
        """Agents of the reception sign in and are ready, one after the other: the first has been idle for longest."""
        for name in names:
            at = datetime.now(UTC)
            await self.store.tell_agent(name, AgentSignedIn(at, ("accueil",), telephone=TELEPHONES[name]))
            assert await self.store.tell_agent(name, AgentReady(at))

    async def agent(self, name: str) -> Agent:
        """An agent who has signed in."""
        found = await self.store.agent(name)
        assert found
        return found

    async def entries(self) -> list[Entry]:
        """The places that are not over."""
        return list((await self.store.overview()).entries)

    async def until_places(self, *places: str) -> list[Entry]:
        """Wait until the places that are not over are these."""

        async def reached() -> bool:
            return [entry.place for entry in await self.entries()] == list(places)

        await until(reached)
        return await self.entries()


@asynccontextmanager
async def desks(
    tmp_path: Path, rules: Rules | None = None, agents: Iterable[str] = (), most: int | None = None
) -> AsyncIterator[Desks]:
    """A machine that takes part in a queue, with `most` callers at once; nobody is at the desks but `agents`."""
    migrated.put(tmp_path / "queue")
    database = await Database.open(load({}, data_dir=tmp_path / "queue"))
    store = QueueStore(database, rules or Rules(), News(database))
    in_vain: set[str] = set()

    async def called_in_vain(caller_hash: str, _call_id: str) -> bool:
        return caller_hash in in_vain

    cards = Cards(database)
    room = WaitingRoom(store, cards, MACHINE, Known(hash_of, lambda _service: (), called_in_vain), most=most)
    opened = Desks(store, room, in_vain)
    tasks = [asyncio.create_task(work) for work in (QueueKeeper(store, MACHINE).run(), room.run())]
    await asyncio.sleep(0)
    try:
        await opened.sit_down(*agents)
        yield opened
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await database.close()
