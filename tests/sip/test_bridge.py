"""The bridge as a process between real SIP peers (SIPp, Debian's baresip) and a scripted service."""

import asyncio
import base64
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soxr

from callbot.audio import g711
from callbot.audio.files import write_wav
from callbot.audio.types import Pcm
from tests.support.bridge_process import BridgeProcess, bridge_process
from tests.support.peers.baresip import BaresipPhone
from tests.support.peers.scenario import Offer, Scenario
from tests.support.peers.sipp import Sipp
from tests.support.peers.sound import heard, heard_at
from tests.support.peers.tap import Earphone
from tests.support.scripted_service import ScriptedService, ServedCall
from tests.support.sound import CLIPS, clip
from tests.support.waiting import until


def speech(number: int) -> Pcm:
    """Three seconds of somebody's speech, 8 kHz."""
    return clip(CLIPS[number])[: 3 * 8000]


CALLER, ANSWER, BRIEFING, PERSON = map(speech, range(4))


@asynccontextmanager
async def bridge(tmp_path: Path, **settings: Any) -> AsyncIterator[tuple[BridgeProcess, ScriptedService]]:
    """A bridge and its service."""
    async with (
        ScriptedService().serving() as service,
        bridge_process(service.url, data_dir=tmp_path, **settings) as process,
    ):
        yield process, service


async def place(bridge: BridgeProcess, service: ScriptedService, phone: BaresipPhone) -> ServedCall:
    """A call that is answered."""
    number = len(service.calls)
    await phone.dial(f"sip:0139000001@{bridge.address}")
    served = await service.call(number)
    await served.answered()
    await phone.event("CALL_ESTABLISHED")
    return served


async def consulted(service: ScriptedService) -> ServedCall:
    """A call of SIPp that is answered, and a person who has picked up."""
    served = await service.call()
    await served.answered()
    await served.play(g711.encode_alaw(ANSWER[:1600]))
    await served.command("MARK_MEDIA", correlation_id="heard")
    await served.event("MEDIA_MARK_PROCESSED")
    await served.command("CONSULT", destination="100", ring_ms=15_000, purpose="")
    await served.event("CONSULT_RESULT")
    return served


def in_base64(pcm: Pcm) -> str:
    """As CONSULT_MEDIA carries it."""
    return base64.b64encode(g711.encode_alaw(pcm)).decode()


async def test_a_call_from_its_invite_to_its_end(tmp_path: Path) -> None:
    """Responses in order, sound both ways, pacing, marks; HANGUP at the caller's BYE; the supervisor hears of call and dialog."""
    async with bridge(tmp_path) as (process, service), Earphone() as ear:
        scenario = Scenario(offer=Offer(port=ear.port), caller="0612345678", name="Mme Martin").invite()
        scenario.answered().play("voice.pcma").pause(4500).bye()
        async with Sipp(scenario, process.address, service="0139000001", says={"voice.pcma": CALLER}) as call:
            served = await service.call()
            assert {key: served.parameters[key] for key in ("from", "to", "name", "transfer")} == {
                "from": "0612345678",
                "to": "0139000001",
                "name": "Mme Martin",
                "transfer": "1",
            }
            await served.answered()
            await served.play(g711.encode_alaw(ANSWER))
            await served.command("MARK_MEDIA", correlation_id="1")
            await served.event("MEDIA_MARK_PROCESSED")
            await call.finished()
            await served.closed.wait()
            assert call.answers() == [180, 200]
        assert served.events == [{"event": "HANGUP"}]
        assert heard(ear.pcm(), ANSWER) > 0.95
        assert heard(g711.decode_alaw(served.sound), CALLER) > 0.95
        pacing = ear.pacing()
        assert (pacing.gaps, pacing.steps) == (0, {160})
        await process.calls(0)
        await process.status("dialog_closed")
        call_id = process.of("dialog_opened")[0]["dialog"]["call_id"]
        assert process.of("dialog_closed") == [{"status": "dialog_closed", "call_id": call_id}]
        assert [told["calls"] for told in process.of("calls")] == [1, 0]
        assert "0612345678" not in process.log + " ".join(process.log.split())


