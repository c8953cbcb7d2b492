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
from callbot.stats.recount import Recounted, count_due, look_for_due


@click.group()
def stats() -> None:
    """The statistics, which each call keeps up to date as it ends."""


@stats.command()
@click.option("--all", "everything", is_flag=True, help="Every day, whether it is due or not.")
def count(*, everything: bool) -> None:
    """Count days anew from their calls: those that are due since an update, as the service does by itself."""
    became: dict[Recounted, list[date]] = defaultdict(list)
    counted = asyncio.run(_count(became, everything=everything))
    click.echo(f"{counted} days counted", err=True)
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


async def _count(became: dict[Recounted, list[date]], *, everything: bool) -> int:
    database = await Database.open(config.load())
    console = Console(stderr=True)
    columns = (TextColumn("days"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        days = await look_for_due(database, everything=everything)
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task("days", total=len(days))

            def told(day: date, what: Recounted) -> None:
                became[what].append(day)
                bar.advance(task)

            return await count_due(database, told=told)
    finally:
        await database.close()
