"""Calls read back from the tables as the rows that they were written as, without what was said, for counting them again."""

from collections import defaultdict
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot.events import Decision, Outcome
from callbot.stats.call_rows import CallRow, EventRow, Rows, TurnRow
from callbot.stats.facts import COUNTED_EVENTS
from callbot.tables import calls, events, turns

TURN_COLUMNS = [turns.c[name] for name in TurnRow.__dataclass_fields__ if name != "transcript"]
CALL_COLUMNS = [calls.c[name] for name in CallRow.__dataclass_fields__]
EVENT_COLUMNS = [events.c[name] for name in EventRow.__dataclass_fields__]


async def stored_calls(connection: AsyncConnection, which: ColumnElement[bool]) -> list[Rows]:
    """The calls that `which` (of the table `calls`) is true of, as they began; of their events only those that are counted."""
    found = await connection.execute(
        select(*CALL_COLUMNS).where(which).order_by(calls.c.started_at, calls.c.id)
    )
    call_rows = [CallRow(**_as(row._asdict(), "outcome", Outcome)) for row in found]
    turns_of: dict[str, list[TurnRow]] = defaultdict(list)
    for row in await connection.execute(
        select(*TURN_COLUMNS).join(calls).where(which).order_by(turns.c.call_id, turns.c.number)
    ):
        turns_of[row.call_id].append(TurnRow(**_as(row._asdict(), "decision", Decision)))
    events_of: dict[str, list[EventRow]] = defaultdict(list)
    for row in await connection.execute(
        select(*EVENT_COLUMNS)
        .join(calls)
        .where(which, events.c.name.in_(COUNTED_EVENTS))
        .order_by(events.c.call_id, events.c.seq)
    ):
        events_of[row.call_id].append(EventRow(*row))
    return [Rows(call, tuple(turns_of[call.id]), tuple(events_of[call.id])) for call in call_rows]


def _as(values: dict[str, Any], key: str, kind: type[Outcome] | type[Decision]) -> dict[str, Any]:
    value = values[key]
    return values | {key: kind(value) if value is not None else None}
