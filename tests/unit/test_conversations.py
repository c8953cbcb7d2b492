"""Written conversations of several turns, through the real router of the demonstration commune."""

from datetime import datetime

import pytest

from callbot import config
from callbot.config import Settings
from callbot.conversations import new_dialogue
from callbot.dialogue.reply import Reply
from callbot.humans.hours import PARIS
from callbot.knowledge import store
from callbot.knowledge.store import Knowledge
from callbot.understanding.router import Understanding
from tests.support.cli import environment
from tests.support.conversations import Written, written

AT = datetime(2026, 11, 24, 10, tzinfo=PARIS)
"""A Tuesday morning on which the offices are open and every entry is valid."""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The defaults, with the router that `make setup` trained."""
    return config.load(environment(tmp_path_factory.mktemp("data")))


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    """The demonstration commune."""
    return store.load()


@pytest.fixture(scope="module")
def understanding(settings: Settings, knowledge: Knowledge) -> Understanding:
    """Its router."""
    return Understanding.load(settings, knowledge)


@pytest.mark.parametrize("conversation", list(written()), ids=lambda conversation: conversation.title)
def test_a_written_conversation(
    conversation: Written, settings: Settings, knowledge: Knowledge, understanding: Understanding
) -> None:
    """Each turn's decision, what was meant, and what is said."""
    dialogue = new_dialogue(settings, knowledge, now=lambda: AT)
    for turn in conversation.turns:
        reply = dialogue.hear(understanding.interpret(turn.said))
        assert (reply.decision, _meant(reply)) == (turn.decision, turn.meant), turn.said
        assert [part for part in turn.fragments if part not in reply.text] == []


def _meant(reply: Reply) -> tuple[str, ...]:
    answers = [reply.first, reply] if reply.first else [reply]
    return tuple(
        ".".join(filter(None, (one.motive, one.aspect))) or one.act or one.emergency or "-" for one in answers
    )
