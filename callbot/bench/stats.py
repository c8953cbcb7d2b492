"""`callbot bench stats`: how long everything takes that reads calls, when a great many are stored; on SQLite and PostgreSQL."""

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import func, select

from callbot import tables
from callbot.bench.beside import fill_beside
from callbot.bench.figures_reading import last_day, measure_reading
from callbot.bench.meanwhile import measure_meanwhile
from callbot.bench.pages import People, asked_for, get_routes, measure_pages, people, send_home
from callbot.bench.pages_service import PagesService
from callbot.bench.report_command import measure_commands
from callbot.bench.timed_database import TimedDatabase
from callbot.bench.times import Times
from callbot.bench.visit import What
from callbot.bench.visits import VISITS, check
from callbot.commands.demo import filled, town
from callbot.config import Settings, load
from callbot.database import Database
from callbot.demo.days import ENGINE
from callbot.stats.days import day_of
from callbot.stats.period import Period

SEED = 1
DAYS = 730
"""Of the calls that are made, until today: a year, and the one that it is compared with."""


@dataclass(frozen=True, slots=True)
class Row:
    """Times of one operation in a database of a kind; `calls` is how many are stored."""

    database: str
    calls: int
    times: Times


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to measure: so many calls where there are none yet, each operation so many times, with the pages or without."""

    calls: int
    rounds: int
    pages: bool = True
    days: int = DAYS


def measure(settings: Settings, wanted: Wanted) -> Iterator[Row]:
    """Everything about one database; it is filled first where it has no calls. Raises CallbotError."""
    check(get_routes())  # before anything that takes long
    began = time.perf_counter()
    made = asyncio.run(_fill(settings, wanted))
    took_ms = (time.perf_counter() - began) * 1000
    name, stored, last = asyncio.run(_stored(settings))
    times = [Times.of("fill", f"{wanted.days} days are made and written", [took_ms])] if made else []
    times += asyncio.run(_measure_inside(settings, wanted.rounds))
    for one in times:
        yield Row(name, stored, one)
    if wanted.pages:
        for one in measure_commands(settings, last - timedelta(days=6)):
            yield Row(name, stored, one)
        for one in _measure_pages(settings, wanted.rounds):
            yield Row(name, stored, one)


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[TimedDatabase]:
    database = await TimedDatabase.open(settings)
    try:
        yield database
    finally:
        await database.close()


async def _fill(settings: Settings, wanted: Wanted) -> bool:
    """Whether there was anything to be filled."""
    async with _opened(settings) as database:
        empty = not await _count(database)
    if empty:
        last = day_of(datetime.now(UTC))
        await filled(settings, Period(last - timedelta(days=wanted.days - 1), last), wanted.calls, SEED)
    async with _opened(settings) as database:
        if await _is_made(database):
            await fill_beside(database, settings)
    return empty


async def _count(database: Database) -> int:
    async with database.read() as connection:
        return await connection.scalar(select(func.count()).select_from(tables.calls)) or 0


async def _is_made(database: Database) -> bool:
    """Whether these are demonstration calls: nothing is ever put beside those of people."""
    async with database.read() as connection:
        return await connection.scalar(select(tables.calls.c.engine).limit(1)) == ENGINE


async def _stored(settings: Settings) -> tuple[str, int, date]:
    """The database's name, how many calls it has, and the last day that has any."""
    async with _opened(settings) as database:
        name = "SQLite" if database.is_sqlite else "PostgreSQL"
        return name, await _count(database), await last_day(database)


async def _measure_inside(settings: Settings, rounds: int) -> list[Times]:
    async with _opened(settings) as database:
        meanwhile = await measure_meanwhile(database, settings, town(settings), await last_day(database))
        return [*meanwhile, *await measure_reading(database, settings, rounds)]


def _measure_pages(settings: Settings, rounds: int) -> Iterator[Times]:
    async def begin() -> tuple[People, What]:
        async with _opened(settings) as database:
            return await people(database, settings), await asked_for(database, town(settings))

    async def end() -> None:
        async with _opened(settings) as database:
            await send_home(database)

    console = Console(stderr=True)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="callbot-bench-"))
        who, what = asyncio.run(begin())
        stack.callback(lambda: asyncio.run(end()))
        address = stack.enter_context(PagesService(settings, Path(folder)).pages())
        bar = stack.enter_context(Progress(console=console, transient=True, disable=not console.is_terminal))
        task = bar.add_task("pages", total=len(VISITS))
        yield from measure_pages(address, who, what, rounds, advance=lambda: bar.advance(task))


# -- showing -----------------------------------------------------------------------------------------------------------


def table(rows: Iterable[Row]) -> Iterator[str]:
    """A line for each operation, its databases side by side; a median above its aim is in bold."""
    found: dict[str, dict[str, Row]] = {}
    for row in rows:
        found.setdefault(row.times.operation, {})[row.database] = row
    databases = list(dict.fromkeys(name for some in found.values() for name in some))
    calls = {name: row.calls for some in found.values() for name, row in some.items()}
    heads = "".join(
        f" {name}, {calls[name]:,} calls: median ms | 95 % below | longest |" for name in databases
    )
    yield f"| operation | what | n |{heads}"
    yield "|---|---|---:|" + "---:|" * 3 * len(databases)
    for operation, some in found.items():
        first = next(iter(some.values())).times
        cells = "".join(_cells(some[name].times if name in some else None) for name in databases)
        yield f"| {operation} | {first.what} | {first.n} |{cells}"


def _cells(times: Times | None) -> str:
    if times is None:
        return " | | |"
    median = f"{times.ms_p50:,.0f}" if times.ms_p50 >= 100 else f"{times.ms_p50:,.1f}"
    if times.aim_ms is not None and times.ms_p50 >= times.aim_ms:
        median = f"**{median}**"
    return f" {median} | {times.ms_p95:,.0f} | {times.ms_max:,.0f} |"


def _read(file: Path) -> Iterator[Row]:
    for line in file.read_text(encoding="utf-8").splitlines():
        given = json.loads(line)
        yield Row(given["database"], given["calls"], Times(**given["times"]))


@click.command("stats")
@click.option(
    "--calls",
    type=click.IntRange(365, 20_000_000),
    default=100_000,
    show_default=True,
    help="In two years.",
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
    "--here",
    is_flag=True,
    help="Measure the database in use; it is filled where it is empty, else some calls are added to its last day.",
)
@click.option("--pages/--no-pages", default=True, show_default=True, help="Whether to ask the pages, too.")
@click.option(
    "--from",
    "files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Only show the table of what was measured with --json before; may be given several times.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per figure.")
def command(
    *, calls: int, rounds: int, url: str, here: bool, pages: bool, files: tuple[Path, ...], as_json: bool
) -> None:
    """How long figures, pages and reports take with two years of calls, on SQLite and PostgreSQL."""
    wanted = Wanted(calls, rounds, pages)
    rows = (row for file in files for row in _read(file)) if files else _measured(url, wanted, here=here)
    if as_json:
        for row in rows:
            click.echo(json.dumps(asdict(row), ensure_ascii=False))
        return
    for line in table(rows):
        click.echo(line)


def _measured(url: str, wanted: Wanted, *, here: bool) -> Iterator[Row]:
    if here:
        yield from measure(load(), wanted)
        return
    for address in dict.fromkeys(("", url)):
        with tempfile.TemporaryDirectory(prefix="callbot-bench-") as folder:
            yield from measure(load({}, data_dir=Path(folder), database_url=address), wanted)
