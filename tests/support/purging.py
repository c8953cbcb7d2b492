"""Purging one kind of data."""

from datetime import datetime

from callbot.config import Settings
from callbot.database import Database
from callbot.kept import KINDS
from callbot.privacy import purge


async def purge_kind(
    database: Database, settings: Settings, kind: str, *, now: datetime, dry_run: bool = False
) -> int:
    """The rows purged, or that would be."""
    [wanted] = [one for one in KINDS if one.id == kind]
    [purged] = await purge(database, settings, now=now, dry_run=dry_run, kinds=[wanted])
    return purged.rows
