"""How one call hears: the leg's sound on the call's clock, utterances cut off and read one after the other."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from callbot.audio.types import FRAME_MS, Pcm
from callbot.dialogue.overheard import ALIKE
from callbot.errors import EngineError, UnforeseenError
from callbot.events import SpeechStopped
from callbot.gaps import GAP_MS, Gaps
from callbot.hearing import Heard
from callbot.parts import Parts
from callbot.speech.fair_queue import Kind
from callbot.speech.recognizer import Transcript
from callbot.turn_taking.backchannel import is_backchannel
from callbot.turn_taking.quiet import is_quiet
from callbot.turn_taking.rescue import Rescue
from callbot.turn_taking.whose import Sounded
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
    began_ms: int
    transcript: "asyncio.Future[Transcript]"
    era: int
    """What was said before the caller waited for a person is not read any more."""
    goes_on: bool
    """The utterance before was cut off by us: this one goes on with it."""
    pause_ms: int
    """The silence between the two."""
    sounded: Sounded
    """Whose voice it was."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text that is being read."""

    text: str
    result: "asyncio.Future[Interpretation]"
    promote: Callable[[], None]
    """From now on somebody waits for it."""


class Ears:
    """One call's ears, around its Hearing. The only clock is the caller's sound; a gap in it is filled up with silence.

    `advance` takes what was heard after each piece of sound; `failed` is told when nobody can be understood, whatever
    the reason; `tape` takes all sound.
    """

    def __init__(
        self,
        parts: Parts,
        rate_hz: int,
        *,
        advance: Callable[[list[Heard]], None],
        failed: Callable[[EngineError], None],
        tape: Callable[[Pcm], None] = lambda _pcm: None,
    ) -> None:
        self._parts = parts
        self._tape = tape
        self._rate_hz = rate_hz
        self._advance = advance
        self._failed = failed
        self._gaps = Gaps(time.monotonic())
        self._held = False
        self._era = 0
        self._turned_ms = 0  # when the call was turned to another language
        self._shut = self._recorded = False
        self._untold_ms = 0  # heard since the conversation was told the time
        self._waiting: asyncio.Queue[Utterance] = asyncio.Queue(UTTERANCES)
        self._ahead: Reading | None = None  # read while the caller pauses
        self._call = object()  # whose readings these are
        self._rescue = Rescue(parts.rescue_ms)

    @property
    def at_ms(self) -> int:
        """The call's time."""
        return self._parts.hearing.at_ms

    def hear(self, pcm: Pcm) -> None:
        """Hear 20 ms at a time, so that an utterance is cut before what follows it in a long message.

        A message came all at once, so that the conversation is told once what time it is, at its end; of very long ones more often.
        """
        now, size = time.monotonic(), self._rate_hz * FRAME_MS // 1000
        if not self._held and not self._sleep_through(pcm, now):
            for at in range(0, len(pcm), size):
                piece = pcm[at : at + size]
                if self._gaps.takes(len(piece) * 1000 // self._rate_hz, now):
                    self._push(piece)
                    self._untold_ms += FRAME_MS
                if self._untold_ms >= CLOCK_MS:
                    self._tell([])
            if self._untold_ms:
                self._tell([])

    @property
    def sleeps(self) -> bool:
        """The caller waits for a person, and nothing is heard of them."""
        conversation = self._parts.conversation
        return conversation.private and conversation.listens and self._parts.hearing.sleeps and not self._held

    def _sleep_through(self, pcm: Pcm, now: float) -> bool:
        """All of it at once, while nothing is heard of who waits: 200 callers are mostly that."""
        if not (self.sleeps and is_quiet(pcm)):
            return False
        if self._gaps.takes(len(pcm) * 1000 // self._rate_hz, now):
            self._parts.hearing.pass_over(pcm)
        self._tell([])
        return True

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
            mid_word = self._parts.hearing.mid_word
            if self._held or held_up:
                continue
            if ms := self._gaps.silence_ms(now, mid_word=mid_word, asleep=self.sleeps):
                self._push(np.zeros(self._rate_hz * ms // 1000, np.int16))
                self._tell([])

    def _push(self, pcm: Pcm) -> None:
        """Hear `pcm`; what was heard is told at once, that time goes by is not."""
        if not self._parts.conversation.listens:
            self._shut_out(len(pcm))
            return
        self._shut = False
        self._tape(pcm)
        heard: list[Heard] = []
        with self._failing("hearing"):  # the call's clock goes on
            if self._parts.conversation.records is not self._recorded:
                self._listen_to_words(listen=self._recorded)
            hearing = self._parts.hearing
            heard = hearing.doze(pcm) if self._parts.conversation.private else hearing.push(pcm)
        with self._failing("reading ahead"):
            self._read_ahead()
        if heard:
            self._tell(heard)

    def _tell(self, heard: list[Heard]) -> None:
        self._untold_ms = 0
        self._advance(heard)

    @contextlib.contextmanager
    def _failing(self, work: str) -> Iterator[None]:
        """Whatever goes wrong in `work` is told, and ends nothing."""
        try:
            with _engines_at(work):
                yield
        except EngineError as error:
            self._failed(error)

    def _shut_out(self, samples: int) -> None:
        """The caller waits for a person, or speaks to one: what they say is theirs."""
        with self._failing("hearing"):
            self._parts.hearing.skip(samples)
        if not self._shut:
            self._shut = True
            self.forget()

    def _listen_to_words(self, *, listen: bool) -> None:
        """Not while the caller speaks a message; what they were saying when it began, or ended, is not read either."""
        self._recorded = not listen
        self._parts.hearing.wordless = not listen
        self._parts.recognizer.reset()
        self.forget()

    def _read_ahead(self) -> None:
        """Read what was said before the pause, in case the turn ends here; it takes the place of what was read at the pause before."""
        said, ahead = self._parts.hearing.said, self._ahead
        if said and ahead and ahead.text == said:
            self._tell_if_known(ahead)
        elif said:
            self._drop_ahead()
            with contextlib.suppress(
                EngineError
            ):  # where too much waits already, it is read when the turn ends
                self._ahead = self._reading(said, Kind.AHEAD)

    def _tell_if_known(self, ahead: Reading) -> None:
        """Who asks for something certain is waited for no longer than that needs."""
        done = ahead.result.done() and not ahead.result.cancelled() and ahead.result.exception() is None
        if done and self._parts.known(ahead.result.result()):
            self._parts.hearing.know(ahead.text)

    def _drop_ahead(self) -> None:
        if self._ahead:
            self._ahead.result.cancel()
            self._ahead = None

    def _reading(self, text: str, kind: Kind) -> Reading:
        """Begin to read. Raises EngineError when too much waits, and after the readers' end."""
        readers, interpret = self._parts.readers, self._parts.interpret
        if readers is None:
            result = asyncio.get_running_loop().run_in_executor(None, interpret, text)
            reading = Reading(text, result, lambda: None)
        else:
            ticket = readers.submit(self._call, kind, lambda: interpret(text))
            reading = Reading(text, asyncio.wrap_future(ticket.future), ticket.promote)
        reading.result.add_done_callback(_look_at)
        return reading

    def turn(self) -> None:
        """The call has turned to another language: an utterance that had begun before is heard by the wrong recogniser, and is no words."""
        self._turned_ms = self.at_ms
        self._drop_ahead()
        self._rescue.forget()

    def forget(self) -> None:
        """Read nothing of what was said up to now."""
        self._era += 1
        self._drop_ahead()
        if self._parts.readers:
            self._parts.readers.forget(self._call)
        self._rescue.forget()
        while not self._waiting.empty():
            self._waiting.get_nowait().transcript.cancel()

    def cut_off(self, stopped: SpeechStopped) -> None:
        """The caller's turn has ended: read it when those before have been read."""
        transcript = None
        with self._failing("recognition"):
            transcript = self._transcript()
        if transcript is None:
            return
        transcript.add_done_callback(_look_at)
        goes_on = self._rescue.goes_on(self._parts.hearing.began_ms, stopped.speech_end_ms)
        if stopped.cut:
            self._rescue.forget()  # what they go on with is an utterance of its own
        sounded = self._parts.hearing.sounded
        self._waiting.put_nowait(
            Utterance(
                stopped,
                self._parts.hearing.began_ms,
                transcript,
                self._era,
                goes_on,
                self._rescue.pause_ms,
                sounded,
            )
        )

    def _transcript(self) -> "asyncio.Future[Transcript]":
        """What the caller has said, to come. Raises EngineError."""
        if self._waiting.full():
            self._parts.recognizer.reset()
            raise EngineError("understanding does not keep up")
        return asyncio.ensure_future(self._parts.recognizer.final())

    async def think(
        self,
        transcribed: Callable[[Transcript, int], None],
        understood: Callable[[Interpretation, Utterance], None],
    ) -> None:
        """Transcribe and read utterances, one after the other: a task of the call.

        What `transcribed` and `understood` raise is a fault of the call, not of an engine, and is not caught.
        """
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
        understood: Callable[[Interpretation, Utterance], None],
    ) -> None:
        with _engines_at("recognition"):
            transcript = await utterance.transcript
        if utterance.began_ms < self._turned_ms:
            transcript = Transcript("", 0.0, no_speech=True)
        if self._too_late(utterance):
            return
        reading = Interpretation("")
        goes_on = self._goes_on(utterance, transcript.text)
        if goes_on:
            self._parts.hearing.cut_off_at(utterance.pause_ms)
        if transcript.text:
            transcribed(transcript, self.at_ms - utterance.stopped.at_ms)
            text = self._rescue.whole(transcript.text, goes_on=goes_on)
            ahead = self._ahead
            known = ahead if ahead and ahead.text == text and not ahead.result.cancelled() else None
            self._ahead = None if known else ahead  # the same words may mean something else by the next turn
            with _engines_at("understanding"):
                reading = await _read(known or self._reading(text, Kind.FINAL))
        if not self._too_late(utterance):
            understood(reading, replace(utterance, goes_on=goes_on))
        if not (transcript.text and self._parts.conversation.unfinished):
            self._rescue.finished()

    def _goes_on(self, utterance: Utterance, text: str) -> bool:
        """Whether the caller goes on with what they had not finished: with words of their own, and more than « oui »."""
        sounded = utterance.sounded
        theirs = not sounded.far and sounded.echo < ALIKE
        if not (utterance.goes_on and self._rescue.unfinished and theirs):
            return False
        return not is_backchannel(text, self._parts.conversation.language)

    def _too_late(self, utterance: Utterance) -> bool:
        return utterance.era != self._era or not self._parts.conversation.listens


@contextlib.contextmanager
def _engines_at(work: str) -> Iterator[None]:
    """The rim of one utterance: what nobody foresaw is an engine's failure. Raises EngineError; a cancellation stays one."""
    try:
        yield
    except EngineError:
        raise
    except Exception as error:
        raise UnforeseenError(f"{work} failed for a reason nobody foresaw") from error


async def _read(reading: Reading) -> Interpretation:
    """Wait for it. Raises EngineError when the readers end before."""
    reading.promote()
    try:
        return await reading.result
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        raise EngineError("the readers are closed") from None


def _look_at(work: "asyncio.Future[Any]") -> None:
    """A call that has ended waits for no transcript, and a caller who goes on for no reading: nobody else looks at the failure."""
    if not work.cancelled():
        work.exception()
