"""Speech in noise: mixing at a ratio of levels, and noises made of nothing but numbers. No I/O."""

import zlib

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from callbot.audio.types import SPEECH_HZ, Pcm

__all__ = ["active_rms", "level", "mix", "street"]


def mix(speech: Pcm, noise: Pcm, snr_db: float, name: str) -> Pcm:
    """Speech with noise (same rate): `snr_db` below the speech's active level, from an offset that depends on `name` alone.

    Turned down where it would clip.
    """
    offset = zlib.crc32(name.encode()) % len(noise)
    cut = np.take(noise, np.arange(offset, offset + len(speech)), mode="wrap").astype(np.float64)
    gain = active_rms(speech) / max(float(np.sqrt(np.mean(cut**2))), 1.0) * 10 ** (-snr_db / 20)
    return _rounded(speech + gain * cut)


def active_rms(speech: Pcm) -> float:
    """The level of the speech itself: of the 20 ms pieces within 20 dB of the loudest (after ITU-T P.56's idea)."""
    size = SPEECH_HZ // 50
    powers = np.mean(speech[: len(speech) // size * size].astype(np.float64).reshape(-1, size) ** 2, axis=1)
    return float(np.sqrt(powers[powers >= powers.max() / 100].mean()))


def level(speech: Pcm, dbfs: float) -> Pcm:
    """Speech (16 kHz) with its active level at `dbfs`; lower where it would clip, silence as it is."""
    active = active_rms(speech)
    return (
        _rounded(speech.astype(np.float64) * (32768 * 10 ** (dbfs / 20) / active))
        if active >= 1.0
        else speech
    )


def street(seconds: float, seed: int) -> Pcm:
    """The rumble and hiss of traffic that comes and goes, 16 kHz: noise of falling spectrum whose level wanders by some 10 dB."""
    random = np.random.default_rng(seed)
    size = int(seconds * SPEECH_HZ)
    rumble: NDArray[np.float64] = lfilter([0.03], [1, -0.97], random.standard_normal(size))
    hiss: NDArray[np.float64] = lfilter([0.5], [1, -0.5], random.standard_normal(size))
    places = np.linspace(0, size, max(2, int(seconds)))
    swell = np.interp(np.arange(size), places, 10 ** random.uniform(-0.35, 0.15, len(places)))
    sound = (rumble / rumble.std() + 0.3 * hiss / hiss.std()) * swell
    return _rounded(sound / sound.std() * 3000)


def _rounded(sound: NDArray[np.float64]) -> Pcm:
    quieter = min(1.0, 32767 / max(1.0, float(np.abs(sound).max(initial=0.0))))
    return np.rint(sound * quieter).astype(np.int16)
