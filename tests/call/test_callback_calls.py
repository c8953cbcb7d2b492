"""Whole calls over a real WebSocket in which somebody asks to be called back, by voice and by keys."""

import asyncio
import json
from functools import partial
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect

from callbot.caller import Caller
from callbot.events import (
    CallbackRequested,
    DtmfReceived,
    Event,
    FinalTranscript,
    PlaybackStarted,
    to_json,
)
from tests.call.test_calls import MEDIA_START, SILENT_FRAME
from tests.support.commune import Shut
from tests.support.scripted import Recorded, media_server, question

SPOKEN = "zéro six douze trente-quatre cinquante-six soixante-dix-huit"


def told(events: list[Event]) -> str:
    """All that is written down of a call."""
    return " ".join(json.dumps(to_json("c", event), ensure_ascii=False) for event in events)


async def test_a_number_by_voice_is_read_back_confirmed_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody is there; the request comes out once, and number and name show nowhere else."""
    script: list[str | Exception] = [
        "un agent",
        "oui",
        SPOKEN,
        "oui",
        "Madame Lefèvre",
        "demain matin",
        "oui",
        "non merci",
    ]
    async with media_server(tmp_path, script, presence=Shut(), takes_callbacks=True) as (server, recorded):
        caller = Caller(
            [question("un_agent")] * 7 + [question("non_merci_au_revoir")], fast=True, on_event=lambda _: None
        )
        await caller.call(f"ws://127.0.0.1:{server.port}/media?events=1")
        events = list(recorded.only)
    wanted = [event for event in events if isinstance(event, CallbackRequested)]
    assert [(one.number, one.wish, one.name) for one in wanted] == [
        ("+33612345678", "mardi vingt-quatre novembre, le matin", "Madame Lefèvre")
    ]
    said = [event.text for event in events if isinstance(event, PlaybackStarted)]
    assert "J'ai noté le …78." in said
    assert said[-1] == "Merci de votre appel. Bonne journée, au revoir."
    written = told(events) + caplog.text
    assert "cinquante-six" not in written
    assert "12345" not in written
    assert "Lefèvre" not in written
    heard = [event.text for event in events if isinstance(event, FinalTranscript)]
    assert heard[3:7] == ["oui", "…", "demain matin", "oui"]


async def test_the_whole_of_it_by_keys(tmp_path: Path) -> None:
    """Each key stops what the bot says; ten digits are enough, and no event tells which they were."""
    async with media_server(tmp_path, [], presence=Shut(), takes_callbacks=True) as (server, recorded):
        async with connect(f"ws://127.0.0.1:{server.port}/media") as leg:
            await leg.send(json.dumps(MEDIA_START))
            sending = asyncio.create_task(send_silence(leg))
            await recorded.until(lambda: "PlaybackFinished" in recorded.names())  # the disclosure
            for answered, keys in enumerate(["0", "1", "0612345678", "1", "#", "3", "1"], start=1):
                for key in keys:
                    await leg.send(json.dumps({"event": "DTMF_END", "digit": key}))
                await recorded.until(partial(has_decided, recorded, answered))
            sending.cancel()
        events = list(recorded.only)
    assert [(one.number, one.wish) for one in events if isinstance(one, CallbackRequested)] == [
        ("+33612345678", "")
    ]
    assert [one.digit for one in events if isinstance(one, DtmfReceived)] == ["0", "1", *["•"] * 14]
    assert "0612" not in told(events)


async def send_silence(leg: ClientConnection) -> None:
    """The caller says nothing, faster than time."""
    while True:
        await leg.send(SILENT_FRAME)
        await asyncio.sleep(0.002)


def has_decided(recorded: Recorded, times: int) -> bool:
    """The bot has answered so many turns."""
    return recorded.names().count("IntentMatched") >= times
