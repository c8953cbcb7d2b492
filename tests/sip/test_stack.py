"""The SIP stack of the bridge against real peers: SIPp and Debian's baresip."""

import asyncio
import json
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
import soxr

from callbot.audio.types import Pcm
from callbot.events import TransferResult
from sip_bridge.leg import Codec, Established, Held, KeyPressed, LegClosed, LegError, Ringing
from sip_bridge.orphans import end_dialogs
from sip_bridge.trace import Dialog, DialogClosed, DialogOpened, dialog_of
from tests.support.legs import switchboard
from tests.support.peers.baresip import BaresipPhone
from tests.support.peers.certificates import make_certificate
from tests.support.peers.flood import flood
from tests.support.peers.processes import free_ports
from tests.support.peers.scenario import Offer, Scenario
from tests.support.peers.sipp import Sipp
from tests.support.peers.sound import heard
from tests.support.peers.tap import Earphone
from tests.support.sound import CLIPS, clip
from tests.support.waiting import until


def speech(number: int = 0) -> Pcm:
    """Three seconds of somebody's speech, 8 kHz."""
    return clip(CLIPS[number])[: 3 * 8000]


@pytest.mark.parametrize("codec", ["pcma", "pcmu"])
@pytest.mark.parametrize("tcp", [False, True])
async def test_a_call_is_answered_and_each_hears_the_other(codec: str, tcp: bool) -> None:
    """SIPp calls, its sound comes back to its ear; the events in order; its BYE ends the leg."""
    async with switchboard() as board, Earphone() as ear:
        offer = Offer((codec,), port=ear.port)
        scenario = Scenario(offer=offer).invite("P-Asserted-Identity: <sip:0612345678@ville.fr>").answered()
        scenario.play(f"voice.{codec}", codec).pause(4000).bye()
        call = Sipp(scenario, board.address, service="0139000001", says={f"voice.{codec}": speech()}, tcp=tcp)
        async with call:
            leg = await board.answered(echoes=True)
            await call.finished()
            assert call.answers() == [180, 200]
            await leg.closed()
        taken = board.calls[0]
        assert (taken.caller, taken.name, taken.line, taken.peer) == (
            "0612345678",
            "Appelant",
            "0139000001",
            "127.0.0.1",
        )
        assert leg.events == [Established(Codec(codec), 8000), LegClosed(TransferResult.ANSWERED, None)]
        assert heard(leg.heard, speech()) > 0.95
        assert heard(ear.pcm(), speech()) > 0.95
        pacing = ear.pacing()
        assert (pacing.gaps, pacing.steps) == (0, {160})
        assert 19 < pacing.mean_ms < 21


async def test_sound_flows_from_the_first_moment() -> None:
    """Packets go out as soon as the call is answered, silence while nothing is said."""
    async with switchboard() as board, Earphone() as ear:
        async with Sipp(
            Scenario(offer=Offer(port=ear.port)).invite().answered().pause(2000).bye(), board.address
        ) as call:
            await board.answered()
            await call.finished()
        assert ear.pacing().packets >= 95


async def test_wide_band(tmp_path: Path) -> None:
    """G.722 is 16 kHz both ways."""
    wide, mine = soxr.resample(speech(), 8000, 16000), soxr.resample(speech(1), 8000, 16000)
    async with switchboard() as board, BaresipPhone("appelant", says=wide, codecs=["g722"]) as phone:
        await phone.dial(f"sip:mairie@{board.address}")
        leg = await board.answered(says=mine)
        assert leg.events == [Established(Codec.G722, 16000)]
        await until(lambda: len(phone.heard()) > 3.5 * 16000)
        await phone.hang_up()
        await leg.closed()
        assert heard(phone.heard(), mine, 16000) > 0.9
        assert heard(leg.heard, wide, 16000) > 0.9


