"""The tallies of months that are over: those of their days, added up, so that years are read from a few rows each. Pure.

A month's tally has one more part in each key, its `place`: in which tally of the month an entry is. So one row has them all, and
opens into as many tallies as it has places. What is shown of each day, line and service is kept day by day, everything else for
the days of the same weekday together: whichever way years are filtered and told apart, they are read from these.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from callbot.stats.cells import Kind
from callbot.stats.joined import Stack, columns_of
from callbot.stats.period import Period
from callbot.stats.tally import ENTRY, What, Whats, among

LAYOUT = 1
"""Raise it when rows mean something else, or BRIEF has more in it: months are added up anew."""
PLACE_BIT = 22
"""Above the 16 bits of a value and the 6 of `What` there are 10 for a place, of which the days of a month need 5."""
BRIEF = frozenset({What.OFFERED, What.ENDING, What.HANDLED_BY_AGENT, What.WAIT})
"""What pages and reports show of parts (reports.sections.SHOWN)."""


class Detail(StrEnum):
    """What the places of a row tell apart."""

    DAYS = "days"
    """BRIEF alone: of each day; a place is the day's number, from 1."""
    WEEKDAYS = "weekdays"
    """Everything: of the days of each weekday, which stand at the first one of the month; a place is the weekday, Monday being 0."""


class Whole(NamedTuple):
    """Whose tallies are added up: the key of a row, besides month and detail. `hour` is -1 for whole days."""

    kind: Kind
    hour: int
    line: str
    service: str
    language: str


class DayTally(NamedTuple):
    """A row of `stats_cells`."""

    whole: Whole
    day: date
    packed: bytes


class MonthTally(NamedTuple):
    """A row of `stats_month_cells`, of the month that begins on the day `month`."""

    month: date
    detail: Detail
    hour: int
    names: Sequence[int]
    """Of cells.DIMENSIONS, as numbers."""
    packed: bytes


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def last_of(month: date) -> date:
    """The last day of the month that begins on `month`."""
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def months_of(period: Period, until: date) -> list[date]:
    """The first days of the months that have days in the period, and none after `until`, in order."""
    firsts = dict.fromkeys(map(month_of, period))
    return [month for month in firsts if last_of(month) <= until]


def is_within(month: date, period: Period) -> bool:
    """Whether all of its days are in the period."""
    return period.first <= month and last_of(month) <= period.last


def beside(period: Period, months: Iterable[date]) -> Iterator[tuple[date, date]]:
    """First and last days of what the period has besides these months, which are in order."""
    begin = period.first
    for month in months:
        if begin < month:
            yield begin, month - timedelta(days=1)
        begin = last_of(month) + timedelta(days=1)
    if begin <= period.last:
        yield begin, period.last


def added_up(days: Iterable[DayTally]) -> Iterator[tuple[Whole, Detail, bytes]]:
    """The rows of a month: all tallies of its days are given, in whatever order."""
    by_whole: dict[Whole, list[DayTally]] = defaultdict(list)
    for one in days:
        by_whole[one.whole].append(one)
    for whole, some in by_whole.items():
        entries: Any = np.frombuffer(b"".join(one.packed for one in some), ENTRY)
        lengths = [len(one.packed) // ENTRY.itemsize for one in some]
        weekdays = np.repeat(np.array([one.day.weekday() for one in some], np.uint32), lengths)
        yield whole, Detail.WEEKDAYS, _sum(entries, weekdays)
        brief = among(entries["key"], BRIEF)
        numbers = np.repeat(np.array([one.day.day for one in some], np.uint32), lengths)
        yield whole, Detail.DAYS, _sum(entries[brief], numbers[brief])


def _sum(entries: Any, places: npt.NDArray[np.uint32]) -> bytes:
    keys, where = np.unique(entries["key"] | (places << np.uint32(PLACE_BIT)), return_inverse=True)
    made = np.empty(len(keys), ENTRY)
    made["key"], made["count"] = keys, np.bincount(where, entries["count"], len(keys))
    kept: bytes = made[made["count"] != 0].tobytes()
    return kept


def opened(rows: Sequence[MonthTally]) -> Stack:
    """The tallies of each place of these rows, which are of one detail, or of none where there are no rows."""
    entries: Any = np.frombuffer(b"".join(row.packed for row in rows), ENTRY)
    lengths = np.array([len(row.packed) for row in rows], np.int64) // ENTRY.itemsize
    of_row = np.repeat(np.arange(len(rows)), lengths)
    places = (entries["key"] >> np.uint32(PLACE_BIT)).astype(np.int64)
    begins = np.flatnonzero(np.diff(of_row * (1 << 10) + places, prepend=-1))
    row, place = of_row[begins], places[begins]
    firsts = np.array([row.month.toordinal() for row in rows], np.int64)[row]
    by_day = bool(rows) and rows[0].detail is Detail.DAYS
    return Stack(
        days=firsts + (place - 1 if by_day else (place - (firsts + 6)) % 7),
        hours=np.array([row.hour for row in rows], np.int64)[row],
        names=columns_of([row.names for row in rows])[row],
        lengths=np.diff(begins, append=len(entries)),
        keys=entries["key"] & np.uint32((1 << PLACE_BIT) - 1),
        counts=entries["count"],
    )


def detail_for(whats: Whats | None, *, by_day: bool) -> Detail | None:
    """From which rows months are read of which this is wanted (None: everything), and each day apart; None: from their days."""
    if whats is not None and whats <= BRIEF:
        return Detail.DAYS
    return None if by_day else Detail.WEEKDAYS
