"""Personal data: callers' numbers become keyed hashes at the door, transcripts are purged, a caller's data can be had or erased."""

import asyncio
import hashlib
import hmac
import logging
import os
import secrets
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot import tables
from callbot.audit import note, purge_audit
from callbot.callbacks import purge_callbacks
from callbot.config import Settings
from callbot.database import Database
from callbot.errors import DatabaseError, SettingsError
from callbot.humans.desk_follow_ups import at_desk
from callbot.humans.queue_types import ON_LINE, Place
from callbot.messages import kept_messages, messages_of
from callbot.phone_numbers import normalise_number
from callbot.stats.aggregates import forget

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


async def purge_transcripts(
    database: Database, settings: Settings, *, now: datetime | None = None, dry_run: bool = False
) -> int:
    """Forget the words of calls older than transcript_days, comments included; the number of turns concerned. Raises DatabaseError."""
    now = now or datetime.now(UTC)
    old = select(tables.calls.c.id).where(
        tables.calls.c.started_at < now - timedelta(days=settings.transcript_days)
    )
    due = tables.turns.c.transcript.is_not(None) & tables.turns.c.call_id.in_(old)
    satisfaction = tables.satisfaction
    if dry_run:
        async with database.read() as connection:
            return await connection.scalar(select(func.count()).select_from(tables.turns).where(due)) or 0
    async with database.begin() as connection:
        commented = satisfaction.c.comment.is_not(None) & satisfaction.c.call_id.in_(old)
        await connection.execute(update(satisfaction).where(commented).values(comment=None))
        result = await connection.execute(update(tables.turns).where(due).values(transcript=None))
        if result.rowcount:
            await note(connection, now, "callbot", "transcripts purged", f"{result.rowcount} turns")
    if result.rowcount:
        await database.forget_deleted()
    return result.rowcount


async def purge_daily(database: Database, settings: Settings) -> NoReturn:
    """Purge now and every day: a task of the service. An unavailable database is logged and tried again soon."""
    while True:
        try:
            purged = await purge_transcripts(database, settings)
            logger.info("transcripts purged: %d", purged)
            forgotten = await purge_callbacks(database, settings)
            logger.info("call-back requests purged: %d", forgotten)
            spoken = await kept_messages(database, settings).purge(
                settings.message_days, settings.transcript_days
            )
            logger.info("messages purged: %d", spoken)
            lines = await purge_audit(database, settings.audit_days, datetime.now(UTC))
            logger.info("lines of the journal purged: %d", lines)
            pause_s = PURGE_EVERY_S
        except DatabaseError as error:
            logger.error("transcripts were not purged: %s", error)
            pause_s = PURGE_RETRY_S
        await asyncio.sleep(pause_s)


async def export_caller(database: Database, caller_hash: str, number: str = "") -> dict[str, Any]:
    """Everything kept of a caller, JSON types only: `calls`, `callbacks`, `messages`, `queue` and `desk`.

    Each call has its `turns`, `events` and `satisfaction`, each of `callbacks` has its `tries`.
    `number`: theirs as well, which other calls may have asked to be called back at.
    Raises DatabaseError.
    """
    whose = tables.calls.c.caller_hash == caller_hash
    async with database.read() as connection:
        calls = await connection.execute(
            select(tables.calls).where(whose).order_by(tables.calls.c.started_at)
        )
        exported = {
            row.id: _plain(row._mapping) | {"turns": [], "events": [], "satisfaction": []} for row in calls
        }
        for table, order in (
            (tables.turns, tables.turns.c.number),
            (tables.events, tables.events.c.seq),
            (tables.satisfaction, tables.satisfaction.c.call_id),
        ):
            rows = select(table).join(tables.calls).where(whose).order_by(order)
            for row in await connection.execute(rows):
                exported[row.call_id][table.name].append(_plain(row._mapping))
        wanted = select(tables.callbacks).where(_callbacks_of(caller_hash, number))
        asked = await connection.execute(wanted.order_by(tables.callbacks.c.asked_at))
        callbacks = [_plain(row._mapping) | {"tries": []} for row in asked]
        by_id = {one["id"]: one["tries"] for one in callbacks}
        tries = tables.callback_tries
        made = select(tries).where(tries.c.callback_id.in_(by_id)).order_by(tries.c.number)
        for row in await connection.execute(made):
            by_id[row.callback_id].append(_plain(row._mapping))
        left = select(tables.messages).where(messages_of(caller_hash, number)).order_by(tables.messages.c.id)
        messages = [_plain(row._mapping) for row in await connection.execute(left)]
        places = (
            select(tables.queue_entries).where(_places_of(caller_hash)).order_by(tables.queue_entries.c.id)
        )
        queue = [_plain(row._mapping) for row in await connection.execute(places)]
        desk = {
            table.name: [_plain(row._mapping) for row in await connection.execute(select(table).where(of))]
            for table, of in at_desk(caller_hash)
        }
    told = list(exported.values())
    return {
        "caller_hash": caller_hash,
        "calls": told,
        "callbacks": callbacks,
        "messages": messages,
        "queue": queue,
        "desk": desk,
    }


def _callbacks_of(caller_hash: str, number: str) -> ColumnElement[bool]:
    """Requests of the caller's own calls, and those of anybody's that name their number."""
    own = select(tables.calls.c.id).where(tables.calls.c.caller_hash == caller_hash)
    of_call = tables.callbacks.c.call_id.in_(own)
    normal = normalise_number(number)
    return of_call | (tables.callbacks.c.number == normal) if normal else of_call


def _places_of(caller_hash: str) -> ColumnElement[bool]:
    """Places in the queue: those that are kept for the number, and those of calls that are known to be the caller's."""
    table = tables.queue_entries
    own = select(tables.calls.c.id).where(tables.calls.c.caller_hash == caller_hash)
    return (table.c.caller_hash == caller_hash) | table.c.call_id.in_(own)


async def _erase_places(connection: AsyncConnection, caller_hash: str) -> None:
    """The place of who is on the line just now stays, without the hash: it goes with the others after a day."""
    table = tables.queue_entries
    on_line = table.c.place.in_([place.value for place in (*ON_LINE, Place.CALLING_BACK)])
    whose = _places_of(caller_hash)
    await connection.execute(update(table).where(whose & on_line).values(caller_hash=None))
    await connection.execute(delete(table).where(whose & ~on_line))


async def erase_caller(
    database: Database, caller_hash: str, number: str = "", *, now: datetime | None = None, actor: str
) -> int:
    """Erase everything kept of a caller, call-back requests to `number` too; the number of calls erased. Raises DatabaseError.

    Recordings of messages go with `Messages.erase`, or with the keeper's next look.
    """
    whose: ColumnElement[bool] = tables.calls.c.caller_hash == caller_hash
    async with database.begin() as connection:
        await forget(connection, whose)
        await connection.execute(delete(tables.callbacks).where(_callbacks_of(caller_hash, number)))
        await connection.execute(delete(tables.messages).where(messages_of(caller_hash, number)))
        await _erase_places(connection, caller_hash)
        for table, of in at_desk(caller_hash):
            await connection.execute(delete(table).where(of))
        result = await connection.execute(delete(tables.calls).where(whose))
        await note(connection, now or datetime.now(UTC), actor, "caller erased", f"{result.rowcount} calls")
    await database.forget_deleted()
    return result.rowcount


def _plain(row: Any) -> dict[str, Any]:
    return {name: _plain_value(value) for name, value in row.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if hasattr(value, "isoformat") else value
