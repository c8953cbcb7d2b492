"""The last calls and one call's turns, for the operator: when, how it ended, how fast it was answered. Not who, not what was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

from sqlalchemy import Row, select

from callbot import tables
from callbot.database import Database
from callbot.events import Decision, Outcome

NEWEST = 100
"""Calls in the list."""


@dataclass(frozen=True, slots=True)
class TimedCall:
    """A call; `outcome` is None while it goes on. `response_ms`: of its turns that were answered, in order."""

    id: str
    started_at: datetime
    engine: str
    outcome: Outcome | None
    duration_ms: int | None
    turns: int
    response_ms: tuple[int, ...]

    @property
    def median_ms(self) -> int | None:
        """The median response time; None when nothing was answered."""
        return round(median(self.response_ms)) if self.response_ms else None

    @property
    def longest_ms(self) -> int | None:
        """The longest response time."""
        return max(self.response_ms, default=None)


@dataclass(frozen=True, slots=True)
class TimedTurn:
    """A turn; the four parts are None for a turn of which only the whole is known (keys, calls of older versions)."""

    number: int
    at_ms: int
    decision: Decision | None
    motive: str | None
    response_ms: int | None
    endpoint_ms: int | None
    decode_ms: int | None
    route_ms: int | None
    first_audio_ms: int | None


async def newest_calls(database: Database, limit: int = NEWEST) -> list[TimedCall]:
    """The last calls, newest first. Raises DatabaseError."""
    calls, turns = tables.calls.c, tables.turns.c
    async with database.read() as connection:
        found = (
            await connection.execute(_calls().order_by(calls.started_at.desc(), calls.id).limit(limit))
        ).all()
        ids = [row.id for row in found]
        timed = await connection.execute(
            select(turns.call_id, turns.response_ms)
            .where(turns.call_id.in_(ids), turns.response_ms.is_not(None))
            .order_by(turns.call_id, turns.number)
        )
        by_call: dict[str, list[int]] = {call_id: [] for call_id in ids}
        for row in timed:
            by_call[row.call_id].append(row.response_ms)
    return [_call(row, by_call[row.id]) for row in found]


async def timed_call(database: Database, call_id: str) -> tuple[TimedCall, list[TimedTurn]] | None:
    """One call and its turns; None when there is none of that id. Raises DatabaseError."""
    columns = [tables.turns.c[name] for name in TimedTurn.__dataclass_fields__]
    async with database.read() as connection:
        row = (await connection.execute(_calls().where(tables.calls.c.id == call_id))).one_or_none()
        if row is None:
            return None
        found = await connection.execute(
            select(*columns).where(tables.turns.c.call_id == call_id).order_by(tables.turns.c.number)
        )
        turns = [_turn(turn._asdict()) for turn in found]
    return _call(row, [turn.response_ms for turn in turns if turn.response_ms is not None]), turns


def _calls() -> Any:
    c = tables.calls.c
    return select(c.id, c.started_at, c.engine, c.outcome, c.duration_ms, c.turns)


def _call(row: Row[Any], response_ms: Sequence[int]) -> TimedCall:
    values = row._asdict()
    outcome = values.pop("outcome")
    return TimedCall(**values, outcome=Outcome(outcome) if outcome else None, response_ms=tuple(response_ms))


def _turn(values: dict[str, Any]) -> TimedTurn:
    decision = values.pop("decision")
    return TimedTurn(**values, decision=Decision(decision) if decision else None)
