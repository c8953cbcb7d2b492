"""What an utterance means to somebody who remembers the turns before: answers to our choice, two questions, short follow-ups."""

from dataclasses import dataclass, replace
from datetime import date

from callbot.dialogue import choices, context, context_tables
from callbot.dialogue.broad import Broad, asked_of, offered
from callbot.dialogue.choices import Option, named, names_only, placed, told, wants_both
from callbot.dialogue.context import Context, Meant, carried_aspect, follow_up, slots_of
from callbot.dialogue.context_tables import FOR_WHOM
from callbot.dialogue.denials import takes_back
from callbot.dialogue.expected import answer_to
from callbot.dialogue.reading_words import ReadingWords
from callbot.dialogue.reply import Answers
from callbot.dialogue.satisfaction_words import FRENCH as SATISFACTION
from callbot.knowledge.entries import Entry
from callbot.understanding.interpretation import Candidate, Interpretation
from callbot.understanding.splitting import announces_two, corrected

WORDS = 3
"""A half of an utterance that is shorter is a question only by the tables of short ones: « les horaires », not « son livret »; one less
where two questions are announced."""
STEM = 6
"""Letters in which two words are alike that belong together."""
FRENCH = ReadingWords(
    context_tables.FRENCH,
    choices.FRENCH,
    corrected,
    answer_to,
    SATISFACTION,
    asked_of,
    announces_two,
    context.hangs_on,
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads with the knowledge base at hand; it remembers nothing itself. `sure`: the dialogue's threshold for an answer."""

    answers: Answers
    today: date
    sure: float
    words: ReadingWords = FRENCH

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
        if len(offered) == 2 and wants_both(reading, self.words.choices):
            return tuple(option.candidate for option in offered)
        option = placed(reading, offered, self.words.choices)
        if option is None and not menu and reading.act is None:
            wanted = replace(reading, text=self.words.corrected(reading.text) or reading.text)
            option = named(wanted, offered, new_question=self.is_sure(reading), words=self.words.choices)
        return (option.candidate,) if option else ()

    def two_questions(self, reading: Interpretation, before: Context) -> tuple[Context, Context] | None:
        """Both halves of the utterance, the second read after the first; None where one of them is not sure."""
        if len(reading.parts) != 2:
            return None
        least = self._least_words(reading)
        first = self._sure_meaning(reading.parts[0], before, least)
        second = self._sure_meaning(reading.parts[1], first or before, least)
        return (first, second) if first and second else None

    def offered(self, broad: Broad) -> tuple[Option, ...]:
        """What a broad question may be about; empty where something of it cannot be answered."""
        return offered(broad, self.speakable)

    def one_of_two(self, reading: Interpretation, before: Context) -> tuple[Context, Interpretation] | None:
        """What is sure of two questions, and the half that is not; None: it is one question, or both are sure, or none is."""
        if len(reading.parts) != 2 or not self.words.announces_two(reading.text):
            return None
        first, second = (self._sure_meaning(half, before, WORDS) for half in reading.parts)
        if first and not second:
            return first, reading.parts[1]
        return (second, reading.parts[0]) if second and not first else None

    def on_the_table(self, reading: Interpretation, proposed: tuple[Context, ...]) -> Meant | None:
        """A short question about what we have just asked about: « et il faut quels papiers ? ». None: no entry tells it, or several."""
        text = self.words.corrected(reading.text) or reading.text
        found = [follow_up(text, before, self.answers.find, self.words.context) for before in proposed]
        known = [meant for meant in found if meant and meant.known]
        own = [meant for meant in known if meant.context.aspect in FOR_WHOM.values()]
        known = own or known
        entries = {(meant.context.motive, meant.context.aspect) for meant in known}
        return known[0] if len(entries) == 1 else None

    def answered_in_turn(self, first: Context, second: Context) -> bool:
        """Whether both can be: two different entries that may be spoken, the first of which does not lead to a person."""
        entries = [self.speakable(Candidate(meant.motive, meant.aspect, 1.0)) for meant in (first, second)]
        return None not in entries and entries[0] != entries[1] and entries[0].kind != "transfer"  # type: ignore[union-attr]

    def follow_up(self, reading: Interpretation, before: Context, *, asked: bool) -> Meant | None:
        """« Ça coûte combien ? » after an answer; None: a question of its own. It names no subject: the router's is not heard.

        `asked`: the caller answers a question of ours with yes or no; then « non, pas pour ma fille » is a no.
        """
        meant = follow_up(reading.text, before, self.answers.find, self.words.context)
        return None if meant and not meant.known and asked and reading.act else meant

    def in_context(self, best: Candidate, text: str, before: Context) -> Candidate:
        """`best` as the general question where nothing but its subject was named; after « et » with the aspect of the turn before.

        « plutôt de naissance » tells of no aspect, whichever the router leans to; « et la piscine ? » takes the previous one over.
        """
        general = self.answers.find(best.motive, "")
        bare = general is not None and not general.aspect and self._names_only(text, general)
        wanted = best.motive, "" if bare else best.aspect
        correction = self.words.corrected(text) is not None
        aspect = carried_aspect(
            text, before, wanted, self.answers.find, correction=correction, words=self.words.context
        )
        return replace(best, aspect=aspect)

    def is_vague(self, best: Candidate, text: str) -> bool:
        """Whether only the subject was named, and there is no general answer to it: then the likeliest aspect is a guess."""
        entry = self.answers.find(best.motive, best.aspect)
        missing = self.answers.find(best.motive, "") is None
        return missing and entry is not None and bool(entry.aspect) and self._names_only(text, entry)

    def is_still(self, text: str, before: Candidate, best: Candidate | None) -> bool:
        """Whether all that is named is what `before` is about, and not as well what `best` is: « c'est pour les repas »."""
        entry, other = self.speakable(before), self.speakable(best) if best else None
        if entry is None or not text or takes_back(text) or not self._names_only(text, entry):
            return False
        return other is None or other.motive == entry.motive or not self._names_only(text, other)

    def is_named(self, best: Candidate, text: str) -> bool:
        """Whether a word of the utterance is one that the entry is about, or begins like it: « je déménage », « un déménagement »."""
        entry = self.answers.find(best.motive, best.aspect)
        said = told(text, self.words.choices)
        own = told(entry.subject, self.words.choices) if entry else set()
        return any(a[:STEM] == b[:STEM] for a in said for b in own)

    def is_known_word(self, best: Candidate, text: str) -> bool:
        """Whether somebody has asked for the entry in this word, or it answers in it."""
        entry = self.answers.find(best.motive, best.aspect)
        written = f"{entry.subject} {entry.answer} {' '.join(entry.questions)}" if entry else ""
        known = told(written.replace("'", " ").replace("-", " "), self.words.choices)
        return any(a[:STEM] == b[:STEM] for a in told(text, self.words.choices) for b in known)

    def _names_only(self, text: str, entry: Entry) -> bool:
        return names_only(text, entry.subject, self.words.choices)

    def left(self, text: str, motive: str, aspect: str) -> Context:
        """The context that a question of its own leaves."""
        return slots_of(text, motive, aspect, self.words.context)

    def _least_words(self, reading: Interpretation) -> int:
        return WORDS - 1 if self.words.announces_two(reading.text) else WORDS

    def _sure_meaning(self, half: Interpretation, before: Context, least: int) -> Context | None:
        meant = follow_up(half.text, before, self.answers.find, self.words.context)
        if meant:
            return meant.context if meant.known else None
        best = half.best
        if best is None or not self.is_sure(half) or len(half.text.split()) < least:
            return None
        best = self.in_context(best, half.text, Context())
        return self.left(half.text, best.motive, best.aspect)
