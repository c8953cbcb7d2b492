"""`callbot bench queue` as an operator runs it."""

import json

import pytest
from click.testing import CliRunner

from callbot.bench.queue import OPERATIONS, bench_database, command
from callbot.config import Settings
from callbot.database import Database
from callbot.errors import CallbotError
from callbot.humans.queue_keeper import queue_rules
from callbot.humans.queue_looking import Overview
from callbot.humans.queue_news import News
from callbot.humans.queue_store import QueueStore
from tests.store.test_queue_store import NOON, caller


def run(settings: Settings, *arguments: str) -> list[dict[str, object]]:
    """The figures of a short run, on SQLite and on the database of `settings` where that is PostgreSQL."""
    options = ["--waiting", "30", "--rounds", "2", "--json", *arguments]
    if settings.database_url:
        options += ["--postgresql", settings.database_url]
    result = CliRunner().invoke(command, options, catch_exceptions=False)
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_every_operation_is_measured(settings: Settings) -> None:
    """A line per operation and database, each with its times; what was put into the database is gone."""
    rows = run(settings)
    databases = ["SQLite", "PostgreSQL"] if settings.database_url else ["SQLite"]
    assert [(row["database"], row["operation"], row["waiting"], row["n"]) for row in rows] == [
        (database, operation, 30, 2) for database in databases for operation in OPERATIONS
    ]
    assert all(0 < float(str(row["ms_p50"])) <= float(str(row["ms_p95"])) for row in rows)
    again = run(settings)
    assert len(again) == len(rows)


async def test_a_queue_in_use_is_left_alone(settings: Settings, database: Database) -> None:
    """A PostgreSQL with somebody's queue is refused, and stays as it is."""
    if database.is_sqlite:
        return  # measured in a file of its own
    store = QueueStore(database, queue_rules(settings), News(database))
    await store.enter(caller(1), NOON)
    with pytest.raises(CallbotError, match="a queue in use"):
        await bench_database(settings.database_url, 10, 2)
    assert await store.overview() != Overview((), ())
