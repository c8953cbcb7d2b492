"""Months in the database: added up once they are over, and forgotten as soon as one of their days is counted otherwise.

The database forgets them itself (migrations.month_triggers), so that an older program beside this one cannot leave a month as it was.
What is forgotten is read from its days until somebody has added it up again, so that figures are never other than those of the days.
Tallies change, and months are put down, under the same lock; the adding itself, which takes a second, is done without it.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot.database import Database
from callbot.stats.cells import Kind
from callbot.stats.days import last_settled
from callbot.stats.locking import lock
from callbot.stats.months import LAYOUT, DayTally, Whole, added_up, last_of, month_of
from callbot.tables import stats_cells, stats_month_cells, stats_months

MANY = 300
"""Rows in one transaction."""


async def add_up_months(
    database: Database, *, now: datetime | None = None, told: Callable[[date], object] = lambda _: None
) -> int:
    """Add up every month that is over, as long as who called again may still change it, and is not added up; how many.

    `told` of each. Raises DatabaseError.
    """
    added = 0
    for month in await months_due(database, now):
        if await _add_up(database, month):
            added += 1
            told(month)
    return added


async def months_due(database: Database, now: datetime | None = None) -> Sequence[date]:
    """The months that are to be added up, the newest first. Raises DatabaseError."""
    settled = last_settled(now or datetime.now(UTC))
    ready = select(stats_months.c.month).where(stats_months.c.layout >= LAYOUT)  # or by a newer program
    async with database.snapshot() as connection:
        days = await connection.scalars(select(stats_cells.c.day).where(stats_cells.c.kind == Kind.DAY))
        over = {month for month in map(month_of, days) if last_of(month) <= settled}
        return sorted(over - set(await connection.scalars(ready)), reverse=True)


async def _add_up(database: Database, month: date) -> bool:
    """False where one of its days was counted meanwhile: it is left for the next time."""
    token = uuid4().hex
    async with database.begin() as connection:
        await lock(connection)
        await connection.execute(delete(stats_months).where(stats_months.c.month == month))
        await connection.execute(insert(stats_months).values(month=month, token=token, layout=0))
    async with database.snapshot() as connection:
        days = await _days(connection, month)
    rows = await asyncio.to_thread(_rows, month, days)
    pieces = [rows[at : at + MANY] for at in range(0, len(rows), MANY)]
    for number, piece in enumerate(pieces, 1):
        layout = LAYOUT if number == len(pieces) else 0
        if not await _put(database, month, token, piece, layout):
            return False
    return bool(pieces)


async def _put(database: Database, month: date, token: str, rows: list[dict[str, Any]], layout: int) -> bool:
    """A piece of it, so that nobody waits for the whole; False where it is not this one's any more, and what was put is gone."""
    async with database.begin() as connection:
        await lock(connection)
        mine = (stats_months.c.month == month) & (stats_months.c.token == token)
        if not (await connection.execute(update(stats_months).where(mine).values(layout=layout))).rowcount:
            return False
        await connection.execute(insert(stats_month_cells), rows)
    return True


async def _days(connection: AsyncConnection, month: date) -> list[DayTally]:
    cells = stats_cells.c
    wanted = select(
        cells.kind, cells.hour, cells.line, cells.service, cells.language, cells.day, cells.packed
    )
    of_month = cells.kind.in_(list(Kind)) & cells.day.between(month, last_of(month))
    found = await connection.execute(wanted.where(of_month))
    return [DayTally(Whole(Kind(row[0]), *row[1:5]), row.day, row.packed) for row in found]


def _rows(month: date, days: list[DayTally]) -> list[dict[str, Any]]:
    return [
        {"month": month, "detail": detail, "packed": packed} | whole._asdict()
        for whole, detail, packed in added_up(days)
        if packed
    ]
