"""What stands beside a great many calls in a service that has run for years, so that its pages are measured with all that they read.

Nobody made it, like the calls; how much there is of it follows from them: who was taken by a person has a follow-up, and so on.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, exists, insert, select, text, update

from callbot.access_log import Looked
from callbot.callback_states import CallbackState
from callbot.config import Settings
from callbot.database import Database
from callbot.events import Decision
from callbot.humans.queue_types import Place, Priority
from callbot.learning_loop.loop import WORK
from callbot.learning_loop.questions import Kind
from callbot.messages import MessageState
from callbot.stats.days import day_of, hours_of
from callbot.tables import (
    accesses,
    audit,
    call_facts,
    callbacks,
    calls,
    desk_follow_ups,
    learning_groups,
    learning_questions,
    learning_runs,
    messages,
    queue_entries,
    turns,
)  # fmt: skip

__all__ = ["fill_beside"]

MANY = 5_000
"""Rows of one transaction."""
STAFF = ("claire.martin", "jean.petit", "lea.durand", "samir.haddad")
GROUPS = 400
"""Of questions."""
SAID = "je voudrais savoir comment faire pour mon dossier s'il vous plaît"
MESSAGES_EACH = 40
"""One caller in so many leaves a message when nobody is there."""
OPEN_DAYS = 1
"""How old a call-back or message is that nobody has dealt with yet."""


async def fill_beside(database: Database, settings: Settings, now: datetime | None = None) -> None:
    """Add it to a database of demonstration calls that has none of it. Raises DatabaseError."""
    now = now or datetime.now(UTC)
    async with database.read() as connection:
        if await connection.scalar(select(exists().select_from(accesses))):
            return
    filling = _Filling(database, now)
    await filling.of_people(settings)
    await filling.of_queue()
    await filling.of_learning(settings)
    await filling.put(audit, (_journal(now, n) for n in range(20_000)))
    async with database.begin() as connection:
        await connection.execute(text("ANALYZE"))


class _Filling:
    def __init__(self, database: Database, now: datetime) -> None:
        self._database = database
        self._now = now

    async def of_people(self, settings: Settings) -> None:
        """Follow-ups, call-backs, messages, and who looked at them."""
        taken = await self._calls(settings.call_days, call_facts.c.handled_by_agent)
        await self.put(desk_follow_ups, (_follow_up(row, n) for n, row in enumerate(taken)))
        looked = [row for row in taken if row.started_at > self._now - timedelta(days=settings.access_days)]
        await self.put(accesses, (_access(row, n, Looked.CARD) for n, row in enumerate(looked)))
        async with self._database.read() as connection:
            known = set(await connection.scalars(select(callbacks.c.call_id)))
        asked = await self._calls(settings.callback_days, call_facts.c.callback_asked)
        await self.put(
            callbacks, (self._callback(row, n) for n, row in enumerate(asked) if row.id not in known)
        )
        closed = await self._calls(settings.message_days, call_facts.c.needed_when_closed)
        await self.put(messages, (self._message(row, n) for n, row in enumerate(closed[::MESSAGES_EACH])))

    async def of_queue(self) -> None:
        """Today's places: they are kept for a day."""
        midnight = hours_of(day_of(self._now))[0]
        taken = await self._calls(1, call_facts.c.handled_by_agent)
        of_today = [row for row in taken if row.started_at >= midnight]
        await self.put(queue_entries, (_place(row, n, self._now) for n, row in enumerate(of_today)))

    async def of_learning(self, settings: Settings) -> None:
        """The words of the last days, and the questions that were grouped by them."""
        recent = calls.c.started_at > self._now - timedelta(days=settings.transcript_days)
        async with self._database.begin() as connection:
            of_recent = turns.c.call_id.in_(select(calls.c.id).where(recent))
            await connection.execute(update(turns).where(of_recent).values(transcript=SAID))
            missed = await connection.execute(
                select(turns.c.call_id, turns.c.number, calls.c.started_at).join(calls)
                .where(turns.c.decision == Decision.NO_MATCH, calls.c.started_at > self._now - timedelta(days=settings.access_days))
            )  # fmt: skip
            rows = missed.all()
            await connection.execute(
                insert(learning_runs).values(name=WORK, at=self._now + timedelta(hours=2))
            )
        titles = ({"created_at": self._now, "title": f"Groupe {n}", "reason": ""} for n in range(GROUPS))
        await self.put(learning_groups, titles)
        async with self._database.read() as connection:
            groups = list(await connection.scalars(select(learning_groups.c.id)))
        await self.put(
            learning_questions, (_question(row, groups[n * n % len(groups)]) for n, row in enumerate(rows))
        )

    async def put(self, table: Table, rows: Iterable[dict[str, Any]]) -> None:
        """Insert them, some at a time."""
        left = list(rows)
        for at in range(0, len(left), MANY):
            async with self._database.begin() as connection:
                await connection.execute(insert(table), left[at : at + MANY])

    async def _calls(self, days: int, which: ColumnElement[bool]) -> Sequence[Row[*tuple[Any, ...]]]:
        """Calls of the last days, the newest first."""
        since = calls.c.started_at.between(self._now - timedelta(days=days), self._now)
        wanted = select(calls.c.id, calls.c.started_at, calls.c.service, calls.c.line, calls.c.language)
        async with self._database.read() as connection:
            found = await connection.execute(
                wanted.join(call_facts).where(since, which).order_by(calls.c.started_at.desc())
            )
            return found.all()

    def _callback(self, row: Row[*tuple[Any, ...]], n: int) -> dict[str, Any]:
        done = row.started_at < self._now - timedelta(days=OPEN_DAYS)
        return {
            "call_id": row.id, "seq": 1, "asked_at": row.started_at, "number": f"+3363998{n % 10_000:04}",
            "wish": "demain matin" if n % 2 else "", "motive": "", "state": CallbackState.DONE if done else CallbackState.TO_CALL,
            "state_at": row.started_at + timedelta(hours=3) if done else None, "state_by": STAFF[n % len(STAFF)] if done else None,
            "resolved": True if done else None,
        }  # fmt: skip

    def _message(self, row: Row[*tuple[Any, ...]], n: int) -> dict[str, Any]:
        done = row.started_at < self._now - timedelta(days=OPEN_DAYS)
        return {
            "token": f"mesure-{row.id}"[:64], "call_id": row.id, "number": f"+3363998{n % 10_000:04}", "line": row.line,
            "language": row.language, "motive": "", "recorded_at": row.started_at, "duration_ms": 21_000, "audio": False,
            "transcript": SAID, "tries": 1, "state": MessageState.DONE if done else MessageState.TO_HANDLE,
            "state_at": row.started_at + timedelta(hours=9) if done else None, "state_by": STAFF[n % len(STAFF)] if done else None,
        }  # fmt: skip


