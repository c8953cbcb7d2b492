"""`callbot stats`: counting calls anew."""

import asyncio

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from callbot import config
from callbot.database import Database
from callbot.stats.recount import count_due, look_for_due


@click.group()
def stats() -> None:
    """The statistics, which each call keeps up to date as it ends."""


@stats.command()
@click.option("--all", "everything", is_flag=True, help="Every day, whether it is due or not.")
def count(*, everything: bool) -> None:
    """Count days anew from their calls: those that are due since an update, as the service does by itself."""
    click.echo(f"{asyncio.run(_count(everything=everything))} days counted", err=True)


async def _count(*, everything: bool) -> int:
    database = await Database.open(config.load())
    console = Console(stderr=True)
    columns = (TextColumn("days"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        days = await look_for_due(database, everything=everything)
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task("days", total=len(days))
            return await count_due(database, counted=lambda _: bar.advance(task))
    finally:
        await database.close()
