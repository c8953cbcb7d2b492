"""The waiting queue in the database, shared by the machines that use it: rows in, decisions of queue.py and agents.py, rows out.

Locks are taken in one order, a place before its agent, and offering takes only what nobody holds (`FOR UPDATE SKIP LOCKED`), so
that no two machines ever wait for each other in a circle. SQLite has one writer at a time, and needs none of it. Offers are
made after the change that allows them is committed: of two machines of which one brings a caller and the other an agent, the
later one sees both.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, Table, bindparam, delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot import tables
from callbot.database import Database
from callbot.humans.agents import next_offer
from callbot.humans.queue import RING_SLACK, due, gets_back, handle, joined, new_agent
from callbot.humans.queue_news import Change, News
from callbot.humans.queue_rows import agent_of, agent_values, entry_of, entry_values
from callbot.humans.queue_types import (
    COMES_BACK_TO,
    IN_QUEUE,
    ON_LINE,
    OVER,
    Agent,
    AgentEvent,
    AgentSignedIn,
    AgentState,
    Caller,
    CallerReturned,
    Entry,
    LineLost,
    Offer,
    OfferAccepted,
    OfferMade,
    Pair,
    Place,
    PlaceEvent,
    QueueEvent,
    Rules,
)
from callbot.humans.waiting_time import MOST, RECENT, Standing, handling_seconds, standing

LEASE = timedelta(seconds=10)
"""A machine that has not told for so long that it lives has lost its lines. The machines' clocks must agree much better than that."""
ENTRIES, AGENTS, MACHINES = tables.queue_entries, tables.queue_agents, tables.queue_machines

ENTRY_BY_ID = select(ENTRIES).where(ENTRIES.c.id == bindparam("key"))
AGENT_BY_NAME = select(AGENTS).where(AGENTS.c.name == bindparam("key"))
ALL_AGENTS = select(AGENTS).where(AGENTS.c.state != AgentState.OFFLINE.value)
FREE_AGENT = select(AGENTS.c.name).where(AGENTS.c.state == AgentState.AVAILABLE.value).limit(1)
WAITING = select(ENTRIES).where(ENTRIES.c.place.in_([place.value for place in IN_QUEUE]))
LIVE = select(ENTRIES).where(ENTRIES.c.place.in_([place.value for place in Place if place not in OVER]))
MINE = (
    LIVE.where(
        or_(ENTRIES.c.call_id == bindparam("call_id"), ENTRIES.c.caller_hash == bindparam("caller_hash"))
    )
    .order_by(ENTRIES.c.id)
    .with_for_update()
)
HANDLED = (
    select(ENTRIES.c.service, ENTRIES.c.connected_at, ENTRIES.c.released_at)
    .where(ENTRIES.c.released_at >= bindparam("since"))
    .order_by(ENTRIES.c.released_at.desc())
    .limit(3 * MOST)
)
ADD_ENTRY = insert(ENTRIES).returning(ENTRIES.c.id)
CHANGE_ENTRY = update(ENTRIES).where(ENTRIES.c.id == bindparam("key"))
CHANGE_AGENT = update(AGENTS).where(AGENTS.c.name == bindparam("key"))


@dataclass(frozen=True, slots=True)
class Overview:
    """All who are in the queue or talk, in the queue's order, and the agents who are not offline."""

    entries: tuple[Entry, ...]
    agents: tuple[Agent, ...]


@dataclass(slots=True)
class _Writing:
    """A transaction that writes, with what it has changed."""

    connection: AsyncConnection
    changes: list[Change] = field(default_factory=list)

    async def entry(self, entry_id: int | None, **lock: bool) -> Entry | None:
        """A place, held until the end of the transaction."""
        row = await self._held(ENTRY_BY_ID, entry_id, **lock) if entry_id is not None else None
        return entry_of(row) if row else None

    async def agent(self, name: str, **lock: bool) -> Agent | None:
        """An agent, held until the end of the transaction."""
        row = await self._held(AGENT_BY_NAME, name, **lock) if name else None
        return agent_of(row) if row else None

    async def keep(self, before: Pair, after: Pair) -> None:
        """Write what is different."""
        entry, agent = after.entry, after.agent
        if entry and entry != before.entry:
            await self.connection.execute(CHANGE_ENTRY, {"key": entry.id, **entry_values(entry)})
        if agent and agent != before.agent:
            await self.connection.execute(CHANGE_AGENT, {"key": agent.name, **agent_values(agent)})
        self.changes.append(Change(entry.id if entry else None, agent.name if agent else None))

    async def _held(self, rows: Select[Any], key: object, **lock: bool) -> Any:
        return (await self.connection.execute(rows.with_for_update(**lock), {"key": key})).one_or_none()


