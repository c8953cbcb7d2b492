"""The bridge between scripted legs and a scripted service, over a real WebSocket: every path of a call."""

import asyncio
import base64
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import SecretStr

from callbot.audio import g711
from callbot.audio.files import write_wav
from callbot.config import Settings
from sip_bridge.bridge import Bridge
from sip_bridge.destinations import Destinations
from sip_bridge.leg import Codec, Held, KeyPressed, LegError, Ringing, TransferResult
from sip_bridge.playout import AHEAD_MS
from tests.support.scripted_leg import ScriptedLeg, ScriptedStack
from tests.support.scripted_service import ScriptedService, ServedCall
from tests.support.waiting import until

TONE = (6000 * np.sin(np.arange(8000) * 0.35)).astype(np.int16)
"""One second."""
CODES = g711.encode_alaw(TONE)
PERSON = "sip:100@pbx;transport=udp"


LEAVE_SECONDS_HERE = 1.5


@pytest.fixture(autouse=True)
def _leave_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody here needs twelve seconds to be brought to a person."""
    monkeypatch.setattr("sip_bridge.bridge.LEAVE_SECONDS", LEAVE_SECONDS_HERE)


@dataclass
class Board:
    """Everything of one test."""

    stack: ScriptedStack
    service: ScriptedService
    bridge: Bridge
    counts: list[int]
    stopping: asyncio.Event

    async def call(self, **fields: Any) -> tuple[ScriptedLeg, ServedCall]:
        """A call that the service has answered."""
        number = len(self.service.calls)
        leg = self.stack.call(f"appel-{number}", **fields)
        served = await self.service.call(number)
        await served.answered()
        await until(lambda: ("answer",) in leg.asked)
        return leg, served

    async def person(self, served: ServedCall, **fields: Any) -> ScriptedLeg:
        """A person whose telephone rings."""
        number = len(self.stack.legs)
        await served.command("CONSULT", **({"destination": "100", "ring_ms": 20_000, "purpose": ""} | fields))
        await until(lambda: len(self.stack.legs) > number)
        return self.stack.legs[number]

    async def connected(self, **fields: Any) -> tuple[ScriptedLeg, ServedCall, ScriptedLeg]:
        """A caller, and a person who has picked up."""
        leg, served = await self.call(**fields)
        person = await self.person(served)
        person.establish()
        assert await served.event("CONSULT_RESULT") == {
            "event": "CONSULT_RESULT",
            "result": "answered",
            "code": None,
        }
        return leg, served, person

    async def bridged(self, **fields: Any) -> tuple[ScriptedLeg, ServedCall, ScriptedLeg]:
        """A caller and a person who hear each other."""
        leg, served, person = await self.connected(**fields)
        await served.command("BRIDGE")
        await served.event("BRIDGED")
        return leg, served, person

    async def over(self) -> None:
        """Until no call is left."""
        await until(lambda: self.bridge.calls == 0)


@asynccontextmanager
async def board(tmp_path: Path, **settings: Any) -> AsyncIterator[Board]:
    """A bridge that runs, with destinations 100 (the default) and 200."""
    stack, counts, stopping = ScriptedStack(), [], asyncio.Event()
    destinations = Destinations(["100", "200"], domain="pbx", transport="udp", default="100")
    async with ScriptedService().serving() as service:
        bridge = Bridge(
            Settings(data_dir=tmp_path, **settings), stack, destinations, service.url, counts.append
        )
        running = asyncio.create_task(bridge.run(stopping))
        await asyncio.sleep(0)
        try:
            yield Board(stack, service, bridge, counts, stopping)
        finally:
            stopping.set()
            await running


async def test_the_service_is_told_who_calls_and_in_which_format(tmp_path: Path) -> None:
    """Address, token, subprotocol and MEDIA_START; nothing is answered before the service says so."""
    async with board(tmp_path, media_token=SecretStr("geheim")) as it:
        leg = it.stack.call("appel", name="Mme Éluard & fils", watch="w1")
        served = await it.service.call()
        assert served.parameters == {
            "id": "appel",
            "from": "0612345678",
            "to": "0139000001",
            "name": "Mme Éluard & fils",
            "watch": "w1",
            "transfer": "1",
        }
        assert (served.authorization, served.subprotocol) == ("Bearer geheim", "media")
        assert served.start == {
            "event": "MEDIA_START",
            "connection_id": "appel",
            "channel": "callbot/sip",
            "channel_id": "appel",
            "format": "alaw",
            "optimal_frame_size": 160,
            "ptime": 20,
            "channel_variables": {},
        }
        assert leg.asked == []
        await served.answered()
        await until(lambda: leg.asked == [("answer",)])
        assert it.counts == [1]


@pytest.mark.parametrize(
    ("codec", "name", "size"),
    [(Codec.PCMA, "alaw", 160), (Codec.PCMU, "ulaw", 160), (Codec.G722, "slin16", 640), (None, "alaw", 160)],
)
async def test_the_format_follows_the_codec(
    tmp_path: Path, codec: Codec | None, name: str, size: int
) -> None:
    """A-law where the offer does not tell."""
    async with board(tmp_path) as it:
        it.stack.call(codec=codec)
        served = await it.service.call()
        assert (served.start["format"], served.start["optimal_frame_size"]) == (name, size)


async def test_sound_goes_both_ways_unchanged(tmp_path: Path) -> None:
    """What the caller says reaches the service, what it plays reaches the caller, sample by sample."""
    async with board(tmp_path) as it:
        leg, served = await it.call()
        leg.says += TONE.tobytes()
        await served.play(CODES)
        await until(lambda: len(served.sound) == 8000 and len(leg.heard) == 16000)
        assert served.sound == CODES
        assert leg.heard == g711.decode_alaw(CODES).tobytes()


async def test_wide_band_sound_is_passed_through(tmp_path: Path) -> None:
    """slin16 is the leg's own form."""
    async with board(tmp_path) as it:
        leg, served = await it.call(codec=Codec.G722)
        leg.says += TONE.tobytes()
        await served.play(TONE.tobytes())
        await until(lambda: len(served.sound) == 16000 and len(leg.heard) == 16000)
        assert (served.sound, leg.heard) == (TONE.tobytes(), TONE.tobytes())


