"""How long a call waits to be written while old data is purged, and while days are counted anew."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import func, select

from callbot import tables
from callbot.bench.times import Times
from callbot.config import Settings
from callbot.database import Database
from callbot.demo.course import Town
from callbot.demo.days import day_of_calls
from callbot.demo.year import arrivals
from callbot.privacy import purge
from callbot.stats.call_record import Rows
from callbot.stats.period import Period
from callbot.stats.recount import recount
from callbot.stats.storage import spill, write

__all__ = ["Writing", "measure_meanwhile"]

EVERY_S = 0.05
"""Between a call that is written and the next one."""
DAYS = 5
"""Counted anew."""
MOST_CALLS = 20_000
SEED = 2


class Writing:
    """Calls that are not there yet, of one day; each can be written once."""

    def __init__(
        self, database: Database, settings: Settings, town: Town, day: date, number: int = 500
    ) -> None:
        _, arrived = next(arrivals(Period.day(day), number, SEED))
        made = day_of_calls(town, SEED, day, arrived, {})
        self._database, self._rejects = database, spill(settings)
        self._new = _named(made.calls)

    async def begin_and_end(self) -> None:
        """Write a call as it begins and as it ends."""
        rows = next(self._new)
        begun = replace(rows.call, outcome=None, duration_ms=None, turns=0)
        await write(
            self._database, replace(rows, call=begun, turns=(), events=rows.events[:1]), self._rejects
        )
        await write(self._database, rows, self._rejects)


def _named(calls: tuple[Rows, ...]) -> Iterator[Rows]:
    for n in range(MOST_CALLS):
        rows, call_id = calls[n % len(calls)], f"bench-{time.time_ns()}-{n}"
        turns = tuple(replace(turn, call_id=call_id) for turn in rows.turns)
        events = tuple(replace(event, call_id=call_id) for event in rows.events)
        yield Rows(replace(rows.call, id=call_id), turns, events)


async def measure_meanwhile(database: Database, settings: Settings, town: Town, last: date) -> list[Times]:
    """Purge all that is due by the settings, then count some days anew; calls of the last day are written all the while."""
    writing = Writing(database, settings, town, last)
    rows = 0

    async def purged() -> None:
        nonlocal rows
        rows = sum(one.rows for one in await purge(database, settings))

    async def recounted() -> None:
        for n in range(DAYS):
            await recount(database, last - timedelta(days=30 + n))

    took_ms, times = await _beside(writing.begin_and_end, purged)
    made = [
        Times.of("purge", f"all that is older than the settings say: {rows:,} rows", [took_ms]),
        Times.of("written during a purge", "a call that begins and ends meanwhile", times),
    ]
    async with database.read() as connection:
        days = [last - timedelta(days=30 + n) for n in range(DAYS)]
        calls = await connection.scalar(select(func.count()).where(tables.calls.c.day.in_(days)))
    took_ms, times = await _beside(writing.begin_and_end, recounted)
    return [
        *made,
        Times.of("recount", f"{DAYS} days with {calls or 0:,} calls", [took_ms]),
        Times.of("written during a recount", "a call that begins and ends meanwhile", times),
    ]


async def _beside(
    write_one: Callable[[], Awaitable[None]], work: Callable[[], Awaitable[None]]
) -> tuple[float, list[float]]:
    """How long the work took in ms, and each call that was written until its end, in ms."""
    begun, doing, times = time.perf_counter(), asyncio.ensure_future(work()), []
    while True:
        at = time.perf_counter()
        await write_one()
        times.append((time.perf_counter() - at) * 1000)
        if doing.done():
            break
        await asyncio.sleep(EVERY_S)
    await doing
    return (time.perf_counter() - begun) * 1000, times
