"""Whole calls over a real WebSocket, with scripted engines: what happens, what is heard, how it ends."""

import asyncio
import contextlib
import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from callbot.audio.g711 import encode_alaw
from callbot.audio.types import TELEPHONE_HZ, Pcm
from callbot.call import Call
from callbot.caller import Caller, CallRefusedError
from callbot.dialogue.turn_table import Understood
from callbot.dialogue.turns import Conversation, Input, Output
from callbot.errors import EngineError
from callbot.events import (
    CallEnded,
    CallerQueued,
    IntentMatched,
    Outcome,
    PlaybackFinished,
    PlaybackStarted,
    PlayPrompt,
    SpeechStopped,
)
from callbot.server import MediaServer
from callbot.understanding.interpretation import Interpretation
from tests.support import scripted
from tests.support.scripted import ScriptedRecognizer, media_server, question
from tests.support.waiting import PATIENCE_S

MEDIA_START = {
    "event": "MEDIA_START",
    "connection_id": "x",
    "channel": "test",
    "channel_id": "1",
    "format": "alaw",
    "optimal_frame_size": 160,
    "ptime": 20,
}
SILENT_FRAME = b"\xd5" * 160


def address(server: MediaServer, query: str = "events=1", path: str = "/media") -> str:
    """Where a leg attaches."""
    return f"ws://127.0.0.1:{server.port}{path}?{query}"


async def place(server: MediaServer, *questions: str) -> tuple[Caller, list[dict[str, object]]]:
    """A call whose turns are spoken questions; the caller and the events that it saw."""
    events: list[dict[str, object]] = []
    caller = Caller([question(name) for name in questions], fast=True, on_event=events.append)
    await caller.call(address(server))
    return caller, events


async def test_a_question_is_answered_and_goodbye_ends_the_call(tmp_path: Path) -> None:
    """The complete way through: every event in order, and sound where the bot spoke."""
    async with media_server(tmp_path, ["un acte de naissance", "non merci"]) as (server, recorded):
        caller, seen = await place(server, "acte_naissance", "non_merci_au_revoir")
        assert recorded.names() == [
            "CallStarted",
            *["PlaybackStarted", "PlaybackFinished"] * 2,
            *["SpeechStarted", "SpeechStopped", "FinalTranscript", "IntentMatched"],
            *["PlaybackStarted", "TurnTimed", "PlaybackFinished"],
            *["PlaybackStarted", "PlaybackFinished"],
            *["SpeechStarted", "SpeechStopped", "FinalTranscript", "IntentMatched"],
            *["PlaybackStarted", "TurnTimed", "PlaybackFinished"],
            "CallEnded",
        ]
        assert [event["event"] for event in seen] == recorded.names()
        ended = recorded.only[-1]
        assert isinstance(ended, CallEnded)
        assert (ended.outcome, ended.motives, ended.turns, len(ended.response_ms)) == (
            Outcome.ANSWERED,
            ("acte_naissance",),
            2,
            2,
        )
        assert all(600 <= ms <= 3000 for ms in ended.response_ms)
        spoken = np.abs(caller.recording.astype(np.int32)) > 500
        assert spoken.any()


async def test_the_answer_that_plays_is_the_validated_one(tmp_path: Path) -> None:
    """What is announced as spoken is the entry's text, word for word."""
    async with media_server(tmp_path, ["un acte de naissance"]) as (server, recorded):
        await place(server, "acte_naissance")
        texts = [event.text for event in recorded.only if isinstance(event, PlaybackStarted)]
        assert texts[2:4] == ["C'est gratuit.", "Avez-vous une autre question ?"]


async def test_slower_is_slower_in_the_caller_s_ear(tmp_path: Path) -> None:
    """The same answer takes longer the second time; its words stay the same."""
    script = ["un acte de naissance", "plus lentement", "non merci"]
    async with media_server(tmp_path, script) as (server, recorded):
        await place(server, "acte_naissance", "un_agent", "non_merci_au_revoir")
        told = [event for event in recorded.only if isinstance(event, PlaybackStarted | PlaybackFinished)]
        heard = [
            (started.text, finished.at_ms - started.at_ms)
            for started, finished in itertools.pairwise(told)
            if isinstance(started, PlaybackStarted)
        ]
        usual, slow = (ms for text, ms in heard if text == "C'est gratuit.")
        assert slow > usual * 1.15


