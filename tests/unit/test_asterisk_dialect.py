"""Asterisk's chan_websocket: transcripts of real calls, both forms of control, and whatever else may arrive."""

import base64
import json
import logging

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callbot.audio import g711
from callbot.errors import MediaProtocolError
from callbot.events import TransferResult
from callbot.media.asterisk import MAX_SENT_BYTES, AsteriskDialect
from callbot.media.dialect import (
    Bridged,
    ConsultAnswered,
    ConsultEnded,
    ConsultMarkPlayed,
    ConsultRinging,
    Dialect,
    DtmfPressed,
    FlowChanged,
    LegHeld,
    LegOpened,
    MarkPlayed,
    Message,
    TransferEnded,
)
from tests.support.media import assert_events_or_a_named_error, told

PCM = np.arange(-800, 800, 10).astype(np.int16)
"""20 ms at 8 kHz."""
CHANNEL = "1761245643.1"


def start(form: str = "alaw", frame: int = 160, **more: object) -> str:
    """MEDIA_START as Asterisk 22.8 writes it."""
    fields: dict[str, object] = {
        "event": "MEDIA_START",
        "connection_id": "callbot",
        "channel": "WebSocket/callbot/0x5140001a0040",
        "channel_id": CHANNEL,
        "format": form,
        "optimal_frame_size": frame,
        "ptime": 20,
        "channel_variables": {
            "DIALEDPEERNUMBER": "callbot/c(alaw)",
            "MEDIA_WEBSOCKET_CONNECTION_ID": "callbot",
            "MEDIA_WEBSOCKET_OPTIMAL_FRAME_SIZE": str(frame),
        },
    }
    return json.dumps({**fields, **more})


def event(name: str, /, **fields: object) -> str:
    """Any later event."""
    return json.dumps({"event": name, "channel_id": CHANNEL, **fields})


def opened(form: str = "alaw", frame: int = 160, **more: object) -> AsteriskDialect:
    """A dialect whose leg has started."""
    dialect = AsteriskDialect()
    dialect.receive(start(form, frame, **more))
    return dialect


def commands(sent: list[Message]) -> list[object]:
    """Commands as objects, sound as bytes."""
    return [message if isinstance(message, bytes) else json.loads(message) for message in sent]


def test_it_is_a_dialect() -> None:
    """The type checker agrees."""
    dialect: Dialect = AsteriskDialect()
    assert (dialect.name, dialect.buffers) == ("asterisk", True)


def test_a_call_in_json() -> None:
    """A whole call: start, speech, a key, a full buffer, marks, a flush."""
    dialect = AsteriskDialect.from_uri("/media?id=abc-1&from=%2B33556000000&to=100&token=x")
    speech = g711.encode_alaw(PCM)
    assert told(dialect, start()) == [LegOpened("abc-1", "+33556000000", "100", 8000)]
    assert commands(dialect.answer()) == [{"command": "ANSWER"}]
    assert told(dialect, speech) == [tuple(g711.decode_alaw(speech).tolist())]
    assert commands(dialect.audio(PCM)) == [speech]
    assert commands(dialect.mark("bienvenue")) == [{"command": "MARK_MEDIA", "correlation_id": "1"}]
    assert told(
        dialect,
        event("MEDIA_XOFF"),
        event("MEDIA_MARK_PROCESSED", correlation_id="1"),
        event("MEDIA_XON"),
        event("DTMF_END", digit="#"),
        event("STATUS", queue_length=3, xon_level=800, xoff_level=900, queue_full=False),
        event("QUEUE_DRAINED"),
        event("MEDIA_BUFFERING_COMPLETED", correlation_id=""),
    ) == [FlowChanged(True), MarkPlayed("bienvenue"), FlowChanged(False), DtmfPressed("#")]
    assert commands(dialect.clear()) == [{"command": "FLUSH_MEDIA"}]
    assert dialect.transfer("accueil") is None
    assert commands(dialect.hang_up()) == [{"command": "HANGUP"}]
    assert dialect.ignored == 0


