"""`callbot ask`: the same understanding and dialogue as on the telephone, in writing."""

import json
import sys
from datetime import datetime
from typing import Any

import click

from callbot import config
from callbot.dialogue.machine import Dialogue
from callbot.dialogue.reply import Reply


@click.command()
@click.argument("text", required=False)
@click.option(
    "--stdin", "from_stdin", is_flag=True, help="Read a question per line, each a new conversation."
)
@click.option(
    "--conversation",
    is_flag=True,
    help="The lines are turns of one conversation; a blank line starts another.",
)
@click.option(
    "--line",
    metavar="NUMBER",
    help="The number that was called, of the lines in commune.toml.  [default: the first one]",
)
@click.option(
    "--at",
    metavar="DATETIME",
    callback=lambda _context, _parameter, value: _instant(value),
    help="Ask as if it were then, such as 2026-12-25T10:00 in Paris.  [default: now]",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per question on standard output.")
def ask(
    text: str | None,
    *,
    from_stdin: bool,
    conversation: bool,
    line: str | None,
    at: datetime | None,
    as_json: bool,
) -> None:
    """Ask the bot TEXT and print what it decides and says; with --line or --at, also how it greets."""
    if text is not None and not text.strip():
        raise click.UsageError("TEXT is empty")
    if (text is None) == (not from_stdin and not conversation):
        raise click.UsageError(
            "give either TEXT, or --stdin (with --conversation for turns of one conversation)"
        )
    from callbot.conversations import new_dialogue, now
    from callbot.knowledge import store
    from callbot.understanding.router import Understanding

    settings = config.load()
    knowledge = store.load(settings.knowledge_dir)
    understanding = Understanding.load(settings, knowledge)

    def caller() -> Dialogue:
        return new_dialogue(settings, knowledge, line=line or "", now=(lambda: at) if at else now)

    dialogue = caller()
    if (line is not None or at is not None) and not as_json:
        click.echo("greeting\n  " + " ".join(prompt.text for prompt in dialogue.open()))
    for asked in [text] if text is not None else sys.stdin:
        if not conversation or not asked.strip():
            dialogue = caller()
        if asked.strip():
            words = asked.rstrip("\n")
            _show(words, dialogue.hear(understanding.interpret(words)), as_json)


def _instant(value: str | None) -> datetime | None:
    """The instant of an ISO date and time, in Paris where it names no time zone."""
    from callbot.humans.hours import PARIS

    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"'{value}' is not a date and time, such as 2026-12-25T10:00") from None
    return at if at.tzinfo else at.replace(tzinfo=PARIS)


def _show(text: str, reply: Reply, as_json: bool) -> None:
    fields = as_fields(text, reply)
    if as_json:
        click.echo(json.dumps(fields, ensure_ascii=False))
        return
    for one in filter(None, (reply.first, reply)):
        understood = ".".join(filter(None, (one.motive, one.aspect))) or one.act or one.emergency or ""
        click.echo(f"{one.decision}  {understood}  {one.confidence:.2f}")
    pace = "(plus lentement) " if _is_slow(reply) else ""
    click.echo(f"  {pace}{reply.text}")


def _is_slow(reply: Reply) -> bool:
    return any(prompt.slow for prompt in reply.say)


def as_fields(text: str, reply: Reply) -> dict[str, Any]:
    """The JSON fields of `callbot ask` (a contract)."""
    return {
        "text": text,
        "decision": reply.decision,
        "motive": reply.motive,
        "aspect": reply.aspect,
        "act": reply.act,
        "emergency": reply.emergency,
        "confidence": round(reply.confidence, 3),
        "answer_id": reply.answer_id,
        "first_answer_id": reply.first.answer_id if reply.first else None,
        "slow": _is_slow(reply),
        "reply": reply.text,
    }
