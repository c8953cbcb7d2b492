"""Who speaks when: one call's turn-taking, from events to commands, without I/O; time is milliseconds of the caller's audio.

listening ──speech stopped──▶ thinking ──reply──▶ speaking ──finished──▶ listening
    ▲                            │ noise            ▲  │ barge-in            │
    └────────────────────────────┴──────────────────┼──┘        end ──▶ over
                                              reply │  wait
                                                 waiting ──connect──▶ bridged ──end──▶ over
"""

import logging
from collections import deque

from callbot.dialogue.handover import Handover, Stage, Way
from callbot.dialogue.machine import Dialogue
from callbot.dialogue.moves import KEYS
from callbot.dialogue.reply import Reply
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
    CallerQueued,
    CallStarted,
    ClearAudio,
    Command,
    Decision,
    DtmfReceived,
    Event,
    HangUp,
    IntentMatched,
    NoInput,
    NoMatch,
    Outcome,
    PlaybackFinished,
    PlayPrompt,
    SpeechStarted,
    SpeechStopped,
    Transfer,
    TransferFailed,
    TransferResult,
)
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
CLOSING = "closing"
"""Why the bot gives up when the service stops."""
URGENT_ACTS = frozenset({"agent", "au_revoir"})
"""Said over the bot's voice, however shortly, these are obeyed."""


Input = (
    CallStarted
    | Clock
    | SpeechStarted
    | SpeechStopped
    | Understood
    | DtmfReceived
    | PlaybackFinished
    | GiveUp
    | Told
)
Output = Command | Event


