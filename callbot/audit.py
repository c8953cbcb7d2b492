"""The journal of who changed what: written with each change, read by administrators, purged after audit_days.

A line never holds a password, a caller's number or what a caller said.
"""

import csv
import io
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Column, Select, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot import tables
from callbot.database import Database
from callbot.humans.hours import PARIS
from callbot.stats.days import bounds_of

PAGE = 50
"""Lines of a page."""
PIECE = 2000
"""Lines of a piece of the file."""
DETAIL_MAX = 500
"""Characters of a line's detail."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula at the beginning of a cell."""


@dataclass(frozen=True, slots=True)
class Change:
    """One line: who did what, when (aware, UTC)."""

    id: int
    at: datetime
    actor: str
    action: str
    detail: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines; empty: all. `day` is one of metropolitan France; `before`: an id, for the page after."""

    actor: str = ""
    action: str = ""
    day: date | None = None
    before: int | None = None


async def note(connection: AsyncConnection, at: datetime, actor: str, action: str, detail: str) -> None:
    """Write one line in the transaction of what it tells. Never a number, a password, a transcript."""
    values = {"at": at, "actor": actor, "action": action, "detail": detail[:DETAIL_MAX]}
    await connection.execute(insert(tables.audit).values(**values))


class Trail:
    """The journal of one database. Every method raises DatabaseError when it is unavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def changes(self, wanted: Wanted, limit: int = PAGE) -> list[Change]:
        """The newest lines that are wanted, newest first."""
        async with self._database.read() as connection:
            rows = (await connection.execute(_select(wanted).limit(limit))).all()
            return [Change(row.id, row.at, row.actor, row.action, row.detail) for row in rows]

    async def table(self, wanted: Wanted) -> AsyncIterator[str]:
        """All lines that are wanted as a file, some thousand at a time: others come in between, and nobody holds them all."""
        changes = await self.changes(wanted, PIECE)
        yield HEAD + to_csv(changes)
        while len(changes) == PIECE:
            changes = await self.changes(replace(wanted, before=changes[-1].id), PIECE)
            yield to_csv(changes)

    async def actors(self) -> list[str]:
        """Everybody who has changed something."""
        return await self._distinct(tables.audit.c.actor)

    async def actions(self) -> list[str]:
        """Every kind of change that there is."""
        return await self._distinct(tables.audit.c.action)

    async def _distinct(self, column: Column[str]) -> list[str]:
        async with self._database.read() as connection:
            return list(await connection.scalars(select(column).distinct().order_by(column)))


def _select(wanted: Wanted) -> Select[tuple[int, datetime, str, str, str]]:
    table = tables.audit
    statement = select(table.c.id, table.c.at, table.c.actor, table.c.action, table.c.detail).order_by(
        table.c.id.desc()
    )
    if wanted.actor:
        statement = statement.where(table.c.actor == wanted.actor)
    if wanted.action:
        statement = statement.where(table.c.action == wanted.action)
    if wanted.day:
        begin, end = bounds_of(wanted.day)
        statement = statement.where(table.c.at >= begin, table.c.at < end)
    if wanted.before is not None:
        statement = statement.where(table.c.id < wanted.before)
    return statement


HEAD = "\ufeffdate;heure;personne;action;détail\r\n"
"""The first line of the file, with the byte order mark by which French spreadsheets know its letters."""


def to_csv(changes: Iterable[Change]) -> str:
    """Lines below HEAD, with semicolons as French spreadsheets open them; times in metropolitan France."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([_cells(change) for change in changes])
    return out.getvalue()


def _cells(change: Change) -> tuple[str, ...]:
    at = str(change.at.astimezone(PARIS))  # many times as quick as strftime
    return at[:10], at[11:19], _harmless(change.actor), _harmless(change.action), _harmless(change.detail)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell[:1] in FORMULA else cell
