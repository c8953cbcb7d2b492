"""A language as the dialogue needs it: its fixed sentences, its words for hours, and the words by which it reads short answers."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from callbot.dialogue import phrases, reader
from callbot.dialogue.expected import as_it_is
from callbot.dialogue.reading_words import ChoiceWords, ContextWords, ReadingWords
from callbot.dialogue.satisfaction_words import SatisfactionWords
from callbot.dialogue.texts import Texts, differences
from callbot.errors import LanguageError
from callbot.events import TransferResult
from callbot.humans.hour_words import HourWords
from callbot.humans.hours import spoken_opening
from callbot.languages.tables import FRENCH, codes, table
from callbot.numbers import NumberWords
from callbot.understanding.patterns import any_of, anywhere, spaced

__all__ = ["Tongue", "number_words", "tongue"]


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language. `key`: what a caller presses to go on in it; `briefing`: what who picks up is told of it, in French."""

    code: str
    name: str
    key: str
    briefing: str
    texts: Texts
    words: ReadingWords
    opening: Callable[[datetime, datetime], str]
    """When somebody is there again, as one says it now."""
    asked_for: re.Pattern[str]
    """The whole of what a caller says who wants it, while another language is spoken."""


_FRENCH = Tongue(
    code=FRENCH,
    name="français",
    key="8",
    briefing="",
    texts=phrases.FRENCH,
    words=reader.FRENCH,
    opening=spoken_opening,
    asked_for=anywhere(
        (
            "[(yes|no|sorry|hello|actually|please|okay|let's|i|we|i'd|you)*] "
            "[(can|could|do|would|prefer|rather|switch|go|speak|talk|continue|have|to|back|you|we|i|like|in|it)*] "
            "(french|français|francais|en français) [(please|instead|again|now|thank you|s'il vous plaît|merci)*]",
            "[(bonjour|oui|non|pardon|excusez moi|alors)*] [(est ce que|vous|je|on|peut|pouvez|voudrais|préfère|parlez|parler|"
            "continuer|continuons|repasser|revenir)*] [(en|le|au)] français [(s'il vous plaît|merci|plutôt|please)*]",
        )
    ),
)


@cache
def tongue(code: str) -> Tongue:
    """The language of that code. Raises LanguageError when there is none, or its tables are not whole."""
    if code == FRENCH:
        return _FRENCH
    if code not in codes():
        raise LanguageError(f"'{code}' is not a language that the bot speaks: {', '.join(codes())}")
    told = table(code, "language")
    try:
        return Tongue(
            code=code,
            name=told["name"],
            key=told["key"],
            briefing=told["briefing"],
            texts=_texts(code),
            words=_reading_words(code),
            opening=_hours(code).say,
            asked_for=anywhere(told["asked_for"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise LanguageError(f"{code}: {error!r} in one of its tables") from None


def number_words(code: str) -> NumberWords:
    """How the language says numbers."""
    told = table(code, "language")["numbers"]
    return NumberWords(tuple(told["units"]), tuple(told["tens"]), told["hundred"], told["thousand"])


def _hours(code: str) -> HourWords:
    told: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in table(code, "language")["hours"].items()
    }
    return HourWords(numbers=number_words(code), **told)


def _texts(code: str) -> Texts:
    """Raises LanguageError, a line per fault, where a sentence is missing or leaves something else open than the French one."""
    told: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in table(code, "phrases").items()
    }
    told["failures"] = {TransferResult(name): text for name, text in told.get("failures", {}).items()}
    try:
        texts = Texts(**told)
    except TypeError as error:
        raise LanguageError(f"{code}/phrases.toml: {error}") from None
    if faults := differences(texts, phrases.FRENCH):
        raise LanguageError("\n".join(f"{code}/phrases.toml: {fault}" for fault in faults))
    return texts


def _reading_words(code: str) -> ReadingWords:
    told = table(code, "context")
    aspects: Mapping[str, Mapping[str, Any]] = told["aspects"]
    context = ContextWords(
        asked={name: "|".join(aspect["phrases"]) for name, aspect in aspects.items()},
        told={name: aspect["told"] for name, aspect in aspects.items()},
        slots=told["slots"],
        evidence=told["evidence"],
        **told["around"],
    )
    choices = told["choices"]
    positions = tuple(
        anywhere([f"{choices['before']} ({word}) {choices['after']}"]) for word in choices["positions"]
    )
    both = anywhere([f"{choices['before']} ({choices['both']})"])
    correction = re.compile(any_of(told["corrections"]) + r"(?P<yes>.+)") if told.get("corrections") else None

    def corrected(text: str) -> str | None:
        match = correction.fullmatch(spaced(text)) if correction else None
        return match["yes"].strip() if match else None

    empty, around, telling = (frozenset(choices[name]) for name in ("empty", "around", "telling"))
    placed = ChoiceWords(positions, both, empty, around=around, telling=telling)
    return ReadingWords(context, placed, corrected, as_it_is, _satisfaction_words(code))


def _satisfaction_words(code: str) -> SatisfactionWords:
    told = table(code, "satisfaction")
    plain, vague = (
        {int(score): phrases for score, phrases in told[name].items()} for name in ("plain", "vague")
    )
    lists = {name: told[name] for name in ("numbers", "around", "of_five", "or_", "refusals", "hurry", "yes")}
    return SatisfactionWords(plain=plain, vague=vague, **lists)
