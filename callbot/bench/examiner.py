"""Puts questions to the router and to the dialogue: each as the first words of a call."""

import time
from datetime import date, datetime
from datetime import time as time_of_day

from callbot.bench.exam import Question
from callbot.bench.understood import Answer, Did
from callbot.config import Settings
from callbot.conversations import new_dialogue
from callbot.dialogue.moves import State
from callbot.dialogue.polyglot import Talk
from callbot.dialogue.reply import Reply
from callbot.events import Decision
from callbot.humans.hours import PARIS
from callbot.knowledge.store import Knowledge
from callbot.understanding.router import Understanding

__all__ = ["Examiner", "deed"]

_DEEDS = {
    Decision.ANSWER: Did.ANSWERED,
    Decision.ORIENT: Did.ANSWERED,
    Decision.HANDOVER: Did.HANDED_OVER,
    Decision.EMERGENCY: Did.EMERGENCY,
    Decision.ACT: Did.ACT,
    Decision.NO_MATCH: Did.NOT_UNDERSTOOD,
}
_WARM_UP = "je voudrais savoir si vous êtes ouverts demain matin"


class Examiner:
    """Answers questions at ten o'clock on the day on which the newest entry was validated: the clock changes no figure."""

    def __init__(
        self, settings: Settings, knowledge: Knowledge, understanding: Understanding, language: str = "fr"
    ) -> None:
        self._settings = settings
        self._language = language
        self._knowledge = knowledge
        self._understanding = understanding
        day = max((e.validated_on for e in knowledge.entries if e.validated_on), default=date.today())
        self._now = datetime.combine(day, time_of_day(10), PARIS)
        understanding.interpret(_WARM_UP)  # the engine loads its model

    def __call__(self, question: Question) -> Answer:
        """How it was understood, what the bot does with it, and the processor time of all threads that understanding took."""
        began = time.process_time()
        reading = self._understanding.interpret(question.text)
        cost_ms = (time.process_time() - began) * 1000
        dialogue = new_dialogue(
            self._settings, self._knowledge, now=lambda: self._now, language=self._language
        )
        reply = dialogue.hear(reading)
        return Answer(
            question,
            reading,
            self._settings.answer_threshold,
            self._settings.confirm_threshold,
            did=deed(reply, dialogue),
            said=_said(reply),
            cost_ms=cost_ms,
        )


def deed(reply: Reply, dialogue: Talk) -> Did:
    """What the bot did."""
    if reply.decision is Decision.CLARIFY:
        return Did.CHOICE if dialogue.state is State.CHOICE else Did.CONFIRMATION
    return _DEEDS[reply.decision]


def _said(reply: Reply) -> tuple[str, ...]:
    """The motives whose validated answers are spoken; asking whether one is wanted speaks none."""
    if reply.decision is Decision.CLARIFY:
        return ()
    return tuple(one.answer_id.partition(".")[0] for one in (reply.first, reply) if one and one.answer_id)
