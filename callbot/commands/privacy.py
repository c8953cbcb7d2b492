"""`callbot privacy`: purge what has grown old, hand out or erase what is kept of a caller."""

import asyncio
import getpass
import json
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from callbot import config
from callbot.caller_data import erase_caller, export_caller
from callbot.config import Settings
from callbot.database import Database
from callbot.messages import kept_messages
from callbot.privacy import Purged, kept_for, pseudonym, pseudonym_key
from callbot.privacy import purge as purge_kinds
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
@click.option("--json", "as_json", is_flag=True, help="One JSON object per kind of data.")
def purge(dry_run: bool, as_json: bool) -> None:
    """Forget every kind of data that is older than its setting (the service does so every day), and say what was forgotten."""
    settings = config.load()
    done = _run(lambda database, _: purge_kinds(database, settings, dry_run=dry_run))
    if as_json:
        for one in done:
            click.echo(json.dumps(_fields(one, settings, dry_run=dry_run)))
        return
    click.echo(
        f"{'kind':<14}{'setting':<20}{'days':>6}{'due' if dry_run else 'purged':>10}{'left':>10}  oldest left",
        err=True,
    )
    for one in done:
        days = kept_for(one.kind, settings).days
        oldest = f"{one.oldest:%Y-%m-%d}" if one.oldest else "–"
        click.echo(
            f"{one.kind.id:<14}{one.kind.setting or '(fixed)':<20}{days:>6}{one.rows:>10}{one.left:>10}  {oldest}",
            err=True,
        )


@privacy.command()
@number_option
def export(number: str) -> None:
    """Print everything kept of a caller, as one JSON object."""
    exported = _run(
        lambda database, settings: export_caller(
            database, _hash(settings, number), number, waiting=spill(settings), actor=_actor()
        )
    )
    click.echo(json.dumps(exported, ensure_ascii=False))


@privacy.command()
@number_option
def erase(number: str) -> None:
    """Erase every call of a caller, with all that hangs on it, and every request to call their number back."""
    count = _run(lambda database, settings: _erase(database, settings, number))
    click.echo(f"calls erased: {count}", err=True)


async def _erase(database: Database, settings: Settings, number: str) -> int:
    hashed = _hash(settings, number)
    await kept_messages(database, settings).erase(hashed, number)  # their files at once
    return await erase_caller(database, hashed, number, actor=_actor(), waiting=spill(settings))


def _fields(one: Purged, settings: Settings, *, dry_run: bool) -> dict[str, object]:
    return {
        "kind": one.kind.id,
        "setting": one.kind.setting or None,
        "days": kept_for(one.kind, settings).days,
        "due" if dry_run else "purged": one.rows,
        "left": one.left,
        "oldest": one.oldest.isoformat() if one.oldest else None,
    }


def _hash(settings: Settings, number: str) -> str:
    hashed = pseudonym(pseudonym_key(settings), number)
    if hashed is None:
        raise click.BadParameter("this is not a telephone number", param_hint="--number")
    return hashed


def _actor() -> str:
    """Who runs the command, for the journal."""
    try:
        return f"command line ({getpass.getuser()})"
    except (KeyError, OSError):
        return "command line"


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
