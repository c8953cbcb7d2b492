"""`callbot callbacks`: whom to call back, and what became of it."""

import asyncio
import dataclasses
import json
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from callbot import config
from callbot.callbacks import Callback, CallbackState, list_callbacks, mark_callback
from callbot.database import Database
from callbot.humans.hours import PARIS
from callbot.stats.storage import bring_in, spill

T = TypeVar("T")

WORDS = {
    CallbackState.TO_CALL: "à rappeler",
    CallbackState.TRIED: "sans réponse",
    CallbackState.DONE: "fait",
}


@click.group()
def callbacks() -> None:
    """Callers who asked to be called back."""


@callbacks.command("list")
@click.option("--all", "with_done", is_flag=True, help="Also those that are done.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per request.")
def list_them(*, with_done: bool, as_json: bool) -> None:
    """Print the requests, the oldest first, with the numbers to dial."""
    for callback in _run(lambda database: list_callbacks(database, with_done=with_done)):
        click.echo(json.dumps(_fields(callback), ensure_ascii=False) if as_json else _line(callback))


@callbacks.command()
@click.argument("number", type=int)
def tried(number: int) -> None:
    """Note that somebody called for request NUMBER and reached nobody."""
    _mark(number, CallbackState.TRIED)


@callbacks.command()
@click.argument("number", type=int)
def done(number: int) -> None:
    """Note that request NUMBER is done."""
    _mark(number, CallbackState.DONE)


def _mark(number: int, state: CallbackState) -> None:
    if not _run(lambda database: mark_callback(database, number, state, actor="command line")):
        raise click.BadParameter(f"there is no request {number}", param_hint="NUMBER")


def _fields(callback: Callback) -> dict[str, object]:
    return dataclasses.asdict(callback) | {"asked_at": callback.asked_at.isoformat()}


def _line(callback: Callback) -> str:
    asked = callback.asked_at.astimezone(PARIS).strftime("%d/%m/%Y %H:%M")
    whom = filter(None, (_dialled(callback.number), callback.name))
    about = filter(None, (callback.wish or "peu importe", callback.motive or "-", callback.place))
    return "  ".join((str(callback.id), asked, *whom, *about, f"[{WORDS[callback.state]}]"))


def _dialled(number: str) -> str:
    """As one dials it from France: 06 12 34 56 78."""
    if not number.startswith("+33"):
        return number
    national = f"0{number[3:]}"
    return " ".join(national[at : at + 2] for at in range(0, len(national), 2))


def _run(work: Callable[[Database], Awaitable[T]]) -> T:
    async def run() -> T:
        settings = config.load()
        database = await Database.open(settings)
        try:
            await bring_in(database, spill(settings))
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(run())
