"""How much of a sound stands still in pitch: the notes of music do, for a fifth of a second and more; a voice glides, noise has no pitch.

Every 32 ms the spectral peaks of the last 64 ms are compared with those before. A peak that has stayed where it was for HELD_MS is held;
the steadiness of a window is the share of its energy in held peaks. The idea of following peaks is that of sinusoidal modelling
(McAulay and Quatieri, 1986).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from callbot.audio.types import Pcm

HOP_MS = 32
WINDOW_MS = 64
HELD_MS = 192
"""How long a peak has been there when it counts as held: what is shorter, or glides, is a voice."""
HUM_MS = 4000
"""A peak that has been there longer than any note is the hum of a machine: it counts no more."""
DRIFT_HZ = 4.0
"""How far a peak may move from one window to the next."""
PROMINENCE = 2.0
"""Natural logarithm of the power of a peak over the mean (of logarithms) of its neighbourhood: 9 dB."""
AROUND = 8
"""Bins on either side that are the neighbourhood of a peak."""
QUIET_DBFS = -55.0
"""Windows under this level are silence: nothing in them is held."""
LOWEST_HZ = 150.0
"""Hum of the mains and its first harmonics is no music."""


class Steady(NamedTuple):
    """One window. `share` 0–1: the energy in held peaks, of all; `top`: the strongest of them, in bins of 15.6 Hz, 0: none is held."""

    share: float
    top: int


NOTHING = Steady(0.0, 0)


class Steadiness:
    """One caller's sound at `rate_hz`. A window for every 32 ms; NOTHING in silence."""

    def __init__(self, rate_hz: int) -> None:
        self._hop = rate_hz * HOP_MS // 1000
        self._size = rate_hz * WINDOW_MS // 1000
        self._bin_hz = rate_hz / self._size
        self._window = np.hanning(self._size)
        self._lowest = int(np.ceil(LOWEST_HZ / self._bin_hz))
        self._floor = (32768 * 10 ** (QUIET_DBFS / 20)) ** 2 * float(self._window @ self._window)
        self.reset()

    def reset(self) -> None:
        """What comes next has nothing to do with what was."""
        self._unread: Pcm = np.zeros(0, np.int16)
        bins = self._size // 2 + 1
        self._place = np.full(
            bins + 2, -1e9
        )  # where the peak of each bin was, one bin of margin on either side
        self._age = np.zeros(bins + 2, np.int64)

    def push(self, pcm: Pcm) -> list[Steady]:
        """Hear `pcm` (int16, shape (n,), any length): the steadiness of each window that it completes."""
        self._unread = np.concatenate([self._unread, pcm])
        found = []
        while len(self._unread) >= self._size:
            found.append(self._judge(self._unread[: self._size]))
            self._unread = self._unread[self._hop :]
        return found

    def _judge(self, sound: Pcm) -> Steady:
        wave = sound * self._window
        if float(wave @ wave) < self._floor:
            self._age[:] = 0
            return NOTHING
        spectrum = np.fft.rfft(wave)
        power = spectrum.real**2 + spectrum.imag**2 + 1.0
        peaks = self._peaks(power)
        ages = self._follow(peaks, power)
        held = peaks[(ages * HOP_MS >= HELD_MS) & (ages * HOP_MS < HUM_MS)]
        if not len(held):
            return NOTHING
        mine = np.zeros(len(power), np.bool_)
        for step in (-1, 0, 1):
            mine[held + step] = True
        share = float(power[mine].sum() / power[self._lowest - 1 :].sum())
        return Steady(share, int(held[power[held].argmax()]))

    def _peaks(self, power: NDArray[np.float64]) -> NDArray[np.int64]:
        """Bins that stand out from their neighbourhood."""
        inner = power[1:-1]
        tops = np.flatnonzero((inner > power[:-2]) & (inner >= power[2:])) + 1
        tops = tops[tops >= self._lowest]
        logs = np.log(power)
        sums = np.concatenate([[0.0], np.cumsum(logs)])
        first, last = np.maximum(tops - AROUND, 0), np.minimum(tops + AROUND + 1, len(power))
        around = (sums[last] - sums[first]) / (last - first)
        return np.asarray(tops[logs[tops] - around >= PROMINENCE])

    def _follow(self, peaks: NDArray[np.int64], power: NDArray[np.float64]) -> NDArray[np.int64]:
        """How many windows each peak has been there, this one included."""
        left, top, right = (np.log(power[peaks + step]) for step in (-1, 0, 1))
        places = peaks + 0.5 * (left - right) / (left - 2 * top + right)
        ages = np.ones(len(peaks), np.int64)
        for step in (0, 1, 2):  # the bin before, the same, the one after: there is a margin of one
            near = np.abs(self._place[peaks + step] - places) * self._bin_hz <= DRIFT_HZ
            ages = np.maximum(ages, np.where(near, self._age[peaks + step] + 1, 1))
        self._place[:] = -1e9
        self._age[:] = 0
        self._place[peaks + 1], self._age[peaks + 1] = places, ages
        return ages
