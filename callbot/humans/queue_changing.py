"""A change of the queue and the offers that follow from it, in one transaction.

Locks are taken in one order, a place before its agent, and offering takes only what nobody holds (`FOR UPDATE SKIP LOCKED`), so
that no two machines ever wait for each other in a circle. SQLite has one writer at a time, and needs none of it; on PostgreSQL most
changes are one statement (queue_quick.py). Whoever is left without an offer is looked at again after the change is committed: of two
machines of which one brings a caller and the other an agent, the later one sees both.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from callbot.at_once import AtOnce
from callbot.database import Database, NotAside
from callbot.errors import DatabaseError
from callbot.humans.agents import next_offer
from callbot.humans.queue import (
    handle,
)
from callbot.humans.queue_events import (
    AgentSettled,
    CallerWithdrew,
    CallHeld,
    LineLost,
    OfferAccepted,
    OfferDeclined,
    OfferMade,
    QueueEvent,
)
from callbot.humans.queue_looking import Looking
from callbot.humans.queue_news import News
from callbot.humans.queue_quick import Contended, NeedsLocks, QuickWriting
from callbot.humans.queue_sql import (
    FREE_AGENT,
    Moved,
    Page,
    Writing,
)
from callbot.humans.queue_types import (
    Agent,
    Entry,
    Offer,
    Pair,
    Place,
    Rules,
)
from callbot.statements import Statement

logger = logging.getLogger(__name__)
Thing = TypeVar("Thing")
AnyWriting = Writing | QuickWriting
SOMEBODY_FREE = Statement(FREE_AGENT)
CALLED = (Place.CALLING_BACK, Place.CONNECTED)
"""What comes of these matters to the list of those to call back."""


class Requests(Protocol):
    """The list of those to call back, of whom the queue has some in their turn (callback_turns.Turns). In the queue's transaction."""

    async def follow(
        self, connection: AsyncConnection, before: Entry, after: Entry, *, lost: bool = False
    ) -> Sequence[int]:
        """What became of a place (its line was `lost`) is noted in the list; places where nobody need call the person any more, by id."""

    async def taken(self, connection: AsyncConnection, entry: Entry, at: datetime) -> datetime | None:
        """Until when somebody else is at the person whom the place's agent wants to dial; None: nobody is."""

    async def concerns(self, here: AtOnce, before: Entry, after: Entry, *, lost: bool = False) -> bool:
        """Whether `follow` would have anything to note, or a place to name."""

    async def stale(self, here: AtOnce, at: datetime) -> tuple[Sequence[int], Sequence[int]]:
        """Places whose request is done or erased, and talks of which the list has not heard: each by the place's id."""

    async def let_go(
        self, connection: AsyncConnection, at: datetime, name: str = ""
    ) -> Sequence[tuple[str, AgentSettled]]:
        """Agents who call back whose request is not theirs any more, by name: it is done, somebody else's, or has been theirs for long.

        `name`: of that one alone.
        """


