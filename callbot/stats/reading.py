"""Reading figures: from the tallies that are kept, few rows whatever the period; never from the calls themselves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot.database import Database
from callbot.stats.cells import DIMENSIONS, Kind, kind_for, told_by
from callbot.stats.days import hours_of, last_settled
from callbot.stats.figures import LEVEL_S
from callbot.stats.period import EVERYTHING, Filters, Period
from callbot.stats.recount import due_in
from callbot.stats.slices import Figures, Part, Slice
from callbot.stats.tally import ENTRY, Joined, Tally, What, without
from callbot.tables import stats_cells, stats_words

ALL_PARTS = frozenset(Part)
OF_SETTLED_DAYS = (What.ANSWERED_KNOWN, What.ANSWERED_AGAIN)
HOURLY = frozenset({Part.HOURS, Part.HEAT})
BY_NAME = {Part.LINES: "line", Part.SERVICES: "service", Part.LANGUAGES: "language"}

Whats = Mapping[Part, frozenset[What]]
"""What is read of parts, which is quicker than everything; a part that is not there: everything."""
ALL_WHATS: Whats = MappingProxyType({})
OFFERED = frozenset({What.OFFERED})

Rows = Sequence[Row[Any]]


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
    whats: Whats = ALL_WHATS,
    now: datetime | None = None,
) -> Figures:
    """The figures of a period, and of the slices of it that are asked for, as they are `now`. Raises DatabaseError.

    Slices of parts that are in `whats` have the figures that these make, and raise KeyError when they are asked for others.
    """
    settled = last_settled(now or datetime.now(UTC))
    async with database.read() as connection:
        if not database.is_sqlite:  # all parts are to be of the same moment, as they are on SQLite
            await connection.execution_options(isolation_level="REPEATABLE READ")
        reader = _Reader(connection, period, filters, level_s, settled=settled, whats=whats)
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

    def __init__(
        self,
        connection: AsyncConnection,
        period: Period,
        filters: Filters,
        level_s: int,
        *,
        settled: date,
        whats: Whats,
    ) -> None:
        self._connection = connection
        self._period = period
        self._filters = filters
        self._level_s = level_s
        self._settled = settled
        self._whats = whats
        self._words: Mapping[int, str] = {}
        self._found: dict[Kind, Rows] = {}

    async def read(self, parts: frozenset[Part]) -> Figures:
        """All that is asked for."""
        words = (await self._connection.execute(select(stats_words.c.id, stats_words.c.word))).all()
        self._words = {row.id: row.word for row in words}
        rows = await self._rows(hourly=self._by_hour)
        whole = self._joined(rows)
        named = {part: await self._named(part) for part in BY_NAME if part in parts}
        hours, begins, heat = await self._hours(whole) if parts & HOURLY else ((), (), {})
        return Figures(
            self._period,
            self._filters,
            Slice("", whole.whole(), self._level_s, whole_days=self._filters.whole_days),
            days=self._days(rows, self._of_part(Part.DAYS, rows, whole)) if Part.DAYS in parts else (),
            weekdays=self._weekdays(rows, self._of_part(Part.WEEKDAYS, rows, whole))
            if Part.WEEKDAYS in parts
            else (),
            hours=hours if Part.HOURS in parts else (),
            begins=begins if Part.HOURS in parts else (),
            heat=heat if Part.HEAT in parts else {},
            lines=named.get(Part.LINES, ()),
            services=named.get(Part.SERVICES, ()),
            languages=named.get(Part.LANGUAGES, ()),
            due_days=await due_in(self._connection, self._period),
        )

    def _of_part(self, part: Part, rows: Rows, whole: Joined) -> Joined:
        """As much as a part needs of these rows, all of which is `whole`."""
        return self._joined(rows, self._whats[part]) if part in self._whats else whole

    @property
    def _by_hour(self) -> bool:
        return self._filters.hours is not None

    def _days(self, rows: Rows, joined: Joined) -> tuple[Slice, ...]:
        days = [day for day in self._period if self._filters.takes_day(day)]
        place = {day: n for n, day in enumerate(days)}
        return self._slices(days, joined.grouped([place[row.day] for row in rows], len(days)))

    def _weekdays(self, rows: Rows, joined: Joined) -> tuple[Slice, ...]:
        return self._slices(range(7), joined.grouped([row.day.weekday() for row in rows], 7))

    async def _hours(
        self, whole: Joined
    ) -> tuple[tuple[Slice, ...], tuple[Slice, ...], dict[tuple[int, int], Slice]]:
        """By hour, by the hours of a single day as they begin, by weekday and hour."""
        if all(self._whats.get(part) == OFFERED for part in HOURLY):
            rows, packed = await self._offered()
            joined = Joined(packed, self._words, OFFERED)
        else:
            rows = await self._rows(hourly=True)
            joined = whole if self._by_hour else self._joined(rows)
        weekdays = [row.day.weekday() for row in rows]
        crossed = joined.crossed(weekdays, [row.hour for row in rows], (7, 24))
        heat = self._slices(range(7 * 24), crossed.cells, whole_days=False)
        by_place = {divmod(place, 24): one for place, one in enumerate(heat)}
        return (
            self._slices(range(24), crossed.columns, whole_days=False),
            self._begins(rows, joined),
            by_place,
        )

    def _begins(self, rows: Rows, joined: Joined) -> tuple[Slice, ...]:
        day = self._period.first
        if self._period.days > 1 or not self._filters.takes_day(day):
            return ()
        begins = [begin for begin in hours_of(day) if self._filters.takes_hour(begin.hour)]
        place = {(begin.hour, begin.fold): n for n, begin in enumerate(begins)}
        tallies = joined.grouped([place[row.hour, row.fold] for row in rows], len(begins))
        return self._slices(begins, tallies, whole_days=False)

    async def _named(self, part: Part) -> tuple[Slice, ...]:
        """By line, service or language."""
        name = BY_NAME[part]
        rows = await self._rows(name, hourly=self._by_hour)
        of = [getattr(row, name) for row in rows]
        place = {each: n for n, each in enumerate(sorted(set(of)))}
        joined = self._joined(rows, self._whats.get(part))
        tallies = joined.grouped([place[each] for each in of], len(place))
        slices = self._slices(place, tallies, whole_days=False)
        return tuple(sorted(slices, key=lambda one: (-one.calls, str(one.key))))

    async def _rows(self, *apart: str, hourly: bool) -> Rows:
        """The cells of the coarsest kind that will do, as far as the filters take them."""
        kind = kind_for(self._filters, *apart, hourly=hourly)
        if kind not in self._found:
            cells = stats_cells.c
            columns = [cells[name] for name in ("day", "hour", "fold", *told_by(kind), "packed")]
            wanted = select(*columns).where(self._taken(kind)).order_by(cells.day, cells.hour)
            self._found[kind] = await self._days_taken(wanted)
        return self._found[kind]

    async def _offered(self) -> tuple[Rows, list[bytes]]:
        """The calls of each hour: the first entry of each of its cells, side by side, which is all that the database is asked for."""
        cells, is_sqlite = stats_cells.c, self._connection.dialect.name == "sqlite"
        first = func.substr(cells.packed, 1, ENTRY.itemsize)
        written = func.hex(first) if is_sqlite else func.encode(first, "hex")
        joined = (func.group_concat if is_sqlite else func.string_agg)(written, "")
        hour = (cells.day, cells.hour, cells.fold)
        taken = self._taken(kind_for(self._filters, hourly=True))
        wanted = select(*hour, joined.label("offered")).where(taken).group_by(*hour).order_by(*hour)
        rows = await self._days_taken(wanted)
        return rows, [bytes.fromhex(row.offered) for row in rows]

    async def _days_taken(self, wanted: Select[Any]) -> Rows:
        rows = (await self._connection.execute(wanted)).all()
        return (
            rows
            if self._filters.weekdays is None
            else [row for row in rows if self._filters.takes_day(row.day)]
        )

    def _joined(self, rows: Rows, whats: frozenset[What] | None = None) -> Joined:
        """Of days that are too recent, without who called again after an answer: nobody can know it yet."""
        settled = self._settled
        if self._period.last <= settled or (whats is not None and whats.isdisjoint(OF_SETTLED_DAYS)):
            return Joined([row.packed for row in rows], self._words, whats)
        packed = [row.packed if row.day <= settled else without(row.packed, *OF_SETTLED_DAYS) for row in rows]
        return Joined(packed, self._words, whats)

    def _taken(self, kind: Kind) -> ColumnElement[bool]:
        cells, filters = stats_cells.c, self._filters
        taken = [cells.kind == kind, cells.day.between(self._period.first, self._period.last)]
        taken += [
            cells[name] == value for name in DIMENSIONS if (value := getattr(filters, name)) is not None
        ]
        if filters.hours is not None:
            taken.append(cells.hour.in_(sorted(filters.hours)))
        return and_(*taken)

    def _slices(
        self,
        keys: Iterable[date | datetime | int | str],
        tallies: Iterable[Tally],
        *,
        whole_days: bool = True,
    ) -> tuple[Slice, ...]:
        whole = whole_days and self._filters.whole_days
        return tuple(
            Slice(key, tally, self._level_s, whole_days=whole)
            for key, tally in zip(keys, tallies, strict=True)
        )
