"""How satisfied was the caller? Asked where a call was answered and they take leave, once, and never insisted on. No I/O, no chance.

Whether the lot has chosen the call is told from outside (`Drawn`); who is spared all the same, `spares` says; what follows what is in
satisfaction_table.py.
"""

from dataclasses import dataclass

from callbot.dialogue.alarms import ASKED
from callbot.dialogue.callback_written import HIDDEN
from callbot.dialogue.memory import Memory
from callbot.dialogue.people import People
from callbot.dialogue.reply import Reply
from callbot.dialogue.satisfaction_table import (
    BEST,
    LOW,
    MOST_REPEATED,
    SURVEY,
    Drawn,
    Spared,
    State,
    Told,
)
from callbot.dialogue.satisfaction_words import SatisfactionWords, Verdict
from callbot.events import Decision, HangUp, Outcome, PlayPrompt, Transfer
from callbot.understanding.interpretation import Interpretation

__all__ = ["Satisfaction"]

SCORED, COMMENTED = "satisfaction", "commentaire"
"""Acts of the caller that only these questions give."""
SAID_AGAIN = frozenset({"repeter", "pas_ca"})
"""Acts of a caller who has to hear, or to say, something again."""
LEAVES = frozenset(
    {
        "agent",
        "rappel",
        "langue_en",
        "au_revoir",
        "repeter",
        "plus_lentement",
        "attendre",
        "non",
        "merci",
        "oui",
    }
)
"""Acts that are no comment where one is awaited."""
VOICE, KEY = "voice", "key"


