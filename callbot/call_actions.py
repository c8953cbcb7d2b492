"""What a call does: the conversation's commands, carried out on its leg, in the queue and at an agent's telephone."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable
from typing import Protocol

from callbot.call_agent import AgentLine
from callbot.dialogue.turns import Input, Output
from callbot.errors import EngineError
from callbot.events import (
    BriefAgent,
    ClearAudio,
    ConnectAgent,
    DropMessage,
    EnterQueue,
    Event,
    HangUp,
    HoldAudio,
    KeepMessage,
    LanguageChanged,
    LookAtQueue,
    OfferAgent,
    Outcome,
    PlaybackFinished,
    PlaybackHeld,
    PlaybackInterrupted,
    PlaybackStarted,
    PlayMusic,
    PlayPrompt,
    RecordMessage,
    ReleaseAgent,
    ResumeAudio,
    TellQueue,
    Transfer,
)
from callbot.media.dialect import Dialect, LegOpened, Message
from callbot.messages_recording import TONE, Tape, Whose
from callbot.mouth import Mouth
from callbot.parts import Seat, Shared, Voice
from callbot.playback import Playback
from callbot.turn_taking.echo import Played
from callbot.turn_timing import TurnClock

logger = logging.getLogger(__name__)

Send = Callable[[list[Message]], None]


class InCall(Protocol):
    """The call whose actions these are."""

    @property
    def at_ms(self) -> int:
        """The caller's clock."""

    def dispatch(self, event: Input) -> None:
        """What the conversation is to hear of."""

    def give_up(self, reason: str) -> None:
        """A person takes over."""


class Actions:
    """Those of one call. `over` is set when the leg was told how it ends, with `outcome`.

    `send` takes messages that matter whatever happens, `send_sound` sound with its marks; `turn_to`: what hears and reads the caller
    is told the language.
    """

    def __init__(
        self,
        call_id: str,
        dialect: Dialect,
        leg: LegOpened,
        shared: Shared,
        seat: Seat | None,
        *,
        call: InCall,
        tell: Callable[[Event], None],
        turn_clock: TurnClock,
        send: Send,
        send_sound: Send,
    ) -> None:
        self._call_id = call_id
        self._dialect = dialect
        self._leg = leg
        self._shared = shared
        self._seat = seat
        self._call = call
        self._tell = tell
        self._turn_clock = turn_clock
        self._send = send
        self.turn_to: Callable[[str], None] = lambda _language: None
        self.played = Played()
        self.playback = Playback(
            dialect,
            leg.rate_hz,
            send=send_sound,
            on_start=self._prompt_started,
            on_finish=self._prompt_finished,
            played=self.played,
        )
        self.language = shared.language_of(leg.line)
        """What the call is in at this moment."""
        self._mouth = Mouth(self.playback, self._voice, self._voice_failed)
        self._agent = AgentLine(dialect, self.playback, shared.prompts, shared.ring_ms, send)
        whose = Whose(call_id, leg.caller, leg.line, leg.rate_hz)
        self.tape = Tape(whose, shared.messages)
        self.outcome: Outcome | None = None
        self.over = asyncio.Event()

    def work(self) -> Iterable[Coroutine[object, object, None]]:
        """What takes its time: tasks of the call."""
        return self._mouth.run(), self._agent.run()

    def do(self, output: Output) -> None:
        """Carry out a command, or tell an event, of the conversation."""
        match output:
            case PlayPrompt():
                self._mouth.play(output, self._call.at_ms)
            case PlayMusic():
                self._mouth.play_music(self._shared.music, self._call.at_ms)
            case ClearAudio():
                self._be_silent()
            case HoldAudio():
                stopped = self._mouth.hold_back(self._call.at_ms)
                self._tell(PlaybackHeld(self._call.at_ms, stopped.played_ms if stopped else 0))
            case ResumeAudio():
                self._mouth.take_up(self._call.at_ms)
            case Transfer():
                self._transfer(output)
            case HangUp():
                self._shared.onward.end(self._leg.leg_id)
                self._finish(output.outcome, self._dialect.hang_up())
            case OfferAgent() | BriefAgent() | ConnectAgent() | ReleaseAgent():
                self._agent.take(output)
            case EnterQueue() | TellQueue() | LookAtQueue():
                self.ask_queue(output)
            case RecordMessage() | KeepMessage() | DropMessage():
                self._record(output)
            case _:
                if isinstance(output, LanguageChanged):
                    self._turn_to(output.language)
                self._tell(output)

    def _record(self, command: RecordMessage | KeepMessage | DropMessage) -> None:
        """Nothing is on the tape that came before the tone."""
        self.tape.take(command, self.language)
        if isinstance(command, RecordMessage):
            self._mouth.sound(TONE, self._call.at_ms)

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

    def ask_queue(self, command: EnterQueue | TellQueue | LookAtQueue) -> None:
        """Nothing is asked where there is no queue."""
        if self._seat:
            self._seat.take(command)

    def _voice(self, language: str) -> Voice:
        return self._shared.voice(language or self.language)

    def _turn_to(self, language: str) -> None:
        """Speak, hear and read in `language` from now on."""
        self.language = language
        self.turn_to(language)

    def _be_silent(self) -> None:
        stopped = self._mouth.clear(self._call.at_ms)
        if stopped is not None:
            interrupted = PlaybackInterrupted(self._call.at_ms, stopped.played_ms, stopped.heard)
            self._tell(interrupted)
            self._call.dispatch(interrupted)

    def _voice_failed(self, error: EngineError) -> None:
        logger.error("call %s: %s", self._call_id, error)
        self._call.give_up("fault")

    def _prompt_started(self, prompt: PlayPrompt) -> None:
        timed = self._turn_clock.started(prompt, self._call.at_ms)
        shown = prompt.shown or prompt.text
        started = PlaybackStarted(self._call.at_ms, shown, timed.response_ms if timed else None)
        self._tell(started)
        self._call.dispatch(started)
        if timed:
            self._tell(timed)

    def _prompt_finished(self, prompt: PlayPrompt) -> None:  # noqa: ARG002 (prompts finish in order)
        self._tell(PlaybackFinished(self._call.at_ms))
        self._call.dispatch(PlaybackFinished(self._call.at_ms))
