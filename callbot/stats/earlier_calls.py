"""What a caller's earlier calls of the day came to."""

from datetime import date

from sqlalchemy import exists, select

from callbot import tables
from callbot.database import Database
from callbot.events import Outcome

IN_VAIN = frozenset({Outcome.ABANDONED, Outcome.CLOSED, Outcome.FAILED, Outcome.REFUSED})
NOBODY = ("QueueAbandoned", "TransferFailed")
"""Events of a call that had an answer, and wanted a person as well."""


async def called_in_vain(database: Database, caller_hash: str, call_id: str, day: date) -> bool:
    """Whether the caller's last call of `day`, but for this one, ended without an answer, or without the person they wanted.

    Raises DatabaseError.
    """
    calls, events = tables.calls, tables.events
    nobody = exists().where(events.c.call_id == calls.c.id, events.c.name.in_(NOBODY))
    last = (
        select(calls.c.outcome, nobody)
        .where(calls.c.caller_hash == caller_hash, calls.c.day == day, calls.c.id != call_id)
        .where(calls.c.outcome.is_not(None))
        .order_by(calls.c.started_at.desc())
        .limit(1)
    )
    async with database.read(quick=True) as connection:
        row = (await connection.execute(last)).one_or_none()
    if row is None:
        return False
    return row[0] in IN_VAIN or (row[0] == Outcome.ANSWERED and bool(row[1]))
