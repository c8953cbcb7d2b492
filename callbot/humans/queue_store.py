"""The waiting queue in the database, shared by the machines that use it: rows in, decisions of queue.py and agents.py, rows out."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import overload

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

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
from callbot.humans.queue_changing import AnyWriting, Changing
from callbot.humans.queue_events import (
    AgentEvent,
    AgentSignedIn,
    CallerPassedOn,
    CallerReturned,
    CallerWithdrew,
    LineLost,
    PlaceEvent,
    QueueEvent,
)
from callbot.humans.queue_rows import agent_values
from callbot.humans.queue_sql import (
    AGENTS,
    BEAT,
    DUE,
    ENTRIES,
    LOST_LINES,
    MACHINES,
    Moved,
    Writing,
)
from callbot.humans.queue_types import (
    COMES_BACK_TO,
    OVER,
    Agent,
    Caller,
    Pair,
    Place,
    Rules,
)
from callbot.statements import Statement

LEASE = timedelta(seconds=10)
"""A machine that has not told for so long that it lives has lost its lines. The machines' clocks must agree much better than that."""

LOST, MAY_BE_DUE = Statement(LOST_LINES), Statement(DUE)


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


class QueueStore(Changing):
    """The queue of one database, as one machine sees it. All times are the caller's; every method raises DatabaseError.

    `requests`: the list that call-backs stand in too; None: there is none.
    """

    # -- callers -------------------------------------------------------------------------------------------------------

    @overload
    async def enter(self, caller: Caller, at: datetime) -> int: ...

    @overload
    async def enter(self, caller: Caller, at: datetime, *, joins: bool) -> int | None: ...

    async def enter(self, caller: Caller, at: datetime, *, joins: bool = True) -> int | None:
        """Join the queue, or get back the place that this call or number has; the place's id. May be told twice.

        Not `joins`: who has no place gets none (None).
        """

        async def work(writing: AnyWriting) -> int:
            known = gets_back(await writing.places_of(caller), caller, at, self.rules)
            if known is None:
                if joins:
                    await writing.add(joined(0, caller, at))
                return 0
            if known.place in COMES_BACK_TO:
                before = Pair(known, await writing.agent(known.agent))
                await self._handle(writing, before, CallerReturned(at, caller))
            return known.id

        known_id, writing = await self._do(work, at)
        return known_id or writing.added or None

    async def tell(self, entry_id: int, event: PlaceEvent, *, by: str = "", call_id: str = "") -> bool:
        """Something happened to a place. `by`: the agent, `call_id`: the call that says so. False: too late, it changes nothing.

        What a call says of a place that is another call's by now is late, too.
        """

        async def work(writing: AnyWriting) -> bool:
            pair = await writing.pair(entry_id)
            entry = pair.entry
            if entry is None or by not in ("", entry.agent) or call_id not in ("", entry.caller.call_id):
                return False
            return await self._handle(writing, pair, event)

        return (await self._do(work, event.at))[0]

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

    # -- agents --------------------------------------------------------------------------------------------------------

    async def tell_agent(self, name: str, event: AgentEvent) -> bool:
        """Something happened to an agent. False: they cannot do so now, and nothing changes."""

        async def work(writing: AnyWriting) -> bool:
            if isinstance(event, AgentSignedIn):
                await self._know(writing, new_agent(name, event.at))
            pair = await writing.with_place(name)
            return pair.agent is not None and await self._handle(writing, pair, event)

        return (await self._do(work, event.at))[0]

    async def close_desk(self, name: str, at: datetime) -> bool:
        """Sign an agent out, who may be gone: whom they dialled is to be called again. False: they talk on a line, or are not there."""

        async def work(writing: AnyWriting) -> bool:
            pair = await writing.with_place(name)
            closed = close_desk(pair, at, self.rules)
            if closed:
                await self._keep(writing, pair, closed)
            return closed is not None

        return (await self._do(work, at))[0]

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

    # -- time and machines ---------------------------------------------------------------------------------------------

    async def beat(self, machine: str, at: datetime) -> None:
        """Tell that this machine lives."""
        if not self._database.is_sqlite:
            async with self._database.writing_at_once() as here:
                await here.write(BEAT, [machine, at])
            return
        row = sqlite.insert(MACHINES).values(name=machine, seen_at=at)
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
        lost = await self._rows(LOST, alive_at=at - LEASE)
        return sum([await self.tell(entry_id, LineLost(at), call_id=call_id) for entry_id, call_id in lost])

    async def sweep(self, at: datetime) -> list[QueueEvent]:
        """What time alone brings: offers that rang out, wrap-ups that are over, kept and promised places that expire."""
        rules = self.rules
        times = {
            "kept": at - rules.kept,
            "promised": at - rules.promised,
            "rang": at - rules.ring - RING_SLACK,
            "dialled": at - DIALLED_FOR,
            "wanted": at - WANTED_FOR,
            "over": at - rules.wrap_up,
        }
        due = await self._rows(MAY_BE_DUE, **times)
        entry_ids, agents = [row[0] for row in due if not row[1]], [row[1] for row in due if row[1]]
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

    async def _settle(self, at: datetime) -> None:
        """Nobody is called back whose request is done, and no request is open of who was (its row may come after the talk)."""
        if self._requests is None:
            return
        async with self._database.at_once() as here:
            settled, unheard = await self._requests.stale(here, at)
        async with self._database.read() as connection:
            free = await self._requests.let_go(connection, at)
        for name, _ in free:
            await self._let_go(name, at)
        for entry_id in settled:
            await self.tell(entry_id, CallerWithdrew(at))
        for entry_id in unheard:
            async with self._transaction() as writing:
                if entry := await writing.entry(entry_id):
                    talking = replace(entry, place=Place.CONNECTED)
                    await self._requests.follow(writing.connection, talking, entry)

    async def _let_go(self, name: str, at: datetime) -> None:
        """Looked at again while the agent is held: they may have dialled, or said that they talk still, a moment ago."""
        assert self._requests
        with suppress(Moved):
            async with self._writing(at) as writing:
                pair = await writing.with_place(name)
                for _, event in await self._requests.let_go(writing.connection, at, name):
                    await self._handle(writing, pair, event)

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

    async def _know(self, writing: AnyWriting, agent: Agent) -> None:
        insert = sqlite.insert if self._database.is_sqlite else postgresql.insert
        row = insert(AGENTS).values(name=agent.name, **agent_values(agent))
        await writing.connection.execute(row.on_conflict_do_nothing())
