"""Whisper through CTranslate2: an utterance at a time, with a shortened window, decoded ahead at pauses.

Whisper pads everything to 30 s. Its encoder also takes less: the utterance and three seconds after it hardly change the text; with
less than that it suffers. It does not stream, so `prepare()` decodes at the first short pause: the text is ready when the end of turn is
confirmed.
"""

import asyncio
import contextlib
import itertools
import math
from collections.abc import Awaitable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callbot.audio.types import SPEECH_HZ, Pcm
from callbot.errors import EngineError
from callbot.load import Level, Pressure
from callbot.priorities import RECOGNITION, step_back
from callbot.speech.fair_queue import Kind, QueueFullError
from callbot.speech.plausibility import plausible_text
from callbot.speech.pool import Pool, Ticket
from callbot.speech.recognizer import Recognizer, Transcript

LONGEST = 30 * SPEECH_HZ
"""Samples of the longest utterance, and Whisper's own limit. Past it, EngineError: endpointing must cut before."""

MARGIN_FRAMES = 300
"""The window is the utterance and this much silence after it, in mel frames of 10 ms: with less the model repeats itself
(docs/benchmarks.md), which costs more than the window saves."""

TOKENS_PER_SECOND = 10
"""Fast French speech makes seven; more is a loop, and this bounds its cost."""

SILENT_DBFS = -60.0
"""An utterance whose loudest 100 ms is under this is silence (A-law's own noise is about −70), not worth decoding."""

LONGEST_TEXT = 448
"""Tokens that the model can keep in mind, the prompt's included."""

PROMPT_TOKENS = 150
"""What is taken of a prompt; more would leave too few for half a minute of speech."""

TRAILING_DB = 26.0
"""Sound this much below the loudest of the utterance, pushed after `prepare()`, is trailing silence and voids nothing."""

_calls = itertools.count(1)
"""What the queue knows calls by."""

NOTHING = Transcript("", 0.0, no_speech=True)


@dataclass(frozen=True, slots=True)
class _Decoded:
    """What the model said of one piece of sound."""

    text: str
    no_speech_prob: float
    mean_logprob: float


