"""Vosk (Kaldi): streaming recognition. Sound is decoded as it comes, so that the final text is only a flush away.

Recognisers are pooled: a fresh one composes its graph while it decodes and takes several times as long at first, a used one has
it at hand. The order of one caller's sound is kept by giving each recogniser to one thread at a time.
"""

import asyncio
import contextlib
import json
import logging
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from callbot.audio.types import SPEECH_HZ, Pcm
from callbot.errors import EngineError
from callbot.load import Level, Pressure
from callbot.priorities import RECOGNITION, step_back
from callbot.speech.pool import Waits, now_ms
from callbot.speech.recognizer import Recognizer, Transcript

log = logging.getLogger(__name__)

BACKLOG = 30 * SPEECH_HZ
"""Samples that may wait for one recogniser; past it, EngineError (the machine is too slow for its calls)."""

TURN = SPEECH_HZ
"""Samples that a recogniser decodes before others get their turn of the thread."""

WARM_UP = 2 * SPEECH_HZ

COST = 0.4
"""Seconds of work for a second of sound, about (docs/benchmarks.md); only how far we are behind is reckoned with it."""


@dataclass(slots=True)
class _Utterance:
    """What has been decoded of one utterance. Written by the thread whose turn it is, read by the event loop."""

    segments: list[str] = field(default_factory=list)
    confidences: list[float] = field(default_factory=list)
    partial: str = ""
    failed: str = ""
    dropped: bool = False
    paused: int = 0
    """Pauses whose text was asked for; written by the event loop."""
    looked: int = 0
    """The latest of them whose text is there."""

    def add(self, result: dict[str, Any]) -> None:
        """Take what Kaldi finished: an utterance has several segments when the caller pauses inside."""
        self.partial = ""
        if result.get("text"):
            self.segments.append(result["text"])
            self.confidences += [word["conf"] for word in result.get("result", ())]

    @property
    def text(self) -> str:
        return " ".join(filter(None, [*self.segments, self.partial]))

    def transcript(self) -> Transcript:
        text = self.text
        confidence = float(np.mean(self.confidences)) if self.confidences else 0.0
        return Transcript(text, min(1.0, max(0.0, confidence)), no_speech=not text)


@dataclass(slots=True)
class _Piece:
    """A step of work for a decoder: some sound, the text at a pause (which one: from 1 on), or the end of the utterance."""

    utterance: _Utterance
    sound: Pcm | None = None
    final: "Future[Transcript] | None" = None
    pause: int = 0
    asked_ms: float = field(default_factory=now_ms)


class VoskEngine:
    """A Vosk model, `workers` threads shared by all calls, and at most `recognizers` of them lent at once.

    As many recognisers as threads are warm from the start, the others are made when a call needs them, and all are kept.
    The constructor loads the model (seconds: call it in a thread). Raises EngineError.
    """

    name = "vosk"

    def __init__(self, path: Path, model: str, *, workers: int, recognizers: int) -> None:
        self.model = model
        self._model = _load(path)
        self._limit = recognizers
        self._workers = workers
        self._threads = ThreadPoolExecutor(workers, "vosk", step_back, (RECOGNITION,))
        self.waits = Waits()
        """How long callers waited for the last words of their turns."""
        self.level = Level.NORMAL
        self._lent: set[VoskRecognizer] = set()
        self._coming = 0
        self._closed = False
        self._idle = list(self._threads.map(lambda _: self.new_decoder(), range(min(workers, recognizers))))

    async def lend(self, language: str = "fr") -> Recognizer:  # noqa: ARG002 (a Vosk model has one)
        """A warm recogniser for one call. Raises EngineError when all are lent, and after close()."""
        if self._closed:
            raise EngineError(f"{self.model} is closed")
        if len(self._lent) + self._coming >= self._limit:
            raise EngineError(f"{self.model}: all {self._limit} recognisers are lent")
        if self._idle:
            decoder = self._idle.pop()
        else:
            self._coming += 1
            try:
                decoder = await asyncio.wrap_future(self._threads.submit(self.new_decoder))
            finally:
                self._coming -= 1
        recognizer = VoskRecognizer(self, decoder)
        self._lent.add(recognizer)
        return recognizer

    def pressure(self) -> Pressure:
        """As RecognizerEngine has it."""
        now, lent = now_ms(), list(self._lent)
        waiting: dict[Hashable, float] = {
            recognizer: wait for recognizer in lent if (wait := recognizer.waited_ms(now))
        }
        backlog = sum(recognizer.backlog for recognizer in lent)
        return Pressure.of(
            self.waits.with_those_of(waiting, now), backlog * 1000 / SPEECH_HZ * COST / self._workers
        )

    def degrade(self, level: Level) -> None:
        """From NO_PARTIALS on, partial texts are made at pauses only."""
        self.level = level

    async def close(self) -> None:
        """Fail what waits, let what runs end, stop the threads and free the model. Idempotent."""
        self._closed = True
        for recognizer in self._lent:
            recognizer.abandon()
        await asyncio.to_thread(self._threads.shutdown, wait=True, cancel_futures=True)
        self._lent.clear()
        self._idle.clear()
        self._model = None

    def take_back(self, recognizer: "VoskRecognizer", decoder: Any) -> None:
        """Keep the decoder of a recogniser whose work is done (None: it failed) for the next call."""
        self._lent.discard(recognizer)
        if decoder is not None and not self._closed:
            self._idle.append(decoder)

    def submit(self, work: Callable[[], None]) -> None:
        """Queue a recogniser's turn: at most one each, so the queue is bounded by `recognizers`. Raises EngineError after close()."""
        if self._closed:
            raise EngineError(f"{self.model} is closed")
        self._threads.submit(work)

    def new_decoder(self) -> Any:
        """A Kaldi recogniser that has decoded something already. Blocking. Raises EngineError."""
        from vosk import KaldiRecognizer

        try:
            decoder = KaldiRecognizer(self._model, float(SPEECH_HZ))
            decoder.SetWords(True)
            decoder.AcceptWaveform(_murmur())
            decoder.FinalResult()
        except Exception as error:  # vosk raises bare Exception
            raise EngineError(f"{self.model} could not make a recogniser: {error}") from error
        return decoder


