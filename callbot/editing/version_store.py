"""Versions of entries in the database: written, submitted, listened to, decided; each step a line of the journal.

Approvals are numbered (`edition`) under a lock, so that every machine brings the same state into force in the same order.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot.audit import note
from callbot.database import Database
from callbot.editing.versions import (
    FILE_VERSION,
    OPEN,
    Published,
    Step,
    StepError,
    Version,
    VersionState,
    step,
    suspended,
    validated,
)
from callbot.knowledge.entries import Entry
from callbot.listening import Listens
from callbot.tables import knowledge_editions, knowledge_machines, knowledge_versions

__all__ = ["Machine", "VersionStore"]

ALIVE = timedelta(minutes=3)
"""A machine that has told nothing for so long is not waited for."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What a machine has in service: up to which approval, and why it has not gone further, if it could not."""

    name: str
    edition: int
    problem: str
    seen_at: datetime


class VersionStore:
    """The edits of one database. `today`: of metropolitan France. Every method raises DatabaseError when it is unavailable."""

    def __init__(
        self,
        database: Database,
        today: Callable[[], date],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._today = today
        self._clock = clock
        self.listens = Listens(database, clock)

    # -- reading ---------------------------------------------------------------------------------------------------

    async def edition(self) -> int:
        """The number of the last approval; 0: there was none."""
        async with self._database.read() as connection:
            return await connection.scalar(select(func.max(knowledge_editions.c.number))) or 0

    async def published(self) -> Published:
        """What is in force."""
        t = knowledge_versions
        async with self._database.read() as connection:
            rows = await connection.execute(select(t).where(t.c.edition.is_not(None)))
            return Published.of(map(_version, rows))

    async def open(self) -> list[Version]:
        """Drafts, and what waits for a second person, the latest first."""
        t = knowledge_versions
        wanted = select(t).where(t.c.state.in_(OPEN)).order_by(t.c.written_at.desc())
        async with self._database.read() as connection:
            return [_version(row) for row in await connection.execute(wanted)]

    async def history(self, language: str, entry_id: str) -> list[Version]:
        """All versions of an entry, the newest first."""
        t = knowledge_versions
        mine = (t.c.language == language) & (t.c.entry_id == entry_id)
        async with self._database.read() as connection:
            rows = await connection.execute(select(t).where(mine).order_by(t.c.number.desc()))
            return [_version(row) for row in rows]

    async def version(self, number: int) -> Version:
        """The version of that id. Raises StepError when there is none."""
        async with self._database.read() as connection:
            return await _one(connection, number)

    # -- writing ---------------------------------------------------------------------------------------------------

    async def write(
        self,
        language: str,
        entry: Entry,
        *,
        author: str,
        reason: str = "",
        group_id: int | None = None,
        drafted_with: str = "",
    ) -> Version:
        """Keep a draft of an entry: a new one, or in place of the one that is being worked on; who has listened must listen again."""
        content = entry.model_copy(update={"author": author, "validator": "", "validated_on": None})
        values: dict[str, Any] = {
            "state": VersionState.DRAFT,
            "content": content.model_dump(mode="json"),
            "written_at": self._clock(),
            "reason": reason,
            "heard_by": (),
            "remark": "",
        }
        more = {"group_id": group_id, "drafted_with": drafted_with}
        async with self._database.begin() as connection:
            there = await self._open_of(connection, language, entry.id)
            if there is None:
                made = values | more | {"authors": (author,)}
                number = await self._insert(connection, language, entry.id, made)
            else:
                step(there, Step.EDIT, author)
                authors = tuple(dict.fromkeys((*there.authors, author)))
                kept = {name: value for name, value in more.items() if value}
                number = there.id
                await _change(connection, number, **values, **kept, authors=authors)
            await self._note(connection, author, "answer edited", f"{entry.id} ({language})")
            return await _one(connection, number)

    async def submit(self, number: int, *, person: str) -> Version:
        """Ready for a second person. Raises StepError."""
        return await self._step(number, Step.SUBMIT, person, "answer submitted")

    async def give_back(self, number: int, remark: str, *, person: str) -> Version:
        """To be changed, for the reason in `remark`. Raises StepError."""
        return await self._step(number, Step.RETURN, person, "answer given back", remark=remark)

    async def discard(self, number: int, *, person: str) -> Version:
        """Throw a draft away. Raises StepError."""
        return await self._step(number, Step.DISCARD, person, "draft discarded")

    async def heard(self, number: int, *, person: str) -> Version:
        """`person` has listened to the whole answer. Raises StepError."""
        async with self._database.begin() as connection:
            version = await _one(connection, number)
            heard = tuple(dict.fromkeys((*version.heard_by, person)))
            await _change(connection, number, heard_by=heard)
            return replace(version, heard_by=heard)

    async def approve(self, number: int, *, person: str) -> Version:
        """In force from now on: machines follow within seconds. Raises StepError, also for an author of it and for who has not listened."""
        async with self._database.begin() as connection:
            version = await _one(connection, number)
            after = step(version, Step.APPROVE, person)
            entry = validated(version.entry, person, self._today())
            edition = await self._edition(connection)
            await _change(
                connection,
                number,
                state=after,
                content=entry.model_dump(mode="json"),
                decided_by=person,
                decided_at=self._clock(),
                edition=edition,
            )
            await self._note(
                connection, person, "answer approved", f"{version.entry_id} ({version.language})"
            )
            return await _one(connection, number)

    async def restore(
        self, language: str, entry: Entry, number: int, *, person: str, reason: str = ""
    ) -> Version:
        """Bring back what version `number` (0: the file's) said, as it was validated then; in force at once. Raises StepError.

        `entry`: its content, for the file's; of another version it is read again here.
        """
        async with self._database.begin() as connection:
            content = entry
            if number != FILE_VERSION:
                content = (await self._numbered(connection, language, entry.id, number)).entry
            if not content.may_be_spoken(self._today()):
                raise StepError(f"version {number} of {entry.id} has expired, or was never approved")
            return await self._in_force(
                connection, language, content, person, "answer restored", reason=reason, restores=number
            )

    async def suspend(self, language: str, entry: Entry, *, person: str, reason: str) -> Version:
        """Speak it no more, from now on; callers who ask for it go to a person. Nobody else has to agree: silence does no harm."""
        async with self._database.begin() as connection:
            content = suspended(entry, self._today())
            return await self._in_force(
                connection, language, content, person, "answer suspended", reason=reason
            )

    # -- machines --------------------------------------------------------------------------------------------------

    async def tell(self, machine: str, edition: int, problem: str = "") -> None:
        """This machine has that edition in service; `problem`: why not the next one."""
        t = knowledge_machines
        values = {"edition": edition, "problem": problem[:500], "seen_at": self._clock()}
        async with self._database.begin(quick=True) as connection:
            done = await connection.execute(update(t).where(t.c.name == machine).values(**values))
            if not done.rowcount:
                await connection.execute(insert(t).values(name=machine, **values))

    async def leave(self, machine: str) -> None:
        """This machine stops."""
        t = knowledge_machines
        async with self._database.begin() as connection:
            await connection.execute(t.delete().where(t.c.name == machine))

    async def machines(self) -> list[Machine]:
        """Those that live, by name."""
        t = knowledge_machines
        wanted = select(t).where(t.c.seen_at > self._clock() - ALIVE).order_by(t.c.name)
        async with self._database.read() as connection:
            return [Machine(**row._mapping) for row in await connection.execute(wanted)]

    # -- inside ----------------------------------------------------------------------------------------------------

    async def _step(self, number: int, what: Step, person: str, action: str, **more: object) -> Version:
        async with self._database.begin() as connection:
            version = await _one(connection, number)
            await _change(connection, number, state=step(version, what, person), **more)
            await self._note(connection, person, action, f"{version.entry_id} ({version.language})")
            return await _one(connection, number)

    async def _in_force(
        self,
        connection: AsyncConnection,
        language: str,
        entry: Entry,
        person: str,
        action: str,
        *,
        reason: str,
        restores: int | None = None,
    ) -> Version:
        at = self._clock()
        values: dict[str, Any] = {
            "state": VersionState.APPROVED,
            "content": entry.model_dump(mode="json"),
            "authors": (person,),
            "written_at": at,
            "reason": reason,
            "heard_by": (),
            "remark": "",
            "decided_by": person,
            "decided_at": at,
            "edition": await self._edition(connection),
            "restores": restores,
        }
        number = await self._insert(connection, language, entry.id, values)
        await self._note(connection, person, action, f"{entry.id} ({language})")
        return await _one(connection, number)

    async def _insert(
        self, connection: AsyncConnection, language: str, entry_id: str, values: dict[str, Any]
    ) -> int:
        t = knowledge_versions
        mine = (t.c.language == language) & (t.c.entry_id == entry_id)
        last = await connection.scalar(select(func.max(t.c.number)).where(mine)) or 0
        row = insert(t).values(language=language, entry_id=entry_id, number=last + 1, **values)
        try:
            return int((await connection.execute(row.returning(t.c.id))).scalar_one())
        except IntegrityError:
            raise StepError(f"{entry_id}: somebody else has just written a version") from None

    async def _edition(self, connection: AsyncConnection) -> int:
        """The next number. Two at once: the second one waits for the first, and is told to try again."""
        t = knowledge_editions
        last = await connection.scalar(select(func.max(t.c.number))) or 0
        try:
            await connection.execute(insert(t).values(number=last + 1, at=self._clock()))
        except IntegrityError:
            raise StepError("somebody else has just approved an answer; try again") from None
        return int(last) + 1

    async def _open_of(self, connection: AsyncConnection, language: str, entry_id: str) -> Version | None:
        t = knowledge_versions
        mine = (t.c.language == language) & (t.c.entry_id == entry_id) & t.c.state.in_(OPEN)
        row = (await connection.execute(select(t).where(mine).order_by(t.c.number.desc()).limit(1))).first()
        return _version(row) if row else None

    async def _numbered(
        self, connection: AsyncConnection, language: str, entry_id: str, number: int
    ) -> Version:
        t = knowledge_versions
        mine = (t.c.language == language) & (t.c.entry_id == entry_id) & (t.c.number == number)
        row = (await connection.execute(select(t).where(mine))).first()
        if row is None:
            raise StepError(f"{entry_id} has no version {number}")
        return _version(row)

    async def _note(self, connection: AsyncConnection, actor: str, action: str, detail: str) -> None:
        await note(connection, self._clock(), actor, action, detail)


async def _one(connection: AsyncConnection, number: int) -> Version:
    row = (
        await connection.execute(select(knowledge_versions).where(knowledge_versions.c.id == number))
    ).first()
    if row is None:
        raise StepError(f"there is no version {number}")
    return _version(row)


async def _change(connection: AsyncConnection, number: int, **values: object) -> None:
    await connection.execute(
        update(knowledge_versions).where(knowledge_versions.c.id == number).values(**values)
    )


def _version(row: Any) -> Version:
    return Version(
        id=row.id,
        language=row.language,
        number=row.number,
        state=VersionState(row.state),
        entry=Entry.model_validate(row.content),
        authors=tuple(row.authors),
        written_at=row.written_at,
        reason=row.reason,
        heard_by=tuple(row.heard_by),
        decided_by=row.decided_by or "",
        decided_at=row.decided_at,
        remark=row.remark,
        edition=row.edition,
        restores=row.restores,
        group_id=row.group_id,
        drafted_with=row.drafted_with or "",
    )
