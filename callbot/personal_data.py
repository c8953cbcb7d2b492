"""Personal data as an administrator sees to it, for the pages: what is kept and how long, one caller's data had or erased."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from callbot.audit import note
from callbot.caller_data import Found, erase_caller, export_caller, find_caller
from callbot.config import Settings
from callbot.database import Database
from callbot.kept import KINDS, Kind
from callbot.messages import kept_messages
from callbot.privacy import LastPurge, kept_for, last_purges, pseudonym, pseudonym_key, purge
from callbot.stats.storage import spill


class NotANumberError(ValueError):
    """What was given is no telephone number."""


@dataclass(frozen=True, slots=True)
class KeptKind:
    """A kind of data: for how many days, and what was found when it was purged last; None: it never was."""

    kind: Kind
    days: int
    last: LastPurge | None


class PersonalData:
    """That of one database. Every method raises DatabaseError when it is unavailable."""

    def __init__(
        self, database: Database, settings: Settings, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._database = database
        self._settings = settings
        self._now = now

    async def kinds(self) -> list[KeptKind]:
        """Every kind of data, with what the last purge left of it."""
        last = await last_purges(self._database)
        return [KeptKind(kind, kept_for(kind, self._settings).days, last.get(kind.id)) for kind in KINDS]

    async def purge(self, actor: str) -> int:
        """Purge at once what is due; how many rows."""
        now = self._now()
        rows = sum(one.rows for one in await purge(self._database, self._settings, now=now))
        async with self._database.begin() as connection:
            await note(connection, now, actor, "purge run", f"{rows} rows")
        return rows

    async def find(self, number: str, actor: str) -> list[Found]:
        """How much each table has of whoever calls with that number; noted. Raises NotANumberError."""
        return await find_caller(self._database, self._hash(number), number, actor=actor)

    async def export(self, number: str, actor: str) -> dict[str, Any]:
        """Everything of theirs, JSON types only; noted. Raises NotANumberError."""
        return await export_caller(
            self._database, self._hash(number), number, waiting=spill(self._settings), actor=actor
        )

    async def erase(self, number: str, actor: str) -> int:
        """Erase it all; how many calls; noted. Raises NotANumberError."""
        hashed = self._hash(number)
        await kept_messages(self._database, self._settings).erase(hashed, number)
        return await erase_caller(self._database, hashed, number, actor=actor, waiting=spill(self._settings))

    def _hash(self, number: str) -> str:
        hashed = pseudonym(pseudonym_key(self._settings), number)
        if hashed is None:
            raise NotANumberError
        return hashed
