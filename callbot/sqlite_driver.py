"""SQLite for the event loop, a statement in one hop to its thread.

SQLAlchemy's adapter of aiosqlite hops there and back for each of cursor, execute, fetch and close: four hops a statement, which is most
of what a short statement costs, and on a busy loop each waits for its turn. Here one hop does all four. Rows are read whole, as there.

`work_here`: no hop at all, for connections whose statements take less than a millisecond. Only what waits goes to the thread: BEGIN while
another process holds the lock, and checkpoints.
"""

import sqlite3
from collections import deque
from collections.abc import Callable
from typing import Any

import aiosqlite
from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)
from sqlalchemy.ext.asyncio import AsyncConnection

__all__ = ["OneHop", "raw_of", "work_here"]

Done = tuple[Any, deque[Any]]


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    """One statement; its cursor of sqlite3 comes, closed, with its rows."""

    __slots__ = ()

    def _aenter_cursor(self, cursor: Any) -> Any:
        return cursor

    def _make_new_cursor(self, connection: Any) -> Any:  # noqa: ARG002 (SQLAlchemy's signature)
        return None

    async def _execute_async(self, operation: Any, parameters: Any) -> Any:
        return await self._at_once(_execute, operation, () if parameters is None else parameters)

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> Any:
        return await self._at_once(_execute_many, operation, seq_of_parameters)

    async def _at_once(self, work: Callable[..., Done], *arguments: Any) -> Any:
        connection: Any = self._connection
        adapted: Any = self._adapt_connection
        async with adapted._execute_mutex:
            done: Any = adapted.try_here(work, *arguments) if adapted.at_once else None
            if done is None:
                done = await connection._execute(work, connection._conn, *arguments)
            self._cursor, self._rows = done
        return self._cursor

    async def _async_soft_close(self) -> None:
        """It is closed already."""

    def close(self) -> None:
        """Forget the rows."""
        self._rows.clear()


class _Connection(AsyncAdapt_aiosqlite_connection):
    __slots__ = ("at_once",)
    _cursor_cls = _Cursor

    def __init__(self, dbapi: Any, connection: Any) -> None:
        super().__init__(dbapi, connection)
        self.at_once = False
        """Statements are done on the loop's own thread."""

    def try_here(self, work: Callable[..., Done], operation: str, parameters: Any) -> Done | None:
        """Do it on this thread; None where it would have to wait for another process's lock."""
        connection: Any = self._connection
        raw = connection._conn
        if not operation.startswith("BEGIN"):
            return work(raw, operation, parameters)
        [patience_ms] = raw.execute("PRAGMA busy_timeout").fetchone()
        raw.execute("PRAGMA busy_timeout=0")
        try:
            return work(raw, operation, parameters)
        except sqlite3.OperationalError:
            return None
        finally:
            raw.execute(f"PRAGMA busy_timeout={patience_ms}")

    def commit(self) -> None:
        """Where work is done here without a hop: it writes to memory, until a checkpoint."""
        connection: Any = self._connection
        if self.at_once and connection._connection:
            connection._conn.commit()
        else:
            super().commit()

    def rollback(self) -> None:
        """Not a hop for nothing: the pool asks for it after each use."""
        connection: Any = self._connection
        if connection._connection and connection._conn.in_transaction:
            super().rollback()


def work_here(connection: Connection) -> None:
    """From now on what that connection of SQLite's does is done on the caller's thread, and its commits make no checkpoint."""
    held = connection.connection.dbapi_connection
    assert isinstance(held, _Connection)
    driver: Any = held.driver_connection
    driver._conn.execute("PRAGMA wal_autocheckpoint=0")
    held.at_once = True


def raw_of(connection: AsyncConnection) -> Any:
    """sqlite3's own connection, of one that `work_here` was told of."""
    held = connection.sync_connection and connection.sync_connection.connection.dbapi_connection
    assert isinstance(held, _Connection)
    driver: Any = held.driver_connection
    return driver._conn


class OneHop(AsyncAdapt_aiosqlite_dbapi):
    """For `create_async_engine(…, module=OneHop())`."""

    def __init__(self) -> None:
        super().__init__(aiosqlite, sqlite3)

    def connect(self, *arg: Any, **kw: Any) -> AsyncAdapt_aiosqlite_connection:
        """As SQLAlchemy's own, with our cursors."""
        return _Connection(self, super().connect(*arg, **kw)._connection)


def _execute(connection: sqlite3.Connection, operation: str, parameters: Any) -> Done:
    return _all(connection.execute(operation, parameters))


def _execute_many(connection: sqlite3.Connection, operation: str, parameters: Any) -> Done:
    return _all(connection.executemany(operation, parameters))


def _all(cursor: sqlite3.Cursor) -> Done:
    rows = deque(cursor.fetchall() if cursor.description else ())
    cursor.close()
    return cursor, rows
