"""Who speaks when: one call's turn-taking, from events to commands, without I/O; time is milliseconds of the caller's audio.

listening ──speech stopped──▶ thinking ──reply──▶ speaking ──finished──▶ listening
    ▲                            │ noise            ▲  │ barge-in            │
    └────────────────────────────┴──────────────────┼──┘        end ──▶ over
    ▲                                         reply │  wait
    └──barge-in── held ◀──hold / resume──▶ speaking ┴─ waiting ◀─wait / connect─▶ bridged ──end──▶ over
                                               ▲  │ record
                                         reply └──┴─▶ recording
"""

from collections.abc import Mapping
from dataclasses import replace

from callbot.dialogue.bot import Bot
from callbot.dialogue.endings import MOST_STORIES
from callbot.dialogue.handover import Way
from callbot.dialogue.leaving import Leaving
from callbot.dialogue.message_recording import Recording
from callbot.dialogue.overheard import URGENT, Asks, Remark, passes_over, urgency
from callbot.dialogue.patience import THINKING_LIMIT_MS, Patience
from callbot.dialogue.polyglot import Talk
from callbot.dialogue.turn_table import Clock, GiveUp, Input, Output, Told, Trigger, Turn, Understood
from callbot.dialogue.with_person import WithPerson
from callbot.events import (
    CallStarted,
    DtmfReceived,
    HangUp,
    MusicHeard,
    MusicStopped,
    Outcome,
    PlaybackFinished,
    PlaybackInterrupted,
    PlaybackStarted,
    SpeechStarted,
    SpeechStopped,
    ToneHeard,
    TransferResult,
)
from callbot.humans.queue_types import Rules
from callbot.turn_taking.expectation import Expects
from callbot.turn_taking.floor import Floor
from callbot.understanding.interpretation import Interpretation

__all__ = ["NOISES", "Conversation", "Input", "Output"]

NOISES = 3
"""Noises in a row (speech without words) that count as one failure to understand."""
BUSY = "busy"
"""Why it does so at once, when the machine cannot take one more conversation."""


