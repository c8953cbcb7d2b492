"""Call-back requests as staff get them: listed, taken on, tried, settled. Rows are written with their call (stats/storage.py)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot import tables
from callbot.audit import note
from callbot.callback_states import (
    Action,
    Call,
    Callback,
    CallbackState,
    Claim,
    Done,
    GiveBack,
    NoAnswer,
    Refusal,
    Reopen,
    Take,
    Try,
    decide,
)
from callbot.callback_times import order
from callbot.database import Database
from callbot.events import Decision
from callbot.humans.hours import PARIS

AUDITED: dict[type[Action], str] = {
    Take: "callback taken",
    Call: "callback called",
    NoAnswer: "callback tried",
    Done: "callback done",
    GiveBack: "callback given back",
    Reopen: "callback reopened",
}
"""What each action is called in the audit trail: who takes a request on, or calls, sees its number."""
OPEN = (CallbackState.TO_CALL, CallbackState.TRIED)
MOST_DONE = 500
"""Of those that are done, the last ones are listed."""

ServiceOf = Callable[[str, str], str]
"""The id of the service that a motive and a line belong to (`Knowledge.responsible`)."""


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
    """The requests of one database. Every method raises DatabaseError when it is unavailable."""

    def __init__(
        self,
        database: Database,
        service_of: ServiceOf,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._service_of = service_of
        self.now = now
        """Gives aware datetimes."""

    async def listed(self, wanted: Wanted, now: datetime) -> list[Callback]:
        """Those to call in the order in which to call them (callback_times.order), then those that are done, the last one first."""
        statement = _select().where(tables.callbacks.c.state.in_([state.value for state in wanted.states]))
        if wanted.day:
            begin, end = (datetime.combine(wanted.day + timedelta(days=n), time(), PARIS) for n in (0, 1))
            statement = statement.where(
                tables.callbacks.c.asked_at >= begin, tables.callbacks.c.asked_at < end
            )
        if CallbackState.DONE in wanted.states:
            statement = statement.where(_open() | tables.callbacks.c.id.in_(_last_done()))
        async with self._database.read() as connection:
            found = await self._read(connection, statement)
        kept = [one for one in found if not wanted.service or one.service == wanted.service]
        done = [one for one in kept if one.state is CallbackState.DONE]
        return [*order(kept, now), *sorted(done, key=lambda one: one.state_at or one.asked_at, reverse=True)]

    async def find(self, callback_id: int) -> Callback | None:
        """The request of that number."""
        async with self._database.read() as connection:
            found = await self._read(connection, _select().where(tables.callbacks.c.id == callback_id))
        return found[0] if found else None

    async def count_open(self) -> int:
        """How many are to be called."""
        statement = select(func.count()).select_from(tables.callbacks).where(_open())
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
        async with self._database.begin() as connection:
            await _lock(connection, callback_id)
            found = await self._read(connection, _select().where(tables.callbacks.c.id == callback_id))
            if not found:
                return None
            [callback] = found
            decided = decide(callback, action, actor, now)
            if isinstance(decided, Callback) and decided != callback:
                await _write(connection, callback, decided)
                await note(connection, now, actor, AUDITED[type(action)], f"request {callback_id}")
            return decided

    async def _read(self, connection: AsyncConnection, statement: Select[Any]) -> list[Callback]:
        rows = (await connection.execute(statement)).all()
        tries = await _tries(connection, [row.id for row in rows if row.state != CallbackState.TO_CALL])
        same = await _same_numbers(connection, {row.number for row in rows})
        return [
            self._callback(
                row, tuple(tries.get(row.id, ())), [one for one in same[row.number] if one.id != row.id]
            )
            for row in rows
        ]

    def _callback(self, row: Any, tries: tuple[Try, ...], others: list[Any]) -> Callback:
        claims = [Claim(one.claimed_by, one.claimed_at) for one in others if one.claimed_by]
        return Callback(
            id=row.id,
            call_id=row.call_id,
            asked_at=row.asked_at,
            number=row.number,
            wish=row.wish,
            motive=row.motive,
            line=row.line,
            service=row.service or self._service_of(row.motive, row.line),
            state=CallbackState(row.state),
            name=row.name,
            place=row.place,
            state_at=row.state_at,
            state_by=row.state_by or "",
            tries=tries,
            retry_at=row.retry_at,
            resolved=row.resolved,
            note=row.note,
            claim=Claim(row.claimed_by, row.claimed_at) if row.claimed_by else None,
            others=len(others),
            elsewhere=max(claims, key=lambda one: one.since, default=None),
        )


def _open() -> ColumnElement[bool]:
    return tables.callbacks.c.state != CallbackState.DONE.value


def _last_done() -> Select[tuple[int]]:
    table = tables.callbacks
    newest = table.c.state_at.desc(), table.c.id.desc()
    return select(table.c.id).where(~_open()).order_by(*newest).limit(MOST_DONE)


def _select() -> Select[Any]:
    return select(tables.callbacks, tables.calls.c.line, tables.calls.c.service).join(tables.calls)


async def _lock(connection: AsyncConnection, callback_id: int) -> None:
    """Hold all requests of that one's number until the transaction ends (on SQLite the whole database is held)."""
    table = tables.callbacks
    number = select(table.c.number).where(table.c.id == callback_id).scalar_subquery()
    await connection.execute(
        select(table.c.id).where(table.c.number == number).order_by(table.c.id).with_for_update()
    )


async def _same_numbers(connection: AsyncConnection, numbers: Iterable[str]) -> Mapping[str, list[Any]]:
    """The open requests of each number, with their claims."""
    c = tables.callbacks.c
    wanted = select(c.id, c.number, c.claimed_by, c.claimed_at).where(_open(), c.number.in_(list(numbers)))
    found: dict[str, list[Any]] = defaultdict(list)
    for row in await connection.execute(wanted):
        found[row.number].append(row)
    return found


async def _tries(connection: AsyncConnection, ids: Iterable[int]) -> dict[int, list[Try]]:
    """The tries of each, in order."""
    table = tables.callback_tries
    wanted = select(table).where(table.c.callback_id.in_(list(ids))).order_by(table.c.number)
    found: dict[int, list[Try]] = {}
    for row in await connection.execute(wanted):
        found.setdefault(row.callback_id, []).append(Try(row.at, row.by))
    return found


async def _write(connection: AsyncConnection, before: Callback, after: Callback) -> None:
    """What an action can change."""
    table = tables.callbacks
    values = {
        "state": after.state.value,
        "state_at": after.state_at,
        "state_by": after.state_by or None,
        "retry_at": after.retry_at,
        "resolved": after.resolved,
        "note": after.note,
        "claimed_by": after.claim.by if after.claim else None,
        "claimed_at": after.claim.since if after.claim else None,
    }
    await connection.execute(update(table).where(table.c.id == before.id).values(values))
    new = [
        {"callback_id": before.id, "number": number, "at": one.at, "by": one.by}
        for number, one in enumerate(after.tries, start=1)
        if number > len(before.tries)
    ]
    if new:
        await connection.execute(insert(tables.callback_tries), new)
