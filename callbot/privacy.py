"""Personal data: callers' numbers become keyed hashes at the door, and what has grown old is purged, kind by kind (kept/)."""

import asyncio
import hashlib
import hmac
import logging
import os
import secrets
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

from sqlalchemy import ColumnElement, Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot.audit import note
from callbot.config import Settings
from callbot.database import Database
from callbot.errors import DatabaseError, SettingsError
from callbot.kept import KINDS, Kind
from callbot.phone_numbers import normalise_number
from callbot.purging import purge_rows
from callbot.stats.spill import purge_rejected
from callbot.tables import calls, purges

KEY_FILE = "pseudonym.key"
KEY_MIN_BYTES = 32
PURGE_EVERY_S = 24 * 3600
PURGE_RETRY_S = 600

logger = logging.getLogger(__name__)


def pseudonym(key: bytes, number: str) -> str | None:
    """The keyed hash (HMAC-SHA256, 64 hexadecimal digits) of a caller's number; None when the number is hidden."""
    normal = normalise_number(number)
    return hmac.new(key, normal.encode(), hashlib.sha256).hexdigest() if normal else None


def pseudonym_key(settings: Settings) -> bytes:
    """The key of this commune, made at the first use (0600). Raises SettingsError when the named file is missing or too short."""
    path = settings.pseudonym_key_file or settings.data_dir / KEY_FILE
    if settings.pseudonym_key_file is None and not path.exists():
        _make_key(path)
    try:
        key = path.read_bytes().strip()
    except OSError as error:
        raise SettingsError(
            f"CALLBOT_PSEUDONYM_KEY_FILE: '{path}' cannot be read ({error.strerror});"
            " make one with: openssl rand -hex 32"
        ) from None
    if len(key) < KEY_MIN_BYTES:
        raise SettingsError(
            f"CALLBOT_PSEUDONYM_KEY_FILE: '{path}' has {len(key)} bytes: a key needs {KEY_MIN_BYTES};"
            " make one with: openssl rand -hex 32"
        )
    return key


def _make_key(path: Path) -> None:
    """Create the key whole or not at all; another process that is quicker wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)  # 0600
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32) + "\n")
    try:
        os.link(name, path)
    except FileExistsError:
        pass
    finally:
        Path(name).unlink()


@dataclass(frozen=True, slots=True)
class Purged:
    """What a purge did to one kind of data, or would do: rows purged, rows left, and the oldest of these."""

    kind: Kind
    rows: int
    left: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class LastPurge:
    """What is known of a kind since its last purge, at `at`. `purged`: rows, the last time that there were any, at `purged_at`."""

    at: datetime
    purged: int
    purged_at: datetime | None
    left: int
    oldest: datetime | None


async def purge(
    database: Database,
    settings: Settings,
    *,
    now: datetime | None = None,
    dry_run: bool = False,
    kinds: Collection[Kind] = KINDS,
) -> list[Purged]:
    """Purge each kind of data that is older than its setting; with `dry_run` only say what there is. Raises DatabaseError."""
    now = now or datetime.now(UTC)
    done = []
    for kind in kinds:
        before = now - kept_for(kind, settings)
        if dry_run:
            async with database.read() as connection:
                done.append(await _would_purge(connection, kind, kind.due(before)))
        else:
            done.append(await _purge(database, kind, before, now))
    if not dry_run:
        purge_rejected(settings.data_dir, now - timedelta(days=settings.transcript_days))
        if any(one.rows for one in done):
            await database.forget_deleted()
    return done


async def last_purges(database: Database) -> dict[str, LastPurge]:
    """What was found when each kind was purged last, by its id."""
    async with database.read() as connection:
        rows = await connection.execute(select(purges))
        return {row.kind: LastPurge(row.at, row.purged, row.purged_at, row.left, row.oldest) for row in rows}


def kept_for(kind: Kind, settings: Settings) -> timedelta:
    """How long that kind is kept."""
    settings_of_days = [name for name in (kind.setting, kind.no_longer_than) if name]
    return min((timedelta(days=getattr(settings, name)) for name in settings_of_days), default=kind.kept)


async def purge_daily(database: Database, settings: Settings) -> NoReturn:
    """Purge now and every day: a task of the service. An unavailable database is logged and tried again soon."""
    while True:
        try:
            counts = [f"{one.kind.id} {one.rows}" for one in await purge(database, settings) if one.rows]
            logger.info("personal data purged: %s", ", ".join(counts) or "nothing was old enough")
            pause_s = PURGE_EVERY_S
        except DatabaseError as error:
            logger.error("personal data was not purged: %s", error)
            pause_s = PURGE_RETRY_S
        await asyncio.sleep(pause_s)


async def _would_purge(connection: AsyncConnection, kind: Kind, due: ColumnElement[bool]) -> Purged:
    rows, _ = (await connection.execute(_counted(kind, due))).one()
    left, oldest = (await connection.execute(_counted(kind, kind.holds & ~due))).one()
    return Purged(kind, rows, left, oldest)


async def _purge(database: Database, kind: Kind, before: datetime, now: datetime) -> Purged:
    """Nobody who writes waits for more than a piece of it, or for what is left to be counted."""
    rows = await purge_rows(database, kind, before)
    async with database.read() as connection:
        left, oldest = (await connection.execute(_counted(kind, kind.holds))).one()
    purged = Purged(kind, rows, left, oldest)
    async with database.begin() as connection:
        if rows:
            await note(connection, now, "callbot", kind.action, f"{rows} {kind.unit}")
        await _remember(connection, purged, now)
    return purged


async def _remember(connection: AsyncConnection, purged: Purged, now: datetime) -> None:
    same = purges.c.kind == purged.kind.id
    values = {"at": now, "left": purged.left, "oldest": purged.oldest}
    if purged.rows:
        values |= {"purged": purged.rows, "purged_at": now}
    known = await connection.execute(update(purges).where(same).values(values))
    if not known.rowcount:
        await connection.execute(insert(purges).values({"kind": purged.kind.id, "purged": 0, **values}))


def _counted(kind: Kind, which: ColumnElement[bool]) -> Select[int, Any]:
    """How many rows, and of when the oldest is."""
    of = kind.table if kind.at.table is kind.table else kind.table.join(calls)
    return select(func.count(), func.min(kind.at, type_=kind.at.type)).select_from(of).where(which)
