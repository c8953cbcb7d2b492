"""Filling a database with demonstration calls, a day in each transaction; days are made by other processes meanwhile.

What was broken off is gone on with: the days that are there are compared with those that would be made.

The rows go to the database by its quickest way, and the tallies are made like those of days that are counted anew.
"""

import asyncio
import signal
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from itertools import islice
from multiprocessing import get_context
from typing import Any

from sqlalchemy import Table, exists, func, insert, select, text
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot import tables
from callbot.callback_states import CallbackState
from callbot.database import Database
from callbot.demo.course import REASONS, Town
from callbot.demo.days import Day, day_of_calls
from callbot.demo.year import PREFIX, Arrival, arrivals, repeats_of
from callbot.errors import CallbotError
from callbot.stats.aggregates import numbered
from callbot.stats.call_rows import CallbackRow
from callbot.stats.fact_rows import row_of
from callbot.stats.facts import NOT_UNDERSTOOD, Repeats
from callbot.stats.locking import lock
from callbot.stats.period import Period
from callbot.stats.recount import cell_rows

FILLED = (
    tables.calls,
    tables.turns,
    tables.events,
    tables.satisfaction,
    tables.call_facts,
    tables.stats_cells,
)
EMPTY_ONE = "CALLBOT_DATABASE_URL, or another CALLBOT_DATA_DIR"
Records = dict[str, list[tuple[Any, ...]]]
"""Values by table, in the order of its columns, as the database's driver takes them."""


@dataclass(frozen=True, slots=True)
class Made:
    """A day's rows. `callbacks`: what was asked for on it."""

    day: date
    calls: int
    records: Records
    callbacks: tuple[CallbackRow, ...]


async def fill(
    database: Database,
    town: Town,
    period: Period,
    calls: int,
    seed: int,
    *,
    workers: int = 0,
    advance: Callable[[int], object] = lambda _: None,
) -> int:
    """Put so many calls into a database that has none, or the first days of the same ones; how many were still missing.

    `workers`: processes beside this one; 0: a thread of it. `advance` is told of calls that are there. Raises CallbotError.
    """
    days = list(arrivals(period, calls, seed))
    repeats = repeats_of(days)
    begun = await _begun(database, days)
    there = sum(len(arrived) for _, arrived in days[:begun])
    advance(there)
    async with database.begin() as connection:
        numbers = await numbered(connection, _words(town))
    maker = _Maker(town, seed, numbers, sqlite=database.is_sqlite)
    with _pool(workers, maker) as pool:
        waiting: deque[asyncio.Future[Made]] = deque()
        upcoming = iter(days[begun:])
        waiting += [_begin(pool, day, repeats) for day in islice(upcoming, workers + 1)]
        while waiting:
            made = await waiting.popleft()
            waiting += [_begin(pool, day, repeats) for day in islice(upcoming, 1)]
            await _write(database, made, last=made.day == period.last)
            advance(made.calls)
    async with database.begin() as connection:
        await connection.execute(text("ANALYZE"))
    return calls - there


@contextmanager
def _pool(workers: int, maker: "_Maker") -> Iterator[Executor]:
    """Days that nobody waits for any more are not made."""
    pool: Executor = (
        ProcessPoolExecutor(workers, get_context("forkserver"), _prepare_process, (maker,))
        if workers
        else ThreadPoolExecutor(1, initializer=_prepare, initargs=(maker,))
    )
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(
    pool: Executor, day: tuple[date, list[Arrival]], repeats: Mapping[str, Repeats]
) -> asyncio.Future[Made]:
    own = {one.call_id: repeats[one.call_id] for one in day[1] if one.call_id in repeats}
    return asyncio.get_running_loop().run_in_executor(pool, _make, *day, own)


def _words(town: Town) -> set[str]:
    """Everything that a demonstration call may be counted by."""
    entries = town.mix.entries
    return {
        NOT_UNDERSTOOD,
        *REASONS,
        *(entry.motive for entry in entries),
        *(entry.id for entry in entries),
    }


