"""Machines at the other end, by their tones: nobody to talk to. One steady sine at a time, judged by its frequency and cadence. No I/O.

Sources: France's tones as ITU-T E.180 lists them (440 Hz: busy 0.5 s on, 0.5 s off; congestion 0.25/0.25; ring-back 1.5/3.5; dial tone
without end; 425 Hz at other exchanges, ring-back 1/4), special information tones (E.180: 950, 1400, 1800 Hz, 0.33 s each), fax (T.30:
calling tone 1100 Hz 0.5/3, answer 2100 Hz for 2.6 to 4 s), modems (V.25: calling tone 1300 Hz 0.5 to 0.7 on, 1.5 to 2 off; answer 2100 Hz).

A tone is believed when its cadence has come back as often as `Cadence.bursts` says: a voice or a piece of music does not do that.
"""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import inf, log10

import numpy as np
from numpy.typing import NDArray

from callbot.audio.types import Pcm

BLOCK_MS = 20
"""From one look to the next; each looks at the last 40 ms."""
FFT_SIZE_MS = 128
PURE = 0.8
"""Share of the energy in one narrow peak that makes a block a tone: a sine 8 dB above the noise in the same 40 ms has it."""
LOBE_HZ = 50.0
"""Half of the width of that peak, for a Hann window of 40 ms."""
MIN_TONE_DBFS = -45.0
"""0 dBFS is a full-scale sine; 0 dBm0 lies at -3 dBFS."""
FREQUENCY_SHARE = 0.02
"""How far a tone's frequency may stray from its own mean."""
MISSES = 3
"""Blocks in a row without the tone that end a burst: the phase reversals of a modem's answer take two."""
STILL_DB = 6.0
"""How far under the tone's level a pause must be to be one."""
REMEMBERED = 8
"""Bursts that are looked back at."""


class Machine(StrEnum):
    """What is heard."""

    BUSY = "busy"
    RINGING = "ringing"
    DIAL = "dial"
    SIT = "sit"
    """The three notes before « le numéro que vous avez demandé… »."""
    FAX = "fax"
    MODEM = "modem"


@dataclass(frozen=True, slots=True)
class Cadence:
    """Bursts of one frequency: hertz, milliseconds on and off (each lowest and highest), and how many of them make sure."""

    machine: Machine
    hz: tuple[float, float]
    on_ms: tuple[int, int]
    off_ms: tuple[int, int]
    bursts: int


EXCHANGE_HZ = (405.0, 460.0)
"""425 and 440 Hz, each with some error."""
CADENCES = (
    Cadence(Machine.BUSY, EXCHANGE_HZ, (400, 620), (380, 600), 4),
    Cadence(Machine.BUSY, EXCHANGE_HZ, (170, 340), (160, 330), 6),
    Cadence(Machine.RINGING, EXCHANGE_HZ, (850, 1800), (2800, 4500), 3),
    Cadence(Machine.FAX, (1060.0, 1140.0), (400, 620), (2500, 3500), 2),
    Cadence(Machine.MODEM, (1270.0, 1330.0), (450, 760), (1350, 2100), 3),
)
ENDLESS = (
    (Machine.DIAL, EXCHANGE_HZ, 6000),
    (Machine.FAX, (2080.0, 2120.0), 2500),
)
"""Machine, frequencies, and the length of one burst that makes sure. The answers of a fax and a modem are one tone: both are called fax.

It is 2100 ± 15 Hz for 2.6 s or more: what a line may add is 5 Hz, and what is lost at its ends 0.1 s. Nobody whistles that."""
SIT_HZ = ((890.0, 1010.0), (1330.0, 1470.0), (1730.0, 1870.0))
SIT_ON_MS = (220, 440)
SIT_OFF_MS = 100


@dataclass(slots=True)
class _Burst:
    """One tone, from `began_ms` to its last block's end; `pause_db`: the loudest block of the pause before it."""

    began_ms: int
    ended_ms: int
    hz: float
    level_db: float
    pause_db: float
    blocks: int = 1

    @property
    def on_ms(self) -> int:
        return self.ended_ms - self.began_ms

    def holds(self, hz: float) -> bool:
        return abs(hz - self.hz) <= FREQUENCY_SHARE * self.hz

    def take(self, hz: float, level_db: float, at_ms: int) -> None:
        self.blocks += 1
        self.hz += (hz - self.hz) / self.blocks
        self.level_db = max(self.level_db, level_db)
        self.ended_ms = at_ms


