"""Everything that is kept of one caller: found, handed out, erased, in every table that kept/ lists and in files that wait."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot.access_log import Looked, note_access
from callbot.audit import note
from callbot.database import Database
from callbot.kept import KEPT, Caller, Kept
from callbot.stats.spill import Spill
from callbot.tables import calls

_OF_CALLERS = tuple(kept for kept in KEPT if kept.of and not kept.within)


@dataclass(frozen=True, slots=True)
class Found:
    """How many rows of a caller a table has. `what`: what it keeps, in French; `erased`: whether an erasure takes them."""

    table: str
    what: str
    rows: int
    erased: bool


async def export_caller(
    database: Database,
    caller_hash: str,
    number: str = "",
    *,
    waiting: Spill | None = None,
    actor: str = "",
    now: datetime | None = None,
) -> dict[str, Any]:
    """Everything kept of a caller, JSON types only: `calls` with their `turns` and `events`, `callbacks` and so on.

    `number`: theirs as well, which other calls may have asked to be called back at. `waiting`: the files of calls that the database
    has refused. With an `actor` the export is noted in the journal and in the log of who looked at what. Raises DatabaseError.
    """
    caller = Caller(caller_hash, number)
    exported: dict[str, Any] = {"caller_hash": caller_hash}
    async with database.read() as connection:
        for kept in _OF_CALLERS:
            at = exported.setdefault(kept.group, {}) if kept.group else exported
            at[kept.exported_as] = await _rows(connection, kept, caller)
    refused = waiting.rejected() if waiting else ()
    exported["unsaved"] = [
        _plain(asdict(rows)) for _, rows in refused if rows and rows.call.caller_hash == caller_hash
    ]
    if actor:
        at = now or datetime.now(UTC)
        ids = [call["id"] for call in exported["calls"]]
        async with database.begin() as connection:
            await note(connection, at, actor, "caller exported", f"{len(ids)} calls")
            await note_access(connection, at, actor, Looked.EXPORT, ids)
    return exported


async def find_caller(database: Database, caller_hash: str, number: str = "", *, actor: str) -> list[Found]:
    """How much each table has of a caller; that somebody asked is noted. Raises DatabaseError."""
    caller = Caller(caller_hash, number)
    found = []
    async with database.begin() as connection:
        for kept in _OF_CALLERS:
            assert kept.of
            wanted = select(func.count()).select_from(kept.table).where(kept.of(caller))
            rows = await connection.scalar(wanted) or 0
            found.append(Found(kept.table.name, kept.what, rows, not kept.stays))
        await note_access(connection, datetime.now(UTC), actor, Looked.SEARCH, ())
    return found


async def erase_caller(
    database: Database,
    caller_hash: str,
    number: str = "",
    *,
    now: datetime | None = None,
    actor: str,
    waiting: Spill | None = None,
) -> int:
    """Erase everything kept of a caller, call-back requests to `number` too; the number of calls erased. Raises DatabaseError."""
    caller, at, erased = Caller(caller_hash, number), now or datetime.now(UTC), 0
    async with database.begin() as connection:
        for kept in _OF_CALLERS:
            rows = await _erase(connection, kept, caller)
            erased = rows if kept.table is calls else erased
        await note(connection, at, actor, "caller erased", f"{erased} calls")
        await note_access(connection, at, actor, Looked.ERASURE, (), detail=f"{erased} calls")
    for path, rows_of_call in waiting.rejected() if waiting else ():
        if rows_of_call and rows_of_call.call.caller_hash == caller_hash:
            path.unlink(missing_ok=True)
    await database.forget_deleted()
    return erased


async def _erase(connection: AsyncConnection, kept: Kept, caller: Caller) -> int:
    assert kept.of
    if kept.stays:
        return 0
    if kept.erase:
        return await kept.erase(connection, caller)
    return (await connection.execute(delete(kept.table).where(kept.of(caller)))).rowcount


async def _rows(connection: AsyncConnection, kept: Kept, caller: Caller) -> list[dict[str, Any]]:
    """The caller's rows of a table, the oldest first, with those of the tables within."""
    assert kept.of
    table = kept.table
    order = [table.c.started_at] if table is calls else [*table.primary_key.columns]
    found = await connection.execute(select(table).where(kept.of(caller)).order_by(*order))
    rows = [_handed(kept, row._mapping) for row in found]
    for child in (one for one in KEPT if one.within is table):
        await _put_within(connection, table, rows, child)
    return rows


async def _put_within(
    connection: AsyncConnection, table: Table, rows: list[dict[str, Any]], child: Kept
) -> None:
    [key] = table.primary_key.columns
    [link] = [one.parent for one in child.table.foreign_keys if one.column is key]
    by_key: dict[Any, list[dict[str, Any]]] = {row[key.name]: [] for row in rows}
    for row in rows:
        row[child.exported_as] = by_key[row[key.name]]
    wanted = select(child.table).where(link.in_(by_key)).order_by(*child.table.primary_key.columns)
    for found in await connection.execute(wanted):
        by_key[found._mapping[link.name]].append(_handed(child, found._mapping))


def _handed(kept: Kept, row: Any) -> dict[str, Any]:
    """A row as the caller gets it: without who of the staff it was."""
    told = {name: value for name, value in row.items() if name not in kept.staff}
    texts = {name: [text for _, text in told[name]] for name in kept.signed}
    return _plain(told | texts)


def _plain(row: Any) -> dict[str, Any]:
    return {name: _plain_value(value) for name, value in row.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, dict):
        return _plain(value)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_plain_value(one) for one in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
