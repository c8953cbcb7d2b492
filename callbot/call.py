"""One call: a TaskGroup around the sans-I/O cores. A telephone leg's messages in, messages out, every event published once.

The only clock is the caller's audio: each frame of theirs moves ours by as much. A leg that sends none (silence suppression,
a fault) is filled up with silence, so that the conversation never stands still.
"""

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from callbot.audio.types import FRAME_MS
from callbot.dialogue.turns import Clock, Conversation, GiveUp, Input, Output, Understood
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
from callbot.hearing import Heard, Hearing
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
from callbot.playback import Playback
from callbot.speech.prompts import Prompts
from callbot.speech.recognizer import Recognizer
from callbot.understanding.interpretation import Interpretation

logger = logging.getLogger(__name__)

GAP_MS = 200
"""Without audio from the leg for this long, silence is counted in its place."""
OUT_MESSAGES = 4096
"""Messages that wait for a leg to read them; one more means that it does not read, and the call ends."""
UTTERANCES = 8
"""Utterances that wait to be understood; one more is a fault, and a person takes over."""
GOODBYE_SECONDS = 3
"""How long a leg may take to close after we asked it to."""


class Transport(Protocol):
    """How messages reach one telephone leg: a WebSocket or a TCP connection."""

    async def receive(self) -> Message | None:
        """The next message; None when the connection is closed."""

    async def send(self, message: Message) -> None:
        """Send one message; silently nothing when the connection is closed."""

    async def close(self) -> None:
        """Close the connection."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What one call uses of the service; `service.py` makes them when the leg has opened."""

    conversation: Conversation
    hearing: Hearing
    recognizer: Recognizer
    interpret: Callable[[str], Interpretation]
    outcome_if_gone: Callable[[], Outcome]


