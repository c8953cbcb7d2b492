"""`callbot privacy`: purge transcripts, hand out or erase what is kept of a caller."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from callbot import config
from callbot.callbacks import purge_callbacks
from callbot.config import Settings
from callbot.database import Database
from callbot.messages import kept_messages
from callbot.privacy import erase_caller, export_caller, pseudonym, pseudonym_key, purge_transcripts
from callbot.stats.storage import bring_in, spill

T = TypeVar("T")

number_option = click.option(
    "--number", required=True, help="The caller's number; 01 23 45 67 89 and +33 1 23 45 67 89 are the same."
)


@click.group()
def privacy() -> None:
    """Personal data of callers."""


@privacy.command()
@click.option("--dry-run", is_flag=True, help="Only say how many there are.")
def purge(dry_run: bool) -> None:
    """Forget transcripts older than transcript_days, call-back requests older than callback_days, messages older than message_days.

    The service does so every day.
    """
    what = "to purge" if dry_run else "purged"
    count = _run(lambda database, settings: purge_transcripts(database, settings, dry_run=dry_run))
    click.echo(f"transcripts {what}: {count}", err=True)
    count = _run(lambda database, settings: purge_callbacks(database, settings, dry_run=dry_run))
    click.echo(f"call-back requests {what}: {count}", err=True)
    count = _run(
        lambda database, settings: kept_messages(database, settings).purge(
            settings.message_days, settings.transcript_days, dry_run=dry_run
        )
    )
    click.echo(f"messages {what}: {count}", err=True)


@privacy.command()
@number_option
def export(number: str) -> None:
    """Print everything kept of a caller, as one JSON object; recordings of messages that are still there by the names of their files."""
    exported = _run(lambda database, settings: export_caller(database, _hash(settings, number), number))
    click.echo(json.dumps(exported, ensure_ascii=False))


@privacy.command()
@number_option
def erase(number: str) -> None:
    """Erase every call of a caller, with turns, events and recorded messages, and every request to call their number back."""
    count = _run(lambda database, settings: _erase(database, settings, number))
    click.echo(f"calls erased: {count}", err=True)


async def _erase(database: Database, settings: Settings, number: str) -> int:
    hashed = _hash(settings, number)
    await kept_messages(database, settings).erase(hashed, number)
    return await erase_caller(database, hashed, number, actor="command line")


def _hash(settings: Settings, number: str) -> str:
    hashed = pseudonym(pseudonym_key(settings), number)
    if hashed is None:
        raise click.BadParameter(f"'{number}' is not a telephone number", param_hint="--number")
    return hashed


def _run(work: Callable[[Database, Settings], Awaitable[T]]) -> T:
    async def run() -> T:
        settings = config.load()
        database = await Database.open(settings)
        try:
            await bring_in(database, spill(settings))
            return await work(database, settings)
        finally:
            await database.close()

    return asyncio.run(run())
