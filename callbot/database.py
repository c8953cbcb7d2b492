"""The database: opened once, migrated to what this code knows, the same on SQLite and PostgreSQL.

`Database.begin()` is a transaction that writes, `Database.read()` one that only reads. What goes wrong with the database
itself is a DatabaseError of one line that names CALLBOT_DATABASE_URL and never shows a password; what is wrong with the
rows (a duplicate key) stays SQLAlchemy's own error.
"""

import asyncio
import fcntl
import inspect
import logging
import math
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any, Self, TypeVar

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    DisconnectionError,
    IntegrityError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from callbot.aside import Aside
from callbot.at_once import AtOnce, OnPostgres, OnSqlite, PostgresConnections, to_its_end
from callbot.config import Settings
from callbot.errors import DatabaseError
from callbot.sqlite_driver import OneHop, raw_of, work_here

CHECKPOINT_COMMITS = 200
"""Quick transactions of SQLite, some thousand pages at the most."""
CONNECT_TIMEOUT_S = 10
BUSY_TIMEOUT_S = 10
POOL, POOL_S = 10, 10.0
"""Connections to PostgreSQL for transactions and longer work, one that listens among them, kept open: to make one takes ten
exchanges. Who waits longer for one of them is told that the database is unavailable."""
RESTED_S = 5.0
"""A connection to PostgreSQL that nobody has used for so long is asked whether it lives. One that the server has closed is known
without asking; asking each time, as pool_pre_ping does, costs three exchanges with the server for a piece of work of two to ten."""
LISTEN_CHECK_S = 10
"""How often a connection that only listens is asked whether it lives."""
MIGRATION_WAIT_S = 120
MIGRATION_POLL_S = 0.05
NEWEST = "head"
"""The migration up to which a database is brought."""
MIGRATION_LOCK_KEY = 0x63616C6C626F74
"""`callbot` in ASCII: the advisory lock under which one process at a time migrates a PostgreSQL database."""

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
"""The short names people write, and the drivers that are meant."""

ITS_FAULT = (OSError, PoolTimeoutError, asyncpg.PostgresConnectionError, asyncpg.InternalClientError)
"""The last one is what asyncpg raises on a connection that PostgreSQL has just ended, and whose end it has not seen yet."""
NOT_ITS_FAULT = ("22", "23", "42")
"""SQLSTATE classes that blame the rows or the statement (data, integrity, syntax), not the database's health."""

logger = logging.getLogger(__name__)
logging.getLogger("aiosqlite").setLevel(logging.INFO)
"""Below INFO it logs every value that is written: what callers said, whatever our own log_level is."""


Thing = TypeVar("Thing")


class NotAside(Exception):  # noqa: N818 (no error: the work is done again on the service's loop)
    """More than single statements is needed."""


