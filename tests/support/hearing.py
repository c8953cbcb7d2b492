"""What a caller hears: sound sent through a telephone's A-law channel, transcribed by Whisper, and measured."""

import functools
import re

import numpy as np
import pytest
import soxr

from callbot import config
from callbot.audio import g711
from callbot.audio.types import SPEECH_HZ, TELEPHONE_HZ, Pcm
from callbot.speech.whisper import WhisperEngine


@functools.cache
def whisper() -> WhisperEngine:
    """Whisper base, loaded once for all tests."""
    path = config.load().models_dir / "whisper-base"
    if not path.is_dir():
        pytest.fail(f"{path} is missing: run make setup")
    return WhisperEngine(path, "whisper-base", workers=1)


def transcribe(pcm_8k: Pcm) -> str:
    """The words of telephone sound, after the A-law channel."""
    through = g711.decode_alaw(g711.encode_alaw(pcm_8k))
    return whisper().submit(soxr.resample(through, TELEPHONE_HZ, SPEECH_HZ)).future.result(timeout=60).text


def words(text: str) -> set[str]:
    """The words of a text, in small letters."""
    return set(re.findall(r"[^\W\d_]+|\d+", text.lower()))


def level_dbfs(pcm: Pcm) -> float:
    """The root mean square of a sound, in decibels under full scale."""
    return float(20 * np.log10(np.sqrt(np.mean(np.square(pcm / 32768.0))) + 1e-9))
