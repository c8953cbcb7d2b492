"""What the tables are made of: names of constraints, times in UTC, words. The types that SQLAlchemy has not got."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKey,
    MetaData,
    String,
    Text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC; SQLite, which knows no zones, gets it naive and gives it back aware."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC. A naive datetime is a fault of the caller's: ValueError."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored: say its zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Aware, in UTC."""
        return None if value is None else _aware(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:  # noqa: ARG002
        """The same for a value as the driver gives it, in one step: pages read thousands of them."""
        return _written_in_utc if dialect.name == "sqlite" else _given


def _aware(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _written_in_utc(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value + "+00:00")


def _given(value: datetime | None) -> datetime | None:
    return value if value is None or value.tzinfo is UTC else _aware(value)


class Words(TypeDecorator[tuple[str, ...]]):
    """Words without spaces in them, kept with a space between: many times quicker to read than JSON, and SQL may group by it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """As text. A word that is empty or has a space in it is a fault of the caller's: ValueError."""
        if value is None:
            return None
        written = " ".join(value)
        if tuple(written.split()) != tuple(value):
            raise ValueError("a word that is empty or has a space in it cannot be stored")
        return written

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:  # noqa: ARG002
        """The words."""
        return _split(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], tuple[str, ...] | None]:  # noqa: ARG002
        """The same, in one step."""
        return _split


def _split(value: str | None) -> tuple[str, ...] | None:
    return None if value is None else tuple(value.split())


def of_call(*, primary_key: bool) -> Column[str]:
    """The call that a row is about; the row goes with it."""
    return Column("call_id", String(64), ForeignKey("calls.id", ondelete="CASCADE"), primary_key=primary_key)
