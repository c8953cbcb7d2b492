"""Every test that asks for `settings` or `database` runs twice: on SQLite and on a real PostgreSQL."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from callbot.config import Settings, load
from callbot.database import Database
from tests.support import migrated
from tests.support.migrated import Schemas
from tests.support.postgres import Cluster

BACKENDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The PostgreSQL of this run."""
    with Cluster() as running:
        yield running


@pytest.fixture(scope="session")
def schemas(cluster: Cluster) -> Schemas:
    """Migrated schemas in it."""
    return Schemas(cluster)


@pytest.fixture(params=BACKENDS)
async def settings(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Settings]:
    """Settings with a database (on PostgreSQL: a schema) that is migrated and empty."""
    data_dir = tmp_path / "var"
    if request.param == "sqlite":
        migrated.put(data_dir)
        yield load({}, data_dir=data_dir)
        return
    schemas: Schemas = request.getfixturevalue("schemas")
    cluster: Cluster = request.getfixturevalue("cluster")
    name = await schemas.lend()
    yield load({}, data_dir=data_dir, database_url=cluster.url(name))
    await schemas.give_back(name)


@pytest.fixture(params=BACKENDS)
async def unmigrated(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings with an empty data_dir and nothing in the database."""
    data_dir = tmp_path / "var"
    if request.param == "sqlite":
        return load({}, data_dir=data_dir)
    cluster: Cluster = request.getfixturevalue("cluster")
    return load({}, data_dir=data_dir, database_url=cluster.url(await cluster.create()))


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    """The database of `settings`, open."""
    opened = await Database.open(settings)
    yield opened
    await opened.close()