@dataclass(frozen=True, slots=True)
class Shared:
    """What all calls share. `last_words` is said when everything else fails; then the call goes to `reception`."""

    prompts: Prompts
    make_parts: Callable[[LegOpened], Awaitable[Parts]]
    publish: Callable[[str, Event], None]
    filler: str
    last_words: str
    reception: str


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
        self._out: asyncio.Queue[Message] = asyncio.Queue(OUT_MESSAGES)
        self._utterances: asyncio.Queue[SpeechStopped] = asyncio.Queue(UTTERANCES)
        self._parts: Parts | None = None
        self._playback: Playback | None = None
        self._mouth: Mouth | None = None
        self._speaking = asyncio.Event()  # set when the mouth exists
        self._heard_at = time.monotonic()
        self._speech_end_ms: int | None = None
        self._motives: list[str] = []
        self._response_ms: list[int] = []
        self._turns = 0
        self._outcome: Outcome | None = None
        self._over = asyncio.Event()
        self._started = False

    # -- the shell -------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Hold the call until it ends. Whatever fails ends this call only, with a person announced where that is possible."""
        try:
            await self._hold()
        except* MediaProtocolError as errors:
            self._outcome = Outcome.FAILED
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
        """A person takes over, for `closing` (the service stops) or `fault`. Does nothing before the leg has opened."""
        if self._parts:
            self._dispatch(GiveUp(self._at_ms, reason))

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
        """Once we have ended the call, give the leg a moment to close, then close it."""
        await self._over.wait()
        await asyncio.sleep(GOODBYE_SECONDS)
        await self._transport.close()

    async def _open(self, leg: LegOpened) -> None:
        self._send(self._dialect.answer())
        self._playback = Playback(
            self._dialect,
            leg.rate_hz,
            send=self._send,
            on_start=self._prompt_started,
            on_finish=self._prompt_finished,
        )
        self._mouth = Mouth(self._playback, self._shared.prompts, self._shared.filler, self._voice_failed)
        self._speaking.set()
        self._started = True
        started = CallStarted(0, leg.caller, leg.line, self._dialect.name)
        self._publish(started)
        self._parts = await self._shared.make_parts(leg)
        self._heard_at = time.monotonic()
        self._dispatch(started)

    async def _write(self) -> None:
        while True:
            await self._transport.send(await self._out.get())

    async def _fill_gaps(self) -> None:
        """Count silence while the leg sends nothing."""
        while True:
            await asyncio.sleep(GAP_MS / 1000 / 2)
            late_ms = int((time.monotonic() - self._heard_at) * 1000)
            if self._parts and late_ms >= GAP_MS:
                self._heard_at = time.monotonic()
                self._advance(self._parts.hearing.silence(late_ms))

    async def _end(self) -> None:
        if self._started:
            gone = self._parts.outcome_if_gone() if self._parts else Outcome.FAILED
            outcome = self._outcome or gone
            motives, response_ms = tuple(self._motives), tuple(self._response_ms)
            with contextlib.suppress(
                MediaProtocolError
            ):  # a leg that does not read gets no last event either
                self._publish(CallEnded(self._at_ms, outcome, motives, self._turns, response_ms))
        while not self._out.empty():
            await self._transport.send(self._out.get_nowait())
        await self._transport.close()
        if self._parts:
            await self._parts.recognizer.close()

    async def _last_resort(self) -> None:
        """Something broke beyond the conversation: say so if that is rendered, and let the PBX go on with the call."""
        self._outcome = Outcome.FAILED
        sound = self._shared.prompts.ready(self._shared.last_words)
        if sound is not None and self._playback:
            for messages in self._playback.last_words(sound):
                for message in messages:
                    await self._transport.send(message)
                await asyncio.sleep(FRAME_MS / 1000)
        for message in self._dialect.transfer(self._shared.reception) or self._dialect.hang_up():
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
        if self._parts:
            self._heard_at = time.monotonic()
            self._advance(self._parts.hearing.push(frame.pcm))

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
        try:
            self._utterances.put_nowait(stopped)
        except asyncio.QueueFull:
            logger.error("call %s: understanding does not keep up", self.call_id)
            self.give_up("fault")

    async def _think(self) -> None:
        """Transcribe and read utterances, one after the other."""
        while True:
            stopped = await self._utterances.get()
            try:
                await self._understand(stopped)
            except EngineError as error:
                logger.error("call %s: %s", self.call_id, error)
                self.give_up("fault")

    async def _understand(self, stopped: SpeechStopped) -> None:
        assert self._parts
        transcript = await self._parts.recognizer.final()
        waited_ms = self._at_ms - stopped.at_ms
        reading = Interpretation("")
        if transcript.text:
            self._publish(FinalTranscript(self._at_ms, transcript.text, transcript.confidence, waited_ms))
            reading = await asyncio.to_thread(self._parts.interpret, transcript.text)
            self._speech_end_ms = stopped.speech_end_ms
        self._dispatch(Understood(self._at_ms, reading))

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
                self._finish(Outcome.HANDED_OVER, self._dialect.transfer(output.destination))
            case HangUp():
                self._finish(output.outcome, None)
            case _:
                self._count(output)
                self._publish(output)

    def _finish(self, outcome: Outcome, messages: list[Message] | None) -> None:
        """Everything is said: ask the leg to transfer, or to hang up where it cannot (then the PBX goes on with the call)."""
        self._outcome = outcome
        self._send(messages or self._dialect.hang_up())
        self._over.set()

    def _count(self, event: Event) -> None:
        if isinstance(event, IntentMatched | NoMatch):
            self._turns += 1
        if isinstance(event, IntentMatched) and event.motive and event.decision is not Decision.CLARIFY:
            self._motives = list(dict.fromkeys([*self._motives, event.motive]))
        if isinstance(event, CallerQueued):
            logger.info("call %s: handed to %s (%s)", self.call_id, event.service, event.reason)

    def _send(self, messages: list[Message]) -> None:
        for message in messages:
            try:
                self._out.put_nowait(message)
            except asyncio.QueueFull:
                raise MediaProtocolError("the leg does not read what it is sent") from None

    # -- speaking -------------------------------------------------------------------------------------------------

    async def _speak(self) -> None:
        await self._speaking.wait()
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


def _reasons(errors: BaseExceptionGroup[BaseException]) -> str:
    """The messages of a group's errors; ours name settings and protocols, never what a caller said."""
    found = [error for error in errors.exceptions if not isinstance(error, BaseExceptionGroup)]
    nested = [_reasons(error) for error in errors.exceptions if isinstance(error, BaseExceptionGroup)]
    return "; ".join([*map(str, found), *nested])
