"""How a call's rows get into the tables: as often as you like with the same result, from memory or from the files of spill.py."""

import asyncio
import logging
import os
from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot import tables
from callbot.callback_states import CallbackState
from callbot.config import Settings
from callbot.database import Database
from callbot.errors import DatabaseError
from callbot.events import Outcome
from callbot.stats import aggregates
from callbot.stats.call_rows import Rows
from callbot.stats.locking import lock
from callbot.stats.spill import FOLDER, Spill

WRITE_TIMEOUT_S = 15
QUICK_ROWS = 100
"""Turns and events that are written at once, about a millisecond's work; a call with more leaves the loop to others in between."""
OVERDUE = timedelta(minutes=15)
"""How far past max_call_ms a call without an end is taken for lost, whichever machine took it."""

logger = logging.getLogger(__name__)


def spill(settings: Settings) -> Spill:
    """The rows that wait on disk."""
    return Spill(settings.data_dir / FOLDER)


async def bring_in(database: Database, waiting: Spill) -> int:
    """Write every row that waits on disk and that no running process holds; how many. Raises DatabaseError."""
    count = 0
    for left in waiting.left():
        try:
            for rows in left.rows():
                await write(database, rows, waiting)
                count += 1
        except BaseException:
            left.release()
            raise
        left.remove()
    return count


async def write(database: Database, rows: Rows, rejects: Spill) -> None:
    """Write a call, as often as you like: the result is the same. Rows that the database refuses for what they are go to `rejects`.

    Raises DatabaseError when the database does not work.
    """
    try:
        quick = len(rows.turns) + len(rows.events) <= QUICK_ROWS
        async with asyncio.timeout(WRITE_TIMEOUT_S), database.begin(quick=quick) as connection:
            await _write(connection, rows)
    except DatabaseError:
        raise
    except TimeoutError:
        raise DatabaseError(
            f"CALLBOT_DATABASE_URL: the database has not answered for {WRITE_TIMEOUT_S} s"
        ) from None
    except Exception as error:  # noqa: BLE001 (the rim of one call; its message may hold the caller's words)
        extra = {"call_id": rows.call.id, "reason": type(error).__name__}
        logger.error("the database refuses a call; its rows are in data_dir/unsaved", extra=extra)
        rejects.reject(rows)


async def _write(connection: AsyncConnection, rows: Rows) -> None:
    call_id = rows.call.id
    values = asdict(rows.call)
    await lock(connection)
    known = await connection.scalar(select(exists().where(tables.calls.c.id == call_id)))
    if not known:
        await connection.execute(insert(tables.calls).values(values))
    await _write_callbacks(connection, rows)
    if rows.call.outcome is None:
        if not known:
            await aggregates.put(connection, rows)
        return
    if known:
        await connection.execute(update(tables.calls).where(tables.calls.c.id == call_id).values(values))
    for table, items in ((tables.turns, rows.turns), (tables.events, rows.events)):
        await connection.execute(delete(table).where(table.c.call_id == call_id))
        for begin in range(0, len(items), QUICK_ROWS):
            some = items[begin : begin + QUICK_ROWS]
            await connection.execute(insert(table), [asdict(item) for item in some])
    await aggregates.put(connection, rows)
    await connection.execute(delete(tables.satisfaction).where(tables.satisfaction.c.call_id == call_id))
    if rows.satisfaction:
        await connection.execute(insert(tables.satisfaction).values(asdict(rows.satisfaction)))


async def _write_callbacks(connection: AsyncConnection, rows: Rows) -> None:
    """Those that are not there yet; what staff have noted about the others stays."""
    table = tables.callbacks
    there = select(table.c.seq).where(table.c.call_id == rows.call.id)
    known = set(await connection.scalars(there)) if rows.callbacks else set()
    new = [
        asdict(row) | {"state": CallbackState.TO_CALL.value} for row in rows.callbacks if row.seq not in known
    ]
    if new:
        await connection.execute(insert(table), new)


async def mark_lost(
    database: Database, settings: Settings, now: datetime, recorder: str, going_on: Collection[str] = ()
) -> int:
    """Give the outcome `failed` to calls whose process is gone or that are long overdue; how many. Raises DatabaseError.

    `recorder` (host:pid) is who asks: calls of its own name that it does not know to be `going_on` come from a process
    that had this number before.
    """
    overdue = now - timedelta(milliseconds=settings.max_call_ms) - OVERDUE
    unended = select(tables.calls.c.id, tables.calls.c.recorder, tables.calls.c.started_at).where(
        tables.calls.c.outcome.is_(None)
    )
    async with database.begin() as connection:
        await lock(connection)
        found = (await connection.execute(unended)).all()
        lost = [
            row.id
            for row in found
            if row.id not in going_on and (row.started_at < overdue or _is_gone(row.recorder, recorder))
        ]
        if lost:
            await connection.execute(
                update(tables.calls).where(tables.calls.c.id.in_(lost)).values(outcome=Outcome.FAILED.value)
            )
            await aggregates.count_again(connection, lost)
    return len(lost)


def _is_gone(recorder: str, asking: str) -> bool:
    host, _, pid = recorder.rpartition(":")
    if host != asking.rpartition(":")[0]:
        return False
    if recorder == asking:
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return False
