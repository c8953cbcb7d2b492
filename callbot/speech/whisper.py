"""Whisper through CTranslate2: an utterance at a time, with a shortened window, decoded ahead at pauses.

Whisper pads everything to 30 s. Its encoder also takes less: 10 s cost a quarter as much and hardly change the text; below that
the text suffers. It does not stream, so `prepare()` decodes at the first short pause: the text is ready when the end of turn is
confirmed.
"""

import asyncio
import math
from collections.abc import Awaitable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callbot.audio.types import SPEECH_HZ, Pcm
from callbot.errors import EngineError
from callbot.speech.plausibility import plausible_text
from callbot.speech.recognizer import Recognizer, Transcript

LONGEST = 30 * SPEECH_HZ
"""Samples of the longest utterance, and Whisper's own limit. Past it, EngineError: endpointing must cut before."""

WINDOW_FRAMES = 1000
"""The shortened window: 10 s of mel frames (10 ms each)."""

TOKENS_PER_SECOND = 10
"""Fast French speech makes seven; more is a loop, and this bounds its cost."""

SILENT_DBFS = -60.0
"""An utterance whose loudest 100 ms is under this is silence (A-law's own noise is about −70), not worth decoding."""

TRAILING_DB = 26.0
"""Sound this much below the loudest of the utterance, pushed after `prepare()`, is trailing silence and voids nothing."""

NOTHING = Transcript("", 0.0, no_speech=True)


@dataclass(frozen=True, slots=True)
class _Decoded:
    """What the model said of one piece of sound."""

    text: str
    no_speech_prob: float
    mean_logprob: float


class WhisperEngine:
    """A Whisper model and `workers` threads, each on one core, which take utterances first come, first served.

    The queue is bounded: a recogniser has at most one preparation waiting, which it drops before it queues another, and the
    utterances that its call awaits.
    The constructor loads the model and decodes once to warm up (about a second: call it in a thread). Raises EngineError.
    """

    name = "whisper"

    def __init__(self, path: Path, model: str, *, workers: int) -> None:
        self.model = model
        self._model = _load(path, workers)
        self._tokenizer = _french(self._model.hf_tokenizer)
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="whisper")
        self._closed = False
        self._decode(np.zeros(SPEECH_HZ, np.int16))

    async def lend(self) -> Recognizer:
        """A recogniser for one call; there is no limit, as only utterances cost. Raises EngineError after close()."""
        if self._closed:
            raise EngineError(f"{self.model} is closed")
        return WhisperRecognizer(self)

    async def close(self) -> None:
        """Drop what waits, let what runs end, stop the threads and free the model. Idempotent."""
        self._closed = True
        await asyncio.to_thread(self._threads.shutdown, wait=True, cancel_futures=True)
        self._model.model.unload_model()

    def submit(self, pcm_16k: Pcm) -> "Future[Transcript]":
        """Queue an utterance (at most 30 s). Raises EngineError after close()."""
        if self._closed:
            raise EngineError(f"{self.model} is closed")
        return self._threads.submit(self._transcribe, pcm_16k)

    def _transcribe(self, pcm_16k: Pcm) -> Transcript:
        try:
            decoded = self._decode(pcm_16k)
        except (RuntimeError, ValueError, MemoryError) as error:
            raise EngineError(f"{self.model} could not decode an utterance: {error}") from error
        text = plausible_text(decoded.text, decoded.no_speech_prob, decoded.mean_logprob)
        return Transcript(text, min(1.0, math.exp(decoded.mean_logprob))) if text else NOTHING

    def _decode(self, pcm_16k: Pcm) -> _Decoded:
        import ctranslate2

        tokenizer = self._tokenizer
        features = ctranslate2.StorageView.from_array(self._mel(pcm_16k))
        [result] = self._model.model.generate(
            features,
            [[*tokenizer.sot_sequence, tokenizer.no_timestamps]],
            beam_size=1,
            max_length=20 + TOKENS_PER_SECOND * len(pcm_16k) // SPEECH_HZ,
            return_scores=True,
            return_no_speech_prob=True,
        )
        text = tokenizer.decode(result.sequences_ids[0]).strip()
        return _Decoded(text, result.no_speech_prob, result.scores[0])

    def _mel(self, pcm_16k: Pcm) -> NDArray[np.float32]:
        """Log-mel frames, shape (1, 80, n): the window, or as long as the utterance is (an even number of frames)."""
        mel = self._model.feature_extractor(pcm_16k.astype(np.float32) / 32768.0, padding=0)[:, :3000]
        frames = max(WINDOW_FRAMES, mel.shape[1] + mel.shape[1] % 2)
        padded = np.pad(mel, ((0, 0), (0, frames - mel.shape[1])), constant_values=mel.min())
        return np.ascontiguousarray(padded[None], dtype=np.float32)


