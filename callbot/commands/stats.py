"""`callbot stats`: counting calls anew."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from callbot import config
from callbot.database import Database
from callbot.stats.month_store import add_up_months, months_due
from callbot.stats.recount import Recounted, count_due, look_for_due


@click.group()
def stats() -> None:
    """The statistics, which each call keeps up to date as it ends."""


@stats.command()
@click.option("--all", "everything", is_flag=True, help="Every day, whether it is due or not.")
def count(*, everything: bool) -> None:
    """Count days anew from their calls, those that are due since an update, and add up months: as the service does by itself."""
    became: dict[Recounted, list[date]] = defaultdict(list)
    days, months = asyncio.run(_count(became, everything=everything))
    click.echo(f"{days} days counted, {months} months added up", err=True)
    for line in left(became):
        click.echo(line, err=True)


WHY = {
    Recounted.GOING_ON: "still due, since calls are in progress",
    Recounted.PURGED: "left as counted before, since calls or events were purged",
    Recounted.NEWER: "left to the newer program that counts this database",
}


def left(became: Mapping[Recounted, Sequence[date]]) -> Iterator[str]:
    """Of the days that were not counted for good a line for each reason, with the days."""
    for what, why in WHY.items():
        if days := became.get(what):
            yield f"{why}: {', '.join(day.isoformat() for day in sorted(days))}"


async def _count(became: dict[Recounted, list[date]], *, everything: bool) -> tuple[int, int]:
    """How many days and months."""
    database = await Database.open(config.load())
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    try:
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
            days = bar.add_task("days", total=len(await look_for_due(database, everything=everything)))

            def told(day: date, what: Recounted) -> None:
                became[what].append(day)
                bar.advance(days)

            counted = await count_due(database, told=told)
            months = bar.add_task("months", total=len(await months_due(database)))
            return counted, await add_up_months(database, told=lambda _: bar.advance(months))
    finally:
        await database.close()
