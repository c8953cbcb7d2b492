"""Counting days anew: those that are due because the formulas changed, or whose calls are older than the statistics.

Each day is a transaction of its own, the newest first; calls that are written meanwhile wait while it is put down, not while it is counted.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from typing import Any, NoReturn

from sqlalchemy import ColumnElement, Row, and_, delete, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot.database import Database
from callbot.errors import DatabaseError
from callbot.events import Outcome
from callbot.stats.aggregates import called_of, delete_facts, insert_many, numbered
from callbot.stats.cells import Kind, Sums, words_of
from callbot.stats.counting import VERSION
from callbot.stats.days import hours_of
from callbot.stats.fact_rows import REPEATS, fact_of, row_of
from callbot.stats.facts import UNKNOWN_CALLER, CallFact, Repeats, fact, still_known
from callbot.stats.locking import lock
from callbot.stats.month_store import add_up_months
from callbot.stats.period import Period
from callbot.stats.repeats import WITHIN, Called, repeats
from callbot.stats.stored_calls import stored_calls
from callbot.stats.tally import What, entries, key_of, packed
from callbot.tables import call_facts, calls, events, stats_cells, stats_due, stats_version

LOOK_EVERY_S = 600
TRIES = 3
"""So often a day is counted while its calls may be written."""
CALLS_AT_ONCE = 100

logger = logging.getLogger(__name__)


class Recounted(Enum):
    """What became of a day that was due."""

    COUNTED = "counted"
    GOING_ON = "going on"
    """Counted, and due still: some of its calls are in progress, and whoever writes their end may be an older program."""
    PURGED = "purged"
    """It stays as it was counted: calls or events of it have been purged."""
    NEWER = "newer"
    """Left to the newer program that has counted this database."""


async def look_for_due(database: Database, *, everything: bool = False) -> list[date]:
    """The days that are due, newest first; all that have calls when `everything`, or when the formulas of before were older.

    None for a program that is older than the one that counts this database: during an update both may run, and one of them counts.
    """
    async with database.begin() as connection:
        await lock(connection)
        before = await _version(connection)
        if before > VERSION:
            logger.warning("days are counted by a newer program: update this one too")
            return []
        if everything or before < VERSION:
            await connection.execute(delete(stats_due))
            days = select(calls.c.day).distinct()
            await connection.execute(insert(stats_due).from_select(["day"], days))
            await connection.execute(update(stats_version).values(version=VERSION))
        found = await connection.scalars(select(stats_due.c.day).order_by(stats_due.c.day.desc()))
        return list(found)


async def _version(connection: AsyncConnection) -> int:
    """Of the formulas by which this database is counted."""
    return await connection.scalar(select(stats_version.c.version)) or 0


async def count_due(
    database: Database,
    *,
    only: Period | None = None,
    told: Callable[[date, Recounted], object] = lambda _, __: None,
) -> int:
    """Count every day that is due, or `only` those of a period; how many were. `told` what became of each. Raises DatabaseError."""
    days = [day for day in await look_for_due(database) if only is None or day in only]
    counted = 0
    for day in days:
        became = await recount(database, day)
        counted += became in (Recounted.COUNTED, Recounted.GOING_ON)
        told(day, became)
    return counted


async def keep_counted(database: Database, level_s: int) -> NoReturn:
    """Count what is due and add up months, now and whenever there is something; an unavailable database is tried again."""
    while True:
        try:
            await tell_level(database, level_s)
            if days := await count_due(database):
                logger.info("days counted anew: %d", days)
            if months := await add_up_months(database):
                logger.info("months added up: %d", months)
        except DatabaseError as error:
            logger.error("days are not counted anew: %s", error)
        await asyncio.sleep(LOOK_EVERY_S)


async def tell_level(database: Database, level_s: int) -> None:
    """Let the SQL views know the seconds of the service level. Raises DatabaseError."""
    async with database.begin() as connection:
        await connection.execute(
            update(stats_version).where(stats_version.c.level_s != level_s).values(level_s=level_s)
        )


async def recount(database: Database, day: date) -> Recounted:
    """Count the calls of a day anew, from their rows; a day of which rows have been purged stays as it was counted.

    They are counted while others may write, and put down in a short transaction: all over again where one of them was written
    meanwhile, and after some TRIES with nobody else writing.
    """
    for _ in range(TRIES):
        made = await _made(database, day)
        async with database.begin() as connection:
            await lock(connection)
            if await _seen(connection, day) == made.seen:
                return await _put(connection, made)
    async with database.begin() as connection:
        await lock(connection)
        return await _put(connection, await _made_of(connection, day))


@dataclass(frozen=True, slots=True)
class _Made:
    """A day, counted: as `seen`; facts that are `gone` and that `come`, and all its cells; None: it stays as it was counted."""

    day: date
    seen: "_Seen"
    gone: list[str] = field(default_factory=list)
    come: list[dict[str, Any]] = field(default_factory=list)
    cells: list[dict[str, Any]] | None = None


async def _made(database: Database, day: date) -> _Made:
    """The words are numbered beforehand: whatever is written is written by who has the lock."""
    async with database.read() as connection:
        seen = await _seen(connection, day)
        if not await _is_whole(connection, day):
            return _Made(day, seen)
        facts = await _facts(connection, day)
    async with database.begin() as connection:
        await lock(connection)
        numbers = await numbered(connection, words_of(facts))
    return await asyncio.to_thread(_compared, day, seen, facts, numbers)


async def _made_of(connection: AsyncConnection, day: date) -> _Made:
    """The same in one transaction."""
    seen = await _seen(connection, day)
    if not await _is_whole(connection, day):
        return _Made(day, seen)
    facts = await _facts(connection, day)
    return _compared(day, seen, facts, await numbered(connection, words_of(facts)))


def _compared(day: date, seen: "_Seen", facts: list[CallFact], numbers: Mapping[str, int]) -> _Made:
    before = {row.call_id: fact_of(row) for row in seen.facts}
    facts = [still_known(one, before.get(one.call_id)) for one in facts]
    old, new = set(before.values()), set(facts)
    gone, come = [one.call_id for one in old - new], [row_of(one) for one in new - old]
    return _Made(day, seen, gone, come, cell_rows(facts, numbers))


async def _put(connection: AsyncConnection, made: _Made) -> Recounted:
    if await _version(connection) > VERSION:  # since it was looked for
        return Recounted.NEWER
    going_on = exists().where(calls.c.day == made.day, calls.c.outcome.is_(None))
    stays_due = made.cells is not None and await connection.scalar(select(going_on))
    if not stays_due:
        await connection.execute(delete(stats_due).where(stats_due.c.day == made.day))
    if made.cells is None:
        return Recounted.PURGED
    await delete_facts(connection, made.gone)
    await insert_many(connection, call_facts, made.come)
    await connection.execute(delete(stats_cells).where(_cells_of(made.day)))
    await insert_many(connection, stats_cells, made.cells)
    return Recounted.GOING_ON if stays_due else Recounted.COUNTED


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a day's count depends on: its facts, and how many calls began, ended and have a caller who may be one of its own."""

    facts: list[Row[*tuple[Any, ...]]]
    near: Row[*tuple[Any, ...]]


