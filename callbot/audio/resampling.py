"""Changing the rate of sound while it streams: 8 kHz from the telephone, 16 kHz for the recogniser.

A polyphase low-pass filter rather than soxr's stream, which works in blocks: measured on
20 ms frames from 8 to 16 kHz, soxr LQ–VHQ holds sound back by up to 61–118 ms (30 ms with `vr=True`), this one by 2 ms.
For whole sentences, where nobody waits, `soxr.resample` is the better choice.
"""

import functools
import math

import numpy as np
from numpy.typing import NDArray

from callbot.audio.filters import kaiser_order, windowed
from callbot.audio.types import Pcm

STOPBAND_DB = 65.0
"""How far images and aliases lie below the sound."""
TRANSITION = 0.3
"""Width of the filter's slope as a part of the lower Nyquist frequency: between 8 and 16 kHz, flat to 3.4 kHz, gone from 4.6 kHz."""


class Resampler:
    """One stream of sound from `from_hz` to `to_hz` samples a second.

    How a stream is cut into pushes changes nothing in what comes out. The output is in time with the input; the filter
    looks 1.8 ms ahead between 8 and 16 kHz, so that much of the newest sound waits for the next push or for `flush`.
    Equal rates pass the sound through unchanged.
    """

    def __init__(self, from_hz: int, to_hz: int) -> None:
        if from_hz <= 0 or to_hz <= 0:
            raise ValueError(f"sample rates must be above 0, not {from_hz} and {to_hz}")
        common = math.gcd(from_hz, to_hz)
        self._up, self._down = to_hz // common, from_hz // common
        self._taps = _low_pass(self._up, self._down)
        self._reach = len(self._taps) // 2
        self._held: NDArray[np.float32] = np.zeros(0, np.float32)
        self._held_from = 0  # index, in the input, of the first sample held; a multiple of _down
        self._received = 0
        self._given = 0

    def push(self, pcm: Pcm) -> Pcm:
        """The resampled sound that is ready once `pcm` (int16, shape (n,)) has arrived: int16, shape (m,), may be empty."""
        self._held = np.concatenate([self._held, pcm.astype(np.float32)])
        self._received += len(pcm)
        return self._advance(-(-(self._received * self._up - self._reach) // self._down))

    def flush(self) -> Pcm:
        """The end of the stream: what waited. Afterwards a new stream begins."""
        whole = -(-self._received * self._up // self._down)
        self._held = np.concatenate([self._held, np.zeros(self._reach // self._up + 1, np.float32)])
        tail = self._advance(whole)
        self._start_again()
        return tail

    def _start_again(self) -> None:
        self._held, self._held_from, self._received, self._given = np.zeros(0, np.float32), 0, 0, 0

    def _advance(self, upto: int) -> Pcm:
        """Output samples from `_given` to `upto`; forgets the input that no later one needs."""
        if upto <= self._given:
            return np.zeros(0, np.int16)
        filtered = self._filtered()
        first = self._given + (self._reach - self._held_from * self._up) // self._down
        ready = filtered[first : first + upto - self._given]
        self._given = upto
        needed = max(0, -(-(upto * self._down - self._reach) // self._up))
        keep_from = needed - needed % self._down
        self._held = self._held[keep_from - self._held_from :]
        self._held_from = keep_from
        np.rint(ready, out=ready)
        return ready.clip(-32768, 32767, out=ready).astype(np.int16)

    def _filtered(self) -> NDArray[np.float32]:
        """What is held, between zeros, through the filter: SciPy's `upfirdn`, which takes three times as long for a short piece."""
        if self._up == 1:
            return np.convolve(self._held, self._taps)[:: self._down]
        if self._down > 1:
            from scipy.signal import upfirdn

            return upfirdn(self._taps, self._held, self._up, self._down)
        size = len(self._held) + -(-len(self._taps) // self._up) - 1
        filtered = np.zeros((size, self._up), np.float32)
        for phase in range(self._up):
            part = np.convolve(self._held, self._taps[phase :: self._up])
            filtered[: len(part), phase] = part
        return filtered.reshape(-1)


@functools.cache
def _low_pass(up: int, down: int) -> NDArray[np.float32]:
    """The filter on the grid of `up` times the input's rate; its reach on both sides is a multiple of `down`."""
    if up == down:
        return np.ones(1, np.float32)
    nyquist = 1.0 / max(up, down)
    length, beta = kaiser_order(STOPBAND_DB, TRANSITION * nyquist)
    reach = -(-(length // 2) // down) * down
    return (windowed(np.kaiser(2 * reach + 1, beta), 0.0, nyquist) * up).astype(np.float32)
