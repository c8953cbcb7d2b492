"""Which calls figures are made of: a period of whole days in Europe/Paris, the one before it, and filters. Pure values."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from callbot.humans.hours import MONTHS, WEEKDAYS

WEEK = timedelta(days=7)
YEARS = range(2000, 2101)
"""Days of other years are a slip, and near the calendar's ends there is no day before or after."""
LONGEST_DAYS = 3 * 366
"""A longer period is refused: nobody reads it, and it would hold the others up."""


class Span(StrEnum):
    """What a period is to the people who read it."""

    DAY = "day"
    WEEK = "week"
    """From Monday to Sunday."""
    MONTH = "month"
    YEAR = "year"
    OTHER = "other"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from `first` to `last`, both included. ValueError where it ends before it begins, is too long, or not of YEARS."""

    first: date
    last: date

    def __post_init__(self) -> None:
        """Raise ValueError, in French, for what is no period."""
        if self.last < self.first:
            raise ValueError("la période finit avant de commencer")
        if self.first.year not in YEARS or self.last.year not in YEARS:
            raise ValueError(f"la période doit être entre {YEARS[0]} et {YEARS[-1]}")
        if self.days > LONGEST_DAYS:
            raise ValueError("la période est trop longue : trois ans au plus")

    @classmethod
    def day(cls, day: date) -> "Period":
        """One day."""
        return cls(day, day)

    @classmethod
    def week(cls, day: date) -> "Period":
        """The week, from Monday to Sunday, in which `day` is."""
        return cls(*_week(day))

    @classmethod
    def month(cls, day: date) -> "Period":
        """The month in which `day` is."""
        return cls(*_month(day))

    @classmethod
    def year(cls, day: date) -> "Period":
        """The year in which `day` is."""
        return cls(*_year(day))

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def span(self) -> Span:
        """What kind of period it is."""
        if self.days == 1:
            return Span.DAY
        wholes = {Span.WEEK: _week, Span.MONTH: _month, Span.YEAR: _year}
        mine = (self.first, self.last)
        return next((span for span, whole in wholes.items() if whole(self.first) == mine), Span.OTHER)

    @property
    def label(self) -> str:
        """In French: « lundi 2 mars 2026 », « mars 2026 », « du 2 au 8 mars 2026 »."""
        match self.span:
            case Span.DAY:
                return f"{WEEKDAYS[self.first.weekday()]} {_written(self.first)}"
            case Span.MONTH:
                return f"{MONTHS[self.first.month - 1]} {self.first.year}"
            case Span.YEAR:
                return str(self.first.year)
        return f"du {self._first_written} au {_written(self.last)}"

    @property
    def _first_written(self) -> str:
        first, last = self.first, self.last
        if first.year != last.year:
            return _written(first)
        return _number(first) if first.month == last.month else f"{_number(first)} {MONTHS[first.month - 1]}"

    def previous(self) -> "Period":
        """What it is compared with: the month or the year before, else as many weeks before as do not overlap with it.

        A day is compared with the same day of the week before, for Mondays are not like Sundays. It may lie before YEARS.
        """
        day_before = self.first - timedelta(days=1)
        match self.span:
            case Span.MONTH:
                return self._unchecked(*_month(day_before))
            case Span.YEAR:
                return self._unchecked(*_year(day_before))
        back = WEEK * -(-self.days // 7)
        return self._unchecked(self.first - back, self.last - back)

    @classmethod
    def _unchecked(cls, first: date, last: date) -> "Period":
        made = object.__new__(cls)
        object.__setattr__(made, "first", first)
        object.__setattr__(made, "last", last)
        return made

    def __iter__(self) -> Iterator[date]:
        """Its days, in order."""
        return (self.first + timedelta(days=n) for n in range(self.days))

    def __contains__(self, day: date) -> bool:
        """Whether `day` is one of them."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Filters:
    """Only calls that are so; None: whichever. `line` as `phone_numbers.line_key` writes it; `service` "": no person was announced.

    `hours`: hours of Paris (0–23) in which a call began; `weekdays`: 0 is Monday.
    """

    line: str | None = None
    service: str | None = None
    language: str | None = None
    hours: frozenset[int] | None = None
    weekdays: frozenset[int] | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for an hour or a weekday that there is not."""
        if not (self.hours or frozenset()) <= frozenset(range(24)):
            raise ValueError("une heure va de 0 à 23")
        if not (self.weekdays or frozenset()) <= frozenset(range(7)):
            raise ValueError("un jour de la semaine va de 0 (lundi) à 6 (dimanche)")

    @property
    def some(self) -> bool:
        """Whether anything is filtered."""
        return self != Filters()

    @property
    def whole_days(self) -> bool:
        """Whether a day is taken with all its calls, or not at all."""
        return self.without("weekdays") == Filters()

    def without(self, *names: str) -> "Filters":
        """The same without these filters."""
        return replace(self, **dict.fromkeys(names))

    def takes_day(self, day: date) -> bool:
        """Whether calls of `day` are meant, as far as the weekday tells."""
        return self.weekdays is None or day.weekday() in self.weekdays

    def takes_hour(self, hour: int) -> bool:
        """Whether calls of that hour of Paris are meant."""
        return self.hours is None or hour in self.hours


EVERYTHING = Filters()


def _week(day: date) -> tuple[date, date]:
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def _month(day: date) -> tuple[date, date]:
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def _year(day: date) -> tuple[date, date]:
    return date(day.year, 1, 1), date(day.year, 12, 31)


def _number(day: date) -> str:
    return "1er" if day.day == 1 else str(day.day)


def _written(day: date) -> str:
    return f"{_number(day)} {MONTHS[day.month - 1]} {day.year}"
