"""Keys heard in the sound itself: a detector of DTMF tones that also takes them out of what the recogniser hears.

Limits follow ITU-T Q.24 and ETSI ES 201 235-3: tones of 40 ms are taken and of 23 ms refused, frequencies within
1.5 % + 2 Hz taken and beyond 3.5 % refused, the high tone up to 6 dB above or 8 dB below the low one (and 1 dB more),
breaks of 10 ms do not split a press, pauses of 40 ms do.

Every 10 ms, eight Goertzel projections of the last 20 ms say whether they may hold a key: a weak test. When two windows in
a row suggest the same key, the turn of their phases gives both frequencies exactly, and two sines fitted to the 30 ms must
hold nearly all of their energy: the strong test, which speech does not pass.
"""

from collections import deque
from dataclasses import dataclass
from math import log10

import numpy as np
from numpy.typing import NDArray

from callbot.audio.types import TELEPHONE_HZ, Pcm

BLOCK = 80
"""Samples from one look to the next: 10 ms."""
DELAY_BLOCKS = 3
"""Blocks by which the sound comes out late, so that a tone's beginning can be silenced: 30 ms."""

LOW_HZ = (697.0, 770.0, 852.0, 941.0)
HIGH_HZ = (1209.0, 1336.0, 1477.0, 1633.0)
KEYS = ("123A", "456B", "789C", "*0#D")
"""Keys by row (low tone) and column (high tone)."""

MAX_DEVIATION = 0.025
"""Relative error of a frequency: half-way between what must be taken and what must be refused."""
HIGH_OVER_LOW_DB = 7.0
LOW_OVER_HIGH_DB = 9.0
MIN_TONE_DBFS = -45.0
"""Least level of the weaker tone; 0 dBFS is a full-scale sine."""
WEAK_SHARE = 0.4
"""Part of a 20 ms window's energy in the two nominal tones that raises a suspicion, and that prolongs a press."""
STRONG_SHARE = 0.8
"""Part of the energy of 30 ms in the two fitted tones that makes a press. A tone of 23 ms has 0.77 of it at most."""
WEAK_MARGIN_DB = 3.0
"""By how much level and twist may miss their limits and still raise a suspicion."""
MISSES_TO_RELEASE = 2
"""Windows without the key, in a row, that end its press."""

_WINDOW = 2 * BLOCK
_SPAN = 3 * BLOCK
_OMEGA = 2 * np.pi * np.array(LOW_HZ + HIGH_HZ) / TELEPHONE_HZ
_GOERTZEL = np.exp(-1j * np.outer(_OMEGA, np.arange(_WINDOW)))
_MIN_AMPLITUDE = 32768 * 10 ** (MIN_TONE_DBFS / 20)
_MIN_ENERGY = _WINDOW / 4 * (_MIN_AMPLITUDE * 10 ** (-WEAK_MARGIN_DB / 20)) ** 2
"""Of 20 ms in which a tone of the least level may be found: no projection is greater than the root of energy times length."""
_NOTHING = np.zeros(len(_OMEGA), np.complex128)


@dataclass(slots=True)
class _Block:
    """10 ms that wait to be given out."""

    pcm: Pcm
    silenced: bool


