"""Single statements straight to the driver, each committed by itself: for what is read or written many times a second.

SQLite's are done on the loop's thread (sqlite_driver.py), PostgreSQL's in one exchange, on connections of their own.
"""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol, TypeVar

import asyncpg

from callbot.statements import Statement

Thing = TypeVar("Thing")

__all__ = ["AtOnce", "PostgresConnections", "to_its_end"]

MOST = 6
"""Connections to PostgreSQL at the same time, on each of two loops. A statement takes one for a millisecond or two; on the service's own,
for two or three of its rounds."""
FIT_S = 2.0
"""A connection that somebody gave up on is used again if it answers within this time."""
RESTED_S = 5.0
"""One that nobody has used for so long is asked whether it lives."""
GRACE_S = 0.15
"""What writes is let finish when nobody waits for it any more, for so long."""


class AtOnce(Protocol):
    """Where single statements are done."""

    async def given(self, statement: Statement, values: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        """Rows as the driver gives them."""

    async def rows(self, statement: Statement, values: Mapping[str, Any]) -> list[list[Any]]:
        """Rows as the statement's types have them."""


class OnSqlite:
    """On this thread; `raw` is sqlite3's connection."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    async def given(self, statement: Statement, values: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        """Rows as the driver gives them."""
        compiled = statement.on(sqlite=True)
        rows: list[tuple[Any, ...]] = self._raw.execute(compiled.sql, compiled.arguments(values)).fetchall()
        return rows

    async def rows(self, statement: Statement, values: Mapping[str, Any]) -> list[list[Any]]:
        """Rows as the statement's types have them."""
        row = statement.on(sqlite=True).row
        return [row(one) for one in await self.given(statement, values)]


class OnPostgres:
    """One exchange each; `raw` is asyncpg's connection."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    async def given(self, statement: Statement, values: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        """Rows as the driver gives them."""
        compiled = statement.on(sqlite=False)
        return [tuple(one) for one in await self._raw.fetch(compiled.sql, *compiled.arguments(values))]

    async def rows(self, statement: Statement, values: Mapping[str, Any]) -> list[list[Any]]:
        """Rows as the statement's types have them."""
        compiled = statement.on(sqlite=False)
        row = compiled.row
        return [row(one) for one in await self._raw.fetch(compiled.sql, *compiled.arguments(values))]

    async def change(self, statement: Statement, values: Mapping[str, Any]) -> None:
        """A statement that writes; its rows are nobody's business."""
        compiled = statement.on(sqlite=False)
        await self.write(compiled.sql, compiled.arguments(values))

    async def write(self, sql: str, arguments: Sequence[object]) -> Sequence[Any]:
        """A statement that writes; it is let finish even if whoever waits for it is cancelled."""
        rows: Sequence[Any] = await to_its_end(self._raw.fetch(sql, *arguments))
        return rows


class PostgresConnections:
    """Connections for single statements, the one used last first: `connect` makes one."""

    def __init__(self, connect: Callable[[], Awaitable[Any]]) -> None:
        self._connect = connect
        self._idle: list[tuple[Any, float]] = []
        self._free = asyncio.Semaphore(MOST)
        self._recovering: set[asyncio.Task[None]] = set()
        self._closed = False

    @asynccontextmanager
    async def one(self) -> AsyncIterator[OnPostgres]:
        """A connection for a moment; one on which something failed is not used again.

        Who is cancelled leaves it to be used again if it is fit: it takes many exchanges to make another, and when the loop is so late that
        all give up, new connections for all would make it later still.
        """
        await self._free.acquire()
        try:
            raw = await self._living()
        except BaseException:
            self._free.release()
            raise
        try:
            yield OnPostgres(raw)
        except asyncio.CancelledError:
            task = asyncio.create_task(self._recover(raw))
            self._recovering.add(task)
            task.add_done_callback(self._recovering.discard)
            raise
        except BaseException:
            raw.terminate()
            self._free.release()
            raise
        self._give_back(raw)

    async def close(self) -> None:
        """Close those that nobody uses, and the others as soon as they are done with."""
        self._closed = True
        if self._recovering:
            await asyncio.wait(self._recovering)
        while self._idle:
            self._idle.pop()[0].terminate()

    def _give_back(self, raw: Any) -> None:
        if self._closed:
            raw.terminate()
        else:
            self._idle.append((raw, time.monotonic()))
        self._free.release()

    async def _recover(self, raw: Any) -> None:
        try:
            async with asyncio.timeout(FIT_S):
                fit = await _answers(raw)
        except TimeoutError:
            fit = False
        if fit:
            self._give_back(raw)
        else:
            raw.terminate()
            self._free.release()

    async def _living(self) -> Any:
        while self._idle:
            raw, since = self._idle.pop()
            if not raw.is_closed() and await _answers(raw, time.monotonic() - since):
                return raw
        return await self._connect()


async def _answers(raw: Any, rested_s: float = math.inf) -> bool:
    if rested_s < RESTED_S:
        return True
    try:
        await raw.execute("SELECT 1")
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
        raw.terminate()
        return False
    return True


async def to_its_end(work: Awaitable[Thing]) -> Thing:
    """Await `work`; whoever is cancelled meanwhile is so once it is done, or after GRACE_S: what is being committed is known then."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=GRACE_S)
        task.cancel()
        raise
