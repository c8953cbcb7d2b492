"""Slower speech at the same pitch: waveform similarity overlap-add (Verhelst and Roelands 1993), in numpy.

Windows are laid half over one another, each taken from where the sound best goes on from the one before, near where its
time has come. About 2 ms of work for a second of sound; blocking.
"""

import numpy as np

from callbot.audio.types import TELEPHONE_HZ, Pcm

WINDOW_MS = 30
SEARCH_MS = 8
"""How far from its time a window is sought: more than half a period of the lowest voice."""

_WINDOW = TELEPHONE_HZ * WINDOW_MS // 1000
_HOP = _WINDOW // 2
_SEARCH = TELEPHONE_HZ * SEARCH_MS // 1000
_SLOPES = np.hanning(_WINDOW + 1)[:-1]


def slowed(pcm_8k: Pcm, speed: float) -> Pcm:
    """The speech `pcm_8k` at `speed` (0.5–1) of its own: int16 at 8 kHz, 1 / speed times as long, at the same pitch."""
    if speed >= 1 or len(pcm_8k) <= _WINDOW:
        return pcm_8k
    length = round(len(pcm_8k) / speed)
    count = -(-length // _HOP) + 1
    padded = np.pad(pcm_8k.astype(np.float64), (_HOP + _SEARCH, 2 * _WINDOW + _SEARCH))
    energy = np.concatenate([[0.0], np.cumsum(padded**2)])
    slow = np.zeros(count * _HOP + _WINDOW)
    at = _SEARCH
    for number in range(count):
        if number:
            due = min(round(number * _HOP * speed) + _SEARCH, len(padded) - _WINDOW - _SEARCH)
            at = _best(padded, energy, due, min(at + _HOP, len(padded) - _WINDOW))
        slow[number * _HOP : number * _HOP + _WINDOW] += padded[at : at + _WINDOW] * _SLOPES
    whole = slow[_HOP : _HOP + length]
    return np.rint(np.clip(whole, -32768, 32767)).astype(np.int16)


def _best(sound: np.ndarray, energy: np.ndarray, due: int, goes_on: int) -> int:
    """Where around `due` the sound is most like what would come at `goes_on`."""
    first = max(0, due - _SEARCH)
    around = sound[first : due + _SEARCH + _WINDOW]
    likeness = np.correlate(around, sound[goes_on : goes_on + _WINDOW], "valid")
    starts = np.arange(first, first + len(likeness))
    loudness = np.sqrt(energy[starts + _WINDOW] - energy[starts] + 1.0)
    return first + int(np.argmax(likeness / loudness))
