"""The bot's side of one call's turn-taking: whose turn it is, the sentences that play, and what is to follow them. No I/O.

The parts of a conversation (turns.py) share one Bot, as those of the dialogue share one Memory.
"""

import logging
from collections import deque
from collections.abc import Mapping
from typing import assert_never

from callbot.dialogue.alarms import ASKED
from callbot.dialogue.callback_request import Request
from callbot.dialogue.overheard import Asks
from callbot.dialogue.polyglot import Talk
from callbot.dialogue.reply import MessageStep, Reply
from callbot.dialogue.satisfaction_table import SURVEY, told
from callbot.dialogue.speaking_over import SpeakingOver
from callbot.dialogue.turn_table import NEXT, IllegalTurnError, Output, Trigger, Turn
from callbot.events import (
    CallbackRequested,
    CallerAbsent,
    ClearAudio,
    Decision,
    DropMessage,
    Event,
    HangUp,
    IntentMatched,
    LanguageChanged,
    MessageAccepted,
    MessageDropped,
    MessageOffered,
    NoInput,
    NoMatch,
    Outcome,
    PlaybackResumed,
    PlayPrompt,
    RecordMessage,
    ResumeAudio,
    Transfer,
)
from callbot.turn_taking.expectation import Expects
from callbot.turn_taking.floor import Floor
from callbot.understanding.interpretation import Interpretation

LETTER_MS = 62
"""Our voices take 59 to 67 ms for a letter."""
TOLD_SHARE = 0.7
"""Of a question; who has heard less does not know what they say yes to: « Si je comprends bien, votre question porte sur … »."""

logger = logging.getLogger(__name__)


