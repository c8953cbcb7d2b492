"""What comes in between, and the way back from it: « Est-ce une urgence ? », and whatever interrupts a call-back request. No I/O."""

from dataclasses import dataclass, replace

from callbot.dialogue.alarms import ASKED, QUESTIONS
from callbot.dialogue.asking import Asking
from callbot.dialogue.callback import Callback
from callbot.dialogue.callback_phrases import HELD, KEPT
from callbot.dialogue.callback_request import Request
from callbot.dialogue.denials import denies
from callbot.dialogue.memory import Memory, Suspended
from callbot.dialogue.moves import State
from callbot.dialogue.people import People
from callbot.dialogue.reader import Reader
from callbot.dialogue.reply import Reply
from callbot.events import Decision, HangUp, PlayPrompt, Transfer
from callbot.understanding.interpretation import Candidate, Interpretation

__all__ = ["DECIDED", "Asides", "interrupts"]

DECIDED = (State.HANDED_OVER, State.CLOSED)
"""Where no question of ours stands any more."""
STANDING = (State.CONFIRM, State.CHOICE, State.OFFER, State.OFFER_CALLBACK, State.MESSAGE_CONSENT)
"""Questions that are asked once more in the same words."""


def interrupts(reading: Interpretation, callback: Callback | None) -> bool:
    """Whether what may be an emergency comes before what was asked: in a call-back request only what is more than a doubt.

    There the detector reads « je ne sais plus mon numéro » as a call for help; who fell or is ill is asked about everywhere.
    """
    if callback is None:
        return bool(reading.emergency or reading.doubt)
    if callback.understands(reading):
        return False
    return bool(reading.emergency) or reading.doubt == "fall"


@dataclass(frozen=True, slots=True)
class Asides:
    """Of one conversation; it decides with `memory`, and keeps nothing besides."""

    memory: Memory
    asking: Asking
    people: People
    reader: Reader

    def alarmed(self, reading: Interpretation) -> Reply:
        """Tell whom to call, or ask whether it is an emergency; what was asked before that is kept."""
        memory = self.memory
        if reading.emergency:
            return self.people.emergency(reading.emergency, reading.language)
        if memory.state not in ASKED:
            memory.suspend(reading.best)
        return self.people.doubtful(QUESTIONS[reading.doubt or "danger"])

    def denied(self, reading: Interpretation) -> bool:
        """Whether the caller says that it is no emergency, and nothing else; the detector only hears the word."""
        return denies(reading.text, self.memory.state)

    def go_on(self) -> Reply:
        """It is none: what was told before, where it was a question, else what was asked before, else whatever they want."""
        memory = self.memory
        said = self.people.sentence("very_well")
        before, memory.suspended = memory.suspended or Suspended(memory.state), None
        memory.failures = 0
        if memory.callback:
            memory.state, memory.last_said = State.CALLBACK, memory.callback.ask()
        elif reply := self._told_before(before.best):
            return replace(reply, say=(said, *reply.say), act="non")
        elif before.state in STANDING:
            memory.restore(before)
        else:
            goes_on = before.state is State.ANYTHING_ELSE
            memory.state = State.ANYTHING_ELSE if goes_on else State.QUESTION
            memory.last_said = (self.people.sentence("anything_else" if goes_on else "listening"),)
        return Reply(Decision.ACT, (said, *memory.last_said), act="non", confidence=1.0)

    def _told_before(self, best: Candidate | None) -> Reply | None:
        """Ask whether the sentence that sounded like danger had a question in it."""
        if best is None or best.confidence < self.asking.confirm_threshold:
            return None
        return self.asking.confirmation(best)

    def resumed(self, reply: Reply) -> Reply:
        """`reply` to what interrupted a call-back request, then the request again; where it ends the talk, whether it was noted.

        An emergency leaves no room for it: who stays after that comes back to it with the next answer.
        """
        memory = self.memory
        callback = memory.callback
        if callback is None or memory.state is State.CALLBACK or reply.decision is Decision.EMERGENCY:
            return reply
        if reply.then is not None:
            memory.callback = None
            return self._left(callback.keep(), reply)
        if memory.state is not State.ANYTHING_ELSE:
            return reply
        again = callback.resume()
        if callback.over:
            memory.callback = None
            first = (PlayPrompt(KEPT),) if callback.request else (self._not_noted,)
            return replace(reply, say=(*first, *reply.say), callback=callback.request)
        memory.state, memory.last_said = State.CALLBACK, again
        question = self.people.sentence("anything_else").text
        return replace(reply, say=(*(said for said in reply.say if said.text != question), *again))

    def _left(self, kept: Request | None, reply: Reply) -> Reply:
        """`reply` ends the talk: a number that was confirmed is noted, or held until a person is reached."""
        if kept is None:
            return replace(reply, say=(self._not_noted, *reply.say))
        if isinstance(reply.then, HangUp):
            return replace(reply, say=(PlayPrompt(KEPT), *reply.say), callback=kept)
        self.memory.held = kept
        return replace(reply, say=(PlayPrompt(HELD, interruptible=False), *reply.say))

    def came_back(self, reply: Reply) -> Reply:
        """`reply` to a handover that failed; a number that was held is noted, unless yet another person is called."""
        memory = self.memory
        kept = memory.held
        if kept is None or isinstance(reply.then, Transfer):
            return reply
        memory.held, memory.noted = None, True
        told = self.people.sentence("number_kept")
        first = () if told in reply.say else (told,)
        return replace(reply, say=(*first, *reply.say), callback=kept)

    @property
    def _not_noted(self) -> PlayPrompt:
        return replace(self.people.sentence("not_noted"), interruptible=False)
