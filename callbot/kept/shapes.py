"""What the lists of what is kept are made of: a table, and a kind of data."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot.stats.days import day_of
from callbot.tables import calls


class Whose(StrEnum):
    """Of whom a table tells something."""

    CALLERS = "callers"
    STAFF = "staff"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks for their data: the keyed hash of their number, and the number where it is known. Hidden in `repr`."""

    hash: str = field(repr=False)
    number: str = field(default="", repr=False)


Of = Callable[[Caller], ColumnElement[bool]]
Erase = Callable[[AsyncConnection, Caller], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Kept:
    """One table. `what`: in French; `of`: the rows of one caller; `name`: in the export, the table's own unless said.

    `within`: exported inside that table's rows, and deleted with them (ON DELETE CASCADE). `group`: exported under that name.
    `erase`: where rows are not simply deleted; `stays`: in French, why rows of a caller are not erased at all.
    """

    table: Table
    whose: Whose
    what: str
    of: Of | None = None
    name: str = ""
    within: Table | None = None
    group: str = ""
    erase: Erase | None = None
    stays: str = ""
    staff: frozenset[str] = frozenset()
    """Columns that tell of staff: who looked, who wrote is told to the commune, not to the caller (CJEU, C-579/21)."""
    signed: frozenset[str] = frozenset()
    """Columns of [agent, text] of which the texts alone are handed out."""

    @property
    def exported_as(self) -> str:
        """Its name in the export."""
        return self.name or self.table.name


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of data that is kept for a time. `name` and `what` in French; `at`: of which its age is counted.

    `holds`: the rows that still have it; `emptied`: what they are given when it is purged, nothing: the rows are deleted.
    `setting`: of the days; empty: `kept` it is, and another task sees to it as well. `action`, `unit`: what the journal says of a purge.
    """

    id: str
    name: str
    what: str
    table: Table
    at: Column[Any]
    setting: str
    action: str
    unit: str
    holds: ColumnElement[bool] = field(default_factory=true)
    emptied: Mapping[str, Any] | None = None
    kept: timedelta = timedelta(0)
    no_longer_than: str = ""
    """Another setting of days that it does not outlive."""
    by_day: bool = False
    """By whole days of Paris: what figures are made of is there for a whole day or not at all."""

    def due(self, before: datetime) -> ColumnElement[bool]:
        """The rows that are purged: they hold it, and are older than `before`."""
        if self.by_day and self.table is calls:
            return and_(self.holds, calls.c.day < day_of(before))
        if self.by_day:
            whole = select(calls.c.id).where(calls.c.day < day_of(before))
            return and_(self.holds, self.table.c.call_id.in_(whole))
        if self.at.table is self.table:
            return and_(self.holds, self.at < before)
        old = self.table.c.call_id.in_(select(calls.c.id).where(calls.c.started_at < before))
        return and_(self.holds, old)