async def test_a_codec_that_was_not_foreseen_is_resampled(tmp_path: Path) -> None:
    """The format was told before the codec was known: it stays."""
    async with board(tmp_path) as it:
        leg = it.stack.call(codec=None)
        leg.rate_hz = 16000
        served = await it.service.call()
        await served.answered()
        await served.play(CODES)
        leg.says += TONE.tobytes()
        await until(lambda: len(leg.heard) == 32_000 and len(served.sound) == 4000)


async def test_marks_are_told_when_the_sound_before_them_was_sent(tmp_path: Path) -> None:
    """And not a moment earlier: the leg has nothing left to play then."""
    async with board(tmp_path) as it:
        leg, served = await it.call()
        await served.play(CODES[:3200])
        await served.command("MARK_MEDIA", correlation_id="m1")
        await served.event("MEDIA_MARK_PROCESSED")
        assert (len(leg.heard), leg.waiting()) == (6400, 0)


async def test_a_flush_silences_the_caller_at_once(tmp_path: Path) -> None:
    """Only what was a moment ahead is lost; marks before it do not come."""
    async with board(tmp_path) as it:
        leg, served = await it.call()
        await served.play(CODES * 4)
        await served.command("MARK_MEDIA", correlation_id="lost")
        await until(lambda: leg.heard)
        assert leg.waiting() <= AHEAD_MS * 16
        await served.command("FLUSH_MEDIA")
        await until(lambda: ("flush",) in leg.asked)
        heard = len(leg.heard)
        await served.command("MARK_MEDIA", correlation_id="after")
        assert (await served.event("MEDIA_MARK_PROCESSED"))["correlation_id"] == "after"
        assert (len(leg.heard), leg.waiting()) == (heard, 0)


async def test_too_much_sound_is_told_and_thrown_away(tmp_path: Path) -> None:
    """XOFF at 900 frames; after a flush XON."""
    async with board(tmp_path) as it:
        _leg, served = await it.call()
        for _ in range(25):
            await served.play(CODES)
        await served.event("MEDIA_XOFF")
        await served.command("FLUSH_MEDIA")
        await served.event("MEDIA_XON")


