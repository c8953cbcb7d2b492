"""Facts and tallies in the database, kept up to date in the transaction that writes a call, as often as it is written.

A call's fact tells what it has been counted as: it is taken back before the call is counted as what it has become. One process
at a time changes them, on PostgreSQL by an advisory lock, which is taken before anything else in the transaction.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot.events import Outcome
from callbot.stats.call_rows import CallRow, Rows
from callbot.stats.cells import Cell, Kind, Sums, words_of
from callbot.stats.fact_rows import fact_of, row_of
from callbot.stats.facts import UNKNOWN_CALLER, CallFact, Repeats, fact, still_known
from callbot.stats.locking import lock
from callbot.stats.repeats import WITHIN, Called, repeats
from callbot.stats.stored_calls import stored_calls
from callbot.stats.tally import entries, packed
from callbot.tables import call_facts, calls, stats_cells, stats_words

MANY = 500
"""Rows in one statement: SQLite allows 32,766 values."""


async def put(connection: AsyncConnection, rows: Rows) -> None:
    """Count a call as what it has become; its row is in the table `calls`. `lock` has been called."""
    known = rows.call.caller_hash is not None
    among = await _repeats(connection, rows.call) if known else {rows.call.id: UNKNOWN_CALLER}
    before = await _facts(connection, among)
    after = {
        call_id: replace(old, repeats=among[call_id])
        for call_id, old in before.items()
        if call_id != rows.call.id
    }
    now = fact(rows.call, rows.turns, rows.events, among[rows.call.id])
    after[rows.call.id] = still_known(now, before.get(rows.call.id))
    await change(connection, before.values(), after.values())


async def forget(connection: AsyncConnection, which: ColumnElement[bool]) -> None:
    """Take back that calls were counted: those of the table `calls` that `which` is true of, about to be deleted."""
    await lock(connection)
    found = await connection.execute(select(call_facts).join(calls).where(which))
    await change(connection, [fact_of(row) for row in found], ())


async def count_again(connection: AsyncConnection, call_ids: Collection[str]) -> None:
    """Count calls as what their rows have become by other ways than `put`."""
    for some in _pieces(list(call_ids)):
        for rows in await stored_calls(connection, calls.c.id.in_(some)):
            await put(connection, rows)


async def change(connection: AsyncConnection, before: Iterable[CallFact], after: Iterable[CallFact]) -> None:
    """Take back some facts, and count others in their place."""
    old, new = set(before), set(after)
    gone, come = old - new, new - old
    if not gone and not come:
        return
    numbers = await numbered(connection, words_of((*gone, *come)))
    sums = Sums()
    for one in gone:
        sums.add(one, numbers, -1)
    for one in come:
        sums.add(one, numbers)
    await delete_facts(connection, {one.call_id for one in gone})
    await insert_many(connection, call_facts, [row_of(one) for one in come])
    await _add(connection, sums.cells())


async def numbered(connection: AsyncConnection, words: Collection[str]) -> dict[str, int]:
    """The numbers of these words; new ones are given some."""
    known = await _numbers(connection, words)
    new = sorted(set(words) - set(known))
    if new:
        await connection.execute(insert(stats_words), [{"word": word} for word in new])
        known |= await _numbers(connection, new)
    return known


async def insert_many(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; none is fine."""
    if rows:
        await connection.execute(insert(table), list(rows))


async def delete_facts(connection: AsyncConnection, call_ids: Collection[str]) -> None:
    """What these calls were counted as; the tallies are the caller's business."""
    for some in _pieces(list(call_ids)):
        await connection.execute(delete(call_facts).where(call_facts.c.call_id.in_(some)))


# -- one caller's calls ----------------------------------------------------------------------------------------------------


async def _repeats(connection: AsyncConnection, call: CallRow) -> dict[str, Repeats]:
    """Of the call, and of those of its caller that are near enough to depend on it."""
    near = calls.c.started_at.between(call.started_at - 2 * WITHIN, call.started_at + 2 * WITHIN)
    columns = select(calls.c.id, calls.c.started_at, calls.c.day, calls.c.outcome)
    found = await connection.execute(columns.where(calls.c.caller_hash == call.caller_hash, near))
    others = [called_of(row) for row in found if row.id != call.id]
    among = repeats([*others, Called(call.id, call.started_at, call.day, call.outcome)])
    touched = {one.call_id for one in others if abs(one.started_at - call.started_at) <= REACH}
    return {call_id: one for call_id, one in among.items() if call_id in touched or call_id == call.id}


REACH = max(WITHIN, timedelta(hours=25))
"""How far a call can be from another one of the same caller that it changes."""


def called_of(row: Any) -> Called:
    """From a row with the columns id, started_at, day and outcome of `calls`."""
    return Called(row.id, row.started_at, row.day, Outcome(row.outcome) if row.outcome else None)


# -- rows ------------------------------------------------------------------------------------------------------------------


async def _facts(connection: AsyncConnection, call_ids: Collection[str]) -> dict[str, CallFact]:
    found: dict[str, CallFact] = {}
    for some in _pieces(list(call_ids)):
        rows = await connection.execute(select(call_facts).where(call_facts.c.call_id.in_(some)))
        found |= {row.call_id: fact_of(row) for row in rows}
    return found


async def _numbers(connection: AsyncConnection, words: Collection[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in _pieces(list(words)):
        rows = await connection.execute(select(stats_words).where(stats_words.c.word.in_(some)))
        found |= {row.word: row.id for row in rows}
    return found


KEY = tuple(stats_cells.c[name] for name in Cell._fields)
CELLS = 40
"""Cells looked up at once: each is a condition of its own, for which alone SQLite uses the index."""


async def _add(connection: AsyncConnection, changes: Mapping[Cell, Mapping[int, int]]) -> None:
    """Add to cells, and keep none that counts nothing. The database forgets the months of their days (migrations.month_triggers)."""
    for some in _pieces(list(changes), CELLS):
        rows = await connection.execute(select(stats_cells).where(_these(some)))
        stored = {Cell(Kind(row.kind), *row[1:7]): row.packed for row in rows}
        sums = {cell: _sum(stored.get(cell, b""), changes[cell]) for cell in some}
        empty = [cell for cell, now in sums.items() if not now and cell in stored]
        if empty:
            await connection.execute(delete(stats_cells).where(_these(empty)))
        await _replace(
            connection, [cell._asdict() | {"packed": packed(now)} for cell, now in sums.items() if now]
        )


def _these(cells: Iterable[Cell]) -> ColumnElement[bool]:
    return or_(*(and_(*(column == value for column, value in zip(KEY, cell, strict=True))) for cell in cells))


def _sum(stored: bytes, change: Mapping[int, int]) -> dict[int, int]:
    sums = dict(entries(stored))
    for key, count in change.items():
        sums[key] = sums.get(key, 0) + count
    return {key: count for key, count in sums.items() if count}


async def _replace(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    insert_or = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    row = insert_or(stats_cells)
    await connection.execute(
        row.on_conflict_do_update(index_elements=list(KEY), set_={"packed": row.excluded.packed}), list(rows)
    )


def _pieces(things: list[Any], size: int = MANY) -> Iterable[list[Any]]:
    return (things[at : at + size] for at in range(0, len(things), size))
