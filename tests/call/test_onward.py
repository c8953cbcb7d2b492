"""What a PBX that asks is told of a call that has just been held: by its own id, and by AudioSocket's."""

import asyncio
import time
from pathlib import Path
from uuid import UUID

import pytest

from callbot.caller import Caller
from callbot.events import CallEnded
from callbot.onward import HANG_UP, Onward
from tests.support.scripted import media_server, question
from tests.support.waiting import PATIENCE_S

RECEPTION = "the reception of a leg that is not known"


@pytest.mark.parametrize(
    ("script", "questions", "destination"),
    [
        (["un agent"], ["un_agent"], "100"),
        (["au feu"], ["incendie"], "100"),
        (["un acte de naissance", "non merci"], ["acte_naissance", "non_merci_au_revoir"], HANG_UP),
    ],
)
async def test_the_decision_is_known_when_the_leg_ends(
    tmp_path: Path, script: list[str | Exception], questions: list[str], destination: str
) -> None:
    """Asked for a person, an emergency, a goodbye: whoever sees the leg end can ask at once."""
    onward = Onward(time.monotonic, RECEPTION)
    async with media_server(tmp_path, script, onward=onward) as (server, _):
        caller = Caller([question(name) for name in questions], fast=True, on_event=lambda _: None)
        await caller.call(f"ws://127.0.0.1:{server.port}/media?id=1733300000.42&events=1")
        assert onward.next("1733300000.42") == destination


async def test_an_audiosocket_is_known_by_its_uuid(tmp_path: Path) -> None:
    """Written as a dialplan writes it; it asked for a person with a key."""
    identity = UUID("5d3c6e1a-90f6-4c55-9a83-7d3a0c5b1e02")
    onward = Onward(time.monotonic, RECEPTION)
    async with media_server(tmp_path, [], onward=onward) as (server, recorded):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.audiosocket_port)
        writer.write(b"\x01\x00\x10" + identity.bytes + b"\x03\x00\x010")
        async with asyncio.timeout(PATIENCE_S):
            while not reader.at_eof():
                writer.write(b"\x10\x01\x40" + bytes(320))
                await asyncio.sleep(0.02)
                await reader.read(4096)
        writer.close()
        await recorded.until(lambda: isinstance(recorded.only[-1], CallEnded))
    assert onward.next(str(identity)) == "100"
