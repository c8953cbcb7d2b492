"""G.711 against the Recommendation's own arithmetic, known codes and Python's former audioop."""

import numpy as np
import pytest

from callbot.audio import g711
from callbot.audio.types import Pcm

EVERY_SAMPLE = np.arange(-32768, 32768).astype(np.int16)
EVERY_CODE = bytes(range(256))


def reference_alaw(sample: int) -> int:
    """ITU-T G.191's alaw_compress, one sample at a time."""
    level = (~sample if sample < 0 else sample) >> 4
    if level > 15:
        segment = 1
        while level > 31:
            level >>= 1
            segment += 1
        level = level - 16 + (segment << 4)
    return (level | (0x80 if sample >= 0 else 0)) ^ 0x55


def reference_ulaw(sample: int) -> int:
    """ITU-T G.191's ulaw_compress, one sample at a time."""
    level = min(((~sample if sample < 0 else sample) >> 2) + 33, 0x1FFF)
    segment = 1
    while level >> 5 + segment:
        segment += 1
    code = (8 - segment) << 4 | 15 - (level >> segment & 15)
    return code | (0x80 if sample >= 0 else 0)


def test_every_sample_has_the_reference_alaw_code() -> None:
    """All 65536 samples are coded as the ITU's reference program does."""
    assert g711.encode_alaw(EVERY_SAMPLE) == bytes(reference_alaw(s) for s in EVERY_SAMPLE.tolist())


def test_every_sample_has_the_reference_ulaw_code() -> None:
    """All 65536 samples are coded as the ITU's reference program does."""
    assert g711.encode_ulaw(EVERY_SAMPLE) == bytes(reference_ulaw(s) for s in EVERY_SAMPLE.tolist())


def test_known_alaw_values() -> None:
    """Codes and values printed in the Recommendation's tables, on 16 bits."""
    codes = bytes([0xD5, 0x55, 0xAA, 0x2A, 0x80, 0x00, 0xC5])
    assert g711.decode_alaw(codes).tolist() == [8, -8, 32256, -32256, 5504, -5504, 264]


def test_known_ulaw_values() -> None:
    """Codes and values printed in the Recommendation's tables, on 16 bits."""
    codes = bytes([0xFF, 0x7F, 0x80, 0x00, 0xFE, 0x7E, 0xEF])
    assert g711.decode_ulaw(codes).tolist() == [0, 0, 32124, -32124, 8, -8, 132]


def test_every_alaw_code_survives_the_round_trip() -> None:
    """What was decoded is coded back to the same byte."""
    assert g711.encode_alaw(g711.decode_alaw(EVERY_CODE)) == EVERY_CODE


def test_every_ulaw_code_survives_the_round_trip() -> None:
    """What was decoded is coded back to the same byte, but for negative zero, which is zero."""
    assert g711.encode_ulaw(g711.decode_ulaw(EVERY_CODE)) == EVERY_CODE.replace(b"\x7f", b"\xff")


def test_decoded_values_are_the_nearest_ones() -> None:
    """Coding changes a sample by half a step at most (a step is a sixteenth of its segment), or 8 units near zero."""
    for decoded in (
        g711.decode_alaw(g711.encode_alaw(EVERY_SAMPLE)),
        g711.decode_ulaw(g711.encode_ulaw(EVERY_SAMPLE)),
    ):
        error = np.abs(decoded.astype(int) - EVERY_SAMPLE)
        magnitude = np.abs(EVERY_SAMPLE.astype(int))
        assert (error <= (magnitude + 132) / 32 + 4)[magnitude <= 32124].all()


def test_agrees_with_audioop() -> None:
    """Python's former module: same A-law; same µ-law but for a negative sample that lies on a decision value."""
    audioop = pytest.importorskip("audioop")
    raw = EVERY_SAMPLE.astype("<i2").tobytes()
    assert g711.encode_alaw(EVERY_SAMPLE) == audioop.lin2alaw(raw, 2)
    assert g711.decode_alaw(EVERY_CODE).astype("<i2").tobytes() == audioop.alaw2lin(EVERY_CODE, 2)
    assert g711.decode_ulaw(EVERY_CODE).astype("<i2").tobytes() == audioop.ulaw2lin(EVERY_CODE, 2)
    ours, theirs = g711.encode_ulaw(EVERY_SAMPLE), audioop.lin2ulaw(raw, 2)
    assert ours[32768:] == theirs[32768:]
    assert max(abs(a - b) for a, b in zip(ours, theirs, strict=True)) == 1


def test_strided_and_empty_input() -> None:
    """A view of every second sample is coded as a copy of it would be; nothing gives nothing."""
    every_second: Pcm = EVERY_SAMPLE[::2]
    assert g711.encode_alaw(every_second) == g711.encode_alaw(every_second.copy())
    assert g711.encode_ulaw(every_second) == g711.encode_ulaw(every_second.copy())
    assert (g711.encode_alaw(EVERY_SAMPLE[:0]), g711.decode_ulaw(b"").tolist()) == (b"", [])