async def test_two_misunderstandings_announce_a_person(tmp_path: Path) -> None:
    """The call is handed over after the second one, and the leg is ended for the PBX to go on."""
    async with media_server(tmp_path, ["charabia", "encore du charabia"]) as (server, recorded):
        await place(server, "hors_sujet", "hors_sujet", "un_agent")
        queued = [event for event in recorded.only if isinstance(event, CallerQueued)]
        assert [(event.service, event.reason) for event in queued] == [("accueil", "no_match")]
        assert recorded.only[-1].outcome is Outcome.HANDED_OVER  # type: ignore[union-attr]


async def test_an_engine_that_fails_leads_to_a_person(tmp_path: Path) -> None:
    """Never silence: the caller hears that there is a technical problem and is handed over."""
    async with media_server(tmp_path, [EngineError("the model is gone")]) as (server, recorded):
        await place(server, "acte_naissance", "un_agent")
        assert [e.reason for e in recorded.only if isinstance(e, CallerQueued)] == ["fault"]


class Broken(dict[str, Interpretation]):
    """Readings with a bug that nobody foresaw."""

    def get(self, key: str, _default: object = None) -> Interpretation:
        """Fail in a way that tells what the caller said."""
        raise KeyError(key)


@pytest.mark.parametrize("broken", ["recognition", "understanding", "hearing"])
async def test_a_fault_of_the_ears_that_nobody_foresaw_leads_to_a_person_too(
    broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The same way as an engine's failure, logged once, with the traceback of the bug."""

    def push(_self: ScriptedRecognizer, _pcm: Pcm) -> None:
        raise RuntimeError("bug")

    if broken == "understanding":
        monkeypatch.setattr(scripted, "READINGS", Broken())
    if broken == "hearing":
        monkeypatch.setattr(ScriptedRecognizer, "push", push)
    script: list[str | Exception] = [
        RuntimeError("bug") if broken == "recognition" else "un acte de naissance"
    ]
    async with media_server(tmp_path, script) as (server, recorded):
        await place(server, "acte_naissance", "un_agent")
        assert [e.reason for e in recorded.only if isinstance(e, CallerQueued)] == ["fault"]
        assert recorded.only[-1].outcome is Outcome.HANDED_OVER  # type: ignore[union-attr]
    [line] = [record for record in caplog.records if "nobody foresaw" in record.getMessage()]
    assert line.getMessage().endswith(f": {broken} failed for a reason nobody foresaw")
    assert line.exc_info
    assert line.exc_info[0] is (KeyError if broken == "understanding" else RuntimeError)


async def test_an_unforeseen_fault_ends_that_call_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """One of the dialogue: logged with its traceback; the last words are played; the next call works."""
    handle = Conversation.handle
    faults = [RuntimeError("bug")]

    def handle_with_a_bug(conversation: Conversation, event: Input) -> list[Output]:
        if isinstance(event, Understood) and faults:
            raise faults.pop()
        return handle(conversation, event)

    monkeypatch.setattr(Conversation, "handle", handle_with_a_bug)
    async with media_server(tmp_path, ["un acte de naissance", "un acte de naissance"]) as (server, recorded):
        await place(server, "acte_naissance", "un_agent")
        assert "unexpected fault" in caplog.text
        assert recorded.only[-1].outcome is Outcome.FAILED  # type: ignore[union-attr]
        recorded.events.clear()
        await place(server, "acte_naissance")
        assert [e.motive for e in recorded.only if isinstance(e, IntentMatched)] == ["acte_naissance"]


@pytest.mark.parametrize(
    "message",
    [
        "{not json",
        json.dumps({"event": "MEDIA_START", "format": "g729"}),
        b"sound before the start",
        json.dumps([1, 2, 3]),
        "x" * 70_000,
    ],
)
async def test_a_malformed_message_ends_that_call_and_nothing_else(
    tmp_path: Path, message: str | bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """The other call that is going on goes on to its end."""
    async with media_server(tmp_path, ["un acte de naissance"]) as (server, recorded):
        other = asyncio.create_task(place(server, "acte_naissance"))
        await recorded.until(lambda: bool(recorded.events))
        async with connect(address(server, "")) as bad:
            await bad.send(message)
            async with asyncio.timeout(PATIENCE_S):
                await bad.wait_closed()
        await other
        assert [e.motive for e in recorded.only if isinstance(e, IntentMatched)] == ["acte_naissance"]


async def test_the_next_call_is_refused_politely_when_full(tmp_path: Path) -> None:
    """HTTP 503 with a Retry-After before the upgrade; a line that is free again takes calls."""
    async with media_server(tmp_path, [], max_calls=1) as (server, recorded):
        async with connect(address(server), close_timeout=0.1) as held:
            await held.send(json.dumps(MEDIA_START))
            await recorded.until(lambda: bool(recorded.events))
            with pytest.raises(InvalidStatus) as refused:
                await connect(address(server))
            assert refused.value.response.status_code == 503
            assert refused.value.response.headers["Retry-After"] == "20"
            with pytest.raises(CallRefusedError, match="all lines are busy"):
                await place(server, "un_agent")
            outcomes = [
                events[-1].outcome for events in recorded.events.values() if isinstance(events[-1], CallEnded)
            ]
            assert outcomes == [Outcome.REFUSED, Outcome.REFUSED]
        await recorded.until(
            lambda: all(isinstance(events[-1], CallEnded) for events in recorded.events.values())
        )
        await asyncio.sleep(0.05)
        async with connect(address(server)):
            pass


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/nowhere", "", 404),
        ("/media", "", 401),
        ("/media", "token=wrong", 401),
        ("/telephone", "ticket=used", 401),
        ("/twilio", "token=wrong", 401),
    ],
)
async def test_who_has_no_secret_is_refused(tmp_path: Path, path: str, query: str, status: int) -> None:
    """The PBX's token or the browser's ticket."""
    async with media_server(tmp_path, [], media_token="secret", tickets=("fresh",)) as (server, _recorded):
        with pytest.raises(InvalidStatus) as refused:
            await connect(address(server, query, path))
        assert refused.value.response.status_code == status
        async with (
            connect(address(server, "token=secret")),
            connect(address(server, "ticket=fresh", "/telephone")),
        ):
            pass


