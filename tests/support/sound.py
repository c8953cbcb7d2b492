"""Sound for tests: tones, keys and the clips of `tests/support/speech`."""

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from callbot.audio.dtmf import HIGH_HZ, KEYS, LOW_HZ
from callbot.audio.types import Pcm

CLIPS = sorted((Path(__file__).parent / "speech").glob("sound_*.wav"))
"""French read by four people, 8 kHz."""


def clip(path: Path) -> Pcm:
    """The samples of a mono 16-bit WAV file."""
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int16)


def sine(hz: float, rate_hz: int, seconds: float = 1.0, dbfs: float = -10.0) -> Pcm:
    """A sine; 0 dBFS is full scale."""
    phase = 2 * np.pi * hz * np.arange(round(rate_hz * seconds)) / rate_hz
    return np.rint(32767 * 10 ** (dbfs / 20) * np.sin(phase)).astype(np.int16)


def silence(ms: float) -> Pcm:
    """Digital silence at 8 kHz."""
    return np.zeros(round(8 * ms), np.int16)


def key_tone(
    key: str,
    ms: float,
    *,
    low_dbfs: float = -10,
    high_dbfs: float = -10,
    low_error: float = 0,
    high_error: float = 0,
) -> Pcm:
    """The tone of a telephone key at 8 kHz; errors are relative deviations of the two frequencies."""
    row = next(number for number, keys in enumerate(KEYS) if key in keys)
    hz = np.array([LOW_HZ[row] * (1 + low_error), HIGH_HZ[KEYS[row].index(key)] * (1 + high_error)])
    amplitude = 32767 * 10 ** (np.array([low_dbfs, high_dbfs]) / 20)
    time = np.arange(round(8 * ms)) / 8000
    tones: NDArray[np.float64] = np.sin(2 * np.pi * np.outer(time, hz) + (0.3, 2.0)) @ amplitude
    return np.clip(np.rint(tones), -32768, 32767).astype(np.int16)