class Conversation:
    """One call's turn-taking around its conversation. `handle` is the only door; what it returns is to be done in order.

    `way`: how the leg reaches people; None: it cannot, and the PBX goes on with the call when a person was announced.
    `returned`: the caller comes back from a transfer of the PBX that failed so. `busy`: a new caller is told that a machine speaks and that
    all lines are busy, and goes to the reception.
    """

    def __init__(
        self,
        dialogue: Talk,
        *,
        filler: str,
        no_input_ms: int,
        barge_in_ms: int,
        max_call_ms: int,
        hold_music_ms: int = 120_000,
        thinking_limit_ms: int = THINKING_LIMIT_MS,
        hold_ms: int = 0,
        rescue_ms: int = 0,
        way: Way | None = None,
        ring_ms: int = 20_000,
        returned: TransferResult | None = None,
        fillers: Mapping[str, str] | None = None,
        busy: bool = False,
        rules: Rules | None = None,
    ) -> None:
        """`filler`: « Un instant »; `fillers`: the same by language, where the caller may change it; `rules`: of the waiting queue."""
        floor = Floor(hold_ms=hold_ms, barge_in_ms=barge_in_ms, rescue_ms=rescue_ms)
        self._dialogue = dialogue
        self._bot = Bot(dialogue, floor, filler=filler, fillers=fillers)
        self._person = WithPerson(self._bot, way, ring_ms=ring_ms, max_call_ms=max_call_ms, rules=rules)
        self._recording = Recording(self._bot, self._person)
        self._leaving = Leaving(self._bot, self._person, self._recording)
        self._patience = Patience(
            self._bot,
            self._person,
            self._leaving,
            no_input_ms=no_input_ms,
            hold_music_ms=hold_music_ms,
            thinking_limit_ms=thinking_limit_ms,
        )
        self._floor, self._over, self._hold = floor, self._bot.over, self._patience.hold
        self._busy = busy and returned is None
        self._returned = returned
        self._stories = 0  # utterances in a row that were cut off
        self._noises = 0

    def handle(self, event: Input) -> list[Output]:  # noqa: PLR0911, PLR0912 (one return per event)
        """React to `event`. After the end nothing more comes out."""
        if self.turn is Turn.OVER:
            return []
        if isinstance(event, PlaybackStarted):
            self._bot.sounds(event.text, event.at_ms)
            return []
        if isinstance(event, GiveUp) and event.deaf:
            self._person.deaf = True
            if self.private:
                return []  # they are not listened to, and come back to keys
        if self.private:
            return self._person.wait_on(event)
        if self.records:
            return self._record_on(event)
        match event:
            case CallStarted():
                return self._open(event.at_ms)
            case Clock():
                self._floor.heard(event.speech_ms, event.at_ms)
                return self._patience.tick(event)
            case SpeechStarted():
                self._floor.began(event.at_ms)
                self._over.began(event.at_ms)
                self._hold.voice_begins(event.at_ms)
                return []
            case SpeechStopped():
                return self._speech_stopped(event)
            case Understood():
                return self._understood(event)
            case DtmfReceived():
                return self._pressed(event.digit, event.at_ms)
            case PlaybackFinished():
                return self._leaving.finished(event.at_ms)
            case ToneHeard() | MusicHeard() | MusicStopped():
                return self._patience.line_brings(event)
            case PlaybackInterrupted():
                self._over.heard_up_to(event.heard)
                return []
            case GiveUp():
                return self._leaving.give_up(event.reason, event.at_ms)
            case Told():
                return []  # too late: that handover is over

    @property
    def turn(self) -> Turn:
        """Who speaks."""
        return self._bot.turn

    @property
    def private(self) -> bool:
        """True while the caller waits for a person or speaks to one: nothing they say is kept, and only what `listens` tells is read."""
        return self._person.private

    @property
    def expects(self) -> Expects:
        """What the bot's last sentence asks for."""
        return self._dialogue.expects

    @property
    def language(self) -> str:
        """What is spoken now."""
        return self._dialogue.language

    @property
    def later(self) -> Interpretation | str | None:
        """What is answered after the sentence that plays: what was said during it, or a key."""
        return self._bot.later

    @property
    def unfinished(self) -> bool:
        """Whether the caller may go on with the utterance that was read last: it was theirs, and neither a murmur nor a whole answer."""
        return self._over.unfinished

    @property
    def with_person(self) -> bool:
        """True while caller and person speak to each other."""
        return self.turn is Turn.BRIDGED

    @property
    def outcome_if_gone(self) -> Outcome:
        """The outcome when the caller hangs up now. A leg that reaches people hands over when it has reached one."""
        return self._person.outcome_if_gone

    def gone(self, at_ms: int) -> list[Output]:
        """The leg is gone: what is to be told of a handover, a call-back request or a message under way. Nothing more comes out after."""
        left = self._recording.end("hang_up", at_ms) if self.records else []
        return [*left, *self._person.gone(at_ms)]

    @property
    def listens(self) -> bool:
        """Whether what the caller says is read: not what they say to a person, nor while they wait for one anywhere but in the queue."""
        return not self.private or self._person.takes_words

    @property
    def records(self) -> bool:
        """True while the caller speaks a message: it is recorded, and not understood."""
        return self.turn is Turn.RECORDING

    @property
    def takes_keys_waiting(self) -> bool:
        """True while a key of a caller who waits for a person means something."""
        return self._person.takes_keys

    @property
    def takes_keys(self) -> bool:
        """True while every key may be a digit of the caller's number: which one it is is nobody else's business."""
        return self._dialogue.takes_keys

    def written(self, text: str) -> str:
        """What of the caller's words may be written down: not the name or the place that they are asked for."""
        return self._dialogue.written(text)

    @property
    def announcing(self) -> bool:
        """True while a sentence plays that cannot be interrupted."""
        return self._bot.announcing

    def _record_on(self, event: Input) -> list[Output]:
        """The caller speaks a message. What ends the call in the middle of it loses none of it."""
        at_ms = event.at_ms
        match event:
            case ToneHeard():
                return [*self._recording.end("hang_up", at_ms), *self._leaving.nobody("machine", at_ms)]
            case GiveUp(reason=reason):
                return [*self._recording.end("fault", at_ms), *self._leaving.give_up(reason, at_ms)]
            case MusicHeard() | MusicStopped():
                return self._patience.line_brings(event)
        return self._recording.handle(event)

    def _speech_stopped(self, event: SpeechStopped) -> list[Output]:
        self._hold.voice_ended(event.speech_end_ms)
        self._over.stopped(event, own_turn=self.turn in (Turn.LISTENING, Turn.THINKING))
        if self.turn is Turn.LISTENING:
            self._bot.move(Trigger.SPEECH_STOPPED, event.at_ms)
        return []

    def _understood(self, event: Understood) -> list[Output]:
        reading, at_ms, asks = event.reading, event.at_ms, self._bot.asks
        closely = asks in (Asks.CLOSELY, Asks.DANGER)
        answers = closely and self._dialogue.answers(reading)
        what, place = self._over.read(
            event, self._dialogue.language, asks, answers=answers, told_ms=self._bot.told_ms
        )
        self._over.may_go_on_with(event, what, number=self._dialogue.expects is Expects.NUMBER)
        if what is Remark.ECHO:
            return self._let_pass(what, at_ms)
        if what is Remark.NOTHING:
            goes_on = self.turn is Turn.HELD or (self.turn is Turn.THINKING and self._over.may_go_on)
            return self._let_pass(what, at_ms) if goes_on else self._noise(reading, at_ms)
        self._noises = 0
        self._bot.patient = reading.act == "attendre"
        self._hold.said(at_ms)
        if self.announcing:
            return [] if self._over.is_idle(event, what) else self._keep(reading)
        if self.turn in (Turn.SPEAKING, Turn.HELD):
            leaves_too = isinstance(self._bot.then, HangUp) and reading.act == "au_revoir"
            passes = leaves_too or passes_over(what, place)
        else:
            passes = self._over.passes_after(what, place)
        if passes:
            return self._let_pass(what, at_ms)
        self._floor.given()
        self._dialogue.reopen()
        if event.cut:
            return self._interrupt(reading, at_ms)
        self._stories = 0
        return self._bot.answer(self._dialogue.hear(reading), at_ms)

    def _interrupt(self, reading: Interpretation, at_ms: int) -> list[Output]:
        """The caller goes on and on: answer what they said so far, over their voice; after MOST_STORIES a person listens."""
        self._stories = self._stories % MOST_STORIES + 1
        outputs = self._bot.answer(self._dialogue.interrupt(reading, self._stories), at_ms)
        self._bot.interrupting = True
        return outputs

    def _let_pass(self, what: Remark, at_ms: int) -> list[Output]:
        """The bot goes on with what it was saying, or with waiting."""
        false = what is not Remark.ASSENT
        if self.turn is Turn.HELD and not self._floor.speaking:
            return self._bot.resume(at_ms, false=false)
        if self.turn is not Turn.THINKING:
            return []
        if cut := self._over.take_up():
            self._floor.resumed(at_ms, false=false)
            self._bot.then = cut.then
            return self._bot.say(cut.prompts, at_ms, asked=self._bot.asked)
        self._bot.move(Trigger.NOISE, at_ms)
        return []

    def _keep(self, said: Interpretation | str) -> list[Output]:
        """Answer it when the sentence is over; only what is more urgent displaces it.

        What else a caller said whom the bot interrupts is the rest of their story.
        """
        if self._bot.interrupting and urgency(said) < URGENT:
            return []
        if self._bot.later is None or urgency(said) > urgency(self._bot.later):
            self._bot.later = said
        return []

    def _noise(self, reading: Interpretation, at_ms: int) -> list[Output]:
        if self.turn is not Turn.THINKING:
            return []
        self._noises += 1
        if self._noises >= NOISES:
            self._noises = 0
            return self._bot.answer(self._dialogue.hear(reading), at_ms)
        self._bot.move(Trigger.NOISE, at_ms)
        return []

    def _pressed(self, digit: str, at_ms: int) -> list[Output]:
        self._hold.said(at_ms)
        if digit not in self._dialogue.keys and not (self.takes_keys or self._bot.doubtful):
            return []
        self._bot.patient = False
        if self.announcing:
            return self._keep(digit)
        self._dialogue.reopen()
        taken = self.takes_keys
        if reply := self._dialogue.press(digit):
            return self._bot.answer(reply, at_ms)
        return self._key_taken(at_ms) if taken else []

    def _key_taken(self, at_ms: int) -> list[Output]:
        """A digit of a number: the bot is silent for the next one, and waits for it as for an answer."""
        if self.turn in (Turn.SPEAKING, Turn.HELD) and self._bot.prompts:
            cleared = self._bot.barge_in(at_ms)
            self._over.drop()
            return cleared
        if self.turn is Turn.LISTENING:
            self._bot.turn_since_ms = at_ms
        return []

    def _open(self, at_ms: int) -> list[Output]:
        if self._busy:
            return self._turn_away(at_ms)
        returned = self._returned
        opening = self._dialogue.open_again(returned) if returned else self._dialogue.open()
        return self._bot.say(opening, at_ms)

    def _turn_away(self, at_ms: int) -> list[Output]:
        self._bot.giving_up = True
        disclosure, reply = self._dialogue.open()[0], self._dialogue.give_up(BUSY)
        return self._bot.play(replace(reply, say=(disclosure, *reply.say)), at_ms)
