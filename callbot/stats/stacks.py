"""The tallies of a period out of the database: from months where they have been added up, else from their days."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot.stats.cells import DIMENSIONS, Kind, kind_for
from callbot.stats.joined import SECOND_HOUR, Stack
from callbot.stats.months import LAYOUT, Detail, MonthTally, beside, detail_for, is_within, months_of, opened
from callbot.stats.period import Filters, Period
from callbot.stats.tally import ENTRY, What, Whats
from callbot.tables import stats_cells, stats_month_cells, stats_months

OFFERED = frozenset({What.OFFERED})


class _Codes(dict[str, int]):
    """Numbers for names, in the order in which they come."""

    def __missing__(self, name: str) -> int:
        self[name] = number = len(self)
        return number


class Stacks:
    """Reads the tallies of one period under one set of filters, all as of one moment; each only once."""

    def __init__(
        self, connection: AsyncConnection, period: Period, filters: Filters, months: Sequence[date]
    ) -> None:
        self._connection = connection
        self._period = period
        self._filters = filters
        self._months = months
        self._whole_months = [month for month in months if is_within(month, period)]
        self._codes = _Codes()
        self._found: dict[tuple[object, ...], Stack] = {}

    async def read(
        self, whats: Whats | None, *, apart: str = "", hourly: bool, by_day: bool = False
    ) -> Stack:
        """What the filters take of these `whats`, and of others, which may be there too; None: of all. One dimension may be told `apart`.

        `by_day`: the days of a weekday are not to stand together.
        """
        kind = kind_for(self._filters, *([apart] if apart else []), hourly=hourly)
        detail = detail_for(whats, by_day=by_day)
        offered = whats == OFFERED and (kind, detail, False) not in self._found
        key = (kind, detail, offered)
        if key not in self._found:
            self._found[key] = await self._read(kind, detail, offered=offered)
        return self._found[key]

    async def _read(self, kind: Kind, detail: Detail | None, *, offered: bool) -> Stack:
        months = self._months_for(detail)
        parts = [await self._of_days(kind, list(beside(self._period, months)), offered=offered)]
        if detail and months:
            parts.append(await self._of_months(kind, detail, months))
        stack = Stack.together(parts).only_days(self._period.first.toordinal(), self._period.last.toordinal())
        return stack if self._filters.weekdays is None else stack.only_weekdays(self._filters.weekdays)

    def _months_for(self, detail: Detail | None) -> Sequence[date]:
        """Those that may be read: parts of a month too where its days are told apart.

        None for a single day, whose hours are told as they begin: a month has one two o'clock on the day that has two.
        """
        if self._period.first == self._period.last:
            return ()
        match detail:
            case Detail.DAYS:
                return self._months
            case Detail.WEEKDAYS:
                return self._whole_months
            case None:
                return ()

    def names(self, codes: Iterable[int]) -> list[str]:
        """What the numbers of names mean."""
        known = list(self._codes)
        return [known[code] for code in codes]

    async def _of_days(self, kind: Kind, days: Sequence[tuple[date, date]], *, offered: bool) -> Stack:
        cells = stats_cells.c
        packed = func.substr(cells.packed, 1, ENTRY.itemsize) if offered else cells.packed  # its first entry
        names = [cells[name] for name in DIMENSIONS]
        wanted = select(cells.day, cells.hour, cells.fold, packed.label("packed"), *names)
        taken = self._taken(stats_cells, kind)
        found = await self._rows([wanted.where(taken, cells.day.between(*some)) for some in days])
        codes = self._codes
        return Stack.of(
            [row[0].toordinal() for row in found],
            [row[1] + SECOND_HOUR * row[2] for row in found],
            [(codes[row[-3]], codes[row[-2]], codes[row[-1]]) for row in found],
            [row[3] for row in found],
        )

    async def _of_months(self, kind: Kind, detail: Detail, months: Sequence[date]) -> Stack:
        cells = stats_month_cells.c
        names = [cells[name] for name in DIMENSIONS]
        wanted = select(cells.month, cells.hour, cells.packed, *names)
        taken = and_(self._taken(stats_month_cells, kind), cells.detail == detail, cells.month.in_(months))
        found = await self._rows([wanted.where(taken)])
        codes = self._codes
        return opened(
            [
                MonthTally(month, detail, hour, (codes[line], codes[service], codes[language]), packed)
                for month, hour, packed, line, service, language in found
            ]
        )

    async def _rows(self, selects: Sequence[Select[Any]]) -> Sequence[Any]:
        """What these select, all of it."""
        if not selects:
            return []
        wanted = selects[0] if len(selects) == 1 else union_all(*selects)
        return (await self._connection.execute(wanted)).all()

    def _taken(self, table: Table, kind: Kind) -> ColumnElement[bool]:
        cells, filters = table.c, self._filters
        taken = [cells.kind == kind]
        taken += [
            cells[name] == value for name in DIMENSIONS if (value := getattr(filters, name)) is not None
        ]
        if filters.hours is not None:
            taken.append(cells.hour.in_(sorted(filters.hours)))
        return and_(*taken)


async def added_up_months(connection: AsyncConnection, period: Period, until: date) -> list[date]:
    """The first days of the months that have days in the period, and none after `until`, and are added up; in order."""
    months = months_of(period, until)
    if not months:
        return []
    ready = select(stats_months.c.month).where(
        stats_months.c.month.between(months[0], months[-1]), stats_months.c.layout == LAYOUT
    )
    found = set(await connection.scalars(ready))
    return [month for month in months if month in found]
