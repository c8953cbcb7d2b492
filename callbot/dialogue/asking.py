"""What the bot asks back when it is not sure: « C'est bien ça ? », « pour A, ou pour B ? », and the ladder of failures. No I/O."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from callbot.dialogue.choices import FIRST_HINT, HINT, Option, close, options
from callbot.dialogue.denials import remarks
from callbot.dialogue.memory import Memory
from callbot.dialogue.moves import State
from callbot.dialogue.people import People
from callbot.dialogue.phrases import Phrases
from callbot.dialogue.reader import Reader
from callbot.dialogue.reply import Reply
from callbot.events import Decision, PlayPrompt
from callbot.understanding.interpretation import Candidate, Interpretation


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks one caller. It decides with `memory`, and keeps nothing besides; the limits are the settings of those names."""

    memory: Memory
    phrases: Phrases
    reader: Reader
    people: People
    confirm_threshold: float
    clarify_threshold: float
    clarify_ratio: float
    no_match_limit: int
    most_asked: tuple[Candidate, ...]

    def question(self, reading: Interpretation) -> Reply | None:
        """Which of two close questions it is, or whether it is the likeliest one; None: there is no telling."""
        best = reading.best
        question = None
        if close(reading.candidates, together=self.clarify_threshold, ratio=self.clarify_ratio):
            question = self._choice(reading.candidates[:2])
        if question is None and best and best.confidence >= self.confirm_threshold:
            question = self.confirmation(best)
        return question

    def confirmation(self, best: Candidate) -> Reply | None:
        """Ask whether `best` is the question; None where its entry cannot be spoken or has no subject to name it by.

        A second proposal in a row counts as a failure of the first, so that a caller is not asked for ever.
        """
        entry = self.reader.speakable(best)
        if entry is None or not entry.subject or self._asked_enough():
            return None
        memory = self.memory
        memory.state, memory.proposed = State.CONFIRM, best
        memory.last_said = (PlayPrompt(self.phrases.confirm(entry.subject)),)
        return Reply(
            Decision.CLARIFY,
            memory.last_said,
            motive=best.motive,
            aspect=entry.aspect or None,
            confidence=best.confidence,
            answer_id=entry.id,
        )

    def which(self, offered: tuple[Option, ...], sentence: str, text: str) -> Reply | None:
        """Ask which of what was offered is wanted, in one sentence; `text`: what the caller said, which may tell for whom."""
        if self._asked_enough():
            return None
        memory, best = self.memory, offered[0].candidate
        memory.context = self.reader.left(text, best.motive, best.aspect)
        memory.state, memory.offered, memory.menu = State.CHOICE, offered, False
        memory.last_said = (self.people.sentence(sentence),)
        return Reply(Decision.CLARIFY, memory.last_said, motive=best.motive, confidence=best.confidence)

    def goes_on(self, reading: Interpretation, best: Candidate) -> Reply | None:
        """Ask whether « et pour un étranger ? » goes on with what was answered, or is the new question that it is like; None: neither."""
        before = self.memory.context
        if before.motive in ("", best.motive) or self.memory.state is not State.ANYTHING_ELSE:
            return None
        if not self.reader.words.hangs_on(reading.text):
            return None
        return self._choice((Candidate(before.motive, before.aspect, best.confidence), best))

    def doubtful(self, reading: Interpretation, best: Candidate) -> Reply | None:
        """Ask about what the words hardly bear; None: they do.

        One word that nobody asks for it in; a short remark after an answer (« j'habite au sud ») that names nothing of another
        motive which it is only half like: it may as well go on with what was answered.
        """
        if best.confidence >= self.reader.sure:
            strange = len(reading.text.split()) == 1 and not self.reader.is_known_word(best, reading.text)
            return self.confirmation(best) if strange else None
        before = self.memory.context
        if self.memory.state is not State.ANYTHING_ELSE or before.motive in ("", best.motive):
            return None
        if not remarks(reading.text) or self.reader.is_named(best, reading.text):
            return None
        return self.confirmation(Candidate(before.motive, before.aspect, best.confidence))

    def says_again(self, best: Candidate) -> bool:
        """Asked whether it is this, the caller does not say yes, but the same thing once more."""
        proposed = self.memory.proposed
        same = proposed and (best.motive, best.aspect) == (proposed.motive, proposed.aspect)
        asked = self.memory.state is State.CONFIRM
        return asked and bool(same) and best.confidence >= self.confirm_threshold

    def failure(self, kind: str, best: Candidate | None, candidates: Sequence[Candidate] = ()) -> Reply:
        """`kind`: no_match, no_input, not_that (the caller rejected what was proposed), unknown_detail (no entry tells it)."""
        memory, confidence = self.memory, best.confidence if best else 0.0
        memory.failures += 1
        if memory.failures >= self.no_match_limit:
            reason = "no_input" if kind == "no_input" else "no_match"
            decision = Decision.HANDOVER if kind == "no_input" else Decision.NO_MATCH
            service = memory.offered_service if kind == "unknown_detail" else ""
            return replace(self.people.handover(decision, reason, service), confidence=confidence)
        if kind != "unknown_detail" and (choices := self._choices(kind, candidates)):
            return replace(choices, confidence=confidence)
        memory.state = State.QUESTION
        again = kind == "no_input" and memory.failures > 1
        prompt = self.people.sentence("no_input_again" if again else kind)
        if kind == "unknown_detail":
            memory.state = State.ANYTHING_ELSE if self.people.are_away else State.OFFER
            memory.last_said = (prompt,)
        return Reply(Decision.NO_MATCH, (prompt,), confidence=confidence)

    def counted(self, act: str, *, choose: bool) -> Reply | None:
        """Count one more utterance that leads nowhere; where there were enough of them, a person.

        `choose`: it is « oui » to a choice, which is asked again, the second time by keys. None: the act has its own answer.
        """
        memory = self.memory
        memory.failures += 1
        if memory.failures >= self.no_match_limit:
            return replace(self.people.handover(Decision.NO_MATCH, "no_match", ""), act=act)
        if not choose:
            return None
        if memory.failures > 1:
            subjects = [option.subject.partition(",")[0] for option in memory.offered]
            texts = self.phrases.by_keys(subjects, closed=self.people.are_away)
            memory.last_said = tuple(map(PlayPrompt, texts))
        return Reply(Decision.ACT, memory.last_said, act=act, confidence=1.0)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _choice(self, candidates: Sequence[Candidate]) -> Reply | None:
        """Ask which of two it is; None where an entry cannot be spoken or named. Counted as `confirmation` is."""
        offered = options(candidates, self.reader.speakable)
        if len(offered) < 2 or self._asked_enough():
            return None
        memory = self.memory
        memory.state, memory.offered, memory.menu = State.CHOICE, offered, False
        memory.last_said = (PlayPrompt(self.phrases.choose(offered[0].subject, offered[1].subject)),)
        best = candidates[0]
        return Reply(
            Decision.CLARIFY,
            memory.last_said,
            motive=best.motive,
            aspect=best.aspect or None,
            confidence=best.confidence,
        )

    def _asked_enough(self) -> bool:
        """A second question of ours in a row counts as a failure of the first; true when a person is better than another one."""
        memory = self.memory
        if memory.state not in (State.CONFIRM, State.CHOICE) or memory.menu:
            return False
        memory.failures += 1
        return memory.failures >= self.no_match_limit

    def _choices(self, kind: str, candidates: Sequence[Candidate]) -> Reply | None:
        """What to choose between after a failure: the two likeliest by name where there is a hint of them, else what is asked most.

        The latter, and keys, from the second failure on. None: the caller is asked to say it otherwise.
        """
        phrases, explicit = self.phrases, self.memory.failures > 1
        likely = options(candidates[:2], self.reader.speakable)
        together = sum(option.candidate.confidence for option in likely)
        if len(likely) == 2 and together >= (HINT if explicit else FIRST_HINT):
            asked = phrases.choose(likely[0].subject, likely[1].subject)
            keys = phrases.choose_keys(closed=self.people.are_away)
            return self._offer(
                likely, (asked, keys) if explicit else (phrases.texts.not_sure, asked), menu=False
            )
        most = options(self.most_asked, self.reader.speakable)[: len(phrases.texts.menu)] if explicit else ()
        if not most:
            return None
        subjects = [option.subject for option in most]
        silent = kind == "no_input"
        return self._offer(
            most, phrases.menu(subjects, closed=self.people.are_away, silent=silent), menu=True
        )

    def _offer(self, offered: tuple[Option, ...], texts: tuple[str, ...], *, menu: bool) -> Reply:
        memory = self.memory
        memory.state, memory.offered, memory.menu = State.CHOICE, offered, menu
        memory.last_said = tuple(PlayPrompt(text) for text in texts)
        return Reply(Decision.NO_MATCH, memory.last_said)