class Changing(Looking):
    """Changes, with what follows from them. `requests`: the list that call-backs stand in too; None: there is none."""

    def __init__(
        self, database: Database, rules: Rules, news: News, requests: Requests | None = None
    ) -> None:
        super().__init__(database, rules, news)
        self._requests = requests

    async def offer_all(self, at: datetime, *, free: bool = False) -> list[Offer]:
        """Offer every caller for whom an agent is free, each to one; what another machine is at is left to it.

        `free`: there was a free agent a moment ago, so that it need not be asked whether there is one.
        """

        async def work(writing: AnyWriting) -> list[Offer]:
            return await self._offer_pages(writing, at)

        if not self._database.is_sqlite:
            if done := await self._quickly(work, at):
                return done[0]
        elif not free and not await self._rows(SOMEBODY_FREE):
            return []
        async with self._transaction() as holding:
            return await work(holding)

    async def _offer_pages(self, writing: AnyWriting, at: datetime) -> list[Offer]:
        made: list[Offer] = []
        entries: dict[int, Entry] = {}
        agents = {agent.name: agent for agent in await writing.free_agents()}
        page: Page | None = None
        while agents and not (page and page.is_end):
            page = await writing.next_page(page)
            entries |= {entry.id: entry for entry in page.entries}
            made += await self._offer(writing, entries, agents, at)
        return made

    async def _offer(
        self, writing: AnyWriting, entries: dict[int, Entry], agents: dict[str, Agent], at: datetime
    ) -> list[Offer]:
        """Make the offers that there are among these; who is offered, or somebody else is at, is taken out."""
        made = []
        while offer := next_offer(entries.values(), agents.values(), at, self.rules):
            entry, agent = entries.pop(offer.entry_id), agents.pop(offer.agent)
            held = await writing.claim(entry, agent)
            if held == Pair(entry, agent) and await self._handle(writing, held, OfferMade(at)):
                made.append(offer)
            elif held.entry == entry:
                entries[entry.id] = entry
            else:
                agents[agent.name] = agent
        return made

    async def _do(
        self, work: Callable[[AnyWriting], Awaitable[Thing]], at: datetime
    ) -> tuple[Thing, AnyWriting]:
        """A change, with the offers that it allows: quickly where that is possible, else with the rows held. `work` may be done twice."""

        async def quickly() -> tuple[tuple[Thing, AnyWriting], bool] | None:
            done = await self._quickly(work, at)
            return (done, await self._look_again(done[1], at)) if done else None

        if not self._database.is_sqlite and (quick := await self._database.aside(quickly)):
            done, looked = quick
            if not looked:
                await self._look_again(done[1], at)
            return done
        while True:
            with suppress(Moved):
                async with self._writing(at) as writing:
                    result = await work(writing)
                return result, writing

    async def _quickly(
        self, work: Callable[[AnyWriting], Awaitable[Thing]], at: datetime
    ) -> tuple[Thing, AnyWriting] | None:
        """The change in one statement (queue_quick.py); None: it needs the rows held, and nothing is changed."""
        async with self._database.writing_at_once() as here:
            writing = QuickWriting(here)
            try:
                result = await work(writing)
                if writing.free:
                    await self._offer_pages(writing, at)
                await writing.commit()
            except (Contended, NeedsLocks):
                return None
            finally:
                self.news.written()
        return result, writing

    @asynccontextmanager
    async def _writing(self, at: datetime) -> AsyncIterator[Writing]:
        """A transaction with the offers that its changes allow. Where others write meanwhile, who is left is seen to after it."""
        async with self._transaction() as writing:
            yield writing
            waits = writing.alone and writing.waits
            if writing.free or (waits and await writing.connection.scalar(FREE_AGENT)):
                await self._offer_pages(writing, at)
        await self._look_again(writing, at)

    async def _look_again(self, writing: AnyWriting, at: datetime) -> bool:
        """What is committed stays so whatever happens now: the next tick offers. False: it is to be done on the service's loop."""
        if writing.alone or not (writing.free or writing.waits):
            return True
        try:
            await self.offer_all(at, free=bool(writing.free))
        except NotAside:
            return False
        except DatabaseError as error:
            logger.warning("callers are offered a little later: %s", error)
        return True

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Writing]:
        try:
            async with self._database.begin(quick=True) as connection:
                writing = Writing(connection, alone=self._database.is_sqlite)
                yield writing
                await self.news.announce(connection, writing.changes)
        finally:
            self.news.written()
        self.news.committed(writing.changes)

    async def _handle(self, writing: AnyWriting, pair: Pair, event: QueueEvent) -> bool:
        after = handle(pair, event, self.rules)
        if after is None:
            return False
        if isinstance(event, OfferAccepted) and await self._is_taken(writing, pair, event.at):
            return False
        await self._keep(writing, pair, after, lost=isinstance(event, LineLost))
        return True

    async def _is_taken(self, writing: AnyWriting, pair: Pair, at: datetime) -> bool:
        """Whether somebody else is at who is to be called back: then the place is nobody's for so long."""
        entry = pair.entry
        if self._requests is None or entry is None or entry.place is not Place.CALLING_BACK:
            return False
        until = await self._requests.taken(writing.connection, entry, at)
        given_back = handle(pair, OfferDeclined(at), self.rules) if until else None
        held = handle(Pair(given_back.entry), CallHeld(at, until), self.rules) if given_back else None
        if given_back and held:
            await writing.keep(pair, replace(given_back, entry=held.entry))
        return until is not None

    async def _keep(self, writing: AnyWriting, pair: Pair, after: Pair, *, lost: bool = False) -> None:
        """Write it, and tell the list."""
        await writing.keep(pair, after)
        before = pair.entry
        if self._requests is None or before is None or after.entry is None:
            return
        if before.place not in CALLED or after.entry == before:
            return
        if isinstance(writing, QuickWriting):
            if await self._requests.concerns(writing.at_once, before, after.entry, lost=lost):
                raise NeedsLocks
        elif not writing.alone or await self._is_concerned(before, after.entry, lost=lost):
            for entry_id in await self._requests.follow(writing.connection, before, after.entry, lost=lost):
                await self._withdraw(writing, entry_id, after.entry.since)

    async def _is_concerned(self, before: Entry, after: Entry, *, lost: bool) -> bool:
        """Of one writer: the list, as it was committed, is as it is."""
        assert self._requests
        async with self._database.at_once() as here:
            return await self._requests.concerns(here, before, after, lost=lost)

    async def _withdraw(self, writing: Writing, entry_id: int, at: datetime) -> None:
        """Out of the order of the locks, so without waiting: what somebody else holds is seen to by the sweep."""
        entry = await writing.entry(entry_id, skip_locked=True)
        agent = await writing.agent(entry.agent, skip_locked=True) if entry else None
        pair = Pair(entry, agent)
        if entry is None or (entry.agent and agent is None):
            return
        if after := handle(pair, CallerWithdrew(at), self.rules):
            await writing.keep(pair, after)