async def test_wide_band(tmp_path: Path) -> None:
    """A G.722 telephone gets slin16."""
    wide = soxr.resample(CALLER, 8000, 16000)
    async with bridge(tmp_path) as (process, service), BaresipPhone("a", says=wide, codecs=["g722"]) as phone:
        served = await place(process, service, phone)
        assert served.start["format"] == "slin16"
        await served.play(soxr.resample(ANSWER, 8000, 16000).tobytes())
        await until(lambda: len(phone.heard()) > 3.5 * 16000)
        assert heard(phone.heard(), soxr.resample(ANSWER, 8000, 16000), 16000) > 0.9
        assert heard(np.frombuffer(served.sound, np.int16), wide, 16000) > 0.9


@pytest.mark.parametrize("sources", ["negotiated", "any"])
async def test_sound_of_strangers_is_not_taken_into_a_call(tmp_path: Path, sources: str) -> None:
    """RTP from another address than the one that was agreed on never reaches the service, unless that is wanted."""
    async with bridge(tmp_path, sip_rtp_sources=sources) as (process, service):
        scenario = Scenario().invite().answered().pause(2500).bye()
        async with Sipp(scenario, process.address, service="0139000001") as call:
            served = await service.call()
            await served.answered()
            answer = await call.received("INVITE", 200)
            port = int(answer.body.split("m=audio ")[1].split()[0])
            await until(lambda: call.count("ACK") == 0 and process.of("dialog_opened"))
            codes = g711.encode_alaw(PERSON)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
                stranger.bind(("127.0.0.2", 0))
                for number in range(100):
                    header = struct.pack("!BBHII", 0x80, 8, number, number * 160, 7)
                    stranger.sendto(header + codes[number * 160 : number * 160 + 160], ("127.0.0.1", port))
                    await asyncio.sleep(0.02)
            await call.finished()
            await served.closed.wait()
        taken = g711.decode_alaw(served.sound) if served.sound else np.zeros(8000, np.int16)
        if sources == "any":
            assert heard(taken, PERSON[:8000]) > 0.9
        else:
            assert np.abs(taken.astype(int)).max() < 100


async def test_a_flush_is_heard_and_keys_arrive(tmp_path: Path) -> None:
    """The rest of a long announcement is not heard; what is said next comes at once."""
    async with bridge(tmp_path) as (process, service), BaresipPhone("a") as phone:
        served = await place(process, service, phone)
        await served.play(g711.encode_alaw(np.concatenate([ANSWER, BRIEFING, PERSON])))
        await phone.press("5")
        assert (await served.event("DTMF_END"))["digit"] == "5"
        await until(lambda: len(phone.heard()) > 8000)
        await served.command("FLUSH_MEDIA")
        await served.play(g711.encode_alaw(CALLER))
        await served.command("MARK_MEDIA", correlation_id="1")
        await served.event("MEDIA_MARK_PROCESSED")
        await served.command("HANGUP")
        await phone.event("CALL_CLOSED")
        assert heard(phone.heard(), CALLER) > 0.95
        assert heard(phone.heard(), PERSON) < 0.5


async def test_a_caller_gives_up(tmp_path: Path) -> None:
    """CANCEL before the answer: HANGUP."""
    async with bridge(tmp_path) as (process, service):
        async with Sipp(Scenario().invite().ringing().pause(1000).cancel(), process.address) as call:
            served = await service.call()
            await call.finished()
            await served.closed.wait()
        assert served.events == [{"event": "HANGUP"}]


