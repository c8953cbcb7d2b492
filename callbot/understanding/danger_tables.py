"""What tables of words say of danger, per language: sure signs, who comes for what, harmless expressions, tales. Pure.

The words are in danger_words/LANGUAGE.toml, one phrase a line, with an utterance beside it that must raise no alarm.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from callbot.understanding.patterns import any_of, anywhere, spaced

__all__ = ["FOLDER", "FRENCH", "NUMBERS", "Words", "counter_examples", "languages", "words"]

FOLDER = Path(__file__).with_name("danger_words")
FRENCH = FOLDER / "fr.toml"

NUMBERS = ("114", "15", "18", "17", "119", "3919", "3114", "112")
"""Every number that can be named, in order of precedence: who cannot breathe needs 15 before 17."""

_NOTHING = re.compile(r"(?!)")
_WORDS = re.compile(r"[\w'’]+")
Patterns = tuple[tuple[str, re.Pattern[str]], ...]


@dataclass(frozen=True)
class Words:
    """One language's tables, compiled. All methods take a normalised utterance or clause."""

    _alone: Patterns
    _sure: Patterns
    _who: Patterns
    _misfortunes: Patterns
    _harmless: re.Pattern[str]
    _tale: re.Pattern[str]
    _now: re.Pattern[str]
    _circumstances: re.Pattern[str]
    _ask: re.Pattern[str]
    _ask_alone: re.Pattern[str]
    _asks_for_somebody: re.Pattern[str]
    _certain: Patterns

    def cry(self, said: str) -> str | None:
        """The number that a cry calls for which is all that is said."""
        text = self._bare(said)
        return _first(number for number, pattern in self._alone if pattern.fullmatch(text))

    def only_asks(self, heard: str) -> bool:
        """True for what would be a cry, said once and with courtesy: it wants somebody to talk to. `heard` is not normalised."""
        text = spaced(" ".join(_WORDS.findall(heard.lower())))
        return self._asks_for_somebody.fullmatch(text) is not None

    def sure(self, said: str) -> str | None:
        """The number that certain words call for, unless they are in a tale."""
        text = self._bare(said)
        if self.is_tale(said):
            return None
        return _first(number for number, pattern in self._sure if pattern.search(text))

    def certain(self, said: str) -> str | None:
        """The number that words call for which need no detector, unless they are in a tale."""
        if self.is_tale(said):
            return None
        text = self._bare(said)
        return _first(number for number, pattern in self._certain if pattern.search(text))

    def who(self, said: str) -> str | None:
        """Who comes for it, where the likeness to other calls would name another number; only for what is an emergency."""
        return _first(number for number, pattern in self._who if pattern.search(spaced(said)))

    def misfortune(self, said: str) -> str | None:
        """`fall` or `danger` when somebody's misfortune is told."""
        return _first(kind for kind, pattern in self._misfortunes if pattern.search(spaced(said)))

    def is_tale(self, said: str) -> bool:
        """True for the past, a habit, an « if » or paperwork, when nothing says that it happens now."""
        text = self._harmless.sub("… ", spaced(said))
        return bool(self._tale.search(text)) and not self._now.search(text)

    def must_ask(self, said: str) -> bool:
        """True for what may have happened just now, and is asked about however harmless it sounds."""
        text = spaced(said)
        found = self._ask.search(text) or self._ask_alone.fullmatch(text)
        return found is not None and not self.is_tale(said)

    def alarming(self, said: str) -> str:
        """What is left of an utterance without circumstances, denials and what is harmless: wherein danger must lie, if there is any."""
        return cut(cut(said, self._harmless), self._circumstances)

    def is_harmless(self, said: str) -> bool:
        """True when nothing is said but what is harmless."""
        return not cut(said, self._harmless)

    def _bare(self, said: str) -> str:
        return self._circumstances.sub("… ", self._harmless.sub("… ", spaced(said)))


def cut(said: str, pattern: re.Pattern[str]) -> str:
    """The words of a normalised utterance that no match of `pattern` covers, accents and all."""
    left, place, text = [], 0, spaced(said)
    covered = [match.span() for match in pattern.finditer(text)]
    for word in said.split():
        start, place = place, place + len(spaced(word))
        if not any(first <= start and place <= last for first, last in covered):
            left.append(word)
    return " ".join(left)


@cache
def words(language: str) -> Words:
    """The tables of a language. Raises FileNotFoundError for one that has none."""
    return _compiled(tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8")))


def counter_examples() -> list[str]:
    """What stands beside the French phrases: it sounds like them, and is harmless."""
    table = tomllib.loads(FRENCH.read_text(encoding="utf-8"))
    found: list[str] = []
    for section in ("alone", "sure", "certain", "who", "harmless", "tale", "misfortune"):
        for value in table.get(section, {}).values():
            found += value.values() if isinstance(value, dict) else [value]
    return [example for example in found if example]


def languages() -> list[str]:
    """The languages that have tables; French, in which most people call, first."""
    return sorted((file.stem for file in FOLDER.glob("*.toml")), key=lambda code: (code != "fr", code))


def _compiled(table: Mapping[str, Any]) -> Words:
    pieces = table["pieces"]
    around = table["around"]["words"]

    def searched(name: str) -> re.Pattern[str]:
        return anywhere(table[name], pieces) if table.get(name) else _NOTHING

    def by_number(name: str, order: tuple[str, ...] = NUMBERS) -> Patterns:
        found = table.get(name, {})
        return tuple((number, anywhere(found[number], pieces)) for number in order if number in found)

    def nothing_but(phrases: Mapping[str, str]) -> re.Pattern[str]:
        cry, more = any_of(phrases, pieces), any_of([around], pieces)
        return re.compile(f"(?:{more})*{cry}(?:{more}|{cry})*")

    alone = tuple(
        (number, nothing_but(table["alone"][number]))
        for number in NUMBERS
        if number in table.get("alone", {})
    )
    return Words(
        alone,
        by_number("sure"),
        by_number("who"),
        by_number("misfortune", ("fall", "danger")),
        searched("harmless"),
        searched("tale"),
        searched("now"),
        searched("circumstances"),
        searched("ask"),
        nothing_but(table["ask_alone"]) if table.get("ask_alone") else _NOTHING,
        searched("asks_for_somebody"),
        by_number("certain"),
    )


def _first(found: Iterator[str]) -> str | None:
    return next(found, None)
