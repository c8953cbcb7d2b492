"""What a caller excludes when they tell when to call: « pas le matin », « sauf le mercredi », « le lundi je travaille ». Pure functions.

What is excluded is cut from the words, so that it can never be taken for what is wanted.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from callbot.understanding.spoken_forms.days import MONTH_NUMBERS, WEEKDAYS
from callbot.understanding.spoken_forms.numbers import is_number, number_at
from callbot.understanding.spoken_forms.words import phrases, tokens, word_set

_NOT = phrases("pas", "sauf", "jamais", "excepté", "hormis", "à part", "ni", "en dehors de")
_NO_EXCLUSION = word_set("pourquoi sais")
"""« Pourquoi pas demain », « je ne sais pas, demain »."""
_AFTER_NOT = word_set(
    "possible disponible libre la chez moi trop vraiment du tout d de appel appels m me nous appeler rappeler joindre deranger pour que"
)
"""What may stand between « pas » and the time."""
_TURNED = (
    (re.compile(r"\b(?:jamais|sauf) avant\b"), "pas avant"),
    (re.compile(r"\b(?:pas|jamais|sauf) (?:apres(?! midi| demain)|plus tard que)\b"), "avant"),
    (re.compile(r"\bpas trop (?:tot|tard)\b"), " "),
    (re.compile(r"\bje (?:ne )?(?:travaille|bosse) (?:pas|plus)\b"), " "),
)
"""Negations that are a time of their own."""
_CANNOT = re.compile(
    r"\b(?:je (?:ne |n )?(?:peux|pourrai|pourrais) (?:vraiment )?pas|"
    r"je (?:ne )?(?:suis|serai) (?:jamais|pas)(?: la| libre| disponible)?(?: chez moi)?|"
    r"(?:je|j y) (?:suis|serai) (?:au travail|prise?|occupee?|absente?|en (?:reunion|rendez vous|cours|formation))|"
    r"j (?:n )?ai (?:cours|un rendez vous|pas le temps)|"
    r"je (?:travaille|bosse|dors)|(?:c est|ce n est|ca|cela) (?:ne )?(?:m |me )?(?:est )?"
    r"(?:pas possible|impossible|va pas|arrange pas|convient pas|pas bon)|pas possible|impossible)\b"
)
_CLAUSES = re.compile(r"\s*(?:,|\bmais\b|\bsinon\b|\bplutot\b|\bdonc\b|\balors\b)\s*")
_ARTICLES = word_set("le la l les ce cet cette en dans du de au a d vers tous toute toutes pendant entre des")
_PARTS = {
    "matin": "le matin",
    "matins": "le matin",
    "matinee": "le matin",
    "soir": "le soir",
    "soirs": "le soir",
    "soiree": "le soir",
    "aprem": "l'après-midi",
    "apres midi": "l'après-midi",
    "midi et deux": "entre midi et deux heures",
    "midi": "entre midi et deux heures",
}
_DAYS = word_set("demain maintenant semaine weekend noel")
_DAYS_OF_TWO = (
    ("apres", "demain"),
    ("aujourd", "hui"),
    ("week", "end"),
    ("tout", "de", "suite"),
    ("jours", "feries"),
)
_QUALIFIED = word_set("prochain prochaine suivant suivante")
_HOURS = word_set("heure heures h :")
_JOINTS = word_set("et ou ni")


@dataclass(frozen=True, slots=True)
class _Found:
    end: int
    said: str
    """As it may be noted; empty: it cannot be in few words, for it is a date or an hour."""


@dataclass(frozen=True, slots=True)
class Cut:
    """What is left of the words, what is to be noted of the rest (« le matin »), and whether there was more that cannot be noted so."""

    rest: str
    noted: tuple[str, ...] = ()
    lost: bool = False


def without_excluded(text: str) -> Cut:
    """The words without what is excluded in them."""
    said = " ".join(tokens(text))
    for turned, instead in _TURNED:
        said = turned.sub(instead, said)
    clauses = [_clause(part.split()) for part in _CLAUSES.split(said)]
    noted = tuple(dict.fromkeys(one for clause in clauses for one in clause.noted))
    return Cut(" , ".join(c.rest for c in clauses).strip(" ,"), noted, any(c.lost for c in clauses))


def _clause(said: Sequence[str]) -> Cut:
    cannot = _cannot(said)
    said, found = cannot.rest.split(), [*cannot.noted]
    lost = cannot.lost
    rest: list[str] = []
    at = 0
    while at < len(said):
        size = next((len(cue) for cue in _NOT if tuple(said[at : at + len(cue)]) == cue), 0)
        start = at + size
        while size and start < len(said) and said[start] in _AFTER_NOT and not _times(said, start):
            start += 1
        excluded = _times(said, start) if size and not (at and said[at - 1] in _NO_EXCLUSION) else []
        if not excluded:
            rest.append(said[at])
            at += 1
            continue
        found += [one.said for one in excluded if one.said]
        lost = lost or not all(one.said for one in excluded)
        at = excluded[-1].end
    return Cut(" ".join(rest), tuple(found), lost)


def _cannot(said: Sequence[str]) -> Cut:
    """« Je travaille le matin », « le matin je ne peux pas »."""
    text = " ".join(said)
    match = _CANNOT.search(text)
    if match is None:
        return Cut(text)
    before, after = text[: match.start()].split(), text[match.end() :].split()
    excluded = _times(after, 0)
    if excluded:
        rest = [*before, *after[excluded[-1].end :]]
    else:
        excluded, rest = _all_times(before), after
        if not excluded:
            told = _all_times(after)
            return Cut(text) if not told else Cut(" ".join(before), lost=True)
    noted = tuple(one.said for one in excluded if one.said)
    return Cut(" ".join(rest), noted, not all(one.said for one in excluded))


def _all_times(said: Sequence[str]) -> list[_Found]:
    found: list[_Found] = []
    at = 0
    while at < len(said):
        one = _time(said, at)
        found += [one] if one else []
        at = one.end if one else at + 1
    return found


def _times(said: Sequence[str], at: int) -> list[_Found]:
    """« le matin », « le lundi et le mardi »: those that begin there, one joined to the other."""
    found: list[_Found] = []
    while one := _time(said, at):
        found.append(one)
        at = one.end + 1
        if said[one.end : at] == [] or said[one.end] not in _JOINTS:
            break
    return found


def _time(said: Sequence[str], at: int) -> _Found | None:
    while at < len(said) and said[at] in _ARTICLES:
        at += 1
    if part := _part(said, at):
        return part
    word = said[at] if at < len(said) else ""
    weekday = word.removesuffix("s") if word.removesuffix("s") in WEEKDAYS else ""
    if weekday or word in _DAYS:
        return _with_part(said, at + 1, f"le {weekday}" if weekday else "")
    for name in _DAYS_OF_TWO:
        if tuple(said[at : at + len(name)]) == name:
            return _with_part(said, at + len(name), "")
    number = number_at(said, at) if word and is_number(word) else None
    if number is None:
        return None
    end = number.end
    if end < len(said) and said[end] in _HOURS:
        minutes = number_at(said, end + 1) if end + 1 < len(said) else None
        return _Found(minutes.end if minutes else end + 1, "")
    return _with_part(said, end + (said[end : end + 1] != [] and said[end] in MONTH_NUMBERS), "")


def _part(said: Sequence[str], at: int) -> _Found | None:
    for name, noted in sorted(_PARTS.items(), key=lambda one: -len(one[0])):
        size = len(name.split())
        if " ".join(said[at : at + size]) == name:
            return _Found(at + size, noted)
    return None


def _with_part(said: Sequence[str], at: int, day: str) -> _Found:
    """A day with « prochain », which makes a date of it, and with the part of it that is meant: « le lundi matin »."""
    if at < len(said) and said[at] in _QUALIFIED:
        at, day = at + 1, ""
    part = _part(said, at)
    if part is None:
        return _Found(at, day)
    named = part.said.removeprefix("le ").removeprefix("l'")
    return _Found(part.end, f"{day} {named}" if day else "")