async def test_lines_are_counted(tmp_path: Path) -> None:
    """486 above max_calls and max_waiting, and while draining; after the last call the bridge stops when told, with exit code 0."""
    async with bridge(tmp_path, max_calls=1, max_waiting=0) as (process, service), BaresipPhone("a") as phone:
        served = await place(process, service, phone)
        async with Sipp(Scenario().invite().refused(486), process.address) as second:
            await second.finished()
        process.write({"command": "drain"})
        await served.command("HANGUP")
        await process.calls(0)
        async with Sipp(Scenario().invite().refused(486), process.address) as third:
            await third.finished()
        process.write({"command": "stop"})
        assert await process.process.wait() == 0


async def test_a_service_that_is_full_or_gone(tmp_path: Path) -> None:
    """The caller's PBX hears it before anything was answered."""
    async with bridge(tmp_path) as (process, service):
        service.refuses = 503
        async with Sipp(Scenario().invite().refused(486), process.address) as call:
            await call.finished()


async def test_a_person_is_rung_briefed_and_joined(tmp_path: Path) -> None:
    """The receptionist hears the briefing from its beginning and then the caller; the caller hears music, then the receptionist."""
    receptionist = BaresipPhone("100", says=PERSON)
    caller = BaresipPhone("appelant", says=np.concatenate([np.zeros(6 * 8000, np.int16), CALLER] * 4))
    async with receptionist, caller, bridge(tmp_path, sip_domain=receptionist.address) as (process, service):
        served = await place(process, service, caller)
        await served.play(g711.encode_alaw(ANSWER))
        await served.command("CONSULT", destination="100", ring_ms=20_000, purpose="Urbanisme")
        await served.command("CONSULT_MEDIA", audio=in_base64(BRIEFING))
        await served.command("CONSULT_MARK", correlation_id="briefed")
        await served.event("CONSULT_RINGING")
        await until(lambda: len(caller.heard()) > 3.5 * 8000)
        await receptionist.accept()
        assert (await served.event("CONSULT_RESULT"))["result"] == "answered"
        await served.event("CONSULT_MARK_PROCESSED")
        await served.command("BRIDGE")
        await served.event("BRIDGED")
        until_bridge = len(served.sound)
        await caller.press("7")
        await until(lambda: receptionist.keys() == "7")
        await until(lambda: len(receptionist.heard()) > 17 * 8000)
        assert len(served.sound) - until_bridge < 1600
        await receptionist.hang_up()
        await served.event("CONSULT_ENDED")
        await served.command("HANGUP")
        await caller.event("CALL_CLOSED")
        await served.closed.wait()
        assert served.events == []
        assert heard(caller.heard(), ANSWER) > 0.95
        assert heard(receptionist.heard(), BRIEFING) > 0.95
        assert heard(receptionist.heard(), CALLER) > 0.9
        assert heard_at(receptionist.heard(), BRIEFING) < 1.0
        await process.calls(0)


async def test_a_caller_hears_the_person(tmp_path: Path) -> None:
    """And hangs up on them."""
    receptionist = BaresipPhone("100", says=np.concatenate([PERSON] * 6), answers="at once")
    async with (
        receptionist,
        BaresipPhone("a") as caller,
        bridge(tmp_path, sip_domain=receptionist.address) as (process, service),
    ):
        served = await place(process, service, caller)
        await served.command("CONSULT", destination="100", ring_ms=20_000, purpose="")
        await served.event("CONSULT_RESULT")
        await served.command("BRIDGE")
        await until(lambda: len(caller.heard()) > 6 * 8000)
        await caller.hang_up()
        await receptionist.event("CALL_CLOSED")
        await served.closed.wait()
        assert heard(caller.heard(), PERSON) > 0.9
        assert served.events == [{"event": "BRIDGED"}, {"event": "HANGUP"}]


