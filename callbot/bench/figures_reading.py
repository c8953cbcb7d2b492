"""How long figures take to read when a great many calls are stored, without the pages around them, and a call takes to be counted."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

from sqlalchemy import func, select, text

from callbot import tables
from callbot.bench.meanwhile import Writing
from callbot.bench.times import Times
from callbot.commands.demo import town
from callbot.config import Settings
from callbot.database import Database
from callbot.stats.days import day_of
from callbot.stats.period import EVERYTHING, Filters, Period
from callbot.stats.reading import ALL_PARTS, choices, read_figures
from callbot.stats.report import as_json, day_report
from callbot.stats.slices import Figures

__all__ = ["last_day", "measure_reading"]

VIEWS = (
    "stats_calls",
    "stats_days",
    "stats_hours",
    "stats_times",
    "stats_day_times",
    "stats_motives",
    "stats_questions",
)
SLOW = 3
"""Rounds of what nobody waits for at a page."""
READ = {
    "day": "all figures of a day and of the one it is compared with",
    "week": "of a week",
    "month": "of a month",
    "year": "of a year",
    "year, a line": "of a year, calls of one line",
    "year, two filters": "of a year, calls of one line in one language",
    "year, mornings": "of a year, calls that came between 9 and 12",
    "choices": "what there is to filter by",
    "report": "the report of a day as JSON",
    "count": "a call that begins and ends is written and counted",
    "SQL, a day": "a row of the view stats_days",
    "SQL, all days": "all rows of the view stats_days",
    "SQL, a week of hours": "rows of the view stats_hours",
    "SQL, motives of a month": "docs/sql.md's question to stats_motives",
    "SQL, p95 of a month": "docs/sql.md's question to stats_times",
    "SQL, calls of a day": "rows of the view stats_calls",
    **{f"SQL, a month of {view}": "every row and column" for view in VIEWS},
}
SQL = {
    "SQL, a day": "SELECT * FROM stats_days WHERE day = '{day}'",
    "SQL, all days": "SELECT * FROM stats_days",
    "SQL, a week of hours": "SELECT * FROM stats_hours WHERE day BETWEEN '{week}' AND '{day}'",
    "SQL, motives of a month": (
        "SELECT motive, sum(calls) AS calls FROM stats_motives"
        " WHERE aspect = '' AND day BETWEEN '{month}' AND '{day}' GROUP BY motive ORDER BY calls DESC LIMIT 10"
    ),
    "SQL, p95 of a month": (
        "SELECT min(value) FROM (SELECT value, sum(count(*)) OVER (ORDER BY value) AS so_far,"
        " sum(count(*)) OVER () AS number FROM stats_times"
        " WHERE what = 'response_ms' AND day BETWEEN '{month}' AND '{day}' GROUP BY value) ranked"
        " WHERE so_far * 100 >= number * 95"
    ),
    "SQL, calls of a day": "SELECT * FROM stats_calls WHERE day = '{day}'",
    **{
        f"SQL, a month of {view}": f"SELECT * FROM {view} WHERE day BETWEEN '{{month}}' AND '{{day}}'"  # noqa: S608
        for view in VIEWS
    },
}


async def measure_reading(database: Database, settings: Settings, rounds: int) -> list[Times]:
    """What pages are made of, `rounds` times each, on a database that has calls. Raises DatabaseError."""
    last = await last_day(database)
    made = []
    for operation, work in _operations(database, settings, last).items():
        some = SLOW if operation.startswith(("SQL, all", "SQL, a month")) else rounds
        await work()
        made.append(Times.of(operation, READ[operation], [await _took_ms(work) for _ in range(some)]))
    return made


async def last_day(database: Database) -> date:
    """The last one that has calls."""
    async with database.read() as connection:
        return await connection.scalar(select(func.max(tables.calls.c.day))) or day_of(datetime.now(UTC))


def _operations(
    database: Database, settings: Settings, last: date
) -> dict[str, Callable[[], Awaitable[object]]]:
    day, month = Period.day(last - timedelta(days=6)), Period.month(last)
    year = Period(last - timedelta(days=364), last)
    line = Filters(line=f"+33{town(settings).lines[0][1:]}")
    mornings = Filters(hours=frozenset({9, 10, 11}))
    writing = Writing(database, settings, town(settings), last)

    def page(period: Period, filters: Filters = EVERYTHING) -> Callable[[], Awaitable[Figures]]:
        return lambda: _page(database, period, filters)

    async def report() -> None:
        as_json(await day_report(database, day.first))

    days = {"day": day.first, "week": day.first - timedelta(days=6), "month": day.first - timedelta(days=29)}
    sql = {name: partial(_sql, database, statement.format(**days)) for name, statement in SQL.items()}
    return {
        "day": page(day),
        "week": page(Period.week(day.first)),
        "month": page(month),
        "year": page(year),
        "year, a line": page(year, line),
        "year, two filters": page(year, replace(line, language="fr")),
        "year, mornings": page(year, mornings),
        "choices": lambda: choices(database),
        "report": report,
        "count": writing.begin_and_end,
        **sql,
    }


async def _page(database: Database, period: Period, filters: Filters) -> Figures:
    """What a page shows: a period with all its parts, and the one before; each figure is made."""
    made = await read_figures(database, period, filters, parts=ALL_PARTS)
    before = await read_figures(database, period.previous(), filters, parts=frozenset())
    slices = (*made.days, *made.hours, *made.weekdays, *made.lines, *made.services, *made.languages)
    for one in (made.total, before.total):
        assert one.figures
    for one in (*slices, *made.heat.values()):
        one.figure("offered")
        one.figure("automation_rate")
    return made


async def _sql(database: Database, statement: str) -> None:
    async with database.read() as connection:
        (await connection.execute(text(statement))).all()


async def _took_ms(work: Callable[[], Awaitable[object]]) -> float:
    begun = time.perf_counter()
    await work()
    return (time.perf_counter() - begun) * 1000
