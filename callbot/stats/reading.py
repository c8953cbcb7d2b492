"""Reading figures: from the tallies that are kept, few rows whatever the period; never from the calls themselves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot.database import Database
from callbot.stats.cells import DIMENSIONS, Kind
from callbot.stats.days import hours_of, last_settled
from callbot.stats.figures import LEVEL_S
from callbot.stats.joined import SECOND_HOUR, Joined
from callbot.stats.period import EVERYTHING, Filters, Period
from callbot.stats.recount import due_in
from callbot.stats.slices import Figures, Part, Slice
from callbot.stats.stacks import Stacks, added_up_months
from callbot.stats.steps import steps
from callbot.stats.tally import Tally, What
from callbot.tables import stats_cells, stats_words

ALL_PARTS = frozenset(Part)
OF_SETTLED_DAYS = frozenset({What.ANSWERED_KNOWN, What.ANSWERED_AGAIN})
DAILY = frozenset({Part.DAYS, Part.STEPS})
HOURLY = frozenset({Part.HOURS, Part.HEAT})
BY_NAME = {Part.LINES: "line", Part.SERVICES: "service", Part.LANGUAGES: "language"}

Whats = Mapping[Part, frozenset[What]]
"""What is read of parts, which is quicker than everything; a part that is not there: everything."""
ALL_WHATS: Whats = MappingProxyType({})


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
    async with database.snapshot() as connection:
        months = await added_up_months(connection, period, settled)
        stacks = Stacks(connection, period, filters, months)
        reader = _Reader(connection, stacks, period, filters, level_s, settled=settled, whats=whats)
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
    """Makes the slices of one period under one set of filters."""

    def __init__(
        self,
        connection: AsyncConnection,
        stacks: Stacks,
        period: Period,
        filters: Filters,
        level_s: int,
        *,
        settled: date,
        whats: Whats,
    ) -> None:
        self._connection = connection
        self._stacks = stacks
        self._period = period
        self._filters = filters
        self._level_s = level_s
        self._settled = settled
        self._whats = whats
        self._words: Mapping[int, str] = {}
        self._each_day = False
        """Whether everything is told of each day: then the whole is made of the same."""
        self._all: dict[bool, Joined] = {}

    async def read(self, parts: frozenset[Part]) -> Figures:
        """All that is asked for."""
        words = (await self._connection.execute(select(stats_words.c.id, stats_words.c.word))).all()
        self._words = {row.id: row.word for row in words}
        self._each_day = bool(parts & DAILY) and Part.DAYS not in self._whats
        whole = await self._joined(None, hourly=self._by_hour)
        named = {part: await self._named(part) for part in BY_NAME if part in parts}
        days, in_steps = await self._days(parts) if parts & DAILY else ((), ())
        hours, begins, heat = await self._hours(parts) if parts & HOURLY else ((), (), {})
        return Figures(
            self._period,
            self._filters,
            Slice("", whole.whole(), self._level_s, whole_days=self._filters.whole_days),
            days=days,
            steps=in_steps,
            weekdays=await self._weekdays() if Part.WEEKDAYS in parts else (),
            hours=hours if Part.HOURS in parts else (),
            begins=begins if Part.HOURS in parts else (),
            heat=heat if Part.HEAT in parts else {},
            lines=named.get(Part.LINES, ()),
            services=named.get(Part.SERVICES, ()),
            languages=named.get(Part.LANGUAGES, ()),
            due_days=await due_in(self._connection, self._period),
        )

    async def _joined(
        self, whats: frozenset[What] | None, *, hourly: bool, by_day: bool = False, apart: str = ""
    ) -> Joined:
        """These tallies, of all that is not told apart only once."""
        if whats is not None or apart:
            return await self._read(whats, hourly=hourly, by_day=by_day, apart=apart)
        if hourly not in self._all:
            each_day = self._each_day and hourly == self._by_hour
            self._all[hourly] = await self._read(None, hourly=hourly, by_day=each_day)
        return self._all[hourly]

    async def _read(
        self, whats: frozenset[What] | None, *, hourly: bool, by_day: bool, apart: str = ""
    ) -> Joined:
        """Of days that are too recent, without who called again after an answer: nobody can know it yet."""
        stack = await self._stacks.read(whats, apart=apart, hourly=hourly, by_day=by_day)
        if whats is None or whats & OF_SETTLED_DAYS:
            stack = stack.without_after(self._settled.toordinal(), OF_SETTLED_DAYS)
        return Joined(stack, self._words, whats)

    @property
    def _by_hour(self) -> bool:
        return self._filters.hours is not None

    async def _days(self, parts: frozenset[Part]) -> tuple[tuple[Slice, ...], tuple[Slice, ...]]:
        """By day, and by step of a trend."""
        joined = await self._joined(self._whats.get(Part.DAYS), hourly=self._by_hour, by_day=True)
        days = [day for day in self._period if self._filters.takes_day(day)]
        begins = [step.first for step in steps(self._period) if any(map(self._filters.takes_day, step))]
        return (
            self._from_each(days, joined) if Part.DAYS in parts else (),
            self._from_each(begins, joined) if Part.STEPS in parts else (),
        )

    def _from_each(self, begins: Sequence[date], joined: Joined) -> tuple[Slice, ...]:
        """From each of these days until the next one."""
        places = np.searchsorted([day.toordinal() for day in begins], joined.stack.days, "right") - 1
        return self._slices(begins, joined.grouped(places, len(begins)))

    async def _weekdays(self) -> tuple[Slice, ...]:
        joined = await self._joined(self._whats.get(Part.WEEKDAYS), hourly=self._by_hour)
        return self._slices(range(7), joined.grouped(joined.stack.weekdays, 7))

    async def _hours(
        self, parts: frozenset[Part]
    ) -> tuple[tuple[Slice, ...], tuple[Slice, ...], dict[tuple[int, int], Slice]]:
        """By hour, by the hours of a single day as they begin, by weekday and hour."""
        asked = [self._whats.get(part) for part in parts & HOURLY]
        whats = None if None in asked else frozenset[What]().union(*(some for some in asked if some))
        joined = await self._joined(whats, hourly=True)
        crossed = joined.crossed(joined.stack.weekdays, joined.stack.clock_hours, (7, 24))
        heat = self._slices(range(7 * 24), crossed.cells, whole_days=False)
        by_place = {divmod(place, 24): one for place, one in enumerate(heat)}
        return (
            self._slices(range(24), crossed.columns, whole_days=False),
            self._begins(joined),
            by_place,
        )

    def _begins(self, joined: Joined) -> tuple[Slice, ...]:
        day = self._period.first
        if self._period.days > 1 or not self._filters.takes_day(day):
            return ()
        begins = [begin for begin in hours_of(day) if self._filters.takes_hour(begin.hour)]
        place = {begin.hour + SECOND_HOUR * begin.fold: n for n, begin in enumerate(begins)}
        places = np.array([place[hour] for hour in joined.stack.hours.tolist()], np.int64)
        return self._slices(begins, joined.grouped(places, len(begins)), whole_days=False)

    async def _named(self, part: Part) -> tuple[Slice, ...]:
        """By line, service or language."""
        joined = await self._joined(self._whats.get(part), hourly=self._by_hour, apart=BY_NAME[part])
        names_of = joined.stack.names[:, DIMENSIONS.index(BY_NAME[part])]
        names, places = np.unique(names_of, return_inverse=True)
        slices = self._slices(
            self._stacks.names(names.tolist()), joined.grouped(places, len(names)), whole_days=False
        )
        return tuple(sorted(slices, key=lambda one: (-one.calls, str(one.key))))

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
