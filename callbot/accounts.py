"""Accounts of the people who use the pages: names, roles, Argon2 password hashes; their sessions are in account_sessions.py."""

import asyncio
import os
import re
import secrets
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot import tables
from callbot.account_sessions import Sessions, close_all
from callbot.audit import note as note  # noqa: PLC0414 (other modules know it by this place)
from callbot.config import Settings
from callbot.database import Database
from callbot.errors import CallbotError
from callbot.throttle import Throttle

PASSWORD_MIN = 12
PASSWORD_MAX = 1024
DIFFERENT_MIN = 5
"""Characters of a password that differ from one another."""
NAME_WORTH = 4
"""Letters from which on a name inside a password is one too many."""
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
    temporary: bool = False
    """The password was given by somebody else: it must be changed before anything else."""
    by_provider: bool = False
    """Signs in at the identity provider, and has no password here."""


class Wrong(StrEnum):
    """What is wrong with a request about an account."""

    NAME = "name"
    TAKEN = "taken"
    LENGTH = "length"
    WEAK = "weak"
    SAME = "same"
    PASSWORD = "password"  # noqa: S105 (a kind of fault)
    UNKNOWN = "unknown"
    LAST = "last"


class AccountError(CallbotError):
    """An account cannot be made, changed or removed as asked; `wrong` says why."""

    def __init__(self, wrong: Wrong, line: str) -> None:
        super().__init__(line)
        self.wrong = wrong


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
        self._settings = settings
        self.sessions = Sessions(database, settings, now)
        self._now = now
        self._clock_s = clock_s
        self._throttle = Throttle()
        self._hashing = asyncio.Semaphore(HASHES_AT_ONCE)
        self._nobody = ""

    async def add(
        self, name: str, password: str, role: Role, *, actor: str, temporary: bool = False
    ) -> Account:
        """Create an account. Raises AccountError when the name is taken or not fit, or the password too short or too plain."""
        checked = _checked_name(name)
        hashed = await self._hash(_checked_password(password, checked))
        try:
            async with self._database.begin() as connection:
                account = await _insert(connection, checked, hashed, role, self._now(), temporary=temporary)
                await note(connection, self._now(), actor, "account added", f"{checked} ({role})")
        except IntegrityError:
            raise AccountError(Wrong.TAKEN, f"there is already an account '{checked}'") from None
        return account

    async def remove(self, name: str, *, actor: str) -> None:
        """Remove an account and its sessions. Raises AccountError when there is none, or it is the last administrator."""
        async with self._database.begin() as connection:
            row = await _found(connection, name)
            await _not_the_last(connection, row)
            await connection.execute(delete(tables.accounts).where(tables.accounts.c.id == row.id))
            await note(connection, self._now(), actor, "account removed", row.name)

    async def change_role(self, name: str, role: Role, *, actor: str) -> None:
        """Give another role, from the next request on. Raises AccountError as `remove` does."""
        async with self._database.begin() as connection:
            row = await _found(connection, name)
            if row.role == role:
                return
            await _not_the_last(connection, row)
            await _update(connection, row.id, role=role.value)
            await note(connection, self._now(), actor, "role changed", f"{row.name}: {row.role} to {role}")

    async def reset_password(self, name: str, password: str, *, actor: str) -> None:
        """Give a password that its owner must change, and end all their sessions. Raises AccountError."""
        hashed = await self._hash(_checked_password(password, _canonical(name)))
        async with self._database.begin() as connection:
            row = await _found(connection, name)
            await _update(connection, row.id, password_hash=hashed, temporary=True)
            await close_all(connection, row.id)
            await note(connection, self._now(), actor, "password reset", row.name)

    async def change_password(
        self, account: Account, current: str, password: str, *, address: str, keep: str = ""
    ) -> None:
        """Its owner's own change: ends their other sessions, all but the one of the token `keep`.

        `address` is where they are, for `current` may be guessed here too. Raises AccountError and TooManyAttempts.
        """
        if await self.verify(account.name, current, address) is None:
            raise AccountError(Wrong.PASSWORD, "the current password is wrong")
        checked = _checked_password(password, account.name)
        if checked == _normal(current):
            raise AccountError(Wrong.SAME, "the new password is the current one")
        hashed = await self._hash(checked)
        async with self._database.begin() as connection:
            await _update(connection, account.id, password_hash=hashed, temporary=False)
            await close_all(connection, account.id, but=keep)
            await note(connection, self._now(), account.name, "password changed", account.name)
        if account.name == FIRST_NAME:
            await asyncio.to_thread((self._settings.data_dir / FIRST_PASSWORD_FILE).unlink, missing_ok=True)

    async def sign_out_everywhere(self, name: str, *, actor: str) -> int:
        """End all sessions of an account; how many there were. Raises AccountError when there is no such account."""
        async with self._database.begin() as connection:
            row = await _found(connection, name)
            closed = await close_all(connection, row.id)
            await note(connection, self._now(), actor, "signed out everywhere", row.name)
        return closed

    async def all(self) -> list[Account]:
        """Every account, by name."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(tables.accounts).order_by(tables.accounts.c.name))
            return [_account(row) for row in rows]

    async def from_provider(self, subject: str, name: str, role: Role) -> Account:
        """The account of who signed in at the identity provider as `subject`, made now, or its role set, as the provider has it.

        Raises AccountError when a new one's name is not fit, or belongs to somebody else: an account with a password is never taken over.
        """
        async with self._database.begin() as connection:
            statement = select(tables.accounts).where(tables.accounts.c.subject == subject)
            row = (await connection.execute(statement)).one_or_none()
            if row is None:
                return await self._provided(connection, subject, _checked_name(name), role)
            if row.role != role:
                await _update(connection, row.id, role=role.value)
                detail = f"{row.name}: {row.role} to {role}"
                await note(connection, self._now(), "identity provider", "role changed", detail)
            return replace(_account(row), role=role)

    async def _provided(self, connection: AsyncConnection, subject: str, name: str, role: Role) -> Account:
        if (await connection.execute(_by_name(name))).one_or_none() is not None:
            raise AccountError(Wrong.TAKEN, f"there is already an account '{name}'")
        account = await _insert(connection, name, "", role, self._now(), subject=subject)
        await note(connection, self._now(), "identity provider", "account added", f"{name} ({role})")
        return account

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
        hashed = (row.password_hash if row else "") or await self._nobody_hash()
        matches = await self._matches(hashed, password)
        if row is None or not matches:
            return None
        self._throttle.succeeded(wanted, address)
        if self._hasher.check_needs_rehash(row.password_hash):
            await self._rehash(row.id, password)
        return _account(row)

    async def open_session(self, account: Account) -> str:
        """A token for the cookie of `account`, good for `session_hours`."""
        return await self.sessions.open(account.id)

    async def account_for(self, token: str) -> Account | None:
        """Whose session this is, which is thereby in use; None when it is unknown, closed or over."""
        row = await self.sessions.account_row(token)
        return _account(row) if row else None

    async def close_session(self, token: str) -> None:
        """End a session; one that is unknown is no error."""
        await self.sessions.close(token)

    async def add_first(self, folder: Path) -> tuple[str, str] | None:
        """Where there is no administrator: create `admin`, leave its password in `folder`, return (name, password)."""
        if any(account.role == Role.ADMINISTRATOR for account in await self.all()):
            return None
        password = readable_password()
        hashed = await self._hash(password)
        try:
            async with self._database.begin() as connection:
                if await _administrators(connection):
                    return None
                await _insert(connection, FIRST_NAME, hashed, Role.ADMINISTRATOR, self._now(), temporary=True)
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
            await _update(connection, account_id, password_hash=hashed)


async def ensure_first_account(database: Database, settings: Settings) -> tuple[str, str] | None:
    """On a database without an administrator create `admin`; (name, password), also left in data_dir/first-password.txt, else None."""
    return await Accounts(database, settings).add_first(settings.data_dir)


def readable_password() -> str:
    """A new password that can be read out: four groups of four, 79 bits."""
    return "-".join("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(4))


async def _insert(
    connection: AsyncConnection,
    name: str,
    hashed: str,
    role: Role,
    now: datetime,
    *,
    temporary: bool = False,
    subject: str | None = None,
) -> Account:
    statement = insert(tables.accounts).values(
        name=name,
        role=role.value,
        password_hash=hashed,
        created_at=now,
        temporary=temporary,
        subject=subject,
    )
    result = await connection.execute(statement.returning(tables.accounts.c.id))
    return Account(result.scalar_one(), name, role, temporary, by_provider=not hashed)


async def _update(connection: AsyncConnection, account_id: int, **values: object) -> None:
    await connection.execute(
        update(tables.accounts).where(tables.accounts.c.id == account_id).values(**values)
    )


async def _found(connection: AsyncConnection, name: str) -> Any:
    """The row of the account of that name. Raises AccountError."""
    wanted = _canonical(name)
    row = (await connection.execute(_by_name(wanted))).one_or_none()
    if row is None:
        raise AccountError(Wrong.UNKNOWN, f"there is no account '{wanted}'")
    return row


async def _not_the_last(connection: AsyncConnection, row: Any) -> None:
    if row.role == Role.ADMINISTRATOR and await _administrators(connection) == 1:
        raise AccountError(Wrong.LAST, f"'{row.name}' is the last administrator: add another one first")


async def _administrators(connection: AsyncConnection) -> int:
    statement = select(tables.accounts.c.id).where(tables.accounts.c.role == Role.ADMINISTRATOR.value)
    return len((await connection.execute(statement.with_for_update())).all())


def _by_name(name: str) -> Select[Any]:
    return select(tables.accounts).where(tables.accounts.c.name == name)


def _account(row: Any) -> Account:
    return Account(row.id, row.name, Role(row.role), row.temporary, by_provider=not row.password_hash)


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
            Wrong.NAME,
            f"'{name}' is not a name: 2 to 64 letters, digits and . _ @ -, beginning with a letter or digit",
        )
    return canonical


def _checked_password(password: str, name: str) -> str:
    normal = _normal(password)
    if not PASSWORD_MIN <= len(normal) <= PASSWORD_MAX:
        raise AccountError(
            Wrong.LENGTH,
            f"the password has {len(normal)} characters: it needs {PASSWORD_MIN} to {PASSWORD_MAX}",
        )
    plain = normal.lower()
    if len(set(plain)) < DIFFERENT_MIN or (len(name) >= NAME_WORTH and name in plain):
        raise AccountError(Wrong.WEAK, "the password is too plain: it repeats itself, or holds the name")
    return normal


def _write_private(path: Path, line: str) -> None:
    """Replace `path` by a file of one line that only its owner can read."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(line + "\n")
