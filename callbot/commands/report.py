"""`callbot report`: the figures of a day."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click

from callbot import config
from callbot.database import Database
from callbot.errors import CallbotError
from callbot.stats.days import day_of
from callbot.stats.period import Period
from callbot.stats.recount import count_due
from callbot.stats.report import as_csv, as_json, day_report
from callbot.stats.slices import Figures
from callbot.stats.storage import bring_in, spill

FORMATS = {"json": as_json, "csv": as_csv}
LATER = ("html", "pdf")


@click.command()
@click.option(
    "--day",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="The day, in Europe/Paris.  [default: yesterday]",
)
@click.option(
    "--format",
    "form",
    type=click.Choice([*LATER, *FORMATS]),
    default="json",
    show_default=True,
    help="html and pdf are not available yet.",
)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file instead."
)
def report(day: datetime | None, form: str, output: Path | None) -> None:
    """Print the report of a day: every figure with its formula, numerator and denominator."""
    if form in LATER:
        raise click.UsageError(f"--format {form} is not available yet: use json or csv")
    wanted = day.date() if day else day_of(datetime.now(UTC)) - timedelta(days=1)
    text = FORMATS[form](asyncio.run(_report(wanted)))
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise CallbotError(f"-o {output}: cannot be written: {error.strerror}") from None


async def _report(day: date) -> Figures:
    settings = config.load()
    database = await Database.open(settings)
    try:
        await bring_in(database, spill(settings))
        await count_due(database, only=Period.day(day))
        return await day_report(database, day, settings.service_level_seconds)
    finally:
        await database.close()
