"""`callbot ask`: the same understanding and dialogue as on the telephone, in writing."""

import json
import re
import sys
from datetime import datetime
from typing import Any

import click

from callbot import config
from callbot.dialogue.callback_written import HIDDEN
from callbot.dialogue.polyglot import Talk
from callbot.dialogue.reply import Reply
from callbot.events import Decision, RecordMessage
from callbot.masking import without_numbers


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
    "--language",
    metavar="CODE",
    help="Ask in that language, of those in commune.toml, such as en.  [default: the line's]",
)
@click.option(
    "--caller",
    metavar="NUMBER",
    default="",
    help="The number that the caller's telephone presents.  [default: none]",
)
@click.option(
    "--at",
    metavar="DATETIME",
    callback=lambda _context, _parameter, value: _instant(value),
    help="Ask as if it were then, such as 2026-12-25T10:00 in Paris.  [default: now]",
)
@click.option(
    "--satisfaction",
    is_flag=True,
    help="Ask as a caller whom the lot has chosen to be asked how satisfied they are.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per question on standard output.")
def ask(
    text: str | None,
    *,
    from_stdin: bool,
    conversation: bool,
    line: str | None,
    language: str | None,
    caller: str,
    at: datetime | None,
    satisfaction: bool,
    as_json: bool,
) -> None:
    """Ask the bot TEXT and print what it decides and says; with --line or --at, also how it greets.

    Keys are pressed by a line of them in brackets: [1], [0612345678#]. After the tone, the next line is the caller's message.
    """
    if text is not None and not text.strip():
        raise click.UsageError("TEXT is empty")
    if (text is None) == (not from_stdin and not conversation):
        raise click.UsageError(
            "give either TEXT, or --stdin (with --conversation for turns of one conversation)"
        )
    from callbot.conversations import new_dialogue, now
    from callbot.dialogue.satisfaction_table import Drawn
    from callbot.editing.in_use import knowledge_in_use
    from callbot.understanding.router import Readers

    settings = config.load()
    knowledge = knowledge_in_use(settings)
    if language and language not in knowledge.commune.languages:
        offered = ", ".join(knowledge.commune.languages)
        raise click.BadParameter(f"--language {language}: the commune offers {offered}")
    readers = Readers(settings, knowledge)

    def begin() -> Talk:
        clock = (lambda: at) if at else now
        return new_dialogue(
            settings,
            knowledge,
            line=line or "",
            caller=caller,
            now=clock,
            language=language or "",
            survey=Drawn(settings.satisfaction_comment_up_to) if satisfaction else None,
        )

    dialogue = begin()
    if (line is not None or at is not None) and not as_json:
        click.echo("greeting\n  " + " ".join(prompt.text for prompt in dialogue.open()))
    recording = False
    for asked in [text] if text is not None else sys.stdin:
        if not conversation or not asked.strip():
            dialogue, recording = begin(), False
        if asked.strip():
            words = asked.rstrip("\n")
            if recording:  # the line is a message: nothing of it is understood, or shown
                reply, shown = dialogue.recorded("key", kept=True), HIDDEN
            else:
                pressed = keys_of(words)
                heard = readers.interpret(words, dialogue.language) if not pressed else None
                shown = dialogue.written(words)
                reply = (dialogue.hear(heard) if heard else press_all(dialogue, pressed)) or NOTHING_SAID
            recording = isinstance(reply.then, RecordMessage)
            _show(shown, reply, as_json)


NOTHING_SAID = Reply(Decision.ACT, ())
"""What keys lead to that mean nothing, or of which more are awaited."""


def keys_of(line: str) -> str:
    """The keys of a line in brackets, « [0612345678#] »; empty: it is words."""
    found = re.fullmatch(r"\[([0-9*# ]+)\]", line.strip())
    return found[1].replace(" ", "") if found else ""


def press_all(dialogue: Talk, keys: str) -> Reply | None:
    """Press keys one after the other; what is said after the last one that says anything."""
    replies = [dialogue.press(key) for key in keys]
    return next((reply for reply in reversed(replies) if reply), None)


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
    if reply.callback:
        noted = (reply.callback.name, reply.callback.wish or "peu importe", reply.callback.motive or "-")
        click.echo(f"  (à rappeler : {', '.join(filter(None, (*noted, reply.callback.place)))})")


def _is_slow(reply: Reply) -> bool:
    return any(prompt.slow for prompt in reply.say)


def as_fields(text: str, reply: Reply) -> dict[str, Any]:
    """The JSON fields of `callbot ask` (a contract)."""
    return {
        "text": without_numbers(text),
        "decision": reply.decision,
        "motive": reply.motive,
        "aspect": reply.aspect,
        "act": reply.act,
        "emergency": reply.emergency,
        "confidence": round(reply.confidence, 3),
        "answer_id": reply.answer_id,
        "first_answer_id": reply.first.answer_id if reply.first else None,
        "slow": _is_slow(reply),
        "reply": reply.shown,
        "callback": reply.callback is not None,
    }
