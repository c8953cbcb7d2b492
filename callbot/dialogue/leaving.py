"""What comes after a sentence, and how a call comes to its end: listen, answer what was said meanwhile, transfer, hang up. No I/O."""

from callbot.dialogue.bot import Bot
from callbot.dialogue.handover import Way
from callbot.dialogue.message_recording import Recording
from callbot.dialogue.overheard import URGENT, urgency
from callbot.dialogue.turn_table import Output, Trigger, Turn
from callbot.dialogue.with_person import CLOSING, WithPerson
from callbot.events import CallerAbsent, CallerQueued, HangUp, RecordMessage, Transfer
from callbot.understanding.interpretation import Interpretation


class Leaving:
    """One call's ends. A person is rung by `person`, where the leg reaches people."""

    def __init__(self, bot: Bot, person: WithPerson, recording: Recording) -> None:
        self._bot = bot
        self._person = person
        self._recording = recording

    def finished(self, at_ms: int) -> list[Output]:
        """One prompt was heard to its end: go on with the next, or listen, or end the call."""
        if self._bot.filler_heard() or self._bot.turn is not Turn.SPEAKING:
            return []
        self._bot.heard(at_ms)
        if not self._bot.prompts and self._bot.then:
            return self._leave(self._bot.then, at_ms)
        if not self._bot.announcing and (outputs := self._heard_meanwhile(at_ms)) is not None:
            return outputs
        if self._bot.prompts:
            return self._bot.next_prompt()
        self._bot.move(Trigger.FINISHED, at_ms)
        return []

    def _heard_meanwhile(self, at_ms: int) -> list[Output] | None:
        """What the caller said or pressed during a sentence that could not be interrupted; None: nothing."""
        later, self._bot.later = self._bot.later, None
        if isinstance(later, Interpretation):
            return self._bot.answer(self._bot.dialogue.hear(later), at_ms)
        if later is not None and (reply := self._bot.dialogue.press(later)):
            return self._bot.answer(reply, at_ms)
        if self._bot.prompts and self._bot.floor.speaks_over:
            return self._bot.barge_in(at_ms)[1:]
        return None

    def _leave(self, then: Transfer | HangUp | RecordMessage, at_ms: int) -> list[Output]:
        """All is said; only an emergency told meanwhile, or what may be one, comes before the end. No machine presses keys or asks."""
        later = self._bot.later
        if self._bot.doubtful and (isinstance(later, str) or (later and urgency(later) >= URGENT)):
            self._bot.dialogue.reopen()
            return self._heard_meanwhile(at_ms) or self._bot.silence(at_ms)
        if isinstance(later, Interpretation) and (
            later.emergency or (later.doubt and isinstance(then, HangUp))
        ):
            return self._heard_meanwhile(at_ms) or []
        if isinstance(then, RecordMessage):
            return self._recording.begin(then, at_ms)
        return self._end(then, at_ms)

    def _end(self, then: Transfer | HangUp, at_ms: int) -> list[Output]:
        if isinstance(then, Transfer) and self._person.way:
            way = (
                Way.REFER if then.reason == CLOSING else self._person.way
            )  # what we ring ourselves, we may not live to connect
            return self._person.wait(then, way, at_ms)
        self._bot.move(Trigger.END, at_ms)
        if isinstance(then, Transfer):
            return [CallerQueued(at_ms, then.service, then.reason), then]
        return [then]

    def give_up(self, reason: str, at_ms: int) -> list[Output]:
        """For a reason outside the conversation a person takes over; a fault while one is announced brings them at once."""
        then = self._bot.then
        if isinstance(then, Transfer) or (self._bot.giving_up and isinstance(then, HangUp)):
            if reason != "fault":
                return []  # a person, or the end, is being announced already
            cleared = self._bot.clear()
            self._bot.drop_prompts()
            return [*cleared, *self._end(then, at_ms)]
        self._bot.giving_up = True
        return [*self._bot.clear(), *self._bot.play(self._bot.dialogue.give_up(reason), at_ms)]

    def nobody(self, reason: str, at_ms: int) -> list[Output]:
        """There is nobody to talk to, nor to be passed on; only an emergency goes to a person all the same."""
        then = self._bot.then
        if isinstance(then, HangUp) or (isinstance(then, Transfer) and then.reason == "emergency"):
            return []
        if self._bot.later is not None and urgency(self._bot.later) <= URGENT:
            self._bot.later = None
        left = [
            CallerAbsent(at_ms, reason),
            *self._bot.clear(),
            *self._bot.play(self._bot.dialogue.leave(reason), at_ms),
        ]
        self._bot.doubtful = reason == "machine"
        return left
