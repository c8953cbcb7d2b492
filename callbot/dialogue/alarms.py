"""What is asked when an utterance may tell of an emergency, and what is said to a caller in danger who speaks English. Tables only."""

from dataclasses import dataclass
from types import MappingProxyType

from callbot.dialogue.moves import State

__all__ = ["ASKED", "ENGLISH", "QUESTIONS", "Question"]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the sentence's name, the state in which yes or no is awaited, the number when the doubt is confirmed."""

    sentence: str
    state: State
    number: str


QUESTIONS = MappingProxyType(
    {
        "danger": Question("danger_doubt", State.DANGER, "112"),
        "fall": Question("fall_doubt", State.FALL, "15"),
    }
)
"""By the doubt that a reading has."""

ASKED = frozenset(question.state for question in QUESTIONS.values())
"""The states in which the caller was asked whether it is an emergency."""

ENGLISH = MappingProxyType(
    {
        "15": "This is an emergency. Hang up and dial one five, for an ambulance.",
        "17": "This is an emergency. Hang up and dial one seven, for the police.",
        "18": "This is an emergency. Hang up and dial one eight, for the fire brigade.",
        "112": "This is an emergency. Hang up and dial one one two.",
        "3919": "You are right to speak about it. In danger, dial one seven. To find help, dial three nine one nine.",
        "3114": "Thank you for telling me. In danger, dial one five. To talk about it, dial three one one four.",
    }
)
"""Said before the French instruction to a caller who told of it in English."""
