"""How utterances of one language are read before the router sees them: canonical form, acts, emergencies, where two questions are cut."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from callbot.errors import LanguageError
from callbot.languages.tables import FRENCH, table
from callbot.languages.tongues import number_words, tongue
from callbot.understanding import acts, danger, danger_tables, normalise, splitting
from callbot.understanding.acts import Acts
from callbot.understanding.emergencies import Emergencies
from callbot.understanding.patterns import spaced
from callbot.understanding.plain_words import PlainWords

__all__ = ["Ways", "ways"]

_WORDS = 2
"""A question has at least so many words."""


@dataclass(frozen=True, slots=True)
class Ways:
    """One language's. All but `normalise` read what it gives."""

    code: str
    normalise: Callable[[str], str]
    without_courtesy: Callable[[str], str]
    emergency_number: Callable[[str], str | None]
    is_tale: Callable[[str], bool]
    act_of: Callable[[str], str | None]
    halves: Callable[[str], tuple[str, str] | None]
    corrected: Callable[[str], str | None]

    def readable(self, text: str) -> str:
        """An utterance as the router reads it: normalised, without courtesies."""
        return self.without_courtesy(self.normalise(text))


_FRENCH = Ways(
    FRENCH,
    normalise.normalise,
    normalise.without_courtesy,
    lambda said: danger.by_words(said).number or None,
    danger_tables.words(FRENCH).is_tale,
    acts.act_of,
    splitting.halves,
    splitting.corrected,
)


@cache
def ways(code: str) -> Ways:
    """Those of a language. Raises LanguageError when one of its tables is not whole."""
    if code == FRENCH:
        return _FRENCH
    try:
        words = PlainWords(number_words(code), **table(code, "normal"))
        said, urgent = table(code, "acts"), _emergencies(table(code, "emergencies"))
        known = Acts(said["acts"], said["courtesy"], said["pieces"])
        halves = _halves(table(code, "context").get("connectors", []))
    except (KeyError, TypeError, ValueError, re.error) as error:
        raise LanguageError(f"{code}: {error!r} in one of its tables") from None
    return Ways(
        code,
        words.normalise,
        words.without_courtesy,
        urgent.number,
        urgent.is_tale,
        lambda text: known.of(spaced(text)),
        halves,
        tongue(code).words.corrected,
    )


def _emergencies(told: dict[str, Any]) -> Emergencies:
    lists = {name: told[name] for name in ("harmless", "everyday", "past", "now")}
    return Emergencies(
        told["lasting"],
        told["sudden"],
        pieces=told["pieces"],
        deaf=[told["deaf"]],
        cannot_phone=[told["cannot_phone"]],
        **lists,
    )


def _halves(connectors: list[str]) -> Callable[[str], tuple[str, str] | None]:
    """Cuts a normalised utterance at what stands between two questions, of the surest kind first."""
    patterns = [re.compile(rf"(?<![\w'])(?:{words})(?![\w'])") for words in connectors]

    def halves(text: str) -> tuple[str, str] | None:
        for pattern in patterns:
            for match in pattern.finditer(text):
                first, second = text[: match.start()].strip(), text[match.end() :].strip()
                if min(len(first.split()), len(second.split())) >= _WORDS:
                    return first, second
        return None

    return halves
