"""The database: migrations, concurrent starts, what an operator reads when it does not work."""

import asyncio
import stat
import sys
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, delete, func, insert, literal_column, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from callbot import database as database_module
from callbot import tables
from callbot.at_once import MOST
from callbot.config import Settings, load
from callbot.database import Database
from callbot.errors import DatabaseError
from callbot.migrations import versions as migrations
from callbot.statements import Statement
from tests.support.postgres import Cluster
from tests.support.waiting import until

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def settings(unmigrated: Settings) -> Settings:
    """Here, `Database.open` migrates."""
    return unmigrated


def call_values(call_id: str = "c1") -> dict[str, object]:
    """A row of `calls` as small as it may be."""
    return {
        "id": call_id,
        "started_at": NOON,
        "day": NOON.date(),
        "line": "",
        "dialect": "asterisk",
        "engine": "",
        "language": "fr",
        "recorder": "host:1",
        "turns": 0,
    }


async def add_call(database: Database, *call_ids: str, started_at: datetime = NOON) -> None:
    """Add calls in one transaction."""
    async with database.begin() as connection:
        for call_id in call_ids or ("c1",):
            values = call_values(call_id) | {"started_at": started_at}
            await connection.execute(insert(tables.calls).values(values))


async def test_migrations_make_the_tables_that_the_code_knows(database: Database) -> None:
    """Alembic finds no difference between a migrated database and callbot/tables/."""

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, tables.metadata))

    async with database.read() as connection:
        assert await connection.run_sync(differences) == []


async def test_opening_again_keeps_what_is_there(settings: Settings) -> None:
    """A second start migrates nothing and loses nothing."""
    first = await Database.open(settings)
    await add_call(first)
    await first.close()
    second = await Database.open(settings)
    async with second.read() as connection:
        assert (await connection.scalars(select(tables.calls.c.id))).all() == ["c1"]
    await second.close()


OPEN = """
import asyncio, sys
from pathlib import Path
from callbot.config import load
from callbot.database import Database
async def main():
    print("ready", flush=True)
    sys.stdin.readline()
    database = await Database.open(load({}, data_dir=Path(sys.argv[1]), database_url=sys.argv[2]))
    await database.close()
asyncio.run(main())
"""


def newest_migration() -> str:
    """The number of the last one."""
    folder = Path(migrations.__path__[0])
    return max(path.stem[:4] for path in folder.glob("0*.py"))


async def test_processes_may_start_at_once(settings: Settings) -> None:
    """Two processes and three starts in this one that open an empty database together all find it migrated, once."""
    arguments = (sys.executable, "-c", OPEN, str(settings.data_dir), settings.database_url)
    pipe = asyncio.subprocess.PIPE
    processes = [
        await asyncio.create_subprocess_exec(*arguments, stdin=pipe, stdout=pipe, stderr=pipe)
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
    outputs, opened = await asyncio.gather(
        asyncio.gather(*(process.communicate(b"go\n") for process in processes)),
        asyncio.gather(*(Database.open(settings) for _ in range(3))),
    )
    assert [process.returncode for process in processes] == [0, 0]
    assert outputs == [(b"", b"")] * 2
    async with opened[0].read() as connection:
        versions = (await connection.scalars(text("SELECT version_num FROM alembic_version"))).all()
    assert versions == [newest_migration()]
    for database in opened:
        await database.close()


async def test_a_database_newer_than_the_code_is_refused(settings: Settings) -> None:
    """A migration that this code does not know stops the start with a line that says so."""
    database = await Database.open(settings)
    async with database.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await database.close()
    with pytest.raises(DatabaseError, match=r"CALLBOT_DATABASE_URL: .* newer callbot \(migration 9999\)"):
        await Database.open(settings)


async def test_times_come_back_aware_and_in_utc(database: Database) -> None:
    """A time of any zone is the same instant when it is read; a naive one is refused."""
    at = datetime(2026, 3, 2, 14, 0, tzinfo=timezone(timedelta(hours=2)))
    await add_call(database, started_at=at)
    async with database.read() as connection:
        read = await connection.scalar(select(tables.calls.c.started_at))
    assert (read, read and read.utcoffset()) == (at, timedelta(0))
    with pytest.raises(StatementError, match="naive"):
        await add_call(database, started_at=at.replace(tzinfo=None))


async def test_what_raises_is_rolled_back_and_keeps_its_own_error(database: Database) -> None:
    """A duplicate key is SQLAlchemy's error, not a DatabaseError, and nothing of the transaction stays."""
    await add_call(database)
    with pytest.raises(IntegrityError):
        await add_call(database, "c2", "c1")
    async with database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(tables.calls)) == 1


