"""French public holidays (Code du travail, article L3133-1), computed for any year."""

from datetime import date, timedelta
from functools import lru_cache

FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
"""Month and day of those that keep their date."""
AFTER_EASTER = (1, 39, 50)
"""Easter Monday, Ascension, Whit Monday: days after Easter Sunday."""


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
def holidays(year: int) -> frozenset[date]:
    """The eleven public holidays of `year` (ten where two fall on one day)."""
    sunday = easter(year)
    movable = (sunday + timedelta(days=days) for days in AFTER_EASTER)
    return frozenset((*(date(year, month, day) for month, day in FIXED), *movable))


def is_holiday(day: date) -> bool:
    """True when `day` is a public holiday in France."""
    return day in holidays(day.year)
