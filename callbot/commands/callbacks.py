"""`callbot callbacks`: whom to call back, and what became of it."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import TypeVar

import click

from callbot import config
from callbot.callback_states import (
    Action,
    Call,
    Callback,
    CallbackState,
    Done,
    GiveBack,
    NoAnswer,
    Refusal,
    Reopen,
    Take,
    Why,
)
from callbot.callback_times import Due, window
from callbot.callback_turns import Turns
from callbot.callbacks import OPEN, Callbacks, Said, Wanted
from callbot.database import Database
from callbot.editing.in_use import knowledge_in_use
from callbot.errors import CallbotError
from callbot.humans.hours import PARIS
from callbot.humans.queue_keeper import queue_rules
from callbot.humans.queue_news import News
from callbot.humans.queue_store import QueueStore
from callbot.phone_numbers import as_dialled
from callbot.stats.storage import bring_in, spill

T = TypeVar("T")

WORDS = {
    CallbackState.TO_CALL: "à rappeler",
    CallbackState.TRIED: "sans réponse",
    CallbackState.DONE: "fait",
}
DUE = {Due.OVERDUE: "en retard", Due.NOW: "maintenant", Due.LATER: "plus tard"}
REFUSALS = {
    Why.TAKEN: "somebody else is at it, or at another request of the same number",
    Why.SETTLED: "it is done already",
    Why.OPEN: "it is not done",
    Why.HERE: "the person has called again, and is on the line",
    Why.CALLS: "somebody else is being called back from that desk",
    Why.TALKS: "that desk talks to somebody",
}
COMMAND_LINE = "command line"

number_argument = click.argument("number", type=int)
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object per request.")
actor_option = click.option("--as", "actor", default=COMMAND_LINE, help="Who does it: a name of an account.")
note_option = click.option("--note", default="", help="A note for whoever reads the request next.")


@click.group()
def callbacks() -> None:
    """Callers who asked to be called back."""


@callbacks.command("list")
@click.option("--all", "with_done", is_flag=True, help="Also those that are done.")
@click.option(
    "--state", type=click.Choice([state.value for state in CallbackState]), help="Only those in that state."
)
@click.option("--service", default="", help="Only those for that service (its id).")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Only those asked for on that day.")
@json_option
def list_them(
    *, with_done: bool, state: str | None, service: str, day: datetime | None, as_json: bool
) -> None:
    """Print the requests in the order in which to call, with the numbers to dial."""
    states = (CallbackState(state),) if state else tuple(CallbackState) if with_done else OPEN
    wanted = Wanted(states, service, _day(day))
    now = datetime.now(UTC)
    for callback in _run(lambda found: found.listed(wanted, now)):
        _print(callback, now, as_json=as_json)


@callbacks.command()
@number_argument
@json_option
def show(*, number: int, as_json: bool) -> None:
    """Print request NUMBER, its tries, its note, and what was said in the call."""

    async def read(found: Callbacks) -> tuple[Callback, list[Said]] | None:
        callback = await found.find(number)
        return (callback, (await found.conversations([callback]))[callback.call_id]) if callback else None

    read_one = _run(read)
    if read_one is None:
        raise _unknown(number)
    callback, said = read_one
    now = datetime.now(UTC)
    if as_json:
        turns = [
            {"transcript": one.transcript, "decision": one.decision, "motive": one.motive} for one in said
        ]
        click.echo(json.dumps(_fields(callback, now) | {"turns": turns}, ensure_ascii=False))
        return
    click.echo(_line(callback, now))
    for one in callback.tries:
        click.echo(f"  essayé le {_clock(one.at)} par {one.by}")
    for name, value in (("note", callback.note), *(("appelant", one.transcript or "…") for one in said)):
        if value:
            click.echo(f"  {name} : {value}")


@callbacks.command()
@number_argument
@actor_option
@json_option
def take(*, number: int, actor: str, as_json: bool) -> None:
    """Say that you see to request NUMBER: nobody else can for a while."""
    _act(number, Take(), actor, as_json=as_json)


@callbacks.command()
@number_argument
@actor_option
@json_option
def call(*, number: int, actor: str, as_json: bool) -> None:
    """Note that you dial now for request NUMBER, and take it on."""
    _act(number, Call(), actor, as_json=as_json)


@callbacks.command()
@number_argument
@click.option(
    "--retry-at",
    type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]),
    help="When to try again, by the clocks of metropolitan France.",
)
@note_option
@actor_option
@json_option
def tried(*, number: int, retry_at: datetime | None, note: str, actor: str, as_json: bool) -> None:
    """Note that somebody called for request NUMBER and reached nobody."""
    again = retry_at.replace(tzinfo=PARIS) if retry_at else None
    _act(number, NoAnswer(again, note), actor, as_json=as_json)


@callbacks.command()
@number_argument
@click.option("--unresolved", is_flag=True, help="The person does not have what they needed.")
@note_option
@actor_option
@json_option
def done(*, number: int, unresolved: bool, note: str, actor: str, as_json: bool) -> None:
    """Note that request NUMBER is done."""
    _act(number, Done(not unresolved, note), actor, as_json=as_json)


@callbacks.command("give-back")
@number_argument
@actor_option
@json_option
def give_back(*, number: int, actor: str, as_json: bool) -> None:
    """Let somebody else see to request NUMBER."""
    _act(number, GiveBack(), actor, as_json=as_json)


@callbacks.command()
@number_argument
@actor_option
@json_option
def reopen(*, number: int, actor: str, as_json: bool) -> None:
    """Take back that request NUMBER is done."""
    _act(number, Reopen(), actor, as_json=as_json)


def _act(number: int, action: Action, actor: str, *, as_json: bool) -> None:
    match _run(lambda found: found.act(number, action, actor=actor)):
        case None:
            raise _unknown(number)
        case Refusal(why=why, by=by):
            raise CallbotError(f"request {number}: {REFUSALS[why]}{f' ({by})' if by else ''}")
        case callback:
            if as_json:
                _print(callback, datetime.now(UTC), as_json=True)


def _unknown(number: int) -> click.BadParameter:
    return click.BadParameter(f"there is no request {number}", param_hint="NUMBER")


def _day(day: datetime | None) -> date | None:
    return day.date() if day else None


def _print(callback: Callback, now: datetime, *, as_json: bool) -> None:
    shown = json.dumps(_fields(callback, now), ensure_ascii=False) if as_json else _line(callback, now)
    click.echo(shown)


def _fields(callback: Callback, now: datetime) -> dict[str, object]:
    """JSON types only. `due`: overdue, now or later, with `due_from` and `due_until`; null once it is done."""
    claim = callback.claimed(now)
    wanted = window(callback, now) if callback.state is not CallbackState.DONE else None
    return {
        "id": callback.id,
        "asked_at": callback.asked_at.isoformat(),
        "number": callback.number,
        "wish": callback.wish,
        "motive": callback.motive,
        "line": callback.line,
        "service": callback.service,
        "state": callback.state,
        "name": callback.name,
        "place": callback.place,
        "state_at": _iso(callback.state_at),
        "state_by": callback.state_by or None,
        "tries": [{"at": one.at.isoformat(), "by": one.by} for one in callback.tries],
        "retry_at": _iso(callback.retry_at),
        "resolved": callback.resolved,
        "note": callback.note,
        "in_queue": callback.turn.place if callback.turn else None,
        "language": callback.language,
        "claimed_by": claim.by if claim else None,
        "claimed_at": _iso(claim.since if claim else None),
        "due": wanted.due(now).name.lower() if wanted else None,
        "due_from": _iso(wanted.first if wanted else None),
        "due_until": _iso(wanted.last if wanted else None),
    }


def _iso(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None


def _clock(at: datetime) -> str:
    return at.astimezone(PARIS).strftime("%d/%m/%Y %H:%M")


def _line(callback: Callback, now: datetime) -> str:
    whom = filter(None, (as_dialled(callback.number), callback.name))
    about = filter(None, (callback.wish or "peu importe", callback.motive or "-", callback.place))
    return "  ".join(
        (str(callback.id), _clock(callback.asked_at), *whom, *about, f"[{_state(callback, now)}]")
    )


def _state(callback: Callback, now: datetime) -> str:
    """« sans réponse, 2 essais, en retard, léa s'en occupe »."""
    if callback.state is CallbackState.DONE:
        return "fait, pas résolu" if callback.resolved is False else WORDS[callback.state]
    count = len(callback.tries)
    tries = f"{count} essai{'s' if count > 1 else ''}" if count else ""
    late = DUE[Due.OVERDUE] if window(callback, now).due(now) is Due.OVERDUE else ""
    claim = callback.claimed(now)
    return ", ".join(
        filter(None, (WORDS[callback.state], tries, late, f"{claim.by} s'en occupe" if claim else ""))
    )


def _run(work: Callable[[Callbacks], Awaitable[T]]) -> T:
    async def run() -> T:
        settings = config.load()
        knowledge = knowledge_in_use(settings)
        database = await Database.open(settings)
        try:
            await bring_in(database, spill(settings))
            turns = Turns(knowledge.responsible)
            queue = QueueStore(database, queue_rules(settings), News(database), turns)
            return await work(Callbacks(database, knowledge.responsible, queue=queue))
        finally:
            await database.close()

    return asyncio.run(run())
