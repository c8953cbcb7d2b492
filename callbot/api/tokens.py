"""Tokens of the read API: shown once, kept as SHA-256; each has scopes, an end if wanted, and is noted in the journal."""

import hashlib
import re
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from callbot.audit import note
from callbot.database import Database
from callbot.errors import CallbotError
from callbot.tables import api_tokens

PREFIX = "callbot_"
"""Tokens begin with it, so that scanners of leaked secrets can know them."""
NAME = re.compile(r"[^\W_][\w .@-]{1,63}")
USED_EVERY = timedelta(minutes=1)
"""How often it is noted at most that a token is used."""


class Scope(StrEnum):
    """What a token may read."""

    FIGURES = "figures"
    CALLS = "calls"
    QUEUE = "queue"


class TokenError(CallbotError):
    """A token that cannot be made or is not there; the message says why."""


@dataclass(frozen=True, slots=True)
class ApiToken:
    """One token, without its secret. `expires_at` None: never; `used_at` None: not yet, to the minute."""

    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    used_at: datetime | None

    def is_good(self, at: datetime) -> bool:
        """Whether it still opens anything."""
        return self.expires_at is None or at < self.expires_at


class ApiTokens:
    """The tokens of one database. Every method raises DatabaseError when it is unavailable."""

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self.now = now

    async def add(self, name: str, scopes: Collection[Scope], days: int | None, *, actor: str) -> str:
        """Make one that ends after so many days (None: never); the token, which nobody can see again. Raises TokenError."""
        name = name.strip()
        if not NAME.fullmatch(name):
            raise TokenError(
                "a token's name has 2–64 letters, figures, spaces or . @ - _, and begins with a letter or figure"
            )
        if not scopes:
            raise TokenError("a token needs a scope: figures, calls or queue")
        token, now = PREFIX + secrets.token_urlsafe(32), self.now()
        values = {
            "name": name,
            "token_hash": _hash(token),
            "scopes": tuple(sorted(scopes)),
            "created_at": now,
            "created_by": actor,
            "expires_at": now + timedelta(days=days) if days else None,
        }
        try:
            async with self._database.begin() as connection:
                await connection.execute(insert(api_tokens).values(values))
                end = f"{days} days" if days else "no end"
                await note(
                    connection, now, actor, "token added", f"{name} ({', '.join(sorted(scopes))}; {end})"
                )
        except IntegrityError:
            raise TokenError(f"there is a token '{name}' already") from None
        return token

    async def all(self) -> list[ApiToken]:
        """Every token, by name."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(api_tokens).order_by(api_tokens.c.name))
            return [_token(row) for row in rows]

    async def remove(self, name: str, *, actor: str) -> None:
        """Take one away: it opens nothing from now on. Raises TokenError when there is none."""
        async with self._database.begin() as connection:
            gone = await connection.execute(delete(api_tokens).where(api_tokens.c.name == name))
            if not gone.rowcount:
                raise TokenError(f"there is no token '{name}'")
            await note(connection, self.now(), actor, "token removed", name)

    async def known(self, token: str) -> ApiToken | None:
        """Whose token it is, and that it is used; None: nobody's, or it has ended."""
        now = self.now()
        mine = api_tokens.c.token_hash == _hash(token)
        async with self._database.read() as connection:
            row = (await connection.execute(select(api_tokens).where(mine))).one_or_none()
        found = _token(row) if row else None
        if found is None or not found.is_good(now):
            return None
        if found.used_at is None or now - found.used_at >= USED_EVERY:
            async with self._database.begin() as connection:
                await connection.execute(update(api_tokens).where(mine).values(used_at=now))
        return found


def _token(row: Any) -> ApiToken:
    return ApiToken(row.name, row.scopes, row.created_at, row.created_by, row.expires_at, row.used_at)


def _hash(token: str) -> str:
    """Of 256 random bits a plain hash is enough: nobody can guess them."""
    return hashlib.sha256(token.encode()).hexdigest()
