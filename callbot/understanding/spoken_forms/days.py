"""What days are made of: a day or several in a row, months and weekdays, and the arithmetic of months."""

import calendar
from dataclasses import dataclass
from datetime import date
from enum import Enum

from callbot.understanding.normalise import fold

MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")

MONTH_NUMBERS = {fold(name): number for number, name in enumerate(MONTHS, 1)}


class Toward(Enum):
    """Which year is meant where none is said: an appointment is to come, a birth is past."""

    FUTURE = 1
    PAST = -1


@dataclass(frozen=True, slots=True)
class Days:
    """A day, or several in a row. `doubtful`: the weekday that was said is not that day's."""

    first: date
    last: date
    doubtful: bool = False

    @property
    def day(self) -> date | None:
        """The one day; None when several are meant."""
        return self.first if self.first == self.last else None


def months_later(day: date, months: int) -> date:
    """The same day so many months later (earlier when negative), or the month's last day where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def exists(year: int, month: int, day: int) -> bool:
    """Whether there is such a day."""
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]