class Conversation:
    """One call's turn-taking around its Dialogue. `handle` is the only door; what it returns is to be done in order.

    `way`: how the leg reaches people; None: it cannot, and the PBX goes on with the call when a person was announced.
    `returned`: the caller comes back from a transfer of the PBX that failed so.
    """

    def __init__(
        self,
        dialogue: Dialogue,
        *,
        filler: str,
        no_input_ms: int,
        barge_in_ms: int,
        max_call_ms: int,
        way: Way | None = None,
        ring_ms: int = 20_000,
        returned: TransferResult | None = None,
    ) -> None:
        self._dialogue = dialogue
        self._filler = PlayPrompt(filler)
        self._no_input_ms = no_input_ms
        self._barge_in_ms = barge_in_ms
        self._call_ms = self._max_call_ms = max_call_ms
        self._prompts: deque[PlayPrompt] = (
            deque()
        )  # the one that plays first; bounded by the longest Reply (5)
        self._then: Transfer | HangUp | None = None
        self._later: Interpretation | str | None = None  # said or pressed while nothing could interrupt
        self._speaking = False
        self._speech_ms = 0
        self._meant: deque[bool] = (
            deque()
        )  # utterances not yet understood: said when it was the caller's turn?
        self._prompt_since = 0
        self._turn_since = 0
        self._noises = 0
        self._fillers = 0  # « Un instant » that still play
        self._filled = False
        self._giving_up = False
        self._deaf = False
        self._way, self._ring_ms, self._returned = way, ring_ms, returned
        self._handover: Handover | None = None  # the one under way, or the last one
        self.turn = Turn.SPEAKING

    def handle(self, event: Input) -> list[Output]:  # noqa: PLR0911 (one return per event)
        """React to `event`. After the end nothing more comes out."""
        if self.turn is Turn.OVER:
            return []
        if self.private:
            return self._wait_on(event)
        match event:
            case CallStarted():
                returned = self._returned
                opening = self._dialogue.open_again(returned) if returned else self._dialogue.open()
                return self._say(opening, event.at_ms)
            case Clock():
                self._speech_ms = event.speech_ms
                return self._tick(event.at_ms)
            case SpeechStarted():
                self._speaking = True
                return []
            case SpeechStopped():
                return self._speech_stopped(event.at_ms)
            case Understood():
                return self._understood(event.reading, event.at_ms)
            case DtmfReceived():
                return self._pressed(event.digit, event.at_ms)
            case PlaybackFinished():
                return self._finished(event.at_ms)
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
        """The leg is gone: what is to be told of a handover under way. Nothing more comes out after."""
        told = self._handover.caller_gone(at_ms) if self._handover and self.private else []
        self.turn = Turn.OVER
        return told

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

    def _tick(self, at_ms: int) -> list[Output]:
        if at_ms >= self._max_call_ms and not self._giving_up:
            return self._give_up("too_long", at_ms)
        if self.turn is Turn.LISTENING and not self._speaking:
            return self._silence(at_ms) if at_ms - self._turn_since >= self._no_input_ms else []
        if self.turn is Turn.THINKING:
            return self._think_longer(at_ms)
        if self.turn is Turn.SPEAKING:
            return self._watch_prompt(at_ms)
        return []

    def _watch_prompt(self, at_ms: int) -> list[Output]:
        """Stop for a caller who speaks over the bot; give up on a leg that never reports the prompt as heard."""
        if not self.announcing and self._speaks_over:
            return self._barge_in(at_ms)
        letters = len(self._prompts[0].text) if self._prompts else 0
        if at_ms - self._prompt_since >= PROMPT_STUCK_MS + MS_PER_LETTER * letters:
            return self._give_up("fault", at_ms)
        return []

    def _silence(self, at_ms: int) -> list[Output]:
        reply = self._dialogue.silence()
        return [NoInput(at_ms, self._dialogue.failures), *self._play(reply, at_ms)]

    def _think_longer(self, at_ms: int) -> list[Output]:
        waited = at_ms - self._turn_since
        if waited >= STUCK_MS:
            return self._give_up("fault", at_ms)
        if waited >= FILLER_MS and not self._filled:
            self._filled = True
            self._fillers += 1
            return [self._filler]
        return []

    @property
    def _speaks_over(self) -> bool:
        return self._speaking and self._speech_ms >= self._barge_in_ms

    # -- the caller ------------------------------------------------------------------------------------------------

    def _barge_in(self, at_ms: int) -> list[Output]:
        self._drop_prompts()
        self._dialogue.reopen()
        self._move(Trigger.BARGE_IN, at_ms)
        return self._clear()

    def _speech_stopped(self, at_ms: int) -> list[Output]:
        self._speaking, self._speech_ms = False, 0
        self._meant.append(self.turn in (Turn.LISTENING, Turn.THINKING))
        if self.turn is Turn.LISTENING:
            self._move(Trigger.SPEECH_STOPPED, at_ms)
        return []

    def _understood(self, reading: Interpretation, at_ms: int) -> list[Output]:
        meant = self._meant.popleft() if self._meant else False
        if not reading.text:
            return self._noise(reading, at_ms)
        self._noises = 0
        if self.announcing:
            return self._keep(reading)
        urgent = bool(reading.emergency) or reading.act in URGENT_ACTS
        leaving = isinstance(self._then, HangUp)
        if self.turn is Turn.SPEAKING and (not (meant or urgent) or (leaving and reading.act == "au_revoir")):
            return []  # a short word over an answer (« d'accord ») does not stop it
        self._dialogue.reopen()
        return self._answer(self._dialogue.hear(reading), at_ms)

    def _keep(self, said: Interpretation | str) -> list[Output]:
        """Answer it when the sentence is over; what is more urgent is not displaced by what follows."""
        if self._later is None or _urgency(said) >= _urgency(self._later):
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
        if digit not in KEYS:
            return []
        if self.announcing:
            return self._keep(digit)
        self._dialogue.reopen()
        reply = self._dialogue.press(digit)
        return self._answer(reply, at_ms) if reply else []

    # -- the bot ---------------------------------------------------------------------------------------------------

    def _answer(self, reply: Reply, at_ms: int) -> list[Output]:
        """Publish what was decided, stop what still plays, and speak."""
        decided = [self._decided(one, at_ms) for one in (reply.first, reply) if one]
        cleared = self._clear() if self.turn is Turn.SPEAKING and self._prompts else []
        return [*decided, *cleared, *self._play(reply, at_ms)]

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

    def _play(self, reply: Reply, at_ms: int) -> list[Output]:
        self._drop_prompts()
        self._then = reply.then
        return self._say(reply.say, at_ms)

    def _say(self, prompts: tuple[PlayPrompt, ...], at_ms: int) -> list[Output]:
        self._prompts.extend(prompts)
        self._prompt_since = at_ms
        self._move(Trigger.REPLY, at_ms)
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
            return [self._prompts[0]]
        self._move(Trigger.FINISHED, at_ms)
        return []

    def _heard_meanwhile(self, at_ms: int) -> list[Output] | None:
        """What the caller said or pressed during a sentence that could not be interrupted; None: nothing."""
        later, self._later = self._later, None
        if isinstance(later, Interpretation):
            return self._answer(self._dialogue.hear(later), at_ms)
        if later is not None and (reply := self._dialogue.press(later)):
            return self._answer(reply, at_ms)
        if self._prompts and self._speaks_over:
            return self._barge_in(at_ms)[1:]
        return None

    def _leave(self, then: Transfer | HangUp, at_ms: int) -> list[Output]:
        """All is said; only an emergency told meanwhile comes before the end."""
        if isinstance(self._later, Interpretation) and self._later.emergency:
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
        self._meant.clear()
        self._later, self._speaking, self._speech_ms = None, False, 0
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
        return [failed, *self._clear(), *self._play(reply, at_ms)]

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


def _urgency(said: Interpretation | str) -> int:
    """Of what was said or pressed during an announcement: an emergency, a person, something with a meaning, the rest."""
    if isinstance(said, str):
        return 2 if KEYS[said] == "agent" else 1
    if said.emergency:
        return 3
    if said.act == "agent":
        return 2
    return 1 if said.act or said.candidates else 0
