"""Sessions on the server: a token in the browser's cookie, its hash in the database.

They end after session_hours, when no page has been open for session_idle_minutes, at the sign-out, and all at once when somebody says so.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot import tables
from callbot.config import Settings
from callbot.database import Database

SEEN_EVERY = timedelta(minutes=1)
"""A session's last use is written no more often."""


@dataclass(frozen=True, slots=True)
class Sessions:
    """The sessions of one database. Every method raises DatabaseError when it is unavailable."""

    database: Database
    settings: Settings
    now: Callable[[], datetime]

    async def open(self, account_id: int) -> str:
        """A token for a new session of the account. Sessions that are over are forgotten."""
        token, now = secrets.token_urlsafe(32), self.now()
        async with self.database.begin(quick=True) as connection:
            await connection.execute(delete(tables.sessions).where(~self.good(now)))
            await connection.execute(
                insert(tables.sessions).values(
                    token_hash=_hash(token),
                    account_id=account_id,
                    created_at=now,
                    seen_at=now,
                    expires_at=now + timedelta(hours=self.settings.session_hours),
                )
            )
        return token

    async def account_row(self, token: str) -> Any | None:
        """The account's row of a good session, which is thereby in use; None for one that is unknown, closed or over."""
        now = self.now()
        statement = (
            select(tables.accounts, _last_use().label("last_use"))
            .join(tables.sessions)
            .where(tables.sessions.c.token_hash == _hash(token), self.good(now))
        )
        async with self.database.read() as connection:
            row = (await connection.execute(statement)).one_or_none()
        if row is not None and row.last_use < now - SEEN_EVERY:
            await self._seen(token, now)
        return row

    async def close(self, token: str) -> None:
        """End one; an unknown one is no error."""
        async with self.database.begin(quick=True) as connection:
            await connection.execute(
                delete(tables.sessions).where(tables.sessions.c.token_hash == _hash(token))
            )

    async def open_now(self) -> dict[int, int]:
        """How many good sessions each account has, by its id; accounts without are not in it."""
        column = tables.sessions.c.account_id
        statement = select(column, func.count()).where(self.good(self.now())).group_by(column)
        async with self.database.read() as connection:
            return {row[0]: row[1] for row in await connection.execute(statement)}

    async def _seen(self, token: str, now: datetime) -> None:
        async with self.database.begin(quick=True) as connection:
            await connection.execute(
                update(tables.sessions)
                .where(tables.sessions.c.token_hash == _hash(token))
                .values(seen_at=now)
            )

    def good(self, now: datetime) -> ColumnElement[bool]:
        """Of rows of `sessions`: neither over nor idle."""
        idle = timedelta(minutes=self.settings.session_idle_minutes)
        return (tables.sessions.c.expires_at > now) & (_last_use() > now - idle)


async def close_all(connection: AsyncConnection, account_id: int, *, but: str = "") -> int:
    """End every session of an account, except that of the token `but`; how many there were."""
    table = tables.sessions
    statement = delete(table).where(table.c.account_id == account_id)
    if but:
        statement = statement.where(table.c.token_hash != _hash(but))
    return (await connection.execute(statement)).rowcount


def _last_use() -> ColumnElement[datetime]:
    return func.coalesce(tables.sessions.c.seen_at, tables.sessions.c.created_at, type_=tables.UtcDateTime)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
