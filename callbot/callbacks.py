"""Call-back requests as staff get them: listed, and marked as tried or done. Rows are written with their call (stats/storage.py)."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, func, select, update

from callbot import tables
from callbot.audit import note
from callbot.config import Settings
from callbot.database import Database


class CallbackState(StrEnum):
    """How far a request is."""

    TO_CALL = "to_call"
    TRIED = "tried"
    """Somebody called and reached nobody."""
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Callback:
    """One request. `number` as +33612345678; `wish` in French, empty: any time; `motive`: a motive's name, empty: not known.

    `name`: whom to ask for, `place`: where it is; empty: not told.
    """

    id: int
    asked_at: datetime
    number: str = field(repr=False)
    wish: str
    motive: str
    line: str
    state: CallbackState
    name: str = field(default="", repr=False)
    place: str = field(default="", repr=False)


async def list_callbacks(database: Database, *, with_done: bool = False) -> list[Callback]:
    """The requests, the oldest first. Raises DatabaseError."""
    table = tables.callbacks
    wanted = select(table, tables.calls.c.line).join(tables.calls).order_by(table.c.asked_at, table.c.id)
    if not with_done:
        wanted = wanted.where(table.c.state != CallbackState.DONE)
    async with database.read() as connection:
        return [
            Callback(
                row.id,
                row.asked_at,
                row.number,
                row.wish,
                row.motive,
                row.line,
                CallbackState(row.state),
                row.name,
                row.place,
            )
            for row in await connection.execute(wanted)
        ]


async def mark_callback(
    database: Database, callback_id: int, state: CallbackState, *, actor: str, now: datetime | None = None
) -> bool:
    """Note how far a request is; false where there is none of that number. Raises DatabaseError."""
    now = now or datetime.now(UTC)
    table = tables.callbacks
    async with database.begin() as connection:
        result = await connection.execute(
            update(table)
            .where(table.c.id == callback_id)
            .values(state=state.value, state_at=now, state_by=actor)
        )
        if result.rowcount:
            await note(connection, now, actor, f"callback {state.value}", f"request {callback_id}")
    return bool(result.rowcount)


async def purge_callbacks(
    database: Database, settings: Settings, *, now: datetime | None = None, dry_run: bool = False
) -> int:
    """Forget requests older than callback_days, whatever became of them; how many. Raises DatabaseError."""
    now = now or datetime.now(UTC)
    due = tables.callbacks.c.asked_at < now - timedelta(days=settings.callback_days)
    if dry_run:
        async with database.read() as connection:
            return await connection.scalar(select(func.count()).select_from(tables.callbacks).where(due)) or 0
    async with database.begin() as connection:
        result = await connection.execute(delete(tables.callbacks).where(due))
        if result.rowcount:
            await note(connection, now, "callbot", "callbacks purged", f"{result.rowcount} requests")
    if result.rowcount:
        await database.forget_deleted()
    return result.rowcount
