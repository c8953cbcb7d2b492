"""Answers within the dialogue: what an utterance asks for after the turns before it, and the validated entry that tells it. No I/O."""

from dataclasses import dataclass, replace
from datetime import date

from callbot.dialogue.asking import Asking
from callbot.dialogue.broad import instead_of
from callbot.dialogue.context import Context
from callbot.dialogue.denials import without_denial
from callbot.dialogue.memory import Memory
from callbot.dialogue.moves import State
from callbot.dialogue.people import People
from callbot.dialogue.phrases import Phrases
from callbot.dialogue.reader import Reader
from callbot.dialogue.reply import Answers, Reply
from callbot.events import Decision, Outcome, PlayPrompt
from callbot.understanding.interpretation import Candidate, Interpretation


@dataclass(frozen=True, slots=True)
class Answering:
    """The answers of one conversation. It decides with `memory`, and keeps nothing besides.

    `today` decides which entries may still be spoken; a motive of the probability `sure` is answered without asking.
    """

    memory: Memory
    phrases: Phrases
    answers: Answers
    reader: Reader
    people: People
    asking: Asking
    today: date
    sure: float

    def by_tables(self, reading: Interpretation) -> Reply | None:
        """What tables read for sure: a choice, two questions, a short question; None: nothing of that."""
        return (
            self._on_the_table(reading)
            or self._broad(reading)
            or self._chosen(reading)
            or self._two_questions(reading)
            or self._follow_up(reading)
            or self._instead(reading)
            or self._still(reading)
        )

    def understood(self, reading: Interpretation) -> Reply:
        """Answer a sure question, ask about one that is close to another or half sure, else admit not to understand."""
        best = reading.best
        again = best is not None and self.asking.says_again(best)
        if best and not again and (asked := self.asking.doubtful(reading, best)):
            return asked
        if best and (best.confidence >= self.sure or again):
            vague = not again and self.reader.is_vague(best, reading.text)
            if vague and (question := self.asking.confirmation(best)):
                return question
            if hangs := self.asking.goes_on(reading, best):
                return hangs
            self.memory.failures = 0
            return self.motive(self.reader.in_context(best, reading.text, self.memory.context))
        question = self.asking.question(reading)
        return question or self.asking.failure("no_match", best, reading.candidates)

    def motive(self, best: Candidate, context: Context | None = None) -> Reply:
        """Answer `best`; `context`: what the turns after it are read with, where that is more than the words just said."""
        memory = self.memory
        entry = self.answers.find(best.motive, best.aspect)
        memory.context = context or self.reader.left(memory.heard, best.motive, entry.aspect if entry else "")
        if entry is None or not entry.may_be_spoken(self.today):
            service = entry.service if entry else ""
            return self.people.handover(Decision.HANDOVER, "expired", service, best=best)
        memory.subject = entry.subject
        said = PlayPrompt(entry.answer, interruptible=entry.kind != "transfer")
        if entry.kind == "transfer":
            return self.people.handover(
                Decision.HANDOVER, "entry", entry.service, best=best, first=(said,), answer_id=entry.id
            )
        memory.outcome, memory.state, memory.answered = Outcome.ANSWERED, State.ANYTHING_ELSE, True
        memory.last_said = (said, PlayPrompt(self.phrases.say("anything_else")))
        return Reply(
            Decision.ORIENT if entry.kind == "orient" else Decision.ANSWER,
            memory.last_said,
            motive=best.motive,
            aspect=entry.aspect or None,
            confidence=best.confidence,
            answer_id=entry.id,
        )

    def choose(self, place: int, act: str) -> Reply | None:
        """The caller presses the key of what was offered in that place, from 1; None: nothing was."""
        offered = self.memory.offered
        if place > len(offered):
            return None
        return replace(self.motive(offered[place - 1].candidate), act=act)

    def _on_the_table(self, reading: Interpretation) -> Reply | None:
        """A short question instead of an answer to ours is about what we proposed."""
        meant = self.reader.on_the_table(reading, self.memory.proposals())
        if meant is None:
            return None
        self.memory.failures = 0
        return self.motive(Candidate(meant.context.motive, meant.context.aspect, 1.0), meant.context)

    def _broad(self, reading: Interpretation) -> Reply | None:
        """Ask what is wanted of a thing that was only named; said again, it gets the first of what was offered."""
        broad = self.reader.words.broad(reading.text)
        offered = self.reader.offered(broad) if broad else ()
        if broad is None or not offered:
            return None
        if self.memory.state is State.CHOICE and self.memory.offered == offered:
            return self.motive(offered[0].candidate)
        return self.asking.which(offered, broad.sentence, reading.text)

    def _chosen(self, reading: Interpretation) -> Reply | None:
        """What the caller answers to « pour A, ou pour B ? ». None: they were not asked, or say something else."""
        memory = self.memory
        if memory.state is not State.CHOICE:
            return None
        wanted = self.reader.chosen(reading, memory.offered, menu=memory.menu)
        if len(wanted) == 2:
            first, second = (Context(candidate.motive, candidate.aspect) for candidate in wanted)
            return self._both(first, second)
        if not wanted:
            return None
        memory.failures = 0
        return self.motive(wanted[0])

    def _two_questions(self, reading: Interpretation) -> Reply | None:
        """Answer both halves in turn; None: it is one question."""
        both = self.reader.two_questions(reading, self.memory.context)
        if both:
            return self._both(*both)
        one = self.reader.one_of_two(reading, self.memory.context)
        return self._one(*one) if one else None

    def _one(self, sure: Context, other: Interpretation) -> Reply | None:
        """Answer what is sure of two questions, then ask about the other one; None: the answer leads to a person."""
        entry = self.reader.speakable(Candidate(sure.motive, sure.aspect, 1.0))
        if entry is None or entry.kind == "transfer":
            return None
        memory = self.memory
        memory.failures = 0
        answered = self.motive(Candidate(sure.motive, sure.aspect, 1.0), sure)
        asked = self.asking.question(other)
        then = asked.say if asked else (self.people.sentence("other_question"),)
        return replace(answered, say=(answered.say[0], *then))

    def _both(self, first: Context, second: Context) -> Reply | None:
        """Each answer, then « autre question ? » once."""
        if not self.reader.answered_in_turn(first, second):
            return None
        memory = self.memory
        memory.failures = 0
        before = self.motive(Candidate(first.motive, first.aspect, 1.0), first)
        after = self.motive(Candidate(second.motive, second.aspect, 1.0), second)
        memory.last_said = (before.say[0], *after.say)
        return replace(after, say=memory.last_said, first=before)

    def _follow_up(self, reading: Interpretation) -> Reply | None:
        """Answer a short question about the turn before, or offer a person where no entry tells it; None: it is none."""
        memory = self.memory
        asked = memory.state is State.CONFIRM
        meant = self.reader.follow_up(reading, memory.context, asked=asked)
        if meant is None:
            return None
        if meant.known:
            memory.failures = 0
            return self.motive(Candidate(meant.context.motive, meant.context.aspect, 1.0), meant.context)
        entry = self.answers.find(memory.context.motive, "")
        memory.offered_service = entry.service if entry else ""
        return self.asking.failure("unknown_detail", None)

    def _instead(self, reading: Interpretation) -> Reply | None:
        """« Non, pas de naissance, de mariage »: the other one of the same group."""
        memory = self.memory
        before = memory.proposals() or (memory.context,)
        found = {instead_of(reading.text, context.motive) for context in before} - {None}
        motive = found.pop() if len(found) == 1 else None
        if motive is None or self.reader.speakable(Candidate(motive, "", 1.0)) is None:
            return None
        memory.failures = 0
        return self.motive(Candidate(motive, "", 1.0))

    def _still(self, reading: Interpretation) -> Reply | None:
        """Asked whether it is this, the caller names it again in other words: « non, c'est pour les repas »."""
        memory = self.memory
        if memory.state is not State.CONFIRM or memory.proposed is None:
            return None
        rest = without_denial(reading.text, State.FALL)
        if without_denial(rest, State.DANGER) != rest or not self.reader.is_still(
            rest, memory.proposed, reading.best
        ):
            return None
        memory.failures = 0
        return self.motive(memory.proposed)
