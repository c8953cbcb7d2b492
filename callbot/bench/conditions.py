"""The conditions under which recognition is measured: clean, telephone, and telephone with noise at 10 dB."""

from collections.abc import Callable
from pathlib import Path

from callbot.audio.files import read_wav
from callbot.audio.line import over_the_telephone, to_rate
from callbot.audio.noise import mix
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
