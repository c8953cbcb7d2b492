"""Whole calls while nobody is there, over a real WebSocket: nobody is rung, and nobody is left without a sentence."""

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from callbot.caller import Caller
from callbot.dialogue.turn_table import Understood
from callbot.dialogue.turns import Conversation, Input, Output
from callbot.errors import EngineError
from callbot.events import CallEnded, CallerQueued, Event, IntentMatched, Outcome, PlaybackStarted
from callbot.onward import HANG_UP, Onward
from tests.support.commune import OPENING, Shut
from tests.support.scripted import media_server, question

SHUT = f"Nos bureaux sont fermés. Ils rouvrent {OPENING}."
GOODBYE = "Merci de votre appel. Bonne journée, au revoir."
LEG = "callbot-call"


async def call(
    tmp_path: Path, script: list[str | Exception], *names: str
) -> tuple[Sequence[Event], Caller, str]:
    """The events of a call whose turns are these recordings, its caller, and where its leg's caller goes next."""
    onward = Onward(time.monotonic, "100")
    async with media_server(tmp_path, script, presence=Shut(), onward=onward) as (server, recorded):
        caller = Caller([question(name) for name in names], fast=True, on_event=lambda _event: None)
        await caller.call(f"ws://127.0.0.1:{server.port}/media?events=1")
        return list(recorded.only), caller, onward.next(LEG)


def said(events: Sequence[Event]) -> list[str]:
    """What the bot said."""
    return [event.text for event in events if isinstance(event, PlaybackStarted)]


def outcome(events: Sequence[Event]) -> Outcome:
    """How the call ended, without anybody having been announced."""
    assert not [event for event in events if isinstance(event, CallerQueued)]
    last = events[-1]
    assert isinstance(last, CallEnded)
    return last.outcome


async def test_who_asks_for_a_person_is_told_when_and_the_call_goes_on(tmp_path: Path) -> None:
    """The next question is answered, and the call ends as an answered one."""
    script: list[str | Exception] = ["un agent", "un acte de naissance", "non merci"]
    events, _caller, onward = await call(
        tmp_path, script, "un_agent", "acte_naissance", "non_merci_au_revoir"
    )
    assert said(events)[1:] == [
        "Nos bureaux sont fermés en ce moment, mais je peux répondre à beaucoup de questions. "
        "Dites-moi en une phrase ce que vous cherchez.",
        SHUT,
        "Avez-vous une autre question ?",
        "C'est gratuit.",
        "Avez-vous une autre question ?",
        GOODBYE,
    ]
    assert (outcome(events), onward) == (Outcome.ANSWERED, HANG_UP)


async def test_an_emergency_stays_with_the_bot(tmp_path: Path) -> None:
    """The number to call, and nobody is rung in an empty office."""
    events, _caller, onward = await call(tmp_path, ["au feu", "non merci"], "incendie", "non_merci_au_revoir")
    assert [event.emergency for event in events if isinstance(event, IntentMatched)] == ["18", None]
    assert said(events)[2].startswith("C'est une urgence. Raccrochez et composez le dix-huit")
    assert (outcome(events), onward) == (Outcome.CLOSED, HANG_UP)


async def test_a_deaf_bot_apologises_tells_when_and_hangs_up(tmp_path: Path) -> None:
    """The recogniser fails: there is nobody to transfer to."""
    events, _caller, onward = await call(tmp_path, [EngineError("the model is gone")], "acte_naissance")
    assert said(events)[-2:] == [f"Excusez-moi, j'ai un problème technique. {SHUT}", GOODBYE]
    assert (outcome(events), onward) == (Outcome.FAILED, HANG_UP)


async def test_the_last_words_of_a_broken_call_tell_it_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault of the dialogue that nobody foresaw: something is said, and the PBX does not ring the reception."""
    handle = Conversation.handle

    def handle_with_a_bug(conversation: Conversation, event: Input) -> list[Output]:
        if isinstance(event, Understood):
            raise RuntimeError("bug")
        return handle(conversation, event)

    monkeypatch.setattr(Conversation, "handle", handle_with_a_bug)
    events, caller, onward = await call(tmp_path, ["un acte de naissance"], "acte_naissance")
    assert "unexpected fault" in caplog.text
    assert (outcome(events), onward) == (Outcome.FAILED, HANG_UP)
    assert np.abs(caller.recording[-1600:].astype(np.int32)).max() > 500
