"""When a caller prefers to be called back: read from their words, and said in words. Pure functions."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from callbot.dialogue.wish_exclusions import without_excluded
from callbot.understanding.normalise import fold
from callbot.understanding.patterns import anywhere, spaced
from callbot.understanding.spoken_forms.dates import read_days
from callbot.understanding.spoken_forms.days import Days
from callbot.understanding.spoken_forms.numbers import is_number
from callbot.understanding.spoken_forms.read_back import date_said, times_said
from callbot.understanding.spoken_forms.times import DAY_BEGINS, DAY_ENDS, Times, read_times
from callbot.understanding.spoken_forms.words import words

MORNING = Times(time(8), time(12))
AFTERNOON = Times(time(13, 30), time(18))

_ANY_TIME = anywhere(
    [
        "peu importe|n'importe [(quand|quel moment|quelle heure)]|quand (vous (voulez|pouvez|pourrez|voudrez)|ça vous arrange)",
        "comme vous (voulez|pouvez)|(dès que|le plus (tôt|vite|rapidement)|aussitôt que) possible|(ça|cela) m'est égal|pas de préférence",
        "toute la journée|à toute heure|au plus vite|tout de suite",
    ]
)
_ASKS = anywhere(
    [
        "est ce que|qu'est ce|combien|comment|pourquoi|où|(quels?|quelles?) (horaires|jours|heures?|papiers|documents)|"
        "(c'est|vous êtes|êtes vous|est ce) (ouverts?|fermée?s?)|(ouvre|ferme|ouvrez|fermez) (t il|t elle|vous)"
    ]
)
"""A question of the caller's, though it names a time."""
_WORDS = frozenset(
    fold(
        "lundi mardi mercredi jeudi vendredi samedi dimanche janvier février mars avril mai juin juillet août septembre octobre "
        "novembre décembre premier demain après aujourd hui surlendemain semaine semaines prochaine prochain suivant suivante jour "
        "mois quinzaine matin matinée midi minuit soir soirée journée fin début milieu heure heures h quart demi demie moins "
        "le la les l un une de d du des à a au aux vers avant entre et ou dans en pour plutôt dès tôt tard partir environ "
        "autour alentours ce cet cette c est ça serait sera si possible peux pouvez voulez préfère préférerais préférence de "
        "oui non euh bah ben bon alors merci s il vous plaît disons dirais peut être par exemple je j veux voudrais aimerais mieux "
        "bien pas sauf jamais ni mais travaille "
        "me m rappeler rappelez moi jusqu uniquement seulement arrange arrangerait plus idéal idéalement que qu on rappelle"
    ).split()
)
"""What an utterance that is nothing but a wish may consist of, beside numbers."""
_FIGURES = re.compile(r"\d+(?:h\d*)?")