async def test_keys_and_hold_are_told(tmp_path: Path) -> None:
    """While the caller's side holds us, what it plays is not taken for the caller's voice."""
    async with board(tmp_path) as it:
        leg, served = await it.call()
        leg.tell(KeyPressed("5"))
        leg.tell(Held(True))
        leg.says += TONE.tobytes()
        await until(lambda: not leg.says)
        leg.tell(Held(False))
        await served.event("MEDIA_RESUMED")
        assert served.sound == b""
        leg.tell(KeyPressed("#"))
        assert await served.event("DTMF_END") == {"event": "DTMF_END", "digit": "#"}


async def test_the_caller_hangs_up(tmp_path: Path) -> None:
    """HANGUP, then the connection closes; nothing is left."""
    async with board(tmp_path) as it:
        leg, served = await it.call()
        leg.close()
        await served.closed.wait()
        assert served.events == [{"event": "HANGUP"}]
        await it.over()
        assert it.counts == [1, 0]


async def test_the_caller_gives_up_before_the_answer(tmp_path: Path) -> None:
    """CANCEL."""
    async with board(tmp_path) as it:
        leg = it.stack.call()
        served = await it.service.call()
        leg.close(TransferResult.CALLER_GONE, 487)
        await served.closed.wait()
        assert served.events == [{"event": "HANGUP"}]


async def test_the_service_hangs_up(tmp_path: Path) -> None:
    """BYE, and the connection closes."""
    async with board(tmp_path) as it:
        leg, served = await it.call()
        await served.command("HANGUP")
        await served.closed.wait()
        await it.over()
        assert leg.asked == [("answer",), ("hang_up", None)]
        assert served.events == []


async def test_a_call_that_cannot_be_answered_is_over(tmp_path: Path) -> None:
    """The stack says no."""
    async with board(tmp_path) as it:
        leg = it.stack.call()
        leg.answers = LegError("no")
        served = await it.service.call()
        await served.answered()
        await served.closed.wait()
        assert served.events == [{"event": "HANGUP"}]


@pytest.mark.parametrize(("status", "code"), [(503, 486), (401, 503), (404, 503)])
async def test_a_service_that_takes_no_call_refuses_it(tmp_path: Path, status: int, code: int) -> None:
    """Busy where it says so; unavailable for everything else, so that the PBX goes on by itself."""
    async with board(tmp_path) as it:
        it.service.refuses = status
        leg = it.stack.call()
        await it.over()
        assert leg.asked == [("hang_up", code)]


async def test_a_service_that_is_not_there_refuses_the_call(tmp_path: Path) -> None:
    """Nobody listens."""
    async with board(tmp_path) as it:
        assert it.service.server
        it.service.server.close()
        leg = it.stack.call()
        await it.over()
        assert leg.asked == [("hang_up", 503)]


async def test_no_more_than_max_calls(tmp_path: Path) -> None:
    """Nor waiting ones: the next caller hears that the line is busy, until one has ended."""
    async with board(tmp_path, max_calls=1, max_waiting=0) as it:
        leg, _served = await it.call()
        second = it.stack.call("second")
        await until(lambda: second.closed)
        assert second.asked == [("hang_up", 486)]
        leg.close()
        await it.over()
        await it.call()


async def test_draining(tmp_path: Path) -> None:
    """New calls are refused, the others go on."""
    async with board(tmp_path) as it:
        leg, served = await it.call()
        it.bridge.drain()
        second = it.stack.call("second")
        await until(lambda: second.closed)
        assert second.asked == [("hang_up", 486)]
        await served.play(CODES[:160])
        await until(lambda: leg.heard)
        leg.close()
        await it.bridge.idle()


async def test_stopping_ends_every_leg(tmp_path: Path) -> None:
    """Callers and persons."""
    async with board(tmp_path) as it:
        one, _served, person = await it.bridged()
        two, served = await it.call()
        it.stopping.set()
        await served.closed.wait()
        await it.over()
        assert (one.closed, person.closed, two.closed) == (True, True, True)