async def test_encrypted(tmp_path: Path) -> None:
    """TLS with SDES-SRTP: the sound arrives both ways."""
    certificate = make_certificate(tmp_path)
    secure = {
        "sip_certificate": certificate,
        "sip_srtp": "required",
        "sip_transport": "tls",
        "sip_ca": certificate,
    }
    phone = BaresipPhone("appelant", says=speech(), transport="tls", srtp=True, certificate=certificate)
    async with switchboard(**secure) as board, phone:
        await phone.dial(f"sip:mairie@127.0.0.1:{board.stack.port + 1};transport=tls")
        leg = await board.answered(says=speech(1))
        await until(lambda: len(phone.heard()) > 3.5 * 8000)
        await leg.leg.hang_up()
        await leg.closed()
        await phone.event("CALL_CLOSED")
        assert heard(phone.heard(), speech(1)) > 0.95
        assert heard(leg.heard, speech()) > 0.95
        assert board.changes[0].dialog.transport == "tls"


async def test_keys_by_rtp_both_ways() -> None:
    """RFC 4733: the caller's keys arrive once each, ours at the caller."""
    async with switchboard() as board, BaresipPhone("appelant") as phone:
        await phone.dial(f"sip:mairie@{board.address}")
        leg = await board.answered()
        await phone.event("CALL_ESTABLISHED")
        await phone.press("19*#")
        await until(lambda: len(leg.of(KeyPressed)) >= 4)
        for key in "42#":
            await leg.leg.send_key(key)
        await until(lambda: len(phone.keys()) >= 3)
        assert [key.digit for key in leg.of(KeyPressed)] == ["1", "9", "*", "#"]
        assert phone.keys() == "42#"
        with pytest.raises(LegError):
            await leg.leg.send_key("é")


async def test_keys_by_info_both_ways() -> None:
    """SIP INFO: understood always, sent when so configured."""
    async with switchboard(sip_dtmf="info") as board:
        scenario = Scenario().invite().answered().info_key("7").info_key("*").expect("INFO").expect("BYE")
        async with Sipp(scenario, board.address) as call:
            leg = await board.answered()
            await until(lambda: len(leg.of(KeyPressed)) >= 2)
            await leg.leg.send_key("5")
            await leg.leg.hang_up()
            await call.finished()
            assert "Signal=5" in (await call.received("INFO")).body
        assert leg.of(KeyPressed) == [KeyPressed("7"), KeyPressed("*")]


async def test_the_caller_gives_up_before_the_answer() -> None:
    """CANCEL: the leg closes once, and hanging it up afterwards does nothing."""
    async with switchboard() as board:
        async with Sipp(Scenario().invite().ringing().pause(300).cancel(), board.address) as call:
            leg = board.ear((await board.call()).leg)
            await call.finished()
            assert (call.answers(), call.answers("CANCEL")) == ([180, 487], [200])
        closed = await leg.closed()
        await leg.leg.hang_up()
        with pytest.raises(LegError):
            await leg.leg.answer()
        assert leg.events == [closed]
        assert closed.result is TransferResult.CALLER_GONE


async def test_we_refuse_and_we_hang_up() -> None:
    """486 before the answer, BYE after it."""
    async with switchboard() as board:
        async with Sipp(Scenario().invite().refused(486), board.address) as call:
            leg = board.ear((await board.call()).leg)
            await leg.leg.hang_up()
            await call.finished()
            await leg.closed()
        async with Sipp(Scenario().invite().answered().expect("BYE"), board.address) as call:
            leg = await board.answered(count=2)
            await asyncio.gather(leg.leg.hang_up(), leg.leg.hang_up())
            await call.finished()
            assert await leg.closed() == LegClosed(TransferResult.ANSWERED, None)


async def test_a_stranger_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    """An address that is not in sip_peers: 486, a line in the log with the address and no number, and nobody hears of it."""
    async with switchboard(sip_peers=("192.0.2.0/24",)) as board:
        async with Sipp(Scenario(caller="0612345678").invite().refused(486), board.address) as call:
            await call.finished()
        assert board.calls == []
    (record,) = [record for record in caplog.records if "refused" in record.message]
    assert record.message == "a call was refused: its address is not in sip_peers: 127.0.0.1"
    assert "0612345678" not in caplog.text