class QueueStore:
    """The queue of one database, as one machine sees it. All times are the caller's; every method raises DatabaseError."""

    def __init__(self, database: Database, rules: Rules, news: News) -> None:
        self._database = database
        self.rules = rules
        self.news = news

    # -- callers -------------------------------------------------------------------------------------------------------

    async def enter(self, caller: Caller, at: datetime) -> int:
        """Join the queue, or get back the place that this call or number has; the place's id. May be told twice."""
        async with self._writing() as writing:
            keys = {"call_id": caller.call_id, "caller_hash": caller.caller_hash or ""}
            rows = await writing.connection.execute(MINE, keys)
            known = gets_back(map(entry_of, rows), caller, at, self.rules)
            if known is None:
                known = await _add(writing, joined(0, caller, at))
            elif known.place in COMES_BACK_TO:
                before = Pair(known, await writing.agent(known.agent))
                await self._handle(writing, before, CallerReturned(at, caller))
        await self.offer_all(at)
        return known.id

    async def tell(self, entry_id: int, event: PlaceEvent, *, by: str = "") -> bool:
        """Something happened to a place. `by`: the agent who says so. False: too late, it changes nothing."""
        async with self._writing() as writing:
            entry = await writing.entry(entry_id)
            if entry is None or (by and entry.agent != by):
                return False
            done = await self._handle(writing, Pair(entry, await writing.agent(entry.agent)), event)
        if done and not isinstance(event, OfferAccepted):
            await self.offer_all(event.at)
        return done

    async def standing(self, entry_id: int, at: datetime) -> Standing | None:
        """What a caller who waits may be told; None: they do not wait any more."""
        async with self._database.read() as connection:
            entries = [entry_of(row) for row in await connection.execute(WAITING)]
            mine = next((one for one in entries if one.id == entry_id), None)
            if mine is None:
                return None
            agents = [agent_of(row) for row in await connection.execute(ALL_AGENTS)]
            handled = (await connection.execute(HANDLED, {"since": at - RECENT})).all()
        seconds = handling_seconds(mine.caller.service, [tuple(row) for row in handled])
        return standing(mine, entries, agents, handled_s=seconds, at=at, rules=self.rules)

    # -- agents --------------------------------------------------------------------------------------------------------

    async def tell_agent(self, name: str, event: AgentEvent) -> bool:
        """Something happened to an agent. False: they cannot do so now, and nothing changes."""
        async with self._writing() as writing:
            if isinstance(event, AgentSignedIn):
                await self._know(writing, new_agent(name, event.at))
            pair = await _with_place(writing, name)
            done = pair.agent is not None and await self._handle(writing, pair, event)
        if done:
            await self.offer_all(event.at)
        return done

    # -- looking -------------------------------------------------------------------------------------------------------

    async def entry(self, entry_id: int) -> Entry | None:
        """One place."""
        async with self._database.read() as connection:
            row = (await connection.execute(ENTRY_BY_ID, {"key": entry_id})).one_or_none()
        return entry_of(row) if row else None

    async def agent(self, name: str) -> Agent | None:
        """One agent."""
        async with self._database.read() as connection:
            row = (await connection.execute(AGENT_BY_NAME, {"key": name})).one_or_none()
        return agent_of(row) if row else None

    async def overview(self) -> Overview:
        """Everything that goes on, for the live pages."""
        async with self._database.read() as connection:
            entries = [entry_of(row) for row in await connection.execute(LIVE)]
            agents = [agent_of(row) for row in await connection.execute(ALL_AGENTS.order_by(AGENTS.c.name))]
        return Overview(tuple(sorted(entries, key=lambda one: one.rank)), tuple(agents))

    # -- offering ------------------------------------------------------------------------------------------------------

    async def offer_all(self, at: datetime) -> list[Offer]:
        """Offer every caller for whom an agent is free, each to one; what another machine is at is left to it."""
        async with self._database.read() as connection:
            if (await connection.execute(FREE_AGENT)).first() is None:
                return []
        made: list[Offer] = []
        async with self._writing() as writing:
            entries = {row.id: entry_of(row) for row in await writing.connection.execute(WAITING)}
            agents = {row.name: agent_of(row) for row in await writing.connection.execute(ALL_AGENTS)}
            while offer := next_offer(entries.values(), agents.values(), at, self.rules):
                entry, agent = entries.pop(offer.entry_id), agents.pop(offer.agent)
                held = Pair(await writing.entry(entry.id, skip_locked=True), None)
                held = Pair(held.entry, held.entry and await writing.agent(agent.name, skip_locked=True))
                if held == Pair(entry, agent):
                    await self._handle(writing, held, OfferMade(at))
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
        async with self._database.begin() as connection:
            await connection.execute(alive)

    async def leave(self, machine: str, at: datetime) -> None:
        """This machine stops: it holds no line any more, and says so at once."""
        async with self._database.begin() as connection:
            await connection.execute(delete(MACHINES).where(MACHINES.c.name == machine))
        await self.release_dead(at)

    async def release_dead(self, at: datetime) -> int:
        """Keep the places of callers whose machine is gone, and free their agents; how many lines were lost."""
        alive = select(MACHINES.c.name).where(MACHINES.c.seen_at > at - LEASE)
        lines = select(ENTRIES.c.id).where(
            ENTRIES.c.place.in_([place.value for place in ON_LINE]), ENTRIES.c.machine.not_in(alive)
        )
        async with self._database.read() as connection:
            lost = (await connection.scalars(lines)).all()
        for entry_id in lost:
            await self.tell(entry_id, LineLost(at))
        return len(lost)

    async def sweep(self, at: datetime) -> list[QueueEvent]:
        """What time alone brings: offers that rang out, wrap-ups that are over, kept places that expire."""
        rules = self.rules
        rings = ENTRIES.c.place.in_([Place.OFFERED.value, Place.CALLING_BACK.value])
        kept = (ENTRIES.c.place == Place.KEPT.value) & (ENTRIES.c.since <= at - rules.kept)
        places = select(ENTRIES.c.id).where(kept | (rings & (ENTRIES.c.since < at - rules.ring - RING_SLACK)))
        wraps_up = AGENTS.c.state == AgentState.WRAP_UP.value
        names = select(AGENTS.c.name).where(wraps_up, AGENTS.c.since <= at - rules.wrap_up)
        async with self._database.read() as connection:
            entry_ids = (await connection.scalars(places)).all()
            agents = (await connection.scalars(names)).all()
        events = [await self._sweep_entry(entry_id, at) for entry_id in entry_ids]
        events += [await self._sweep_agent(name, at) for name in agents]
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
    async def _writing(self) -> AsyncIterator[_Writing]:
        async with self._database.begin() as connection:
            writing = _Writing(connection)
            yield writing
            await self.news.announce(connection, writing.changes)
        self.news.committed(writing.changes)

    async def _handle(self, writing: _Writing, pair: Pair, event: QueueEvent) -> bool:
        after = handle(pair, event, self.rules)
        if after is not None:
            await writing.keep(pair, after)
        return after is not None

    async def _sweep_entry(self, entry_id: int, at: datetime) -> QueueEvent | None:
        async with self._writing() as writing:
            entry = await writing.entry(entry_id)
            return await self._due(
                writing, Pair(entry, await writing.agent(entry.agent if entry else "")), at
            )

    async def _sweep_agent(self, name: str, at: datetime) -> QueueEvent | None:
        async with self._writing() as writing:
            return await self._due(writing, await _with_place(writing, name), at)

    async def _due(self, writing: _Writing, pair: Pair, at: datetime) -> QueueEvent | None:
        """Another machine may have been quicker: then nothing is due any more."""
        event = due(pair, at, self.rules)
        return event if event and await self._handle(writing, pair, event) else None

    async def _know(self, writing: _Writing, agent: Agent) -> None:
        row = self._insert(AGENTS).values(name=agent.name, **agent_values(agent))
        await writing.connection.execute(row.on_conflict_do_nothing())

    def _insert(self, table: Table) -> Any:
        return sqlite.insert(table) if self._database.is_sqlite else postgresql.insert(table)


async def _add(writing: _Writing, entry: Entry) -> Entry:
    entry_id = await writing.connection.scalar(ADD_ENTRY, entry_values(entry))
    assert entry_id is not None
    writing.changes.append(Change(entry_id))
    return replace(entry, id=entry_id)


async def _with_place(writing: _Writing, name: str) -> Pair:
    """An agent and their caller, the caller held first; which one it is may change until both are held."""
    row = (await writing.connection.execute(AGENT_BY_NAME, {"key": name})).one_or_none()
    agent = agent_of(row) if row else None
    while agent:
        entry = await writing.entry(agent.entry_id)
        held = await writing.agent(name)
        if held is None or held.entry_id == agent.entry_id:
            return Pair(entry, held)
        agent = held
    return Pair()