def spares(reply: Reply, state: State) -> Spared | None:
    """Why a caller who gets this reply, after which the conversation stands in `state`, is not asked; None: they may be."""
    if reply.emergency or reply.decision is Decision.EMERGENCY or state in ASKED:
        return Spared.EMERGENCY
    if reply.act == "insulte":
        return Spared.INSULT
    if reply.callback or reply.act == "rappel":
        return Spared.CALLBACK
    if reply.decision is Decision.HANDOVER or isinstance(reply.then, Transfer):
        return Spared.PERSON
    return None


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """Of one conversation; it decides with `memory`, and keeps nothing besides. `drawn`: None where the lot has not chosen the call."""

    memory: Memory
    people: People
    words: SatisfactionWords
    drawn: Drawn | None

    @property
    def standing(self) -> bool:
        """One of these questions stands."""
        return self.memory.state in SURVEY

    @property
    def state(self) -> State:
        """Where the conversation stands, but for a goodbye over which one of these questions may still be answered."""
        state = self.memory.state
        return self.memory.survey.unanswered or state if state is State.CLOSED else state

    @property
    def scoring(self) -> bool:
        """A score is awaited: every key may be one."""
        return self.state in (State.SATISFACTION, State.SCORE_CHECK)

    # -- whether to ask --------------------------------------------------------------------------------------------

    def spare(self, why: Spared) -> None:
        """This caller is not asked any more."""
        self.memory.survey.spared = self.memory.survey.spared or why

    def listen(self, text: str) -> None:
        """Something was said, in whatever state: who is in a hurry is spared."""
        if self.words.is_in_a_hurry(text):
            self.spare(Spared.HURRY)

    def watch(self, reply: Reply) -> None:
        """This is said to the caller next."""
        progress = self.memory.survey
        if reply.decision is Decision.NO_MATCH or reply.act in SAID_AGAIN:
            progress.repeated += 1
        why = spares(reply, self.memory.state)
        if why is None and progress.repeated >= MOST_REPEATED:
            why = Spared.REPEATED
        if why:
            self.spare(why)

    def ask(self, act: str) -> Reply | None:
        """The question, in place of the goodbye to `act`; None: this caller is not asked."""
        memory = self.memory
        chosen = self.drawn is not None and not (memory.survey.asked or memory.survey.spared)
        if not chosen or memory.outcome is not Outcome.ANSWERED or memory.ending:
            return None
        memory.survey.asked, memory.state = True, State.SATISFACTION
        return self._says("satisfaction", act=act, survey=Told())

    # -- what is answered ------------------------------------------------------------------------------------------

    def heard(self, reading: Interpretation) -> Reply | None:
        """React to an answer; None: it is none, but an act, a question or an emergency."""
        state = self.memory.state
        if self.scoring and (verdict := self.words.verdict(reading.text)):
            return self._scored(verdict)
        if reading.emergency or (reading.doubt and (reading.doubt == "fall" or state is not State.COMMENT)):
            return None
        denies = state is State.SCORE_CHECK and reading.act == "non"
        if (self.words.refuses(reading.text) and not denies) or (
            self.scoring and self.words.is_in_a_hurry(reading.text)
        ):
            return self.leave("non")
        if state is State.COMMENT and reading.act not in LEAVES:
            return self._commented(reading.words)
        if state is State.COMMENT_OFFER and self._comments_at_once(reading):
            return self._commented(reading.words)
        return None

    def pressed(self, digit: str) -> Reply | None:
        """React to a key; None: it has its usual meaning, or none."""
        if not self.scoring or not digit.isdecimal() or digit == "0":
            return None
        score = int(digit)
        return self._rated(score, KEY) if score <= BEST else self.unclear()

    def confirmed(self) -> Reply:
        """The caller says that the score is the one that they were asked about."""
        return self._rated(self.memory.survey.proposed, VOICE)

    def unclear(self) -> Reply:
        """What was said is no answer: ask for a score once more, in few words; anything else is left at that."""
        progress = self.memory.survey
        if self.memory.state is not State.SATISFACTION or progress.again:
            return self.leave()
        progress.again = True
        return self._says("satisfaction_again")

    def leave(self, act: str | None = None) -> Reply:
        """The caller does not want to, or something went wrong: goodbye."""
        self.memory.state = State.CLOSED
        return self._says("goodbye", act=act, then=HangUp(self.memory.outcome))

    def silence(self) -> Reply:
        """The caller says nothing: goodbye, over which they may still answer."""
        self.memory.survey.unanswered = self.memory.state
        return self.leave()

    def reopened(self) -> State | None:
        """The caller speaks over a goodbye: where the conversation stands again; None: no question of ours was left unanswered."""
        progress = self.memory.survey
        before, progress.unanswered = progress.unanswered, None
        progress.again = True
        return before

    def answers(self, reading: Interpretation) -> bool:
        """Whether an utterance over the question is an answer to it."""
        text = reading.text
        return self.scoring and (self.words.verdict(text) is not None or self.words.refuses(text))

    def written(self, text: str) -> str:
        """What of an utterance may be written down: no comment of a caller who has not agreed to give one."""
        offered = self.memory.state is State.COMMENT_OFFER
        return (
            HIDDEN if offered and len(text.split()) > 2 and not self.words.goes_on_after_yes(text) else text
        )

    # -- inside ----------------------------------------------------------------------------------------------------

    def _scored(self, verdict: Verdict) -> Reply:
        """Take a plain score; ask about another one, once in a call."""
        memory = self.memory
        if verdict.plain:
            return self._rated(verdict.score, VOICE)
        if memory.survey.proposed:
            return self.leave()
        memory.survey.proposed, memory.state = verdict.score, State.SCORE_CHECK
        return self._says(f"satisfaction_{verdict.score}")

    def _rated(self, score: int, by: str) -> Reply:
        thanks = "satisfaction_thanks_low" if score <= LOW else "satisfaction_thanks"
        given = Told(score=score, by=by)
        if self.drawn and score <= self.drawn.comment_up_to:
            self.memory.state = State.COMMENT_OFFER
            return self._says(thanks, "satisfaction_comment", survey=given)
        return self._part(thanks, SCORED, given)

    def _commented(self, words: str) -> Reply:
        return self._part("satisfaction_comment_thanks", COMMENTED, Told(comment=words))

    def _comments_at_once(self, reading: Interpretation) -> bool:
        return reading.act is None and self.words.goes_on_after_yes(reading.text)

    def _part(self, thanks: str, act: str, what: Told) -> Reply:
        self.memory.state = State.CLOSED
        then = HangUp(self.memory.outcome)
        return self._says(thanks, "satisfaction_goodbye", act=act, survey=what, then=then)

    def _says(
        self, *names: str, act: str | None = SCORED, survey: Told | None = None, then: HangUp | None = None
    ) -> Reply:
        say: tuple[PlayPrompt, ...] = tuple(map(self.people.sentence, names))
        return Reply(Decision.ACT, say, then, act=act, confidence=1.0, survey=survey)