class Database:
    """An open, migrated database. Make one with `Database.open`, end it with `close`."""

    def __init__(self, engine: AsyncEngine, shown: str) -> None:
        self._engine = engine
        self._writer = engine.execution_options(writes=True)
        self._reader = engine.execution_options(
            **({"plain": True} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"})
        )
        self._shown = shown
        self._turn = asyncio.Lock()
        self._opening = asyncio.Lock()
        self._held: dict[AsyncEngine, AsyncConnection] = {}
        self._quick_commits = 0
        self._checkpoints: set[asyncio.Task[None]] = set()
        self._at_once, self._at_once_aside = (
            PostgresConnections(partial(_connect, engine)) for _ in range(2)
        )
        self._aside = Aside("database")

    @classmethod
    async def open(cls, settings: Settings) -> Self:
        """Connect and migrate to head; safe when several processes do so at once. Raises DatabaseError."""
        url = _url(settings)
        shown = _shown(url)
        engine = _engine(url)
        try:
            if url.get_backend_name() == "sqlite":
                path = Path(url.database or "")
                await _prepare_file(path, shown)
                async with _file_lock(path.with_name(path.name + ".lock"), shown):
                    await _migrate(engine, shown)
            else:
                await _migrate(engine, shown)
        except BaseException:
            await engine.dispose()
            raise
        return cls(engine, shown)

    @property
    def is_sqlite(self) -> bool:
        """True on SQLite, false on PostgreSQL."""
        return self._engine.dialect.name == "sqlite"

    @asynccontextmanager
    async def begin(self, *, quick: bool = False) -> AsyncIterator[AsyncConnection]:
        """A transaction that may write: committed at the end, rolled back when anything is raised.

        `quick`: each of its statements takes less than a millisecond; SQLite then does all of it on this thread, where the loop of a
        busy service would make each step wait. It waits for its lock, and for the disk, on the connection's own.
        """
        with _Named(self._shown):
            if not self.is_sqlite:
                self._expect_here()
                async with self._writer.connect() as connection, _committed(connection):
                    yield connection
                return
            if not quick:
                async with self._alone(), self._writer.begin() as connection:
                    yield connection
                return
            async with self._alone():
                connection = await self._kept(self._writer)
                async with connection.begin():
                    yield connection
            self._checkpoint_now_and_then()

    async def _kept(self, engine: AsyncEngine) -> AsyncConnection:
        """SQLite's connection for what is quick, open for good: to give one back takes the loop three rounds, in the writer's turn."""
        async with self._opening:
            held = self._held.get(engine)
            if held is None or held.closed or held.invalidated:
                held = self._held[engine] = await engine.connect()
                assert held.sync_connection
                work_here(held.sync_connection)
            return held

    def _checkpoint_now_and_then(self) -> None:
        """What quick transactions leave in the write-ahead log goes to the file meanwhile: none of them waits for the disk."""
        self._quick_commits += 1
        if self._quick_commits >= CHECKPOINT_COMMITS:
            self._quick_commits = 0
            task = asyncio.create_task(self._checkpoint())
            self._checkpoints.add(task)
            task.add_done_callback(self._checkpoints.discard)

    async def _checkpoint(self) -> None:
        try:
            with _Named(self._shown):
                async with self._reader.connect() as connection:
                    await connection.execute(text("PRAGMA wal_checkpoint(PASSIVE)"))
        except DatabaseError as error:
            logger.warning("the write-ahead log goes to the file later: %s", error)

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        """SQLite has one writer. Those of this process come in turn: by itself SQLite tries again after up to 100 ms, in no order."""
        if not self.is_sqlite:
            yield
            return
        try:
            async with asyncio.timeout(BUSY_TIMEOUT_S):
                await self._turn.acquire()
        except TimeoutError:
            raise TimeoutError("database is locked") from None
        try:
            yield
        finally:
            self._turn.release()

    @asynccontextmanager
    async def read(self, *, quick: bool = False) -> AsyncIterator[AsyncConnection]:
        """For reading alone: each statement sees what is committed by then; on SQLite it neither waits for writers nor holds them up.

        No transaction: it would cost as much as a statement, and at PostgreSQL's own level (read committed) would show no less.
        `quick` as in `begin`.
        """
        with _Named(self._shown):
            if quick and self.is_sqlite:
                yield await self._kept(self._reader)
                return
            self._expect_here()
            async with self._reader.connect() as connection:
                yield connection

    async def aside(self, work: Callable[[], Coroutine[Any, Any, Thing]]) -> Thing:
        """What `work` comes to: some single statements (`at_once`, `writing_at_once`) one after the other, each committed by itself.

        On PostgreSQL it is done on a loop of the database's own (aside.py), and must change nothing that others use; where it turns out to
        need more than single statements, it is done on this one, anew: what is told twice must do no harm.
        """
        if self.is_sqlite or self.is_aside or self._aside.has_ended:
            return await work()
        try:
            return await self._aside.do(work())
        except NotAside:
            return await work()

    @property
    def is_aside(self) -> bool:
        """Whether this is done on the database's own loop."""
        return self._aside.is_here

    def _expect_here(self) -> None:
        """The connections of transactions are of the service's loop."""
        if self.is_aside:
            raise NotAside

    @property
    def _single(self) -> PostgresConnections:
        return self._at_once_aside if self.is_aside else self._at_once

    @asynccontextmanager
    async def at_once(self) -> AsyncIterator[AtOnce]:
        """For single statements that take less than a millisecond each, and are read or committed each by itself."""
        with _Named(self._shown):
            if self.is_sqlite:
                yield OnSqlite(raw_of(await self._kept(self._reader)))
                return
            async with self._single.one() as connection:
                yield connection

    @asynccontextmanager
    async def writing_at_once(self) -> AsyncIterator[OnPostgres]:
        """The same for statements that write. PostgreSQL only."""
        with _Named(self._shown):
            async with self._single.one() as connection:
                yield connection

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """For reading alone: all statements see what was committed when the first one began; a transaction, that holds up nobody."""
        options = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with _Named(self._shown):
            async with self._engine.execution_options(**options).connect() as connection:
                yield connection

    @asynccontextmanager
    async def listen(
        self, channel: str, heard: Callable[[str], None]
    ) -> AsyncIterator[Callable[[], Awaitable[None]]]:
        """Have `heard` called with what PostgreSQL's NOTIFY tells on `channel`; what is yielded waits until the connection is lost.

        PostgreSQL only. The connection is asked now and then whether it lives. Raises DatabaseError.
        """
        with _Named(self._shown):
            async with self._engine.connect() as connection:
                raw = (await connection.get_raw_connection()).driver_connection
                assert raw is not None
                lost = asyncio.Event()
                raw.add_termination_listener(lambda _: lost.set())
                await raw.add_listener(channel, lambda *told: heard(told[-1]))
                try:
                    yield lambda: _until_lost(raw, lost)
                finally:
                    await connection.invalidate()  # nobody else is to have one that listens

    async def forget_deleted(self) -> None:
        """See to it that deleted text is gone from SQLite's write-ahead log too (PostgreSQL: autovacuum's work)."""
        if self.is_sqlite:
            with _Named(self._shown):
                async with self._engine.execution_options(plain=True).connect() as connection:
                    await connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))

    async def close(self) -> None:
        """Close every connection. Idempotent."""
        if self._checkpoints:
            await asyncio.wait(self._checkpoints)
        await self._at_once.close()
        if self._aside.has_begun:
            await self.aside(self._at_once_aside.close)
            await self._aside.close()
        while self._held:
            await self._held.popitem()[1].close()
        await self._engine.dispose()


