"""Days as callers say them: « demain », « lundi en huit », « le premier avril », « fin du mois »; today is handed in."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from callbot.understanding.spoken_forms.day_spans import span
from callbot.understanding.spoken_forms.days import (
    MONTH_NUMBERS,
    WEEKDAYS,
    Days,
    Toward,
    exists,
    months_later,
)
from callbot.understanding.spoken_forms.numbers import number_at, ordinal_at
from callbot.understanding.spoken_forms.words import find, phrases, word_set, words

_WEEKDAY = {name: number for number, name in enumerate(WEEKDAYS)}


def read_days(text: str, today: date, toward: Toward = Toward.FUTURE) -> Days | None:
    """The first day or days that the utterance names; None when it names none, or one that does not exist (31 April)."""
    said = words(text)
    return next((days for rule in _RULES if (days := rule(said, today, toward))), None)


_Rule = Callable[[Sequence[str], date, Toward], Days | None]

_OFFSETS = {
    "avant hier": -2,
    "apres demain": 2,
    "hier": -1,
    "demain": 1,
    "aujourd hui": 0,
}
_TODAY = (
    "ce matin",
    "ce midi",
    "cet après-midi",
    "cette après-midi",
    "ce soir",
    "tout à l'heure",
    "tout de suite",
    "maintenant",
)
_UNITS_DAYS = {"jour": 1, "jours": 1, "semaine": 7, "semaines": 7}
_UNITSMONTH_NUMBERSS = {"mois": 1, "an": 12, "ans": 12, "annee": 12, "annees": 12}
_IDIOMS = {8: 7, 15: 14}
"""« huit jours » is a week and « quinze jours » are two: the first and the last day count."""

_FEASTS = {
    "noel": (12, 25),
    "toussaint": (11, 1),
    "jour de l an": (1, 1),
    "nouvel an": (1, 1),
    "saint sylvestre": (12, 31),
}


def _one(day: date) -> Days:
    return Days(day, day)


def _calendar_day(said: Sequence[str], today: date, toward: Toward) -> Days | None:
    """« (lundi) (le) trois avril (deux mille vingt-sept) », with the year or without."""
    for at, word in enumerate(said):
        if word not in MONTH_NUMBERS:
            continue
        for start in range(max(at - 4, 0), at):
            found = ordinal_at(said, start)
            if not found or found.end != at or not 1 <= found.value <= 31:
                continue
            year = _year(said, at + 1, today, toward)
            return _dated(
                found.value,
                MONTH_NUMBERS[word],
                year,
                today=today,
                toward=toward,
                weekday=_weekday_before(said, start),
            )
    return None


def _year(said: Sequence[str], start: int, today: date, toward: Toward) -> int | None:
    """« deux mille vingt-six », « dix-neuf cent cinquante-deux », and in births « cinquante-deux »."""
    found = number_at(said, start)
    if found and 1900 <= found.value < 2100:
        return found.value
    if start < len(said) and said[start : start + 2] in (("dix", "neuf"), ("19",)):
        rest = number_at(said, start + len(said[start : start + 2]))
        return 1900 + rest.value % 100 if rest and rest.value < 200 else None
    if not found or found.value > 99 or toward is Toward.FUTURE:
        return None
    return found.value + (2000 if found.value <= today.year % 100 else 1900)


def _weekday_before(said: Sequence[str], start: int) -> int | None:
    before = [word for word in said[max(start - 2, 0) : start] if word != "le"]
    return _WEEKDAY.get(before[-1]) if before else None


def _dated(
    day: int, month: int, year: int | None, *, today: date, toward: Toward, weekday: int | None = None
) -> Days | None:
    """The day in that year, or else the nearest one in the right direction; within four years for 29 February."""
    years = [year] if year else [today.year + toward.value * ahead for ahead in range(9)]
    for candidate in years:
        if not exists(candidate, month, day):
            continue
        found = date(candidate, month, day)
        if year or (found - today).days * toward.value >= 0:
            return Days(found, found, weekday is not None and found.weekday() != weekday)
    return None


def _slashed(said: Sequence[str], today: date, toward: Toward) -> Days | None:
    """« 3/04 », « 03/04/2026 », and « 03-04-2026 », whose hyphens are gone."""
    for at in range(len(said) - 2):
        day, sign, *rest = said[at : at + 5]
        if sign == "/" and day.isdecimal() and rest[0].isdecimal():
            year = int(rest[2]) if rest[1:2] == ["/"] and len(rest) > 2 and len(rest[2]) == 4 else None
            return _dated(int(day), int(rest[0]), year, today=today, toward=toward)
        if [len(w) for w in said[at : at + 3] if w.isdecimal()] == [2, 2, 4]:
            return _dated(int(day), int(sign), int(rest[0]), today=today, toward=toward)
    return None


def _feast(said: Sequence[str], today: date, toward: Toward) -> Days | None:
    for name, (month, day) in _FEASTS.items():
        if find(said, words(name)) >= 0:
            return _dated(day, month, None, today=today, toward=toward)
    return None


def _counted(said: Sequence[str], today: date, _toward: Toward) -> Days | None:
    """« dans quinze jours », « d'ici trois semaines », « il y a deux mois », « sous huitaine »."""
    for cue, direction in _COUNTS:
        at = find(said, cue)
        if at < 0:
            continue
        start = at + len(cue)
        if said[start + 1 : start + 2] in (("quinzaine",), ("huitaine",)) or said[start : start + 1] == (
            "huitaine",
        ):
            return _one(today + direction * timedelta(days=14 if "quinzaine" in said else 7))
        found = number_at(said, start)
        unit = said[found.end] if found and found.end < len(said) else ""
        if found and unit in _UNITS_DAYS:
            count = _IDIOMS.get(found.value, found.value) if _UNITS_DAYS[unit] == 1 else found.value * 7
            return _one(today + direction * timedelta(days=min(count, 36_500)))
        if found and unit in _UNITSMONTH_NUMBERSS:
            return _one(months_later(today, direction * min(found.value * _UNITSMONTH_NUMBERSS[unit], 1200)))
    return None


