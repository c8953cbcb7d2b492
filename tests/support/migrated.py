"""Empty databases of today's schema: copies of one that was migrated, which are there ten times sooner. test_database.py migrates."""

import asyncio
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import asyncpg

from callbot.config import Settings, load
from callbot.database import Database
from tests.support.postgres import Cluster

FILE = "callbot.db"
LOCKED_S = 5
"""A schema in which somebody still works after so long is not lent again."""
EMPTY = """
DO $$
DECLARE one record;
BEGIN
  FOR one IN SELECT oid::regclass AS name, pg_relation_size(oid) AS bytes FROM pg_class
    WHERE relnamespace = '{name}'::regnamespace AND relkind = 'r'
  LOOP
    IF one.bytes > 65536 THEN EXECUTE 'TRUNCATE ' || one.name || ' CASCADE';
    ELSIF one.bytes > 0 THEN EXECUTE 'DELETE FROM ' || one.name;
    END IF;
  END LOOP;
END $$;
"""
SHAPE = """
SELECT md5(string_agg(concat_ws(' ', pg_class.oid, relnatts, dropped), ',' ORDER BY pg_class.oid)) FROM pg_class
LEFT JOIN LATERAL (SELECT count(*) AS dropped FROM pg_attribute WHERE attrelid = pg_class.oid AND attisdropped) gone ON true
WHERE relnamespace = '{name}'::regnamespace
"""
"""Changes with every table, index, view and column that comes or goes."""


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
    """Lends users of a cluster, each with a migrated schema of its own: one that was given back, and emptied, is there sooner still."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._first = self._script = ""
        self._shapes: dict[str, str] = {}
        self._free: list[str] = []

    async def lend(self) -> str:
        """A user's name; the schema has all tables, and what migrations put into them."""
        return self._free.pop() if self._free else await self._make()

    async def give_back(self, name: str) -> None:
        """Nobody is connected to it any more."""
        try:
            shape = await self._cluster.execute(
                f"SET lock_timeout = '{LOCKED_S}s'; SET session_replication_role = replica;"
                + EMPTY.format(name=name)
                + self._rows(name),
                value=SHAPE.format(name=name),
            )
        except asyncpg.LockNotAvailableError:
            return
        if shape == self._shapes[name]:
            self._free.append(name)

    async def _make(self) -> str:
        if not self._script:
            self._first = await self._cluster.create()
            await asyncio.to_thread(_migrate, load({}, database_url=self._cluster.url(self._first)))
            self._script = _statements(await asyncio.to_thread(self._cluster.dump, self._first))
        name = await self._cluster.create()
        script = self._script.replace(self._first, name)
        self._shapes[name] = await self._cluster.execute(
            f"SET ROLE {name};{script}", value=SHAPE.format(name=name)
        )
        return name

    def _rows(self, name: str) -> str:
        """What puts the rows of a new schema there, and sequences to their beginnings."""
        lines = (line for line in self._script.splitlines() if line.startswith(("INSERT ", "SELECT ")))
        return "\n".join(lines).replace(self._first, name)


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
