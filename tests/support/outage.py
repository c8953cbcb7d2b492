"""A database that stops working for a while, for real: PostgreSQL lets us in no more, SQLite is locked by somebody else."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy.engine import make_url

import callbot.database
from callbot.config import Settings
from tests.support.postgres import Cluster


@asynccontextmanager
async def outage(settings: Settings, request: pytest.FixtureRequest) -> AsyncIterator[None]:
    """Nothing can be written to the database of `settings` within; open it with `impatient`, or SQLite waits for long."""
    if settings.database_url:
        cluster: Cluster = request.getfixturevalue("cluster")
        name = str(make_url(settings.database_url).username)
        await cluster.forbid(name)
        yield
        await cluster.allow(name)
        return
    locking = sqlite3.connect(settings.data_dir / "callbot.db", isolation_level=None)
    locking.execute("BEGIN EXCLUSIVE")
    yield
    locking.execute("ROLLBACK")
    locking.close()


def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Databases opened from here on do not wait for a lock."""
    monkeypatch.setattr(callbot.database, "BUSY_TIMEOUT_S", 0.05)