async def test_turns_go_with_their_call(database: Database) -> None:
    """Deleting a call deletes its turns: foreign keys are in force."""
    async with database.begin() as connection:
        await connection.execute(insert(tables.calls).values(call_values()))
        await connection.execute(insert(tables.turns).values(call_id="c1", number=1, at_ms=0))
        await connection.execute(delete(tables.calls))
        assert await connection.scalar(select(func.count()).select_from(tables.turns)) == 0


async def test_writers_wait_for_one_another(database: Database) -> None:
    """Twenty transactions that read and then write at once all succeed."""

    async def add(number: int) -> None:
        async with database.begin() as connection:
            await connection.scalar(select(func.count()).select_from(tables.calls))
            await connection.execute(insert(tables.calls).values(call_values(f"c{number}")))

    await asyncio.gather(*(add(number) for number in range(20)))
    async with database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(tables.calls)) == 20


async def test_sqlites_writers_come_in_turn(tmp_path: Path) -> None:
    """Whoever asked first writes first: nobody waits while others who came later go before."""
    database = await Database.open(load({}, data_dir=tmp_path))
    wrote = []

    async def add(number: int) -> None:
        async with database.begin() as connection:
            await connection.execute(insert(tables.calls).values(call_values(f"c{number}")))
            wrote.append(number)

    await asyncio.gather(*(add(number) for number in range(20)))
    await database.close()
    assert wrote == list(range(20))


async def test_an_sqlite_writer_does_not_wait_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that hangs leaves the others an error of one line; once it has gone they write again."""
    database = await Database.open(load({}, data_dir=tmp_path))
    monkeypatch.setattr("callbot.database.BUSY_TIMEOUT_S", 0.01)
    async with database.begin():
        with pytest.raises(DatabaseError, match="cannot be used: database is locked"):
            await add_call(database)
    await add_call(database)
    await database.close()


async def test_an_sqlite_file_is_private_and_written_ahead(tmp_path: Path) -> None:
    """The folder is 0700, the file and its companions 0600, the journal WAL; readers go on during a write."""
    database = await Database.open(load({}, data_dir=tmp_path / "a" / "var"))
    async with database.begin() as writing:
        await writing.execute(insert(tables.calls).values(call_values()))
        async with database.read() as reading:
            assert await reading.scalar(text("PRAGMA journal_mode")) == "wal"
            assert await reading.scalar(select(func.count()).select_from(tables.calls)) == 0
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "a" / "var").iterdir()}
    await database.close()
    assert stat.S_IMODE((tmp_path / "a" / "var").stat().st_mode) == 0o700
    assert modes == dict.fromkeys(
        ("callbot.db", "callbot.db-shm", "callbot.db-wal", "callbot.db.lock"), 0o600
    )


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("postgresql+asyncpg://town:s3cret@127.0.0.1:1/calls", "Connect call failed"),
        ("postgresql://town:s3cret@/calls?host=/nowhere", "No such file or directory"),
        ("postgresql://town:s3/cret@host:x/calls", "not an address of the form"),
        ("postgresql://town@host/calls?password=s3cret&sslmode=require", "there is no option 'sslmode'"),
        ("mysql://town:s3cret@host/calls", "'mysql' is not one of sqlite"),
        ("s3cret", "not an address of the form"),
        ("sqlite://", "needs a file"),
        ("sqlite:////dev/null/calls.db", "File exists"),
    ],
)
async def test_an_address_that_does_not_work_is_one_line_without_its_password(url: str, reason: str) -> None:
    """The line names the setting and the reason; a password never shows, wherever it stands."""
    with pytest.raises(DatabaseError) as caught:
        await Database.open(load({}, database_url=url))
    line = str(caught.value)
    assert line.startswith("CALLBOT_DATABASE_URL: ")
    assert reason in line
    assert "\n" not in line
    assert "s3cret" not in line
    assert "s3/cret" not in line
    assert caught.value.exit_code == 1


async def test_a_file_that_is_no_database_is_one_line(tmp_path: Path) -> None:
    """A file of something else is refused by name, and left as it is."""
    path = tmp_path / "calls.db"
    path.write_text("This is a letter to the mayor. " * 100)
    before = path.read_bytes()
    with pytest.raises(DatabaseError, match=r"calls\.db cannot be used: file is not a database"):
        await Database.open(load({}, database_url=f"sqlite:///{path}"))
    assert path.read_bytes() == before


async def test_a_postgresql_that_refuses_us_is_one_line(cluster: Cluster) -> None:
    """An unknown database of a running PostgreSQL: its own words, our setting's name, no password."""
    with pytest.raises(DatabaseError, match=r'CALLBOT_DATABASE_URL: .*"nowhere" does not exist') as caught:
        await Database.open(load({}, database_url=cluster.url("postgres", "nowhere", "s3cret")))
    assert "s3cret" not in str(caught.value)


