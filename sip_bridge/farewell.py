"""What a caller hears when the service is lost: the recorded sentence, then a ringing tone."""

import wave
from pathlib import Path

import numpy as np
import soxr

from callbot.audio.types import Pcm
from sip_bridge.sound import RATES_HZ, encode

__all__ = ["LAST_WORDS", "last_words", "ringback"]

LAST_WORDS = Path("bridge/last-words.wav")
"""Under data_dir; the service writes it: mono, 16 bits."""
MAX_SECONDS = 15
RING_HZ, RING_SECONDS, PAUSE_SECONDS, RING_LEVEL = 440, 1.5, 3.5, 3000
"""The French ringing tone (ITU-T E.180 supplement 2)."""


def last_words(file: Path, format_name: str) -> bytes:
    """The recorded sentence in a format of the media WebSocket; empty where there is none that can be used."""
    try:
        with wave.open(str(file)) as wav:
            if wav.getnchannels() != 1 or wav.getsampwidth() != 2:
                return b""
            rate_hz = wav.getframerate()
            pcm = np.frombuffer(wav.readframes(MAX_SECONDS * rate_hz), np.int16)
    except (OSError, EOFError, wave.Error):
        return b""
    wanted_hz = RATES_HZ[format_name]
    if rate_hz != wanted_hz and len(pcm):
        pcm = soxr.resample(pcm, rate_hz, wanted_hz)
    return encode(pcm, format_name)


def ringback(format_name: str) -> bytes:
    """One ring and the pause after it."""
    rate_hz = RATES_HZ[format_name]
    time = np.arange(int(RING_SECONDS * rate_hz)) / rate_hz
    tone: Pcm = (RING_LEVEL * np.sin(2 * np.pi * RING_HZ * time)).astype(np.int16)
    return encode(np.concatenate([tone, np.zeros(int(PAUSE_SECONDS * rate_hz), np.int16)]), format_name)
