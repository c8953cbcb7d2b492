"""One call: a TaskGroup around the sans-I/O cores. A telephone leg's messages in, messages out, every event published once.

The only clock is the caller's audio: each frame of theirs moves ours by as much. A leg that sends none (silence suppression,
a fault) is filled up with silence, so that the conversation never stands still.
"""

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass

import numpy as np

from callbot.audio.types import FRAME_MS, TELEPHONE_HZ, Pcm
from callbot.dialogue.turns import Clock, GiveUp, Input, Output, Understood
from callbot.errors import CallbotError, EngineError, MediaProtocolError
from callbot.events import (
    CallEnded,
    CallerQueued,
    CallStarted,
    ClearAudio,
    Decision,
    DtmfReceived,
    Event,
    FinalTranscript,
    HangUp,
    IntentMatched,
    NoMatch,
    Outcome,
    PartialTranscript,
    PlaybackFinished,
    PlaybackInterrupted,
    PlaybackStarted,
    PlayPrompt,
    SpeechStarted,
    SpeechStopped,
    Transfer,
    to_json,
)
from callbot.gaps import GAP_MS, Gaps
from callbot.hearing import Heard
from callbot.media.dialect import (
    AudioFrame,
    Dialect,
    DtmfPressed,
    FlowChanged,
    LegClosed,
    LegOpened,
    MarkPlayed,
    Message,
)
from callbot.mouth import Mouth
from callbot.parts import Parts, Shared
from callbot.playback import Playback
from callbot.speech.recognizer import Transcript
from callbot.transports import Transport
from callbot.understanding.interpretation import Interpretation

logger = logging.getLogger(__name__)

OUT_MESSAGES = 4096
"""Messages that wait for a leg to read them; one more means that it does not read, and the call ends."""
UTTERANCES = 8
"""Utterances that wait to be understood; one more is a fault, and a person takes over."""
OPENING_SECONDS = 10
"""How long a connection may take to say what call it brings."""
GOODBYE_SECONDS = 3
"""How long a leg may take to close after we asked it to."""
CLOSING_SECONDS = 5
"""How long a leg may take to read what is left and to close; then the connection is cut."""
LAST_WORDS_SECONDS = 15
"""How long the last words may take."""


@dataclass(frozen=True, slots=True)
class _Utterance:
    """A turn of the caller, cut off from what follows, and its transcript to come."""

    stopped: SpeechStopped
    transcript: "asyncio.Future[Transcript]"


@dataclass(frozen=True, slots=True)
class _Outgoing:
    """A message for the leg; `sound` (with its marks) is stale once something broke."""

    message: Message
    sound: bool


