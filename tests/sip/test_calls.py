"""Whole calls over real SIP: SIPp, baresip, linphonec and Kamailio call the service through its bridge.

What the stack alone does with a dialog is tried in test_stack.py; here it is what callers, the service and persons notice of it.
"""

import asyncio
import socket
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import numpy as np
import soxr

from callbot.audio.types import Pcm
from callbot.events import (
    AgentConnected,
    AgentOffered,
    CallEnded,
    DtmfReceived,
    Event,
    Outcome,
    PlaybackFinished,
    PlaybackStarted,
    TransferFailed,
    TransferResult,
)
from callbot.web.service import TelephoneState
from tests.support.peers.baresip import BaresipPhone
from tests.support.peers.certificates import make_certificate
from tests.support.peers.fuzz import Fuzzer
from tests.support.peers.kamailio import Kamailio
from tests.support.peers.linphone import LinphonePhone
from tests.support.peers.scenario import Offer, Scenario
from tests.support.peers.sipp import Sipp, run
from tests.support.peers.sound import heard, heard_windows
from tests.support.peers.tap import Earphone
from tests.support.scripted import Recorded, question
from tests.support.sound import CLIPS, clip, silence
from tests.support.telephone import Telephone, bridge_of, sip_settings, telephone
from tests.support.waiting import until

OPENING_MS = 5500
"""The greeting and the question after it are over by then."""
ASKED = "un acte de naissance"
ANSWER = "C'est gratuit."
FAREWELL = "Merci de votre appel. Bonne journée, au revoir."


def wide(pcm: Pcm) -> Pcm:
    """The same at 16 kHz."""
    return soxr.resample(pcm, 8000, 16000)


async def ended(recorded: Recorded, calls: int = 1) -> CallEnded:
    """All calls are over; the last event of the newest."""
    await recorded.until(lambda: recorded.names().count("CallEnded") == calls, 40)
    last = list(recorded.events.values())[-1][-1]
    assert isinstance(last, CallEnded)
    return last


async def greeted(service: Telephone, calls: int = 1) -> None:
    """The opening of the newest call was heard."""

    def heard_both() -> bool:
        newest = [type(event) for event in newest_call(service.recorded)]
        return len(service.recorded.events) == calls and newest.count(PlaybackFinished) >= 2

    await service.recorded.until(heard_both, 40)


def newest_call(recorded: Recorded) -> list[Event]:
    """The events of the newest call."""
    return list(recorded.events.values())[-1] if recorded.events else []


async def happens(service: Telephone, kind: type[Event]) -> Event:
    """Wait for an event of the newest call."""
    await service.recorded.until(lambda: any(isinstance(e, kind) for e in newest_call(service.recorded)), 40)
    return next(event for event in newest_call(service.recorded) if isinstance(event, kind))


def texts(recorded: Recorded) -> list[str]:
    """What the bot said in the only call."""
    return [event.text for event in recorded.only if isinstance(event, PlaybackStarted)]


async def test_a_question_and_its_answer(tmp_path: Path) -> None:
    """The order of responses; each side hears what the other said; 20 ms pacing; the bot hangs up after « non merci »."""
    asked, thanks = question("acte_naissance"), question("non_merci_au_revoir")
    speech = np.concatenate([silence(OPENING_MS), asked, silence(5000), thanks, silence(20_000)])
    async with telephone(tmp_path, [ASKED, "non merci"]) as service, Earphone() as ear:
        scenario = Scenario(offer=Offer(("pcma", "g722"), port=ear.port)).invite().answered()
        scenario.play("voice.pcma").expect("BYE")
        async with Sipp(scenario, service.address, says={"voice.pcma": speech}) as caller:
            await caller.finished()
            assert caller.answers() == [180, 200]
        end = await ended(service.recorded)
        said = texts(service.recorded)
        assert said[-3:] == [ANSWER, "Avez-vous une autre question ?", FAREWELL]
        assert [heard(ear.pcm(), service.prompt(text)) > 0.95 for text in said] == [True] * len(said)
        assert [
            heard(u, wide(s), 16000) > 0.95
            for u, s in zip(service.utterances(), (asked, thanks), strict=True)
        ] == [True, True]
    pacing = ear.pacing()
    assert (end.outcome, end.turns) == (Outcome.ANSWERED, 2)
    assert ear.payload_types() == {8}
    assert (pacing.gaps, pacing.steps) == (0, {160})
    assert 19 < pacing.mean_ms < 21


