"""G.711, the sound of the telephone: A-law (Europe) and µ-law (North America, Twilio) as table look-ups.

Bit-exact to ITU-T G.711 as its reference programs compute it (ITU-T G.191, `g711.c`): a negative sample takes the code of
the positive one just below its magnitude, so that the 256 decision intervals are the Recommendation's on both sides.
"""

import numpy as np
from numpy.typing import NDArray

from callbot.audio.types import Pcm

_Codes = NDArray[np.uint8]


def encode_alaw(pcm: Pcm) -> bytes:
    """The A-law codes of `pcm` (int16, shape (n,)), one byte per sample."""
    return _ALAW_OF[pcm.view(np.uint16)].tobytes()


def decode_alaw(codes: bytes) -> Pcm:
    """The samples of A-law codes: int16, shape (n,), writable."""
    return _PCM_OF_ALAW[np.frombuffer(codes, np.uint8)]


def encode_ulaw(pcm: Pcm) -> bytes:
    """The µ-law codes of `pcm` (int16, shape (n,)), one byte per sample."""
    return _ULAW_OF[pcm.view(np.uint16)].tobytes()


def decode_ulaw(codes: bytes) -> Pcm:
    """The samples of µ-law codes: int16, shape (n,), writable."""
    return _PCM_OF_ULAW[np.frombuffer(codes, np.uint8)]


def _alaw_expansion() -> Pcm:
    """The value of each of the 256 codes, on 16 bits (13 significant)."""
    code = np.arange(256) ^ 0x55
    segment, step = code >> 4 & 7, code & 15
    magnitude = (step << 4) + 8 + (256 * (segment > 0)) << np.maximum(segment - 1, 0)
    expansion: Pcm = np.where(code & 0x80, magnitude, -magnitude).astype(np.int16)
    return expansion


def _ulaw_expansion() -> Pcm:
    """The value of each of the 256 codes, on 16 bits (14 significant)."""
    code = ~np.arange(256) & 0xFF
    segment, step = code >> 4 & 7, code & 15
    magnitude = ((step << 3) + 132 << segment) - 132
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


def _alaw_compression() -> _Codes:
    """The code of each of the 65536 samples, in the order of their unsigned 16-bit patterns."""
    sample = _every_sample()
    level = np.where(sample < 0, ~sample, sample) >> 4
    segment = _bit_length(level >> 4)
    code = (segment << 4) + (level >> np.maximum(segment - 1, 0) & 15)
    compression: _Codes = ((code | np.where(sample < 0, 0, 0x80)) ^ 0x55).astype(np.uint8)
    return compression


def _ulaw_compression() -> _Codes:
    """The code of each of the 65536 samples, in the order of their unsigned 16-bit patterns."""
    sample = _every_sample()
    level = np.minimum((np.where(sample < 0, ~sample, sample) >> 2) + 33, 0x1FFF)
    segment = _bit_length(level >> 6)
    code = (segment << 4) + (level >> segment + 1 & 15)
    compression: _Codes = (~(code | np.where(sample < 0, 0x80, 0)) & 0xFF).astype(np.uint8)
    return compression


def _every_sample() -> NDArray[np.int64]:
    return np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int64)


def _bit_length(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many bits each value (0–255) needs: 0 for 0, 1 for 1, 2 for 2 and 3."""
    return np.digitize(values, 2 ** np.arange(8))


_PCM_OF_ALAW = _alaw_expansion()
_PCM_OF_ULAW = _ulaw_expansion()
_ALAW_OF = _alaw_compression()
_ULAW_OF = _ulaw_compression()
