"""The table of watchdogs says what is true: its times exist, its sentences exist, the page shows it."""

import importlib
from pathlib import Path

import pytest

from callbot.config import Settings
from callbot.dialogue.phrases import FRENCH
from callbot.dialogue.watchdogs import WATCHDOGS, Watchdog
from callbot.events import Outcome

ROOT = Path(__file__).parents[2]
PLACES = {
    "turns": "callbot.dialogue.turns",
    "patience": "callbot.dialogue.patience",
    "endings": "callbot.dialogue.endings",
    "handover": "callbot.dialogue.handover",
    "message_recording": "callbot.dialogue.message_recording",
    "tones": "callbot.audio.tones",
    "line_watch": "callbot.turn_taking.line_watch",
    "gaps": "callbot.gaps",
    "call": "callbot.call",
}


@pytest.mark.parametrize("watchdog", WATCHDOGS, ids=lambda watchdog: watchdog.notices)
def test_each_time_is_a_setting_or_a_constant(watchdog: Watchdog) -> None:
    """As it is named there."""
    for name in watchdog.after:
        module, _, constant = name.rpartition(".")
        assert (
            hasattr(importlib.import_module(PLACES[module]), constant)
            if module
            else name in Settings.model_fields
        )


@pytest.mark.parametrize("watchdog", WATCHDOGS, ids=lambda watchdog: watchdog.notices)
def test_what_is_in_code_marks_exists(watchdog: Watchdog) -> None:
    """Sentences by their names, outcomes and events by theirs."""
    marked = {word for text in (watchdog.hears, watchdog.counts) for word in text.split("`")[1::2]}
    assert marked <= set(FRENCH.sentences) | {outcome.value for outcome in Outcome} | {"CallerAbsent"}


def test_the_page_has_the_table() -> None:
    """docs/architecture.md, row by row."""
    lines = (ROOT / "docs/architecture.md").read_text(encoding="utf-8").splitlines()
    rows = [watchdog.row() for watchdog in WATCHDOGS]
    at = lines.index(rows[0])
    assert lines[at : at + len(rows)] == rows
