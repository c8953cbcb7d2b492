"""The lot by which callers are chosen to be asked how satisfied they are: chance and what is stored, outside the dialogue."""

import asyncio
import logging
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import exists, select

from callbot import tables
from callbot.config import Settings
from callbot.database import Database
from callbot.dialogue.satisfaction_table import Drawn
from callbot.errors import DatabaseError
from callbot.privacy import pseudonym, pseudonym_key

__all__ = ["draw_lot"]

LOOK_UP_S = 0.3
"""A caller who was chosen is picked up no later than this for it; without an answer from the database they are not asked."""

logger = logging.getLogger(__name__)


async def draw_lot(
    settings: Settings,
    database: Database,
    caller: str,
    *,
    lot: Callable[[], float] = random.random,
    now: datetime | None = None,
) -> Drawn | None:
    """Whether who calls by that number, which may be hidden, is asked at the end of a good call. `lot` gives 0 up to 1."""
    if lot() >= settings.satisfaction_share:
        return None
    since = (now or datetime.now(UTC)) - timedelta(days=settings.satisfaction_again_days)
    caller_hash = pseudonym(pseudonym_key(settings), caller)
    try:
        async with asyncio.timeout(LOOK_UP_S):
            if caller_hash and await _asked_since(database, caller_hash, since):
                return None
    except (DatabaseError, TimeoutError):
        logger.warning(
            "it cannot be looked up whether a caller was asked how satisfied they are: they are not"
        )
        return None
    comments = settings.satisfaction_comment_up_to if settings.transcript_days else 0
    return Drawn(comment_up_to=comments)


async def _asked_since(database: Database, caller_hash: str, since: datetime) -> bool:
    calls, asked = tables.calls, tables.satisfaction
    theirs = (calls.c.caller_hash == caller_hash) & (asked.c.asked_at >= since)
    async with database.read() as connection:
        return bool(await connection.scalar(select(exists().where(asked.c.call_id == calls.c.id, theirs))))
