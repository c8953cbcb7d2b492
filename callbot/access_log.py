"""Who looked at which call's data, and when: reads as well as exports and erasures. Kept access_days; read by administrators.

A line never holds a number, a name or what somebody said: the call's id, which the erasure of a caller makes mean nothing.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Select, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot.database import Database
from callbot.stats.days import bounds_of
from callbot.tables import accesses

PAGE = 50
"""Lines of a page."""
AGAIN = timedelta(hours=1)
"""Somebody who looks at the same thing again within that time is one line."""
MOST_REMEMBERED = 20_000


class Looked(StrEnum):
    """What was looked at, or done with it."""

    CALL = "call"
    """A call's turns: times and subjects, no words."""
    CALLBACK = "callback"
    """A call-back request: name, place, what was said."""
    NUMBER = "number"
    """The number of one."""
    CARD = "card"
    """A caller at the desk: who calls, what was said."""
    MESSAGE = "message"
    """A message that a caller left."""
    WORDS = "words"
    """What a caller said, redacted, outside of the desk."""
    SEARCH = "search"
    """Whether there is anything of a number."""
    EXPORT = "export"
    ERASURE = "erasure"


@dataclass(frozen=True, slots=True)
class Access:
    """One line: who, what, when (aware, UTC). `call_id` is empty where it was of no one call."""

    id: int
    at: datetime
    actor: str
    looked: str
    call_id: str
    detail: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines; empty: all. `day` is one of metropolitan France; `before`: an id, for the page after."""

    actor: str = ""
    call_id: str = ""
    day: date | None = None
    before: int | None = None


async def note_access(
    connection: AsyncConnection,
    at: datetime,
    actor: str,
    looked: Looked,
    call_ids: Collection[str],
    *,
    detail: str = "",
) -> None:
    """A line for each call in the transaction of what it tells; one without a call where there is none."""
    rows = [
        {"at": at, "actor": actor, "looked": looked.value, "call_id": call_id, "detail": detail}
        for call_id in call_ids or ("",)
    ]
    await connection.execute(insert(accesses), rows)


class AccessLog:
    """The log of one database. Every method raises DatabaseError when it is unavailable: who cannot be noted does not see."""

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._now = now
        self._noted: OrderedDict[tuple[str, Looked, str], datetime] = OrderedDict()

    async def looked(self, actor: str, looked: Looked, call_ids: Collection[str], detail: str = "") -> None:
        """Note that `actor` sees this of those calls, once an hour at most; nothing where there are none."""
        now = self._now()
        new = [call_id for call_id in dict.fromkeys(call_ids) if self._is_new((actor, looked, call_id), now)]
        if not new:
            return
        async with self._database.begin(quick=True) as connection:
            await note_access(connection, now, actor, looked, new, detail=detail)
        for call_id in new:
            self._noted[actor, looked, call_id] = now
        while len(self._noted) > MOST_REMEMBERED:
            self._noted.popitem(last=False)

    async def lines(self, wanted: Wanted, limit: int = PAGE) -> list[Access]:
        """The newest lines that are wanted, newest first."""
        async with self._database.read() as connection:
            rows = await connection.execute(_select(wanted).limit(limit))
            return [Access(row.id, row.at, row.actor, row.looked, row.call_id, row.detail) for row in rows]

    async def actors(self) -> list[str]:
        """Everybody who has looked at something."""
        column = accesses.c.actor
        async with self._database.read() as connection:
            return list(await connection.scalars(select(column).distinct().order_by(column)))

    def _is_new(self, key: tuple[str, Looked, str], now: datetime) -> bool:
        noted = self._noted.get(key)
        return noted is None or now - noted >= AGAIN


def _select(wanted: Wanted) -> Select[tuple[int, datetime, str, str, str, str]]:
    statement = select(accesses).order_by(accesses.c.id.desc())
    if wanted.actor:
        statement = statement.where(accesses.c.actor == wanted.actor)
    if wanted.call_id:
        statement = statement.where(accesses.c.call_id == wanted.call_id)
    if wanted.day:
        begin, end = bounds_of(wanted.day)
        statement = statement.where(accesses.c.at >= begin, accesses.c.at < end)
    if wanted.before is not None:
        statement = statement.where(accesses.c.id < wanted.before)
    return statement