@asynccontextmanager
async def _committed(connection: AsyncConnection) -> AsyncIterator[None]:
    """A transaction; whoever is cancelled while it is committed leaves it committed."""
    transaction = await connection.begin()
    try:
        yield
    except BaseException:
        await transaction.rollback()
        raise
    await to_its_end(transaction.commit())


async def _connect(engine: AsyncEngine) -> Any:
    """A connection of asyncpg's, to where the engine's go."""
    where, options = engine.dialect.create_connect_args(engine.url)
    how: dict[str, Any] = {"timeout": CONNECT_TIMEOUT_S, **options}
    return await asyncpg.connect(*where, **how)


async def _until_lost(raw: Any, lost: asyncio.Event) -> None:
    while not lost.is_set():
        try:
            async with asyncio.timeout(LISTEN_CHECK_S):
                await lost.wait()
        except TimeoutError:
            await raw.execute("SELECT 1", timeout=CONNECT_TIMEOUT_S)


def is_unavailable(error: BaseException) -> bool:
    """True when `error` speaks of the database's health (down, locked, full), false when of the rows or the statement."""
    if isinstance(error, ITS_FAULT):
        return True
    if isinstance(error, asyncpg.PostgresError):
        return not (error.sqlstate or "").startswith(NOT_ITS_FAULT)
    if isinstance(error, asyncpg.InterfaceError):
        return not isinstance(error, ValueError)  # a closed connection; else an argument that does not fit
    if isinstance(error, sqlite3.OperationalError):
        return "syntax" not in str(error)
    if isinstance(error, (IntegrityError, DataError, ProgrammingError)) or not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None) or ""
    refused_by_driver = error.orig is not None and isinstance(error.orig.__cause__, ValueError)
    return not state.startswith(NOT_ITS_FAULT) and not refused_by_driver


class _Named:
    """Turns what says that the database is unavailable into a DatabaseError of one line; lets everything else pass."""

    def __init__(self, shown: str) -> None:
        self._shown = shown

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is not None and is_unavailable(error):
            raise _unusable(self._shown, error) from error


def _unusable(shown: str, error: BaseException) -> DatabaseError:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    inner = cause.__cause__ or cause
    lines = str(inner).strip().splitlines()
    return DatabaseError(
        f"CALLBOT_DATABASE_URL: the database {shown} cannot be used: {lines[0] if lines else type(inner).__name__}"
    )


def _url(settings: Settings) -> URL:
    """The address with its driver. A wrong one is not repeated in the message: it may hold a password."""
    try:
        url = make_url(settings.database)
    except (ArgumentError, ValueError):
        raise DatabaseError(
            "CALLBOT_DATABASE_URL: not an address of the form postgresql+asyncpg://user@host/name"
            " or sqlite+aiosqlite:///path (write @ : / in a password as %40 %3A %2F)"
        ) from None
    url = url.set(drivername=DRIVERS.get(url.drivername, url.drivername))
    if url.drivername not in DRIVERS.values():
        raise DatabaseError(
            f"CALLBOT_DATABASE_URL: '{url.drivername}' is not one of sqlite+aiosqlite, postgresql+asyncpg"
        )
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise DatabaseError("CALLBOT_DATABASE_URL: an SQLite address needs a file: sqlite+aiosqlite:///path")
    unknown = set(url.query) - _options(url)
    if unknown:
        raise DatabaseError(f"CALLBOT_DATABASE_URL: there is no option '{min(unknown)}' for {url.drivername}")
    return url


