"""Accounts of the people who use the pages: names, roles, Argon2 password hashes and server-side sessions."""

import asyncio
import hashlib
import os
import re
import secrets
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot import tables
from callbot.config import Settings
from callbot.database import Database
from callbot.errors import CallbotError
from callbot.throttle import Throttle

PASSWORD_MIN = 12
PASSWORD_MAX = 1024
HASHES_AT_ONCE = 2
"""Argon2 takes 64 MiB and a core for each: a flood of sign-ins waits its turn instead of taking the machine."""

NAME_MAX = 64
NAME = re.compile(rf"[^\W_][\w.@-]{{1,{NAME_MAX - 1}}}")
FIRST_NAME = "admin"
FIRST_PASSWORD_FILE = "first-password.txt"  # noqa: S105 (the name of a file)
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that cannot be taken for one another; four groups of four of them are 79 bits."""


class Role(StrEnum):
    """What a person may do, widest first."""

    ADMINISTRATOR = "administrator"
    MANAGER = "manager"
    SUPERVISOR = "supervisor"
    RECEPTIONIST = "receptionist"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in. `name` is in lower case."""

    id: int
    name: str
    role: Role


class AccountError(CallbotError):
    """An account cannot be made, changed or removed as asked."""


class TooManyAttempts(CallbotError):  # noqa: N818 (named for what happened)
    """Sign-in is closed for a while for this name or address."""

    def __init__(self, retry_after_s: float) -> None:
        super().__init__(f"too many attempts to sign in: try again in {retry_after_s:.0f} s")
        self.retry_after_s = retry_after_s


