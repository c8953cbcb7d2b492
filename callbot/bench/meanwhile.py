"""How long a call waits to be written while old data is purged, while days are counted anew, and while a month is added up."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import func, select

from callbot import tables
from callbot.bench.timed_database import TimedDatabase
from callbot.bench.times import Times
from callbot.config import Settings
from callbot.database import Database
from callbot.demo.course import Town
from callbot.demo.days import day_of_calls
from callbot.demo.year import arrivals
from callbot.privacy import purge
from callbot.stats.call_rows import Rows
from callbot.stats.month_store import add_up_months
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


async def measure_meanwhile(
    database: TimedDatabase, settings: Settings, town: Town, last: date
) -> list[Times]:
    """Purge all that is due by the settings, count some days anew, add up their months; calls of the last day are written meanwhile."""
    writing = Writing(database, settings, town, last)
    days = [last - timedelta(days=60 + n) for n in range(DAYS)]
    rows = months = 0

    async def purged() -> None:
        nonlocal rows
        rows = sum(one.rows for one in await purge(database, settings))

    async def recounted() -> None:
        for day in days:
            await recount(database, day)

    async def added_up() -> None:
        nonlocal months
        months = await add_up_months(database)

    async with database.read() as connection:
        calls = await connection.scalar(select(func.count()).where(tables.calls.c.day.in_(days))) or 0
    await add_up_months(database)
    works = {"purge": purged, "recount": recounted, "months": added_up}
    timed = {name: await _timed(database, writing.begin_and_end, work) for name, work in works.items()}
    told = {
        "purge": f"all that is older than the settings say: {rows:,} rows",
        "recount": f"{DAYS} days with {calls:,} calls",
        "months": f"months added up: {months}",
    }
    made: list[Times] = []
    for name, (took_ms, transactions, times) in timed.items():
        made += [
            Times.of(name, told[name], [took_ms]),
            Times.of(
                f"a transaction of it: {name}", "that writes; others who write wait for it", transactions
            ),
            Times.of(f"written during it: {name}", "a call that begins and ends meanwhile", times),
        ]
    return made


async def _timed(
    database: TimedDatabase, write_one: Callable[[], Awaitable[None]], work: Callable[[], Awaitable[None]]
) -> tuple[float, list[float], list[float]]:
    """How long the work took, each of its transactions, and each call that was written meanwhile, in ms."""
    database.took_ms.clear()
    took_ms, times = await _beside(write_one, work)
    return took_ms, list(database.took_ms) or [0.0], times


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