def test_a_call_in_plain_text() -> None:
    """Asterisk's default form is understood, and answered in that form, which is the only one it then takes."""
    dialect = AsteriskDialect.from_uri("/media?from=0556000000&to=100")
    began = f"MEDIA_START connection_id:callbot channel:WebSocket/callbot channel_id:{CHANNEL} format:ulaw optimal_frame_size:160 ptime:20"
    assert told(dialect, began) == [LegOpened(CHANNEL, "0556000000", "100", 8000)]
    assert [
        dialect.answer(),
        dialect.mark("fin"),
        dialect.clear(),
        dialect.mark("suite"),
        dialect.hang_up(),
    ] == [
        ["ANSWER"],
        ["MARK_MEDIA 1"],
        ["FLUSH_MEDIA"],
        ["MARK_MEDIA 2"],
        ["HANGUP"],
    ]
    assert told(
        dialect,
        f"DTMF_END digit:5 channel_id:{CHANNEL}",
        "MEDIA_MARK_PROCESSED 2",
        "MEDIA_XOFF",
        "MEDIA_XON",
        "QUEUE_DRAINED",
        f"STATUS channel_id:{CHANNEL} queue_length:0 queue_full:false",
    ) == [DtmfPressed("5"), MarkPlayed("suite"), FlowChanged(True), FlowChanged(False)]


@pytest.mark.parametrize(
    ("form", "frame", "rate_hz", "sound"),
    [
        ("alaw", 160, 8000, g711.encode_alaw(PCM)),
        ("ulaw", 160, 8000, g711.encode_ulaw(PCM)),
        ("slin", 320, 8000, PCM.astype("<i2").tobytes()),
        ("slin16", 640, 16000, PCM.astype("<i2").tobytes()),
    ],
)
def test_formats(form: str, frame: int, rate_hz: int, sound: bytes) -> None:
    """Each format in both directions; one silent sample of it fills a frame."""
    dialect = AsteriskDialect()
    assert told(dialect, start(form, frame)) == [LegOpened(CHANNEL, "", "", rate_hz)]
    (heard,) = told(dialect, sound)
    assert isinstance(heard, tuple)
    assert np.abs(np.array(heard) - PCM).max() <= (0 if form.startswith("slin") else 20)
    twice = np.tile(PCM, 2)
    assert dialect.audio(twice) == [sound * 2]


def test_the_caller_is_told_by_channel_variables_first() -> None:
    """CALLBOT_FROM and CALLBOT_TO (inherited ones too) come before the address; a missing one leaves the address's."""
    dialect = AsteriskDialect.from_uri("/media?id=7&from=111&to=222")
    variables = {"__CALLBOT_FROM": "0556112233", "OTHER": "x"}
    assert told(dialect, start(channel_variables=variables)) == [LegOpened("7", "0556112233", "222", 8000)]


@pytest.mark.parametrize(
    ("path", "leg"),
    [
        ("/media", LegOpened(CHANNEL, "", "", 8000)),
        ("/media?", LegOpened(CHANNEL, "", "", 8000)),
        ("/media?id=%C3%A9&from=+33556&to=sip%3Amairie", LegOpened("é", "+33556", "sip:mairie", 8000)),
        ("/media?from=1&from=2&to=%00a%0A&id", LegOpened(CHANNEL, "2", "a", 8000)),
    ],
)
def test_addresses(path: str, leg: LegOpened) -> None:
    """Nothing is required; an unescaped + is a number's; control characters are dropped; the last one counts."""
    assert told(AsteriskDialect.from_uri(path), start()) == [leg]


def test_an_address_with_a_thousand_parameters_is_refused() -> None:
    """Before anything else is done with it."""
    with pytest.raises(MediaProtocolError, match="too many parameters"):
        AsteriskDialect.from_uri("/media?" + "a=1&" * 1000)


def test_sound_leaves_in_whole_frames() -> None:
    """Asterisk drops what does not fill a frame: it waits for more sound, and a mark fills it up with silence."""
    dialect = opened()
    assert dialect.audio(PCM[:100]) == []
    assert dialect.audio(PCM[100:]) == [g711.encode_alaw(PCM)]
    assert dialect.audio(PCM[:10]) == []
    filled = np.concatenate([PCM[:10], np.zeros(150, np.int16)])
    assert commands(dialect.mark("fin")) == [
        g711.encode_alaw(filled),
        {"command": "MARK_MEDIA", "correlation_id": "1"},
    ]
    assert len(dialect.mark("rien")) == 1


