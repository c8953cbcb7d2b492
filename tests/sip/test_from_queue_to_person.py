"""The queue on real parts: `callbot serve`, a caller by SIP and RTP, an agent's real telephone, after one that nobody picks up."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from callbot.config import load
from callbot.database import Database
from callbot.humans.queue_events import AgentReady, AgentSignedIn
from callbot.humans.queue_news import News
from callbot.humans.queue_store import QueueStore
from callbot.humans.queue_types import AgentState, Rules
from tests.sip.test_from_question_to_person import VOICES, clip, next_event, serve
from tests.support.cli import ROOT, environment
from tests.support.learnt import share_prompts
from tests.support.peers.baresip import BaresipPhone
from tests.support.peers.sound import heard
from tests.support.scripted import QUESTIONS
from tests.support.waiting import until


@pytest.mark.timeout(400)  # a service with its engines, and more than a minute of a real call
async def test_the_second_telephone_takes_whom_the_first_does_not(tmp_path: Path, run_folder: Path) -> None:
    """Nobody picks up at Anna's number; Bruno's rings next, he picks up and hears the caller; then he wraps up."""
    share_prompts(run_folder, tmp_path)
    citizen = clip("woman_thirties")
    events: list[dict[str, Any]] = []
    turns = [QUESTIONS / "un_agent.wav", VOICES / "sound_woman_thirties.wav"]
    async with BaresipPhone("201") as telephone:
        env = environment(
            tmp_path, tts="pico", sip_mode="peer", sip_port=0, sip_domain=telephone.address, ring_seconds=5
        )
        database = await Database.open(load({}, data_dir=tmp_path))
        queue = QueueStore(database, Rules(), News(database))
        async with serve(env) as settings:
            for name, number in (("anna", "202"), ("bruno", "201")):
                at = datetime.now(UTC)
                await queue.tell_agent(name, AgentSignedIn(at, ("accueil",), telephone=number))
                await queue.tell_agent(name, AgentReady(at))
            call = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "callbot", "call", *turns, "--transport", "sip", "--json"),
                env=settings,
                cwd=ROOT,
                stdout=PIPE,
            )
            await next_event(call, "AgentOffered", events)
            await next_event(call, "AgentOffered", events)
            await telephone.event("CALL_INCOMING")
            await telephone.accept()
            await next_event(call, "AgentConnected", events)
            await until(lambda: heard(telephone.heard(), citizen) > 0.9, 0.5)
            await telephone.hang_up()
            await next_event(call, "CallEnded", events)
            assert await call.wait() == 0

            async def is_free_of_them() -> bool:
                bruno = await queue.agent("bruno")
                return bruno is not None and bruno.state is AgentState.WRAP_UP

            await until(is_free_of_them, 0.2)
            anna = await queue.agent("anna")
            assert anna is not None
            assert anna.entry_id is None
        await database.close()
    told = [e["event"] for e in events if e["event"].startswith(("Caller", "Agent", "Queue", "Transfer"))]
    assert told == ["CallerQueued", "AgentOffered", "AgentOffered", "AgentConnected", "AgentReleased"]
    assert events[-1]["outcome"] == "handed_over"