async def test_another_site_cannot_call_through_a_visitors_browser(tmp_path: Path) -> None:
    """A WebSocket that a page opened carries its Origin; only tickets let pages in."""
    async with media_server(tmp_path, []) as (server, _recorded):
        with pytest.raises(InvalidStatus):
            await connect(address(server), origin="https://ailleurs.example")  # type: ignore[arg-type]


async def test_draining_hands_the_callers_to_people(tmp_path: Path) -> None:
    """After SIGTERM no call is taken and those that go on are announced a person."""
    async with media_server(tmp_path, []) as (server, recorded):
        call = asyncio.create_task(place(server, "un_agent"))
        await recorded.until(lambda: "PlaybackFinished" in recorded.names())
        stopping = asyncio.create_task(server.stop())
        await asyncio.sleep(0.01)
        with pytest.raises((InvalidStatus, OSError)):
            await connect(address(server))
        await call
        await stopping
        reasons = [
            e.reason for events in recorded.events.values() for e in events if isinstance(e, CallerQueued)
        ]
        assert reasons == ["closing"]


async def test_a_leg_that_sends_no_sound_is_counted_as_silent(tmp_path: Path) -> None:
    """Silence suppression does not stop the conversation: no input, twice, then a person."""
    async with (
        media_server(tmp_path, [], no_input_ms=1000) as (server, recorded),
        connect(address(server)) as leg,
    ):
        await leg.send(json.dumps(MEDIA_START))
        async for message in leg:
            data = json.loads(message) if isinstance(message, str) else {}
            if data.get("command") == "MARK_MEDIA":
                processed = {"event": "MEDIA_MARK_PROCESSED", "correlation_id": data["correlation_id"]}
                await leg.send(json.dumps(processed))
            if data.get("command") == "HANGUP":
                break
        assert [e.reason for e in recorded.only if isinstance(e, CallerQueued)] == ["no_input"]