BLIND = [
    (TransferResult.BUSY, 486),
    (TransferResult.NO_ANSWER, None),
    (TransferResult.REJECTED, 603),
    (TransferResult.UNREACHABLE, 404),
    (TransferResult.FAILED, 500),
]


@pytest.mark.parametrize(("result", "code"), BLIND)
async def test_a_blind_transfer_that_fails_brings_the_caller_back(
    tmp_path: Path, result: TransferResult, code: int | None
) -> None:
    """The service goes on talking to them."""
    async with board(tmp_path) as it:
        leg, served = await it.call()
        leg.transfer = result, code
        await served.command("TRANSFER", destination="200")
        assert await served.event("TRANSFER_RESULT") == {
            "event": "TRANSFER_RESULT",
            "result": result.value,
            "code": code,
        }
        assert leg.asked[1:] == [("refer", "sip:200@pbx;transport=udp")]
        await served.play(CODES[:160])
        await until(lambda: leg.heard)


async def test_a_blind_transfer_that_succeeds_ends_the_leg(tmp_path: Path) -> None:
    """With its result first, even when the PBX hangs up before it tells."""
    async with board(tmp_path) as it:
        leg, served = await it.call()
        leg.transfer_waits.clear()
        await served.command("TRANSFER", destination="100")
        await until(lambda: ("refer", PERSON) in leg.asked)
        leg.close()
        leg.transfer_waits.set()
        await served.closed.wait()
        assert served.events == [
            {"event": "TRANSFER_RESULT", "result": "answered", "code": None},
            {"event": "HANGUP"},
        ]


async def test_the_caller_hangs_up_during_a_blind_transfer(tmp_path: Path) -> None:
    """caller_gone, then HANGUP."""
    async with board(tmp_path) as it:
        leg, served = await it.call()
        leg.transfer_waits.clear()
        leg.transfer = TransferResult.CALLER_GONE, None
        await served.command("TRANSFER", destination="100")
        await until(lambda: ("refer", PERSON) in leg.asked)
        leg.close()
        leg.transfer_waits.set()
        await served.closed.wait()
        assert [event.get("result") for event in served.events] == ["caller_gone", None]


async def test_a_transfer_whose_refer_could_not_be_sent_has_failed(tmp_path: Path) -> None:
    """LegError is a result as well."""
    async with board(tmp_path) as it:
        leg, served = await it.call()
        leg.transfer = LegError("no", 481)
        await served.command("TRANSFER", destination="100")
        assert (await served.event("TRANSFER_RESULT"))["code"] == 481


@pytest.mark.parametrize("destination", ["0899123456", "sip:100@elsewhere", "", "100;x=y", None, 100])
async def test_nobody_else_is_ever_dialled(tmp_path: Path, destination: object) -> None:
    """Toll fraud: rejected without a packet."""
    async with board(tmp_path) as it:
        leg, served = await it.call()
        await served.command("TRANSFER", destination=destination)
        refused = await served.event("TRANSFER_RESULT")
        await served.command("CONSULT", destination=destination, ring_ms=1000, purpose="")
        assert {**refused, "event": ""} == {**await served.event("CONSULT_RESULT"), "event": ""}
        assert (refused["result"], refused["code"]) == ("rejected", 403)
        assert (leg.asked, it.stack.dialled) == ([("answer",)], [])


async def test_a_person_is_rung_and_briefed_and_joined(tmp_path: Path) -> None:
    """Sound that was sent before they picked up is heard from its beginning; the caller hears music meanwhile."""
    async with board(tmp_path) as it:
        leg, served = await it.call()
        person = await it.person(served, purpose="Urbanisme")
        assert it.stack.dialled == [(PERSON, "0612345678", "Urbanisme")]
        briefing = base64.b64encode(CODES[:1600]).decode()
        await served.command("CONSULT_MEDIA", audio=briefing)
        await served.command("CONSULT_MARK", correlation_id="briefed")
        await served.play(CODES[:1600])
        person.tell(Ringing())
        await served.event("CONSULT_RINGING")
        await until(lambda: len(leg.heard) == 3200)
        assert person.heard == b""
        person.establish()
        await served.event("CONSULT_RESULT")
        await served.event("CONSULT_MARK_PROCESSED")
        assert person.heard == g711.decode_alaw(CODES[:1600]).tobytes()
        await served.command("BRIDGE")
        await served.event("BRIDGED")
        leg.says += TONE.tobytes()
        person.says += TONE[::-1].tobytes()
        await until(lambda: len(person.heard) == 3200 + 16000 and len(leg.heard) == 3200 + 16000)
        assert person.heard[3200:] == TONE.tobytes()
        assert leg.heard[3200:] == TONE[::-1].tobytes()
        assert served.sound == b""


