"""The test peers themselves, against one another: what they say of a call is what happened."""

from pathlib import Path

import soxr

from callbot.audio.types import Pcm
from tests.support.peers.baresip import BaresipPhone
from tests.support.peers.certificates import make_certificate
from tests.support.peers.kamailio import Kamailio
from tests.support.peers.linphone import LinphonePhone
from tests.support.peers.scenario import Offer, Scenario
from tests.support.peers.sipp import Sipp, run
from tests.support.peers.sound import heard
from tests.support.peers.tap import Earphone
from tests.support.sound import CLIPS, clip
from tests.support.waiting import until


def speech(number: int = 0) -> Pcm:
    """Three seconds of somebody's speech, 8 kHz."""
    return clip(CLIPS[number])[: 3 * 8000]


def resampled(pcm: Pcm) -> Pcm:
    """The same at 16 kHz."""
    return soxr.resample(pcm, 8000, 16000)


async def test_sipp_calls_sipp_and_its_sound_arrives() -> None:
    """A whole call: the order of answers, the keys, the caller's BYE, and the sound as it was sent."""
    async with Earphone() as ear:
        callee = (
            Scenario(offer=Offer(port=ear.port)).expect("INVITE").respond("180 Ringing").respond("200 OK")
        )
        callee.expect("ACK").expect("INFO").expect("BYE")
        caller = Scenario().invite().answered().play("voice.pcma").pause(3000).info_key("5").bye()
        async with Sipp(callee) as telephone:
            call = Sipp(caller, telephone.address, says={"voice.pcma": speech()})
            async with call:
                await call.finished()
                await telephone.finished()
                assert call.answers() == [180, 200]
                assert call.answers("BYE") == [200]
                assert "Signal=5" in (await telephone.received("INFO")).body
        assert heard(ear.pcm(), speech()) > 0.99
        assert heard(ear.pcm(), speech(1)) < 0.6
        pacing = ear.pacing()
        assert (pacing.gaps, pacing.steps) == (0, {160})
        assert 19 < pacing.mean_ms < 21


async def test_sipp_gives_up_before_the_answer() -> None:
    """CANCEL gets its 200, the INVITE its 487."""
    callee = (
        Scenario()
        .expect("INVITE")
        .respond("180 Ringing")
        .expect("CANCEL")
        .respond_to_invite("487 Request Terminated")
    )
    async with Sipp(callee.expect("ACK")) as telephone:
        call = Sipp(Scenario().invite().ringing().pause(300).cancel(), telephone.address)
        async with call:
            await call.finished()
            await telephone.finished()
            assert (call.answers(), call.answers("CANCEL")) == ([180, 487], [200])


async def test_sipp_is_refused() -> None:
    """A telephone that is busy: the code comes through, and is acknowledged."""
    async with Sipp(Scenario().expect("INVITE").respond("486 Busy Here").expect("ACK")) as telephone:
        call = Sipp(Scenario().invite("Require: timer").refused(486), telephone.address)
        async with call:
            await call.finished()
            await telephone.finished()
            assert call.answers() == [486]
            assert (await telephone.received("INVITE")).header("Require") == "timer"


async def test_sipp_holds_and_resumes_sipp_which_hangs_up() -> None:
    """Two re-INVITEs, then the callee's BYE."""
    callee = Scenario().expect("INVITE").respond("200 OK").expect("ACK")
    callee.expect("INVITE").respond("200 OK").expect("ACK").expect("INVITE").respond("200 OK").expect(
        "ACK"
    ).bye()
    async with Sipp(callee) as telephone:
        caller = Scenario().invite().answered().reinvite("sendonly").reinvite("sendrecv").expect("BYE")
        async with Sipp(caller, telephone.address) as call:
            await call.finished()
            await telephone.finished()
            directions = [
                m.body.split("a=")[-1].strip()
                for m in call.messages
                if m.sent and m.start.startswith("INVITE")
            ]
            assert directions == ["sendrecv", "sendonly", "sendrecv"]
            assert telephone.answers("BYE") == [200]


async def test_sipp_tells_how_a_blind_transfer_went() -> None:
    """REFER from the callee: 202, then the NOTIFYs it will hear from a PBX."""
    caller = (
        Scenario()
        .invite()
        .answered()
        .expect_refer("SIP/2.0 100 Trying", "SIP/2.0 486 Busy Here")
        .expect("BYE")
    )
    callee = Scenario().expect("INVITE").respond("200 OK").expect("ACK").refer("sip:100@127.0.0.1")
    callee.expect("NOTIFY").expect("NOTIFY").bye()
    async with Sipp(callee) as telephone, Sipp(caller, telephone.address) as call:
        await call.finished()
        await telephone.finished()
        assert (await call.received("REFER")).header("Refer-To") == "<sip:100@127.0.0.1>"
        fragments = [
            m.body.strip() for m in telephone.messages if not m.sent and m.start.startswith("NOTIFY")
        ]
        assert fragments == ["SIP/2.0 100 Trying", "SIP/2.0 486 Busy Here"]


