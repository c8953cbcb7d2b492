"""`callbot ask`: the same understanding and dialogue as on the telephone, in writing."""

import json
import sys
from typing import Any

import click

from callbot import config
from callbot.dialogue.machine import Reply


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
@click.option("--json", "as_json", is_flag=True, help="One JSON object per question on standard output.")
def ask(text: str | None, from_stdin: bool, conversation: bool, as_json: bool) -> None:
    """Ask the bot TEXT and print what it decides and says."""
    if text is not None and not text.strip():
        raise click.UsageError("TEXT is empty")
    if (text is None) == (not from_stdin and not conversation):
        raise click.UsageError(
            "give either TEXT, or --stdin (with --conversation for turns of one conversation)"
        )
    from callbot.conversations import new_dialogue
    from callbot.knowledge import store
    from callbot.understanding.router import Understanding

    settings = config.load()
    knowledge = store.load(settings.knowledge_dir)
    understanding = Understanding.load(settings, knowledge)
    dialogue = new_dialogue(settings, knowledge)
    for line in [text] if text is not None else sys.stdin:
        if not conversation or not line.strip():
            dialogue = new_dialogue(settings, knowledge)
        if line.strip():
            asked = line.rstrip("\n")
            _show(asked, dialogue.hear(understanding.interpret(asked)), as_json)


def _show(text: str, reply: Reply, as_json: bool) -> None:
    fields = as_fields(text, reply)
    if as_json:
        click.echo(json.dumps(fields, ensure_ascii=False))
        return
    understood = ".".join(filter(None, (reply.motive, reply.aspect))) or reply.act or reply.emergency or ""
    click.echo(f"{reply.decision}  {understood}  {reply.confidence:.2f}")
    click.echo(f"  {reply.text}")


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
        "reply": reply.text,
    }