def test_clear_also_drops_the_unfinished_frame() -> None:
    """The end of the sentence that was interrupted is not heard before the next one."""
    dialect = opened()
    dialect.audio(PCM[:100])
    dialect.clear()
    assert dialect.audio(PCM) == [g711.encode_alaw(PCM)]


@pytest.mark.parametrize(("form", "frame"), [("alaw", 160), ("slin16", 640)])
def test_long_sound_leaves_in_messages_that_asterisk_takes(form: str, frame: int) -> None:
    """Twenty seconds in one go: whole frames, none beyond 65500 bytes, nothing lost."""
    dialect = opened(form, frame)
    pcm = np.random.default_rng(5).integers(-9000, 9000, 400 * 320).astype(np.int16)
    sent = [message for message in dialect.audio(pcm) if isinstance(message, bytes)]
    assert max(map(len, sent)) <= MAX_SENT_BYTES
    assert {len(message) % frame for message in sent} == {0}
    assert b"".join(sent) == (g711.encode_alaw(pcm) if form == "alaw" else pcm.astype("<i2").tobytes())


def test_marks_may_have_any_name_and_come_back_with_it() -> None:
    """Long, strange and equal names: the command stays below Asterisk's 128 bytes, the name returns."""
    dialect, name = opened(), "une très longue phrase " * 20
    sent = [*dialect.mark(name), *dialect.mark(name), *dialect.mark("")]
    assert max(map(len, sent)) < 128
    ids = [json.loads(message)["correlation_id"] for message in sent]
    returned = [event("MEDIA_MARK_PROCESSED", correlation_id=number) for number in ids]
    assert told(dialect, *returned) == [MarkPlayed(name), MarkPlayed(name), MarkPlayed("")]


def test_marks_that_were_cleared_or_never_sent_are_not_told() -> None:
    """A mark that crosses the flush on its way, and an invented one, are ignored and counted."""
    dialect = opened()
    dialect.mark("a")
    dialect.clear()
    assert (
        told(dialect, event("MEDIA_MARK_PROCESSED", correlation_id="1"), event("MEDIA_MARK_PROCESSED")) == []
    )
    assert dialect.ignored == 2


def test_a_bridge_that_can_transfer_is_asked_to() -> None:
    """Our bridge says so in the address or in MEDIA_START; without that there is no such request."""
    by_address = AsteriskDialect.from_uri("/media?transfer=1")
    by_address.receive(start())
    wanted = [{"command": "TRANSFER", "destination": "sip:état-civil@mairie"}]
    for dialect in (by_address, opened(transfer=True), opened(transfer=1)):
        assert commands(dialect.transfer("sip:état-civil@mairie") or []) == wanted
    assert opened(transfer=0).transfer("1") is None


def bridge(form: str = "alaw", frame: int = 160) -> AsteriskDialect:
    """A dialect whose leg is our bridge."""
    return opened(form, frame, transfer=True)


def test_the_bridge_tells_more_of_its_caller() -> None:
    """Display name, a transfer that failed before, and a key to watch the call by; an unknown result is none."""
    path = "/media?id=7&from=0612&to=100&name=Jean%20Dupont&transfer=1&returned=busy&watch=k"
    assert told(AsteriskDialect.from_uri(path), start()) == [
        LegOpened(
            *["7", "0612", "100", 8000],
            transfers=True,
            caller_name="Jean Dupont",
            returned=TransferResult.BUSY,
            watch="k",
        )
    ]
    for unknown in ("returned=tired", "returned=", "returned=%00"):
        assert told(AsteriskDialect.from_uri(f"/media?{unknown}"), start()) == [
            LegOpened(CHANNEL, "", "", 8000)
        ]


