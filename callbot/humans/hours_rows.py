"""Weekly hours that staff have set, as rows of `opening_weeks`; who writes them is callbot.humans.boards."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot.humans.hours import Season, Span
from callbot.humans.hours_set import Week
from callbot.tables import opening_weeks as table


async def in_force(connection: AsyncConnection, day: date) -> tuple[Week, ...]:
    """Those that nobody has ended and whose last day is not before `day`, the oldest first."""
    lasting = or_(table.c.last_day.is_(None), table.c.last_day >= day)
    rows = await connection.execute(
        select(table).where(table.c.ended_at.is_(None), lasting).order_by(table.c.id)
    )
    return tuple(_weeks(rows))


async def over(connection: AsyncConnection, line: str, service: str, day: date, limit: int) -> list[Week]:
    """The others of a place, the newest first."""
    past = or_(table.c.ended_at.is_not(None), table.c.last_day < day)
    of_place = (table.c.line == line, table.c.service == service, past)
    return list(
        _weeks(
            await connection.execute(select(table).where(*of_place).order_by(table.c.id.desc()).limit(limit))
        )
    )


async def add(
    connection: AsyncConnection, place: tuple[str, str], season: Season, actor: str, at: datetime
) -> int:
    """Write one for a line and service; its id."""
    line, service = place
    values = {
        "line": line,
        "service": service,
        "days": [[[span.begin, span.end] for span in spans] for spans in season.weekly],
        "first_day": season.first,
        "last_day": season.last,
        "closed_on_holidays": season.closed_on_holidays,
        "made_by": actor,
        "made_at": at,
    }
    number: int = (await connection.execute(insert(table).values(values).returning(table.c.id))).scalar_one()
    return number


async def end(connection: AsyncConnection, number: int, actor: str, at: datetime) -> bool:
    """End one; false when it was ended before."""
    open_one = (table.c.id == number) & table.c.ended_at.is_(None)
    result = await connection.execute(update(table).where(open_one).values(ended_by=actor, ended_at=at))
    return bool(result.rowcount)


def _weeks(rows: Iterable[Any]) -> Iterable[Week]:
    for row in rows:
        days = tuple(tuple(Span(begin, end) for begin, end in spans) for spans in row.days)
        season = Season(days, row.first_day, row.last_day, row.closed_on_holidays)
        yield Week(
            row.id, row.line, row.service, season, row.made_by, row.made_at, row.ended_by or "", row.ended_at
        )