async def test_a_flood_of_strangers_keeps_no_allowed_call_out(caplog: pytest.LogCaptureFixture) -> None:
    """1000 INVITEs a second from an address that is not allowed: soon unread and unanswered; an allowed caller is taken as ever."""
    async with switchboard(sip_peers=("127.0.0.1",), max_calls=8) as board:
        with flood(board.stack.port, 1000) as strangers:
            await until(lambda: strangers.sent > 500)
            for count in (1, 2, 3):
                scenario = Scenario().invite().answered().reinvite("sendonly").reinvite("sendrecv").bye()
                async with Sipp(scenario, board.address) as call:
                    leg = await board.answered(count=count)
                    await call.finished()
                    await leg.closed()
            await until(lambda: strangers.sent > 1500)
        assert strangers.answers < 500
        assert len(board.calls) == 3
        assert [record.message for record in caplog.records if "flood" in record.message] == [
            "a flood of calls from addresses that are not in sip_peers: not heard for 60 s"
        ]


async def test_after_a_flood_strangers_are_refused_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """One by one, as before: their telephone hears it."""
    monkeypatch.setattr("sip_bridge.guard.CLOSED_SECONDS", 0.5)
    async with switchboard(sip_peers=("192.0.2.0/24",)) as board:
        with flood(board.stack.port, 500) as strangers:
            await until(lambda: strangers.sent > 100)
        await asyncio.sleep(0.6)
        async with Sipp(Scenario().invite().refused(486), board.address) as call:
            await call.finished()


async def test_who_is_dialled_may_change_the_call_during_a_flood() -> None:
    """Their address is in no list, but in a dialog of ours: the re-INVITE of their hold is heard."""
    scenario = (
        Scenario().expect("INVITE").respond("200 OK").expect("ACK").pause(1500).reinvite("sendonly").bye()
    )
    async with switchboard(sip_peers=("192.0.2.0/24",)) as board, Sipp(scenario) as person:
        ear = board.ear(await board.stack.dial(person.uri))
        await ear.event(Established)
        with flood(board.stack.port, 500) as strangers:
            await until(lambda: strangers.sent > 100)
            await ear.event(Held)
            await person.finished()


async def test_a_call_that_comes_before_we_are_ready_waits() -> None:
    """A PBX that remembers our registration calls while we still register: it rings, and is answered then."""
    async with switchboard() as board:
        board.stack._take, _ = None, board.stack._taking.clear()
        async with Sipp(Scenario().invite().answered().bye(), board.address) as call:
            await until(lambda: call.answers() == [180])
            assert board.calls == []
            board.stack.on_incoming(board.calls.append)
            await board.answered()
            await call.finished()


async def test_options_are_answered() -> None:
    """A PBX asks whether we are there, over UDP and TCP."""
    async with switchboard() as board:
        for tcp in (False, True):
            async with Sipp(Scenario().options(), board.address, tcp=tcp) as call:
                await call.finished()
                assert call.answers("OPTIONS") == [200]


async def test_the_caller_holds_and_resumes() -> None:
    """Two re-INVITEs; the sound goes on afterwards."""
    async with switchboard() as board, Earphone() as ear:
        scenario = Scenario(offer=Offer(port=ear.port)).invite().answered().reinvite("sendonly").pause(300)
        scenario.reinvite("sendrecv").play("voice.pcma").pause(4000).bye()
        async with Sipp(scenario, board.address, says={"voice.pcma": speech()}) as call:
            leg = await board.answered(echoes=True)
            await call.finished()
            await leg.closed()
        assert leg.events == [
            Established(Codec.PCMA, 8000),
            Held(True),
            Held(False),
            LegClosed(TransferResult.ANSWERED, None),
        ]
        assert heard(leg.heard, speech()) > 0.95
        assert heard(ear.pcm(), speech()) > 0.95


async def test_the_codec_changes_in_the_call() -> None:
    """A re-INVITE from A-law to G.722: told again, with the new rate."""
    async with switchboard() as board:
        scenario = Scenario().invite().answered()
        scenario.offer = Offer(("g722",))
        async with Sipp(scenario.reinvite("sendrecv").pause(1500).bye(), board.address) as call:
            leg = await board.answered()
            await call.finished()
            await leg.closed()
        assert leg.of(Established) == [Established(Codec.PCMA, 8000), Established(Codec.G722, 16000)]


