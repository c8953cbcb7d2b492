"""Call-back requests as staff get them: listed, taken on, tried, settled. Rows are written with their call (stats/storage.py)."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot import callback_rows as rows
from callbot import tables
from callbot.audit import note
from callbot.callback_rows import Missed
from callbot.callback_states import (
    Action,
    Callback,
    CallbackState,
    Done,
    Refusal,
    ServiceOf,
    decide,
)
from callbot.callback_times import order
from callbot.callback_turns import Turns, apply, hindered, is_same, of_actor, of_request
from callbot.database import Database
from callbot.events import Decision
from callbot.humans.hours import PARIS
from callbot.humans.queue_news import News
from callbot.humans.queue_sql import Moved
from callbot.humans.queue_store import Held, QueueStore
from callbot.humans.queue_types import Caller, Rules

OPEN = (CallbackState.TO_CALL, CallbackState.TRIED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which requests. `service`: an id, empty: all; `day`: when they were asked for, in Paris; None: any."""

    states: tuple[CallbackState, ...] = OPEN
    service: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A turn of the call: the caller's words (None: not kept), what was decided on them, and about what."""

    transcript: str | None = field(repr=False)
    decision: Decision | None
    answer_id: str | None
    motive: str | None


class Callbacks:
    """The requests of one database. Every method raises DatabaseError when it is unavailable.

    `queue`: where some of them have their turn; None: the same database's, under the rules that hold unless settings say otherwise.
    """

    def __init__(
        self,
        database: Database,
        service_of: ServiceOf,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        queue: QueueStore | None = None,
    ) -> None:
        self._database = database
        self._service_of = service_of
        self._queue = queue or QueueStore(database, Rules(), News(database), Turns(service_of))
        self.now = now
        """Gives aware datetimes."""

    async def listed(self, wanted: Wanted, now: datetime) -> list[Callback]:
        """Those to call in the order in which to call them (callback_times.order), then those that are done, the last one first."""
        statement = rows.requests().where(
            tables.callbacks.c.state.in_([state.value for state in wanted.states])
        )
        if wanted.day:
            begin, end = (datetime.combine(wanted.day + timedelta(days=n), time(), PARIS) for n in (0, 1))
            statement = statement.where(
                tables.callbacks.c.asked_at >= begin, tables.callbacks.c.asked_at < end
            )
        if CallbackState.DONE in wanted.states:
            statement = statement.where(rows.is_open() | tables.callbacks.c.id.in_(rows.last_done()))
        async with self._database.read() as connection:
            found = await self._read(connection, statement)
        kept = [one for one in found if not wanted.service or one.service == wanted.service]
        done = [one for one in kept if one.state is CallbackState.DONE]
        return [*order(kept, now), *sorted(done, key=lambda one: one.state_at or one.asked_at, reverse=True)]

    async def find(self, callback_id: int) -> Callback | None:
        """The request of that number."""
        async with self._database.read() as connection:
            return await self._find(connection, callback_id)

    async def of_calls(self, call_ids: Collection[str]) -> Mapping[str, Callback]:
        """The newest request of each of these calls, by call."""
        wanted = rows.requests().where(tables.callbacks.c.call_id.in_(call_ids))
        async with self._database.read() as connection:
            found = await self._read(connection, wanted.order_by(tables.callbacks.c.id)) if call_ids else []
        return {one.call_id: one for one in found}

    async def of_missed(self, missed: Missed, *, actor: str) -> int | None:
        """Make a request to call back who hung up in the queue, once; its number. None: the call itself is not known (yet).

        Who has asked for the same meanwhile has that request.
        """
        async with self._database.begin() as connection:
            known = select(tables.calls.c.id).where(tables.calls.c.id == missed.call_id).with_for_update()
            if await connection.scalar(known) is None:
                return None
            if there := await self._asked_for(connection, missed):
                return there
            made = await rows.add(connection, missed)
            await note(connection, self.now(), actor, "missed call to call back", f"request {made}")
            return made

    async def _asked_for(self, connection: AsyncConnection, missed: Missed) -> int | None:
        table = tables.callbacks.c
        same = (table.call_id == missed.call_id) | (rows.is_open() & (table.number == missed.number))
        found = await self._read(connection, rows.requests().where(same).order_by(table.id.desc()))
        fitting = (one for one in found if one.call_id == missed.call_id or one.service == missed.service)
        return next((one.id for one in fitting), None)

    async def resolved(self, agent: str, ended_at: datetime, *, resolved: bool) -> None:
        """The follow-up of a talk that ended then says whether the person has what they needed: so says what was done by it."""
        table = tables.callbacks
        by_talk = (table.c.state_by == agent) & (table.c.state_at == ended_at) & ~rows.is_open()
        async with self._database.begin() as connection:
            await connection.execute(update(table).where(by_talk).values(resolved=resolved))

    async def of_caller(self, caller: Caller) -> list[Callback]:
        """The open requests of who has this place in the queue."""
        async with self._database.read() as connection:
            ids = await rows.of_place(connection, caller.call_id, caller.caller_hash, hold=False)
            wanted = rows.requests().where(tables.callbacks.c.id.in_(ids)).order_by(tables.callbacks.c.id)
            return await self._read(connection, wanted) if ids else []

    async def count_open(self) -> int:
        """How many are to be called."""
        statement = select(func.count()).select_from(tables.callbacks).where(rows.is_open())
        async with self._database.read() as connection:
            return await connection.scalar(statement) or 0

    async def telephone_of(self, name: str) -> str:
        """The telephone that somebody has at their desk, as it is rung; empty: none."""
        table = tables.queue_agents
        async with self._database.read() as connection:
            return await connection.scalar(select(table.c.telephone).where(table.c.name == name)) or ""

    async def conversations(self, callbacks: Iterable[Callback]) -> Mapping[str, list[Said]]:
        """What was said in the calls that asked for these, by the call's id; empty while a call goes on."""
        turn = tables.turns.c
        statement = select(turn.call_id, turn.transcript, turn.decision, turn.answer_id, turn.motive)
        ids = {one.call_id for one in callbacks}
        said: dict[str, list[Said]] = defaultdict(list)
        async with self._database.read() as connection:
            for row in await connection.execute(
                statement.where(turn.call_id.in_(ids)).order_by(turn.call_id, turn.number)
            ):
                decision = Decision(row.decision) if row.decision else None
                said[row.call_id].append(Said(row.transcript, decision, row.answer_id, row.motive))
        return said

    async def act(
        self, callback_id: int, action: Action, *, actor: str, now: datetime | None = None
    ) -> Callback | Refusal | None:
        """Do it, in one transaction that nobody comes between: the request as it is then, or why not; None: there is none."""
        now = now or self.now()
        while True:
            found = await self.find(callback_id)
            if found is None:
                return None
            places = [turn.entry_id for turn in found.turns]
            with suppress(Moved):
                async with self._queue.holding(places, now, actor) as held:
                    await rows.hold(held.writing.connection, callback_id)
                    callback = await self._find(held.writing.connection, callback_id)
                    if callback and not {turn.entry_id for turn in callback.turns}.issubset(places):
                        continue  # the person has called meanwhile
                    return await self._decided(held, callback, action, actor, now) if callback else None

    async def _decided(
        self, held: Held, callback: Callback, action: Action, actor: str, now: datetime
    ) -> Callback | Refusal:
        connection = held.writing.connection
        decided = decide(callback, action, actor, now)
        if isinstance(decided, Refusal) or decided == callback:
            return decided
        if refusal := hindered(action, callback, held.agent):
            return refusal
        await apply(connection, callback, action, actor, now)
        if isinstance(action, Done) and callback.others:
            await self._done_too(connection, callback, action, actor, now)
        turns = {turn.entry_id for turn in callback.turns}
        own = held.agent.entry_id if held.agent else None
        for pair in held.pairs:
            if pair.entry is None or pair.entry.id not in turns:
                continue
            if event := of_request(action, decided, pair.entry, actor, now):
                await held.tell(pair, event)
        if (of_agent := of_actor(action, callback.id, now)) and own not in turns:
            await held.tell_agent(of_agent)
        return await self._find(connection, callback_id=callback.id) or decided

    async def _done_too(
        self, connection: AsyncConnection, callback: Callback, action: Done, actor: str, now: datetime
    ) -> None:
        """Nobody is called twice for one thing."""
        others = rows.requests().where(
            rows.is_open(), tables.callbacks.c.number == callback.number, tables.callbacks.c.id != callback.id
        )
        for other in await self._read(connection, others):
            if is_same(callback, other):
                await apply(connection, other, action, actor, now)

    async def _find(self, connection: AsyncConnection, callback_id: int) -> Callback | None:
        found = await self._read(connection, rows.requests().where(tables.callbacks.c.id == callback_id))
        return found[0] if found else None

    async def _read(self, connection: AsyncConnection, statement: Select[Any]) -> list[Callback]:
        return await rows.read(connection, statement, self._service_of)
