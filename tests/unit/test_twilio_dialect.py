"""Twilio Media Streams: the messages of its documentation, and whatever else may arrive."""

import base64
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callbot.audio import g711
from callbot.errors import MediaProtocolError
from callbot.media.dialect import Dialect, DtmfPressed, LegClosed, LegOpened, MarkPlayed, Message
from callbot.media.twilio import TwilioDialect
from tests.support.media import assert_events_or_a_named_error, told

STREAM, CALL = "MZ18ad3ab5a668481ce02b83e7395059f0", "CA388f89f1cda2a9d5d3c8e3a8a2ac5a3e"
PCM = np.arange(-800, 800, 10).astype(np.int16)
PAYLOAD = base64.b64encode(g711.encode_ulaw(PCM)).decode()
CONNECTED = json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"})


def start(**more: object) -> str:
    """The start message of the documentation, with our parameters; `more` replaces parts of `start`."""
    begun: dict[str, object] = {
        "accountSid": "AC00",
        "streamSid": STREAM,
        "callSid": CALL,
        "tracks": ["inbound"],
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        "customParameters": {"from": "+33556000000", "to": "+33557000000"},
    }
    return json.dumps(
        {"event": "start", "sequenceNumber": "1", "start": {**begun, **more}, "streamSid": STREAM}
    )


def event(name: str, /, **part: object) -> str:
    """Any later message."""
    return json.dumps({"event": name, "sequenceNumber": "4", name: part, "streamSid": STREAM})


def opened() -> TwilioDialect:
    """A dialect whose stream has started."""
    dialect = TwilioDialect()
    dialect.receive(start())
    return dialect


def test_it_is_a_dialect() -> None:
    """The type checker agrees."""
    dialect: Dialect = TwilioDialect()
    assert (dialect.name, dialect.buffers) == ("twilio", True)


def test_a_call() -> None:
    """A whole call: start, speech, a key, a mark that comes back, the end."""
    dialect = TwilioDialect()
    assert told(dialect, CONNECTED, start()) == [LegOpened(CALL, "+33556000000", "+33557000000", 8000)]
    assert dialect.answer() == []
    assert told(dialect, event("media", track="inbound", chunk="2", timestamp="5", payload=PAYLOAD)) == [
        tuple(g711.decode_ulaw(g711.encode_ulaw(PCM)).tolist())
    ]
    sent = [*dialect.audio(PCM), *dialect.mark("bienvenue"), *dialect.clear()]
    assert [json.loads(message) for message in sent] == [
        {"event": "media", "streamSid": STREAM, "media": {"payload": PAYLOAD}},
        {"event": "mark", "streamSid": STREAM, "mark": {"name": "1"}},
        {"event": "clear", "streamSid": STREAM},
    ]
    dialect.mark("suite")
    assert told(
        dialect,
        event("dtmf", track="inbound_track", digit="1"),
        event("mark", name="1"),
        event("mark", name="2"),
        event("stop", accountSid="AC00", callSid=CALL),
    ) == [DtmfPressed("1"), MarkPlayed("suite"), LegClosed()]
    assert (dialect.hang_up(), dialect.transfer("0"), dialect.audio(PCM[:0])) == ([], None, [])


def test_a_mark_that_clear_sends_back_is_not_told() -> None:
    """Twilio returns the marks that it threw away: they were not heard."""
    dialect = opened()
    dialect.mark("never heard")
    dialect.clear()
    assert told(dialect, event("mark", name="1")) == []
    assert dialect.ignored == 1


def test_our_own_sound_is_not_taken_for_the_callers() -> None:
    """With both tracks subscribed, the outbound one is left aside; an empty payload is no sound."""
    assert told(opened(), event("media", track="outbound", payload=PAYLOAD), event("media", payload="")) == []


def test_a_stream_without_parameters_has_an_unknown_caller() -> None:
    """The call is taken all the same; a rate written as text is understood."""
    form = {"encoding": "audio/x-mulaw", "sampleRate": "8000"}
    assert told(TwilioDialect(), start(customParameters={}, mediaFormat=form)) == [
        LegOpened(CALL, "", "", 8000)
    ]


def test_unknown_events_are_ignored_and_counted() -> None:
    """What Twilio may add ends no call."""
    dialect = opened()
    assert told(dialect, event("novelty"), event("dtmf", digit="?"), "{}") == []
    assert dialect.ignored == 3


@pytest.mark.parametrize(
    ("received", "reason"),
    [
        ([event("media", payload=PAYLOAD)], "the stream has not started"),
        ([event("dtmf", digit="1")], "the stream has not started"),
        ([start(), start()], "a second start"),
        ([start(mediaFormat={"encoding": "audio/l16", "sampleRate": 16000})], "'audio/l16' at 16000 Hz"),
        ([start(mediaFormat={})], "sound in '' at 8000 Hz"),
        ([start(customParameters={"from": 33})], "'from' is not text"),
        ([start(), event("media", payload="not base64!")], "'payload' is not base64"),
        ([start(), event("media", payload="é")], "'payload' is not base64"),
        ([start(), event("media", payload=5)], "'payload' is not text"),
        ([start(), '{"event":"media","media":[]}'], "'media' is not a JSON object"),
        ([b"\xff"], "a binary message"),
        (["x" * 65537], "longer than 64 KiB"),
        (["MEDIA_START"], "is not JSON"),
        (["[]"], "is not a JSON object"),
    ],
)
def test_what_is_not_allowed_is_named(received: list[Message], reason: str) -> None:
    """Each breach of the protocol is one line that names it."""
    with pytest.raises(MediaProtocolError, match=reason):
        told(TwilioDialect(), *received)


def test_nothing_is_played_before_the_start() -> None:
    """Sound that nobody could hear is an error of ours."""
    with pytest.raises(MediaProtocolError, match="has not started"):
        TwilioDialect().audio(PCM)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
PARTS = JSON_VALUES | st.dictionaries(
    st.sampled_from(["payload", "track", "digit", "name", "mediaFormat", "customParameters", "callSid"]),
    JSON_VALUES | st.sampled_from(["1", "#", PAYLOAD, "AAA"]),
    max_size=4,
)
NAMES = st.sampled_from(["connected", "start", "media", "dtmf", "mark", "stop", "new"])
MESSAGES = st.one_of(
    st.binary(max_size=20),
    st.text(max_size=60),
    JSON_VALUES.map(json.dumps),
    st.builds(lambda name, part: json.dumps({"event": name, name: part, "streamSid": STREAM}), NAMES, PARTS),
)


@settings(deadline=None, max_examples=150)
@given(st.booleans(), st.lists(MESSAGES, max_size=8))
def test_anything_gives_events_or_a_named_error(begun: bool, received: list[Message]) -> None:
    """No other exception, whatever arrives."""
    assert_events_or_a_named_error(TwilioDialect(), [start(), *received] if begun else received)