class Bot:
    """What the bot says in one call. Every method gives what is to be done now, in order.

    `filler`: « Un instant »; `fillers`: the same by language, where the caller may change it.
    """

    def __init__(
        self, dialogue: Talk, floor: Floor, *, filler: str, fillers: Mapping[str, str] | None = None
    ) -> None:
        self.dialogue = dialogue
        self.floor = floor
        self.over = SpeakingOver(floor)
        self.turn = Turn.SPEAKING
        self.turn_since_ms = 0
        self.prompts: deque[PlayPrompt] = deque()
        """The one that plays first; bounded by the longest Reply (5)."""
        self.prompt_since_ms = 0
        self.then: Transfer | HangUp | RecordMessage | None = None
        """What follows the last of them."""
        self.later: Interpretation | str | None = None
        """Said or pressed while nothing could interrupt."""
        self.asked = False
        """The question of what is said, or was said last, has begun."""
        self.told_ms = 0
        """A yes that began before this answers nothing: what is asked had not been told."""
        self._tells = False  # what plays now tells it
        self.interrupting = False
        """The caller still speaks while the bot asks them to stop."""
        self.patient = False
        """The caller asked for a moment."""
        self.doubtful = False
        """Taking leave of a machine, which may be somebody."""
        self.giving_up = False
        self._filler = PlayPrompt(filler)
        self._fillers_by_language = fillers or {}
        self._fillers = 0  # « Un instant » that still play
        self._filled = False

    @property
    def announcing(self) -> bool:
        """True while a sentence plays that cannot be interrupted."""
        return self.turn is Turn.SPEAKING and bool(self.prompts) and not self.prompts[0].interruptible

    @property
    def asks(self) -> Asks:
        """What the bot asks for, as far as its question has begun: « oui » answers one, and nothing else."""
        if self.dialogue.state in ASKED:
            return Asks.DANGER
        if not self.asked:
            return Asks.NOTHING
        openly = self.dialogue.expects in (Expects.OPEN, Expects.STORY)
        return Asks.OPENLY if openly else Asks.CLOSELY

    def move(self, trigger: Trigger, at_ms: int) -> None:
        """The one door of the turn. Raises IllegalTurnError where the table has no such way."""
        try:
            after = NEXT[self.turn, trigger]
        except KeyError:
            raise IllegalTurnError(f"{trigger} while {self.turn}") from None
        logger.debug("turn %s -> %s (%s)", self.turn, after, trigger)
        self.turn, self.turn_since_ms, self._filled = after, at_ms, False

    def answer(self, reply: Reply, at_ms: int) -> list[Output]:
        """Publish what was decided, stop what still plays, and speak."""
        decided = [self._decided(one, at_ms) for one in (reply.first, reply) if one]
        cleared = self.clear() if self.turn in (Turn.SPEAKING, Turn.HELD) and self.prompts else []
        self.over.answers()
        return [*decided, *cleared, *self._turn_to(reply.language, at_ms), *self.play(reply, at_ms)]

    def play(self, reply: Reply, at_ms: int) -> list[Output]:
        """Say this and nothing of what was being said; what may still play is to be cleared by who asks."""
        self.drop_prompts()
        self.interrupting = self.doubtful = False
        self.over.drop()
        self.then = reply.then
        noted: list[Output] = [requested(reply.callback, at_ms)] if reply.callback else []
        if reply.survey:
            noted.append(told(reply.survey, at_ms))
        return [*noted, *_of_message(reply.message, at_ms), *self.say(reply.say, at_ms)]

    def say(self, prompts: tuple[PlayPrompt, ...], at_ms: int, *, asked: bool = False) -> list[Output]:
        """Begin with the first of them; `asked`: they are the rest of a question. One answer of a few may be asked for without a « ? »."""
        commands = not any("?" in prompt.text for prompt in prompts)
        self.asked = asked or (commands and self.dialogue.expects is not Expects.OPEN)
        self.prompts.extend(prompts)
        self.prompt_since_ms = at_ms
        self.move(Trigger.REPLY, at_ms)
        return self.next_prompt(tells=True)

    def next_prompt(self, *, tells: bool = False) -> list[Output]:
        """Begin with the next sentence; `tells`: it is the first."""
        text = self.prompts[0].text
        self._tells = tells or not self.asked
        if self._tells:
            self.told_ms = self._told_at(self.prompt_since_ms)
        self.asked = self.asked or "?" in text
        self.floor.asking = self.asks is not Asks.NOTHING
        self.over.says(text)
        return [self.prompts[0]]

    def sounds(self, text: str, at_ms: int) -> None:
        """The first sound of a sentence is played: it may have been made meanwhile, or waited for « Un instant »."""
        if self.prompts and text == (self.prompts[0].shown or self.prompts[0].text):
            self.prompt_since_ms = at_ms
            if self._tells:
                self.told_ms = self._told_at(at_ms)

    def heard(self, at_ms: int) -> None:
        """The sentence was heard to its end."""
        self.prompts.popleft()
        self.prompt_since_ms = at_ms
        if self._tells:
            self.told_ms = min(self.told_ms, at_ms)

    def _told_at(self, since_ms: int) -> int:
        return since_ms + round(TOLD_SHARE * LETTER_MS * len(self.prompts[0].text))

    def silence(self, at_ms: int) -> list[Output]:
        """The caller says nothing after a question."""
        self.patient = False
        if self.dialogue.state in SURVEY:  # nobody has failed who says nothing to that
            return self.play(self.dialogue.silence(), at_ms)
        reply = self.dialogue.silence()
        count = max(self.dialogue.failures, 1)
        return [NoInput(at_ms, count), *left_in_silence(reply, at_ms), *self.play(reply, at_ms)]

    def barge_in(self, at_ms: int) -> list[Output]:
        """The caller has the floor. What was not heard is remembered, in case they wanted nothing."""
        self.over.interrupts(tuple(self.prompts), self.then)
        self.drop_prompts()
        self.dialogue.reopen()
        self.move(Trigger.BARGE_IN, at_ms)
        return self.clear()

    def resume(self, at_ms: int, *, false: bool) -> list[Output]:
        """The sound meant nothing: go on with the sentence that was held."""
        held_ms = self.floor.resumed(at_ms, false=false)
        self.prompt_since_ms += held_ms
        if self._tells and self.told_ms > at_ms - held_ms:
            self.told_ms += held_ms
        self.move(Trigger.RESUME, at_ms)
        return [ResumeAudio(), PlaybackResumed(at_ms, held_ms)]

    def clear(self) -> list[Output]:
        """Stop the sound at once."""
        self._fillers = 0
        return [ClearAudio()]

    def drop_prompts(self) -> None:
        """What was to be said, and to follow, is not."""
        self.prompts.clear()
        self.then = None

    def fill(self) -> list[Output]:
        """« Un instant », once while the bot thinks."""
        if self._filled:
            return []
        self._filled = True
        self._fillers += 1
        return [self._filler]

    def filler_heard(self) -> bool:
        """Whether what has been heard to its end was « Un instant », and none of the sentences."""
        if not self._fillers:
            return False
        self._fillers -= 1
        return True

    def _turn_to(self, language: str | None, at_ms: int) -> list[Output]:
        """From now on the call is in `language`; None: nothing changes."""
        if language is None:
            return []
        self._filler = PlayPrompt(self._fillers_by_language.get(language, self._filler.text))
        return [LanguageChanged(at_ms, language)]

    def _decided(self, reply: Reply, at_ms: int) -> Event:
        if reply.decision is Decision.NO_MATCH:
            return NoMatch(at_ms, self.dialogue.failures, reply.confidence)
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


def requested(wanted: Request, at_ms: int) -> CallbackRequested:
    """The event of a request that is complete."""
    return CallbackRequested(at_ms, wanted.number, wanted.wish, wanted.motive, wanted.name, wanted.place)


def _of_message(step: MessageStep | None, at_ms: int) -> list[Output]:
    """What is told and done of a message before the reply is spoken."""
    match step:
        case None:
            return []
        case MessageStep.OFFERED:
            return [MessageOffered(at_ms)]
        case MessageStep.ACCEPTED:
            return [MessageAccepted(at_ms)]
        case MessageStep.AGAIN | MessageStep.ERASED:
            return [DropMessage(), MessageDropped(at_ms)]
        case _:
            assert_never(step)


def left_in_silence(reply: Reply, at_ms: int) -> list[Output]:
    """The bot takes leave of a line on which nobody ever spoke."""
    return [CallerAbsent(at_ms, "silence")] if reply.then == HangUp(Outcome.ABSENT) else []
