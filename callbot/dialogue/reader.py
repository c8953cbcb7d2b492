"""What an utterance means to somebody who remembers the turns before: answers to our choice, two questions, short follow-ups."""

from dataclasses import dataclass, replace
from datetime import date

from callbot.dialogue.choices import Option, named, placed, wants_both
from callbot.dialogue.context import Context, Meant, carried_aspect, follow_up, slots_of
from callbot.dialogue.reply import Answers
from callbot.knowledge.entries import Entry
from callbot.understanding.interpretation import Candidate, Interpretation
from callbot.understanding.splitting import corrected

WORDS = 3
"""A half of an utterance that is shorter is a question only by the tables of short ones: « les horaires », not « son livret »."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads with the knowledge base at hand; it remembers nothing itself. `sure`: the dialogue's threshold for an answer."""

    answers: Answers
    today: date
    sure: float

    def speakable(self, candidate: Candidate) -> Entry | None:
        """The entry that answers it and may be spoken, or None."""
        entry = self.answers.find(candidate.motive, candidate.aspect)
        return entry if entry and entry.may_be_spoken(self.today) else None

    def is_sure(self, reading: Interpretation) -> bool:
        """True when the utterance is a question that is answered by itself."""
        return reading.best is not None and reading.best.confidence >= self.sure

    def chosen(
        self, reading: Interpretation, offered: tuple[Option, ...], *, menu: bool
    ) -> tuple[Candidate, ...]:
        """Which of what was offered the caller wants: one, both, or none (they say something else).

        `menu`: what is asked most was offered, which is no likelier for this caller; then only its place names one.
        """
        if len(offered) == 2 and wants_both(reading):
            return tuple(option.candidate for option in offered)
        option = placed(reading, offered)
        if option is None and not menu and reading.act is None:
            option = named(reading, offered, new_question=self.is_sure(reading))
        return (option.candidate,) if option else ()

    def two_questions(self, reading: Interpretation, before: Context) -> tuple[Context, Context] | None:
        """Both halves of the utterance, the second read after the first; None where one of them is not sure."""
        if len(reading.parts) != 2:
            return None
        first = self._sure_meaning(reading.parts[0], before)
        second = self._sure_meaning(reading.parts[1], first or before)
        return (first, second) if first and second else None

    def answered_in_turn(self, first: Context, second: Context) -> bool:
        """Whether both can be: two different entries that may be spoken, the first of which does not lead to a person."""
        entries = [self.speakable(Candidate(meant.motive, meant.aspect, 1.0)) for meant in (first, second)]
        return None not in entries and entries[0] != entries[1] and entries[0].kind != "transfer"  # type: ignore[union-attr]

    def follow_up(self, reading: Interpretation, before: Context, *, asked: bool) -> Meant | None:
        """« Ça coûte combien ? » after an answer; None: a question of its own. It names no subject: the router's is not heard.

        `asked`: the caller answers a question of ours with yes or no; then « non, pas pour ma fille » is a no.
        """
        meant = follow_up(reading.text, before, self.answers.find)
        return None if meant and not meant.known and asked and reading.act else meant

    def in_context(self, best: Candidate, text: str, before: Context) -> Candidate:
        """`best` with the aspect of the turn before where only its subject was named: « et la piscine ? »."""
        wanted, correction = (best.motive, best.aspect), corrected(text) is not None
        aspect = carried_aspect(text, before, wanted, self.answers.find, correction=correction)
        return replace(best, aspect=aspect)

    def _sure_meaning(self, half: Interpretation, before: Context) -> Context | None:
        meant = follow_up(half.text, before, self.answers.find)
        if meant:
            return meant.context if meant.known else None
        best = half.best
        if best is None or not self.is_sure(half) or len(half.text.split()) < WORDS:
            return None
        return slots_of(half.text, best.motive, best.aspect)
