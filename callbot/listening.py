"""Who was sent the sound of which text, and listened to it: what must be heard before it is spoken to callers.

In the database, so that every machine knows it, and a restart forgets nothing. It counts for exactly the text that was sent.
"""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import delete, insert, update

from callbot.database import Database
from callbot.tables import listens

__all__ = ["Heard", "Listens"]


class Heard(StrEnum):
    """What is listened to."""

    MESSAGE = "message"
    """A message for all callers (announcements)."""
    ANSWER = "answer"
    """A version of an answer (knowledge_versions)."""


class Listens:
    """The marks of one database. Every method raises DatabaseError when it is unavailable."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._clock = clock

    async def sent(self, what: Heard, number: int, text: str, *, to: str) -> None:
        """`to`, an account's name, was sent the sound of `text`; `number`: of the message or version."""
        mark = {"what": what.value, "number": number, "account": to}
        table = listens.c
        mine = (table.what == what.value) & (table.number == number) & (table.account == to)
        async with self._database.begin() as connection:
            await connection.execute(delete(listens).where(mine))
            await connection.execute(
                insert(listens).values(mark | {"text_hash": _hash(text), "sent_at": self._clock()})
            )

    async def heard(self, what: Heard, number: int, text: str, *, by: str) -> bool:
        """They have listened to the whole of it. False: they were not sent the sound of this text."""
        table = listens.c
        mine = (table.what == what.value) & (table.number == number) & (table.account == by)
        same = mine & (table.text_hash == _hash(text))
        async with self._database.begin() as connection:
            marked = await connection.execute(update(listens).where(same).values(heard_at=self._clock()))
        return marked.rowcount > 0


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
