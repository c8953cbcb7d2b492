"""Reading figures: from the tallies that are kept, few rows whatever the period; never from the calls themselves."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot.database import Database
from callbot.stats.cells import DIMENSIONS, Kind, kind_for
from callbot.stats.days import hours_of
from callbot.stats.figures import LEVEL_S
from callbot.stats.period import EVERYTHING, Filters, Period
from callbot.stats.recount import due_in
from callbot.stats.slices import Figures, Part, Slice
from callbot.stats.tally import Tally
from callbot.tables import stats_cells, stats_words

ALL_PARTS = frozenset(Part)
HOURLY = frozenset({Part.HOURS, Part.HEAT})
BY_NAME = {Part.LINES: "line", Part.SERVICES: "service", Part.LANGUAGES: "language"}

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to filter by, those of the most days first; the days of the first and last call (None: there is none)."""

    lines: tuple[str, ...]
    services: tuple[str, ...]
    languages: tuple[str, ...]
    first_day: date | None
    last_day: date | None


async def read_figures(
    database: Database,
    period: Period,
    filters: Filters = EVERYTHING,
    *,
    level_s: int = LEVEL_S,
    parts: frozenset[Part] = ALL_PARTS,
) -> Figures:
    """The figures of a period, and of the slices of it that are asked for. Raises DatabaseError."""
    async with database.read() as connection:
        reader = _Reader(connection, period, filters, level_s)
        return await reader.read(parts)


async def choices(database: Database) -> Choices:
    """What there is to filter by, whenever it was. Raises DatabaseError."""
    cells = stats_cells.c
    async with database.read() as connection:
        days = select(func.min(cells.day), func.max(cells.day)).where(cells.kind == Kind.DAY)
        first, last = (await connection.execute(days)).one()
        lines, services, languages = [await _names(connection, name) for name in DIMENSIONS]
        return Choices(lines, services, languages, first, last)


async def _names(connection: AsyncConnection, name: str) -> tuple[str, ...]:
    """Of lines, services or languages: those with calls on the most days first."""
    column = stats_cells.c[name]
    of_kind = select(column).where(stats_cells.c.kind == f"day_{name}")
    return tuple(await connection.scalars(of_kind.group_by(column).order_by(func.count().desc(), column)))


class _Reader:
    """Reads one period under one set of filters."""

    def __init__(self, connection: AsyncConnection, period: Period, filters: Filters, level_s: int) -> None:
        self._connection = connection
        self._period = period
        self._filters = filters
        self._level_s = level_s
        self._words: Mapping[int, str] = {}

    async def read(self, parts: frozenset[Part]) -> Figures:
        """All that is asked for."""
        words = await self._connection.execute(select(stats_words.c.id, stats_words.c.word))
        self._words = {row.id: row.word for row in words}
        hourly = bool(parts & HOURLY) or self._filters.hours is not None
        rows = await self._rows(hourly=hourly)
        by_day = self._together(rows, lambda row: row.day)
        named = {part: await self._by_name(BY_NAME[part]) for part in BY_NAME if part in parts}
        return Figures(
            self._period,
            self._filters,
            self._slice("", b"".join(by_day.values())),
            days=self._days(by_day) if Part.DAYS in parts else (),
            weekdays=self._weekdays(by_day) if Part.WEEKDAYS in parts else (),
            hours=self._hours(rows) if Part.HOURS in parts else (),
            begins=self._begins(rows) if Part.HOURS in parts else (),
            heat=self._heat(rows) if Part.HEAT in parts else {},
            lines=named.get(Part.LINES, ()),
            services=named.get(Part.SERVICES, ()),
            languages=named.get(Part.LANGUAGES, ()),
            due_days=await due_in(self._connection, self._period),
        )

    def _days(self, by_day: Mapping[date, bytes]) -> tuple[Slice, ...]:
        return tuple(
            self._slice(day, by_day.get(day, b"")) for day in self._period if self._filters.takes_day(day)
        )

    def _weekdays(self, by_day: Mapping[date, bytes]) -> tuple[Slice, ...]:
        packed: dict[int, list[bytes]] = defaultdict(list)
        for day, some in by_day.items():
            packed[day.weekday()].append(some)
        return tuple(self._slice(weekday, b"".join(packed[weekday])) for weekday in range(7))

    def _hours(self, rows: Sequence[Row[Any]]) -> tuple[Slice, ...]:
        packed = self._together(rows, lambda row: int(row.hour))
        return tuple(self._slice(hour, packed.get(hour, b"")) for hour in range(24))

    def _begins(self, rows: Sequence[Row[Any]]) -> tuple[Slice, ...]:
        if self._period.days > 1:
            return ()
        packed = self._together(rows, lambda row: (int(row.hour), int(row.fold)))
        return tuple(
            self._slice(begin, packed.get((begin.hour, begin.fold), b""))
            for begin in hours_of(self._period.first)
            if self._filters.takes_day(self._period.first) and self._filters.takes_hour(begin.hour)
        )

    def _heat(self, rows: Sequence[Row[Any]]) -> dict[tuple[int, int], Slice]:
        packed = self._together(rows, lambda row: (row.day.weekday(), int(row.hour)))
        each = ((weekday, hour) for weekday in range(7) for hour in range(24))
        return {place: self._slice(str(place), packed.get(place, b"")) for place in each}

    async def _by_name(self, name: str) -> tuple[Slice, ...]:
        rows = await self._rows(name, hourly=self._filters.hours is not None)
        packed = self._together(rows, lambda row: str(getattr(row, name)))
        slices = [self._slice(key, some) for key, some in packed.items()]
        return tuple(sorted(slices, key=lambda one: (-one.calls, str(one.key))))

    async def _rows(self, *apart: str, hourly: bool) -> list[Row[Any]]:
        """The cells of the coarsest kind that will do, as far as the filters take them."""
        kind = kind_for(self._filters, *apart, hourly=hourly)
        found = await self._connection.execute(self._cells(kind, *apart))
        return [row for row in found if self._filters.takes_day(row.day)]

    def _cells(self, kind: Kind, *apart: str) -> Select[Any]:
        cells, filters = stats_cells.c, self._filters
        columns = [cells[name] for name in ("day", "hour", "fold", *apart, "packed")]
        wanted = select(*columns).where(
            cells.kind == kind, cells.day.between(self._period.first, self._period.last)
        )
        for name in DIMENSIONS:
            if (value := getattr(filters, name)) is not None:
                wanted = wanted.where(cells[name] == value)
        if filters.hours is not None:
            wanted = wanted.where(cells.hour.in_(sorted(filters.hours)))
        return wanted.order_by(cells.day, cells.hour)

    def _together(self, rows: Iterable[Row[Any]], key: Callable[[Row[Any]], Key]) -> dict[Key, bytes]:
        """The packed tallies of rows with the same key, joined."""
        packed: dict[Key, list[bytes]] = defaultdict(list)
        for row in rows:
            packed[key(row)].append(row.packed)
        return {each: b"".join(some) for each, some in packed.items()}

    def _slice(self, key: date | datetime | int | str, packed: bytes) -> Slice:
        return Slice(key, Tally.unpacked(packed, self._words), self._level_s)
