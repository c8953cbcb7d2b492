"""A synthesised sentence made ready for the telephone: its rate, its band, its silences, its loudness, its ends."""

import functools

import numpy as np
import soxr
from scipy.ndimage import minimum_filter1d, uniform_filter1d

from callbot.audio.filters import windowed
from callbot.audio.loudness import Signal, active_level_dbfs
from callbot.audio.types import TELEPHONE_HZ, Pcm

BAND_HZ = (300, 3400)
SLOPE_HZ = 50
"""The band's edges are this far inside, so that what lies outside it is gone."""
FILTER_TAPS = 401

LEVEL_DBFS = -20.0
"""Active speech level (ITU-T P.56) that every sentence gets; 0 dBFS is a full-scale square wave."""
PEAK = 10 ** (-1 / 20)
"""No sample is greater: 1 dB below full scale."""
LEVELLINGS = 3
"""Rounds of level and limiter."""
LIMITER_MS = 5
"""The limiter turns down this long before a peak, and up again after it."""

SILENCE_BELOW_DB = 40.0
"""Blocks of 10 ms this far below the loudest one are silence at a sentence's ends."""
NOTHING_BELOW_DBFS = -65.0
"""A sentence whose loudest 10 ms lie below this is silence altogether."""
KEPT_SILENCE_MS = (30, 60)
"""Before and after the speech: what stands before it is waited for by every caller, and soft first consonants lie in it."""
FADE_MS = 10

_MS = TELEPHONE_HZ // 1000


def shape(pcm: Pcm, rate_hz: int) -> Pcm:
    """The sentence `pcm` (int16, shape (n,), at `rate_hz`) as callers are to hear it: int16 at 8 kHz, shape (m,).

    In the telephone band (300–3400 Hz), at -20 dBFS of active speech level and below -1 dBFS of peak, with 30 ms of silence
    before and 60 ms after, and a fade of 10 ms at both ends. Silence, or nothing, gives nothing: shape (0,).
    """
    if not len(pcm):
        return np.zeros(0, np.int16)
    speech = soxr.resample(pcm.astype(np.float64) / 32768, rate_hz, TELEPHONE_HZ)
    speech = np.pad(speech, max(KEPT_SILENCE_MS) * _MS)
    speech = _trimmed(np.convolve(speech, _telephone_band(), mode="same"))
    if not len(speech):
        return np.zeros(0, np.int16)
    return np.rint(_faded(_levelled(speech)) * 32767).astype(np.int16)


@functools.cache
def _telephone_band() -> Signal:
    low_hz, high_hz = BAND_HZ
    nyquist_hz = TELEPHONE_HZ / 2
    return windowed(
        np.blackman(FILTER_TAPS), (low_hz + SLOPE_HZ) / nyquist_hz, (high_hz - SLOPE_HZ) / nyquist_hz
    )


def _trimmed(speech: Signal) -> Signal:
    """The speech with KEPT_SILENCE_MS of what is around it; empty where there is none."""
    block = 10 * _MS
    blocks = np.pad(speech, (0, -len(speech) % block)).reshape(-1, block)
    power = np.mean(blocks**2, axis=1)
    if power.max() < 10 ** (NOTHING_BELOW_DBFS / 10):
        return speech[:0]
    loud = np.flatnonzero(power >= power.max() * 10 ** (-SILENCE_BELOW_DB / 10))
    before, after = (ms * _MS for ms in KEPT_SILENCE_MS)
    return speech[max(0, loud[0] * block - before) : (loud[-1] + 1) * block + after]


def _levelled(speech: Signal) -> Signal:
    """The speech at LEVEL_DBFS; several rounds, because limiting peaks costs some of the level."""
    gain_db, levelled = 0.0, speech
    for _ in range(LEVELLINGS):
        gain_db += LEVEL_DBFS - active_level_dbfs(levelled, TELEPHONE_HZ)
        levelled = _limited(speech * 10 ** (gain_db / 20))
    return levelled


def _limited(speech: Signal) -> Signal:
    """The speech with peaks turned down smoothly to PEAK; a sliding mean of a sliding minimum is never above what is needed."""
    needed = np.minimum(1.0, PEAK / np.maximum(np.abs(speech), 1e-9))
    width = 2 * LIMITER_MS * _MS + 1
    limited: Signal = speech * uniform_filter1d(minimum_filter1d(needed, width), width)
    return limited


def _faded(speech: Signal) -> Signal:
    """The speech with raised-cosine ends: its first and last samples are zero."""
    length = FADE_MS * _MS
    fade = (1 - np.cos(np.pi * np.arange(length) / length)) / 2
    gain = np.ones(len(speech))
    gain[:length] = fade
    gain[len(speech) - length :] = fade[::-1]
    return speech * gain
