"""Is what is heard the bot's own voice, come back from the line? What was played against what is heard, on the caller's clock.

Telephone lines and loudspeakers give back what they were sent, later (a hybrid by tens of milliseconds, a mobile network by hundreds),
softer, and through a filter. So: both sounds are whitened, the delay is the peak of their normalised cross-correlation within LAG_MS, and a
short filter is fitted there by least squares. The share of the heard energy that the filter explains (R², 0–1) is the echo's; what is
left is somebody else's, who may speak over it (double talk). Sound is int16 at 8 kHz. No I/O.

Benesty et al., Springer Handbook of Speech Processing (2008), chapter 45; the least-squares filter is that of Wiener.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft

from callbot.audio.types import TELEPHONE_HZ, Pcm

__all__ = ["LAG_MS", "Played", "echo_share"]

LAG_MS = 800
"""An echo comes back within so long."""
KEPT_MS = 4096
"""Of what was played, and is about to be: the lag, the window that is looked at, and the lead of a leg that buffers."""
TAPS = 32
"""Of the filter that is fitted (4 ms): a line's hybrid, a handset; not a whole room, of which it explains the direct sound."""
BEFORE = 8
"""Taps before the peak."""
RIDGE = 1e-3
"""Of the reference's energy, added to the fit's diagonal: an almost silent reference explains nothing."""
QUIET_RMS = 4.0
"""Of what was played, whitened: below this it was silence."""
_MS = TELEPHONE_HZ // 1000
_KEPT = KEPT_MS * _MS

Wave = NDArray[np.float32]


class Played:
    """What the bot's leg plays, by the caller's clock: the last KEPT_MS of it, and what is on its way."""

    def __init__(self) -> None:
        self._sound: Pcm = np.zeros(_KEPT, np.int16)
        self._end = 0  # samples on the caller's clock: where what is known ends
        self._loud_until_ms = -KEPT_MS

    def add(self, at_ms: int, pcm_8k: Pcm) -> None:
        """`pcm_8k` is heard by the caller from `at_ms` on."""
        start = at_ms * _MS
        self._forget(max(start, self._end))
        self._write(start + max(0, len(pcm_8k) - _KEPT), pcm_8k[-_KEPT:])
        self._end = max(self._end, start + len(pcm_8k))
        if len(pcm_8k) and np.any(pcm_8k):
            self._loud_until_ms = max(self._loud_until_ms, at_ms + len(pcm_8k) // _MS)

    def cut(self, at_ms: int) -> None:
        """What was to be heard after `at_ms` is not."""
        at = at_ms * _MS
        if at < self._end:
            self._write(max(at, self._end - _KEPT), np.zeros(min(_KEPT, self._end - at), np.int16))
            self._end = at
        self._loud_until_ms = min(self._loud_until_ms, at_ms)

    def plays(self, at_ms: int) -> bool:
        """Whether the caller hears the bot now."""
        return at_ms < self._loud_until_ms

    def may_echo(self, at_ms: int) -> bool:
        """Whether anything of it can come back now."""
        return at_ms - self._loud_until_ms < LAG_MS

    def until(self, at_ms: int, samples: int) -> Pcm:
        """The `samples` up to `at_ms`; silence where nothing was played. At most KEPT_MS, less what is on its way."""
        end = at_ms * _MS
        places = np.arange(end - samples, end)
        known = (places < self._end) & (places >= self._end - _KEPT)
        return np.where(known, self._sound[places % _KEPT], 0).astype(np.int16)

    def _forget(self, upto: int) -> None:
        """Nothing was played between the end and `upto`."""
        if upto > self._end:
            self._write(max(self._end, upto - _KEPT), np.zeros(min(_KEPT, upto - self._end), np.int16))
            self._end = upto

    def _write(self, at: int, pcm_8k: Pcm) -> None:
        """Put at most KEPT_MS of sound in its place on the ring."""
        place = at % _KEPT
        head = min(len(pcm_8k), _KEPT - place)
        self._sound[place : place + head] = pcm_8k[:head]
        self._sound[: len(pcm_8k) - head] = pcm_8k[head:]


def echo_share(heard_8k: Pcm, played_8k: Pcm) -> float:
    """The share (0–1) of the energy of `heard_8k` that is an echo of `played_8k`, which ends when it does and begins LAG_MS before.

    From 100 ms on it is worth something: 1.0 is nothing but echo. It takes about 0.7 ms of one core.
    """
    heard, played = _whitened(heard_8k), _whitened(played_8k)
    energy = float(heard @ heard)
    if energy <= 0.0 or float(played @ played) < len(played) * QUIET_RMS**2:
        return 0.0
    first = _likeliest_place(heard, played) + BEFORE - TAPS + 1
    near = _cut(played, first, len(heard) + TAPS - 1)
    gram = _products(near, len(heard))
    gram[np.diag_indices(TAPS)] += RIDGE * max(float(np.trace(gram)) / TAPS, 1.0)
    cross = np.array([float(heard @ near[TAPS - 1 - tap :][: len(heard)]) for tap in range(TAPS)])
    rest = heard - np.convolve(near, np.linalg.solve(gram, cross), "valid")
    share = 1.0 - float(rest @ rest) / energy
    by_chance = TAPS / len(heard)
    return min(1.0, max(0.0, (share - by_chance) / (1.0 - by_chance)))


def _whitened(pcm: Pcm) -> Wave:
    """Without the slope of speech, so that its periods and vowels do not look alike."""
    wave = pcm.astype(np.float32)
    whitened: Wave = wave[1:] - np.float32(0.95) * wave[:-1]
    return whitened


def _products(near: Wave, size: int) -> NDArray[np.float64]:
    """The products of `near` with itself at every two delays below TAPS, over `size` samples; each from the one before on its diagonal.

    The plain matrix product is spread over threads by BLAS, where it takes ten times as long while others work.
    """
    gram = np.empty((TAPS, TAPS))
    latest = near[TAPS - 1 :]
    gram[0] = [float(latest[:size] @ near[TAPS - 1 - tap :][:size]) for tap in range(TAPS)]
    gram[:, 0] = gram[0]
    first, last = near[:TAPS][::-1].astype(np.float64), near[size - 1 :][:TAPS][::-1].astype(np.float64)
    for tap in range(1, TAPS):
        gram[tap, 1:] = gram[tap - 1, :-1] + first[tap] * first[1:] - last[tap - 1] * last[:-1]
    return gram


def _likeliest_place(heard: Wave, played: Wave) -> int:
    """From which sample on `played` is most like `heard`: the highest normalised correlation, whatever its sign."""
    size = next_fast_len(len(played), real=True)
    products = irfft(rfft(played, size) * np.conj(rfft(heard, size)), size)
    energy = np.concatenate([[0.0], np.cumsum(played**2, dtype=np.float64)])
    powers = energy[len(heard) :] - energy[: -len(heard)]
    floor = max(float(powers.max()) * 1e-3, 1.0)
    return int(np.argmax(products[: len(powers)] ** 2 / np.maximum(powers, floor)))


def _cut(played: Wave, start: int, size: int) -> Wave:
    """`size` samples from `start` on; silence beyond the ends."""
    row = np.zeros(size, np.float32)
    first, last = max(start, 0), min(start + size, len(played))
    if last > first:
        row[first - start : last - start] = played[first:last]
    return row
