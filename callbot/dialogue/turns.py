"""Who speaks when: one call's turn-taking, from events to commands, without I/O; time is milliseconds of the caller's audio.

listening ──speech stopped──▶ thinking ──reply──▶ speaking ──finished──▶ listening
    ▲                            │ noise            ▲  │ barge-in            │
    └────────────────────────────┴──────────────────┼──┘        end ──▶ over
    ▲                                         reply │  wait
    └──barge-in── held ◀──hold / resume──▶ speaking ┴─ waiting ──connect──▶ bridged ──end──▶ over
"""

import logging
from collections import deque
from collections.abc import Mapping
from dataclasses import replace

from callbot.dialogue.alarms import ASKED
from callbot.dialogue.callback_request import Request
from callbot.dialogue.endings import MOST_STORIES, Hold
from callbot.dialogue.handover import Handover, Stage, Way
from callbot.dialogue.overheard import Asks, Remark, passes_over, urgency
from callbot.dialogue.polyglot import Talk
from callbot.dialogue.reply import Reply
from callbot.dialogue.speaking_over import SpeakingOver
from callbot.dialogue.turn_table import (
    NEXT,
    Clock,
    GiveUp,
    IllegalTurnError,
    Told,
    Trigger,
    Turn,
    Understood,
)
from callbot.events import (
    CallbackRequested,
    CallerAbsent,
    CallerQueued,
    CallStarted,
    ClearAudio,
    Command,
    Decision,
    DtmfReceived,
    Event,
    HangUp,
    HoldAudio,
    IntentMatched,
    LanguageChanged,
    MusicHeard,
    MusicStopped,
    NoInput,
    NoMatch,
    Outcome,
    PlaybackFinished,
    PlaybackInterrupted,
    PlaybackResumed,
    PlayPrompt,
    ResumeAudio,
    SpeechStarted,
    SpeechStopped,
    ToneHeard,
    Transfer,
    TransferFailed,
    TransferResult,
)
from callbot.turn_taking.expectation import Expects
from callbot.turn_taking.floor import Floor, Step
from callbot.understanding.interpretation import Interpretation

logger = logging.getLogger(__name__)

FILLER_MS = 2000
"""Thinking longer than this, the bot says « Un instant » rather than nothing."""
STUCK_MS = 8000
"""Thinking longer than this is a fault: the caller goes to a person."""
NOISES = 3
"""Noises in a row (speech without words) that count as one failure to understand."""
PROMPT_STUCK_MS = 10_000
"""A prompt that is not reported as heard this long after it should have been at MS_PER_LETTER is a fault."""
MS_PER_LETTER = 120
"""Twice as slow as any of our voices speaks."""
PATIENCE_MS = 30_000
"""Who asks for a moment may be silent for so long before the bot asks whether they are there."""
URGENT = 2
"""What `urgency` gives to an emergency and to who asks for a person."""
CLOSING = "closing"
"""Why the bot gives up when the service stops."""
NUMBER_MS = 90_000
"""A caller who is leaving their number when the call has lasted too long may finish it for this long."""
WHISTLES = frozenset({"fax", "modem"})
"""Tones that may be a whistle or a hearing aid; who has spoken or pressed a key in this call is no such machine."""
BUSY = "busy"
"""Why it does so at once, when the machine cannot take one more conversation."""


