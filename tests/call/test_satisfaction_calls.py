"""Whole calls over a real WebSocket whose callers are asked how satisfied they are."""

from pathlib import Path

import pytest

from callbot.caller import Caller
from callbot.dialogue.satisfaction_table import Drawn
from callbot.events import (
    CallEnded,
    NoInput,
    Outcome,
    SatisfactionAsked,
    SatisfactionCommented,
    SatisfactionGiven,
)
from tests.support.commune import new_dialogue
from tests.support.scripted import media_server, question


async def test_a_score_and_a_comment_by_voice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked after « non merci », answered, explained; then the bot hangs up, and the call counts as answered."""
    monkeypatch.setattr(
        "callbot.dialogue.patience.QUIET_MS", 60_000
    )  # a caller faster than time takes long to answer
    script: list[str | Exception] = [
        "un acte de naissance",
        "non merci",
        "pas du tout",
        "oui",
        "on attend trop longtemps",
    ]
    async with media_server(
        tmp_path, script, make_dialogue=lambda _: new_dialogue(survey=Drawn(2)), no_input_ms=60_000
    ) as (
        server,
        recorded,
    ):
        caller = Caller([question("un_agent")] * len(script), fast=True, on_event=lambda _: None)
        await caller.call(f"ws://127.0.0.1:{server.port}/media?events=1")
        events = list(recorded.only)
    told = [
        event
        for event in events
        if isinstance(event, SatisfactionAsked | SatisfactionGiven | SatisfactionCommented)
    ]
    asked, given, commented = (event.at_ms for event in told)
    assert told == [
        SatisfactionAsked(asked),
        SatisfactionGiven(given, 1, "voice"),
        SatisfactionCommented(commented, "on attend trop longtemps"),
    ]
    assert isinstance(events[-1], CallEnded)
    assert events[-1].outcome is Outcome.ANSWERED
    assert not any(isinstance(event, NoInput) for event in events)
