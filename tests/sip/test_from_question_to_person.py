"""The whole promise in one call: real SIP and RTP, real engines, a real receptionist's telephone, and what each side recorded."""

import asyncio
import json
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from callbot.audio.files import read_wav
from callbot.audio.music import gymnopedie
from callbot.audio.types import Pcm
from callbot.dialogue.transfer_phrases import INTRODUCTION, REASONS
from tests.support.cli import ROOT, environment
from tests.support.learnt import share_prompts
from tests.support.peers.baresip import BaresipPhone
from tests.support.peers.sound import heard, heard_at
from tests.support.prompts import rendered
from tests.support.scripted import QUESTIONS
from tests.support.waiting import until

VOICES = Path(__file__).parents[1] / "support" / "speech"
RINGS_S = 4


def clip(name: str) -> Pcm:
    """Three seconds of a person, 8 kHz, from their first word on."""
    pcm, rate_hz = read_wav(VOICES / f"sound_{name}.wav")
    return pcm[:: rate_hz // 8000][4000:28_000]


@asynccontextmanager
async def serve(env: dict[str, str]) -> AsyncIterator[dict[str, str]]:
    """`callbot serve`; its settings with the ports that it took."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "callbot", "serve", env=env, cwd=ROOT, stderr=PIPE
    )
    assert process.stderr
    try:
        lines: list[str] = []
        while not (lines and "Ready: call now." in lines[-1]):
            line = (await process.stderr.readline()).decode()
            assert line, "".join(lines)
            lines.append(line)
        media = lines[-2].split("/media")[0].rsplit(":", 1)[1]
        sip = lines[-1].split("sip:mairie@127.0.0.1:")[1].split()[0]
        rest = asyncio.create_task(process.stderr.read())
        yield env | {"CALLBOT_MEDIA_PORT": media, "CALLBOT_SIP_PORT": sip}
    finally:
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
        await rest


async def next_event(call: Process, name: str, events: list[dict[str, Any]]) -> None:
    """Read the call's events up to the next `name`."""
    assert call.stdout
    while line := await call.stdout.readline():
        events.append(json.loads(line))
        if events[-1]["event"] == name:
            return
    pytest.fail(f"no {name}: {[event['event'] for event in events]}")


@pytest.mark.timeout(400)  # a service with its engines, and more than a minute of a real call
async def test_from_a_question_to_a_person(tmp_path: Path) -> None:
    """A question by voice, the right answer, « un agent », music, the reception rings, is briefed, and the two speak."""
    share_prompts(tmp_path)
    citizen, receptionist = clip("woman_thirties"), clip("man_sixties")
    turns = [QUESTIONS / f"{name}.wav" for name in ("passeport_enfant_prix", "un_agent")] + [
        VOICES / "sound_woman_thirties.wav"
    ]
    recording = tmp_path / "citizen.wav"
    events: list[dict[str, Any]] = []
    async with BaresipPhone("100") as desk:
        env = environment(tmp_path, tts="pico", sip_mode="peer", sip_port=0, sip_domain=desk.address)
        async with serve(env) as settings:
            call = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "callbot", "call", *turns, "--transport", "sip", "--json"),
                *("--record", recording),
                env=settings,
                cwd=ROOT,
                stdout=PIPE,
            )
            await next_event(call, "AgentOffered", events)
            await desk.event("CALL_INCOMING")
            await asyncio.sleep(RINGS_S)  # the citizen waits, on music
            await desk.accept()
            await next_event(call, "AgentConnected", events)
            await until(lambda: heard(desk.heard(), citizen) > 0.9, 0.5)
            await desk.say(receptionist)
            await asyncio.sleep(len(receptionist) / 8000 + 1)
            await desk.hang_up()
            await next_event(call, "CallEnded", events)
            assert await call.wait() == 0
        heard_at_desk = desk.heard()
    matched = [event for event in events if event["event"] == "IntentMatched"]
    assert matched[-1]["act"] == "agent"
    assert [event["motive"] for event in matched if event["decision"] == "answer"] == ["titre_prix"]
    assert events[-1]["outcome"] == "handed_over"
    heard_by_citizen, _rate = read_wav(recording)
    after_answer = events[events.index(next(e for e in matched if e["decision"] == "answer")) :]
    answer = next(event["text"] for event in after_answer if event["event"] == "PlaybackStarted")
    said, introduction, reason = await rendered(env, [answer, INTRODUCTION, REASONS["asked"]])
    assert heard(heard_by_citizen, said) > 0.9
    assert heard(heard_by_citizen, gymnopedie()[: RINGS_S * 4000]) > 0.9
    assert heard(heard_by_citizen, receptionist) > 0.9
    assert heard(heard_at_desk, introduction) > 0.9
    assert heard(heard_at_desk, reason) > 0.9
    assert heard_at(heard_at_desk, introduction) < heard_at(heard_at_desk, citizen)