async def test_keys_go_both_ways_between_caller_and_person(tmp_path: Path) -> None:
    """In order, and not to the service."""
    async with board(tmp_path) as it:
        leg, served, person = await it.bridged()
        for key in "12#":
            leg.tell(KeyPressed(key))
        person.tell(KeyPressed("9"))
        await until(lambda: ("key", "9") in leg.asked and len(person.asked) == 4)
        assert person.asked[1:] == [("key", "1"), ("key", "2"), ("key", "#")]
        assert served.events == []


async def test_legs_of_different_rates_hear_each_other(tmp_path: Path) -> None:
    """A G.722 caller and an A-law person."""
    async with board(tmp_path) as it:
        leg, _served, person = await it.bridged(codec=Codec.G722)
        leg.says += bytes(32_000)
        person.says += bytes(16_000)
        await until(lambda: len(person.heard) == 16_000 and len(leg.heard) == 32_000)


async def test_the_person_hangs_up_on_the_caller(tmp_path: Path) -> None:
    """CONSULT_ENDED; the service hangs up, as the caller has not been passed on."""
    async with board(tmp_path) as it:
        leg, served, person = await it.bridged()
        person.close()
        await served.event("CONSULT_ENDED")
        assert not leg.closed
        await served.command("HANGUP")
        await served.closed.wait()
        await it.over()
        assert served.events == []
        assert leg.asked[-1] == ("hang_up", None)


async def test_the_person_hangs_up_and_the_caller_goes_on_to_another(tmp_path: Path) -> None:
    """The caller is heard by the service again, hears it, and is joined with somebody else; what crosses is no ERROR."""
    async with board(tmp_path) as it:
        leg, served, person = await it.bridged()
        person.close()
        await served.event("CONSULT_ENDED")
        await served.command("CONSULT_END")
        leg.says += TONE.tobytes()
        await until(lambda: served.sound)
        await served.play(CODES[:160])
        await until(lambda: leg.heard)
        other = await it.person(served, destination="200")
        other.establish()
        await served.event("CONSULT_RESULT")
        await served.command("BRIDGE")
        await served.event("BRIDGED")
        other.says += TONE.tobytes()
        await until(lambda: TONE.tobytes() in bytes(leg.heard))
        assert served.events == []


@pytest.mark.parametrize("state", ["ringing", "connected", "bridged"])
async def test_the_caller_hangs_up_on_the_person(tmp_path: Path, state: str) -> None:
    """Their leg is ended, or stops ringing, whatever the state."""
    async with board(tmp_path) as it:
        if state == "ringing":
            leg, served = await it.call()
            person = await it.person(served)
        else:
            leg, served, person = await (it.connected() if state == "connected" else it.bridged())
        leg.close()
        await served.closed.wait()
        await it.over()
        assert served.events == [{"event": "HANGUP"}]
        assert person.asked[-1] == ("hang_up", None)


@pytest.mark.parametrize(("result", "code"), BLIND)
async def test_a_person_who_does_not_pick_up(
    tmp_path: Path, result: TransferResult, code: int | None
) -> None:
    """Each result as the leg tells it; then another person may be rung."""
    async with board(tmp_path) as it:
        _leg, served = await it.call()
        (await it.person(served)).close(result, code)
        assert await served.event("CONSULT_RESULT") == {
            "event": "CONSULT_RESULT",
            "result": result.value,
            "code": code,
        }
        (await it.person(served, destination="200")).tell(Ringing())
        await served.event("CONSULT_RINGING")