async def test_signalled_key_zero_announces_a_person(tmp_path: Path) -> None:
    """A key during the disclosure is kept until it is over."""
    async with media_server(tmp_path, []) as (server, recorded), connect(address(server)) as leg:
        await leg.send(json.dumps(MEDIA_START))
        await leg.send(json.dumps({"event": "DTMF_END", "digit": "0"}))
        async for message in leg:
            await leg.send(SILENT_FRAME)
            data = json.loads(message) if isinstance(message, str) else {}
            if data.get("command") == "MARK_MEDIA":
                processed = {"event": "MEDIA_MARK_PROCESSED", "correlation_id": data["correlation_id"]}
                await leg.send(json.dumps(processed))
            if data.get("command") == "HANGUP":
                break
        assert [e.reason for e in recorded.only if isinstance(e, CallerQueued)] == ["asked"]


async def test_a_caller_who_hangs_up_at_once_is_an_abandoned_call(tmp_path: Path) -> None:
    """Kept in the statistics, without a fault."""
    async with media_server(tmp_path, []) as (server, recorded):
        async with connect(address(server)) as leg:
            await leg.send(json.dumps(MEDIA_START))
            await leg.send(SILENT_FRAME)
        await recorded.until(lambda: isinstance(recorded.only[-1], CallEnded))
        assert recorded.only[-1].outcome is Outcome.ABANDONED  # type: ignore[union-attr]


def _frame(kind: int, payload: bytes) -> bytes:
    return bytes([kind]) + len(payload).to_bytes(2, "big") + payload


async def test_audiosocket_is_answered_with_paced_sound(tmp_path: Path) -> None:
    """The disclosure arrives as 20 ms frames, and the key 0 (in an AudioSocket frame) announces a person."""
    async with media_server(tmp_path, []) as (server, recorded):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.audiosocket_port)
        writer.write(_frame(0x01, bytes(16)))
        kinds: list[int] = []
        sound = 0
        pressed = False
        async with asyncio.timeout(PATIENCE_S):
            while True:
                writer.write(_frame(0x10, bytes(320)))
                if not pressed and sound > 3200:
                    writer.write(_frame(0x03, b"0"))
                    pressed = True
                try:
                    async with asyncio.timeout(0.02):
                        header = await reader.readexactly(3)
                except TimeoutError:
                    continue
                except asyncio.IncompleteReadError:
                    break
                payload = await reader.readexactly(int.from_bytes(header[1:], "big"))
                kinds.append(header[0])
                if header[0] == 0x10:
                    assert len(payload) == 320
                    sound += len(payload)
                if header[0] == 0x00:
                    break
        writer.close()
        await recorded.until(lambda: isinstance(recorded.only[-1], CallEnded))
        assert [e.reason for e in recorded.only if isinstance(e, CallerQueued)] == ["asked"]


async def test_an_audiosocket_from_elsewhere_is_refused(tmp_path: Path) -> None:
    """It carries no secret, so only configured peers may open one."""
    async with media_server(tmp_path, [], audiosocket_peers=("10.9.8.7",)) as (server, recorded):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.audiosocket_port)
        assert await reader.read() == _frame(0x00, b"")
        writer.close()
        assert recorded.events == {}


