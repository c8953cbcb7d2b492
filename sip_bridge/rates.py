"""Between 8 and 16 kHz, the two rates of telephone legs, by one half-band filter.

`callbot.audio.resampling` does the same for any rates; it costs SciPy: 3 s at the start, and 60 MB.
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from callbot.audio.types import Pcm

__all__ = ["Resampling", "between"]

REACH = 31
"""Samples at 16 kHz on both sides of a sample that the filter sees: 1.9 ms. Odd, so that every other tap is zero."""
BETA = 6.0
"""Of the Kaiser window: images and aliases lie 60 dB below the sound; flat to 3.4 kHz."""


class Resampling(Protocol):
    """One stream of sound, in pieces."""

    def push(self, pcm: Pcm) -> Pcm:
        """What is ready now, int16, shape (m,)."""


def between(from_hz: int, to_hz: int) -> Resampling | None:
    """What turns one rate into the other; None where they are the same. Raises ValueError for other rates."""
    match from_hz, to_hz:
        case (8000, 16000):
            return _Doubler()
        case (16000, 8000):
            return _Halver()
    if from_hz != to_hz:
        raise ValueError(f"legs have 8000 or 16000 Hz, not {from_hz} and {to_hz}")
    return None


def _taps() -> NDArray[np.float32]:
    positions = np.arange(-REACH, REACH + 1)
    taps: NDArray[np.float64] = np.sinc(positions / 2) * np.kaiser(2 * REACH + 1, BETA)
    unity: NDArray[np.float32] = (taps / taps.sum()).astype(np.float32)
    return unity


_TAPS = _taps()
_BETWEEN = 2 * _TAPS[::2]
"""The taps that fall on input samples when a sample is made between two of them; the others are one and zeros."""


class _Doubler:
    """8 to 16 kHz: each sample as it is, and one between it and the next."""

    def __init__(self) -> None:
        self._past: NDArray[np.float32] = np.zeros(REACH, np.float32)

    def push(self, pcm: Pcm) -> Pcm:
        sound = np.concatenate([self._past, pcm.astype(np.float32)])
        between_them = np.convolve(sound, _BETWEEN, "valid")[: len(pcm)]
        first = (REACH - 1) // 2
        out = np.empty(2 * len(pcm), np.float32)
        out[::2] = sound[first : first + len(pcm)]
        out[1::2] = between_them
        self._past = sound[len(pcm) :]
        return _whole(out)


class _Halver:
    """16 to 8 kHz: every other sample of the filtered sound."""

    def __init__(self) -> None:
        self._past: NDArray[np.float32] = np.zeros(2 * REACH, np.float32)

    def push(self, pcm: Pcm) -> Pcm:
        sound = np.concatenate([self._past, pcm.astype(np.float32)])
        ready = np.convolve(sound, _TAPS, "valid")[::2] if len(sound) > 2 * REACH else sound[:0]
        self._past = sound[2 * len(ready) :]
        return _whole(ready)


def _whole(sound: NDArray[np.float32]) -> Pcm:
    return np.clip(np.rint(sound), -32768, 32767).astype(np.int16)
