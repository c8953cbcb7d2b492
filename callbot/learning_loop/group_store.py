"""Groups of questions in the database. A group holds no words: they stay with the call, and are purged there.

How far a group is follows from the versions of answers that were written for it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
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
from callbot.editing.versions import OPEN, VersionState
from callbot.events import Decision
from callbot.learning_loop.effects import Measured
from callbot.learning_loop.questions import Kind, Question, kind_of, telling
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

__all__ = ["Group", "GroupState", "GroupStore"]

MOST_QUESTIONS = 1000
"""The latest ones that are grouped at once: their vectors take ten seconds of a core."""
LATEST = 25
"""Questions of a group that are looked at for the sentences which stand for it in the list."""
LANGUAGE = "fr"


class GroupState(StrEnum):
    """How far it is."""

    OPEN = "open"
    DRAFTED = "drafted"
    TAUGHT = "taught"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Group:
    """Questions of one meaning; how many calls asked them. `version_id`: of the answer that was written for it, 0: none.

    `taught_on`: the day of its approval.
    """

    id: int
    state: GroupState
    title: str
    calls: int
    latest: datetime
    reason: str = ""
    decided_by: str = ""
    version_id: int = 0
    entry_id: str = ""
    taught_on: date | None = None


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
                for row in await connection.execute(_problem_turns(self._sure))
                if (one := self._of_turn(row))
            ]
            told = await connection.execute(
                select(corrections)
                .where(corrections.c.said != "")
                .order_by(corrections.c.id.desc())
                .limit(MOST_QUESTIONS)
            )
            corrected = [_of_correction(row) for row in told]
        found = [one for one in (*corrected, *asked) if telling(one.text)]
        found = sorted(found, key=lambda one: one.at, reverse=True)[:MOST_QUESTIONS]
        return found, [known.get(one.key) for one in found]

    async def put(self, question_groups: Sequence[tuple[Question, int | None]]) -> None:
        """Keep which group each question belongs to; None: questions of that place in a new group of their own, by `key` of the first.

        Questions that are in a group already are left there.
        """
        rows = [_row(question, group) for question, group in question_groups if group is not None]
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
        q, c = which.subquery(), corrections.c
        same = (turns.c.call_id == q.c.call_id) & (turns.c.number == q.c.number)
        of_turns = (
            select(q, turns.c.transcript, turns.c.motive, turns.c.aspect, turns.c.answer_id)
            .join(turns, same, isouter=True)
            .where(q.c.source == "turn")
        )
        of_corrections = (
            select(q, c.said, c.understood, c.right)
            .join(corrections, c.id == q.c.number, isouter=True)
            .where(q.c.source == "correction")
        )
        found: dict[int, list[Question]] = defaultdict(list)
        async with self._database.read() as connection:
            for row in (await connection.execute(of_turns)).all():
                found[row.group_id].append(_asked(row, row.transcript, _understood(row)))
            for row in (await connection.execute(of_corrections)).all():
                found[row.group_id].append(_asked(row, row.said, row.understood or "", row.right or ""))
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
                heard | _is_problem(self._sure),
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

    def _of_turn(self, row: Any) -> Question | None:
        kind = kind_of(row.decision, row.motive, row.answer_id, row.confidence, self._sure)
        if kind is None:
            return None
        return Question(
            "turn", row.call_id, row.number, row.started_at, kind, row.transcript, _understood(row)
        )

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
        return [_group(row, latest.get(row.id)) for row in rows]

    async def _change(self, number: int, **values: object) -> None:
        async with self._database.begin() as connection:
            t = learning_groups
            await connection.execute(update(t).where(t.c.id == number).values(**values))

    async def _note(self, actor: str, action: str, detail: str) -> None:
        async with self._database.begin() as connection:
            await note(connection, self._clock(), actor, action, detail)


def _is_problem(sure: float) -> ColumnElement[bool]:
    """`kind_of` as the database reads it, or rather more: Python looks again."""
    low = turns.c.decision.in_((Decision.ANSWER, Decision.ORIENT)) & (turns.c.confidence < sure)
    unanswered = (turns.c.decision == Decision.HANDOVER) & turns.c.answer_id.is_(None)
    return (turns.c.decision == Decision.NO_MATCH) | unanswered | low


def _problem_turns(sure: float) -> Select[Any]:
    return (
        select(turns, calls.c.started_at)
        .join(calls)
        .where(turns.c.transcript.is_not(None), calls.c.language == LANGUAGE, _is_problem(sure))
        .order_by(calls.c.started_at.desc())
        .limit(MOST_QUESTIONS)
    )


def _of_correction(row: Any) -> Question:
    return Question(
        "correction", row.call_id, row.id, row.at, Kind.CORRECTED, row.said, row.understood, row.right
    )


def _asked(row: Any, text: str | None, understood: str, right: str = "") -> Question:
    return Question(
        row.source, row.call_id, row.number, row.at, Kind(row.kind), text or "", understood, right
    )


def _understood(row: Any) -> str:
    return row.answer_id or ".".join(filter(None, (row.motive, row.aspect)))


def _row(question: Question, group: int) -> dict[str, Any]:
    return {
        "source": question.source,
        "call_id": question.call_id,
        "number": question.number,
        "group_id": group,
        "at": question.at,
        "kind": question.kind,
    }


def _group(row: Any, version: Any) -> Group:
    state = GroupState.OPEN
    if row.dismissed_at is not None:
        state = GroupState.DISMISSED
    elif version is not None:
        state = GroupState.DRAFTED if version.state in OPEN else GroupState.TAUGHT
    return Group(
        row.id,
        state,
        row.title,
        row.calls,
        _aware(row.latest),
        row.reason,
        row.dismissed_by or "",
        version.id if version else 0,
        version.entry_id if version else "",
        version.decided_at.date() if version and state is GroupState.TAUGHT else None,
    )


def _aware(at: datetime | str) -> datetime:
    """SQLite's max() forgets what kind of column it looked at."""
    found = datetime.fromisoformat(at) if isinstance(at, str) else at
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def by_state(groups: Iterable[Group]) -> dict[GroupState, list[Group]]:
    """In their order."""
    listed = list(groups)
    return {state: [group for group in listed if group.state is state] for state in GroupState}