@pytest.mark.parametrize("how", ["declines", "does not pick up", "is told to stop", "is not there"])
async def test_a_person_who_does_not_speak(tmp_path: Path, how: str) -> None:
    """The result says how; the caller is still there and hears the service."""
    receptionist = BaresipPhone("100")
    async with (
        receptionist,
        BaresipPhone("a") as caller,
        bridge(tmp_path, sip_domain="127.0.0.1:9" if how == "is not there" else receptionist.address) as (
            process,
            service,
        ),
    ):
        served = await place(process, service, caller)
        ring_ms = 1500 if how == "does not pick up" else 15_000
        await served.command("CONSULT", destination="100", ring_ms=ring_ms, purpose="")
        if how != "is not there":
            await served.event("CONSULT_RINGING")
        if how == "declines":
            await receptionist.hang_up()
        if how == "is told to stop":
            await served.command("CONSULT_END")
        else:
            result = (await served.event("CONSULT_RESULT"))["result"]
            expected = {"declines": {"busy"}, "does not pick up": {"no_answer"}}
            assert result in expected.get(how, {"unreachable", "no_answer", "failed"})
        if how != "is not there":
            await receptionist.event("CALL_CLOSED")
        await served.play(g711.encode_alaw(ANSWER))
        await served.command("MARK_MEDIA", correlation_id="1")
        await served.event("MEDIA_MARK_PROCESSED")
        await until(lambda: heard(caller.heard(), ANSWER) > 0.95)


async def test_an_attended_transfer(tmp_path: Path) -> None:
    """REFER with Replaces; then both legs are over."""
    scenario = Scenario().invite("Supported: replaces").answered().expect("INVITE").respond("200 OK")
    scenario.expect("ACK").expect_refer("SIP/2.0 100 Trying", "SIP/2.0 200 OK").expect("BYE")
    async with (
        BaresipPhone("100", answers="at once") as receptionist,
        bridge(tmp_path, sip_domain=receptionist.address) as (process, service),
        Sipp(scenario, process.address) as call,
    ):
        served = await consulted(service)
        await served.command("REPLACE")
        assert (await served.event("TRANSFER_RESULT"))["result"] == "answered"
        await call.finished()
        assert "Replaces=" in (await call.received("REFER")).header("Refer-To")
        await receptionist.event("CALL_CLOSED")
        await process.calls(0)


async def test_a_telephone_that_knows_no_attended_transfer(tmp_path: Path) -> None:
    """The result says so; both are taken off hold, and are joined by us."""
    async with Earphone() as ear:
        scenario = Scenario(offer=Offer(port=ear.port)).invite().answered()
        for _hold_and_resume in range(2):
            scenario.expect("INVITE").respond("200 OK").expect("ACK")
        scenario.pause(6000).bye()
        async with (
            BaresipPhone("100", says=np.concatenate([PERSON] * 20), answers="at once") as receptionist,
            bridge(tmp_path, sip_domain=receptionist.address) as (process, service),
            Sipp(scenario, process.address) as call,
        ):
            served = await consulted(service)
            await served.command("REPLACE")
            assert (await served.event("TRANSFER_RESULT"))["result"] == "rejected"
            await served.command("BRIDGE")
            await served.event("BRIDGED")
            await call.finished()
            await receptionist.event("CALL_CLOSED")
            assert heard(ear.pcm(), PERSON) > 0.9


async def test_a_blind_transfer(tmp_path: Path) -> None:
    """REFER: the caller's telephone calls the receptionist's."""
    receptionist = BaresipPhone("100", answers="at once")
    async with (
        receptionist,
        BaresipPhone("a") as caller,
        bridge(tmp_path, sip_domain=receptionist.address) as (process, service),
    ):
        served = await place(process, service, caller)
        await served.command("TRANSFER", destination="100")
        assert (await served.event("TRANSFER_RESULT"))["result"] == "answered"
        await receptionist.event("CALL_ESTABLISHED")
        await process.calls(0)


