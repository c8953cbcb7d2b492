"""The queue on real parts: `callbot serve`, a caller by SIP and RTP, an agent's real telephone, after one that nobody picks up."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from callbot.accounts import Accounts, Role
from callbot.audio.files import read_wav
from callbot.audio.music import gymnopedie
from callbot.config import load
from callbot.database import Database
from callbot.dialogue.transfer_phrases import ONWARD_AGENT, ONWARD_BACK, PASSED_ON
from callbot.humans.queue_events import AgentReady, AgentSignedIn, CallerPassedOn
from callbot.humans.queue_news import News
from callbot.humans.queue_store import QueueStore
from callbot.humans.queue_types import AgentState, Entry, Place, Rules
from tests.sip.test_from_question_to_person import VOICES, clip, next_event, serve
from tests.support.cli import ROOT, environment
from tests.support.learnt import share_prompts
from tests.support.peers.baresip import BaresipPhone
from tests.support.peers.sound import heard
from tests.support.prompts import rendered
from tests.support.scripted import QUESTIONS
from tests.support.waiting import until


async def receptionist(database: Database, name: str) -> None:
    """Somebody with an account who is signed in: else the service would close their desk."""
    accounts = Accounts(database, load({}))
    account = await accounts.add(name, "le chat du maire dort", Role.RECEPTIONIST, actor="test")
    await accounts.open_session(account)


@pytest.mark.timeout(400)  # a service with its engines, and more than a minute of a real call
async def test_the_second_telephone_takes_whom_the_first_does_not(tmp_path: Path) -> None:
    """Nobody picks up at Anna's number; Bruno's rings next, he picks up and hears the caller; then he wraps up."""
    share_prompts(tmp_path)
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
                await receptionist(database, name)
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


async def connected(queue: QueueStore) -> Entry:
    """The one talk that there is."""
    found: list[Entry] = []

    async def talks() -> bool:
        found[:] = [one for one in (await queue.overview()).entries if one.place is Place.CONNECTED]
        return bool(found)

    await until(talks, 0.2)
    return found[0]


@pytest.mark.timeout(400)  # a service with its engines, and more than a minute of a real call
async def test_a_caller_is_passed_on_from_telephone_to_telephone(tmp_path: Path) -> None:
    """Anna passes the caller on to Bruno, who declines: her telephone rings again, they talk; she tries again, and Bruno hears the caller.

    The caller hears to whom they are passed on, music, and that they come back.
    """
    share_prompts(tmp_path)
    citizen = clip("woman_thirties")
    speaks = VOICES / "sound_woman_thirties.wav"
    turns, recording = [QUESTIONS / "un_agent.wav", speaks, speaks, speaks], tmp_path / "citizen.wav"
    events: list[dict[str, Any]] = []
    async with BaresipPhone("201", lines=["202"]) as telephone:
        env = environment(
            tmp_path, tts="pico", sip_mode="peer", sip_port=0, sip_domain=telephone.address, wrap_up_seconds=0
        )
        database = await Database.open(load({}, data_dir=tmp_path))
        queue = QueueStore(database, Rules(wrap_up=timedelta(0)), News(database))
        async with serve(env) as settings:
            at = datetime.now(UTC)
            for name, number, service in (("anna", "201", "accueil"), ("bruno", "202", "etat_civil")):
                await receptionist(database, name)
                await queue.tell_agent(name, AgentSignedIn(at, (service,), telephone=number))
                await queue.tell_agent(name, AgentReady(at))
            call = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "callbot", "call", *turns, "--transport", "sip", "--json"),
                *("--record", recording),
                env=settings,
                cwd=ROOT,
                stdout=PIPE,
            )
            for nth, takes in enumerate((True, False, True, True), 1):
                await next_event(call, "AgentOffered", events)
                await telephone.event("CALL_INCOMING", nth)
                if nth in (2, 3):
                    await asyncio.sleep(6)  # the caller hears where they go, then music; that they come back
                if not takes:
                    await telephone.hang_up()
                    continue
                await telephone.accept()
                await next_event(call, "AgentConnected", events)
                if nth < 4:
                    talk = await connected(queue)
                    to_bruno = CallerPassedOn(datetime.now(UTC), "Bruno", "accueil", agent="bruno")
                    assert await queue.pass_on(talk.id, to_bruno, by="anna")
            assert (await connected(queue)).agent == "bruno"
            await until(lambda: heard(telephone.heard(), citizen) > 0.9, 0.5)
            await telephone.hang_up()
            await next_event(call, "CallEnded", events)
            assert await call.wait() == 0
        heard_at_desk = telephone.heard()
        await database.close()
    told = [e["event"] for e in events if e["event"].startswith(("Caller", "Agent", "Queue", "Transfer"))]
    talk_there = ["AgentOffered", "AgentConnected", "AgentReleased"]
    assert told == ["CallerQueued", *talk_there, "AgentOffered", *talk_there, *talk_there]
    assert events[-1]["outcome"] == "handed_over"
    to_agent, back, by_colleague = await rendered(
        env, [ONWARD_AGENT, ONWARD_BACK.format(service="l'accueil"), PASSED_ON]
    )
    heard_by_citizen, _rate = read_wav(recording)
    assert heard(heard_by_citizen, to_agent) > 0.9
    assert heard(heard_by_citizen, back) > 0.9
    assert heard(heard_by_citizen, gymnopedie()[:8000]) > 0.9
    assert heard(heard_at_desk, by_colleague) > 0.9
