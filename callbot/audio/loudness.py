"""How loud speech is: the active speech level of ITU-T P.56, which pauses do not lower."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d

from callbot.audio.filters import averaged

ENVELOPE_SECONDS = 0.03
HANGOVER_SECONDS = 0.2
"""Pauses shorter than this are part of the speech."""
MARGIN_DB = 15.9
"""How far below the active level the threshold of activity lies."""
THRESHOLDS_DBFS = np.arange(-96.0, 0.0, 3.0)

Signal = NDArray[np.float64]


def active_level_dbfs(speech: Signal, rate_hz: int) -> float:
    """The root-mean-square level of the active parts of `speech` (shape (n,), full scale ±1) in dBFS; -inf for silence.

    0 dBFS is a full-scale square wave. Source: ITU-T P.56 (12/2011), method B, with thresholds 3 dB apart.
    """
    energy = float(np.sum(speech**2))
    if energy == 0:
        return -np.inf
    held = np.sort(_held_envelope(speech, rate_hz))
    active = len(held) - np.searchsorted(held, 10 ** (THRESHOLDS_DBFS / 20))
    known = max(1, int(np.count_nonzero(active)))
    level = 10 * np.log10(energy / np.maximum(active[:known], 1))
    excess = level - THRESHOLDS_DBFS[:known] - MARGIN_DB
    if excess[-1] > 0:
        return float(level[-1])
    return float(np.interp(0.0, excess[::-1], level[::-1]))


def _held_envelope(speech: Signal, rate_hz: int) -> Signal:
    """Two exponential averages of the magnitude in a row, and at each sample the greatest value within the hangover."""
    keep = np.exp(-1 / (rate_hz * ENVELOPE_SECONDS))
    envelope = averaged(averaged(np.abs(speech), keep), keep)
    hangover = max(1, int(rate_hz * HANGOVER_SECONDS))
    held: Signal = maximum_filter1d(envelope, hangover, mode="constant", origin=(hangover - 1) // 2)
    return held