def test_the_bridge_is_asked_to_reach_a_person() -> None:
    """Every command as docs/media-protocol.md has it."""
    dialect = bridge()
    assert commands(dialect.consult("110", 20_000, "le prix d'un acte")) == [
        {"command": "CONSULT", "destination": "110", "ring_ms": 20_000, "purpose": "le prix d'un acte"}
    ]
    sound = base64.b64encode(g711.encode_alaw(PCM)).decode()
    assert commands(dialect.consult_audio(PCM)) == [{"command": "CONSULT_MEDIA", "audio": sound}]
    assert commands(dialect.consult_mark("dit")) == [{"command": "CONSULT_MARK", "correlation_id": "1"}]
    assert commands([*dialect.bridge(), *dialect.replace(), *dialect.end_consult()]) == [
        *[{"command": "BRIDGE"}, {"command": "REPLACE"}, {"command": "CONSULT_END"}]
    ]
    asterisk = opened()
    assert asterisk.consult("110", 1, "") + asterisk.consult_audio(PCM) + asterisk.consult_mark("a") == []
    assert asterisk.bridge() + asterisk.replace() + asterisk.end_consult() == []


def test_the_bridge_tells_what_became_of_it() -> None:
    """Each event of docs/media-protocol.md; a mark that was never sent is ignored, and so are all of them from an Asterisk."""
    dialect = bridge()
    dialect.consult_mark("dit")
    events = [
        event("CONSULT_RINGING"),
        event("CONSULT_RESULT", result="answered", code=200),
        event("CONSULT_MARK_PROCESSED", correlation_id="1"),
        event("CONSULT_MARK_PROCESSED", correlation_id="1"),
        event("BRIDGED"),
        event("CONSULT_ENDED"),
        event("CONSULT_RESULT", result="no_answer", code=None),
        event("TRANSFER_RESULT", result="rejected", code="603"),
        event("MEDIA_HELD"),
        event("MEDIA_RESUMED"),
    ]
    assert told(dialect, *events) == [
        ConsultRinging(),
        ConsultAnswered(),
        ConsultMarkPlayed("dit"),
        Bridged(),
        ConsultEnded(TransferResult.REJECTED, None),
        ConsultEnded(TransferResult.NO_ANSWER, None),
        TransferEnded(TransferResult.REJECTED, 603),
        LegHeld(True),
        LegHeld(False),
    ]
    assert dialect.ignored == 1
    asterisk = opened()
    assert (told(asterisk, *events), asterisk.ignored) == ([], len(events))


@pytest.mark.parametrize(("form", "frame"), [("alaw", 160), ("slin16", 640)])
def test_a_long_briefing_leaves_in_messages_that_the_bridge_takes(form: str, frame: int) -> None:
    """Twenty seconds in pieces below 64 KiB, nothing lost."""
    pcm = np.random.default_rng(7).integers(-9000, 9000, 20 * 8000).astype(np.int16)
    sent = bridge(form, frame).consult_audio(pcm)
    assert max(map(len, sent)) < 65_536
    sound = b"".join(base64.b64decode(json.loads(message)["audio"]) for message in sent)
    assert sound == (g711.encode_alaw(pcm) if form == "alaw" else pcm.astype("<i2").tobytes())
    assert bridge().consult_audio(PCM[:0]) == []


def test_unknown_events_are_ignored_and_counted() -> None:
    """What a later Asterisk may add ends no call, nor does a hook flash."""
    dialect = opened()
    assert told(dialect, event("MEDIA_NOVELTY"), event("DTMF_END", digit="F"), "{}") == []
    assert dialect.ignored == 3


def test_an_error_of_the_leg_is_logged_without_ending_the_call(caplog: pytest.LogCaptureFixture) -> None:
    """The message is constant, the peer's words stand beside it."""
    with caplog.at_level(logging.WARNING):
        assert told(opened(), event("ERROR", error_text="Unable to parse JSON command")) == []
    (record,) = caplog.records
    assert (record.message, vars(record)["error"]) == (
        "the telephone leg reports an error",
        "Unable to parse JSON command",
    )


