"""`callbot report`: what the town called about, on a day, in a week or a month."""

import asyncio
import sys
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from callbot import config
from callbot.config import Settings
from callbot.database import Database
from callbot.errors import CallbotError, SettingsError
from callbot.knowledge import store
from callbot.reports.calendar import Due, Kind, period
from callbot.stats.days import day_of
from callbot.stats.period import Period
from callbot.stats.recount import count_due
from callbot.stats.report import as_csv, as_json
from callbot.stats.storage import bring_in, spill

if TYPE_CHECKING:  # loading it takes time that `--help` need not
    from callbot.reports.reporter import Reporter

FORMATS = ("html", "pdf", "csv", "json")
DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--day", type=DAY, metavar="YYYY-MM-DD", help="The day, in Europe/Paris.  [default: yesterday]")
@click.option("--week", type=DAY, metavar="YYYY-MM-DD", help="The week, from Monday, that this day is in.")
@click.option("--month", type=DAY, metavar="YYYY-MM-DD", help="The month that this day is in.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="json",
    show_default=True,
    help="html and pdf: to be read, with pictures. csv and json: every figure.",
)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file instead."
)
@click.option("--send", is_flag=True, help="E-mail it now to report_to, with the PDF and the CSV.")
def report(
    *,
    day: datetime | None,
    week: datetime | None,
    month: datetime | None,
    form: str,
    output: Path | None,
    send: bool,
) -> None:
    """Print the report of a day, a week or a month: every figure with its formula, numerator and denominator.

    For example: callbot report --week 2026-03-02 --format pdf -o semaine.pdf
    """
    asked = [(kind, at.date()) for kind, at in zip(Kind, (day, week, month), strict=True) if at]
    if len(asked) > 1:
        raise click.UsageError("--day, --week, --month: give one of them")
    kind, at = asked[0] if asked else (Kind.DAY, day_of(datetime.now(UTC)) - timedelta(days=1))
    wanted = period(kind, at)
    settings = config.load()
    if send:
        refused = asyncio.run(_send(settings, Due(kind, wanted, datetime.now(UTC))))
        click.echo(
            f"Sent to {len(settings.report_to) - refused} of {len(settings.report_to)} addresses.", err=True
        )
        return
    if form == "pdf" and output is None and sys.stdout.isatty():
        raise click.UsageError("--format pdf: give a file with -o, or send it on to a program")
    _write(asyncio.run(_made(settings, wanted, form)), output)


def _write(content: bytes, output: Path | None) -> None:
    if output is None:
        click.echo(content, nl=False)
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise CallbotError(f"-o {output}: cannot be written: {error.strerror}") from None


async def _made(settings: Settings, wanted: Period, form: str) -> bytes:
    from callbot.reports.page import html

    async with AsyncExitStack() as stack:
        reporter = await _reporter(settings, wanted, stack)
        match form:
            case "pdf":
                return await reporter.pdf(wanted)
            case "html":
                return html(await reporter.document(wanted)).encode()
        figures, _ = await reporter.figures(wanted)
        return (as_csv if form == "csv" else as_json)(figures).encode()


async def _send(settings: Settings, due: Due) -> int:
    """How many addresses were refused."""
    from callbot.reports.post import post

    if not settings.report_to:
        raise SettingsError("CALLBOT_REPORT_TO is empty: name who gets the report")
    async with AsyncExitStack() as stack:
        letter = await (await _reporter(settings, due.period, stack)).letter(due)
        return len(await asyncio.to_thread(post, settings, letter))


async def _reporter(settings: Settings, wanted: Period, stack: AsyncExitStack) -> "Reporter":
    from callbot.reports.reporter import Reporter

    database = await Database.open(settings)
    stack.push_async_callback(database.close)
    await bring_in(database, spill(settings))
    await count_due(database, only=wanted)
    knowledge = store.load(settings.knowledge_dir)
    return Reporter(database, settings, knowledge.commune, knowledge.subjects)
