"""What a caller's earlier calls of the day came to."""

from datetime import date

from sqlalchemy import bindparam, exists, select

from callbot import tables
from callbot.database import Database
from callbot.events import Outcome
from callbot.statements import Statement

IN_VAIN = frozenset({Outcome.ABANDONED, Outcome.CLOSED, Outcome.FAILED, Outcome.REFUSED})
NOBODY = ("QueueAbandoned", "TransferFailed")
"""Events of a call that had an answer, and wanted a person as well."""

_calls, _events = tables.calls, tables.events
LAST_CALL = Statement(
    select(_calls.c.outcome, exists().where(_events.c.call_id == _calls.c.id, _events.c.name.in_(NOBODY)))
    .where(
        _calls.c.caller_hash == bindparam("caller_hash"),
        _calls.c.day == bindparam("day"),
        _calls.c.id != bindparam("call_id"),
    )
    .where(_calls.c.outcome.is_not(None))
    .order_by(_calls.c.started_at.desc())
    .limit(1)
)
"""What it came to, and whether it had one of NOBODY."""


async def called_in_vain(database: Database, caller_hash: str, call_id: str, day: date) -> bool:
    """Whether the caller's last call of `day`, but for this one, ended without an answer, or without the person they wanted.

    Raises DatabaseError.
    """
    async with database.at_once() as here:
        rows = await here.rows(LAST_CALL, {"caller_hash": caller_hash, "day": day, "call_id": call_id})
    return any(outcome in IN_VAIN or (outcome == Outcome.ANSWERED and nobody) for outcome, nobody in rows)