async def test_two_phones_talk() -> None:
    """baresip to baresip: each hears what the other says, keys arrive, the one who hangs up ends it for both."""
    async with (
        BaresipPhone("accueil", says=speech(1)) as desk,
        BaresipPhone("appelant", says=speech()) as caller,
    ):
        await caller.dial(desk.uri)
        await desk.event("CALL_INCOMING")
        await desk.accept()
        await caller.event("CALL_ESTABLISHED")
        await caller.press("12#")
        await until(lambda: len(caller.heard()) > 3.5 * 8000)
        await desk.hang_up()
        await caller.event("CALL_CLOSED")
        assert desk.keys() == "12#"
        assert heard(desk.heard(), speech()) > 0.95
        assert heard(caller.heard(), speech(1)) > 0.95


async def test_a_phone_declines() -> None:
    """A receptionist who does not want the call: 486."""
    desk = BaresipPhone("accueil")
    async with desk, Sipp(Scenario().invite().refused(486), desk.address, service="accueil") as call:
        await desk.event("CALL_INCOMING")
        await desk.hang_up()
        await call.finished()
        assert call.answers() == [180, 486]


async def test_two_phones_talk_in_secret(tmp_path: Path) -> None:
    """TLS, SDES-SRTP and G.722: the wide-band sound arrives."""
    certificate = make_certificate(tmp_path)
    wide = resampled(speech())
    async with (
        BaresipPhone(
            "accueil", answers="at once", codecs=["g722"], transport="tls", srtp=True, certificate=certificate
        ) as desk,
        BaresipPhone(
            "appelant", says=wide, codecs=["g722"], transport="tls", srtp=True, certificate=certificate
        ) as caller,
    ):
        await caller.dial(desk.uri)
        await caller.event("CALL_ESTABLISHED")
        await until(lambda: len(desk.heard()) > 3.5 * 16000)
        await caller.hang_up()
        await desk.event("CALL_CLOSED")
        assert heard(desk.heard(), wide, 16000) > 0.9
        assert "RTP/SAVP" in desk.log + caller.log or "SRTP" in (desk.log + caller.log).upper()


async def test_linphonec_obeys_an_attended_transfer() -> None:
    """SIPp answers linphonec's call, then sends it to a baresip; linphonec calls there, naming the call to be replaced."""
    target = Scenario().expect("INVITE").respond("200 OK").expect("ACK").pause(1000).bye()
    async with Sipp(target) as desk, LinphonePhone(says=speech()) as caller:
        replaces = "?Replaces=consultation%3Bto-tag%3Da%3Bfrom-tag%3Db"
        consulting = Scenario().expect("INVITE").respond("200 OK").expect("ACK").pause(500)
        consulting.refer(desk.uri + replaces)
        consulting.expect("INVITE").respond("200 OK").expect("ACK").expect("NOTIFY").expect("NOTIFY").bye()
        async with Sipp(consulting) as bot:
            await caller.dial(bot.uri)
            replacing = await desk.received("INVITE")
            assert replacing.header("Replaces") == "consultation;to-tag=a;from-tag=b"
            await bot.finished()


async def test_linphonec_hears_a_phone() -> None:
    """linphonec as the one who is called: keys and sound both ways, without a network of its own."""
    async with (
        LinphonePhone("accueil", says=speech(1), answers_at_once=True) as desk,
        BaresipPhone("appelant", says=speech()) as caller,
    ):
        await caller.dial(desk.uri)
        await caller.event("CALL_ESTABLISHED")
        await until(lambda: len(caller.heard()) > 3.5 * 8000)
        await desk.press("7")
        await caller.event("CALL_DTMF_START")
        await caller.hang_up()
        await desk.printed("ended")
        assert caller.keys() == "7"
        assert heard(desk.heard(), speech()) > 0.95
        assert heard(caller.heard(), speech(1)) > 0.95


async def test_kamailio_passes_over_a_dead_bridge() -> None:
    """Two telephones behind Kamailio share the calls; when one dies, the other has them all."""
    answering = Scenario().expect("INVITE").respond("200 OK").expect("ACK").expect("BYE")
    calling = Scenario().invite().answered().pause(500).bye()
    one, two = (Sipp(answering, calls=99, at_once=9) for _ in range(2))
    async with one, two, Kamailio([one.address, two.address]) as proxy:
        await run(Sipp(calling, proxy.address, calls=4, at_once=4))
        assert (one.count("INVITE"), two.count("INVITE")) == (2, 2)
        await two.kill()
        await run(Sipp(calling, proxy.address, calls=4, at_once=4))
        assert one.count("INVITE") == 2 + 4