async def test_an_encrypted_wide_band_call(tmp_path: Path) -> None:
    """TLS, SDES-SRTP and G.722 from a telephone to the recogniser, and back; the caller hangs up."""
    certificate = make_certificate(tmp_path)
    secure = {"sip_certificate": certificate, "sip_ca": certificate, "sip_transport": "tls"}
    codecs = {"sip_codecs": "g722,pcma", "sip_srtp": "required"}
    async with (
        telephone(tmp_path, [ASKED], **secure, **codecs) as service,
        BaresipPhone(
            "appelant", codecs=["g722"], transport="tls", srtp=True, certificate=certificate
        ) as caller,
    ):
        await caller.dial(f"sip:0139000000@127.0.0.1:{service.port + 1};transport=tls")
        await greeted(service)
        await caller.say(wide(question("acte_naissance")))
        await service.recorded.until(lambda: ANSWER in texts(service.recorded), 40)
        await service.recorded.until(lambda: service.recorded.names().count("PlaybackFinished") >= 3, 40)
        await caller.hang_up()
        end = await ended(service.recorded)
        assert end.turns == 1
        assert heard(service.utterances()[0], wide(question("acte_naissance")), 16000) > 0.9
        assert heard(caller.heard(), wide(service.prompt(ANSWER)), 16000) > 0.9


async def test_hold_and_resume_in_the_middle_of_an_answer(tmp_path: Path) -> None:
    """Two re-INVITEs of the caller; the question after them is heard."""
    async with telephone(tmp_path, [ASKED]) as service, BaresipPhone("appelant") as caller:
        await caller.dial(service.uri)
        await happens(service, PlaybackStarted)
        await caller.hold()
        await asyncio.sleep(1)
        await caller.resume()
        await greeted(service)
        await caller.say(question("acte_naissance"))
        await service.recorded.until(lambda: ANSWER in texts(service.recorded), 40)
        await caller.hang_up()
        await ended(service.recorded)
        assert heard(service.utterances()[-1], wide(question("acte_naissance")), 16000) > 0.95


async def test_one_caller_too_many_and_one_who_gives_up(tmp_path: Path) -> None:
    """The second caller hears busy (486) while the first goes on; key 0 by INFO is a key."""
    async with telephone(tmp_path, [], max_calls=1) as service:
        first = Scenario().invite().answered().pause(1500).info_key("0").pause(500).bye()
        async with Sipp(first, service.address) as staying:
            await staying.received("INVITE", 200)
            async with Sipp(Scenario().invite().refused(486), service.address) as refused:
                await refused.finished()
            await staying.finished()
        await ended(service.recorded)
        took, turned_away = service.recorded.events.values()
        assert [event.outcome for event in turned_away if isinstance(event, CallEnded)] == [Outcome.REFUSED]
        pressed = [event.digit for event in took if isinstance(event, DtmfReceived)]
        assert pressed == ["0"]


