"""AudioSocket: a stream cut anywhere, real messages, and whatever else may arrive."""

import struct
import uuid
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callbot.errors import MediaProtocolError
from callbot.media.audiosocket import AudioSocketDialect
from callbot.media.dialect import Dialect, DtmfPressed, LegClosed, LegOpened, Message
from tests.support.media import Told, assert_events_or_a_named_error, told

CALL = uuid.UUID("40325ec2-5efd-4bd3-805f-53576e581d13")
OPENED = LegOpened(str(CALL), "", "", 8000)
PCM = np.arange(-160, 0).astype(np.int16)


def message(kind: int, payload: bytes = b"") -> bytes:
    """A message of the protocol."""
    return struct.pack(">BH", kind, len(payload)) + payload


IDENTITY = message(0x01, CALL.bytes)
SOUND = message(0x10, PCM.astype("<i2").tobytes())
CALL_BYTES = IDENTITY + SOUND + message(0x03, b"4") + SOUND + message(0x03, b"*") + message(0x00)
CALL_EVENTS: list[Told] = [
    OPENED,
    tuple(PCM.tolist()),
    DtmfPressed("4"),
    tuple(PCM.tolist()),
    DtmfPressed("*"),
    LegClosed(),
]


def test_it_is_a_dialect_that_plays_at_once() -> None:
    """The type checker agrees."""
    dialect: Dialect = AudioSocketDialect()
    assert (dialect.name, dialect.buffers) == ("audiosocket", False)


def test_a_call() -> None:
    """Identity, sound, keys and hang-up in one piece."""
    assert told(AudioSocketDialect(), CALL_BYTES) == CALL_EVENTS


@settings(deadline=None)
@given(st.lists(st.integers(0, len(CALL_BYTES)), max_size=30))
def test_a_call_cut_anywhere(cuts: list[int]) -> None:
    """Pieces of any lengths, empty ones too, tell the same."""
    bounds = [0, *sorted(cuts), len(CALL_BYTES)]
    pieces = [CALL_BYTES[a:b] for a, b in pairwise(bounds)]
    assert told(AudioSocketDialect(), *pieces) == CALL_EVENTS


def test_what_is_sent() -> None:
    """Sound in little-endian samples and the hang-up; the rest is not known to AudioSocket."""
    dialect = AudioSocketDialect()
    assert dialect.audio(PCM) == [SOUND]
    assert dialect.audio(PCM[:0]) == []
    assert dialect.hang_up() == [b"\x00\x00\x00"]
    assert [dialect.answer(), dialect.mark("a"), dialect.clear(), dialect.transfer("1")] == [[], [], [], None]


def test_long_sound_is_cut_to_the_length_that_16_bits_hold() -> None:
    """Ten seconds in one go arrive whole at another AudioSocket."""
    pcm = np.random.default_rng(6).integers(-9000, 9000, 80_000).astype(np.int16)
    other = AudioSocketDialect()
    other.receive(IDENTITY)
    heard = [
        sample
        for frame in told(other, *AudioSocketDialect().audio(pcm))
        if isinstance(frame, tuple)
        for sample in frame
    ]
    assert heard == pcm.tolist()


def test_a_caller_who_is_gone_closes_the_leg() -> None:
    """Asterisk's error 0x01 says just that; what follows is not read."""
    assert told(AudioSocketDialect(), IDENTITY + message(0xFF, b"\x01") + b"\xff" * 9) == [
        OPENED,
        LegClosed(),
    ]


def test_unknown_messages_are_ignored_and_counted() -> None:
    """A type that a later Asterisk may add, a key that is none, and empty sound."""
    dialect = AudioSocketDialect()
    assert told(
        dialect, IDENTITY + message(0x42, b"?") + message(0x03, b"F") + message(0x03) + message(0x10)
    ) == [OPENED]
    assert dialect.ignored == 3


@pytest.mark.parametrize(
    ("received", "reason"),
    [
        (SOUND, "does not begin with an identity"),
        (message(0x03, b"1"), "does not begin with an identity"),
        (IDENTITY * 2, "a second identity"),
        (message(0x01, b"short"), "an identity of 5 bytes instead of 16"),
        (IDENTITY + message(0x10, b"odd"), "odd length"),
        (IDENTITY + message(0x12, b"\0" * 640), r"type 0x12: only linear sound at 8 kHz \(c\(slin\)\)"),
        (IDENTITY + message(0xFF, b"\x04"), "with error 0x04"),
        ("GET / HTTP/1.1", "text on an AudioSocket"),
    ],
)
def test_what_is_not_allowed_is_named(received: Message, reason: str) -> None:
    """Each breach of the protocol is one line that names it."""
    with pytest.raises(MediaProtocolError, match=reason):
        told(AudioSocketDialect(), received)


MESSAGES = st.builds(message, st.sampled_from([0, 1, 3, 0x10, 0x12, 0x42, 0xFF]), st.binary(max_size=40))


@settings(deadline=None)
@given(st.booleans(), st.lists(st.binary(max_size=60) | MESSAGES | st.text(max_size=4), max_size=8))
def test_anything_gives_events_or_a_named_error(begun: bool, received: list[Message]) -> None:
    """No other exception, whatever arrives."""
    assert_events_or_a_named_error(AudioSocketDialect(), [IDENTITY, *received] if begun else received)
