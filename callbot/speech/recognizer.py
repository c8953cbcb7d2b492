"""Speech to text, as the call sees it: one `Recognizer` per call, lent by an engine that all calls share."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Protocol

from callbot.audio.types import Pcm
from callbot.load import Level, Pressure


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said. `confidence` 0–1; `no_speech` true when the engine heard no words (then `text` is empty)."""

    text: str
    confidence: float
    no_speech: bool = False


class Recognizer(Protocol):
    """Transcribes one caller, utterance by utterance. Never blocks the event loop: work is done in the engine's threads."""

    def push(self, pcm_16k: Pcm) -> None:
        """Hear some speech (16 kHz, any length). Cheap; the work is queued (bounded: past 30 s of backlog, EngineError)."""

    def partial(self) -> str:
        """The newest partial transcript of this utterance, empty when there is none yet."""

    def prepare(self) -> None:
        """The caller paused: get the final text ready, in case the turn ends here. Pushing more speech throws it away."""

    def prepared(self) -> str | None:
        """The text of what was prepared; None as long as it is not ready. After more speech it may be that of before: prepare anew."""

    def final(self) -> Awaitable[Transcript]:
        """Cut the utterance here: what is pushed from now on belongs to the next one. Await the result for the transcript.

        Both raise EngineError.
        """

    def reset(self) -> None:
        """Forget the utterance."""

    async def close(self) -> None:
        """Give the recogniser back to the engine. Idempotent."""


class RecognizerEngine(Protocol):
    """A loaded model with its worker threads; lends a recogniser to each call."""

    name: str
    """`vosk`, `whisper`."""
    model: str
    """The catalogue's name of the model."""

    async def lend(self, language: str = "fr") -> Recognizer:
        """A recogniser for one call; `language`: what the caller speaks (a model of one language hears it as its own).

        Raises EngineError when all are lent and no more fit.
        """

    def pressure(self) -> Pressure:
        """How far it is behind at this moment."""

    def degrade(self, level: Level) -> None:
        """Spare what `level` says, for what begins from now on."""

    async def close(self) -> None:
        """Stop the threads and free the model."""