async def _seen(connection: AsyncConnection, day: date) -> _Seen:
    facts = select(call_facts).where(call_facts.c.day == day).order_by(call_facts.c.call_id)
    near = select(func.count(), func.count(calls.c.outcome), func.count(calls.c.caller_hash))
    return _Seen(
        list((await connection.execute(facts)).all()),
        (await connection.execute(near.where(_near(day)))).one(),
    )


def _near(day: date) -> ColumnElement[bool]:
    """Calls that may be of a caller of that day, and tell something of it."""
    begin = hours_of(day)[0] - WITHIN
    end = hours_of(day)[-1] + timedelta(hours=1) + WITHIN
    return calls.c.started_at.between(begin, end)


_HAD_EVENTS = and_(
    calls.c.outcome.is_not(None),
    or_(calls.c.outcome != Outcome.FAILED.value, calls.c.duration_ms.is_not(None)),
)
"""Calls have events once they have ended; those whose process died had an outcome given (storage.mark_lost), and no more."""


async def _is_whole(connection: AsyncConnection, day: date) -> bool:
    """Whether every call that was counted is still there, with the events that it had."""
    no_events = ~exists().where(events.c.call_id == call_facts.c.call_id)
    purged = select(call_facts.c.call_id).join(calls).where(call_facts.c.day == day, no_events, _HAD_EVENTS)
    if await connection.scalar(purged.limit(1)):
        return False
    there = await connection.scalar(select(func.count()).where(calls.c.day == day)) or 0
    of_day = (stats_cells.c.kind == Kind.DAY) & (stats_cells.c.day == day)
    packed_cells = await connection.scalars(select(stats_cells.c.packed).where(of_day))
    offered = sum(dict(entries(each)).get(key_of(What.OFFERED, 0), 0) for each in packed_cells)
    return offered <= there


