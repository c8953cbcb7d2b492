"""Empty databases of today's schema: copies of one that was migrated, which are there ten times sooner. test_database.py migrates."""

import asyncio
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from callbot.config import Settings, load
from callbot.database import Database
from tests.support.postgres import Cluster

FILE = "callbot.db"


def put(data_dir: Path) -> None:
    """Into `data_dir`, where `Database.open` looks, with the rights that it gives; nothing where there is one."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (data_dir / FILE).exists():
        return
    handle = os.open(data_dir / FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(_file())


@cache
def _file() -> bytes:
    """Of an empty database, closed: all of it is in the one file."""
    with tempfile.TemporaryDirectory() as folder:
        _migrate(load({}, data_dir=Path(folder)))
        return (Path(folder) / FILE).read_bytes()


class Schemas:
    """Makes users of a cluster, each with a migrated schema of its own."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._first = self._script = ""

    async def create(self) -> str:
        """As `Cluster.create`, with all tables; its name."""
        if not self._script:
            self._first = await self._cluster.create()
            await asyncio.to_thread(_migrate, load({}, database_url=self._cluster.url(self._first)))
            self._script = _statements(await asyncio.to_thread(self._cluster.dump, self._first))
        name = await self._cluster.create()
        await self._cluster.execute(f"SET ROLE {name};" + self._script.replace(self._first, name))
        return name


def _statements(dump: str) -> str:
    """Without what is for psql alone, and without the schema, which is there."""
    lines = dump.splitlines()
    return "\n".join(line for line in lines if line and not line.startswith(("--", "\\", "CREATE SCHEMA")))


def _migrate(settings: Settings) -> None:
    """In an event loop of its own: whoever asks may be in one."""

    async def once() -> None:
        await (await Database.open(settings)).close()

    with ThreadPoolExecutor(1) as aside:
        aside.submit(asyncio.run, once()).result()