async def test_a_leg_that_leaves_the_closing_to_us_keeps_its_outcome(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is closed after a moment: no fault, and it is told once how the call ends."""
    monkeypatch.setattr("callbot.call.GOODBYE_SECONDS", 0.1)
    commands = []
    async with media_server(tmp_path, []) as (server, recorded), connect(address(server)) as leg:
        await leg.send(json.dumps(MEDIA_START))
        await leg.send(json.dumps({"event": "DTMF_END", "digit": "0"}))
        sending = asyncio.create_task(_send_silence(leg))
        async for message in leg:
            data = json.loads(message) if isinstance(message, str) else {}
            commands.append(data.get("command"))
            if data.get("command") == "MARK_MEDIA":
                processed = {"event": "MEDIA_MARK_PROCESSED", "correlation_id": data["correlation_id"]}
                await leg.send(json.dumps(processed))
        sending.cancel()
        await recorded.until(lambda: isinstance(recorded.only[-1], CallEnded))
        assert recorded.only[-1].outcome is Outcome.HANDED_OVER  # type: ignore[union-attr]
        assert commands.count("HANGUP") == 1
        assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def _send_silence(leg: ClientConnection) -> None:
    with contextlib.suppress(ConnectionClosed):
        while True:
            await leg.send(SILENT_FRAME)
            await asyncio.sleep(0.02)


async def test_a_leg_of_twilio_gets_its_goodbye(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has no message for the end: the secret in the path lets it in, and we close once everything is heard."""
    monkeypatch.setattr("callbot.call.GOODBYE_SECONDS", 0.1)
    start = {"callSid": "CA1", "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000}}
    async with (
        media_server(tmp_path, [], media_token="se/cret") as (server, recorded),
        connect(address(server, "", "/twilio/se%2Fcret")) as leg,
    ):
        await leg.send(json.dumps({"event": "start", "streamSid": "MZ1", "start": start}))
        await leg.send(json.dumps({"event": "dtmf", "streamSid": "MZ1", "dtmf": {"digit": "#"}}))
        async for message in leg:
            data = json.loads(message)
            if data["event"] == "mark":
                await leg.send(json.dumps(data))
        assert leg.close_code == 1000
        await recorded.until(lambda: isinstance(recorded.only[-1], CallEnded))
        assert recorded.only[-1].outcome is Outcome.ABANDONED  # type: ignore[union-attr]
        assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_a_connection_that_brings_no_call_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would hold a line for ever."""
    monkeypatch.setattr("callbot.call.OPENING_SECONDS", 0.1)
    async with media_server(tmp_path, []) as (server, recorded), connect(address(server)) as leg:
        async with asyncio.timeout(PATIENCE_S):
            await leg.wait_closed()
        assert recorded.events == {}


async def test_stopping_cuts_a_connection_that_brings_no_call(tmp_path: Path) -> None:
    """At once: there is nobody to hand to a person."""
    async with media_server(tmp_path, []) as (server, _recorded), connect(address(server)) as leg:
        while not server.calls:  # noqa: ASYNC110 (the server tells nobody)
            await asyncio.sleep(0)
        async with asyncio.timeout(PATIENCE_S):
            await server.stop()
            await leg.wait_closed()


async def test_one_calls_fault_does_not_keep_the_others_from_ending(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """When the service stops; it is logged with the call's id."""
    told: list[str] = []

    def give_up(call: Call, reason: str) -> None:
        told.append(call.call_id)
        call.cut()
        if len(told) == 1:
            raise RuntimeError("bug")

    monkeypatch.setattr(Call, "give_up", give_up)
    async with (
        media_server(tmp_path, []) as (server, _recorded),
        connect(address(server)),
        connect(address(server)),
    ):
        while server.calls < 2:  # noqa: ASYNC110
            await asyncio.sleep(0)
        await server.stop()
        assert len(told) == 2
        assert f"call {told[0]}: handing it to a person failed" in caplog.text


async def test_a_dead_audiosocket_ends_its_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not every error of a socket is a ConnectionError; the recogniser is given back all the same."""
    given_back = asyncio.Event()

    async def close(_self: ScriptedRecognizer) -> None:
        given_back.set()

    monkeypatch.setattr(ScriptedRecognizer, "close", close)

    async def read(_self: asyncio.StreamReader, _size: int = -1) -> bytes:
        raise OSError(113, "No route to host")

    async with media_server(tmp_path, []) as (server, recorded):
        _reader, writer = await asyncio.open_connection("127.0.0.1", server.audiosocket_port)
        writer.write(_frame(0x01, bytes(16)))
        await recorded.until(lambda: bool(recorded.events))
        monkeypatch.setattr(asyncio.StreamReader, "read", read)
        writer.write(_frame(0x10, bytes(320)))
        await recorded.until(lambda: isinstance(recorded.only[-1], CallEnded))
        async with asyncio.timeout(PATIENCE_S):
            await given_back.wait()
        assert recorded.only[-1].outcome is Outcome.ABANDONED  # type: ignore[union-attr]
        writer.close()


@pytest.mark.parametrize(
    ("path", "query"), [("//[x", ""), ("/media", "&".join(f"a{number}=1" for number in range(40)))]
)
async def test_a_malformed_address_is_refused(
    tmp_path: Path, path: str, query: str, caplog: pytest.LogCaptureFixture
) -> None:
    """In one word, without a traceback."""
    async with media_server(tmp_path, []) as (server, recorded):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(
            f"GET {path}?{query} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        assert (await reader.readline()).startswith(b"HTTP/1.1 400 ")
        writer.close()
        assert (recorded.events, [r for r in caplog.records if r.levelname == "ERROR"]) == ({}, [])


@pytest.mark.parametrize(("path", "query"), [("/media", "from=0612345678"), ("/telephone", "ticket=fresh")])
async def test_who_has_no_secret_is_not_counted_as_refused(tmp_path: Path, path: str, query: str) -> None:
    """Nor does a full house use up a ticket."""
    async with media_server(tmp_path, [], max_calls=1, media_token="secret", tickets=("fresh",)) as (
        server,
        recorded,
    ):
        async with connect(address(server, "token=secret")):
            with pytest.raises(InvalidStatus) as refused:
                await connect(address(server, query, path))
            assert refused.value.response.status_code == (401 if path == "/media" else 503)
        assert recorded.events == {}


async def test_an_audiosocket_that_finds_all_lines_busy_is_counted(tmp_path: Path) -> None:
    """As the other legs are."""
    async with (
        media_server(tmp_path, [], max_calls=1) as (server, recorded),
        connect(address(server)),
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.audiosocket_port)
        assert await reader.read() == _frame(0x00, b"")
        writer.close()
        assert [e.outcome for e in recorded.only if isinstance(e, CallEnded)] == [Outcome.REFUSED]


async def test_a_recogniser_that_cannot_keep_up_leads_to_a_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The call's clock goes on, so that the announcement is heard to its end."""

    def push(_self: ScriptedRecognizer, _pcm: Pcm) -> None:
        raise EngineError("more than 30 s of sound wait for it")

    monkeypatch.setattr(ScriptedRecognizer, "push", push)
    async with media_server(tmp_path, []) as (server, recorded):
        await place(server, "acte_naissance", "un_agent")
        assert [e.reason for e in recorded.only if isinstance(e, CallerQueued)] == ["fault"]
        assert recorded.only[-1].outcome is Outcome.HANDED_OVER  # type: ignore[union-attr]


async def test_what_is_said_later_belongs_to_the_next_utterance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also while the reading of an earlier one lasts, and when it all comes in one message."""
    recognizers: list[ScriptedRecognizer] = []
    original = ScriptedRecognizer.__init__

    def init(self: ScriptedRecognizer, script: list[str | Exception]) -> None:
        original(self, script)
        recognizers.append(self)

    monkeypatch.setattr(ScriptedRecognizer, "__init__", init)
    turn = np.concatenate([question("un_agent"), np.zeros(TELEPHONE_HZ * 3 // 2, np.int16)])
    sound = encode_alaw(np.concatenate([turn, turn, turn]))
    async with (
        media_server(tmp_path, []) as (server, recorded),
        connect(address(server), close_timeout=0.1) as leg,  # the call goes on while the caller closes
    ):
        await leg.send(json.dumps(MEDIA_START))
        for at in range(0, len(sound), 60_000):
            await leg.send(sound[at : at + 60_000])
        await recorded.until(lambda: recorded.names().count("SpeechStopped") == 3)
        lengths = [len(utterance) / 16_000 for utterance in recognizers[0].utterances]
    assert len(lengths) == 3
    assert max(lengths) - min(lengths) < 0.5


async def test_only_a_reply_to_the_caller_has_a_response_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the bot says by itself, after words to which it had nothing to say, has none."""
    monkeypatch.setattr(Conversation, "handle", lambda _self, _event: [])
    async with media_server(tmp_path, ["d'accord"]) as (server, recorded), connect(address(server)) as leg:
        await leg.send(json.dumps(MEDIA_START))
        await leg.send(SILENT_FRAME)
        await recorded.until(lambda: bool(recorded.events))
        [call] = server._calls.values()
        call.flow._ears.cut_off(SpeechStopped(1000, 300))
        await recorded.until(lambda: "FinalTranscript" in recorded.names())
        await asyncio.sleep(0.2)
        call.flow.actions._prompt_started(PlayPrompt("Avez-vous une autre question ?"))
        started = [event for event in recorded.only if isinstance(event, PlaybackStarted)]
        assert [event.response_ms for event in started] == [None]