class VoskRecognizer:
    """One caller's utterances, decoded in order, one thread at a time."""

    def __init__(self, engine: VoskEngine, decoder: Any) -> None:
        self._engine = engine
        self._decoder = decoder
        self._utterance = _Utterance()
        self._lock = threading.Lock()  # guards the four below
        self._waiting: deque[_Piece] = deque()
        self._backlog = 0
        self._working = False
        self._closed = False

    def push(self, pcm_16k: Pcm) -> None:
        """Hear some speech (16 kHz, any length). Raises EngineError past 30 s of backlog, and after close()."""
        if self._backlog + len(pcm_16k) > BACKLOG:
            raise EngineError(
                f"{self._engine.model}: more than {BACKLOG // SPEECH_HZ} s of sound wait for it"
            )
        self._queue(_Piece(self._utterance, sound=pcm_16k))

    def partial(self) -> str:
        """The newest partial transcript of this utterance, empty when there is none yet."""
        return self._utterance.text

    def prepare(self) -> None:
        """Only the text may be missing: sound is decoded as it comes. A flush would cost the words around the pause their context."""
        self._utterance.paused += 1
        self._queue(_Piece(self._utterance, pause=self._utterance.paused))

    def prepared(self) -> str | None:
        """The text of all that was pushed before `prepare`; None until that is decoded. The flush may still change its last word."""
        utterance = self._utterance
        return utterance.text if 0 < utterance.paused == utterance.looked else None

    @property
    def backlog(self) -> int:
        """Samples that wait."""
        return self._backlog

    def waited_ms(self, now: float) -> float:
        """How long the oldest turn that has ended waits for its last words; 0 when none does."""
        with self._lock:
            asked = [piece.asked_ms for piece in self._waiting if _awaited(piece)]
        return now - min(asked) if asked else 0.0

    def final(self) -> Awaitable[Transcript]:
        """Cut the utterance here; await its transcript. Both raise EngineError. Cancelled, the utterance is dropped."""
        utterance, self._utterance = self._utterance, _Utterance()
        final: Future[Transcript] = Future()
        self._queue(_Piece(utterance, final=final))
        return self._result(utterance, final)

    async def _result(self, utterance: _Utterance, final: "Future[Transcript]") -> Transcript:
        try:
            return await asyncio.wrap_future(final)
        except asyncio.CancelledError:
            utterance.dropped = True
            raise

    def reset(self) -> None:
        """Forget the utterance; what waits of it is not decoded."""
        utterance, self._utterance = self._utterance, _Utterance()
        utterance.dropped = True
        if not self._closed:
            self._queue(_Piece(utterance))

    async def close(self) -> None:
        """Give the recogniser back to the engine, once its work is done. Idempotent."""
        if self._closed:
            return
        loop = asyncio.get_running_loop()
        utterance, self._utterance = self._utterance, _Utterance()
        utterance.dropped = True
        final: Future[Transcript] = Future()
        final.add_done_callback(lambda _: loop.call_soon_threadsafe(self._give_back))
        self._queue(_Piece(utterance, final=final))
        self._closed = True
        with contextlib.suppress(
            EngineError
        ):  # the decoder failed, or the engine was closed: nothing left to keep
            await asyncio.shield(asyncio.wrap_future(final))

    def abandon(self) -> None:
        """The engine closes: whoever waits for a transcript gets EngineError."""
        with self._lock:
            waiting, self._waiting, self._backlog = self._waiting, deque(), 0
            self._closed = True
        for piece in waiting:
            if piece.final is not None and piece.final.set_running_or_notify_cancel():
                piece.final.set_exception(EngineError(f"{self._engine.model} is closed"))

    def _give_back(self) -> None:
        self._engine.take_back(self, self._decoder)

    def _queue(self, piece: _Piece) -> None:
        with self._lock:
            if self._closed:
                raise EngineError(f"{self._engine.model}: the recogniser was given back")
            self._waiting.append(piece)
            self._backlog += 0 if piece.sound is None else len(piece.sound)
            if not self._working:
                self._working = True
                self._engine.submit(self._take_turn)

    def _take_turn(self) -> None:
        """In a thread: work off what waits, up to a second of sound, then queue again behind the others."""
        decoded = 0
        while decoded < TURN:
            with self._lock:
                if not self._waiting:
                    self._working = False
                    return
                piece = self._waiting.popleft()
                size = 0 if piece.sound is None else len(piece.sound)
                self._backlog -= size
            decoded += size
            self._decode(piece)
        with self._lock:
            self._working = bool(self._waiting)
            if self._working:
                with contextlib.suppress(EngineError):  # the engine closes: abandon() fails what waits
                    self._engine.submit(self._take_turn)

    def _decode(self, piece: _Piece) -> None:
        """One step. A failure ends the utterance, and the decoder, but not the recogniser: the next utterance gets a fresh one."""
        utterance = piece.utterance
        try:
            if piece.pause:
                self._look(utterance)
                utterance.looked = piece.pause
            elif piece.sound is None:
                self._finish(utterance)
            elif not (utterance.dropped or utterance.failed):
                self._hear(utterance, piece.sound)
        except Exception as error:  # vosk raises bare Exception; this is the rim of one utterance
            log.warning("a decoder failed and is replaced", exc_info=True)
            utterance.failed = f"{self._engine.model} could not decode an utterance: {error}"
            self._decoder = None
        if piece.final is not None and piece.final.set_running_or_notify_cancel():
            if _awaited(piece):
                self._engine.waits.over(self, piece.asked_ms)
            if utterance.failed:
                piece.final.set_exception(EngineError(utterance.failed))
            else:
                piece.final.set_result(utterance.transcript())

    def _hear(self, utterance: _Utterance, sound: Pcm) -> None:
        if self._decoder is None:
            self._decoder = self._engine.new_decoder()
        if self._decoder.AcceptWaveform(sound.astype("<i2", copy=False).tobytes()):
            utterance.add(json.loads(self._decoder.Result()))
        elif not self._backlog and self._engine.level < Level.NO_PARTIALS:
            self._look(utterance)

    def _look(self, utterance: _Utterance) -> None:
        """What the decoder takes the utterance for so far."""
        if self._decoder is not None and not (utterance.dropped or utterance.failed):
            utterance.partial = json.loads(self._decoder.PartialResult())["partial"]

    def _finish(self, utterance: _Utterance) -> None:
        """Flush, which also clears the decoder for the next utterance or caller."""
        if self._decoder is not None:
            utterance.add(json.loads(self._decoder.FinalResult()))


def _awaited(piece: _Piece) -> bool:
    """A caller waits for it, not the one who gives the recogniser back."""
    return piece.final is not None and not piece.utterance.dropped


def _murmur() -> bytes:
    """Loud and soft noise: it makes a decoder compose much of its graph, which is what takes time at first."""
    noise = np.random.default_rng(1).normal(0, 3000, WARM_UP)
    swell = np.abs(np.sin(np.arange(WARM_UP) * (4 * np.pi / SPEECH_HZ)))
    return bytes((noise * swell).astype("<i2").tobytes())


def _load(path: Path) -> Any:
    from vosk import Model, SetLogLevel

    if not any((path / place).is_file() for place in ("am/final.mdl", "final.mdl")):
        raise EngineError(f"{path}: final.mdl is missing")
    SetLogLevel(-1)
    try:
        return Model(str(path))
    except Exception as error:
        raise EngineError(f"{path}: cannot be loaded: {error}") from error