class DtmfDetector:
    """Listens to one caller at 8 kHz.

    The sound comes out 30 ms late, and up to 10 ms more when pushes are no multiple of 10 ms. A key is told once per press,
    30 to 40 ms after its tone began; all of the tone is silent in what comes out.
    """

    def __init__(self) -> None:
        self._unread: Pcm = np.zeros(0, np.int16)
        self._waiting: deque[_Block] = deque()
        self._span = np.zeros(_SPAN)
        self._projected = _NOTHING
        self._suspected = ""
        self._pressed = ""
        self._misses = 0

    def push(self, pcm_8k: Pcm) -> tuple[Pcm, list[str]]:
        """Hear `pcm_8k` (int16, shape (n,), any length): the sound that is ready, tones silenced, and the keys newly pressed."""
        unread = np.concatenate([self._unread, pcm_8k])
        whole = len(unread) - len(unread) % BLOCK
        self._unread = unread[whole:]
        ready, keys = [np.zeros(0, np.int16)], []
        for start in range(0, whole, BLOCK):
            keys += self._hear(unread[start : start + BLOCK])
            if len(self._waiting) > DELAY_BLOCKS:
                ready.append(_given_out(self._waiting.popleft()))
        return np.concatenate(ready), keys

    def flush(self) -> Pcm:
        """The end of the sound: what waited."""
        rest = np.concatenate([*map(_given_out, self._waiting), self._unread])
        self._waiting.clear()
        self._unread = np.zeros(0, np.int16)
        return rest

    def _hear(self, pcm: Pcm) -> list[str]:
        """Take in 10 ms; the key that they prove to be pressed, if it was not before."""
        self._span[:-BLOCK] = self._span[BLOCK:]
        self._span[-BLOCK:] = pcm
        before, suspected_before = self._projected, self._suspected
        self._suspected, self._projected = _suspicion(self._span[BLOCK:])
        self._waiting.append(_Block(pcm, silenced=bool(self._pressed)))
        if self._pressed and self._suspected == self._pressed:
            self._misses = 0
            return []
        if self._suspected and self._suspected == suspected_before and self._is_pressed(before):
            return self._press()
        if self._pressed:
            self._miss()
        return []

    def _press(self) -> list[str]:
        self._pressed, self._misses = self._suspected, 0
        for block in self._waiting:
            block.silenced = True
        return [self._pressed]

    def _miss(self) -> None:
        self._misses += 1
        if self._misses == MISSES_TO_RELEASE:
            self._pressed = ""
            self._waiting[-1].silenced = False

    def _is_pressed(self, before: NDArray[np.complex128]) -> bool:
        """The strong test of the suspected key, over the last 30 ms."""
        tones = _tones_of(self._suspected)
        turn = np.angle(self._projected[tones] * before[tones].conj() * np.exp(-1j * _OMEGA[tones] * BLOCK))
        deviation = turn / BLOCK
        if (np.abs(deviation) > MAX_DEVIATION * _OMEGA[tones]).any():
            return False
        phase = np.outer(np.arange(_SPAN), _OMEGA[tones] + deviation)
        sines = np.hstack([np.cos(phase), np.sin(phase)])
        parts = np.linalg.solve(sines.T @ sines, sines.T @ self._span)
        share = np.sum((sines @ parts) ** 2) / np.sum(self._span**2)
        low, high = np.hypot(parts[:2], parts[2:])
        return bool(share >= STRONG_SHARE and _fits_telephone(low, high, 0.0))


def _suspicion(window: NDArray[np.float64]) -> tuple[str, NDArray[np.complex128]]:
    """The key that 20 ms of sound may hold, or nothing, and the projections; zeros where it is too soft for a key."""
    energy = float(window @ window)
    if energy < _MIN_ENERGY:
        return "", _NOTHING
    projected = _GOERTZEL @ window
    powers = (projected.real**2 + projected.imag**2).tolist()  # eight floats: numpy's calls would cost more
    low_power, high_power = max(powers[:4]), max(powers[4:])
    if (low_power + high_power) * 2 / _WINDOW < WEAK_SHARE * energy:
        return "", projected
    if not _fits_telephone(low_power**0.5 * 2 / _WINDOW, high_power**0.5 * 2 / _WINDOW, WEAK_MARGIN_DB):
        return "", projected
    return KEYS[powers.index(low_power, 0, 4)][powers.index(high_power, 4) - 4], projected


def _fits_telephone(low: float, high: float, margin_db: float) -> bool:
    """Whether two tones of these amplitudes are loud enough and not too unlike (twist)."""
    if min(low, high) < _MIN_AMPLITUDE * 10 ** (-margin_db / 20):
        return False
    twist_db = 20 * log10(high / low)
    return -LOW_OVER_HIGH_DB - margin_db <= twist_db <= HIGH_OVER_LOW_DB + margin_db


def _tones_of(key: str) -> list[int]:
    """Indices of the key's low and high tone."""
    row = next(number for number, keys in enumerate(KEYS) if key in keys)
    return [row, 4 + KEYS[row].index(key)]


def _given_out(block: _Block) -> Pcm:
    return np.zeros_like(block.pcm) if block.silenced else block.pcm
