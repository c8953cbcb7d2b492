"""How one call hears: the leg's sound on the call's clock, utterances cut off and read one after the other."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from callbot.audio.types import FRAME_MS, Pcm
from callbot.errors import EngineError
from callbot.events import SpeechStopped
from callbot.gaps import GAP_MS, Gaps
from callbot.hearing import Heard
from callbot.parts import Parts
from callbot.speech.recognizer import Transcript
from callbot.understanding.interpretation import Interpretation

UTTERANCES = 8
"""Utterances that wait to be understood; one more is a fault, and a person takes over."""
CLOCK_MS = 100
"""In a message longer than this the conversation is told the time this often."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Utterance:
    """A turn of the caller, cut off from what follows, and its transcript to come."""

    stopped: SpeechStopped
    transcript: "asyncio.Future[Transcript]"
    era: int
    """What was said before the caller waited for a person is not read any more."""


class Ears:
    """One call's ears, around its Hearing. The only clock is the caller's sound; a gap in it is filled up with silence.

    `advance` takes what was heard after each piece of sound; `failed` is told when nobody can be understood any more.
    """

    def __init__(
        self,
        parts: Parts,
        rate_hz: int,
        *,
        advance: Callable[[list[Heard]], None],
        failed: Callable[[EngineError], None],
    ) -> None:
        self._parts = parts
        self._rate_hz = rate_hz
        self._advance = advance
        self._failed = failed
        self._gaps = Gaps(time.monotonic())
        self._held = False
        self._era = 0
        self._shut = False
        self._untold_ms = 0  # heard since the conversation was told the time
        self._waiting: asyncio.Queue[Utterance] = asyncio.Queue(UTTERANCES)

    @property
    def at_ms(self) -> int:
        """The call's time."""
        return self._parts.hearing.at_ms

    def hear(self, pcm: Pcm) -> None:
        """Hear 20 ms at a time, so that an utterance is cut before what follows it in a long message.

        A message came all at once, so that the conversation is told once what time it is, at its end; of very long ones more often.
        """
        now, size = time.monotonic(), self._rate_hz * FRAME_MS // 1000
        if not self._held:
            for at in range(0, len(pcm), size):
                piece = pcm[at : at + size]
                if self._gaps.takes(len(piece) * 1000 // self._rate_hz, now):
                    self._push(piece)
                    self._untold_ms += FRAME_MS
                if self._untold_ms >= CLOCK_MS:
                    self._tell([])
            if self._untold_ms:
                self._tell([])

    def hold(self, held: bool) -> None:
        """The other side holds us: no time goes by until it takes us back."""
        self._held = held
        self._gaps = Gaps(time.monotonic())

    async def fill_gaps(self) -> None:
        """Count silence while the leg sends nothing: a task of the call."""
        rest = GAP_MS / 1000 / 2
        while True:
            before = time.monotonic()
            await asyncio.sleep(rest)
            now = time.monotonic()
            held_up = now - before > 2 * rest  # we, not the leg: its sound may wait to be read
            if not self._held and not held_up and (ms := self._gaps.silence_ms(now)):
                self._push(np.zeros(self._rate_hz * ms // 1000, np.int16))
                self._tell([])

    def _push(self, pcm: Pcm) -> None:
        """Hear `pcm`; what was heard is told at once, that time goes by is not."""
        if self._parts.conversation.private:
            self._shut_out(len(pcm))
            return
        self._shut = False
        heard: list[Heard] = []
        try:
            heard = self._parts.hearing.push(pcm)
        except EngineError as error:
            self._failed(error)  # the call's clock goes on
        if heard:
            self._tell(heard)

    def _tell(self, heard: list[Heard]) -> None:
        self._untold_ms = 0
        self._advance(heard)

    def _shut_out(self, samples: int) -> None:
        """The caller waits for a person, or speaks to one: what they say is theirs."""
        self._parts.hearing.skip(samples)
        if not self._shut:
            self._shut = True
            self.forget()

    def forget(self) -> None:
        """Read nothing of what was said up to now."""
        self._era += 1
        while not self._waiting.empty():
            self._waiting.get_nowait().transcript.cancel()

    def cut_off(self, stopped: SpeechStopped) -> None:
        """The caller's turn has ended: read it when those before have been read."""
        if self._waiting.full():
            self._parts.recognizer.reset()
            self._failed(EngineError("understanding does not keep up"))
            return
        try:
            transcript = asyncio.ensure_future(self._parts.recognizer.final())
        except EngineError as error:
            self._failed(error)
            return
        transcript.add_done_callback(_look_at)
        self._waiting.put_nowait(Utterance(stopped, transcript, self._era))

    async def think(
        self,
        transcribed: Callable[[Transcript, int], None],
        understood: Callable[[Interpretation, SpeechStopped], None],
    ) -> None:
        """Transcribe and read utterances, one after the other: a task of the call."""
        while True:
            utterance = await self._waiting.get()
            try:
                await self._understand(utterance, transcribed, understood)
            except EngineError as error:
                self._failed(error)

    async def _understand(
        self,
        utterance: Utterance,
        transcribed: Callable[[Transcript, int], None],
        understood: Callable[[Interpretation, SpeechStopped], None],
    ) -> None:
        transcript = await utterance.transcript
        if self._too_late(utterance):
            return
        reading = Interpretation("")
        if transcript.text:
            transcribed(transcript, self.at_ms - utterance.stopped.at_ms)
            reading = await asyncio.to_thread(self._parts.interpret, transcript.text)
        if not self._too_late(utterance):
            understood(reading, utterance.stopped)

    def _too_late(self, utterance: Utterance) -> bool:
        return utterance.era != self._era or self._parts.conversation.private


def _look_at(transcript: "asyncio.Future[Transcript]") -> None:
    """A call that has ended waits for no transcript: then nobody else looks at the failure."""
    if not transcript.cancelled():
        transcript.exception()
