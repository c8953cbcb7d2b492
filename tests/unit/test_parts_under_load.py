"""What a new call is made of, by the load: its first sentence, and when it is transcribed ahead."""

from dataclasses import fields
from types import SimpleNamespace
from typing import Any, cast

import pytest

from callbot.config import Settings
from callbot.events import CallStarted, PlaybackFinished, PlayPrompt
from callbot.humans.boards import Boards
from callbot.humans.queue_types import Rules
from callbot.knowledge import store
from callbot.load import Degradation, Level, Pressure
from callbot.media.dialect import LegOpened
from callbot.opened import Opened
from callbot.speech.recognizer import Recognizer
from tests.support.scripted import ScriptedRecognizer

HOPELESS = Pressure(60_000, 60_000, callers=9)
LEG = LegOpened("1", "", "", 8000)


class Engine:
    """Lends scripted recognisers."""

    async def lend(self, _language: str) -> Recognizer:
        """One without a script."""
        return ScriptedRecognizer([])


def opened(level: Level) -> Opened:
    """The parts that calls share, with only what making a call's parts needs."""
    settings = Settings()
    load = Degradation(settings.lines_busy_ms)
    at_ms = 0
    while load.level < level:
        load.look(HOPELESS, at_ms)
        at_ms += 250
    needed: dict[str, object] = {
        "settings": settings,
        "live": SimpleNamespace(now=SimpleNamespace(knowledge=store.load(None), understanding={})),
        "engine": Engine(),
        "prompts": {},
        "keeper": SimpleNamespace(most_ms=0),
        "load": load,
        "boards": Boards(cast(Any, None)),
        "queue": SimpleNamespace(rules=Rules()),
    }
    return Opened(**dict.fromkeys(one.name for one in fields(Opened)) | cast(Any, needed))


@pytest.mark.parametrize("level", Level)
async def test_new_callers_are_turned_away_at_the_last_level_only(level: Level) -> None:
    """All hear first that a machine speaks; then the greeting, or that all lines are busy."""
    parts = await opened(level).make_parts(LEG)
    conversation = parts.conversation
    [disclosure] = conversation.handle(CallStarted(0, "", "", "test"))
    [then] = conversation.handle(PlaybackFinished(3000))
    assert isinstance(disclosure, PlayPrompt)
    assert isinstance(then, PlayPrompt)
    assert "assistant vocal automatique" in disclosure.text
    assert then.text.startswith("Toutes nos lignes sont occupées.") == (level is Level.LINES_BUSY)
