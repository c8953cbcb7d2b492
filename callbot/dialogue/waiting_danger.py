"""An emergency that is told over the music of the queue: the number to call, or the question whether it is one. No I/O, no clock.

What may be one is asked about in the words that the dialogue has (alarms.QUESTIONS); what is told again after that is one.
"""

from dataclasses import dataclass

from callbot.dialogue.alarms import ENGLISH, QUESTIONS, Question
from callbot.dialogue.denials import denies, is_unsure
from callbot.dialogue.handover import Plan
from callbot.dialogue.moves import State
from callbot.events import Decision, IntentMatched, PlayPrompt
from callbot.understanding.interpretation import Interpretation

REASON = "emergency"
"""The handover's reason, and the one that the card shows."""
DOUBT_MS = 20_000
"""An answer that comes later answers something else."""
CONFIRMS = {State.DANGER: "oui", State.FALL: "non"}
"""« Est-ce une urgence ? » and « Est-ce que la personne vous répond ? »: the answer that makes it one."""


@dataclass(slots=True)
class Alarm:
    """What one waiting caller tells of danger. `number`: the emergency number that was told last; empty: none."""

    number: str = ""
    _asked: Question | None = None
    _asked_ms: int = 0

    def heard(self, reading: Interpretation, at_ms: int, *, closely: bool) -> str | Question | None:
        """The number to call, or what is to be asked; None: it is neither.

        `closely`: something else was asked, before which only that somebody fell, or is ill, comes as a mere doubt.
        """
        asked = self._asked if at_ms - self._asked_ms < DOUBT_MS else None
        if denies(reading.text, asked.state if asked else State.QUESTION):
            self._asked = None
            return None
        doubt = None if is_unsure(reading.text) else reading.doubt
        confirmed = asked and (doubt or reading.act == CONFIRMS[asked.state])
        number = reading.emergency or (asked.number if asked and confirmed else "")
        if number:
            self.number, self._asked = number, None
            return number
        if doubt and (doubt == "fall" or not closely):
            self._asked, self._asked_ms = QUESTIONS[doubt], at_ms
            return self._asked
        if reading.act:
            self._asked = None
        return None


def told(number: str, language: str, plan: Plan) -> tuple[PlayPrompt, ...]:
    """Whom to call, as it is said elsewhere, then that the caller may stay. `language`: that of their words, empty for ours."""
    english = (ENGLISH[number],) if language == "en" and number in ENGLISH else ()
    return tuple(PlayPrompt(text, interruptible=False) for text in (*english, *plan.urgent[number]))


def matched(number: str, at_ms: int) -> IntentMatched:
    """For statistics and the card: the call told of an emergency."""
    return IntentMatched(at_ms, Decision.EMERGENCY, None, None, None, number, 1.0, None)