async def test_a_caller_may_not_send_us_elsewhere() -> None:
    """Toll fraud: a REFER from a caller never makes us call anybody."""
    async with switchboard() as board, BaresipPhone("victime") as victim:
        scenario = (
            Scenario()
            .invite()
            .answered()
            .refer(victim.uri)
            .expect("NOTIFY")
            .expect("NOTIFY")
            .pause(500)
            .bye()
        )
        async with Sipp(scenario, board.address) as call:
            leg = await board.answered()
            await call.finished()
            assert "603 Decline" in [m for m in call.messages if m.method == "NOTIFY"][-2].body
            await leg.closed()
        assert victim.events == [] or all(event["type"] != "CALL_INCOMING" for event in victim.events)


async def test_we_ring_somebody() -> None:
    """Ringing, the answer, sound both ways, our BYE; who calls is shown, quotes and line breaks taken out."""
    async with switchboard() as board, BaresipPhone("accueil", says=speech()) as desk:
        leg = board.ear(
            await board.stack.dial(desk.uri, caller="+33612345678", name='Mme "X"\r\nVia: y'), says=speech(1)
        )
        await leg.event(Ringing)
        await desk.accept()
        await leg.event(Established)
        await until(lambda: len(desk.heard()) > 3.5 * 8000)
        await leg.leg.hang_up()
        await desk.event("CALL_CLOSED")
        assert leg.events == [
            Ringing(),
            Established(Codec.PCMA, 8000),
            LegClosed(TransferResult.ANSWERED, None),
        ]
        assert heard(desk.heard(), speech(1)) > 0.95
        assert heard(leg.heard, speech()) > 0.95


async def test_who_calls_is_shown_to_whom_we_ring() -> None:
    """P-Asserted-Identity and headers of our own."""
    async with switchboard() as board:
        async with Sipp(Scenario().expect("INVITE").respond("486 Busy Here").expect("ACK")) as desk:
            leg = board.ear(
                await board.stack.dial(
                    desk.uri,
                    caller="+33612345678",
                    name='Mme "X"',
                    headers={"X-Callbot-Service": "urbanisme"},
                )
            )
            assert await leg.closed() == LegClosed(TransferResult.BUSY, 486)
            invite = await desk.received("INVITE")
        assert invite.header("P-Asserted-Identity") == '"Mme X" <sip:+33612345678@127.0.0.1>'
        assert invite.header("X-Callbot-Service") == "urbanisme"


@pytest.mark.parametrize(
    ("answer", "ended"),
    [
        ("404 Not Found", LegClosed(TransferResult.UNREACHABLE, 404)),
        ("480 Temporarily Unavailable", LegClosed(TransferResult.NO_ANSWER, 480)),
        ("603 Decline", LegClosed(TransferResult.REJECTED, 603)),
        ("500 Server Error", LegClosed(TransferResult.FAILED, 500)),
    ],
)
async def test_who_we_ring_does_not_answer(answer: str, ended: LegClosed) -> None:
    """Each refusal has its result."""
    async with (
        switchboard() as board,
        Sipp(Scenario().expect("INVITE").respond(answer).expect("ACK")) as desk,
    ):
        leg = board.ear(await board.stack.dial(desk.uri))
        assert await leg.closed() == ended
        await desk.finished()


async def test_we_stop_ringing() -> None:
    """Nobody picks up: our CANCEL, and the result says so."""
    async with switchboard() as board, BaresipPhone("accueil") as desk:
        leg = board.ear(await board.stack.dial(desk.uri))
        await leg.event(Ringing)
        await leg.leg.hang_up()
        assert (await leg.closed()).result is TransferResult.NO_ANSWER
        await desk.event("CALL_CLOSED")


async def test_who_we_ring_is_not_there() -> None:
    """Nothing listens at that address, or it is none."""
    async with switchboard() as board:
        leg = board.ear(await board.stack.dial("sip:accueil@127.0.0.1:9;transport=tcp"))
        assert (await leg.closed()).result is TransferResult.UNREACHABLE
        for uri in ("", "sip:a\r\nb@c"):
            with pytest.raises(LegError):
                await board.stack.dial(uri)


