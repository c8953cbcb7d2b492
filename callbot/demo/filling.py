"""Filling an empty database with demonstration calls, a day in each transaction; days are made by other processes meanwhile.

The rows go to the database by its quickest way, and the tallies are made like those of days that are counted anew.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date
from itertools import islice
from multiprocessing import get_context
from typing import Any

from sqlalchemy import Table, exists, insert, select, text
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot import tables
from callbot.callback_states import CallbackState
from callbot.database import Database
from callbot.demo.course import REASONS, Town
from callbot.demo.days import Day, day_of_calls
from callbot.demo.year import Arrival, arrivals, repeats_of
from callbot.errors import CallbotError
from callbot.stats.aggregates import numbered
from callbot.stats.call_record import CallbackRow
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
) -> None:
    """Put so many calls into a database that has none. `workers`: processes beside this one; 0: a thread of it.

    `advance` is told of calls that are written. Raises CallbotError.
    """
    await _check_empty(database)
    days = list(arrivals(period, calls, seed))
    repeats = repeats_of(days)
    async with database.begin() as connection:
        numbers = await numbered(connection, _words(town))
    maker = _Maker(town, seed, numbers, sqlite=database.is_sqlite)
    with _pool(workers, maker) as pool:
        waiting: deque[asyncio.Future[Made]] = deque()
        upcoming = iter(days)
        waiting += [_begin(pool, day, repeats) for day in islice(upcoming, workers + 1)]
        while waiting:
            made = await waiting.popleft()
            waiting += [_begin(pool, day, repeats) for day in islice(upcoming, 1)]
            await _write(database, made, last=made.day == period.last)
            advance(made.calls)
    async with database.begin() as connection:
        await connection.execute(text("ANALYZE"))


def _pool(workers: int, maker: "_Maker") -> Executor:
    if not workers:
        return ThreadPoolExecutor(1, initializer=_prepare, initargs=(maker,))
    return ProcessPoolExecutor(workers, get_context("forkserver"), _prepare, (maker,))


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


async def _check_empty(database: Database) -> None:
    async with database.read() as connection:
        if await connection.scalar(select(exists().select_from(tables.calls))):
            raise CallbotError(
                "the database has calls: demonstration calls are never mixed with others;"
                " use an empty one (CALLBOT_DATABASE_URL, or another CALLBOT_DATA_DIR)"
            )


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
