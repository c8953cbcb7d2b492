"""What an utterance over the bot's sentence is worth: whether it takes the floor, and what is left of a sentence that it cut short. Pure.

| said | remark | while the bot speaks or is held | after an interruption |
|---|---|---|---|
| no words | nothing | it goes on | it goes on |
| « oui », « d'accord », « mm-hmm » | assent | it goes on | it goes on |
| the same before the question was told (`Bot.told_ms`) | assent | it goes on | it goes on |
| the same, or a word or two that were asked for, where it asks for one of a few answers | answer | it is answered | it is answered |
| « non merci », « merci », where it asks anything | answer | it is answered | it is answered |
| whatever it is, where it asks whether there is danger | answer | it is answered, if it was held for it, or is an act | it is answered |
| « continuez » | go on | it goes on | it goes on |
| a word or two without a meaning | unclear | it goes on | it goes on |
| more of them | words | it goes on, unless they were long | they are not understood |
| anything with a meaning | meaning | it is answered, if it was held for it | it is answered |
| an emergency, « un agent », « au revoir », from however far | urgent | it is answered | it is answered |
| what may be an emergency | urgent; from afar, as a television says it: meaning | it is answered | it is answered |
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from callbot.dialogue.moves import KEYS
from callbot.events import HangUp, PlayPrompt, RecordMessage, Transfer
from callbot.turn_taking.backchannel import asks_to_go_on, is_backchannel, replies
from callbot.turn_taking.floor import Place
from callbot.turn_taking.own_words import overlap, unheard_of
from callbot.turn_taking.whose import Sounded
from callbot.understanding.interpretation import Interpretation
from callbot.understanding.normalise import normalise

__all__ = [
    "Asks",
    "CutShort",
    "OwnVoice",
    "Remark",
    "agrees",
    "passes_after",
    "passes_over",
    "remark",
    "urgency",
]

URGENT_ACTS = frozenset({"agent", "au_revoir"})
"""Said over the bot's voice, however shortly, these are obeyed."""
ASSENTS = frozenset({"oui", "accord", "non", "merci", "salutation"})
"""Acts that ask for nothing where nothing was asked."""
REPLY_ACTS = frozenset({"non", "merci"})
"""Of these, the ones that answer whatever question is being asked."""
MEANS = 0.5
"""Confidence from which a motive is a meaning."""
FEW_WORDS = 2

SAME_WORDS = 0.7
"""Of an utterance, in order, that are the bot's own: then it may be an echo."""
ALIKE = 0.15
"""… and is one, if so much of its sound is (`Whose`) and it has LEAST_WORDS."""
LEAST_WORDS = 3
REMEMBERED = 2
"""Sentences that the bot said last: an echo is of one of them."""


class Asks(StrEnum):
    """What a sentence that plays, or was said last, asks for."""

    NOTHING = "nothing"
    """It tells something, or the question that follows has not begun."""
    OPENLY = "openly"
    """Anything, in the caller's own words: « Avez-vous une autre question ? »"""
    CLOSELY = "closely"
    """One answer of a few."""
    DANGER = "danger"
    """Whether it is an emergency."""


class Remark(StrEnum):
    """What an utterance is, where the bot was not waiting for one."""

    ECHO = "echo"
    """The bot's own voice."""
    NOTHING = "nothing"
    ASSENT = "assent"
    ANSWER = "answer"
    """To the question that is being asked."""
    GO_ON = "go on"
    UNCLEAR = "unclear"
    WORDS = "words"
    MEANING = "meaning"
    URGENT = "urgent"


def remark(
    reading: Interpretation,
    language: str,
    *,
    asks: Asks = Asks.NOTHING,
    answers: bool = False,
    far: bool = False,
) -> Remark:
    """What an utterance in `language` is. `answers`: the dialogue knows it for one of the few answers that it `asks` for.

    `far`: it is not the caller who holds the telephone, by its sound.
    """
    if not reading.text:
        return Remark.NOTHING
    if is_urgent(reading) and not (far and _is_doubtful(reading)):
        return Remark.URGENT
    return Remark.ANSWER if answers else _unasked(reading, language, asks)