class Accounts:
    """The accounts of one database. Every method raises DatabaseError when it is unavailable."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        hasher: PasswordHasher | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._hasher = hasher or PasswordHasher()
        self._session = timedelta(hours=settings.session_hours)
        self._now = now
        self._clock_s = clock_s
        self._throttle = Throttle()
        self._hashing = asyncio.Semaphore(HASHES_AT_ONCE)
        self._nobody = ""

    async def add(self, name: str, password: str, role: Role, *, actor: str) -> Account:
        """Create an account. Raises AccountError when the name is taken or not fit, or the password too short."""
        checked = _checked_name(name)
        hashed = await self._hash(_checked_password(password))
        try:
            async with self._database.begin() as connection:
                account = await _insert(connection, checked, hashed, role, self._now())
                await note(connection, self._now(), actor, "account added", f"{checked} ({role})")
        except IntegrityError:
            raise AccountError(f"there is already an account '{checked}'") from None
        return account

    async def remove(self, name: str, *, actor: str) -> None:
        """Remove an account and its sessions. Raises AccountError when there is none, or it is the last administrator."""
        wanted = _canonical(name)
        async with self._database.begin() as connection:
            row = (await connection.execute(_by_name(wanted))).one_or_none()
            if row is None:
                raise AccountError(f"there is no account '{wanted}'")
            if row.role == Role.ADMINISTRATOR and await _administrators(connection) == 1:
                raise AccountError(f"'{wanted}' is the last administrator: add another one first")
            await connection.execute(delete(tables.accounts).where(tables.accounts.c.id == row.id))
            await note(connection, self._now(), actor, "account removed", wanted)

    async def all(self) -> list[Account]:
        """Every account, by name."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(tables.accounts).order_by(tables.accounts.c.name))
            return [_account(row) for row in rows]

    async def verify(self, name: str, password: str, address: str) -> Account | None:
        """The account whose name and password these are, or None; takes as long for a name that is not known.

        `address` is where the attempt comes from. Raises TooManyAttempts.
        """
        wanted = _canonical(name)
        wait_s = self._throttle.attempt(wanted, address, self._clock_s())
        if wait_s:
            raise TooManyAttempts(wait_s)
        async with self._database.read() as connection:
            row = (await connection.execute(_by_name(wanted))).one_or_none()
        matches = await self._matches(row.password_hash if row else await self._nobody_hash(), password)
        if row is None or not matches:
            return None
        self._throttle.succeeded(wanted, address)
        if self._hasher.check_needs_rehash(row.password_hash):
            await self._rehash(row.id, password)
        return _account(row)

    async def open_session(self, account: Account) -> str:
        """A token for the cookie of `account`, good for `session_hours`. Sessions that are over are forgotten."""
        token = secrets.token_urlsafe(32)
        now = self._now()
        async with self._database.begin() as connection:
            await connection.execute(delete(tables.sessions).where(tables.sessions.c.expires_at <= now))
            await connection.execute(
                insert(tables.sessions).values(
                    token_hash=_token_hash(token),
                    account_id=account.id,
                    created_at=now,
                    expires_at=now + self._session,
                )
            )
        return token

    async def account_for(self, token: str) -> Account | None:
        """Whose session this is, or None when it is unknown, closed or over."""
        statement = (
            select(tables.accounts)
            .join(tables.sessions)
            .where(tables.sessions.c.token_hash == _token_hash(token))
            .where(tables.sessions.c.expires_at > self._now())
        )
        async with self._database.read() as connection:
            row = (await connection.execute(statement)).one_or_none()
        return _account(row) if row else None

    async def close_session(self, token: str) -> None:
        """End a session; one that is unknown is no error."""
        async with self._database.begin() as connection:
            await connection.execute(
                delete(tables.sessions).where(tables.sessions.c.token_hash == _token_hash(token))
            )

    async def add_first(self, folder: Path) -> tuple[str, str] | None:
        """Where there is no administrator: create `admin`, leave its password in `folder`, return (name, password)."""
        if any(account.role == Role.ADMINISTRATOR for account in await self.all()):
            return None
        password = "-".join("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(4))
        hashed = await self._hash(password)
        try:
            async with self._database.begin() as connection:
                if await _administrators(connection):
                    return None
                await _insert(connection, FIRST_NAME, hashed, Role.ADMINISTRATOR, self._now())
                await note(connection, self._now(), "callbot", "account added", f"{FIRST_NAME} (first start)")
                await asyncio.to_thread(_write_private, folder / FIRST_PASSWORD_FILE, password)
        except IntegrityError:  # another machine was quicker, or somebody else is called so
            return None
        return FIRST_NAME, password

    async def _hash(self, password: str) -> str:
        async with self._hashing:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def _matches(self, hashed: str, password: str) -> bool:
        """Compare, at the same price whatever the answer."""
        async with self._hashing:
            return await asyncio.to_thread(_verify, self._hasher, hashed, _normal(password)[:PASSWORD_MAX])

    async def _nobody_hash(self) -> str:
        """A hash that no password has, made once, with the parameters of the day."""
        self._nobody = self._nobody or await self._hash(secrets.token_urlsafe(32))
        return self._nobody

    async def _rehash(self, account_id: int, password: str) -> None:
        hashed = await self._hash(_normal(password))
        async with self._database.begin() as connection:
            await connection.execute(
                update(tables.accounts).where(tables.accounts.c.id == account_id).values(password_hash=hashed)
            )


async def ensure_first_account(database: Database, settings: Settings) -> tuple[str, str] | None:
    """On a database without an administrator create `admin`; (name, password), also left in data_dir/first-password.txt, else None."""
    return await Accounts(database, settings).add_first(settings.data_dir)


async def note(connection: AsyncConnection, at: datetime, actor: str, action: str, detail: str) -> None:
    """Write one line of the audit trail in the transaction of what it tells. Never a number, never a transcript."""
    await connection.execute(insert(tables.audit).values(at=at, actor=actor, action=action, detail=detail))


async def _insert(connection: AsyncConnection, name: str, hashed: str, role: Role, now: datetime) -> Account:
    statement = insert(tables.accounts).values(
        name=name, role=role.value, password_hash=hashed, created_at=now
    )
    result = await connection.execute(statement.returning(tables.accounts.c.id))
    return Account(result.scalar_one(), name, role)


async def _administrators(connection: AsyncConnection) -> int:
    statement = select(tables.accounts.c.id).where(tables.accounts.c.role == Role.ADMINISTRATOR.value)
    return len((await connection.execute(statement.with_for_update())).all())


def _by_name(name: str) -> Select[Any]:
    return select(tables.accounts).where(tables.accounts.c.name == name)


def _account(row: Any) -> Account:
    return Account(row.id, row.name, Role(row.role))


def _verify(hasher: PasswordHasher, hashed: str, password: str) -> bool:
    try:
        return hasher.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


def _normal(text: str) -> str:
    """One form for what keyboards type in several (é as one sign or two)."""
    return unicodedata.normalize("NFKC", text)


def _canonical(name: str) -> str:
    """The name as it is stored; what is too long to be one is cut, so that nobody fills the throttle's memory."""
    return _normal(name).strip().lower()[: NAME_MAX + 1]


def _checked_name(name: str) -> str:
    canonical = _canonical(name)
    if not NAME.fullmatch(canonical):
        raise AccountError(
            f"'{name}' is not a name: 2 to 64 letters, digits and . _ @ -, beginning with a letter or digit"
        )
    return canonical


def _checked_password(password: str) -> str:
    normal = _normal(password)
    if not PASSWORD_MIN <= len(normal) <= PASSWORD_MAX:
        raise AccountError(
            f"the password has {len(normal)} characters: it needs {PASSWORD_MIN} to {PASSWORD_MAX}"
        )
    return normal


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _write_private(path: Path, line: str) -> None:
    """Replace `path` by a file of one line that only its owner can read."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(line + "\n")