async def test_blind_transfer() -> None:
    """REFER: the PBX reports that somebody answered, then the leg is over."""
    async with switchboard() as board:
        scenario = Scenario().invite().answered().expect_refer("SIP/2.0 100 Trying", "SIP/2.0 200 OK")
        async with Sipp(scenario.expect("BYE"), board.address) as call:
            leg = await board.answered()
            assert await leg.leg.refer("sip:100@127.0.0.1", 5) == (TransferResult.ANSWERED, None)
            await call.finished()
            assert (await call.received("REFER")).header("Refer-To") == "<sip:100@127.0.0.1>"
            await leg.closed()
        assert len(leg.of(LegClosed)) == 1


@pytest.mark.parametrize(
    ("fragment", "ended"),
    [
        ("486 Busy Here", (TransferResult.BUSY, 486)),
        ("404 Not Found", (TransferResult.UNREACHABLE, 404)),
    ],
)
async def test_a_blind_transfer_fails_and_the_caller_is_still_there(
    fragment: str, ended: tuple[TransferResult, int]
) -> None:
    """The PBX reports why; the call goes on with sound."""
    async with switchboard() as board, Earphone() as ear:
        scenario = Scenario(offer=Offer(port=ear.port)).invite().answered()
        scenario.expect_refer("SIP/2.0 100 Trying", f"SIP/2.0 {fragment}").expect("BYE")
        async with Sipp(scenario, board.address) as call:
            leg = await board.answered()
            assert await leg.leg.refer("sip:100@127.0.0.1", 5) == ended
            packets = len(ear.packets)
            await until(lambda: len(ear.packets) > packets + 10)
            await leg.leg.hang_up()
            await call.finished()


async def test_a_transfer_is_not_permitted() -> None:
    """The caller's side refuses REFER itself."""
    async with switchboard() as board:
        scenario = Scenario().invite().answered().expect("REFER", code="603 Decline").expect("BYE")
        async with Sipp(scenario, board.address) as call:
            leg = await board.answered()
            assert await leg.leg.refer("sip:100@127.0.0.1", 5) == (TransferResult.REJECTED, 603)
            await leg.leg.hang_up()
            await call.finished()


async def test_a_transfer_that_nobody_reports() -> None:
    """202 and then silence: after the time given nobody has answered, and the caller is still there."""
    async with (
        switchboard() as board,
        Sipp(
            Scenario().invite().answered().expect("REFER", code="202 Accepted").expect("BYE"), board.address
        ) as call,
    ):
        leg = await board.answered()
        assert await leg.leg.refer("sip:100@127.0.0.1", 1) == (TransferResult.NO_ANSWER, None)
        await leg.leg.hang_up()
        await call.finished()


async def test_the_caller_hangs_up_during_a_transfer() -> None:
    """Then there is nobody left to transfer."""
    async with switchboard() as board:
        scenario = Scenario().invite().answered().expect("REFER", code="202 Accepted").pause(200).bye()
        async with Sipp(scenario, board.address) as call:
            leg = await board.answered()
            assert await leg.leg.refer("sip:100@127.0.0.1", 5) == (TransferResult.CALLER_GONE, None)
            await call.finished()


def replacing(*fragments: str) -> Scenario:
    """A caller whose side knows Replaces: held (re-INVITE), then REFER and these reports."""
    return (
        Scenario()
        .invite("Supported: replaces")
        .answered()
        .expect("INVITE")
        .respond("200 OK")
        .expect("ACK")
        .expect_refer(*fragments)
    )


