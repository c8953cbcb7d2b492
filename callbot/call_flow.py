"""What one call does: media events in, the conversation's commands carried out, every event published once."""

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import replace

from callbot.call_agent import AgentLine
from callbot.call_ears import Ears, Utterance
from callbot.dialogue.turn_table import Clock, GiveUp, Told, Understood
from callbot.dialogue.turns import Conversation, Input, Output
from callbot.errors import EngineError, MediaProtocolError
from callbot.events import (
    AgentReleased,
    BriefAgent,
    CallbackRequested,
    CallEnded,
    CallerQueued,
    CallStarted,
    ClearAudio,
    ConnectAgent,
    Decision,
    DropMessage,
    DtmfReceived,
    EnterQueue,
    Event,
    FinalTranscript,
    HangUp,
    HoldAudio,
    IntentMatched,
    KeepMessage,
    LanguageChanged,
    LookAtQueue,
    MessageDropped,
    MessageRecorded,
    NoMatch,
    OfferAgent,
    Outcome,
    PartialTranscript,
    PlaybackFinished,
    PlaybackHeld,
    PlaybackInterrupted,
    PlaybackStarted,
    PlayMusic,
    PlayPrompt,
    QueueAbandoned,
    RecordMessage,
    ReleaseAgent,
    ResumeAudio,
    SpeechStopped,
    TellQueue,
    Transfer,
    to_json,
)
from callbot.hearing import Heard
from callbot.media.dialect import (
    AudioFrame,
    Dialect,
    DtmfPressed,
    FlowChanged,
    LegClosed,
    LegHeld,
    LegOpened,
    MarkPlayed,
    MediaEvent,
    Message,
)
from callbot.messages_recording import TONE, Tape, Whose
from callbot.mouth import Mouth
from callbot.parts import Parts, Seat, Shared, Voice
from callbot.playback import Playback
from callbot.speech.recognizer import Transcript
from callbot.turn_taking.echo import Played
from callbot.turn_timing import TurnClock
from callbot.understanding.interpretation import Interpretation

logger = logging.getLogger(__name__)

HIDDEN_KEY = "•"
"""What is told of a key that may be a digit of the caller's number."""

TOLD_AT_THE_END = CallbackRequested | QueueAbandoned | AgentReleased | MessageRecorded | MessageDropped
"""What may still be told of a caller who is gone."""

Send = Callable[[list[Message]], None]