def is_urgent(reading: Interpretation) -> bool:
    """An emergency, or what may be one; or the caller asks for a person, or takes leave."""
    return bool(reading.emergency or reading.doubt) or reading.act in URGENT_ACTS


def _is_doubtful(reading: Interpretation) -> bool:
    """It may be an emergency, no more."""
    return not reading.emergency and reading.act not in URGENT_ACTS


def _unasked(reading: Interpretation, language: str, asks: Asks) -> Remark:
    """What it is that is neither urgent nor known to the dialogue for an answer."""
    if asks_to_go_on(reading.text, language):
        return Remark.GO_ON
    if reading.act in ASSENTS or is_backchannel(reading.text, language):
        return Remark.ANSWER if _answers(reading, language, asks) else Remark.ASSENT
    if reading.act or reading.parts or reading.doubt or (reading.best and reading.best.confidence >= MEANS):
        return Remark.MEANING
    return Remark.UNCLEAR if len(reading.text.split()) <= FEW_WORDS else Remark.WORDS


def _answers(assent: Interpretation, language: str, asks: Asks) -> bool:
    """Whether a word of assent answers what is asked."""
    if asks is Asks.OPENLY:
        return assent.act in REPLY_ACTS or replies(assent.text, language)
    return asks is not Asks.NOTHING


def agrees(reading: Interpretation, language: str) -> bool:
    """Whether it says yes and no more: what is murmured just to show that one listens."""
    murmurs = reading.act in ASSENTS - REPLY_ACTS or is_backchannel(reading.text, language)
    return murmurs and not replies(reading.text, language)


def passes_over(what: Remark, place: Place) -> bool:
    """Whether an utterance lets the bot go on that speaks, or is held."""
    if what in (Remark.URGENT, Remark.ANSWER):
        return False
    if place in (Place.HELD, Place.LONG):
        return what is not Remark.MEANING and not (what is Remark.WORDS and place is Place.LONG)
    return place is Place.UNDER or what is Remark.ASSENT


def passes_after(what: Remark) -> bool:
    """Whether the bot takes up the sentence that an utterance has interrupted."""
    return what in (Remark.NOTHING, Remark.GO_ON, Remark.UNCLEAR, Remark.ASSENT)


URGENT = 2
"""What `urgency` gives to who asks for a person; an emergency has more."""


def urgency(said: Interpretation | str) -> int:
    """Of what was said or pressed during an announcement: an emergency, a person, something with a meaning, the rest."""
    if isinstance(said, str):
        return 2 if KEYS.get(said) == "agent" else 1
    if said.emergency or said.doubt:
        return 3
    if said.act == "agent":
        return 2
    return 1 if said.act or said.candidates else 0


class OwnVoice:
    """What the bot said last, to know it again when the line gives it back. `long_ms`: of the caller's voice, as an interruption has."""

    def __init__(self, long_ms: int) -> None:
        self._long_ms = long_ms
        self._said: list[str] = []

    def says(self, text: str) -> None:
        """A sentence begins."""
        self._said = [*self._said[1 - REMEMBERED :], normalise(text)]

    def is_in(self, reading: Interpretation, sounded: Sounded) -> bool:
        """Whether an utterance made while, or just after, the bot spoke is its own voice: never by its words alone.

        By its sound alone, unless it is urgent or long; by a little of its sound, and its words, unless it is urgent.
        """
        alike = overlap(reading.text, " ".join(self._said)) >= SAME_WORDS
        urgent = is_urgent(reading)
        if sounded.own:
            return alike or not (urgent or sounded.callers_ms >= self._long_ms)
        words = len(reading.text.split())
        return alike and not urgent and words >= LEAST_WORDS and sounded.echo >= ALIKE


@dataclass(frozen=True, slots=True)
class CutShort:
    """What the bot was saying when it was interrupted, from the interrupted sentence on, and what was to follow it."""

    prompts: tuple[PlayPrompt, ...]
    then: Transfer | HangUp | RecordMessage | None

    def after(self, heard: str) -> "CutShort":
        """The same from the first sentence that was not heard whole. Words that tell who somebody is are said again from the start."""
        first, *others = self.prompts
        if first.shown:
            return self
        return replace(self, prompts=(replace(first, text=unheard_of(first.text, heard)), *others))