_COUNTS = (
    (("dans",), 1),
    (("d", "ici"), 1),
    (("sous",), 1),
    (("il", "y", "a"), -1),
    (("ca", "fait"), -1),
)


def _weekday(said: Sequence[str], today: date, toward: Toward) -> Days | None:
    """« lundi », « lundi prochain », « lundi dernier », « lundi en huit », « mardi de la semaine prochaine »."""
    named = next(((at, _WEEKDAY[word]) for at, word in enumerate(said) if word in _WEEKDAY), None)
    if named is None:
        return None
    at, weekday = named
    monday = today - timedelta(days=today.weekday())
    for cue, weeks in _WEEKS:
        if find(said, cue, at) >= 0:
            return _one(monday + timedelta(days=weekday + 7 * weeks))
    ahead = (weekday - today.weekday() - 1) % 7 + 1
    rest = said[at + 1 :]
    if rest[:1] == ("dernier",) or rest[:1] == ("passe",) or toward is Toward.PAST:
        return _one(today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1))
    extra = {"en huit": 7, "en quinze": 14}.get(" ".join(rest[:2]), 0)
    return _one(today + timedelta(days=ahead + extra))


_WEEKS = tuple(
    (cue, weeks)
    for lines, weeks in (
        (("de la semaine prochaine", "la semaine prochaine", "de la semaine qui vient"), 1),
        (("de cette semaine", "cette semaine"), 0),
        (("de la semaine derniere", "la semaine derniere"), -1),
    )
    for cue in phrases(*lines)
)


def _offset(said: Sequence[str], today: date, _toward: Toward) -> Days | None:
    """« demain », « demain jeudi »."""
    for name, days in _OFFSETS.items():
        at = find(said, words(name))
        if at >= 0:
            day = today + timedelta(days=days)
            after = said[at + len(words(name)) :]
            weekday = _WEEKDAY.get(after[0]) if after else None
            return Days(day, day, weekday is not None and weekday != day.weekday())
    return None


def _part_of_today(said: Sequence[str], today: date, _toward: Toward) -> Days | None:
    return _one(today) if any(find(said, words(name)) >= 0 for name in _TODAY) else None


def _day_of_month(said: Sequence[str], today: date, toward: Toward) -> Days | None:
    """« le quinze », « le quinze du mois prochain »; not « le douze rue … » or « le dix à … heures »."""
    for at, word in enumerate(said):
        found = ordinal_at(said, at + 1) if word in ("le", "du") else None
        if not found or not 1 <= found.value <= 31 or said[found.end : found.end + 1] in _NO_DAY:
            continue
        if find(said, ("mois", "prochain"), found.end) >= 0:
            ahead = months_later(today.replace(day=1), 1)
            return (
                _one(ahead.replace(day=found.value)) if exists(ahead.year, ahead.month, found.value) else None
            )
        for month in range(13):
            there = months_later(today.replace(day=1), month * toward.value)
            if exists(there.year, there.month, found.value):
                day = there.replace(day=found.value)
                if (day - today).days * toward.value >= 0:
                    weekday = _weekday_before(said, at + 1)
                    return Days(day, day, weekday is not None and day.weekday() != weekday)
    return None


_NO_DAY = {
    (word,)
    for word in word_set(
        "rue avenue chemin route impasse place allee boulevard bis ter heure heures h euros euro / pour"
    )
} | {(month,) for month in MONTH_NUMBERS}


_RULES: tuple[_Rule, ...] = (
    _calendar_day,
    _slashed,
    _feast,
    _counted,
    _offset,
    _day_of_month,
    _weekday,
    _part_of_today,
    span,
)
"""Tried in this order: what is more precise first."""