class WhisperRecognizer:
    """One caller's utterances. Everything pushed is decoded at once, at a pause or at the end of turn."""

    def __init__(self, engine: WhisperEngine) -> None:
        self._engine = engine
        self._closed = False
        self._partial = ""
        self._sound: list[Pcm] = []
        self._samples = 0
        self._loudest = 0.0
        self._ready: Future[Transcript] | None = None

    def push(self, pcm_16k: Pcm) -> None:
        """Hear some speech (16 kHz, any length). Voids what was prepared, unless it is trailing silence.

        Raises EngineError past 30 s in one utterance, and after close().
        """
        if self._closed:
            raise EngineError(f"{self._engine.model}: the recogniser was given back")
        if self._samples + len(pcm_16k) > LONGEST:
            raise EngineError(f"{self._engine.model}: more than {LONGEST // SPEECH_HZ} s in one utterance")
        loudness = _loudest(pcm_16k)
        if loudness > self._loudest * 10 ** (-TRAILING_DB / 20):
            self._drop_prepared()
        self._sound.append(pcm_16k)
        self._samples += len(pcm_16k)
        self._loudest = max(self._loudest, loudness)

    def partial(self) -> str:
        """The text decoded at the latest pause of this utterance; empty before, and when that decoding failed."""
        if self._ready is not None and self._ready.done() and self._ready.exception() is None:
            self._partial = self._ready.result().text
        return self._partial

    def prepare(self) -> None:
        """Decode what was pushed so far, in case the turn ends here."""
        if self._ready is None and self._audible():
            self._ready = self._engine.submit(np.concatenate(self._sound))

    def final(self) -> Awaitable[Transcript]:
        """Cut the utterance here; await its transcript. Both raise EngineError. Cancelled, its job is dropped."""
        if not self._audible():
            self.reset()
            return _nothing()
        self.prepare()
        job, self._ready = self._ready, None
        assert job is not None
        self.reset()
        return self._result(job)

    async def _result(self, job: "Future[Transcript]") -> Transcript:
        try:
            return await asyncio.wrap_future(job)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise EngineError(f"{self._engine.model} is closed") from None

    def reset(self) -> None:
        """Forget the utterance."""
        self._drop_prepared()
        self._partial = ""
        self._sound = []
        self._samples = 0
        self._loudest = 0.0

    async def close(self) -> None:
        """Forget everything; nothing can be pushed any more. Idempotent."""
        self.reset()
        self._closed = True

    def _audible(self) -> bool:
        return self._loudest > 10 ** (SILENT_DBFS / 20)

    def _drop_prepared(self) -> None:
        """Throw the prepared transcript away; a job that has not started yet leaves the queue, one that runs is ignored."""
        if self._ready is not None:
            self.partial()
            self._ready.cancel()
            self._ready = None


async def _nothing() -> Transcript:
    return NOTHING


def _loudest(pcm: Pcm) -> float:
    """The greatest root mean square of 100 ms pieces, full scale 1.0."""
    if not len(pcm):
        return 0.0
    starts = np.arange(0, len(pcm), SPEECH_HZ // 10)
    squares = np.add.reduceat(pcm.astype(np.float64) ** 2, starts)
    lengths = np.diff(np.append(starts, len(pcm)))
    return float(np.sqrt((squares / lengths).max())) / 32768.0


def _french(tokenizer: Any) -> Any:
    from faster_whisper.tokenizer import Tokenizer

    return Tokenizer(tokenizer, True, task="transcribe", language="fr")


def _load(path: Path, workers: int) -> Any:
    """The faster-whisper model at `path`: its CTranslate2 model, features and tokenizer files."""
    from faster_whisper import WhisperModel

    for name in ("model.bin", "tokenizer.json"):
        if not (path / name).is_file():
            raise EngineError(f"{path}: {name} is missing")
    try:
        return WhisperModel(
            str(path),
            device="cpu",
            compute_type="int8",
            cpu_threads=1,
            num_workers=workers,
            local_files_only=True,
        )
    except (
        Exception
    ) as error:  # tokenizers raises bare Exception for a corrupt file, CTranslate2 RuntimeError
        raise EngineError(f"{path}: cannot be loaded: {error}") from error