def _options(url: URL) -> set[str]:
    """What may stand after the question mark: asyncpg's own connection parameters (`ssl`, `host` of a socket…)."""
    return set() if url.get_backend_name() == "sqlite" else set(inspect.signature(asyncpg.connect).parameters)


def _shown(url: URL) -> str:
    """The address without password and without its query, which may hold one too."""
    return url.set(query={}).render_as_string(hide_password=True)


def _engine(url: URL) -> AsyncEngine:
    if url.get_backend_name() == "sqlite":
        engine = create_async_engine(
            url,
            module=OneHop(),
            connect_args={"timeout": BUSY_TIMEOUT_S, "isolation_level": None, "check_same_thread": False},
            hide_parameters=True,
            pool_size=16,  # one that is opened for one statement, and closed, costs a thread and a dozen hops
        )
        event.listen(engine.sync_engine, "connect", _on_sqlite_connect)
        event.listen(engine.sync_engine, "begin", _on_sqlite_begin)
        return engine
    connecting = {"timeout": CONNECT_TIMEOUT_S}
    engine = create_async_engine(
        url,
        connect_args=connecting,
        hide_parameters=True,
        pool_size=POOL,
        max_overflow=0,
        pool_use_lifo=True,
        pool_timeout=POOL_S,
    )
    event.listen(engine.sync_engine, "checkin", _on_postgresql_rest)
    event.listen(engine.sync_engine, "checkout", partial(_on_postgresql_use, engine.dialect))
    return engine


def _on_postgresql_rest(connection: Any, record: Any) -> None:  # noqa: ARG001 (SQLAlchemy's signature)
    record.info["rests_since"] = time.monotonic()


def _on_postgresql_use(dialect: Any, connection: Any, record: Any, proxy: object) -> None:  # noqa: ARG001 (SQLAlchemy's signature)
    """Take another connection in place of one that is dead."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError("closed by the server")
    if time.monotonic() - record.info.get("rests_since", math.inf) > RESTED_S:
        try:
            dialect.do_ping(connection)
        except dialect.dbapi.Error as error:
            raise DisconnectionError("not answering") from error


def _on_sqlite_connect(connection: Any, record: object) -> None:  # noqa: ARG001 (SQLAlchemy's signature)
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_sqlite_begin(connection: Connection) -> None:
    """Take the write lock at once where we mean to write: a reader that turns writer could not wait for its turn."""
    options = connection.get_execution_options()
    if not options.get("plain"):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")


async def _prepare_file(path: Path, shown: str) -> None:
    """Create folder (0700) and file (0600) before SQLite does so for everyone to read."""

    def create() -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))

    with _Named(shown):
        await asyncio.to_thread(create)


@asynccontextmanager
async def _file_lock(path: Path, shown: str) -> AsyncIterator[None]:
    """Hold `path` alone; waits for another process (or another Database of this one) that holds it."""
    with _Named(shown):
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with _Named(shown):
            async with asyncio.timeout(MIGRATION_WAIT_S):
                while not _try_lock(handle):  # noqa: ASYNC110 (the holder is another process)
                    await asyncio.sleep(MIGRATION_POLL_S)
        yield
    finally:
        os.close(handle)


def _try_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


async def _migrate(engine: AsyncEngine, shown: str) -> None:
    with _Named(shown):
        async with engine.execution_options(writes=True).begin() as connection:
            if engine.dialect.name == "postgresql":
                await connection.execute(text(f"SET LOCAL lock_timeout = '{MIGRATION_WAIT_S}s'"))
                await connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK_KEY})"))
            await connection.run_sync(_upgrade, shown)


def _upgrade(connection: Connection, shown: str) -> None:
    scripts = _scripts()
    applied = set(MigrationContext.configure(connection).get_current_heads())
    unknown = applied - {script.revision for script in scripts.walk_revisions()}
    if unknown:
        raise DatabaseError(
            f"CALLBOT_DATABASE_URL: the database {shown} was made by a newer callbot"
            f" (migration {', '.join(sorted(unknown))}): install that version or use another database"
        )
    if applied != set(scripts.get_heads()):
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, NEWEST)


@cache
def _scripts() -> ScriptDirectory:
    """The migrations, whose files are read once."""
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "callbot:migrations")
    return config
