"""A message instead of a person who is not there: offered, recorded only after a « oui », kept, begun again or erased. No I/O.

    offered ─▶ consent asked ─yes─▶ announced ─tone─▶ recorded ─▶ kept ─▶ the conversation goes on
                    │ no, or nothing clear twice                   ├─▶ recorded again
                    └─▶ nothing is recorded                        └─▶ erased

How long it is recorded, message_recording.py decides; the states are those of moves.py.
"""

from dataclasses import dataclass, replace

from callbot.dialogue.memory import Memory
from callbot.dialogue.message_words import answer_about, wants_message
from callbot.dialogue.moves import MOVES, Move, State
from callbot.dialogue.people import People
from callbot.dialogue.reply import MessageStep, Reply
from callbot.events import Decision, PlayPrompt, RecordMessage
from callbot.understanding.interpretation import Interpretation

__all__ = ["MessageOffer"]

MOST_ASKED = 2
"""Times that we ask whether we may record; who does not say yes by then is not recorded."""
LENGTH = "length"
"""How a message ended that was cut off: MessageRecorded.ended."""


@dataclass(frozen=True, slots=True)
class MessageOffer:
    """Of one conversation; it decides with `memory`, and keeps nothing besides. `most_ms`: 0 where no messages are taken."""

    memory: Memory
    people: People
    most_ms: int

    def heard(self, reading: Interpretation, *, sure: bool) -> Reply | None:
        """React to what is about a message; None: it is not. `sure`: it is a question that we have the answer to."""
        memory = self.memory
        if not self.most_ms:
            return None
        if reply := self._about_it(reading):
            return reply
        if wants_message(reading.text) and self.people.are_away:
            return self.consent()
        known = sure or (memory.state, reading.act) in MOVES
        return None if memory.state is not State.MESSAGE_CONSENT or known else self.unclear()

    def _about_it(self, reading: Interpretation) -> Reply | None:
        """React to what names the message that was offered, or is kept."""
        asked = self.memory.state is State.MESSAGE_CONSENT
        match answer_about(self.memory.state, reading.text) if self.memory.message_offered else "":
            case "message" if asked and reading.act != "non":
                return self.record("oui")
            case "message" if reading.act not in ("non", "rappel"):
                return self.consent()
            case "none" if asked:
                return self._say("message_refused", State.ANYTHING_ELSE, act="non")
            case "again":
                return self.record("deuxieme")
            case "erase":
                return self.erase("troisieme")
        return None

    def moved(self, move: Move, act: str) -> Reply | None:
        """What a move makes of a message; None: it is about something else."""
        if move.record:
            return self.record(act)
        if move.erase:
            return self.erase(act)
        return self.consent() if move.message and self.memory.message_offered else None

    def consent(self) -> Reply:
        """Ask whether we may record."""
        memory = self.memory
        first = MessageStep.OFFERED if not memory.message_offered else None
        memory.message_offered, memory.consent_asked = True, 1
        return replace(self._say("message_consent", State.MESSAGE_CONSENT, act="message"), message=first)

    def unclear(self, decision: Decision = Decision.NO_MATCH) -> Reply:
        """Neither yes nor no, nor a word: ask once more; then nothing is recorded."""
        memory = self.memory
        memory.consent_asked += 1
        if memory.consent_asked > MOST_ASKED:
            return replace(self._say("message_refused", State.ANYTHING_ELSE), decision=decision)
        return replace(self._say("message_consent_again", State.MESSAGE_CONSENT), decision=decision)

    def record(self, act: str) -> Reply:
        """The caller agrees: how to end it, heard to its end, then the tone. One that was kept is replaced."""
        memory = self.memory
        step = MessageStep.AGAIN if memory.state is State.MESSAGE_KEPT else MessageStep.ACCEPTED
        reply = self._say("message_speak", State.MESSAGE, act=act)
        say = tuple(replace(prompt, interruptible=False) for prompt in reply.say)
        return replace(reply, say=say, then=RecordMessage(memory.context.motive, self.most_ms), message=step)

    def erase(self, act: str) -> Reply:
        """Nothing is kept of it."""
        return replace(self._say("message_erased", State.ANYTHING_ELSE, act=act), message=MessageStep.ERASED)

    def recorded(self, ended: str, *, kept: bool) -> Reply:
        """The caller has ended, or was cut off (`ended`, as in MessageRecorded); `kept`: they had said something."""
        if not kept:
            return self._say("message_nothing", State.ANYTHING_ELSE)
        reply = self._say("message_kept", State.MESSAGE_KEPT)
        if ended == LENGTH:
            reply = replace(reply, say=(self.people.sentence("message_full"), *reply.say))
        anything_else = self.people.sentence("anything_else")
        self.memory.last_said = (*reply.say, anything_else)
        return replace(reply, say=self.memory.last_said)

    def _say(self, sentence: str, state: State, act: str | None = None) -> Reply:
        memory = self.memory
        memory.state, memory.failures, memory.proposed = state, 0, None
        say: tuple[PlayPrompt, ...] = (self.people.sentence(sentence),)
        memory.last_said = say
        return Reply(Decision.ACT, say, act=act, confidence=1.0)