@pytest.mark.parametrize(
    ("received", "reason"),
    [
        ([g711.encode_alaw(PCM)], "has not sent MEDIA_START"),
        ([event("DTMF_END", digit="1")], "has not sent MEDIA_START"),
        ([start(), start()], "a second MEDIA_START"),
        ([start("opus", 0)], r"'opus': dial the WebSocket with c\(alaw\)"),
        ([start("alaw", 0)], "without passthrough mode"),
        ([start("alaw", 10**9)], "frames of 1000000000 bytes"),
        ([start("slin", 321)], "frames of 321 bytes"),
        ([start(optimal_frame_size=None)], "'optimal_frame_size' is not a whole number"),
        ([start(optimal_frame_size=True)], "'optimal_frame_size' is not a whole number"),
        ([start(channel_variables=[])], "'channel_variables' is not a JSON object"),
        ([start(channel_variables={"CALLBOT_FROM": 5})], "'CALLBOT_FROM' is not text"),
        ([start(format=7)], "'format' is not text"),
        ([start("slin", 320), b"odd"], "odd length"),
        ([start(transfer=True), event("TRANSFER_RESULT")], "'result' is not the result of a transfer"),
        ([start(transfer=True), event("CONSULT_RESULT", result="tired")], "'result' is not the result"),
        ([start(transfer=True), event("CONSULT_RESULT", result=7)], "'result' is not text"),
        ([start(transfer=True), event("TRANSFER_RESULT", result="busy", code="x")], "'code' is not a whole"),
        ([start(transfer=True), event("CONSULT_MARK_PROCESSED", correlation_id=1)], "is not text"),
        ([start(), b"\xd5" * 65537], "longer than 64 KiB"),
        (["{" * 65537], "longer than 64 KiB"),
        (["{not json"], "is not JSON"),
        (['{"a":' * 10_000], "is not JSON"),
        (["[1]"], "neither JSON nor one of Asterisk's"),
        (["Bonjour"], "neither JSON nor one of Asterisk's"),
        ([""], "neither JSON nor one of Asterisk's"),
    ],
)
def test_what_is_not_allowed_is_named(received: list[Message], reason: str) -> None:
    """Each breach of the protocol is one line that names it."""
    with pytest.raises(MediaProtocolError, match=reason):
        told(AsteriskDialect(), *received)


def test_nothing_is_played_before_the_start() -> None:
    """Sound that nobody could hear is an error of ours."""
    with pytest.raises(MediaProtocolError, match="has not sent MEDIA_START"):
        AsteriskDialect().audio(PCM)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(
    [
        *[
            "MEDIA_START",
            "DTMF_END",
            "MEDIA_XOFF",
            "MEDIA_XON",
            "MEDIA_MARK_PROCESSED",
            "ERROR",
            "STATUS",
            "NEW",
        ],
        *["TRANSFER_RESULT", "CONSULT_RINGING", "CONSULT_RESULT", "CONSULT_MARK_PROCESSED", "CONSULT_ENDED"],
        *["BRIDGED", "MEDIA_HELD", "MEDIA_RESUMED"],
    ]
)
FIELDS = st.fixed_dictionaries(
    {"event": NAMES | JSON_VALUES},
    optional={
        "format": st.sampled_from(["alaw", "ulaw", "slin", "slin16", "opus"]) | JSON_VALUES,
        "optimal_frame_size": st.integers(-1, 700) | JSON_VALUES,
        "channel_variables": JSON_VALUES,
        "digit": st.sampled_from("019*#ABCDabcdF") | JSON_VALUES,
        "correlation_id": JSON_VALUES,
        "channel_id": JSON_VALUES,
        "result": st.sampled_from([*TransferResult, "tired"]) | JSON_VALUES,
        "code": st.integers(0, 999) | JSON_VALUES,
        "transfer": st.booleans() | JSON_VALUES,
    },
)
MESSAGES = st.one_of(
    st.binary(max_size=400),
    st.text(max_size=60),
    JSON_VALUES.map(json.dumps),
    FIELDS.map(json.dumps),
    st.builds(lambda name, rest: f"{name} {rest}", NAMES, st.text(max_size=40)),
    st.sampled_from(
        [start(), start("slin", 320), start(transfer=True), "MEDIA_START format:alaw optimal_frame_size:²"]
    ),
)


@settings(deadline=None, max_examples=150)
@given(st.lists(MESSAGES, max_size=8), st.text(max_size=60))
def test_anything_gives_events_or_a_named_error(received: list[Message], query: str) -> None:
    """No other exception, whatever arrives, at the address too."""
    assert_events_or_a_named_error(AsteriskDialect.from_uri("/media?" + query), received)
