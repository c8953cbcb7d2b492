"""Several days in a row: « la semaine prochaine », « ce week-end », « fin avril », « début du mois prochain »."""

import calendar
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from callbot.understanding.spoken_forms.days import MONTH_NUMBERS, Days, Toward, months_later
from callbot.understanding.spoken_forms.numbers import is_number
from callbot.understanding.spoken_forms.words import find, words

_PART_OF_MONTH = {"debut": (1, 10), "mi": (11, 20), "milieu": (11, 20), "courant": (1, 31), "fin": (21, 31)}


def span(said: Sequence[str], today: date, toward: Toward) -> Days | None:
    """« la semaine prochaine », « ce week-end », « fin avril », « début du mois prochain »."""
    monday = today - timedelta(days=today.weekday())
    for name, first, last in _SPANS:
        if find(said, name) >= 0:
            return Days(monday + timedelta(days=first), monday + timedelta(days=last))
    for at, first_of_month in _months_named(said, today, toward):
        part = next(
            (word for word in reversed(said[max(at - 4, 0) : at]) if word in _PART_OF_MONTH), "courant"
        )
        begin, end = _PART_OF_MONTH[part]
        length = calendar.monthrange(first_of_month.year, first_of_month.month)[1]
        return Days(first_of_month.replace(day=begin), first_of_month.replace(day=min(end, length)))
    return None


_SPANS = tuple(
    (words(name), first, last)
    for name, first, last in (
        ("la semaine prochaine", 7, 13),
        ("la semaine qui vient", 7, 13),
        ("la semaine d'après", 7, 13),
        ("la semaine dernière", -7, -1),
        ("cette semaine", 0, 6),
        ("le week-end prochain", 5, 6),
        ("ce week-end", 5, 6),
        ("le weekend prochain", 5, 6),
        ("ce weekend", 5, 6),
    )
)


def _months_named(said: Sequence[str], today: date, toward: Toward) -> Iterator[tuple[int, date]]:
    """The first days of the months that are named, with where: « avril », « du mois », « le mois prochain »."""
    this = today.replace(day=1)
    for at, word in enumerate(said):
        if word == "mois" and said[at + 1 : at + 2] in (("prochain",), ("dernier",)):
            yield at, months_later(this, 1 if said[at + 1] == "prochain" else -1)
        elif (
            word == "mois"
            and said[at + 1 : at + 2] not in (("d",), ("de",))
            and (said[at - 1 : at] == ("ce",) or said[max(at - 2, 0) : at] == ("fin", "du"))
        ):
            yield at, this
        elif word in MONTH_NUMBERS and not (at and (is_number(said[at - 1]) or said[at - 1] == "premier")):
            ahead = (MONTH_NUMBERS[word] - today.month) * toward.value % 12
            yield at, months_later(this, ahead * toward.value)
