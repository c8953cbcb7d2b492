"""Statements that are compiled once and given to the driver as they are: what a short one costs by way of SQLAlchemy is mostly SQLAlchemy.

They are written with SQLAlchemy all the same, one text for both databases; values and rows take their types' own way.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Column, Dialect
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.sql.expression import ReturnsRows
from sqlalchemy.types import TypeEngine

__all__ = ["POSTGRESQL", "Statement", "written"]

Process = Callable[[Any], Any]

POSTGRESQL: Dialect = PGDialect_asyncpg()  # type: ignore[no-untyped-call]
SQLITE: Dialect = SQLiteDialect_aiosqlite()


@dataclass(frozen=True, slots=True)
class Compiled:
    """A statement for one driver. `takes`: its arguments in order; `gives`: what is to be made of each column."""

    sql: str
    takes: tuple[tuple[str, Process | None], ...]
    fixed: Mapping[str, Any]
    """Arguments that the statement brings with it."""
    gives: tuple[tuple[int, Process], ...]

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """What the driver is given."""
        all_values = {**self.fixed, **values}
        return [process(all_values[name]) if process else all_values[name] for name, process in self.takes]

    def row(self, given: Iterable[Any]) -> list[Any]:
        """A row as the statement's types have it, of one that the driver gave."""
        row = list(given)
        for place, process in self.gives:
            row[place] = process(row[place])
        return row


class Statement:
    """One statement that gives rows; `bindparam`s without a value are its parameters."""

    def __init__(self, rows: ReturnsRows) -> None:
        self._rows: Any = rows
        self._compiled: dict[bool, Compiled] = {}

    def on(self, *, sqlite: bool) -> Compiled:
        """For SQLite's driver, or PostgreSQL's."""
        if sqlite not in self._compiled:
            self._compiled[sqlite] = self._compile(SQLITE if sqlite else POSTGRESQL)
        return self._compiled[sqlite]

    def _compile(self, dialect: Dialect) -> Compiled:
        made: Any = self._rows.compile(dialect=dialect)
        free = {name for name, one in made.binds.items() if one.required}
        whole = made.construct_expanded_state(dict.fromkeys(free))
        processors = {**made._bind_processors, **whole.processors}
        takes = tuple((name, processors.get(name)) for name in whole.positiontup)
        fixed = {name: value for name, value in whole.parameters.items() if name not in free}
        gives = ((nth, _reader(column.type, dialect)) for nth, column in enumerate(made._result_columns))
        return Compiled(whole.statement, takes, fixed, tuple((nth, read) for nth, read in gives if read))


def _reader(kind: TypeEngine[Any], dialect: Dialect) -> Process | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)


@cache
def _writer(column: Column[Any]) -> Process | None:
    return column.type.dialect_impl(POSTGRESQL).bind_processor(POSTGRESQL)


def written(column: Column[Any], value: object) -> object:
    """A value of that column as PostgreSQL's driver takes it."""
    write = _writer(column)
    return write(value) if write else value
