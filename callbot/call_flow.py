"""One call's course: what its leg tells is heard and decided about; call_actions.py does what is decided, call_telling.py tells it."""

import asyncio
import contextlib
import logging
from collections.abc import Iterable
from dataclasses import replace

from callbot.call_actions import Actions, Send
from callbot.call_ears import Ears, Utterance
from callbot.call_telling import Telling
from callbot.dialogue.turn_table import Clock, GiveUp, Told, Understood
from callbot.dialogue.turns import Conversation, Input, Output
from callbot.errors import EngineError, MediaProtocolError, UnforeseenError
from callbot.events import (
    AgentReleased,
    CallbackRequested,
    CallStarted,
    ClearAudio,
    DropMessage,
    DtmfReceived,
    Event,
    FinalTranscript,
    IntentMatched,
    KeepMessage,
    MessageDropped,
    MessageRecorded,
    NoMatch,
    Outcome,
    PartialTranscript,
    PlayPrompt,
    QueueAbandoned,
    SpeechStopped,
    TellQueue,
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
)
from callbot.parts import Parts, Seat, Shared
from callbot.speech.recognizer import Transcript
from callbot.turn_timing import Read, TurnClock
from callbot.understanding.interpretation import Interpretation

logger = logging.getLogger(__name__)

HIDDEN_KEY = "•"
"""What is told of a key that may be a digit of the caller's number."""

TOLD_AT_THE_END = CallbackRequested | QueueAbandoned | AgentReleased | MessageRecorded | MessageDropped
"""What may still be told of a caller who is gone."""


