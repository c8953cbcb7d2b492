"""What an act (yes, no, once more, a person, goodbye …) or a key means, by the table of moves.py. Pure."""

from dataclasses import dataclass, replace

from callbot.dialogue.answering import Answering
from callbot.dialogue.asides import Asides
from callbot.dialogue.asking import Asking
from callbot.dialogue.callback_table import Step
from callbot.dialogue.memory import MOST_COURTESIES, Memory
from callbot.dialogue.message_offer import MessageOffer
from callbot.dialogue.moves import COURTESIES, KEYS, MOVES, PERSON_OR_112, WAYS_OUT, State
from callbot.dialogue.pacing import SLOWEST
from callbot.dialogue.people import People
from callbot.dialogue.reader import Reader
from callbot.dialogue.reply import Reply
from callbot.dialogue.satisfaction import Satisfaction
from callbot.dialogue.taking_down import TakingDown
from callbot.events import Decision, HangUp
from callbot.understanding.interpretation import Interpretation


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one conversation, which share its Memory."""

    memory: Memory
    reader: Reader
    people: People
    asking: Asking
    answering: Answering
    taking: TakingDown
    message: MessageOffer
    survey: Satisfaction
    asides: Asides


class Acts:
    """The acts and keys of one conversation."""

    def __init__(self, parts: Parts) -> None:
        self._memory, self._people, self._asking = parts.memory, parts.people, parts.asking
        self._answering, self._taking = parts.answering, parts.taking
        self._message, self._survey = parts.message, parts.survey

    def act(  # noqa: PLR0911, PLR0912 (one return per kind of move)
        self, act: str, reading: Interpretation | None = None
    ) -> Reply | None:
        """What an act means where the conversation stands; None: nothing."""
        memory = self._memory
        move = MOVES.get((memory.state, act))
        if move is None:
            return None
        if act in COURTESIES and (
            memory.courtesies + 1 >= MOST_COURTESIES or (move.farewell and memory.answered)
        ):
            move = WAYS_OUT.get(memory.state, move)
        if not (move.reject or move.wrong or move.counts):
            memory.failures = 0
        if move.urgent:
            return replace(self._people.emergency(move.urgent), act=act)
        if move == PERSON_OR_112:
            return replace(self._people.person_or_112(), act=act)
        if move.callback and self._people.takes_callbacks:
            return self._taking.begin(act, reading)
        if reply := self._message.moved(move, act):
            return reply
        if move.reason:
            service = memory.offered_service if memory.state is State.OFFER else ""
            return self._people.handover(Decision.HANDOVER, move.reason, service, act=act)
        if move.counts and (counted := self._asking.counted(act, choose=move.repeat)):
            return counted
        if move.repeat:
            memory.slow = min(memory.slow + move.slow, SLOWEST)
            return self._repeat(act)
        if move.score:
            return self._survey.confirmed()
        if move.accept and memory.proposed:
            return replace(self._answering.motive(memory.proposed), act=act)
        if move.reject or move.wrong:
            reply = self._asking.failure("not_that" if move.reject else "misunderstood", None)
            return replace(reply, act=act) if move.wrong else reply
        if move.choose:
            return self._answering.choose(move.choose, act)
        if move.to is State.CLOSED and (asked := self._survey.ask(act)):
            return asked
        memory.state = move.to
        then = HangUp(memory.outcome) if move.to is State.CLOSED else None
        return Reply(Decision.ACT, (self._people.sentence(move.say),), then, act=act, confidence=1.0)

    def pressed(self, digit: str) -> Reply | None:
        """In a call-back request a key may be a digit; else it is an act."""
        callback = self._memory.callback if self._memory.state is State.CALLBACK else None
        act = KEYS.get(digit, "")
        if callback is None:
            return self._survey.pressed(digit) or (self.act(act) if act else None)
        plain = not callback.pressing and (
            digit == "*"
            or (digit == "0" and callback.step in (Step.NAME, Step.PLACE, Step.WISH, Step.CHANGE))
        )
        if plain:
            return self.act(act)
        said = callback.pressed(digit)
        return self._taking.noted(callback, said, None, Decision.ACT) if said else None

    def stop(self) -> Reply:
        """The caller wants to hear no more of it."""
        memory = self._memory
        memory.state, memory.failures = State.ANYTHING_ELSE, 0
        return Reply(Decision.ACT, (self._people.sentence("anything_else"),), act="stop", confidence=1.0)

    def _repeat(self, act: str) -> Reply:
        """Say once more what was said last, whatever it was; the question it ends with still stands."""
        say = self._memory.last_said or (self._people.sentence("greeting"),)
        return Reply(Decision.ACT, say, act=act, confidence=1.0)
