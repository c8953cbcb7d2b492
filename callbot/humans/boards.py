"""Weekly hours, closures and messages that staff have set, in the database and in memory: calls ask the latter, and never wait.

Whoever changes something is followed at once on this machine, within REFRESH_SECONDS on the others. Should the database be away,
what was known stays, and ends when it was to end.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any, NoReturn

from sqlalchemy import Table, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot import tables
from callbot.audit import note
from callbot.database import Database
from callbot.errors import CallbotError, DatabaseError
from callbot.humans import hours_rows
from callbot.humans.announcements import Announcement, Board, Closure, MessageState
from callbot.humans.hours import PARIS, Season
from callbot.humans.hours_said import noted_week
from callbot.humans.hours_set import Week, replaced
from callbot.listening import Listens

REFRESH_SECONDS = 5.0
SHOWN_OVER = 10
"""Messages and closures that are over, of which the page still tells."""

logger = logging.getLogger(__name__)

Render = Callable[[Sequence[str]], Awaitable[object]]


class BoardError(CallbotError):
    """What is asked of a closure or message cannot be done."""


class NotHeardError(BoardError):
    """A message that nobody has listened to is not switched on."""


class Boards:
    """The board of one database. `now`: the snapshot. Every method raises DatabaseError when it is unavailable."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._clock = clock
        self.listens = Listens(database, clock)
        self.now = Board()

    def board(self) -> Board:
        """What is known at this moment: what calls read."""
        return self.now

    async def refresh(self) -> Board:
        """Read anew what is not over."""
        at = self._clock()
        async with self._database.read() as connection:
            self.now = Board(
                await _closures(connection, tables.closures.c.ends_at > at),
                await _announcements(connection, tables.announcements.c.ends_at > at),
                await hours_rows.in_force(connection, at.astimezone(PARIS).date()),
            )
        return self.now

    async def keep_fresh(self, render: Render) -> NoReturn:
        """A task of the service: follow what others change, and have what is spoken rendered by `render`."""
        while True:
            try:
                await render((await self.refresh()).texts())
            except DatabaseError as error:
                logger.error("closures and messages stay as they were: %s", error)
            await asyncio.sleep(REFRESH_SECONDS)

    async def over(self) -> Board:
        """The last closures and messages that are over, newest first."""
        at = self._clock()
        async with self._database.read() as connection:
            return Board(
                await _closures(connection, tables.closures.c.ends_at <= at, newest=SHOWN_OVER),
                await _announcements(connection, tables.announcements.c.ends_at <= at, newest=SHOWN_OVER),
            )

    # -- closures --------------------------------------------------------------------------------------------------

    async def close(
        self, line: str, service: str, begins_at: datetime, ends_at: datetime, reason: str, *, actor: str
    ) -> int:
        """Nobody will be there in that time (aware instants); the closure's id."""
        values = {
            "line": line,
            "service": service,
            "begins_at": begins_at,
            "ends_at": ends_at,
            "reason": reason,
            "made_by": actor,
            "made_at": self._clock(),
        }
        async with self._database.begin() as connection:
            result = await connection.execute(
                insert(tables.closures).values(values).returning(tables.closures.c.id)
            )
            number: int = result.scalar_one()
            detail = f"{number}: {_scope(line, service)}, {_span(values)}"
            await self._note(connection, actor, "closure added", detail)
        await self.refresh()
        return number

    async def lift(self, number: int, *, actor: str) -> None:
        """End a closure now. Raises BoardError when there is none of that id that is not over."""
        await self._end(tables.closures, number, actor, "closure lifted")

    # -- weekly hours ----------------------------------------------------------------------------------------------

    async def set_week(self, line: str, service: str, season: Season, *, actor: str) -> int:
        """These are the hours of a place (both empty: the town hall) from now on; its id. Those that it replaces are over."""
        at = self._clock()
        day = at.astimezone(PARIS).date()
        async with self._database.begin() as connection:
            weeks = await hours_rows.in_force(connection, day)
            for old in replaced(weeks, line, service, season, day):
                await hours_rows.end(connection, old.id, actor, at)
            number = await hours_rows.add(connection, (line, service), season, actor, at)
            detail = f"{_scope(line, service)}{_dates(season)}: {noted_week(season.weekly)}"
            await self._note(connection, actor, "hours set", detail)
        await self.refresh()
        return number

    async def end_week(self, number: int, *, actor: str) -> Week:
        """Take hours back; which ones they were. Raises BoardError when there are none of that id that are not over."""
        at = self._clock()
        async with self._database.begin() as connection:
            weeks = await hours_rows.in_force(connection, at.astimezone(PARIS).date())
            found = next((one for one in weeks if one.id == number), None)
            if found is None or not await hours_rows.end(connection, number, actor, at):
                raise BoardError(f"there are no hours {number} that are not over")
            detail = f"{_scope(found.line, found.service)}{_dates(found.season)}"
            await self._note(connection, actor, "hours taken back", detail)
        await self.refresh()
        return found

    async def past_weeks(self, line: str, service: str) -> list[Week]:
        """The last hours of a place that are over, newest first."""
        day = self._clock().astimezone(PARIS).date()
        async with self._database.read() as connection:
            return await hours_rows.over(connection, line, service, day, SHOWN_OVER)

    # -- messages --------------------------------------------------------------------------------------------------

    async def draft(
        self, text: str, lines: Sequence[str], begins_at: datetime, ends_at: datetime, *, actor: str
    ) -> int:
        """Keep a message that nobody hears yet; its id."""
        values = {
            "text": text,
            "lines": list(lines),
            "begins_at": begins_at,
            "ends_at": ends_at,
            "made_by": actor,
            "made_at": self._clock(),
        }
        async with self._database.begin() as connection:
            result = await connection.execute(
                insert(tables.announcements).values(values).returning(tables.announcements.c.id)
            )
            number: int = result.scalar_one()
            await self._note(connection, actor, "message written", f"{number}: {text}")
        await self.refresh()
        return number

    async def message(self, number: int) -> Announcement:
        """One that is not over. Raises BoardError."""
        async with self._database.read() as connection:
            return await self._message(connection, number)

    async def heard(self, number: int, *, actor: str) -> None:
        """Somebody has listened to the whole of it. Raises BoardError."""
        async with self._database.begin() as connection:
            await self._message(connection, number)
            await _change(connection, number, heard_by=actor, heard_at=self._clock())
            await self._note(connection, actor, "message heard", str(number))
        await self.refresh()

    async def switch_on(self, number: int, *, actor: str) -> None:
        """From its beginning on callers hear it. Raises NotHeardError, and BoardError when there is none."""
        async with self._database.begin() as connection:
            message = await self._message(connection, number)
            if not message.heard_by:
                raise NotHeardError("listen to the message first")
            await _change(connection, number, on_by=actor, on_at=self._clock())
            ends = f"{message.ends_at:%Y-%m-%d %H:%M} UTC"
            await self._note(connection, actor, "message switched on", f"{number}, until {ends}")
        await self.refresh()

    async def switch_off(self, number: int, *, actor: str) -> None:
        """No new caller hears it. Raises BoardError."""
        await self._end(tables.announcements, number, actor, "message switched off")

    # -- inside ----------------------------------------------------------------------------------------------------

    async def _end(self, table: Table, number: int, actor: str, action: str) -> None:
        at = self._clock()
        async with self._database.begin() as connection:
            due = (table.c.id == number) & (table.c.ends_at > at)
            result = await connection.execute(update(table).where(due).values(ends_at=at))
            if not result.rowcount:
                raise BoardError(f"there is no number {number} that is not over")
            await self._note(connection, actor, action, str(number))
        await self.refresh()

    async def _message(self, connection: AsyncConnection, number: int) -> Announcement:
        found = await _announcements(connection, tables.announcements.c.id == number)
        if not found or found[0].state(self._clock()) is MessageState.OVER:
            raise BoardError(f"there is no message {number} that is not over")
        return found[0]

    async def _note(self, connection: AsyncConnection, actor: str, action: str, detail: str) -> None:
        await note(connection, self._clock(), actor, action, detail)