async def test_a_service_that_dies_leaves_nobody_in_silence(tmp_path: Path) -> None:
    """The caller hears the recorded sentence, then it rings, then the receptionist."""
    (tmp_path / "bridge").mkdir()
    write_wav(tmp_path / "bridge/last-words.wav", ANSWER, 8000)
    receptionist = BaresipPhone("100", says=np.concatenate([PERSON] * 8))
    async with (
        receptionist,
        BaresipPhone("a") as caller,
        bridge(tmp_path, sip_domain=receptionist.address) as (process, service),
    ):
        served = await place(process, service, caller)
        served.die()
        await receptionist.event("CALL_INCOMING")
        await until(lambda: len(caller.heard()) > 5 * 8000)
        await receptionist.accept()
        await until(lambda: len(caller.heard()) > 12 * 8000)
        assert heard(caller.heard(), ANSWER) > 0.95
        assert heard(caller.heard(), PERSON) > 0.9
        await caller.hang_up()
        await receptionist.event("CALL_CLOSED")
        await process.calls(0)


async def test_what_strangers_send_does_not_fill_the_log(tmp_path: Path) -> None:
    """The library prints « unhandled request » for a method that belongs nowhere: a line of our log, at debug level."""
    publish = (
        "PUBLISH sip:mairie@{host} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bKx;rport\r\nCall-ID: x\r\n"
    )
    publish += (
        "From: <sip:0612345678@x>;tag=a\r\nTo: <sip:mairie@x>\r\nCSeq: 1 PUBLISH\r\nContent-Length: 0\r\n\r\n"
    )
    for level in ("INFO", "DEBUG"):
        async with bridge(tmp_path, log_level=level) as (process, _service):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
                stranger.settimeout(5)
                stranger.connect(("127.0.0.1", int(process.address.split(":")[1])))
                own = f"127.0.0.1:{stranger.getsockname()[1]}"
                stranger.send(publish.format(host=process.address, own=own).encode())
                assert (await asyncio.to_thread(stranger.recv, 2000)).startswith(b"SIP/2.0 501 ")
            if level == "DEBUG":
                await until(lambda: "the SIP library prints: unhandled request from" in process.log)
            assert ("unhandled" in process.log) == (level == "DEBUG")
            assert "0612345678" not in process.log


async def test_a_bridge_that_is_told_to_stop(tmp_path: Path) -> None:
    """The caller hears the recorded sentence and is sent to the reception; the service does not hear that they hung up."""
    (tmp_path / "bridge").mkdir()
    write_wav(tmp_path / "bridge/last-words.wav", ANSWER, 8000)
    receptionist = BaresipPhone("100", answers="at once")
    async with (
        receptionist,
        BaresipPhone("a") as caller,
        bridge(tmp_path, sip_domain=receptionist.address) as (process, service),
    ):
        served = await place(process, service, caller)
        process.process.terminate()  # as systemd does to all of a service's processes
        await asyncio.sleep(0.5)
        process.write({"command": "stop"})
        await receptionist.event("CALL_ESTABLISHED")
        assert await process.process.wait() == 0
        assert heard(caller.heard(), ANSWER) > 0.95
        assert served.closed.is_set()
        assert served.events == []


async def test_a_supervisor_that_dies(tmp_path: Path) -> None:
    """Callers whom nobody takes hear BYE, at the latest, and the bridge ends by itself."""
    async with bridge(tmp_path, ring_seconds=5) as (process, service), BaresipPhone("a") as phone:
        await place(process, service, phone)
        process.orphan()
        await phone.event("CALL_CLOSED")
        assert await process.process.wait() == 0


async def test_a_bridge_that_is_killed(tmp_path: Path) -> None:
    """The service's connection breaks without HANGUP; what the supervisor knows is enough for a BYE."""
    async with bridge(tmp_path) as (process, service), BaresipPhone("a") as phone:
        served = await place(process, service, phone)
        process.process.kill()
        await served.closed.wait()
        assert served.events == []
        assert len(process.of("dialog_opened")) >= 1
        assert process.of("dialog_closed") == []
