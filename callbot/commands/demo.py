"""`callbot demo`: what demonstrations and measurements need."""

import asyncio
import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from callbot import config
from callbot.config import Settings
from callbot.database import Database
from callbot.demo.course import Town
from callbot.demo.filling import fill
from callbot.demo.mix import mix
from callbot.knowledge import store
from callbot.stats.days import day_of
from callbot.stats.month_store import add_up_months
from callbot.stats.period import LONGEST_DAYS, Period


class BrokenOffError(Exception):
    """Whoever asked for the calls does not want more of them now."""


@click.group()
def demo() -> None:
    """Make what demonstrations and measurements need."""


@demo.command()
@click.option("--days", type=click.IntRange(1, LONGEST_DAYS), default=365, show_default=True)
@click.option(
    "--calls", "count", type=click.IntRange(1, 20_000_000), help="In all.  [default: 300 for each day]"
)
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="The last day.  [default: yesterday]",
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="The same gives the same calls."
)
def calls(days: int, count: int | None, until: datetime | None, seed: int) -> None:
    """Fill an empty database with plausible calls that nobody made: a year of them, to see the pages and measure them.

    Broken off (Ctrl-C), whole days are there, and the same options go on with the rest.
    """
    last = until.date() if until else day_of(datetime.now(UTC)) - timedelta(days=1)
    period = Period(last - timedelta(days=days - 1), last)
    count = count or 300 * days
    try:
        missing = asyncio.run(_filled_until_asked(config.load(), period, count, seed))
    except (BrokenOffError, KeyboardInterrupt):
        again = f"callbot demo calls --days {days} --calls {count} --until {last} --seed {seed}"
        click.echo(f"Broken off; the days that are there are whole. To make the rest: {again}", err=True)
        raise click.Abort from None
    of_them = "" if missing == count else f", {missing or 'none'} of them now"
    click.echo(f"{count} calls from {period.first} to {period.last}{of_them}", err=True)


async def _filled_until_asked(settings: Settings, period: Period, count: int, seed: int) -> int:
    """Ctrl-C lets the day be written that is being written; a second one does not."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def ask() -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    loop.add_signal_handler(signal.SIGINT, ask)
    return await filled(settings, period, count, seed, stopped=stop.is_set)


async def filled(
    settings: Settings,
    period: Period,
    count: int,
    seed: int,
    *,
    stopped: Callable[[], bool] = lambda: False,
) -> int:
    """Fill the database of `settings`, with a bar on a terminal; how many calls were missing.

    Raises CallbotError, and BrokenOffError after a whole day once it is `stopped`.
    """

    def go_on(*_: object) -> None:
        if stopped():
            raise BrokenOffError

    console = Console(stderr=True)
    columns = (TextColumn("calls"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    database = await Database.open(settings)
    try:
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task("calls", total=count)

            def advance(written: int) -> None:
                bar.advance(task, written)
                go_on()

            missing = await fill(
                database,
                town(settings),
                period,
                count,
                seed,
                workers=os.cpu_count() or 1,
                advance=advance,
            )
            await add_up_months(database, told=go_on)
            return missing
    finally:
        await database.close()


def town(settings: Settings) -> Town:
    """The commune of the knowledge base in use."""
    knowledge = store.load(settings.knowledge_dir)
    commune = knowledge.commune
    lines = [line.number for line in commune.lines] or [""]
    return Town(mix(knowledge.entries), lines, commune.languages, commune.default_service)