@pytest.mark.parametrize(("rings", "result"), [(True, "no_answer"), (False, "unreachable")])
async def test_the_ring_time_is_ours(tmp_path: Path, rings: bool, result: str) -> None:
    """CANCEL; a telephone that has not even rung is not there. What the leg tells afterwards is nobody's business."""
    async with board(tmp_path) as it:
        _leg, served = await it.call()
        person = await it.person(served, ring_ms=500)
        if rings:
            person.tell(Ringing())
            await served.event("CONSULT_RINGING")
        assert (await served.event("CONSULT_RESULT"))["result"] == result
        await until(lambda: person.closed)
        assert person.asked == [("hang_up", None)]
        assert served.events == []


async def test_a_person_who_cannot_be_dialled(tmp_path: Path) -> None:
    """The stack refuses."""
    async with board(tmp_path) as it:
        it.stack.refuses = LegError("no route", 503)
        _leg, served = await it.call()
        await served.command("CONSULT", destination="100", ring_ms=1000, purpose="")
        assert (await served.event("CONSULT_RESULT"))["code"] == 503


async def test_a_consultation_is_ended(tmp_path: Path) -> None:
    """While it rings and after: no CONSULT_RESULT then; too late a sound is ignored."""
    async with board(tmp_path) as it:
        _leg, served = await it.call()
        ringing = await it.person(served)
        await served.command("CONSULT_END")
        await until(lambda: ringing.closed)
        await served.command("CONSULT_MEDIA", audio="")
        await served.command("CONSULT_END")
        person = await it.person(served)
        person.establish()
        await served.event("CONSULT_RESULT")
        await served.command("CONSULT_END")
        await until(lambda: person.closed)
        assert served.events == []


async def test_the_person_hangs_up_during_the_briefing(tmp_path: Path) -> None:
    """CONSULT_ENDED; the caller is still there."""
    async with board(tmp_path) as it:
        leg, served, person = await it.connected()
        person.close()
        await served.event("CONSULT_ENDED")
        await served.play(CODES[:160])
        await until(lambda: leg.heard)


async def test_an_attended_transfer(tmp_path: Path) -> None:
    """REFER with Replaces; both legs are over then."""
    async with board(tmp_path) as it:
        leg, served, person = await it.connected()
        await served.command("REPLACE")
        await served.closed.wait()
        await it.over()
        assert ("replace", person.id) in leg.asked
        assert served.events == [
            {"event": "TRANSFER_RESULT", "result": "answered", "code": None},
            {"event": "HANGUP"},
        ]
        assert (leg.closed, person.closed) == (True, True)


async def test_an_attended_transfer_that_fails_can_become_a_bridge(tmp_path: Path) -> None:
    """Both legs are still there."""
    async with board(tmp_path) as it:
        leg, served, person = await it.connected()
        leg.transfer = TransferResult.REJECTED, 603
        await served.command("REPLACE")
        assert (await served.event("TRANSFER_RESULT"))["result"] == "rejected"
        await served.command("BRIDGE")
        await served.event("BRIDGED")
        leg.says += TONE.tobytes()
        await until(lambda: person.heard == TONE.tobytes())


async def test_the_person_hangs_up_during_an_attended_transfer(tmp_path: Path) -> None:
    """Told once the transfer has failed."""
    async with board(tmp_path) as it:
        leg, served, person = await it.connected()
        leg.transfer, _ = (TransferResult.FAILED, 481), leg.transfer_waits.clear()
        await served.command("REPLACE")
        await until(lambda: ("replace", person.id) in leg.asked)
        person.close()
        leg.transfer_waits.set()
        await served.event("TRANSFER_RESULT")
        await served.event("CONSULT_ENDED")
        await it.person(served)


@pytest.mark.parametrize(
    "message",
    [
        "",
        "[]",
        "{}",
        '{"command": 5}',
        '{"command": "BRIDGE"}',
        '{"command": "REPLACE"}',
        "\x00",
        "[" * 5000,
        '{"command": "CONSULT", "destination": "100", "ring_ms": -1}',
        '{"command": "MARK_MEDIA"}',
    ],
)
async def test_what_is_not_possible_is_told_and_ignored(tmp_path: Path, message: str) -> None:
    """An ERROR, and the call goes on."""
    async with board(tmp_path) as it:
        leg, served = await it.call()
        await served.text(message)
        await served.event("ERROR")
        await served.play(CODES[:160])
        await until(lambda: leg.heard)