class Flow:
    """One call from its leg's opening on. `run` is a task of the call; `over` is set when the leg was told how it ends.

    `send` takes messages that matter whatever happens, `send_sound` sound with its marks. `mirrored`: the leg also gets every
    event, as a text message `{"event": "CALL_EVENT", "data": …}`.
    """

    def __init__(
        self,
        call_id: str,
        dialect: Dialect,
        leg: LegOpened,
        shared: Shared,
        *,
        send: Send,
        send_sound: Send,
        mirrored: bool,
    ) -> None:
        self._call_id = call_id
        self._dialect = dialect
        self._leg = leg
        self._shared = shared
        self._send = send
        self._mirrored = mirrored
        self._played = Played()
        self.playback = Playback(
            dialect,
            leg.rate_hz,
            send=send_sound,
            on_start=self._prompt_started,
            on_finish=self._prompt_finished,
            played=self._played,
        )
        self.language = shared.language_of(leg.line)
        """What the call is in at this moment."""
        self._mouth = Mouth(self.playback, self._voice, self._voice_failed)
        self._parts: Parts | None = None
        self._ears: Ears | None = None
        self._given_up = ""  # why, when somebody gave up while the call's parts were being made
        self._deaf = False
        self._closed = False
        self._turn_clock = TurnClock()
        self._motives: list[str] = []
        self._response_ms: list[int] = []
        self._turns = 0
        self._agent = AgentLine(dialect, self.playback, shared.prompts, shared.ring_ms, send)
        whose = Whose(call_id, leg.caller, leg.line, leg.rate_hz)
        self._tape = Tape(whose, shared.messages)
        self._seat = shared.seat(call_id, leg.caller) if shared.seat else None
        self.outcome: Outcome | None = None
        self.over = asyncio.Event()
        self.ready = asyncio.Event()
        """The call's parts are made: it takes events."""

    async def run(self) -> None:
        """Begin, and go on for as long as the call lasts. Raises EngineError when the call's parts cannot be made."""
        caller, line = self._leg.caller, self._leg.line
        closed = self._shared.closed_for(line)
        started = CallStarted(0, caller, line, self._dialect.name, self.language, closed)
        self._shared.onward.begin(self._leg.leg_id)
        self._publish(started)
        self._parts = await self._shared.make_parts(self._leg)
        self._parts.hearing.hears_itself(self._played)
        self._ears = Ears(
            self._parts,
            self._leg.rate_hz,
            advance=self._advance,
            failed=self._hearing_failed,
            tape=self._tape.hear,
        )
        self.ready.set()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._mouth.run())
            tasks.create_task(self._ears.think(self._transcribed, self._understood))
            tasks.create_task(self._ears.fill_gaps())
            tasks.create_task(self._agent.run())
            if self._seat:
                tasks.create_task(self._hear_queue(self._seat))
            self._dispatch(started)
            if self._given_up:
                self.give_up(self._given_up)

    def give_up(self, reason: str, *, deaf: bool = False) -> None:
        """A person takes over, for `closing` (the service stops) or `fault`."""
        if self._parts:
            self._dispatch(GiveUp(self._at_ms, reason, deaf))
        else:
            self._given_up = reason

    async def close(self) -> None:
        """Give the recogniser back."""
        if self._parts:
            await self._parts.recognizer.close()

    def publish_end(self) -> None:
        """Tell how the call ended: the last event. A leg of our bridge that does not say that the caller hung up has failed.

        Not where caller and person speak to each other: our bridge lets them go on.
        """
        outcome, last = Outcome.FAILED, list[Event]()
        if self._ears:
            self._ears.forget()
        if self._parts:
            conversation = self._parts.conversation
            lost = self._leg.transfers and not self._closed and not self.with_person
            outcome = Outcome.FAILED if lost else conversation.outcome_if_gone
            last += self._gone(conversation)
        motives, response_ms = tuple(self._motives), tuple(self._response_ms)
        last.append(CallEnded(self._at_ms, self.outcome or outcome, motives, self._turns, response_ms))
        for event in last:
            with contextlib.suppress(MediaProtocolError):  # a leg that does not read is told nothing any more
                self._publish(event)

    def _gone(self, conversation: Conversation) -> list[Event]:
        """What is to be told of the caller's end, the queue having been told its part."""
        told: list[Event] = []
        for output in conversation.gone(self._at_ms):
            if isinstance(output, TellQueue):
                self._ask_queue(output)
            elif isinstance(output, KeepMessage | DropMessage):
                self._tape.take(output, self.language)
            elif isinstance(output, TOLD_AT_THE_END):
                told.append(output)
        if self._seat:
            self._seat.close()
        return told

    @property
    def leg_id(self) -> str:
        """The leg's own name."""
        return self._leg.leg_id

    @property
    def line(self) -> str:
        """The number that was called, as the leg gives it."""
        return self._leg.line

    @property
    def with_person(self) -> bool:
        """True while caller and person speak to each other: whatever breaks here, they are left alone."""
        return bool(self._parts and self._parts.conversation.with_person)

    @property
    def with_people(self) -> bool:
        """True while the caller waits for a person as well."""
        return bool(self._parts and self._parts.conversation.private)

    @property
    def sleeps(self) -> bool:
        """True while the caller waits for a person and nothing is heard of them: what the leg sends may be taken some at a time."""
        return self._dialect.buffers and self._ears is not None and self._ears.sleeps

    # -- hearing ---------------------------------------------------------------------------------------------------

    @property
    def _at_ms(self) -> int:
        return self._ears.at_ms if self._ears else 0

    def take(self, event: MediaEvent) -> None:
        """Something happened on the leg."""
        match event:
            case AudioFrame():
                if self._ears:
                    self._ears.hear(event.pcm)
            case DtmfPressed():
                self._pressed(DtmfReceived(self._at_ms, event.digit))
            case MarkPlayed():
                self.playback.mark_played(event.name)
            case FlowChanged():
                self.playback.hold(event.paused)
            case LegHeld():
                self.playback.away(event.held)
                if self._ears:
                    self._ears.hold(event.held)
            case LegClosed():
                self._closed = True
            case LegOpened():
                pass  # the dialects refuse a second one
            case _:
                self._dispatch(Told(self._at_ms, event))

    def _pressed(self, event: DtmfReceived) -> None:
        conversation = self._parts.conversation if self._parts else None
        waits = conversation is not None and conversation.takes_keys_waiting
        if conversation and conversation.private and not waits:
            return
        hidden = conversation is not None and (conversation.takes_keys or waits)
        self._publish(DtmfReceived(event.at_ms, HIDDEN_KEY) if hidden else event)
        self._dispatch(event)

    def _hearing_failed(self, error: EngineError) -> None:
        """A person takes over. Once: a second fault would cut the announcement short."""
        if not self._deaf:
            self._deaf = True
            logger.error("call %s: %s", self._call_id, error)
            self.give_up("fault", deaf=True)

    def _advance(self, heard: Iterable[Heard]) -> None:
        assert self._parts
        assert self._ears
        for event in heard:
            private = self._parts.conversation.private
            if isinstance(event, PartialTranscript):
                if private:
                    continue
                self._publish(replace(event, text=self._parts.conversation.written(event.text)))
                continue
            if isinstance(event, DtmfReceived):
                self._pressed(event)
                continue
            if not private:  # a caller in the queue may speak to anybody: what for is not written down
                self._publish(event)
            self._dispatch(event)
            if isinstance(event, SpeechStopped) and not self._parts.conversation.records:
                self._ears.cut_off(event)
        hearing = self._parts.hearing
        self._dispatch(Clock(self._at_ms, hearing.speech_ms, hearing.said))
        self.playback.pump(self._at_ms)

    def _transcribed(self, transcript: Transcript, waited_ms: int) -> None:
        self._turn_clock.transcribed(self._at_ms)
        if self._parts and self._parts.conversation.private:
            return
        text = self._parts.conversation.written(transcript.text) if self._parts else transcript.text
        self._publish(FinalTranscript(self._at_ms, text, transcript.confidence, waited_ms))

    def _understood(self, reading: Interpretation, utterance: Utterance) -> None:
        assert self._parts
        outputs = self._parts.conversation.handle(
            Understood(self._at_ms, reading, utterance.goes_on, utterance.stopped.cut, utterance.sounded)
        )
        replied = any(isinstance(output, PlayPrompt) for output in outputs)
        self._turn_clock.understood(
            self._at_ms,
            speech_end_ms=utterance.stopped.speech_end_ms,
            stopped_at_ms=utterance.stopped.at_ms,
            replied=replied,
        )
        for output in outputs:
            self._do(output)

    # -- deciding and doing ----------------------------------------------------------------------------------------

    def _publish(self, event: Event) -> None:
        self._shared.publish(self._call_id, event)
        if self._seat:
            self._seat.note(event)
        if self._mirrored:
            mirrored = {"event": "CALL_EVENT", "data": to_json(self._call_id, event)}
            self._send([json.dumps(mirrored, ensure_ascii=False)])

    def _dispatch(self, event: Input) -> None:
        if self._parts:
            for output in self._parts.conversation.handle(event):
                self._do(output)

    def _do(self, output: Output) -> None:
        match output:
            case PlayPrompt():
                self._mouth.play(output, self._at_ms)
            case PlayMusic():
                self._mouth.play_music(self._shared.music, self._at_ms)
            case ClearAudio():
                self._be_silent()
            case HoldAudio():
                stopped = self._mouth.hold_back(self._at_ms)
                self._publish(PlaybackHeld(self._at_ms, stopped.played_ms if stopped else 0))
            case ResumeAudio():
                self._mouth.take_up(self._at_ms)
            case Transfer():
                self._transfer(output)
            case HangUp():
                self._shared.onward.end(self._leg.leg_id)
                self._finish(output.outcome, self._dialect.hang_up())
            case OfferAgent() | BriefAgent() | ConnectAgent() | ReleaseAgent():
                self._agent.take(output)
            case EnterQueue() | TellQueue() | LookAtQueue():
                self._ask_queue(output)
            case RecordMessage() | KeepMessage() | DropMessage():
                self._record(output)
            case _:
                if isinstance(output, LanguageChanged):
                    self._turn_to(output.language)
                self._count(output)
                self._publish(output)

    def _record(self, command: RecordMessage | KeepMessage | DropMessage) -> None:
        """Nothing is on the tape that came before the tone."""
        self._tape.take(command, self.language)
        if isinstance(command, RecordMessage):
            self._mouth.sound(TONE, self._at_ms)

    def _transfer(self, transfer: Transfer) -> None:
        """Ask a leg of our bridge, which tells how it went; end any other one, and the PBX goes on with the call."""
        destination = transfer.destination
        if self._seat:
            self._seat.referred()
        messages = self._dialect.transfer(destination) if destination else None
        if self._leg.transfers:
            self._send(messages or [])
        else:
            self._shared.onward.send(self._leg.leg_id, destination)
            self._finish(Outcome.HANDED_OVER, messages or self._dialect.hang_up())

    def _finish(self, outcome: Outcome, messages: list[Message]) -> None:
        """Everything is said: the leg is told how the call ends."""
        self.outcome = outcome
        self._send(messages)
        self.over.set()

    def _count(self, event: Event) -> None:
        if isinstance(event, IntentMatched | NoMatch):
            self._turns += 1
        if isinstance(event, IntentMatched) and event.motive and event.decision is not Decision.CLARIFY:
            self._motives = list(dict.fromkeys([*self._motives, event.motive]))
        if isinstance(event, CallerQueued):
            logger.info("call %s: handed to %s (%s)", self._call_id, event.service, event.reason)

    # -- a person --------------------------------------------------------------------------------------------------

    def _ask_queue(self, command: EnterQueue | TellQueue | LookAtQueue) -> None:
        if self._seat:
            self._seat.take(command)

    async def _hear_queue(self, seat: Seat) -> None:
        """What the queue tells of this call's place, for as long as the call lasts."""
        while True:
            news = await seat.news()  # the time is that at which it comes
            self._dispatch(Told(self._at_ms, news))

    # -- speaking --------------------------------------------------------------------------------------------------

    def _voice(self, language: str) -> Voice:
        return self._shared.voice(language or self.language)

    def _turn_to(self, language: str) -> None:
        """Speak, hear and read in `language` from now on."""
        assert self._parts
        self.language = language
        self._parts.turn_to(language)

    def _be_silent(self) -> None:
        stopped = self._mouth.clear(self._at_ms)
        if stopped is not None:
            interrupted = PlaybackInterrupted(self._at_ms, stopped.played_ms, stopped.heard)
            self._publish(interrupted)
            self._dispatch(interrupted)

    def _voice_failed(self, error: EngineError) -> None:
        logger.error("call %s: %s", self._call_id, error)
        self.give_up("fault")

    def _prompt_started(self, prompt: PlayPrompt) -> None:
        filler = prompt.text == self._voice(prompt.language).filler
        timed = None if filler else self._turn_clock.started(self._at_ms)
        shown = prompt.shown or prompt.text
        self._publish(PlaybackStarted(self._at_ms, shown, timed.response_ms if timed else None))
        if timed:
            self._response_ms.append(timed.response_ms)
            self._publish(timed)

    def _prompt_finished(self, prompt: PlayPrompt) -> None:  # noqa: ARG002 (prompts finish in order)
        self._publish(PlaybackFinished(self._at_ms))
        self._dispatch(PlaybackFinished(self._at_ms))
