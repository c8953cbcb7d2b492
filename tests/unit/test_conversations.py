"""Written conversations of several turns, through the real router of the demonstration commune."""

from datetime import datetime

import pytest

from callbot import config
from callbot.commands.ask import keys_of, press_all
from callbot.config import Settings
from callbot.conversations import new_dialogue
from callbot.dialogue.reply import Reply
from callbot.dialogue.satisfaction_table import Drawn
from callbot.humans.hours import PARIS
from callbot.knowledge import store
from callbot.knowledge.store import Knowledge
from callbot.languages.tables import codes
from callbot.understanding.router import Readers
from tests.support.cli import environment
from tests.support.conversations import Written, written

AT = datetime(2026, 11, 24, 10, tzinfo=PARIS)
"""A Tuesday morning on which the offices are open and every entry is valid."""


NIGHT = datetime(2026, 11, 24, 21, tzinfo=PARIS)
"""The evening of that day: nobody is there for callers of this line."""
LINE_WITH_HOURS = "0199000002"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The defaults, with the router that `make setup` trained."""
    return config.load(environment(tmp_path_factory.mktemp("data")))


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    """The demonstration commune."""
    return store.load()


@pytest.fixture(scope="module")
def readers(settings: Settings, knowledge: Knowledge) -> Readers:
    """Its routers."""
    return Readers(settings, knowledge)


@pytest.mark.parametrize(
    ("language", "conversation"),
    [(code, conversation) for code in codes() for conversation in written(code)],
    ids=lambda value: value if isinstance(value, str) else value.title,
)
def test_a_written_conversation(
    language: str, conversation: Written, settings: Settings, knowledge: Knowledge, readers: Readers
) -> None:
    """Each turn's decision, what was meant, and what is said."""
    closed = conversation.closed
    dialogue = new_dialogue(
        settings,
        knowledge,
        line=LINE_WITH_HOURS if closed else "",
        caller=conversation.caller,
        now=lambda: NIGHT if closed else AT,
        language=language,
        survey=Drawn(settings.satisfaction_comment_up_to) if conversation.drawn else None,
    )
    for turn in conversation.turns:
        pressed = keys_of(turn.said)
        reading = readers.interpret(turn.said, dialogue.language)
        reply = press_all(dialogue, pressed) if pressed else dialogue.hear(reading)
        assert reply
        assert (reply.decision, _meant(reply)) == (turn.decision, turn.meant), turn.said
        assert [part for part in turn.fragments if part not in reply.text] == []


def _meant(reply: Reply) -> tuple[str, ...]:
    answers = [reply.first, reply] if reply.first else [reply]
    return tuple(
        ".".join(filter(None, (one.motive, one.aspect))) or one.act or one.emergency or "-" for one in answers
    )