async def _begun(database: Database, days: Sequence[tuple[date, list[Arrival]]]) -> int:
    """How many of the days are there, from the first one on. Raises CallbotError where anything else is there."""
    calls = tables.calls.c
    columns = (calls.day, func.count(), func.min(calls.id), func.max(calls.id), func.min(calls.started_at))
    async with database.read() as connection:
        if await connection.scalar(select(exists().where(~calls.id.startswith(PREFIX)))):
            raise CallbotError(
                "the database has calls: demonstration calls are never mixed with others;"
                f" use an empty one ({EMPTY_ONE})"
            )
        there = (await connection.execute(select(*columns).group_by(calls.day).order_by(calls.day))).all()
    made = [
        (day, len(arrived), arrived[0].call_id, arrived[-1].call_id, arrived[0].at)
        for day, arrived in days
        if arrived
    ]
    if [tuple(row) for row in there] != made[: len(there)]:
        raise CallbotError(
            f"the database has other demonstration calls, from {there[0].day} to {there[-1].day}:"
            f" give the options that they were made with, or use an empty one ({EMPTY_ONE})"
        )
    return 1 + [day for day, _ in days].index(there[-1].day) if there else 0


# -- in the process that makes days ------------------------------------------------------------------------------------


class _Maker:
    """Makes days into values for one kind of database."""

    def __init__(self, town: Town, seed: int, numbers: Mapping[str, int], *, sqlite: bool) -> None:
        self._town = town
        self._seed = seed
        self._numbers = numbers
        self._sqlite = sqlite

    def prepare(self) -> None:
        """Once in each process."""
        dialect: Dialect = SQLiteDialect_aiosqlite() if self._sqlite else PGDialect_asyncpg()  # type: ignore[no-untyped-call]
        self._columns = {table.name: _bound(table, dialect) for table in FILLED}

    def make(self, day: date, arrived: Sequence[Arrival], repeats: Mapping[str, Repeats]) -> Made:
        """The rows of a day."""
        made = day_of_calls(self._town, self._seed, day, arrived, repeats)
        rows = {
            "calls": [asdict(one.call) for one in made.calls],
            "turns": [_values(turn) for one in made.calls for turn in one.turns],
            "events": [_values(event) for one in made.calls for event in one.events],
            "satisfaction": [_values(one.satisfaction) for one in made.calls if one.satisfaction],
            "call_facts": [row_of(fact) for fact in made.facts],
            "stats_cells": cell_rows(list(made.facts), self._numbers),
        }
        records = {name: self._records(name, values) for name, values in rows.items()}
        return Made(day, len(made.calls), records, _callbacks(made))

    def _records(self, name: str, rows: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
        columns = self._columns[name]
        return [
            tuple(
                None if row[key] is None else (bind(row[key]) if bind else row[key]) for key, bind in columns
            )
            for row in rows
        ]


def _bound(table: Table, dialect: Dialect) -> list[tuple[str, Callable[[Any], Any] | None]]:
    """The columns, each with what makes a value of it one that the driver takes."""
    return [
        (column.name, column.type.dialect_impl(dialect).bind_processor(dialect)) for column in table.columns
    ]


def _values(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__dataclass_fields__}


def _callbacks(made: Day) -> tuple[CallbackRow, ...]:
    return tuple(callback for one in made.calls for callback in one.callbacks)


_maker: _Maker | None = None


def _prepare_process(maker: _Maker) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who waits for the days
    _prepare(maker)


def _prepare(maker: _Maker) -> None:
    global _maker  # noqa: PLW0603 (a process of the pool has one)
    maker.prepare()
    _maker = maker


def _make(day: date, arrived: list[Arrival], repeats: dict[str, Repeats]) -> Made:
    assert _maker
    return _maker.make(day, arrived, repeats)


# -- into the database -------------------------------------------------------------------------------------------------


async def _write(database: Database, made: Made, *, last: bool) -> None:
    async with database.begin() as connection:
        await lock(connection)
        for table in FILLED:
            await _insert(connection, table, made.records[table.name])
        if last and made.callbacks:
            rows = [asdict(one) | {"state": CallbackState.TO_CALL.value} for one in made.callbacks]
            await connection.execute(insert(tables.callbacks), rows)


async def _insert(connection: AsyncConnection, table: Table, records: list[tuple[Any, ...]]) -> None:
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None
    names = [column.name for column in table.columns]
    if connection.dialect.name == "postgresql":
        await driver.copy_records_to_table(table.name, records=records, columns=names)
    else:
        places = ", ".join("?" * len(names))
        columns = ", ".join(f'"{name}"' for name in names)
        await driver.executemany(f'INSERT INTO "{table.name}" ({columns}) VALUES ({places})', records)  # noqa: S608