# The service is lost


def record_last_words(data_dir: Path) -> None:
    """As the service does at its start."""
    (data_dir / "bridge").mkdir()
    write_wav(data_dir / "bridge" / "last-words.wav", TONE[:2400], 8000)


async def test_a_lost_service_is_followed_by_words_and_a_person(tmp_path: Path) -> None:
    """The recorded sentence, ringing, and then the default service, without the callbot."""
    record_last_words(tmp_path)
    async with board(tmp_path) as it:
        leg, served = await it.call()
        await served.play(CODES * 3)
        served.die()
        await until(lambda: it.stack.legs)
        assert it.stack.dialled == [(PERSON, "0612345678", "Mme Martin")]
        words = g711.decode_alaw(g711.encode_alaw(TONE[:2400])).tobytes()
        assert words in leg.heard
        heard = len(leg.heard)
        await until(lambda: len(leg.heard) > heard)
        person = it.stack.legs[0]
        person.establish()
        leg.says += TONE.tobytes()
        await until(lambda: person.heard == TONE.tobytes())
        person.close()
        await it.over()
        assert leg.asked[-1] == ("hang_up", None)


async def test_a_lost_service_without_recorded_words(tmp_path: Path) -> None:
    """REFER at once, where transfers are made so; a connection closed in order is no better."""
    async with board(tmp_path, transfer="refer") as it:
        leg, served = await it.call()
        await served.close()
        await it.over()
        assert [asked for asked in leg.asked if asked != ("flush",)] == [
            ("answer",),
            ("refer", PERSON),
            ("hang_up", None),
        ]


@pytest.mark.parametrize("failure", ["busy", "refused", "rings out"])
async def test_a_rescue_that_fails_ends_the_call(tmp_path: Path, failure: str) -> None:
    """Never silence for long."""
    async with board(tmp_path, ring_seconds=5) as it:
        it.stack.refuses = LegError("no") if failure == "refused" else None
        leg, served = await it.call()
        served.die()
        await until(lambda: it.stack.dialled)
        if failure == "busy":
            await until(lambda: it.stack.legs)
            it.stack.legs[0].close(TransferResult.BUSY, 486)
        await it.over()
        assert leg.asked[-1] == ("hang_up", None)


async def test_a_caller_and_a_person_go_on_without_the_service(tmp_path: Path) -> None:
    """They hardly notice."""
    async with board(tmp_path) as it:
        leg, served, person = await it.bridged()
        served.die()
        await asyncio.sleep(0.1)
        leg.says += TONE.tobytes()
        await until(lambda: person.heard == TONE.tobytes())
        person.close()
        await it.over()


async def test_a_person_who_was_being_briefed_gets_the_caller(tmp_path: Path) -> None:
    """They are on the line already."""
    async with board(tmp_path) as it:
        leg, served, person = await it.connected()
        served.die()
        leg.says += TONE.tobytes()
        await until(lambda: person.heard != b"")


async def test_a_service_lost_while_it_rings_starts_anew(tmp_path: Path) -> None:
    """The person who was rung for another reason is left in peace; the default service is rung."""
    async with board(tmp_path) as it:
        _leg, served = await it.call()
        first = await it.person(served, destination="200")
        served.die()
        await until(lambda: first.closed and len(it.stack.legs) == 2)
        assert it.stack.dialled[1][0] == PERSON


async def test_a_service_lost_before_the_answer_refuses_the_call(tmp_path: Path) -> None:
    """The PBX goes on by itself."""
    async with board(tmp_path) as it:
        leg = it.stack.call()
        (await it.service.call()).die()
        await it.over()
        assert leg.asked == [("hang_up", 503)]