class Flow:
    """One call from its leg's opening on. `run` is a task of the call.

    `send` and `send_sound` as for Actions. `mirrored`: the leg also gets every event (Telling).
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
        self._parts: Parts | None = None
        self._ears: Ears | None = None
        self._given_up = ""  # why, when somebody gave up while the call's parts were being made
        self._deaf = False
        self._closed = False
        self._turn_clock = TurnClock()
        self._seat = shared.seat(call_id, leg.caller) if shared.seat else None
        mirror = (lambda text: send([text])) if mirrored else None
        self._telling = Telling(call_id, shared.publish, self._seat, mirror)
        self.actions = Actions(
            call_id,
            dialect,
            leg,
            shared,
            self._seat,
            call=self,
            tell=self._telling.tell,
            turn_clock=self._turn_clock,
            send=send,
            send_sound=send_sound,
        )
        self.ready = asyncio.Event()
        """The call's parts are made: it takes events."""

    async def run(self) -> None:
        """Begin, and go on for as long as the call lasts. Raises EngineError when the call's parts cannot be made."""
        caller, line = self._leg.caller, self._leg.line
        closed = self._shared.closed_for(line)
        started = CallStarted(0, caller, line, self._dialect.name, self.actions.language, closed)
        self._shared.onward.begin(self._leg.leg_id)
        self._telling.tell(started)
        self._parts = await self._shared.make_parts(self._leg)
        self._parts.hearing.hears_itself(self.actions.played)
        self.actions.turn_to = self._turn_to
        self._ears = Ears(
            self._parts,
            self._leg.rate_hz,
            advance=self._advance,
            failed=self._hearing_failed,
            tape=self.actions.tape.hear,
        )
        self.ready.set()
        async with asyncio.TaskGroup() as tasks:
            for work in self.actions.work():
                tasks.create_task(work)
            tasks.create_task(self._ears.think(self._transcribed, self._understood))
            tasks.create_task(self._ears.fill_gaps())
            if self._seat:
                tasks.create_task(self._hear_queue(self._seat))
            self.dispatch(started)
            if self._given_up:
                self.give_up(self._given_up)

    def _turn_to(self, language: str) -> None:
        """Hear and read in `language` what begins from now on."""
        assert self._parts
        assert self._ears
        self._parts.turn_to(language)
        self._ears.turn()

    def give_up(self, reason: str, *, deaf: bool = False) -> None:
        """A person takes over, for `closing` (the service stops) or `fault`."""
        if self._parts:
            self.dispatch(GiveUp(self.at_ms, reason, deaf))
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
        last.append(self._telling.ended(self.at_ms, self.actions.outcome or outcome))
        for event in last:
            with contextlib.suppress(MediaProtocolError):  # a leg that does not read is told nothing any more
                self._telling.tell(event)

    def _gone(self, conversation: Conversation) -> list[Event]:
        """What is to be told of the caller's end, the queue having been told its part."""
        told: list[Event] = []
        for output in conversation.gone(self.at_ms):
            if isinstance(output, TellQueue):
                self.actions.ask_queue(output)
            elif isinstance(output, KeepMessage | DropMessage):
                self.actions.tape.take(output, self.actions.language)
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

    @property
    def at_ms(self) -> int:
        """The caller's clock."""
        return self._ears.at_ms if self._ears else 0

    def take(self, event: MediaEvent) -> None:
        """Something happened on the leg."""
        match event:
            case AudioFrame():
                if self._ears:
                    self._ears.hear(event.pcm)
            case DtmfPressed():
                self._pressed(DtmfReceived(self.at_ms, event.digit))
            case MarkPlayed():
                self.actions.playback.mark_played(event.name)
            case FlowChanged():
                self.actions.playback.hold(event.paused)
            case LegHeld():
                self.actions.playback.away(event.held)
                if self._ears:
                    self._ears.hold(event.held)
            case LegClosed():
                self._closed = True
            case LegOpened():
                pass  # the dialects refuse a second one
            case _:
                self.dispatch(Told(self.at_ms, event))

    def _pressed(self, event: DtmfReceived) -> None:
        conversation = self._parts.conversation if self._parts else None
        waits = conversation is not None and conversation.takes_keys_waiting
        if conversation and conversation.private and not waits:
            return
        hidden = conversation is not None and (conversation.takes_keys or waits)
        self._telling.tell(DtmfReceived(event.at_ms, HIDDEN_KEY) if hidden else event)
        self.dispatch(event)

    def _hearing_failed(self, error: EngineError) -> None:
        """A person takes over. Once: a second fault would cut the announcement short."""
        if not self._deaf:
            self._deaf = True
            cause = error.__cause__ if isinstance(error, UnforeseenError) else None
            logger.error("call %s: %s", self._call_id, error, exc_info=cause)
            self.give_up("fault", deaf=True)

    def _advance(self, heard: Iterable[Heard]) -> None:
        assert self._parts
        assert self._ears
        for event in heard:
            private = self._parts.conversation.private
            if isinstance(event, PartialTranscript):
                if private:
                    continue
                self._telling.tell(replace(event, text=self._parts.conversation.written(event.text)))
                continue
            if isinstance(event, DtmfReceived):
                self._pressed(event)
                continue
            if not private:  # a caller in the queue may speak to anybody: what for is not written down
                self._telling.tell(event)
            self.dispatch(event)
            if isinstance(event, SpeechStopped) and not self._parts.conversation.records:
                self._ears.cut_off(event)
        hearing = self._parts.hearing
        self.dispatch(Clock(self.at_ms, hearing.speech_ms, hearing.said))
        self.actions.playback.pump(self.at_ms)

    def _transcribed(self, transcript: Transcript, waited_ms: int) -> None:
        self._turn_clock.transcribed(self.at_ms)
        if self._parts and self._parts.conversation.private:
            return
        text = self._parts.conversation.written(transcript.text) if self._parts else transcript.text
        self._telling.tell(FinalTranscript(self.at_ms, text, transcript.confidence, waited_ms))

    def _understood(self, reading: Interpretation, utterance: Utterance) -> None:
        assert self._parts
        outputs = self._parts.conversation.handle(
            Understood(
                self.at_ms,
                reading,
                utterance.goes_on,
                utterance.stopped.cut,
                utterance.sounded,
                utterance.transcript.result().confidence,
            )
        )
        read = self._turn_clock.read(
            self.at_ms,
            speech_end_ms=utterance.stopped.speech_end_ms,
            stopped_at_ms=utterance.stopped.at_ms,
        )
        if self._parts.conversation.later is reading:
            self._turn_clock.keep(reading, read)
        self._do(outputs, read)

    def dispatch(self, event: Input) -> None:
        """What the conversation hears of, and what it has done then."""
        if self._parts:
            conversation = self._parts.conversation
            later = conversation.later
            outputs = conversation.handle(event)
            answered = later is not None and conversation.later is not later
            self._do(outputs, self._turn_clock.kept(later) if answered else None)

    def _do(self, outputs: list[Output], read: Read | None) -> None:
        """Do what the conversation wants; what is decided here, if anything is, answers the utterance that was `read` then."""
        if any(isinstance(output, ClearAudio) for output in outputs):
            self._turn_clock.silenced()
        if any(isinstance(output, IntentMatched | NoMatch) for output in outputs):
            first = next((output for output in outputs if isinstance(output, PlayPrompt)), None)
            self._turn_clock.decided(self.at_ms, read, first)
        for output in outputs:
            self.actions.do(output)

    async def _hear_queue(self, seat: Seat) -> None:
        """What the queue tells of this call's place, for as long as the call lasts."""
        while True:
            news = await seat.news()  # the time is that at which it comes
            self.dispatch(Told(self.at_ms, news))