class Call:
    """One telephone call, from the leg's opening to its end.

    `mirrored`: the leg also gets every event, as a text message `{"event": "CALL_EVENT", "data": …}`.
    """

    def __init__(
        self, call_id: str, dialect: Dialect, transport: Transport, shared: Shared, *, mirrored: bool = False
    ) -> None:
        self.call_id = call_id
        self._dialect = dialect
        self._transport = transport
        self._shared = shared
        self._mirrored = mirrored
        self._out: asyncio.Queue[_Outgoing] = asyncio.Queue(OUT_MESSAGES)
        self._utterances: asyncio.Queue[_Utterance] = asyncio.Queue(UTTERANCES)
        self._parts: Parts | None = None
        self._playback: Playback | None = None
        self._mouth: Mouth | None = None
        self._opened = asyncio.Event()  # the leg has said what call it brings; the mouth exists
        self._given_up = ""  # why, when somebody gave up while the call's parts were being made
        self._deaf = False
        self._rate_hz = TELEPHONE_HZ
        self._gaps = Gaps(time.monotonic())
        self._speech_end_ms: int | None = None
        self._motives: list[str] = []
        self._response_ms: list[int] = []
        self._turns = 0
        self._outcome: Outcome | None = None
        self._over = asyncio.Event()
        self._leg_id = ""

    # -- the shell -------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Hold the call until it ends. Whatever fails ends this call only, with a person announced where that is possible."""
        try:
            await self._hold()
        except* MediaProtocolError as errors:
            self._outcome = self._outcome or Outcome.FAILED
            logger.warning("call %s: the leg broke its protocol: %s", self.call_id, _reasons(errors))
        except* CallbotError as errors:
            logger.error("call %s: %s", self.call_id, _reasons(errors))
            await self._last_resort()
        except* Exception:  # the rim of one call: logged with its traceback, then the caller goes to a person
            logger.exception("call %s: unexpected fault", self.call_id)
            await self._last_resort()
        finally:
            await self._end()

    def give_up(self, reason: str) -> None:
        """A person takes over, for `closing` (the service stops) or `fault`. A leg that has not opened is cut off."""
        if self._parts:
            self._dispatch(GiveUp(self._at_ms, reason))
        elif self._opened.is_set():
            self._given_up = reason
        else:
            self._transport.abort()

    def cut(self) -> None:
        """End the call now, whatever it does: the service has stopped."""
        self._transport.abort()

    async def _hold(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            others = [
                tasks.create_task(work())
                for work in (self._write, self._think, self._speak, self._fill_gaps, self._linger)
            ]
            await self._listen()
            for task in others:
                task.cancel()

    async def _listen(self) -> None:
        """Take the leg's messages until it closes."""
        while (message := await self._transport.receive()) is not None:
            for event in self._dialect.receive(message):
                match event:
                    case LegOpened():
                        await self._open(event)
                    case AudioFrame():
                        self._hear(event)
                    case DtmfPressed():
                        self._publish_and_dispatch(DtmfReceived(self._at_ms, event.digit))
                    case MarkPlayed():
                        self._leg_playback.mark_played(event.name)
                    case FlowChanged():
                        self._leg_playback.hold(event.paused)
                    case LegClosed():
                        return

    async def _linger(self) -> None:
        """Close a leg that does not open; and, a moment after we have ended the call, one that does not close by itself."""
        try:
            async with asyncio.timeout(OPENING_SECONDS):
                await self._opened.wait()
        except TimeoutError:
            logger.warning("call %s: the leg did not open in time", self.call_id)
        else:
            await self._over.wait()
            await asyncio.sleep(GOODBYE_SECONDS)
        await self._close(self._transport.close())

    async def _close(self, closing: Awaitable[None]) -> None:
        """Await `closing`; a leg that takes too long is cut off."""
        try:
            async with asyncio.timeout(CLOSING_SECONDS):
                await closing
        except TimeoutError:
            self._transport.abort()

    async def _open(self, leg: LegOpened) -> None:
        self._send(self._dialect.answer())
        self._rate_hz = leg.rate_hz
        self._leg_id = leg.leg_id
        self._shared.onward.begin(leg.leg_id)
        self._playback = Playback(
            self._dialect,
            leg.rate_hz,
            send=self._send_sound,
            on_start=self._prompt_started,
            on_finish=self._prompt_finished,
        )
        self._mouth = Mouth(self._playback, self._shared.prompts, self._shared.filler, self._voice_failed)
        self._opened.set()
        started = CallStarted(0, leg.caller, leg.line, self._dialect.name)
        self._publish(started)
        self._parts = await self._shared.make_parts(leg)
        self._gaps = Gaps(time.monotonic())
        self._dispatch(started)
        if self._given_up:
            self.give_up(self._given_up)

    async def _write(self) -> None:
        while True:
            outgoing = await self._out.get()
            await self._transport.send(outgoing.message)

    async def _fill_gaps(self) -> None:
        """Count silence while the leg sends nothing."""
        rest = GAP_MS / 1000 / 2
        while True:
            before = time.monotonic()
            await asyncio.sleep(rest)
            now = time.monotonic()
            held_up = now - before > 2 * rest  # we, not the leg: its sound may wait to be read
            if self._parts and not held_up and (ms := self._gaps.silence_ms(now)):
                self._push(np.zeros(self._rate_hz * ms // 1000, np.int16))

    async def _end(self) -> None:
        """Whatever fails here, the leg is closed and the recogniser given back."""
        async with contextlib.AsyncExitStack() as last:
            if self._parts:
                last.push_async_callback(self._parts.recognizer.close)
            last.push_async_callback(self._close, self._take_leave())
            while not self._utterances.empty():
                self._utterances.get_nowait().transcript.cancel()
            if self._opened.is_set():
                self._publish_end()

    def _publish_end(self) -> None:
        gone = self._parts.outcome_if_gone() if self._parts else Outcome.FAILED
        outcome = self._outcome or gone
        motives, response_ms = tuple(self._motives), tuple(self._response_ms)
        with contextlib.suppress(MediaProtocolError):  # a leg that does not read gets no last event either
            self._publish(CallEnded(self._at_ms, outcome, motives, self._turns, response_ms))

    async def _take_leave(self) -> None:
        """Send what is left, then close; what still comes in is read, or the leg's own closing would not be seen."""
        while not self._out.empty():
            await self._transport.send(self._out.get_nowait().message)
        await asyncio.gather(self._transport.close(), self._read_on())

    async def _read_on(self) -> None:
        while await self._transport.receive() is not None:
            pass

    async def _last_resort(self) -> None:
        """Something broke beyond the conversation: say so if that is rendered, and let the PBX go on with the call."""
        if self._over.is_set():
            return  # the leg was told how the call ends
        self._outcome = Outcome.FAILED
        try:
            async with asyncio.timeout(LAST_WORDS_SECONDS):
                await self._say_last_words()
        except TimeoutError:
            logger.warning("call %s: the leg does not read the last words", self.call_id)

    async def _say_last_words(self) -> None:
        waiting = [self._out.get_nowait() for _ in range(self._out.qsize())]
        for outgoing in waiting:
            if not outgoing.sound:
                await self._transport.send(outgoing.message)
        sound = self._shared.prompts.ready(self._shared.last_words)
        if sound is not None and self._playback:
            for messages in self._playback.last_words(sound):
                for message in messages:
                    await self._transport.send(message)
                await asyncio.sleep(FRAME_MS / 1000)
        for message in self._transfer(self._shared.reception) or self._dialect.hang_up():
            await self._transport.send(message)

    # -- hearing ---------------------------------------------------------------------------------------------------

    @property
    def _at_ms(self) -> int:
        return self._parts.hearing.at_ms if self._parts else 0

    @property
    def _leg_playback(self) -> Playback:
        if self._playback is None:
            raise MediaProtocolError("the leg spoke before its opening")
        return self._playback

    def _hear(self, frame: AudioFrame) -> None:
        """Hear 20 ms at a time, so that an utterance is cut before what follows it in a long message."""
        now, size = time.monotonic(), self._rate_hz * FRAME_MS // 1000
        for at in range(0, len(frame.pcm), size) if self._parts else ():
            piece = frame.pcm[at : at + size]
            if self._gaps.takes(len(piece) * 1000 // self._rate_hz, now):
                self._push(piece)

    def _push(self, pcm: Pcm) -> None:
        assert self._parts
        heard: list[Heard] = []
        try:
            heard = self._parts.hearing.push(pcm)
        except EngineError as error:
            self._hearing_failed(error)  # the call's clock goes on
        self._advance(heard)

    def _hearing_failed(self, error: EngineError) -> None:
        """A person takes over. Once: a second fault would cut the announcement short."""
        if not self._deaf:
            self._deaf = True
            logger.error("call %s: %s", self.call_id, error)
            self.give_up("fault")

    def _advance(self, heard: Iterable[Heard]) -> None:
        for event in heard:
            if isinstance(event, PartialTranscript):
                self._publish(event)
                continue
            self._publish_and_dispatch(event)
            if isinstance(event, SpeechStopped):
                self._understand_later(event)
        self._dispatch(Clock(self._at_ms, self._parts.hearing.speech_ms if self._parts else 0))
        self._leg_playback.pump(self._at_ms)

    def _understand_later(self, stopped: SpeechStopped) -> None:
        assert self._parts
        if self._utterances.full():
            self._parts.recognizer.reset()
            self._hearing_failed(EngineError("understanding does not keep up"))
            return
        try:
            transcript = asyncio.ensure_future(self._parts.recognizer.final())
        except EngineError as error:
            self._hearing_failed(error)
            return
        transcript.add_done_callback(_look_at)
        self._utterances.put_nowait(_Utterance(stopped, transcript))

    async def _think(self) -> None:
        """Transcribe and read utterances, one after the other."""
        while True:
            utterance = await self._utterances.get()
            try:
                await self._understand(utterance.stopped, utterance.transcript)
            except EngineError as error:
                self._hearing_failed(error)

    async def _understand(self, stopped: SpeechStopped, coming: Awaitable[Transcript]) -> None:
        assert self._parts
        transcript = await coming
        waited_ms = self._at_ms - stopped.at_ms
        reading = Interpretation("")
        if transcript.text:
            self._publish(FinalTranscript(self._at_ms, transcript.text, transcript.confidence, waited_ms))
            reading = await asyncio.to_thread(self._parts.interpret, transcript.text)
        outputs = self._parts.conversation.handle(Understood(self._at_ms, reading))
        replied = any(isinstance(output, PlayPrompt) for output in outputs)
        self._speech_end_ms = stopped.speech_end_ms if replied else None
        for output in outputs:
            self._do(output)

    # -- deciding and doing ----------------------------------------------------------------------------------------

    def _publish(self, event: Event) -> None:
        self._shared.publish(self.call_id, event)
        if self._mirrored:
            mirrored = {"event": "CALL_EVENT", "data": to_json(self.call_id, event)}
            self._send([json.dumps(mirrored, ensure_ascii=False)])

    def _publish_and_dispatch(self, event: SpeechStarted | SpeechStopped | DtmfReceived) -> None:
        self._publish(event)
        self._dispatch(event)

    def _dispatch(self, event: Input) -> None:
        if self._parts:
            for output in self._parts.conversation.handle(event):
                self._do(output)

    def _do(self, output: Output) -> None:
        match output:
            case PlayPrompt():
                self._say(output)
            case ClearAudio():
                self._be_silent()
            case Transfer():
                self._shared.onward.send(self._leg_id, output.destination)
                self._finish(Outcome.HANDED_OVER, self._transfer(output.destination))
            case HangUp():
                self._shared.onward.end(self._leg_id)
                self._finish(output.outcome, None)
            case _:
                self._count(output)
                self._publish(output)

    def _finish(self, outcome: Outcome, messages: list[Message] | None) -> None:
        """Everything is said: ask the leg to transfer, or to hang up where it cannot (then the PBX goes on with the call)."""
        self._outcome = outcome
        self._send(messages or self._dialect.hang_up())
        self._over.set()

    def _transfer(self, destination: str) -> list[Message] | None:
        """The request to transfer; None when there is no destination, or the leg knows no transfers."""
        return self._dialect.transfer(destination) if destination else None

    def _count(self, event: Event) -> None:
        if isinstance(event, IntentMatched | NoMatch):
            self._turns += 1
        if isinstance(event, IntentMatched) and event.motive and event.decision is not Decision.CLARIFY:
            self._motives = list(dict.fromkeys([*self._motives, event.motive]))
        if isinstance(event, CallerQueued):
            logger.info("call %s: handed to %s (%s)", self.call_id, event.service, event.reason)

    def _send(self, messages: list[Message], *, sound: bool = False) -> None:
        for message in messages:
            try:
                self._out.put_nowait(_Outgoing(message, sound))
            except asyncio.QueueFull:
                raise MediaProtocolError("the leg does not read what it is sent") from None

    def _send_sound(self, messages: list[Message]) -> None:
        self._send(messages, sound=True)

    # -- speaking -------------------------------------------------------------------------------------------------

    async def _speak(self) -> None:
        await self._opened.wait()
        assert self._mouth
        await self._mouth.run()

    def _say(self, prompt: PlayPrompt) -> None:
        assert self._mouth
        self._mouth.play(prompt, self._at_ms)

    def _be_silent(self) -> None:
        assert self._mouth
        played_ms = self._mouth.clear(self._at_ms)
        if played_ms is not None:
            self._publish(PlaybackInterrupted(self._at_ms, played_ms))

    def _voice_failed(self, error: EngineError) -> None:
        logger.error("call %s: %s", self.call_id, error)
        self.give_up("fault")

    def _prompt_started(self, prompt: PlayPrompt) -> None:
        response_ms = None
        if self._speech_end_ms is not None and prompt.text != self._shared.filler:
            response_ms = self._at_ms - self._speech_end_ms
            self._response_ms.append(response_ms)
            self._speech_end_ms = None
        self._publish(PlaybackStarted(self._at_ms, prompt.text, response_ms))

    def _prompt_finished(self, prompt: PlayPrompt) -> None:  # noqa: ARG002 (prompts finish in order)
        self._publish(PlaybackFinished(self._at_ms))
        self._dispatch(PlaybackFinished(self._at_ms))


def _look_at(transcript: "asyncio.Future[Transcript]") -> None:
    """A call that has ended waits for no transcript: then nobody else looks at the failure."""
    if not transcript.cancelled():
        transcript.exception()


def _reasons(errors: BaseExceptionGroup[BaseException]) -> str:
    """The messages of a group's errors; ours name settings and protocols, never what a caller said."""
    found = [error for error in errors.exceptions if not isinstance(error, BaseExceptionGroup)]
    nested = [_reasons(error) for error in errors.exceptions if isinstance(error, BaseExceptionGroup)]
    return "; ".join([*map(str, found), *nested])