async def test_leaving_when_the_supervisor_is_gone(tmp_path: Path) -> None:
    """Callers go by REFER, whatever the setting, whether or not their connection broke; joined ones by Replaces."""
    async with board(tmp_path) as it:
        lost, lost_served = await it.call()
        joined, joined_served, person = await it.bridged()
        held, _served = await it.call()
        lost.transfer_waits.clear()
        leaving = asyncio.create_task(it.bridge.leave())
        await asyncio.sleep(0)
        lost_served.die()
        joined_served.die()
        await until(lambda: ("refer", PERSON) in lost.asked and ("replace", person.id) in joined.asked)
        lost.transfer_waits.set()
        joined.close()
        await leaving
        assert ("refer", PERSON) in held.asked
        assert it.bridge.calls == 0


async def test_a_bridge_that_stops_says_so_and_brings_its_callers_to_people(tmp_path: Path) -> None:
    """The recorded sentence, then REFER; two who talk are joined by the PBX; the service never hears HANGUP."""
    record_last_words(tmp_path)
    async with board(tmp_path) as it:
        leg, served = await it.call()
        waiting, waiting_served = await it.call()
        rung = await it.person(waiting_served)
        joined, joined_served, person = await it.bridged()
        leaving = asyncio.create_task(it.bridge.take_leave())
        await until(lambda: ("replace", person.id) in joined.asked)
        joined.close()
        await leaving
        words = g711.decode_alaw(g711.encode_alaw(TONE[:2400])).tobytes()
        for caller in (leg, waiting):
            assert words in caller.heard
            assert ("refer", PERSON) in caller.asked
        assert rung.asked == [("hang_up", None)]
        await until(lambda: all(call.closed.is_set() for call in (served, waiting_served, joined_served)))
        told = [event["event"] for call in (served, waiting_served, joined_served) for event in call.events]
        assert "HANGUP" not in told


async def test_two_who_talk_go_on_until_a_successor_wants_the_port(tmp_path: Path) -> None:
    """Where the PBX knows no Replaces; then, and not before, they hear BYE."""
    async with board(tmp_path) as it:
        leg, served, person = await it.bridged()
        leg.transfer = TransferResult.REJECTED, 603
        wanted = asyncio.Event()
        leaving = asyncio.create_task(it.bridge.leave(wanted.is_set))
        served.die()
        await until(lambda: ("replace", person.id) in leg.asked)
        await asyncio.sleep(LEAVE_SECONDS_HERE + 0.5)
        leg.says += TONE.tobytes()
        await until(lambda: person.heard.endswith(TONE.tobytes()))
        assert (leg.closed, person.closed, leaving.done()) == (False, False, False)
        wanted.set()
        await leaving
        it.stopping.set()
        await it.over()
        assert (leg.closed, person.closed) == (True, True)


async def test_our_own_stop_waits_a_while_for_two_who_talk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And no longer than that."""
    monkeypatch.setattr("sip_bridge.bridge.TALK_SECONDS", 0.5)
    async with board(tmp_path) as it:
        leg, _served, _person = await it.bridged()
        leg.transfer = TransferResult.REJECTED, 603
        before = time.monotonic()
        await it.bridge.take_leave()
        assert not leg.closed
        assert time.monotonic() - before >= LEAVE_SECONDS_HERE + 0.4


async def test_many_calls_take_two_frames_a_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And lose nothing by it."""
    monkeypatch.setattr("sip_bridge.bridge.BUSY_CALLS", (1,))
    async with board(tmp_path) as it:
        calls = [await it.call() for _ in range(3)]
        for leg, served in calls:
            leg.says += TONE.tobytes()
            await served.play(CODES)
        await until(
            lambda: all(len(leg.heard) == 16000 and len(served.sound) == 8000 for leg, served in calls)
        )
        assert {served.sound for _leg, served in calls} == {CODES}


async def test_many_calls_do_not_delay_people_who_are_joined(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They hear each other at every tick, however seldom the others are moved."""
    async with board(tmp_path) as it:
        caller, _served, person = await it.bridged()
        monkeypatch.setattr("sip_bridge.bridge.BUSY_CALLS", (0,) * 1000)
        caller.says += TONE.tobytes()
        async with asyncio.timeout(10):  # the others are moved every twenty seconds
            await until(lambda: person.heard == TONE.tobytes())