async def test_the_reception_is_reached(tmp_path: Path) -> None:
    """Key 0: the reception's telephone rings and hears the briefing; then both speak, and keys go through; nobody is clipped."""
    voices = clip(CLIPS[0])[:24_000], clip(CLIPS[1])[:24_000]
    desk, caller = BaresipPhone("100"), BaresipPhone("appelant")
    async with desk, caller, telephone(tmp_path, [], sip_domain=desk.address) as service:
        await caller.dial(service.uri)
        await greeted(service)
        await caller.press("0")
        await desk.event("CALL_INCOMING")
        before = texts(service.recorded)[-1]
        await desk.accept()
        await happens(service, AgentConnected)
        await caller.say(voices[0])
        await desk.say(voices[1])
        await until(
            lambda: heard(desk.heard(), voices[0]) > 0.95 and heard(caller.heard(), voices[1]) > 0.95, 0.5
        )
        await caller.press("5")
        await until(lambda: desk.keys() == "5")
        await desk.hang_up()
        await caller.event("CALL_CLOSED")
        end = await ended(service.recorded)
        assert end.outcome is Outcome.HANDED_OVER
        assert min(heard_windows(caller.heard(), service.prompt(before))) > 0.9
        assert heard(desk.heard(), voices[1]) < 0.6


async def test_the_reception_is_not_reached(tmp_path: Path) -> None:
    """Declined, not answered, not there, and a caller who gives up while it rings: the caller is told, never left in silence."""
    desk, caller = BaresipPhone("100"), BaresipPhone("appelant")
    async with caller, desk, telephone(tmp_path, [], sip_domain=desk.address, ring_seconds=5) as service:

        async def ask(calls: int) -> None:
            await caller.dial(service.uri)
            await greeted(service, calls)
            await caller.press("0")
            await happens(service, AgentOffered)

        async def returned(calls: int) -> tuple[TransferResult, int | None]:
            failed = await happens(service, TransferFailed)
            assert isinstance(failed, TransferFailed)
            await service.recorded.until(
                lambda: isinstance(newest_call(service.recorded)[-1], PlaybackFinished), 40
            )
            sentence = [e.text for e in newest_call(service.recorded) if isinstance(e, PlaybackStarted)][-1]
            assert heard(caller.heard(), service.prompt(sentence)) > 0.9
            await caller.hang_up()
            await ended(service.recorded, calls)
            return failed.result, failed.code

        await ask(1)
        await desk.event("CALL_INCOMING")
        await desk.hang_up()
        assert await returned(1) == (TransferResult.BUSY, 486)
        await ask(2)
        assert await returned(2) == (TransferResult.NO_ANSWER, None)
        await ask(3)
        await desk.event("CALL_INCOMING", 3)
        await caller.hang_up()
        await desk.event("CALL_CLOSED", 3)
        await ended(service.recorded, 3)
        await desk.kill()
        await ask(4)
        assert await returned(4) == (TransferResult.UNREACHABLE, None)


async def test_the_pbx_transfers_blindly(tmp_path: Path) -> None:
    """REFER: nobody answers there and the caller is back; the second time the PBX takes the call over."""
    caller = Scenario().invite().answered().pause(OPENING_MS).info_key("0")
    caller.expect_refer("SIP/2.0 100 Trying", "SIP/2.0 486 Busy Here").pause(OPENING_MS).info_key("0")
    caller.expect_refer("SIP/2.0 100 Trying", "SIP/2.0 200 OK").expect("BYE")
    async with telephone(tmp_path, [], transfer="refer", sip_domain="127.0.0.1:5999") as service:
        async with Sipp(caller, service.address) as call:
            await call.finished()
            assert "sip:100@127.0.0.1:5999" in (await call.received("REFER")).header("Refer-To")
        end = await ended(service.recorded)
        failures = [event for event in service.recorded.only if isinstance(event, TransferFailed)]
        assert [(event.result, event.code) for event in failures] == [(TransferResult.BUSY, 486)]
        assert end.outcome is Outcome.HANDED_OVER


async def test_the_pbx_joins_both(tmp_path: Path) -> None:
    """REFER with Replaces between two linphonec: the person's call with us is replaced by one with the caller, with sound."""
    desk, caller = LinphonePhone("100", answers_at_once=True), LinphonePhone("appelant")
    settings = {"transfer": "attended", "sip_domain": desk.address}
    async with desk, caller, telephone(tmp_path, [], **settings) as service:
        await caller.dial(service.uri)
        await greeted(service)
        await caller.press("0")
        await happens(service, AgentConnected)
        await caller.printed(r"Media streams established with .*Replaces=")
        await desk.printed("Call .* with sip:callbot@.* ended")
        await desk.printed("Media streams established with sip:appelant@")
        assert (await ended(service.recorded)).outcome is Outcome.HANDED_OVER