_PARTS = {
    (time(8), time(12)): "le matin",
    (time(13, 30), time(18)): "l'après-midi",
    (time(18), time(20)): "le soir",
    (time(12), time(14)): "entre midi et deux heures",
}
_PARTS_SAID = frozenset(_PARTS.values())
_OR = re.compile(r"\s+ou(?: bien| alors)?\s+", re.IGNORECASE)
_WAKES = time(7)
"""Before that nobody is called."""
_NEAR = {0: "aujourd'hui", 1: "demain", 2: "après-demain"}
_JOINED = {
    "aujourd'hui le matin": "ce matin",
    "aujourd'hui l'après-midi": "cet après-midi",
    "aujourd'hui le soir": "ce soir",
    "demain le matin": "demain matin",
    "demain l'après-midi": "demain après-midi",
    "demain le soir": "demain soir",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """A day or several, a time of day; None where it does not matter. `never`: what is excluded, as « le matin »; `other`: or that."""

    days: Days | None = None
    times: Times | None = None
    never: tuple[str, ...] = ()
    other: "Wish | None" = None

    def but(self, other: "Wish") -> "Wish":
        """This wish with what `other` says instead."""
        if other == Wish() or other.other or self.other:
            return other
        if other.never and not (other.days or other.times):
            never = tuple(dict.fromkeys((*self.never, *other.never)))
            return Wish(self.days, None if _PARTS_SAID & set(other.never) else self.times, never)
        return Wish(other.days or self.days, other.times or self.times, other.never)


def read_wish(text: str, normalised: str, today: date) -> Wish | None:
    """The wish in the utterance; None when it holds none, a day that is past, or nothing but what is excluded and cannot be noted."""
    cut = without_excluded(text)
    plain = not (cut.noted or cut.lost)
    if _ANY_TIME.search(spaced(normalised if plain else cut.rest)):
        return None if cut.lost else Wish(never=cut.noted)
    wanted = _wanted(text if cut.rest == " ".join(words(text)) else cut.rest, today)
    if wanted is None:
        named = bool(cut.noted) and not cut.lost
        return Wish(never=cut.noted) if named and not _mentions(cut.rest, today) else None
    if wanted.other:
        return wanted
    never = tuple(one for one in cut.noted if (wanted.times if one in _PARTS_SAID else wanted.days) is None)
    return replace(wanted, never=never)


def _wanted(text: str, today: date) -> Wish | None:
    """What is wanted; « mardi ou jeudi » is one or the other."""
    for joint in _OR.finditer(text):
        first, second = _one(text[: joint.start()], today), _wanted(text[joint.end() :], today)
        if first and second:
            return replace(first, other=second)
    return _one(text, today)


def _one(text: str, today: date) -> Wish | None:
    days, times = read_days(text, today), read_times(text)
    if days is not None and days.last < today:
        return None
    return Wish(days, times) if days or times else None


def _mentions(text: str, today: date) -> bool:
    return read_days(text, today) is not None


def out_of_hours(wish: Wish, opens_on: Callable[[date], bool]) -> bool:
    """Whether nobody of a town hall can call then: at night, or on a day on which it does not open."""
    day = wish.days.day if wish.days else None
    night = wish.times is not None and (wish.times.last < _WAKES or wish.times.first >= DAY_ENDS)
    return night or (day is not None and not opens_on(day))


def only_wish(normalised: str) -> bool:
    """Whether a normalised utterance has no word that belongs to anything but a wish: « mon mari est tombé ce matin » has."""
    words = fold(normalised).split()
    return all(word in _WORDS or is_number(word) or _FIGURES.fullmatch(word) for word in words)


def asks_back(normalised: str) -> bool:
    """Whether it asks something, such as when the town hall is open on that day."""
    return _ASKS.search(spaced(normalised)) is not None


def wish_said(wish: Wish, today: date, *, dated: bool = False) -> str:
    """« demain matin », « jeudi trois décembre, après dix heures »; empty for no preference. `dated`: never « demain »."""
    said = _wanted_said(wish, today, dated=dated)
    never = f"pas {' ni '.join(wish.never)}" if wish.never else ""
    alone = ", ".join(part for part in (said, never) if part)
    return f"{alone} ou {wish_said(wish.other, today, dated=dated)}" if wish.other else alone


def _wanted_said(wish: Wish, today: date, *, dated: bool) -> str:
    days = _days_said(wish.days, today, dated=dated) if wish.days else ""
    times = _times_said(wish.times) if wish.times else ""
    if not (days and times):
        return days or times
    joined = f"{days} {times}"
    if joined in _JOINED:
        return _JOINED[joined]
    return f"{days}, {times}"


def _days_said(days: Days, today: date, *, dated: bool) -> str:
    if days.day is None:
        return f"entre le {date_said(days.first, today)} et le {date_said(days.last, today)}"
    ahead = (days.day - today) // timedelta(days=1)
    return date_said(days.day, today) if dated or ahead not in _NEAR else _NEAR[ahead]


def _times_said(times: Times) -> str:
    span = (times.first, times.last)
    if span in _PARTS:
        return _PARTS[span]
    if span == (DAY_BEGINS, DAY_ENDS):
        return ""
    if times.at is None and times.last == DAY_ENDS:
        return f"après {times_said(Times(times.first, times.first)).removeprefix('à ')}"
    if times.at is None and times.first == DAY_BEGINS:
        return f"avant {times_said(Times(times.last, times.last)).removeprefix('à ')}"
    return times_said(times)