def _cells_of(day: date) -> ColumnElement[bool]:
    """Every kind is named, so that the index is used."""
    return stats_cells.c.kind.in_(list(Kind)) & (stats_cells.c.day == day)


def cell_rows(facts: list[CallFact], numbers: Mapping[str, int]) -> list[dict[str, Any]]:
    """The rows of `stats_cells` of whole days."""
    sums = Sums()
    for one in facts:
        sums.add(one, numbers)
    return [cell._asdict() | {"packed": packed(now)} for cell, now in sums.cells().items()]


async def due_in(connection: AsyncConnection, period: Period) -> int:
    """How many days of the period are still to be counted."""
    due = select(func.count()).where(stats_due.c.day.between(period.first, period.last))
    return await connection.scalar(due) or 0


async def _facts(connection: AsyncConnection, day: date) -> list[CallFact]:
    """A few calls at a time: whatever else the process does goes on in between."""
    ids = list(await connection.scalars(select(calls.c.id).where(calls.c.day == day)))
    among = await _repeats(connection, day)
    facts: list[CallFact] = []
    for at in range(0, len(ids), CALLS_AT_ONCE):
        for rows in await stored_calls(connection, calls.c.id.in_(ids[at : at + CALLS_AT_ONCE])):
            repeats_of = among.get(rows.call.id, UNKNOWN_CALLER)
            facts.append(fact(rows.call, rows.turns, rows.events, repeats_of))
    return facts


async def _repeats(connection: AsyncConnection, day: date) -> dict[str, Repeats]:
    """Of calls whose number is not known any more, what was known before."""
    of_day = select(calls.c.caller_hash).where(calls.c.day == day)
    columns = select(calls.c.caller_hash, calls.c.id, calls.c.started_at, calls.c.day, calls.c.outcome)
    callers: dict[str, list[Called]] = defaultdict(list)
    near = columns.where(_near(day), calls.c.caller_hash.in_(of_day))
    for row in (await connection.execute(near)).all():
        callers[row.caller_hash].append(called_of(row))
    among: dict[str, Repeats] = {}
    for calls_of_one in callers.values():
        among |= repeats(calls_of_one)
    return among | await _as_known(connection, day)


async def _as_known(connection: AsyncConnection, day: date) -> dict[str, Repeats]:
    """What was decided when the numbers were known, that of the call or those of the 7 days before it."""
    oldest = await connection.scalar(
        select(func.min(calls.c.started_at)).where(calls.c.caller_hash.is_not(None))
    )
    unknown = calls.c.caller_hash.is_(None)
    if oldest is not None:
        unknown |= calls.c.started_at < oldest + WITHIN
    columns = [call_facts.c[name] for name in REPEATS]
    found = await connection.execute(
        select(call_facts.c.call_id, *columns).join(calls).where(call_facts.c.day == day, unknown)
    )
    return {row.call_id: Repeats(*row[1:]) for row in found}