async def test_the_bridge_is_killed_in_a_call(tmp_path: Path) -> None:
    """The caller gets a BYE from the supervisor, the call is written down as failed, and the next caller is answered."""
    async with telephone(tmp_path, []) as service:
        async with Sipp(Scenario().invite().answered().expect("BYE"), service.address) as caller:
            await greeted(service)
            service.kill_bridge()
            await caller.finished()
        assert (await ended(service.recorded)).outcome is Outcome.FAILED
        await until(lambda: service.bridge.status().state is TelephoneState.READY)
        await run(Sipp(Scenario().invite().answered().pause(500).bye(), service.address))
        await ended(service.recorded, 2)


async def test_kamailio_in_front_of_two_bridges(tmp_path: Path) -> None:
    """Calls are shared between both; one is killed, and every new call is answered by the other."""
    calling = Scenario().invite().answered().pause(700).bye()
    async with (
        telephone(tmp_path, []) as service,
        bridge_of(service.server, tmp_path, **sip_settings()) as second,
    ):
        bridges = (service.address, f"127.0.0.1:{second.port}")
        async with Kamailio(bridges) as proxy:
            await run(Sipp(calling, proxy.address, calls=4, at_once=4))
            await ended(service.recorded, 4)
            await second.stop()
            await run(Sipp(calling, proxy.address, calls=4, at_once=4))
            await ended(service.recorded, 8)


async def test_five_thousand_broken_messages_during_calls(tmp_path: Path) -> None:
    """The bridge survives them and still answers; the calls that go on meanwhile are heard to their end."""
    speech = np.concatenate([silence(OPENING_MS), question("acte_naissance"), silence(30_000)])
    async with telephone(tmp_path, [ASKED] * 3, max_calls=60) as service, AsyncExitStack() as stack:
        ears = [await stack.enter_async_context(Earphone()) for _ in range(2)]
        for ear in ears:
            scenario = (
                Scenario(offer=Offer(port=ear.port)).invite().answered().play("voice.pcma").pause(60_000)
            )
            call = Sipp(scenario, service.address, says={"voice.pcma": speech}, seconds=90)
            await stack.enter_async_context(call)
        await service.recorded.until(lambda: service.recorded.names().count("CallStarted") == 2, 40)
        going_on = list(service.recorded.events.values())[:2]
        process = service.bridge._process
        await send_broken_messages(service.address, 5000)
        await service.recorded.until(lambda: all(answered(events) for events in going_on), 60)
        assert [min(heard_windows(ear.pcm(), service.prompt(ANSWER))) > 0.9 for ear in ears] == [True, True]
        assert service.bridge._process is process
        assert not any(isinstance(events[-1], CallEnded) for events in going_on)
        await run(Sipp(Scenario().options(), service.address))


def answered(events: list[Event]) -> bool:
    """The answer to the question was heard to its end."""
    begun = [
        at for at, event in enumerate(events) if isinstance(event, PlaybackStarted) and event.text == ANSWER
    ]
    return bool(begun) and any(isinstance(event, PlaybackFinished) for event in events[begun[0] :])


async def send_broken_messages(address: str, count: int) -> None:
    """A thousand a second at most; what comes back is thrown away."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.bind(("127.0.0.1", 0))
        sender.setblocking(False)
        host, port = address.split(":")
        fuzzer = Fuzzer(address, f"127.0.0.1:{sender.getsockname()[1]}", seed=20261123)
        for number, message in enumerate(fuzzer.messages(count)):
            sender.sendto(message, (host, int(port)))
            with suppress(BlockingIOError):
                while True:
                    sender.recv(65535)
            if number % 20 == 19:
                await asyncio.sleep(0.02)
