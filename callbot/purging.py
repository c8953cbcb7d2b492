"""Rows that are due, emptied or deleted in short transactions: whoever writes meanwhile, above all calls, waits for no more than one.

What is due is looked for outside of them. A purge that is interrupted goes on where it was at the next one.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, delete, exists, select, tuple_, update

from callbot.database import Database
from callbot.kept import Kind
from callbot.stats.days import day_of
from callbot.tables import calls

__all__ = ["purge_rows"]

ROWS = 500
"""Of one transaction."""
CALLS = 50
"""The same where a call has many rows, or takes many with it."""
LOOKED_FOR = 20_000
"""Keys that are looked for at once."""


async def purge_rows(database: Database, kind: Kind, before: datetime) -> int:
    """Purge the rows of `kind` that are older than `before`; how many. Raises DatabaseError: some may be purged then."""
    statement = update(kind.table).values(kind.emptied) if kind.emptied else delete(kind.table)
    purged = 0
    async for some in _by_day(database, kind, before) if kind.by_day else _by_key(database, kind, before):
        async with database.begin() as connection:
            purged += (await connection.execute(statement.where(some, kind.holds))).rowcount
    return purged


async def _by_key(database: Database, kind: Kind, before: datetime) -> AsyncIterator[ColumnElement[bool]]:
    """Some rows at a time."""
    columns = list(kind.table.primary_key)
    due = select(*columns).where(kind.due(before)).limit(LOOKED_FOR)
    while keys := await _found(database, due):
        for at in range(0, len(keys), ROWS):
            some = [tuple(key) for key in keys[at : at + ROWS]]
            yield tuple_(*columns).in_(some) if len(columns) > 1 else columns[0].in_([key for (key,) in some])
        if len(keys) < LOOKED_FOR:
            return


async def _by_day(database: Database, kind: Kind, before: datetime) -> AsyncIterator[ColumnElement[bool]]:
    """The rows of some calls at a time, one day after the other: no more than one is ever there in part."""
    whose = kind.table.c.id if kind.table is calls else kind.table.c.call_id
    held = kind.holds if kind.table is calls else exists().where(whose == calls.c.id, kind.holds)
    days = select(calls.c.day).where(calls.c.day < day_of(before)).distinct().order_by(calls.c.day)
    for (day,) in await _found(database, days):
        ids = [
            call_id
            for (call_id,) in await _found(database, select(calls.c.id).where(calls.c.day == day, held))
        ]
        for at in range(0, len(ids), CALLS):
            yield and_(whose.in_(ids[at : at + CALLS]))


async def _found(database: Database, wanted: Select[Any]) -> Sequence[Row[*tuple[Any, ...]]]:
    async with database.read() as connection:
        return list((await connection.execute(wanted)).all())
