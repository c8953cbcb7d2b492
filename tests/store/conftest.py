"""Every test that asks for `settings` or `database` runs twice: on SQLite and on a real PostgreSQL."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from callbot.config import Settings, load
from callbot.database import Database
from tests.support.postgres import Cluster


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The PostgreSQL of this run."""
    with Cluster() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
async def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings with an empty data_dir and an empty database (on PostgreSQL: an empty schema)."""
    data_dir = tmp_path / "var"
    if request.param == "sqlite":
        return load({}, data_dir=data_dir)
    cluster: Cluster = request.getfixturevalue("cluster")
    return load({}, data_dir=data_dir, database_url=cluster.url(await cluster.create()))


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    """The database of `settings`, migrated."""
    opened = await Database.open(settings)
    yield opened
    await opened.close()