async def _change(connection: AsyncConnection, number: int, **values: object) -> None:
    table = tables.announcements
    await connection.execute(update(table).where(table.c.id == number).values(**values))


async def _rows(connection: AsyncConnection, table: Table, which: Any, newest: int | None) -> Any:
    order = table.c.ends_at.desc() if newest else table.c.id
    return await connection.execute(select(table).where(which).order_by(order).limit(newest))


async def _closures(
    connection: AsyncConnection, which: Any, newest: int | None = None
) -> tuple[Closure, ...]:
    return tuple(
        Closure(row.id, row.line, row.service, row.begins_at, row.ends_at, row.reason, row.made_by)
        for row in await _rows(connection, tables.closures, which, newest)
    )


async def _announcements(
    connection: AsyncConnection, which: Any, newest: int | None = None
) -> tuple[Announcement, ...]:
    return tuple(
        Announcement(
            row.id,
            row.text,
            tuple(row.lines),
            row.begins_at,
            row.ends_at,
            row.made_by,
            row.heard_by or "",
            row.on_by or "",
        )
        for row in await _rows(connection, tables.announcements, which, newest)
    )


def _span(values: dict[str, Any]) -> str:
    return " to ".join(f"{values[name]:%Y-%m-%d %H:%M}" for name in ("begins_at", "ends_at"))


def _scope(line: str, service: str) -> str:
    return ", ".join(filter(None, (line, service))) or "everything"


def _dates(season: Season) -> str:
    if season.one_day:
        return f", {season.first}"
    first = f" from {season.first}" if season.first else ""
    return f",{first}{f' to {season.last}' if season.last else ''}" if first or season.last else ""
