"""Groups of questions in the database. A group holds no words: they stay with the call, and are purged there."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    delete,
    exists,
    func,
    insert,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from callbot.audit import note
from callbot.database import Database
from callbot.editing.versions import VersionState
from callbot.learning_loop.effects import Measured
from callbot.learning_loop.groups import Group, group_of
from callbot.learning_loop.question_rows import (
    LANGUAGE,
    MOST_QUESTIONS,
    asked_in_correction,
    asked_in_turn,
    is_problem,
    of_correction,
    of_turn,
    problem_turns,
    row_of,
    with_words,
)
from callbot.learning_loop.questions import Kind, Question, telling
from callbot.tables import (
    calls,
    corrections,
    knowledge_versions,
    learning_effects,
    learning_groups,
    learning_questions,
    learning_runs,
    turns,
)

__all__ = ["GroupStore"]

LATEST = 25
"""Questions of a group that are looked at for the sentences which stand for it in the list."""


class GroupStore:
    """The groups of one database; `sure`: the threshold of an answer. Every method raises DatabaseError when it is unavailable."""

    def __init__(
        self, database: Database, sure: float, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._database = database
        self._sure = sure
        self._clock = clock

    # -- questions -------------------------------------------------------------------------------------------------

    async def to_group(self) -> tuple[list[Question], list[int | None]]:
        """The latest questions that still have words, and the group of each, None for one that is in none."""
        known = await self._groups_of_questions()
        async with self._database.read() as connection:
            asked = [
                one
                for row in await connection.execute(problem_turns(self._sure))
                if (one := of_turn(row, self._sure))
            ]
            told = await connection.execute(
                select(corrections)
                .where(corrections.c.said != "")
                .order_by(corrections.c.id.desc())
                .limit(MOST_QUESTIONS)
            )
            corrected = [of_correction(row) for row in told]
        found = [one for one in (*corrected, *asked) if telling(one.text)]
        found = sorted(found, key=lambda one: one.at, reverse=True)[:MOST_QUESTIONS]
        return found, [known.get(one.key) for one in found]

    async def put(self, question_groups: Sequence[tuple[Question, int | None]]) -> None:
        """Keep which group each question belongs to; None: questions of that place in a new group of their own, by `key` of the first.

        Questions that are in a group already are left there.
        """
        rows = [row_of(question, group) for question, group in question_groups if group is not None]
        if not rows:
            return
        insert_or = sqlite.insert if self._database.is_sqlite else postgresql.insert
        async with self._database.begin() as connection:
            await connection.execute(insert_or(learning_questions).on_conflict_do_nothing(), rows)

    async def new_group(self) -> int:
        """An empty one; its id."""
        values = {"created_at": self._clock(), "title": "", "reason": ""}
        async with self._database.begin() as connection:
            row = insert(learning_groups).values(**values).returning(learning_groups.c.id)
            return int((await connection.execute(row)).scalar_one())

    async def questions(self, group: int) -> list[Question]:
        """Of one group, with the words that are not purged, the latest first."""
        return (
            await self._questions(select(learning_questions).where(learning_questions.c.group_id == group))
        ).get(group, [])

    async def latest(self, groups: Sequence[int]) -> Mapping[int, list[Question]]:
        """Of several groups, those of the LATEST questions of each whose words are there: older ones have none sooner than these."""
        q = learning_questions.c
        of_each = [
            select(
                select(learning_questions)
                .where(q.group_id == group)
                .order_by(q.at.desc())
                .limit(LATEST)
                .subquery()
            )
            for group in groups
        ]
        found = await self._questions(union_all(*of_each)) if of_each else {}
        return {group: [one for one in some if one.text] for group, some in found.items()}

    async def kinds(self, groups: Sequence[int]) -> Mapping[int, Mapping[Kind, int]]:
        """How many questions of each kind several groups have."""
        q = learning_questions.c
        counted = select(q.group_id, q.kind, func.count()).where(q.group_id.in_(groups))
        found: dict[int, dict[Kind, int]] = defaultdict(dict)
        async with self._database.read() as connection:
            for group, kind, number in await connection.execute(counted.group_by(q.group_id, q.kind)):
                found[group][Kind(kind)] = number
        return found

    async def _questions(self, which: Select[Any] | CompoundSelect[Any]) -> Mapping[int, list[Question]]:
        """These, by their group, the latest first."""
        of_turns, of_corrections = with_words(which)
        found: dict[int, list[Question]] = defaultdict(list)
        async with self._database.read() as connection:
            for row in (await connection.execute(of_turns)).all():
                found[row.group_id].append(asked_in_turn(row))
            for row in (await connection.execute(of_corrections)).all():
                found[row.group_id].append(asked_in_correction(row))
        return {group: sorted(some, key=lambda one: one.at, reverse=True) for group, some in found.items()}

    # -- groups ----------------------------------------------------------------------------------------------------

    async def groups(self) -> list[Group]:
        """All of them, those that most calls asked for first."""
        return await self._read(None)

    async def group(self, number: int) -> Group | None:
        """One; None when there is none of that id, or nothing is left of it."""
        return next(iter(await self._read(learning_groups.c.id == number)), None)

    async def name(self, number: int, title: str) -> None:
        """What people call it."""
        await self._change(number, title=title)

    async def dismiss(self, number: int, reason: str, *, person: str) -> None:
        """Nothing is to be learnt from it, for that reason; later questions of that meaning join it."""
        await self._change(number, dismissed_by=person, dismissed_at=self._clock(), reason=reason)
        await self._note(person, "group dismissed", f"{number}: {reason}")

    async def take_up(self, number: int, *, person: str) -> None:
        """It was put aside, and is to be looked at after all."""
        await self._change(number, dismissed_by=None, dismissed_at=None, reason="")
        await self._note(person, "group taken up", str(number))

    async def claim(self, name: str, every: timedelta) -> bool:
        """Whether this machine may do that work now: no other one has begun it within `every`."""
        t, at = learning_runs, self._clock()
        async with self._database.begin() as connection:
            due = update(t).where(t.c.name == name, t.c.at <= at - every).values(at=at)
            if (await connection.execute(due)).rowcount:
                return True
            if await connection.scalar(select(func.count()).select_from(t).where(t.c.name == name)):
                return False
            try:
                await connection.execute(insert(t).values(name=name, at=at))
            except IntegrityError:
                return False
            return True

    async def forget_empty(self) -> None:
        """Groups of whose questions none is left, after callers were erased."""
        there = select(learning_questions.c.group_id)
        written = select(knowledge_versions.c.group_id).where(knowledge_versions.c.group_id.is_not(None))
        gone = learning_groups.c.id.not_in(there) & learning_groups.c.id.not_in(written)
        async with self._database.begin() as connection:
            await connection.execute(delete(learning_groups).where(gone))

    # -- effects ---------------------------------------------------------------------------------------------------

    async def asked_on(self, day: date, entry_id: str) -> list[tuple[str, str, bool]]:
        """Of the calls of a day (Europe/Paris): call, words and whether it was answered with that entry.

        Only turns of which something is to be learnt, and those that heard that answer.
        """
        heard = turns.c.answer_id == entry_id
        wanted = (
            select(turns, calls.c.started_at)
            .join(calls)
            .where(
                calls.c.day == day,
                calls.c.language == LANGUAGE,
                turns.c.transcript.is_not(None),
                heard | is_problem(self._sure),
            )
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(wanted)).all()
        return [
            (row.call_id, row.transcript, row.answer_id == entry_id)
            for row in rows
            if telling(row.transcript)
        ]

    async def words_left(self, day: date) -> bool:
        """Whether all that callers said on a day is still there in words: some may be purged, or were never kept."""
        gone = exists().where(
            turns.c.call_id == calls.c.id,
            calls.c.day == day,
            turns.c.decode_ms.is_not(None),  # spoken, and not a key
            turns.c.transcript.is_(None),
        )
        async with self._database.read() as connection:
            return not await connection.scalar(select(gone))

    async def measured(self, group: int) -> list[Measured]:
        """The days that were measured, in order."""
        t = learning_effects
        wanted = select(t.c.day, t.c.calls, t.c.answered).where(t.c.group_id == group).order_by(t.c.day)
        async with self._database.read() as connection:
            return [Measured(*row) for row in await connection.execute(wanted)]

    async def measure(self, group: int, day: Measured) -> None:
        """Keep one day's; what is there already stays."""
        insert_or = sqlite.insert if self._database.is_sqlite else postgresql.insert
        row = insert_or(learning_effects).values(
            group_id=group, day=day.day, calls=day.calls, answered=day.answered
        )
        async with self._database.begin() as connection:
            await connection.execute(row.on_conflict_do_nothing())

    # -- inside ----------------------------------------------------------------------------------------------------

    async def _groups_of_questions(self) -> Mapping[tuple[str, str, int], int]:
        q = learning_questions
        async with self._database.read() as connection:
            rows = await connection.execute(select(q.c.source, q.c.call_id, q.c.number, q.c.group_id))
            return {(row.source, row.call_id, row.number): row.group_id for row in rows}

    async def _read(self, which: ColumnElement[bool] | None) -> list[Group]:
        q = learning_questions
        asked = (
            select(
                q.c.group_id,
                func.count(func.distinct(q.c.call_id)).label("calls"),
                func.max(q.c.at).label("latest"),
            )
            .group_by(q.c.group_id)
            .subquery()
        )
        wanted = select(learning_groups, asked.c.calls, asked.c.latest).join(
            asked, asked.c.group_id == learning_groups.c.id
        )
        if which is not None:
            wanted = wanted.where(which)
        wanted = wanted.order_by(asked.c.calls.desc(), learning_groups.c.id)
        v = knowledge_versions
        written = select(v.c.id, v.c.group_id, v.c.state, v.c.entry_id, v.c.decided_at).where(
            v.c.group_id.is_not(None), v.c.state != VersionState.DISCARDED
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(wanted)).all()
            versions = (await connection.execute(written.order_by(v.c.id))).all()
        latest = {version.group_id: version for version in versions}
        return [group_of(row, latest.get(row.id)) for row in rows]

    async def _change(self, number: int, **values: object) -> None:
        async with self._database.begin() as connection:
            t = learning_groups
            await connection.execute(update(t).where(t.c.id == number).values(**values))

    async def _note(self, actor: str, action: str, detail: str) -> None:
        async with self._database.begin() as connection:
            await note(connection, self._clock(), actor, action, detail)