class ToneDetector:
    """Listens to one caller's sound at `rate_hz`, 8000 or 16000. Each machine is told once in a row of its bursts."""

    def __init__(self, rate_hz: int) -> None:
        self._block = rate_hz * BLOCK_MS // 1000
        self._window = np.hanning(2 * self._block)
        self._size = rate_hz * FFT_SIZE_MS // 1000
        self._bin_hz = rate_hz / self._size
        self._lobe = round(LOBE_HZ / self._bin_hz)
        self.reset()

    def reset(self) -> None:
        """What comes next has nothing to do with what was."""
        self._unread: Pcm = np.zeros(0, np.int16)
        self._span = np.zeros(2 * self._block)
        self._at_ms = 0
        self._burst: _Burst | None = None
        self._done: deque[_Burst] = deque(maxlen=REMEMBERED)
        self._pause_db = -inf
        self._edge_db = -inf  # of the latest block of the pause, in which the next tone may begin
        self._misses: list[float] = []  # levels of the blocks since the tone was last heard
        self._told: Machine | None = None

    def push(self, pcm: Pcm) -> list[Machine]:
        """Hear `pcm` (int16, shape (n,), any length): the machines that it makes sure of."""
        unread = np.concatenate([self._unread, pcm]) if len(self._unread) else pcm
        whole = len(unread) - len(unread) % self._block
        self._unread = unread[whole:]
        found: list[Machine] = []
        for start in range(0, whole, self._block):
            self._span[: self._block] = self._span[self._block :]
            self._span[self._block :] = unread[start : start + self._block]
            self._at_ms += BLOCK_MS
            machine = self._hear(*self._tone())
            if machine and machine is not self._told:
                found.append(machine)
                self._told = machine
        return found

    def _tone(self) -> tuple[float, float]:
        """The frequency of the last 40 ms, 0 where they are no tone, and their level in dBFS."""
        latest = self._span[self._block :]
        level_db = 10 * log10(2 * float(latest @ latest) / self._block / 32768**2 + 1e-12)
        if level_db < MIN_TONE_DBFS:
            return 0.0, level_db
        spectrum = np.fft.rfft(self._span * self._window, self._size)
        power = spectrum.real**2 + spectrum.imag**2
        top = int(power.argmax())
        near = power[max(top - self._lobe, 0) : top + self._lobe + 1]
        if not 0 < top < len(power) - 1 or near.sum() < PURE * power.sum():
            return 0.0, level_db
        return (top + _offset(power[top - 1 : top + 2])) * self._bin_hz, level_db

    def _hear(self, hz: float, level_db: float) -> Machine | None:
        """Take 20 ms."""
        burst = self._burst
        if burst and hz and burst.holds(hz):
            burst.take(hz, level_db, self._at_ms)
            self._misses.clear()
            return _endless(burst)
        if burst:
            self._misses.append(level_db)
            if len(self._misses) < MISSES:
                return None
            return self._end(burst, hz, level_db)
        self._wait(hz, level_db)
        return None

    def _end(self, burst: _Burst, hz: float, level_db: float) -> Machine | None:
        """A burst is over: does it complete a cadence? Its own end still sounds in the first block after it."""
        self._burst = None
        self._done.append(burst)
        self._pause_db, self._edge_db = max(self._misses[1:-1]), -inf
        self._misses.clear()
        self._wait(hz, level_db)
        return _known(list(self._done))

    def _wait(self, hz: float, level_db: float) -> None:
        """No tone was under way: one begins, or the pause goes on."""
        if hz:
            self._burst = _Burst(self._at_ms - BLOCK_MS, self._at_ms, hz, level_db, self._pause_db)
            return
        self._pause_db, self._edge_db = max(self._pause_db, self._edge_db), level_db
        if self._done and self._at_ms - self._done[-1].ended_ms > 2 * max(c.off_ms[1] for c in CADENCES):
            self._done.clear()
            self._told = None


def _offset(power: NDArray[np.float64]) -> float:
    """Where between three bins the top of a peak lies, −0.5 to 0.5: the parabola through the logarithms."""
    left, top, right = (log10(value + 1e-9) for value in power)
    return 0.5 * (left - right) / (left - 2 * top + right)


def _endless(burst: _Burst) -> Machine | None:
    for machine, (low, high), ms in ENDLESS:
        if low <= burst.hz <= high and burst.on_ms >= ms:
            return machine
    return None


def _known(bursts: list[_Burst]) -> Machine | None:
    """What the last bursts are, the latest one last."""
    if _sit(bursts):
        return Machine.SIT
    return next((one.machine for one in CADENCES if _fits(bursts[-one.bursts :], one)), None)


def _fits(bursts: list[_Burst], cadence: Cadence) -> bool:
    """Whether these bursts keep the cadence: all of one frequency, of the right lengths, with still pauses between them."""
    if len(bursts) < cadence.bursts:
        return False
    low, high = cadence.hz
    alike = all(low <= burst.hz <= high and burst.holds(bursts[-1].hz) for burst in bursts)
    lengths = all(_within(burst.on_ms, cadence.on_ms) for burst in bursts)
    pairs = list(pairwise(bursts))
    pauses = all(_within(after.began_ms - before.ended_ms, cadence.off_ms) for before, after in pairs)
    still = all(after.pause_db <= before.level_db - STILL_DB for before, after in pairs)
    return alike and lengths and pauses and still


def _sit(bursts: list[_Burst]) -> bool:
    last = bursts[-3:]
    return (
        len(last) == 3
        and all(
            low <= burst.hz <= high and _within(burst.on_ms, SIT_ON_MS)
            for burst, (low, high) in zip(last, SIT_HZ, strict=True)
        )
        and all(after.began_ms - before.ended_ms <= SIT_OFF_MS for before, after in pairwise(last))
    )


def _within(value: int, bounds: tuple[int, int]) -> bool:
    return bounds[0] <= value <= bounds[1]
