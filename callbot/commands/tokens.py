"""`callbot tokens`: who may read the API."""

import asyncio
import getpass
import json
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from callbot import config
from callbot.api.tokens import ApiTokens, Scope
from callbot.database import Database

T = TypeVar("T")


@click.group()
def tokens() -> None:
    """Tokens of the read API (docs/api.md)."""


@tokens.command()
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, required=True, type=click.Choice([scope.value for scope in Scope]),
    help="What it may read; may be given several times.",
)  # fmt: skip
@click.option(
    "--days", type=click.IntRange(1, 3650), default=365, show_default=True, help="How long it is good."
)
@click.option("--no-end", is_flag=True, help="It is good until it is removed.")
def add(name: str, scopes: tuple[str, ...], days: int, no_end: bool) -> None:
    """Make a token and print it: nobody can see it again."""
    wanted = {Scope(scope) for scope in scopes}
    token = _run(lambda known: known.add(name, wanted, None if no_end else days, actor=_actor()))
    click.echo(token)


@tokens.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per token.")
def list_(as_json: bool) -> None:
    """Print every token, without its secret."""
    for one in _run(lambda known: known.all()):
        end = one.expires_at.isoformat() if one.expires_at else None
        used = one.used_at.isoformat() if one.used_at else None
        if as_json:
            fields = {
                "name": one.name,
                "scopes": one.scopes,
                "created_by": one.created_by,
                "expires_at": end,
                "used_at": used,
            }
            click.echo(json.dumps(fields, ensure_ascii=False))
        else:
            click.echo(
                f"{one.name}\t{' '.join(one.scopes)}\tuntil {end or 'removed'}\tused {used or 'never'}"
            )


@tokens.command()
@click.argument("name")
def remove(name: str) -> None:
    """Take a token away: it opens nothing from now on."""
    _run(lambda known: known.remove(name, actor=_actor()))
    click.echo(f"token '{name}' removed", err=True)


def _actor() -> str:
    """Who runs the command, for the journal."""
    try:
        return f"command line ({getpass.getuser()})"
    except (KeyError, OSError):
        return "command line"


def _run(work: Callable[[ApiTokens], Awaitable[T]]) -> T:
    async def run() -> T:
        database = await Database.open(config.load())
        try:
            return await work(ApiTokens(database))
        finally:
            await database.close()

    return asyncio.run(run())