async def test_attended_transfer_to_somebody_who_ignores_replaces() -> None:
    """REFER with Replaces succeeds; the consultation leg, which nobody replaced, is hung up by us."""
    async with switchboard() as board, BaresipPhone("accueil", answers="at once") as desk:
        scenario = replacing("SIP/2.0 100 Trying", "SIP/2.0 200 OK").expect("BYE")
        async with Sipp(scenario, board.address) as call:
            leg = await board.answered()
            consultation = board.ear(await board.stack.dial(desk.uri))
            await consultation.event(Established)
            assert await leg.leg.replace(consultation.leg, 5) == (TransferResult.ANSWERED, None)
            await call.finished()
            assert "Replaces=" in (await call.received("REFER")).header("Refer-To")
            await leg.closed()
            await consultation.closed()
            await desk.event("CALL_CLOSED")


async def test_an_attended_transfer_fails_and_both_are_taken_off_hold() -> None:
    """The report is 486: both legs stay, and sound goes on."""
    async with switchboard() as board, BaresipPhone("accueil", answers="at once", says=speech()) as desk:
        scenario = replacing("SIP/2.0 100 Trying", "SIP/2.0 486 Busy Here")
        scenario.expect("INVITE").respond("200 OK").expect("ACK").expect("BYE")
        async with Sipp(scenario, board.address) as call:
            leg = await board.answered()
            consultation = board.ear(await board.stack.dial(desk.uri))
            await consultation.event(Established)
            assert await leg.leg.replace(consultation.leg, 5) == (TransferResult.BUSY, 486)
            before = len(consultation.heard)
            await until(lambda: len(consultation.heard) > before + 4000)
            await leg.leg.hang_up()
            await consultation.leg.hang_up()
            await call.finished()
            directions = [
                m.body.split("a=send")[-1][:4]
                for m in call.messages
                if m.start.startswith("INVITE") and not m.sent
            ]
            assert directions == ["only", "recv"]


async def test_the_callers_side_knows_no_replaces() -> None:
    """Then it refuses attended transfers; both legs go on."""
    async with switchboard() as board, BaresipPhone("accueil", answers="at once") as desk:
        scenario = Scenario().invite().answered()
        for _ in range(2):
            scenario.expect("INVITE").respond("200 OK").expect("ACK")
        async with Sipp(scenario.expect("BYE"), board.address) as call:
            leg = await board.answered()
            consultation = board.ear(await board.stack.dial(desk.uri))
            await consultation.event(Established)
            assert await leg.leg.replace(consultation.leg, 5) == (TransferResult.REJECTED, None)
            await until(lambda: sum(m.start.startswith("ACK") for m in call.messages) >= 3)
            await leg.leg.hang_up()
            await call.finished()


async def test_dialogs_are_reported() -> None:
    """One opens with the answer, and closes with the BYE, for callers and for those whom we ring."""
    async with switchboard() as board, BaresipPhone("accueil", answers="at once") as desk:
        leg = board.ear(await board.stack.dial(desk.uri))
        await leg.event(Established)
        await until(lambda: board.changes)
        await leg.leg.hang_up()
        await leg.closed()
        assert [type(change) for change in board.changes] == [DialogOpened, DialogClosed]
        assert board.stack.dialogs == ()


def test_a_taken_port_is_named() -> None:
    """One line with the setting, for UDP and for TCP."""
    for kind, transport in ((socket.SOCK_DGRAM, "UDP"), (socket.SOCK_STREAM, "TCP")):
        with socket.socket(socket.AF_INET, kind) as taken:
            taken.bind(("127.0.0.1", 0))
            if kind is socket.SOCK_STREAM:
                taken.listen()
            port = taken.getsockname()[1]
            with pytest.raises(LegError) as failure:
                asyncio.run(_start(port))
        assert str(failure.value) == (
            f"CALLBOT_SIP_PORT: 127.0.0.1:{port} cannot be bound over {transport}: Address already in use"
        )


async def _start(port: int) -> None:
    async with switchboard(sip_port=port):
        pass


