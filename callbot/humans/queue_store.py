"""The waiting queue in the database, shared by the machines that use it: rows in, decisions of queue.py and agents.py, rows out.

Locks are taken in one order, a place before its agent, and offering takes only what nobody holds (`FOR UPDATE SKIP LOCKED`), so
that no two machines ever wait for each other in a circle. SQLite has one writer at a time, and needs none of it. Whoever is left
without an offer is looked at again after the change is committed: of two machines of which one brings a caller and the other an
agent, the later one sees both.
"""

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol, overload

from sqlalchemy import Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot.database import Database
from callbot.errors import DatabaseError
from callbot.humans.agents import Kind, kind, next_offer
from callbot.humans.queue import (
    DIALLED_FOR,
    RING_SLACK,
    WANTED_FOR,
    close_desk,
    due,
    gets_back,
    handle,
    joined,
    new_agent,
    pass_on,
)
from callbot.humans.queue_events import (
    AgentEvent,
    AgentSettled,
    AgentSignedIn,
    CallerPassedOn,
    CallerReturned,
    CallerWithdrew,
    CallHeld,
    LineLost,
    OfferAccepted,
    OfferDeclined,
    OfferMade,
    PlaceEvent,
    QueueEvent,
)
from callbot.humans.queue_news import News
from callbot.humans.queue_rows import agent_of, agent_values, entry_of
from callbot.humans.queue_sql import (
    AGENT_BY_NAME,
    AGENTS,
    ALL_AGENTS,
    BEFORE,
    ENTRIES,
    ENTRY_BY_ID,
    FREE_AGENT,
    HANDLED,
    IS_DIALLED,
    LIVE,
    MACHINES,
    MINE,
    NEWEST,
    PAGE,
    Moved,
    Writing,
)
from callbot.humans.queue_types import (
    COMES_BACK_TO,
    IN_QUEUE,
    ON_LINE,
    OVER,
    Agent,
    AgentState,
    Caller,
    Entry,
    Offer,
    Pair,
    Place,
    Rules,
)
from callbot.humans.waiting_time import RECENT, Standing, handling_seconds, standing

LEASE = timedelta(seconds=10)
"""A machine that has not told for so long that it lives has lost its lines. The machines' clocks must agree much better than that."""

logger = logging.getLogger(__name__)


CALLED = (Place.CALLING_BACK, Place.CONNECTED)
"""What comes of these matters to the list of those to call back."""


@dataclass(frozen=True, slots=True)
class Held:
    """Places that nobody else can change until the transaction ends."""

    writing: Writing
    pairs: Sequence[Pair]
    rules: Rules
    agent: Agent | None = None
    """Who acts, held as well; their own place is one of `pairs`."""

    async def tell(self, pair: Pair, event: PlaceEvent) -> None:
        """Something happens to one of them; too late, it changes nothing. The list of those to call back is the teller's business."""
        after = handle(pair, event, self.rules)
        if after is not None:
            await self.writing.keep(pair, after)

    async def tell_agent(self, event: AgentEvent) -> None:
        """Something happens to who acts, of whose own place nothing was told."""
        if self.agent is None:
            return
        entries = (pair.entry for pair in self.pairs if pair.entry)
        own = next((entry for entry in entries if entry.id == self.agent.entry_id), None)
        after = handle(Pair(own, self.agent), event, self.rules)
        if after is not None:
            await self.writing.keep(Pair(own, self.agent), after)


@dataclass(frozen=True, slots=True)
class Overview:
    """All who are in the queue or talk, in the queue's order, and the agents who are not offline."""

    entries: tuple[Entry, ...]
    agents: tuple[Agent, ...]


