"""The conditions under which recognition is measured: clean, telephone, and telephone with noise at 10 dB."""

import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from callbot.audio.files import read_wav
from callbot.audio.line import over_the_telephone, to_rate
from callbot.audio.types import SPEECH_HZ, Pcm

Condition = Callable[[Pcm, int, str], Pcm]
"""(samples, rate in Hz, the utterance's name) to what is heard, 16 kHz. The name fixes where the noise begins."""

SNR_DB = 10.0

NOISES = {"street_10db": "city.wav", "babble_10db": "babble_fr_6talkers.wav"}
"""Condition to file in the data's `noise` folder."""


def conditions(noise_dir: Path) -> dict[str, Condition]:
    """Every condition by name. Raises AudioFileError when a noise is missing."""
    noisy = {name: _noisy(noise_dir / file) for name, file in NOISES.items()}
    return {"clean": _clean, "alaw": _telephone, **noisy}


def mix(speech: Pcm, noise: Pcm, snr_db: float, name: str) -> Pcm:
    """Speech with noise (same rate): `snr_db` below the speech's active level, from an offset that depends on `name` alone.

    Turned down where it would clip.
    """
    offset = zlib.crc32(name.encode()) % len(noise)
    cut = np.take(noise, np.arange(offset, offset + len(speech)), mode="wrap").astype(np.float64)
    gain = active_rms(speech) / max(float(np.sqrt(np.mean(cut**2))), 1.0) * 10 ** (-snr_db / 20)
    mixed = speech + gain * cut
    return np.rint(mixed * min(1.0, 32767 / max(1.0, float(np.abs(mixed).max())))).astype(np.int16)


def active_rms(speech: Pcm) -> float:
    """The level of the speech itself: of the 20 ms pieces within 20 dB of the loudest (after ITU-T P.56's idea)."""
    size = SPEECH_HZ // 50
    powers = np.mean(speech[: len(speech) // size * size].astype(np.float64).reshape(-1, size) ** 2, axis=1)
    return float(np.sqrt(powers[powers >= powers.max() / 100].mean()))


def _clean(pcm: Pcm, rate_hz: int, name: str) -> Pcm:  # noqa: ARG001 (a Condition)
    return to_rate(pcm, rate_hz, SPEECH_HZ)


def _telephone(pcm: Pcm, rate_hz: int, name: str) -> Pcm:  # noqa: ARG001 (a Condition)
    return over_the_telephone(pcm, rate_hz)


def _noisy(path: Path) -> Condition:
    noise = to_rate(*read_wav(path), SPEECH_HZ)

    def condition(pcm: Pcm, rate_hz: int, name: str) -> Pcm:
        speech = to_rate(pcm, rate_hz, SPEECH_HZ)
        return over_the_telephone(mix(speech, noise, SNR_DB, name), SPEECH_HZ)

    return condition
