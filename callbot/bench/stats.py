"""`callbot bench stats`: how long figures take to read when a great many calls are stored, and a call takes to be counted."""

import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import click
from sqlalchemy import func, select, text

from callbot import tables
from callbot.commands.demo import filled, town
from callbot.config import Settings, load
from callbot.database import Database
from callbot.demo.days import day_of_calls
from callbot.demo.year import arrivals
from callbot.stats.call_record import Rows
from callbot.stats.period import EVERYTHING, Filters, Period
from callbot.stats.reading import ALL_PARTS, choices, read_figures
from callbot.stats.report import as_json, day_report
from callbot.stats.slices import Figures
from callbot.stats.storage import spill, write

LAST = date(2026, 6, 30)
"""Of the year that is filled: the figures are the same whenever they are taken."""
SEED = 1
READ = {
    "day": "all figures of a day and of the one it is compared with",
    "week": "of a week",
    "month": "of a month",
    "year": "of a year",
    "year, a line": "of a year, calls of one line",
    "year, two filters": "of a year, calls of one line in one language",
    "year, mornings": "of a year, calls that came between 9 and 12",
    "choices": "what there is to filter by",
    "report": "the report of a day as JSON",
    "count": "a call that begins and ends is written and counted",
    "SQL, a day": "a row of the view stats_days",
    "SQL, a year": "all rows of the view stats_days",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. Times are in milliseconds; `calls` is how many are stored."""

    database: str
    calls: int
    operation: str
    n: int
    ms_p50: float
    ms_p95: float


async def measure(database: Database, settings: Settings, rounds: int) -> list[Row]:
    """Every operation, `rounds` times, on a database that has calls. Raises DatabaseError."""
    async with database.read() as connection:
        stored = await connection.scalar(select(func.count()).select_from(tables.calls)) or 0
        last = await connection.scalar(select(func.max(tables.calls.c.day))) or LAST
    name = "SQLite" if database.is_sqlite else "PostgreSQL"
    rows = []
    for operation, work in _operations(database, settings, last).items():
        some = 3 if operation == "SQL, a year" else rounds
        await work()
        times = [await _took_ms(work) for _ in range(some)]
        p95 = statistics.quantiles(times, n=20, method="inclusive")[-1]
        rows.append(Row(name, stored, operation, some, round(statistics.median(times), 1), round(p95, 1)))
    return rows


def _operations(
    database: Database, settings: Settings, last: date
) -> dict[str, Callable[[], Awaitable[object]]]:
    day, month = Period.day(last - timedelta(days=6)), Period.month(last)
    year = Period(last - timedelta(days=364), last)
    line = Filters(line=f"+33{town(settings).lines[0][1:]}")
    mornings = Filters(hours=frozenset({9, 10, 11}))
    new = iter(_calls(settings, last))

    def page(period: Period, filters: Filters = EVERYTHING) -> Callable[[], Awaitable[Figures]]:
        return lambda: _page(database, period, filters)

    async def report() -> None:
        as_json(await day_report(database, day.first))

    async def count() -> None:
        rows = next(new)
        begun = replace(rows.call, outcome=None, duration_ms=None, turns=0)
        await write(database, replace(rows, call=begun, turns=(), events=rows.events[:1]), spill(settings))
        await write(database, rows, spill(settings))

    return {
        "day": page(day),
        "week": page(Period.week(day.first)),
        "month": page(month),
        "year": page(year),
        "year, a line": page(year, line),
        "year, two filters": page(year, replace(line, language="fr")),
        "year, mornings": page(year, mornings),
        "choices": lambda: choices(database),
        "report": report,
        "count": count,
        "SQL, a day": lambda: _sql(database, f"WHERE day = '{day.first}'"),
        "SQL, a year": lambda: _sql(database, ""),
    }


async def _page(database: Database, period: Period, filters: Filters) -> Figures:
    """What a page shows: a period with all its parts, and the one before; each figure is made."""
    made = await read_figures(database, period, filters, parts=ALL_PARTS)
    before = await read_figures(database, period.previous(), filters, parts=frozenset())
    slices = (*made.days, *made.hours, *made.weekdays, *made.lines, *made.services, *made.languages)
    for one in (made.total, before.total):
        assert one.figures
    for one in (*slices, *made.heat.values()):
        one.figure("offered")
        one.figure("automation_rate")
    return made


def _calls(settings: Settings, last: date) -> list[Rows]:
    """Calls of the last day that are not there yet."""
    day, arrived = next(arrivals(Period.day(last), 500, SEED + 1))
    made = day_of_calls(town(settings), SEED + 1, day, arrived, {})
    return [_named(rows, n) for n, rows in enumerate(made.calls)]


def _named(rows: Rows, n: int) -> Rows:
    call_id = f"bench-{time.time_ns()}-{n}"
    turns = tuple(replace(turn, call_id=call_id) for turn in rows.turns)
    events = tuple(replace(event, call_id=call_id) for event in rows.events)
    return Rows(replace(rows.call, id=call_id), turns, events)


async def _sql(database: Database, where: str) -> None:
    async with database.read() as connection:
        (await connection.execute(text(f"SELECT * FROM stats_days {where}"))).all()  # noqa: S608 (our own)


async def _took_ms(work: Callable[[], Awaitable[object]]) -> float:
    begun = time.perf_counter()
    await work()
    return (time.perf_counter() - begun) * 1000


async def bench_database(url: str, calls: int, rounds: int) -> list[Row]:
    """Fill a database (url empty: an SQLite file of its own) and measure it; of the filling, one row."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        settings = load({}, data_dir=Path(folder), database_url=url)
        begun = datetime.now(UTC)
        period = Period(LAST - timedelta(days=364), LAST)
        await filled(settings, period, calls, SEED)
        took_ms = round((datetime.now(UTC) - begun).total_seconds() * 1000)
        database = await Database.open(settings)
        stack.push_async_callback(database.close)
        rows = await measure(database, settings, rounds)
    return [Row(rows[0].database, calls, "fill", 1, took_ms, took_ms), *rows]


async def _as_it_is(rounds: int) -> list[Row]:
    settings = load()
    database = await Database.open(settings)
    try:
        return await measure(database, settings, rounds)
    finally:
        await database.close()


@click.command("stats")
@click.option(
    "--calls", type=click.IntRange(365, 20_000_000), default=100_000, show_default=True, help="In a year."
)
@click.option(
    "--rounds", type=click.IntRange(3, 400), default=20, show_default=True, help="Of each operation."
)
@click.option(
    "--postgresql",
    "url",
    default="",
    help="Address of an empty PostgreSQL database to measure as well (postgresql://user@host/name).",
)
@click.option(
    "--here", is_flag=True, help="Measure the database in use as it is; some calls are added to its last day."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per figure.")
def command(*, calls: int, rounds: int, url: str, here: bool, as_json: bool) -> None:
    """How long figures take to read with a year of calls, on SQLite and PostgreSQL."""
    if not as_json:
        click.echo(
            "| database | calls | operation | what | n | median ms | 95 % below ms |\n|---|---:|---|---|---:|---:|---:|"
        )
    for work in _works(url, calls, rounds, here=here):
        for row in asyncio.run(work()):
            what = READ.get(row.operation, "the whole year is made and written")
            table = (
                f"| {row.database} | {row.calls:,} | {row.operation} | {what} | {row.n} "
                f"| {row.ms_p50:,.1f} | {row.ms_p95:,.1f} |"
            )
            click.echo(json.dumps(asdict(row), ensure_ascii=False) if as_json else table)


def _works(
    url: str, calls: int, rounds: int, *, here: bool
) -> list[Callable[[], Coroutine[object, object, list[Row]]]]:
    if here:
        return [partial(_as_it_is, rounds)]
    addresses = dict.fromkeys(("", url))
    return [partial(bench_database, address, calls, rounds) for address in addresses]