async def test_a_connection_that_died_unused_is_replaced(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server has ended it: who comes next a while later does not notice."""
    name = await cluster.create()
    database = await Database.open(load({}, database_url=cluster.url(name)))
    await add_call(database)
    await cluster.forbid(name)
    await cluster.allow(name)
    now_s = time.monotonic() + database_module.RESTED_S + 1
    monkeypatch.setattr(time, "monotonic", lambda: now_s)
    await add_call(database, "c2")
    async with database.read() as connection:
        assert (await connection.scalars(select(tables.calls.c.id).order_by("id"))).all() == ["c1", "c2"]
    await database.close()


async def test_a_connection_that_rested_is_asked_whether_it_lives(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that does not answer any more, though nobody has closed it, is replaced too."""
    database = await Database.open(load({}, database_url=cluster.url(await cluster.create())))
    await add_call(database)
    dialect = database._engine.dialect
    failed = dialect.loaded_dbapi.OperationalError
    asked: list[object] = []

    def no_answer(connection: object) -> None:
        asked.append(connection)
        raise failed("no answer")

    monkeypatch.setattr(dialect, "do_ping", no_answer)
    await add_call(database, "c2")
    assert asked == []
    monkeypatch.setattr(database_module, "RESTED_S", -1.0)
    await add_call(database, "c3")
    assert len(asked) == 1
    await database.close()


async def test_a_database_that_goes_away_is_one_line(cluster: Cluster) -> None:
    """Once open, a PostgreSQL that ends our connections and takes no new ones is a DatabaseError too."""
    name = await cluster.create()
    database = await Database.open(load({}, database_url=cluster.url(name)))
    await add_call(database)
    await cluster.forbid(name)
    with pytest.raises(DatabaseError, match=r"CALLBOT_DATABASE_URL: the database .* cannot be used: "):
        await add_call(database, "c2")  # the connection may be about to end, or have ended
    with pytest.raises(DatabaseError, match=r"CALLBOT_DATABASE_URL: .*is not permitted to log in"):
        await add_call(database, "c3")
    await cluster.allow(name)
    await add_call(database, "c4")
    async with database.read() as connection:
        assert (await connection.scalars(select(tables.calls.c.id).order_by("id"))).all() == ["c1", "c4"]
    await database.close()


async def test_who_gives_up_on_a_statement_does_not_cost_its_connection(cluster: Cluster) -> None:
    """Forty who are all cut off while they read, or as they wait for a connection: the next ones have the same connections."""
    database = await Database.open(load({}, database_url=cluster.url(await cluster.create())))
    slow, pid = (Statement(select(literal_column(sql))) for sql in ("pg_sleep(600)", "pg_backend_pid()"))
    running = text(
        "SELECT count(*) FROM pg_stat_activity WHERE usename = current_user AND wait_event = 'PgSleep'"
    )

    async def pids() -> set[int]:
        """Of all connections."""
        async with AsyncExitStack() as stack:
            all_of_them = [await stack.enter_async_context(database.at_once()) for _ in range(MOST)]
            return {(await here.rows(pid, {}))[0][0] for here in all_of_them}

    async def gives_up() -> None:
        async with database.at_once() as here:
            await here.rows(slow, {})

    async def all_run() -> bool:
        async with database.read() as connection:
            return bool(await connection.scalar(running) == MOST)

    before = await pids()
    late = [asyncio.create_task(gives_up()) for _ in range(40)]
    await until(all_run)
    for task in late:
        task.cancel()
    await asyncio.wait(late)
    assert await pids() == before
    assert len(before) == MOST
    await database.close()
