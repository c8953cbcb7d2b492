"""What a call-back request comes to, how often each thing is asked, and what keys and refusals mean where. Tables, pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from callbot.dialogue import callback_phrases as phrases
from callbot.dialogue.callback_table import Answer, Step
from callbot.dialogue.callback_told import ASIDE, LAST
from callbot.dialogue.wishes import AFTERNOON, MORNING, Wish
from callbot.phone_numbers import normalise_number
from callbot.understanding.spoken_forms.telephone import judge

VOICE_ATTEMPTS = 2
"""Numbers by voice that were wrong, or not understood; then keys are asked for."""
MOST_MISSES = 2
"""Answers to one question that were not understood; the next one gives up, or goes on without an answer where it can."""
MOST_ASKED = 2
"""How often a name or a place is asked for; then the request goes on without."""
MOST_TURNS = 30
"""Inputs in all; past that somebody is better served by a person."""
FEW_DIGITS = 2
"""Number words, or pairs of figures, in a row from which on an utterance says something of a number."""
LIKELY_NUMBER = 5
"""The same where it may as well be a time of day, or an emergency: « à dix heures trente », « le quinze »."""


@dataclass(frozen=True, slots=True)
class Request:
    """A call-back that the caller has confirmed word for word. `wish` is in French, with dates; empty: any time."""

    number: str = field(repr=False)
    """As +33612345678."""
    wish: str = ""
    motive: str = ""
    name: str = field(default="", repr=False)
    """Who is to be asked for; empty: they did not tell."""
    place: str = field(default="", repr=False)
    """Where it is, for what is about a place in the street; empty: not told."""


def presented(caller: str) -> str:
    """The number that a telephone system presents, as 0612345678 or +44…; empty when it is withheld or cannot be called."""
    phone = judge(normalise_number(caller))
    return phone.digits if phone.usable else ""


WITHOUT = {Step.NAME: (phrases.NO_NAME, Answer.NAME), Step.PLACE: (phrases.NO_PLACE, Answer.PLACE)}
HOW = {Step.NAME: phrases.NAME_HOW, Step.PLACE: phrases.PLACE_HOW}
ABOUT_NUMBER = (Step.OWN, Step.NUMBER, Step.CHECK, Step.KEYS)
ENOUGH = dict.fromkeys((*ASIDE, Step.WISH, *LAST, Step.KEYS), LIKELY_NUMBER)
"""Number words in a row that are some of a number, by the step; elsewhere FEW_DIGITS."""
KEY_ANSWERS = {
    (step, key): answer
    for step in (Step.OWN, Step.CHECK, Step.CONFIRM, Step.CHANGE)
    for key, answer in (("1", Answer.YES), ("2", Answer.NO))
} | {(Step.CHANGE, "3"): Answer.NAME, (Step.CHANGE, "4"): Answer.PLACE}
KEY_WISHES = {"1": Wish(times=MORNING), "2": Wish(times=AFTERNOON), "3": Wish()}


def pairs(run: Sequence[str]) -> int:
    """Number words, or pairs of figures, of a run."""
    return sum(max(1, len(word) // 2) if word.isdecimal() else 1 for word in run if word.isalnum())