Input = (
    CallStarted
    | Clock
    | SpeechStarted
    | SpeechStopped
    | Understood
    | DtmfReceived
    | PlaybackFinished
    | ToneHeard
    | MusicHeard
    | MusicStopped
    | PlaybackInterrupted
    | GiveUp
    | Told
)
Output = Command | Event


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
        hold_ms: int = 0,
        rescue_ms: int = 0,
        way: Way | None = None,
        ring_ms: int = 20_000,
        returned: TransferResult | None = None,
        fillers: Mapping[str, str] | None = None,
        busy: bool = False,
    ) -> None:
        """`filler`: « Un instant »; `fillers`: the same by language, where the caller may change it."""
        self._dialogue = dialogue
        self._fillers_by_language = fillers or {}
        self._filler = PlayPrompt(filler)
        self._no_input_ms = no_input_ms
        self._call_ms = self._max_call_ms = max_call_ms
        self._hold, self._hold_music_ms = Hold(), hold_music_ms
        self._stories = 0  # utterances in a row that were cut off
        self._interrupting = False  # the caller still speaks while the bot asks them to stop
        self._prompts: deque[PlayPrompt] = (
            deque()
        )  # the one that plays first; bounded by the longest Reply (5)
        self._then: Transfer | HangUp | None = None
        self._later: Interpretation | str | None = None  # said or pressed while nothing could interrupt
        self._floor = Floor(hold_ms=hold_ms, barge_in_ms=barge_in_ms, rescue_ms=rescue_ms)
        self._over = SpeakingOver(self._floor)
        self._asked = False  # the question of what is said, or was said last, has begun
        self._prompt_since = 0
        self._turn_since = 0
        self._noises = 0
        self._patient = False  # the caller asked for a moment
        self._doubtful = False  # taking leave of a machine, which may be somebody
        self._fillers = 0  # « Un instant » that still play
        self._filled = False
        self._giving_up = False
        self._busy = busy and returned is None
        self._deaf = False
        self._way, self._ring_ms, self._returned = way, ring_ms, returned
        self._handover: Handover | None = None  # the one under way, or the last one
        self.turn = Turn.SPEAKING

    def handle(self, event: Input) -> list[Output]:  # noqa: PLR0911, PLR0912 (one return per event)
        """React to `event`. After the end nothing more comes out."""
        if self.turn is Turn.OVER:
            return []
        if self.private:
            return self._wait_on(event)
        match event:
            case CallStarted():
                return self._open(event.at_ms)
            case Clock():
                self._floor.heard(event.speech_ms, event.at_ms)
                return self._tick(event)
            case SpeechStarted():
                self._floor.began(event.at_ms)
                self._hold.voice_begins(event.at_ms)
                return []
            case SpeechStopped():
                return self._speech_stopped(event)
            case Understood():
                return self._understood(event)
            case DtmfReceived():
                return self._pressed(event.digit, event.at_ms)
            case PlaybackFinished():
                return self._finished(event.at_ms)
            case ToneHeard() | MusicHeard() | MusicStopped():
                return self._line_brings(event)
            case PlaybackInterrupted():
                self._over.heard_up_to(event.heard)
                return []
            case GiveUp():
                self._deaf = self._deaf or event.deaf
                return self._give_up(event.reason, event.at_ms)
            case Told():
                return []  # too late: that handover is over

    @property
    def private(self) -> bool:
        """True while the caller waits for a person or speaks to one: they are not listened to."""
        return self.turn in (Turn.WAITING, Turn.BRIDGED)

    @property
    def expects(self) -> Expects:
        """What the bot's last sentence asks for."""
        return self._dialogue.expects

    @property
    def language(self) -> str:
        """What is spoken now."""
        return self._dialogue.language

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
        if self._way is None:
            return self._dialogue.outcome_if_gone
        reached = self._handover and self._handover.connected
        return Outcome.HANDED_OVER if reached else self._dialogue.own_outcome

    def gone(self, at_ms: int) -> list[Event]:
        """The leg is gone: what is to be told of a handover or a call-back request under way. Nothing more comes out after."""
        told = self._handover.caller_gone(at_ms) if self._handover and self.private else []
        reached = self._handover is not None and self._handover.connected
        if (kept := self._dialogue.keep_callback()) and not reached:
            told = [*told, _requested(kept, at_ms)]
        self.turn = Turn.OVER
        return told

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
        return self.turn is Turn.SPEAKING and bool(self._prompts) and not self._prompts[0].interruptible

    def _move(self, trigger: Trigger, at_ms: int) -> None:
        try:
            after = NEXT[self.turn, trigger]
        except KeyError:
            raise IllegalTurnError(f"{trigger} while {self.turn}") from None
        logger.debug("turn %s -> %s (%s)", self.turn, after, trigger)
        self.turn, self._turn_since, self._filled = after, at_ms, False

    # -- time ------------------------------------------------------------------------------------------------------

    def _tick(self, clock: Clock) -> list[Output]:
        at_ms = clock.at_ms
        if at_ms >= self._max_call_ms and not (self._giving_up or self._may_finish(at_ms)):
            return self._give_up("too_long", at_ms)
        if self.turn is Turn.LISTENING and not self._floor.speaking:
            if lasted_ms := self._hold.lasted_ms(at_ms):
                return self._wait_through(lasted_ms, at_ms)
            patience_ms = max(self._no_input_ms, PATIENCE_MS if self._patient else 0)
            return self._silence(at_ms) if at_ms - self._turn_since >= patience_ms else []
        if self.turn is Turn.THINKING:
            return self._think_longer(at_ms)
        if self.turn is Turn.SPEAKING:
            return self._watch_prompt(at_ms)
        return self._watch_hold(clock) if self.turn is Turn.HELD else []

    def _watch_prompt(self, at_ms: int) -> list[Output]:
        """Fall silent for a caller who speaks over the bot; give up on a leg that never reports the prompt as heard."""
        step = None if self.announcing else self._floor.while_speaking()
        if step is Step.INTERRUPT:
            return self._barge_in(at_ms)
        if step is Step.HOLD:
            self._floor.held(at_ms)
            self._move(Trigger.HOLD, at_ms)
            return [HoldAudio()]
        letters = len(self._prompts[0].text) if self._prompts else 0
        if at_ms - self._prompt_since >= PROMPT_STUCK_MS + MS_PER_LETTER * letters:
            return self._give_up("fault", at_ms)
        return []

    def _watch_hold(self, clock: Clock) -> list[Output]:
        """Decide about a caller for whom the bot has fallen silent."""
        said = clock.said
        said_nothing = self._over.said_nothing(said, self._dialogue.language, self._asks)
        step = self._floor.while_held(clock.at_ms, said_nothing=said_nothing)
        if step is Step.INTERRUPT:
            return self._barge_in(clock.at_ms)
        return self._resume(clock.at_ms, false=not said) if step is Step.RESUME else []

    def _resume(self, at_ms: int, *, false: bool) -> list[Output]:
        """The sound meant nothing: go on with the sentence that was held."""
        held_ms = self._floor.resumed(at_ms, false=false)
        self._prompt_since += held_ms
        self._move(Trigger.RESUME, at_ms)
        return [ResumeAudio(), PlaybackResumed(at_ms, held_ms)]

    def _silence(self, at_ms: int) -> list[Output]:
        self._patient = False
        reply = self._dialogue.silence()
        count = max(self._dialogue.failures, 1)
        return [NoInput(at_ms, count), *_left_in_silence(reply, at_ms), *self._play(reply, at_ms)]

    def _may_finish(self, at_ms: int) -> bool:
        """Too long a call ends after what must be heard (whom to call), and after the number that is being left."""
        return self.announcing or (self.takes_keys and at_ms < self._max_call_ms + NUMBER_MS)

    def _line_brings(self, event: ToneHeard | MusicHeard | MusicStopped) -> list[Output]:
        """A machine, or music; when that is over the caller has as long as ever to speak."""
        if isinstance(event, ToneHeard):
            answered = self._hold.spoken and event.machine in WHISTLES
            return [] if answered else self._nobody("machine", event.at_ms)
        if isinstance(event, MusicHeard):
            self._hold.begins(event.at_ms)
            return []
        self._hold.ends()
        if self.turn is Turn.LISTENING:
            self._turn_since = event.at_ms
        return []

    def _wait_through(self, lasted_ms: int, at_ms: int) -> list[Output]:
        """We hear music and no words: say once that we wait, be silent, and at last take leave; of somebody as of who is silent."""
        if lasted_ms >= self._hold_music_ms and self._hold.somebody:
            self._hold.ends()
            reply = self._dialogue.give_up("no_input")
            return [*_left_in_silence(reply, at_ms), *self._play(reply, at_ms)]
        if lasted_ms >= self._hold_music_ms:
            return self._nobody("music", at_ms)
        if self._hold.told:
            return []
        self._hold.told = True
        return self._play(self._dialogue.hold(), at_ms)

    def _nobody(self, reason: str, at_ms: int) -> list[Output]:
        """There is nobody to talk to, nor to be passed on; only an emergency goes to a person all the same."""
        then = self._then
        if isinstance(then, HangUp) or (isinstance(then, Transfer) and then.reason == "emergency"):
            return []
        if self._later is not None and urgency(self._later) <= URGENT:
            self._later = None
        left = [CallerAbsent(at_ms, reason), *self._clear(), *self._play(self._dialogue.leave(reason), at_ms)]
        self._doubtful = reason == "machine"
        return left

    def _think_longer(self, at_ms: int) -> list[Output]:
        waited = at_ms - self._turn_since
        if waited >= STUCK_MS:
            return self._give_up("fault", at_ms)
        if waited >= FILLER_MS and not self._filled:
            self._filled = True
            self._fillers += 1
            return [self._filler]
        return []

    # -- the caller ------------------------------------------------------------------------------------------------

    def _barge_in(self, at_ms: int) -> list[Output]:
        """The caller has the floor. What was not heard is remembered, in case they wanted nothing."""
        self._over.interrupts(tuple(self._prompts), self._then)
        self._drop_prompts()
        self._dialogue.reopen()
        self._move(Trigger.BARGE_IN, at_ms)
        return self._clear()

    def _speech_stopped(self, event: SpeechStopped) -> list[Output]:
        self._hold.voice_ended(event.speech_end_ms)
        self._over.stopped(event, own_turn=self.turn in (Turn.LISTENING, Turn.THINKING))
        if self.turn is Turn.LISTENING:
            self._move(Trigger.SPEECH_STOPPED, event.at_ms)
        return []

    def _understood(self, event: Understood) -> list[Output]:
        reading, at_ms, asks = event.reading, event.at_ms, self._asks
        closely = asks in (Asks.CLOSELY, Asks.DANGER)
        answers = closely and self._dialogue.answers(reading)
        what, place = self._over.read(event, self._dialogue.language, asks, answers=answers)
        self._over.may_go_on_with(event, what, number=self._dialogue.expects is Expects.NUMBER)
        if what is Remark.ECHO:
            return self._let_pass(what, at_ms)
        if what is Remark.NOTHING:
            goes_on = self.turn is Turn.HELD or (self.turn is Turn.THINKING and self._over.may_go_on)
            return self._let_pass(what, at_ms) if goes_on else self._noise(reading, at_ms)
        self._noises = 0
        self._patient = reading.act == "attendre"
        self._hold.said(at_ms)
        if self.announcing:
            return [] if self._over.is_idle(event, what) else self._keep(reading)
        if self.turn in (Turn.SPEAKING, Turn.HELD):
            leaves_too = isinstance(self._then, HangUp) and reading.act == "au_revoir"
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
        return self._answer(self._dialogue.hear(reading), at_ms)

    @property
    def _asks(self) -> Asks:
        """What the bot asks for, as far as its question has begun: « oui » answers one, and nothing else."""
        if self._dialogue.state in ASKED:
            return Asks.DANGER
        if not self._asked:
            return Asks.NOTHING
        openly = self._dialogue.expects in (Expects.OPEN, Expects.STORY)
        return Asks.OPENLY if openly else Asks.CLOSELY

    def _interrupt(self, reading: Interpretation, at_ms: int) -> list[Output]:
        """The caller goes on and on: answer what they said so far, over their voice; after MOST_STORIES a person listens."""
        self._stories = self._stories % MOST_STORIES + 1
        outputs = self._answer(self._dialogue.interrupt(reading, self._stories), at_ms)
        self._interrupting = True
        return outputs

    def _let_pass(self, what: Remark, at_ms: int) -> list[Output]:
        """The bot goes on with what it was saying, or with waiting."""
        false = what is not Remark.ASSENT
        if self.turn is Turn.HELD and not self._floor.speaking:
            return self._resume(at_ms, false=false)
        if self.turn is not Turn.THINKING:
            return []
        if cut := self._over.take_up():
            self._floor.resumed(at_ms, false=false)
            self._then = cut.then
            return self._say(cut.prompts, at_ms, asked=self._asked)
        self._move(Trigger.NOISE, at_ms)
        return []

    def _keep(self, said: Interpretation | str) -> list[Output]:
        """Answer it when the sentence is over; only what is more urgent displaces it.

        What else a caller said whom the bot interrupts is the rest of their story.
        """
        if self._interrupting and urgency(said) < URGENT:
            return []
        if self._later is None or urgency(said) > urgency(self._later):
            self._later = said
        return []

    def _noise(self, reading: Interpretation, at_ms: int) -> list[Output]:
        if self.turn is not Turn.THINKING:
            return []
        self._noises += 1
        if self._noises >= NOISES:
            self._noises = 0
            return self._answer(self._dialogue.hear(reading), at_ms)
        self._move(Trigger.NOISE, at_ms)
        return []

    def _pressed(self, digit: str, at_ms: int) -> list[Output]:
        self._hold.said(at_ms)
        if digit not in self._dialogue.keys and not (self.takes_keys or self._doubtful):
            return []
        self._patient = False
        if self.announcing:
            return self._keep(digit)
        self._dialogue.reopen()
        taken = self.takes_keys
        if reply := self._dialogue.press(digit):
            return self._answer(reply, at_ms)
        return self._key_taken(at_ms) if taken else []

    def _key_taken(self, at_ms: int) -> list[Output]:
        """A digit of a number: the bot is silent for the next one, and waits for it as for an answer."""
        if self.turn in (Turn.SPEAKING, Turn.HELD) and self._prompts:
            cleared = self._barge_in(at_ms)
            self._over.drop()
            return cleared
        if self.turn is Turn.LISTENING:
            self._turn_since = at_ms
        return []

    # -- the bot ---------------------------------------------------------------------------------------------------

    def _answer(self, reply: Reply, at_ms: int) -> list[Output]:
        """Publish what was decided, stop what still plays, and speak."""
        decided = [self._decided(one, at_ms) for one in (reply.first, reply) if one]
        cleared = self._clear() if self.turn in (Turn.SPEAKING, Turn.HELD) and self._prompts else []
        self._over.answers()
        return [*decided, *cleared, *self._turn_to(reply.language, at_ms), *self._play(reply, at_ms)]

    def _turn_to(self, language: str | None, at_ms: int) -> list[Output]:
        """From now on the call is in `language`; None: nothing changes."""
        if language is None:
            return []
        self._filler = PlayPrompt(self._fillers_by_language.get(language, self._filler.text))
        return [LanguageChanged(at_ms, language)]

    def _decided(self, reply: Reply, at_ms: int) -> Event:
        if reply.decision is Decision.NO_MATCH:
            return NoMatch(at_ms, self._dialogue.failures, reply.confidence)
        return IntentMatched(
            at_ms,
            reply.decision,
            reply.motive,
            reply.aspect,
            reply.act,
            reply.emergency,
            reply.confidence,
            reply.answer_id,
        )

    def _give_up(self, reason: str, at_ms: int) -> list[Output]:
        if isinstance(self._then, Transfer) or (self._giving_up and self._then):
            if reason != "fault":
                return []  # a person, or the end, is being announced already
            then, cleared = self._then, self._clear()
            self._drop_prompts()
            return [*cleared, *self._end(then, at_ms)]
        self._giving_up = True
        return [*self._clear(), *self._play(self._dialogue.give_up(reason), at_ms)]

    def _open(self, at_ms: int) -> list[Output]:
        if self._busy:
            return self._turn_away(at_ms)
        returned = self._returned
        opening = self._dialogue.open_again(returned) if returned else self._dialogue.open()
        return self._say(opening, at_ms)

    def _turn_away(self, at_ms: int) -> list[Output]:
        self._giving_up = True
        disclosure, reply = self._dialogue.open()[0], self._dialogue.give_up(BUSY)
        return self._play(replace(reply, say=(disclosure, *reply.say)), at_ms)

    def _play(self, reply: Reply, at_ms: int) -> list[Output]:
        self._drop_prompts()
        self._interrupting = self._doubtful = False
        self._over.drop()
        self._then = reply.then
        noted = [_requested(reply.callback, at_ms)] if reply.callback else []
        return [*noted, *self._say(reply.say, at_ms)]

    def _say(self, prompts: tuple[PlayPrompt, ...], at_ms: int, *, asked: bool = False) -> list[Output]:
        """Begin with the first of them; `asked`: they are the rest of a question. One answer of a few may be asked for without a « ? »."""
        commands = not any("?" in prompt.text for prompt in prompts)
        self._asked = asked or (commands and self._dialogue.expects is not Expects.OPEN)
        self._prompts.extend(prompts)
        self._prompt_since = at_ms
        self._move(Trigger.REPLY, at_ms)
        return self._next_prompt()

    def _next_prompt(self) -> list[Output]:
        text = self._prompts[0].text
        self._asked = self._asked or "?" in text
        self._floor.asking = self._asks is not Asks.NOTHING
        self._over.says(text)
        return [self._prompts[0]]

    def _finished(self, at_ms: int) -> list[Output]:
        """One prompt was heard to its end: go on with the next, or listen, or end the call."""
        if self._fillers:
            self._fillers -= 1
            return []
        if self.turn is not Turn.SPEAKING:
            return []
        self._prompts.popleft()
        self._prompt_since = at_ms
        if not self._prompts and self._then:
            return self._leave(self._then, at_ms)
        if not self.announcing and (outputs := self._heard_meanwhile(at_ms)) is not None:
            return outputs
        if self._prompts:
            return self._next_prompt()
        self._move(Trigger.FINISHED, at_ms)
        return []

    def _heard_meanwhile(self, at_ms: int) -> list[Output] | None:
        """What the caller said or pressed during a sentence that could not be interrupted; None: nothing."""
        later, self._later = self._later, None
        if isinstance(later, Interpretation):
            return self._answer(self._dialogue.hear(later), at_ms)
        if later is not None and (reply := self._dialogue.press(later)):
            return self._answer(reply, at_ms)
        if self._prompts and self._floor.speaks_over:
            return self._barge_in(at_ms)[1:]
        return None

    def _leave(self, then: Transfer | HangUp, at_ms: int) -> list[Output]:
        """All is said; only an emergency told meanwhile, or what may be one, comes before the end. No machine presses keys or asks."""
        later = self._later
        if self._doubtful and (isinstance(later, str) or (later and urgency(later) >= URGENT)):
            self._dialogue.reopen()
            return self._heard_meanwhile(at_ms) or self._silence(at_ms)
        if isinstance(later, Interpretation) and (
            later.emergency or (later.doubt and isinstance(then, HangUp))
        ):
            return self._heard_meanwhile(at_ms) or []
        return self._end(then, at_ms)

    def _end(self, then: Transfer | HangUp, at_ms: int) -> list[Output]:
        if isinstance(then, Transfer) and self._way:
            way = (
                Way.REFER if then.reason == CLOSING else self._way
            )  # what we ring ourselves, we may not live to connect
            return self._wait(then, way, at_ms)
        self._move(Trigger.END, at_ms)
        if isinstance(then, Transfer):
            return [CallerQueued(at_ms, then.service, then.reason), then]
        return [then]

    # -- a person --------------------------------------------------------------------------------------------------

    def _wait(self, transfer: Transfer, way: Way, at_ms: int) -> list[Output]:
        """The announcement was heard: call the person. What the caller still said is forgotten."""
        self._drop_prompts()
        self._over.forget()
        self._later = None
        self._move(Trigger.WAIT, at_ms)
        self._handover = Handover(transfer, self._dialogue.plan(transfer), way, self._ring_ms)
        return self._follow(self._handover, self._handover.begin(at_ms), at_ms)

    def _wait_on(self, event: Input) -> list[Output]:
        """Something happens while the caller waits, or speaks to a person: only the handover is told."""
        handover, at_ms = self._handover, event.at_ms
        assert handover
        match event:
            case Told():
                return self._follow(handover, handover.hear(event.news, at_ms), at_ms)
            case Clock():
                return self._follow(handover, handover.tick(at_ms), at_ms)
            case PlaybackFinished() | GiveUp(reason="fault"):
                return handover.said(at_ms)
            case GiveUp(reason="closing"):
                return self._wait_no_more(handover, at_ms)
        return []

    def _wait_no_more(self, handover: Handover, at_ms: int) -> list[Output]:
        """The service stops: who hears a telephone ring goes to the reception, by the PBX; who has a person is let be."""
        called_off = handover.call_off(at_ms)
        if called_off is None:
            return []
        self._giving_up = True
        return [*called_off, *self._clear(), *self._play(self._dialogue.give_up(CLOSING), at_ms)]

    def _follow(self, handover: Handover, outputs: list[Output], at_ms: int) -> list[Output]:
        """Move the turn to where the handover has come."""
        match handover.stage:
            case Stage.FAILED if other := self._other_way(handover):
                self._handover = other
                return [*outputs, *self._follow(other, other.begin(at_ms), at_ms)]
            case Stage.FAILED:
                return [*outputs, *self._come_back(handover, at_ms)]
            case Stage.TALKING if self.turn is Turn.WAITING:
                self._move(Trigger.CONNECT, at_ms)
            case Stage.OVER:
                self._move(Trigger.END, at_ms)
                return [*outputs, HangUp(self.outcome_if_gone)]
        return outputs

    def _other_way(self, handover: Handover) -> Handover | None:
        """A PBX that takes no REFER while we stop: we ring the reception ourselves, as long as we are there."""
        if self._way is None or handover.transfer.reason != CLOSING:
            return None
        return handover.in_another_way(self._way)

    def _come_back(self, handover: Handover, at_ms: int) -> list[Output]:
        """Nobody was reached: the caller is never left alone. The time that they waited is no time of the call's."""
        failed = TransferFailed(at_ms, handover.transfer.service, handover.result, handover.code)
        self._max_call_ms += at_ms - self._turn_since
        self._allow_more(at_ms)
        reply = self._dialogue.come_back(handover.transfer, handover.result, deaf=self._deaf)
        return [failed, *_left_in_silence(reply, at_ms), *self._clear(), *self._play(reply, at_ms)]

    def _allow_more(self, at_ms: int) -> None:
        """A call that was too long, and reached nobody, may go on half as long again."""
        if self._giving_up:
            self._giving_up = False
            self._max_call_ms = max(self._max_call_ms, at_ms + self._call_ms // 2)

    def _clear(self) -> list[Output]:
        self._fillers = 0
        return [ClearAudio()]

    def _drop_prompts(self) -> None:
        self._prompts.clear()
        self._then = None


def _requested(wanted: Request, at_ms: int) -> CallbackRequested:
    return CallbackRequested(at_ms, wanted.number, wanted.wish, wanted.motive, wanted.name, wanted.place)


def _left_in_silence(reply: Reply, at_ms: int) -> list[Output]:
    """The bot takes leave of a line on which nobody ever spoke."""
    return [CallerAbsent(at_ms, "silence")] if reply.then == HangUp(Outcome.ABSENT) else []