async def test_registered_at_a_pbx() -> None:
    """Digest: challenged, then accepted; unregistered at the end."""
    pbx = Scenario().expect(
        "REGISTER", 'WWW-Authenticate: Digest realm="ville", nonce="n1"', code="401 Unauthorized"
    )
    pbx.expect("REGISTER").expect("REGISTER")
    async with Sipp(pbx) as registrar:
        values = {
            "sip_mode": "registered",
            "sip_domain": registrar.address,
            "sip_user": "100",
            "sip_password": "secret",
        }
        async with switchboard(**values):
            pass
        await registrar.finished()
        sent = [m for m in registrar.messages if m.start.startswith("REGISTER")]
        assert 'username="100"' in sent[1].header("Authorization")
        assert "secret" not in "".join(m.text for m in registrar.messages)
        assert sent[-1].header("Contact").endswith("expires=0") or sent[-1].header("Expires") == "0"


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        ("403 Forbidden", "CALLBOT_SIP_PASSWORD: {pbx} refuses to register '100' with it (403)"),
        ("404 Not Found", "CALLBOT_SIP_USER: {pbx} knows no '100' (404)"),
        ("503 Service Unavailable", "CALLBOT_SIP_DOMAIN: {pbx} refuses to register '100' (503)"),
    ],
)
async def test_a_registration_that_is_refused_is_told(answer: str, line: str) -> None:
    """One line that names the setting."""
    async with Sipp(Scenario().expect("REGISTER", code=answer)) as registrar:
        values = {
            "sip_mode": "registered",
            "sip_domain": registrar.address,
            "sip_user": "100",
            "sip_password": "secret",
        }
        with pytest.raises(LegError) as failure:
            async with switchboard(**values):
                pass
        assert str(failure.value) == line.format(pbx=registrar.address)


VICTIM = """
import asyncio, json, sys
from callbot.config import load
from sip_bridge.baresip_stack import BaresipStack
from sip_bridge.orphans import json_of
from sip_bridge.trace import DialogOpened

def changed(change):
    if isinstance(change, DialogOpened):
        print(json.dumps(json_of(change.dialog)), flush=True)

async def main():
    settings = json.loads(sys.argv[1])
    stack = BaresipStack(load({}, sip_port=0, **settings), changed=changed)
    tasks = set()
    stack.on_incoming(lambda call: tasks.add(asyncio.ensure_future(call.leg.answer())))
    await stack.start()
    print(stack.port, flush=True)
    if len(sys.argv) > 2:
        await stack.dial(sys.argv[2])
    await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
async def test_calls_of_a_killed_process_are_ended(
    transport: Literal["udp", "tcp", "tls"], tmp_path: Path
) -> None:
    """Whoever called and whom we rang both get their BYE, from what the trace had told."""
    certificate = make_certificate(tmp_path) if transport == "tls" else None
    rtp = free_ports(100)
    settings = {"sip_rtp_ports": f"{rtp}-{rtp + 99}", "max_waiting": 0, "sip_transport": transport}
    if certificate:
        settings |= {"sip_certificate": str(certificate), "sip_ca": str(certificate)}
    caller = BaresipPhone("appelant", transport=transport, certificate=certificate)
    desk = BaresipPhone("accueil", transport=transport, certificate=certificate, answers="at once")
    async with caller, desk:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", VICTIM, json.dumps(settings), desk.uri, stdout=subprocess.PIPE
        )
        try:
            assert process.stdout
            port = int(await process.stdout.readline()) + (transport == "tls")
            suffix = "" if transport == "udp" else f";transport={transport}"
            await caller.dial(f"sip:mairie@127.0.0.1:{port}{suffix}")
            await caller.event("CALL_ESTABLISHED")
            await desk.event("CALL_ESTABLISHED")
            dialogs = [dialog_of(json.loads(await process.stdout.readline())) for _ in range(2)]
        finally:
            process.kill()
            await process.wait()
        assert await end_dialogs(dialogs) == 2
        await caller.event("CALL_CLOSED")
        await desk.event("CALL_CLOSED")


async def test_a_peer_that_is_gone_does_not_keep_the_end_waiting() -> None:
    """Nobody confirms: told, and not for long."""
    dialog = Dialog(
        "id",
        "<sip:a@b>;tag=1",
        "<sip:c@d>;tag=2",
        1,
        "sip:c@127.0.0.1:9",
        (),
        "udp",
        "127.0.0.1:1",
        "127.0.0.1:9",
    )
    assert await end_dialogs([dialog, replace(dialog, transport="tcp")], seconds=0.5) == 0