class WhisperEngine:
    """A Whisper model and `workers` threads, each on one core, before a queue that is fair to calls (`pool`).

    `prompt` is what the model is told that was said before a French utterance: words that callers use.
    The constructor loads the model and decodes once to warm up (about a second: call it in a thread). Raises EngineError.
    """

    name = "whisper"

    def __init__(self, path: Path, model: str, *, workers: int, prompt: str = "") -> None:
        self.model = model
        self._model = _load_behind(path, workers)
        self._tokenizers: dict[str, Any] = {}
        self._before = _told(_tokenizer(self._model.hf_tokenizer, "fr"), prompt)
        self._pool = Pool(model, workers)
        self._closed = False
        self._decode(np.zeros(SPEECH_HZ, np.int16), "fr")

    async def lend(self, language: str = "fr") -> Recognizer:
        """A recogniser for one call; there is no limit, as only utterances cost. Raises EngineError after close()."""
        if self._closed:
            raise EngineError(f"{self.model} is closed")
        return WhisperRecognizer(self, language)

    async def close(self) -> None:
        """Drop what waits, let what runs end, stop the threads and free the model. Idempotent."""
        self._closed = True
        await asyncio.to_thread(self._pool.close)
        self._model.model.unload_model()

    def pressure(self) -> Pressure:
        """As RecognizerEngine has it."""
        return self._pool.pressure()

    def degrade(self, level: Level) -> None:
        """Nothing to spare here: partial texts cost nothing more, and how early is decoded ahead is for the ears."""

    def submit(
        self, pcm_16k: Pcm, language: str = "fr", *, call: Hashable = None, kind: Kind = Kind.FINAL
    ) -> Ticket[Transcript]:
        """Queue an utterance (at most 30 s) of a call. Raises EngineError when too many wait, and after close()."""
        return self._pool.submit(call, kind, lambda: self._transcribe(pcm_16k, language))

    def forget(self, call: Hashable) -> None:
        """The call is over."""
        self._pool.forget(call)

    def _transcribe(self, pcm_16k: Pcm, language: str) -> Transcript:
        try:
            decoded = self._decode(pcm_16k, language)
        except (RuntimeError, ValueError, MemoryError) as error:
            raise EngineError(f"{self.model} could not decode an utterance: {error}") from error
        text = plausible_text(decoded.text, decoded.no_speech_prob, decoded.mean_logprob)
        return Transcript(text, min(1.0, math.exp(decoded.mean_logprob))) if text else NOTHING

    def _decode(self, pcm_16k: Pcm, language: str) -> _Decoded:
        import ctranslate2

        tokenizer = self._tokenizers.get(language)
        if tokenizer is None:
            tokenizer = self._tokenizers[language] = _tokenizer(self._model.hf_tokenizer, language)
        before = self._before if language == "fr" else []
        features = ctranslate2.StorageView.from_array(self._mel(pcm_16k))
        [result] = self._model.model.generate(
            features,
            [[*before, *tokenizer.sot_sequence, tokenizer.no_timestamps]],
            beam_size=1,
            max_length=min(LONGEST_TEXT, len(before) + 20 + TOKENS_PER_SECOND * len(pcm_16k) // SPEECH_HZ),
            return_scores=True,
            return_no_speech_prob=True,
        )
        text = tokenizer.decode(result.sequences_ids[0]).strip()
        return _Decoded(text, result.no_speech_prob, result.scores[0])

    def _mel(self, pcm_16k: Pcm) -> NDArray[np.float32]:
        """Log-mel frames, shape (1, 80, n): the utterance and the margin, an even number of frames, at most 30 s."""
        mel = self._model.feature_extractor(pcm_16k.astype(np.float32) / 32768.0, padding=0)[:, :3000]
        frames = min(3000, mel.shape[1] + mel.shape[1] % 2 + MARGIN_FRAMES)
        padded = np.pad(mel, ((0, 0), (0, frames - mel.shape[1])), constant_values=mel.min())
        return np.ascontiguousarray(padded[None], dtype=np.float32)


class WhisperRecognizer:
    """One caller's utterances. Everything pushed is decoded at once, at a pause or at the end of turn."""

    def __init__(self, engine: WhisperEngine, language: str = "fr") -> None:
        self._engine = engine
        self._language = language
        self._call = next(_calls)
        self._closed = False
        self._partial = ""
        self._sound: list[Pcm] = []
        self._samples = 0
        self._loudest = 0.0
        self._ready: Ticket[Transcript] | None = None

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
        self._partial = self.prepared() or self._partial
        return self._partial

    def prepare(self) -> None:
        """Decode what was pushed so far, in case the turn ends here; where too much waits already, only if it does."""
        if self._ready is None and self._audible():
            with contextlib.suppress(QueueFullError):
                self._ready = self._submit(Kind.AHEAD)

    def _submit(self, kind: Kind) -> Ticket[Transcript]:
        return self._engine.submit(np.concatenate(self._sound), self._language, call=self._call, kind=kind)

    def prepared(self) -> str | None:
        """The text decoded in this pause; None as long as it is not ready, or when that failed."""
        ready = self._ready.future if self._ready else None
        if ready is None or not ready.done() or ready.cancelled() or ready.exception() is not None:
            return None
        return ready.result().text

    def final(self) -> Awaitable[Transcript]:
        """Cut the utterance here; await its transcript. Both raise EngineError. Cancelled, its job is dropped."""
        if not self._audible():
            self.reset()
            return _nothing()
        ticket, self._ready = self._ready, None
        if ticket is None or ticket.future.cancelled():
            ticket = self._submit(Kind.FINAL)
        ticket.promote()
        self.reset()
        return self._result(ticket.future)

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
        self._engine.forget(self._call)

    def _audible(self) -> bool:
        return self._loudest > 10 ** (SILENT_DBFS / 20)

    def _drop_prepared(self) -> None:
        """Throw the prepared transcript away; a job that has not started yet leaves the queue, one that runs is ignored."""
        if self._ready is not None:
            self.partial()
            self._ready.future.cancel()
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


def _tokenizer(tokenizer: Any, language: str) -> Any:
    from faster_whisper.tokenizer import Tokenizer

    return Tokenizer(tokenizer, True, task="transcribe", language=language)


def _told(tokenizer: Any, prompt: str) -> list[int]:
    """The tokens that go before an utterance's own."""
    return [tokenizer.sot_prev, *tokenizer.encode(f" {prompt}")[:PROMPT_TOKENS]] if prompt else []


def _load_behind(path: Path, workers: int) -> Any:
    """Load the model in a thread of low priority: its own threads inherit that, and a frame of sound that is due goes first."""
    with ThreadPoolExecutor(1, "whisper-load", step_back, (RECOGNITION,)) as thread:
        return thread.submit(_load, path, workers).result()


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
