"""French public holidays (Code du travail, article L3133-1), computed for any year."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

FIXED = MappingProxyType(
    {
        (1, 1): "jour de l’An",
        (5, 1): "fête du Travail",
        (5, 8): "Victoire de 1945",
        (7, 14): "fête nationale",
        (8, 15): "Assomption",
        (11, 1): "Toussaint",
        (11, 11): "armistice de 1918",
        (12, 25): "Noël",
    }
)
"""Month and day of those that keep their date, and their names."""
AFTER_EASTER = MappingProxyType({1: "lundi de Pâques", 39: "Ascension", 50: "lundi de Pentecôte"})
"""Days after Easter Sunday, and names."""


def easter(year: int) -> date:
    """Easter Sunday of a Gregorian `year` (Meeus, Astronomical Algorithms, chapter 8; the Anonymous Gregorian method)."""
    golden = year % 19
    century, in_century = divmod(year, 100)
    leaps, century_rest = divmod(century, 4)
    moon_drift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - moon_drift + 15) % 30
    quads, quad_rest = divmod(in_century, 4)
    to_sunday = (32 + 2 * century_rest + 2 * quads - epact - quad_rest) % 7
    late = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=32)
def named_holidays(year: int) -> Mapping[date, str]:
    """The eleven public holidays of `year` in order, with their names (ten where two fall on one day)."""
    sunday = easter(year)
    named = {date(year, month, day): name for (month, day), name in FIXED.items()}
    for days, name in AFTER_EASTER.items():
        day = sunday + timedelta(days=days)
        named[day] = f"{named[day]}, {name}" if day in named else name
    return MappingProxyType(dict(sorted(named.items())))


@lru_cache(maxsize=32)
def holidays(year: int) -> frozenset[date]:
    """The days of `named_holidays`."""
    return frozenset(named_holidays(year))


def coming_holidays(day: date, count: int) -> list[tuple[date, str]]:
    """The next `count` from `day` on, and their names."""
    named = {**named_holidays(day.year), **named_holidays(day.year + 1)}
    return [(one, name) for one, name in named.items() if one >= day][:count]


def is_holiday(day: date) -> bool:
    """True when `day` is a public holiday in France."""
    return day in holidays(day.year)