def _follow_up(row: Row[*tuple[Any, ...]], n: int) -> dict[str, Any]:
    return {
        "entry_id": -1 - n, "call_id": row.id, "agent": STAFF[n % len(STAFF)], "at": row.started_at, "service": row.service or "",
        "answer_id": "", "resolved": n % 5 > 0, "note": "",
    }  # fmt: skip


def _access(row: Row[*tuple[Any, ...]], n: int, looked: Looked) -> dict[str, Any]:
    actor = STAFF[n % len(STAFF)]
    return {"at": row.started_at, "actor": actor, "looked": looked.value, "call_id": row.id, "detail": ""}


def _place(row: Row[*tuple[Any, ...]], n: int, now: datetime) -> dict[str, Any]:
    begun, over = row.started_at + timedelta(seconds=40), min(now, row.started_at + timedelta(minutes=4))
    return {
        "call_id": row.id, "machine": "", "service": row.service or "", "overflow": (), "language": row.language,
        "priority": int(Priority.NORMAL), "reason": "asked", "caller_hash": None, "entered_at": row.started_at,
        "ranked_at": row.started_at, "place": Place.ENDED.value, "since": over, "agent": STAFF[n % len(STAFF)], "tried": (),
        "connected_at": begun, "released_at": over,
    }  # fmt: skip


def _question(row: Row[*tuple[Any, ...]], group: int) -> dict[str, Any]:
    return {
        "source": "turn", "call_id": row.call_id, "number": row.number, "group_id": group, "at": row.started_at,
        "kind": Kind.NO_MATCH.value,
    }  # fmt: skip


def _journal(now: datetime, n: int) -> dict[str, Any]:
    at = now - timedelta(minutes=25 * (20_000 - n))
    return {"at": at, "actor": STAFF[n % len(STAFF)], "action": "callback done", "detail": f"request {n}"}