class Requests(Protocol):
    """The list of those to call back, of whom the queue has some in their turn (callback_turns.Turns). In the queue's transaction."""

    async def follow(
        self, connection: AsyncConnection, before: Entry, after: Entry, *, lost: bool = False
    ) -> Sequence[int]:
        """What became of a place (its line was `lost`) is noted in the list; places where nobody need call the person any more, by id."""

    async def taken(self, connection: AsyncConnection, entry: Entry, at: datetime) -> datetime | None:
        """Until when somebody else is at the person whom the place's agent wants to dial; None: nobody is."""

    async def stale(self, connection: AsyncConnection, at: datetime) -> tuple[Sequence[int], Sequence[int]]:
        """Places whose request is done or erased, and talks of which the list has not heard: each by the place's id."""

    async def let_go(self, connection: AsyncConnection, at: datetime) -> Sequence[tuple[str, AgentSettled]]:
        """Agents who call back whose request is not theirs any more, by name: it is done, somebody else's, or has been theirs for long."""


class QueueStore:
    """The queue of one database, as one machine sees it. All times are the caller's; every method raises DatabaseError.

    `requests`: the list that call-backs stand in too; None: there is none.
    """

    def __init__(
        self, database: Database, rules: Rules, news: News, requests: Requests | None = None
    ) -> None:
        self._database = database
        self.rules = rules
        self.news = news
        self._requests = requests

    # -- callers -------------------------------------------------------------------------------------------------------

    @overload
    async def enter(self, caller: Caller, at: datetime) -> int: ...

    @overload
    async def enter(self, caller: Caller, at: datetime, *, joins: bool) -> int | None: ...

    async def enter(self, caller: Caller, at: datetime, *, joins: bool = True) -> int | None:
        """Join the queue, or get back the place that this call or number has; the place's id. May be told twice.

        Not `joins`: who has no place gets none (None).
        """
        async with self._writing(at) as writing:
            keys = {"call_id": caller.call_id, "caller_hash": caller.caller_hash or ""}
            rows = await writing.connection.execute(MINE, keys)
            known = gets_back(map(entry_of, rows), caller, at, self.rules)
            if known is None and not joins:
                return None
            if known is None:
                known = await writing.add(joined(0, caller, at))
            elif known.place in COMES_BACK_TO:
                before = Pair(known, await writing.agent(known.agent))
                await self._handle(writing, before, CallerReturned(at, caller))
        return known.id

    async def tell(self, entry_id: int, event: PlaceEvent, *, by: str = "", call_id: str = "") -> bool:
        """Something happened to a place. `by`: the agent, `call_id`: the call that says so. False: too late, it changes nothing.

        What a call says of a place that is another call's by now is late, too.
        """
        async with self._writing(event.at) as writing:
            pair = await writing.pair(entry_id)
            entry = pair.entry
            if entry is None or by not in ("", entry.agent) or call_id not in ("", entry.caller.call_id):
                return False
            return await self._handle(writing, pair, event)

    async def pass_on(self, entry_id: int, event: CallerPassedOn, *, by: str) -> int | None:
        """The agent `by` passes on whom they talk to; the id of the caller's new place. None: too late, it changes nothing."""
        async with self._writing(event.at) as writing:
            entry = await writing.entry(entry_id)
            pair = Pair(entry, await writing.agent(by))
            passed = pass_on(pair, event, self.rules)
            if passed is None:
                return None
            await writing.keep(pair, passed[0])
            return (await writing.add(passed[1])).id

    async def standing(self, entry_id: int, at: datetime) -> Standing | None:
        """What a caller who waits may be told; None: they do not wait any more, or for one agent alone."""
        async with self._database.read(quick=True) as connection:
            row = (await connection.execute(ENTRY_BY_ID, {"key": entry_id})).one_or_none()
            entry = entry_of(row) if row else None
            one_only = entry is not None and entry.passed is not None and entry.passed.wanted
            if entry is None or entry.place not in IN_QUEUE or one_only:
                return None
            late = at - self.rules.overflow
            keys = {"ranked_at": entry.ranked_at, "key": entry_id, "late": late, "at": at}
            before = {Kind(*row[:4]): row[4] for row in await connection.execute(BEFORE, keys)}
            agents = [agent_of(row) for row in await connection.execute(ALL_AGENTS)]
            handled = (await connection.execute(HANDLED, {"since": at - RECENT})).all()
        seconds = handling_seconds(entry.caller.service, [tuple(row) for row in handled])
        return standing(kind(entry, at, self.rules), before, agents, seconds)

    # -- agents --------------------------------------------------------------------------------------------------------

    async def tell_agent(self, name: str, event: AgentEvent) -> bool:
        """Something happened to an agent. False: they cannot do so now, and nothing changes."""
        while True:
            with suppress(Moved):
                async with self._writing(event.at) as writing:
                    if isinstance(event, AgentSignedIn):
                        await self._know(writing, new_agent(name, event.at))
                    pair = await writing.with_place(name)
                    return pair.agent is not None and await self._handle(writing, pair, event)

    async def close_desk(self, name: str, at: datetime) -> bool:
        """Sign an agent out, who may be gone: whom they dialled is to be called again. False: they talk on a line, or are not there."""
        while True:
            with suppress(Moved):
                async with self._writing(at) as writing:
                    pair = await writing.with_place(name)
                    closed = close_desk(pair, at, self.rules)
                    if closed:
                        await self._keep(writing, pair, closed)
                    return closed is not None

    # -- call-backs that somebody sees to elsewhere --------------------------------------------------------------------

    @asynccontextmanager
    async def holding(self, entry_ids: Sequence[int], at: datetime, agent: str = "") -> AsyncIterator[Held]:
        """A transaction that holds these places and their agents, for whoever changes what stands elsewhere together with them.

        `agent`: who acts; held too, with the place that they have to do with. Raises Moved where that is another one by then.
        """
        async with self._writing(at) as writing:
            own = await writing.place_of(agent)
            wanted = {*entry_ids, own} if own is not None else set(entry_ids)
            entries = [one for entry_id in sorted(wanted) if (one := await writing.entry(entry_id))]
            names = sorted({agent, *(one.agent for one in entries)})  # in one order: nobody waits in a circle
            agents = {name: await writing.agent(name) for name in names}
            actor = agents.get(agent)
            if actor and actor.entry_id != own:
                raise Moved
            yield Held(writing, [Pair(one, agents[one.agent]) for one in entries], self.rules, actor)

    # -- looking -------------------------------------------------------------------------------------------------------

    async def entry(self, entry_id: int) -> Entry | None:
        """One place."""
        async with self._database.read(quick=True) as connection:
            row = (await connection.execute(ENTRY_BY_ID, {"key": entry_id})).one_or_none()
        return entry_of(row) if row else None

    async def newest(self, call_id: str) -> Entry | None:
        """The last place of a call."""
        async with self._database.read(quick=True) as connection:
            row = (await connection.execute(NEWEST, {"key": call_id})).one_or_none()
        return entry_of(row) if row else None

    async def agent(self, name: str) -> Agent | None:
        """One agent."""
        async with self._database.read(quick=True) as connection:
            row = (await connection.execute(AGENT_BY_NAME, {"key": name})).one_or_none()
        return agent_of(row) if row else None

    async def staff(self) -> tuple[Agent, ...]:
        """The agents who are not offline."""
        async with self._database.read(quick=True) as connection:
            return tuple(agent_of(row) for row in await connection.execute(ALL_AGENTS))

    async def overview(self) -> Overview:
        """Everything that goes on, for the live pages."""
        async with self._database.read(quick=True) as connection:
            entries = [entry_of(row) for row in await connection.execute(LIVE)]
            agents = [agent_of(row) for row in await connection.execute(ALL_AGENTS.order_by(AGENTS.c.name))]
        return Overview(tuple(sorted(entries, key=lambda one: one.rank)), tuple(agents))

    # -- offering ------------------------------------------------------------------------------------------------------

    async def offer_all(self, at: datetime, *, free: bool = False) -> list[Offer]:
        """Offer every caller for whom an agent is free, each to one; what another machine is at is left to it.

        `free`: there was a free agent a moment ago, so that it need not be asked whether there is one.
        """
        if not free and not await self._is_anybody_free():
            return []
        async with self._transaction() as writing:
            return await self._offer_pages(writing, at)

    async def _is_anybody_free(self) -> bool:
        async with self._database.read(quick=True) as connection:
            return (await connection.execute(FREE_AGENT)).first() is not None

    async def _offer_pages(self, writing: Writing, at: datetime) -> list[Offer]:
        made: list[Offer] = []
        entries: dict[int, Entry] = {}
        agents = {agent.name: agent for agent in await writing.free_agents()}
        page: Sequence[Entry] = ()
        while agents:
            page = await writing.next_page(page)
            entries |= {entry.id: entry for entry in page}
            made += await self._offer(writing, entries, agents, at)
            if len(page) < PAGE:
                break
        return made

    async def _offer(
        self, writing: Writing, entries: dict[int, Entry], agents: dict[str, Agent], at: datetime
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

    # -- time and machines ---------------------------------------------------------------------------------------------

    async def beat(self, machine: str, at: datetime) -> None:
        """Tell that this machine lives."""
        row = self._insert(MACHINES).values(name=machine, seen_at=at)
        alive = row.on_conflict_do_update(index_elements=[MACHINES.c.name], set_={"seen_at": at})
        async with self._database.begin(quick=True) as connection:
            await connection.execute(alive)

    async def leave(self, machine: str, at: datetime) -> None:
        """This machine stops: it holds no line any more, and says so at once."""
        async with self._database.begin(quick=True) as connection:
            await connection.execute(delete(MACHINES).where(MACHINES.c.name == machine))
        await self.release_dead(at)

    async def release_dead(self, at: datetime) -> int:
        """Keep the places of callers whose machine is gone, and free their agents; how many lines were lost."""
        alive = select(MACHINES.c.name).where(MACHINES.c.seen_at > at - LEASE)
        on_line = ENTRIES.c.place.in_([place.value for place in ON_LINE]) & (ENTRIES.c.machine != "")
        lines = select(ENTRIES.c.id, ENTRIES.c.call_id).where(on_line, ENTRIES.c.machine.not_in(alive))
        async with self._database.read(quick=True) as connection:
            lost = (await connection.execute(lines)).all()
        return sum([await self.tell(row.id, LineLost(at), call_id=row.call_id) for row in lost])

    async def sweep(self, at: datetime) -> list[QueueEvent]:
        """What time alone brings: offers that rang out, wrap-ups that are over, kept and promised places that expire."""
        rules = self.rules
        rung = (Place.OFFERED, Place.CALLING_BACK, Place.DIALLED)
        rings = ENTRIES.c.place.in_([place.value for place in rung])
        wanted = (ENTRIES.c.place == Place.WAITING.value) & (ENTRIES.c.passed_to_agent != "")
        kept = (ENTRIES.c.place == Place.KEPT.value) & (ENTRIES.c.since <= at - rules.kept)
        promised = (ENTRIES.c.place == Place.PROMISED.value) & (ENTRIES.c.entered_at <= at - rules.promised)
        dialled = IS_DIALLED & (ENTRIES.c.since < at - DIALLED_FOR)
        rang = rings & (ENTRIES.c.since < at - rules.ring - RING_SLACK)
        places = select(ENTRIES.c.id).where(
            kept | promised | rang | dialled | (wanted & (ENTRIES.c.since <= at - WANTED_FOR))
        )
        wraps_up = AGENTS.c.state == AgentState.WRAP_UP.value
        names = select(AGENTS.c.name).where(wraps_up, AGENTS.c.since <= at - rules.wrap_up)
        async with self._database.read(quick=True) as connection:
            entry_ids = (await connection.scalars(places)).all()
            agents = (await connection.scalars(names)).all()
        events = [await self._sweep_entry(entry_id, at) for entry_id in entry_ids]
        events += [await self._sweep_agent(name, at) for name in agents]
        await self._settle(at)
        # not before all is done: whoever has been free for longest goes first, in whatever order the rows come
        await self.offer_all(at)
        return [event for event in events if event]

    async def purge(self, before: datetime) -> int:
        """Forget places that were over by then; how many."""
        over = ENTRIES.c.place.in_([place.value for place in OVER])
        async with self._database.begin() as connection:
            result = await connection.execute(delete(ENTRIES).where(over, ENTRIES.c.since < before))
        return result.rowcount

    # -- inside --------------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def _writing(self, at: datetime) -> AsyncIterator[Writing]:
        """A transaction with the offers that its changes allow. Where others write meanwhile, who is left is seen to after it.

        What is committed stays so whatever happens then: the next tick offers.
        """
        async with self._transaction() as writing:
            yield writing
            waits = writing.alone and writing.waits
            if writing.free or (waits and await writing.connection.scalar(FREE_AGENT)):
                await self._offer_pages(writing, at)
        if not writing.alone and (writing.free or writing.waits):
            try:
                await self.offer_all(at, free=bool(writing.free))
            except DatabaseError as error:
                logger.warning("callers are offered a little later: %s", error)

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Writing]:
        async with self._database.begin(quick=True) as connection:
            writing = Writing(connection, alone=self._database.is_sqlite)
            yield writing
            await self.news.announce(connection, writing.changes)
        self.news.committed(writing.changes)

    async def _handle(self, writing: Writing, pair: Pair, event: QueueEvent) -> bool:
        after = handle(pair, event, self.rules)
        if after is None:
            return False
        if isinstance(event, OfferAccepted) and await self._is_taken(writing, pair, event.at):
            return False
        await self._keep(writing, pair, after, lost=isinstance(event, LineLost))
        return True

    async def _is_taken(self, writing: Writing, pair: Pair, at: datetime) -> bool:
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

    async def _keep(self, writing: Writing, pair: Pair, after: Pair, *, lost: bool = False) -> None:
        """Write it, and tell the list."""
        await writing.keep(pair, after)
        before = pair.entry
        if self._requests and before and after.entry and before.place in CALLED and after.entry != before:
            for entry_id in await self._requests.follow(writing.connection, before, after.entry, lost=lost):
                await self._withdraw(writing, entry_id, after.entry.since)

    async def _withdraw(self, writing: Writing, entry_id: int, at: datetime) -> None:
        """Out of the order of the locks, so without waiting: what somebody else holds is seen to by the sweep."""
        entry = await writing.entry(entry_id, skip_locked=True)
        agent = await writing.agent(entry.agent, skip_locked=True) if entry else None
        pair = Pair(entry, agent)
        if entry is None or (entry.agent and agent is None):
            return
        if after := handle(pair, CallerWithdrew(at), self.rules):
            await writing.keep(pair, after)

    async def _settle(self, at: datetime) -> None:
        """Nobody is called back whose request is done, and no request is open of who was (its row may come after the talk)."""
        if self._requests is None:
            return
        async with self._database.read() as connection:
            settled, unheard = await self._requests.stale(connection, at)
            free = await self._requests.let_go(connection, at)
        for name, event in free:
            await self.tell_agent(name, event)
        for entry_id in settled:
            await self.tell(entry_id, CallerWithdrew(at))
        for entry_id in unheard:
            async with self._transaction() as writing:
                if entry := await writing.entry(entry_id):
                    talking = replace(entry, place=Place.CONNECTED)
                    await self._requests.follow(writing.connection, talking, entry)

    async def _sweep_entry(self, entry_id: int, at: datetime) -> QueueEvent | None:
        async with self._transaction() as writing:
            return await self._due(writing, await writing.pair(entry_id), at)

    async def _sweep_agent(self, name: str, at: datetime) -> QueueEvent | None:
        with suppress(Moved):  # then they have done something since, and nothing is due
            async with self._transaction() as writing:
                return await self._due(writing, await writing.with_place(name), at)
        return None

    async def _due(self, writing: Writing, pair: Pair, at: datetime) -> QueueEvent | None:
        """Another machine may have been quicker: then nothing is due any more."""
        event = due(pair, at, self.rules)
        return event if event and await self._handle(writing, pair, event) else None

    async def _know(self, writing: Writing, agent: Agent) -> None:
        row = self._insert(AGENTS).values(name=agent.name, **agent_values(agent))
        await writing.connection.execute(row.on_conflict_do_nothing())

    def _insert(self, table: Table) -> Any:
        return sqlite.insert(table) if self._database.is_sqlite else postgresql.insert(table)
