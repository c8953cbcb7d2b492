"""Filters as SciPy's signal package makes them, which takes a second of every program's start to load."""

import numpy as np
from numpy.typing import NDArray

Taps = NDArray[np.float64]

GROWTH = 1e4
"""Costs four of the sixteen digits of what is averaged."""


def kaiser_order(stopband_db: float, transition: float) -> tuple[int, float]:
    """How many taps, and which beta, a low-pass filter needs; `transition` as a part of the Nyquist frequency.

    For more than 50 dB. Source: Oppenheim, Schafer, Discrete-Time Signal Processing, 7.5 (SciPy's `kaiserord`).
    """
    taps = (stopband_db - 7.95) / 2.285 / (np.pi * transition) + 1
    return int(np.ceil(taps)), 0.1102 * (stopband_db - 8.7)


def windowed(window: Taps, low: float, high: float) -> Taps:
    """A linear-phase filter that passes `low` to `high` (parts of the Nyquist frequency), with gain 1 in the middle, or at 0.

    SciPy's `firwin`: the ideal filter, an odd number of taps long, through `window`.
    """
    places = np.arange(len(window)) - (len(window) - 1) / 2
    taps = (high * np.sinc(high * places) - low * np.sinc(low * places)) * window
    middle = (low + high) / 2 if low else 0.0
    whole: Taps = taps / np.sum(taps * np.cos(np.pi * places * middle))
    return whole


def averaged(signal: Taps, keep: float) -> Taps:
    """The exponential average: each sample `keep` (0–1) of the one before and the rest of the signal's. From silence on.

    `lfilter([1 - keep], [1, -keep], signal)`, summed up in blocks, within which no weight grows beyond GROWTH.
    """
    size = max(1, int(np.log(GROWTH) / -np.log(keep)))
    weights = keep ** np.arange(size)
    blocks = np.pad(signal, (0, -len(signal) % size)).reshape(-1, size)
    average: Taps = np.cumsum(blocks / weights, axis=1) * weights * (1 - keep)
    before = 0.0
    for number in range(len(average)):
        average[number] += before * keep * weights
        before = average[number, -1]
    return average.reshape(-1)[: len(signal)]
