"""Months that are added up: figures are those of the raw rows whatever happens to the days, on SQLite and PostgreSQL."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select, update

from callbot import tables
from callbot.caller_data import erase_caller
from callbot.config import Settings
from callbot.database import Database
from callbot.demo.filling import fill
from callbot.reports.sections import SHOWN
from callbot.stats import month_store
from callbot.stats.call_rows import Rows
from callbot.stats.month_store import add_up_months, months_due
from callbot.stats.months import DayTally
from callbot.stats.period import EVERYTHING, Period
from callbot.stats.reading import read_figures
from callbot.stats.recount import recount
from callbot.stats.slices import Part
from callbot.stats.storage import spill, write
from tests.support.purging import purge_kind
from tests.support.statistics import (
    FILTERS,
    a_town,
    compare,
    compare_shown,
    compare_steps,
    facts_of_raw_rows,
    some_calls,
    whole,
)

PERIOD = Period(date(2026, 9, 28), date(2026, 11, 3))
"""The days of October, in which the clocks go back, with some of the months beside it."""
OCTOBER = date(2026, 10, 1)
NOW = datetime(2026, 11, 20, tzinfo=UTC)


async def rows_of_months(database: Database) -> int:
    """How many there are."""
    async with database.read() as connection:
        return await connection.scalar(select(func.count()).select_from(tables.stats_month_cells)) or 0


async def check(database: Database, period: Period = PERIOD) -> None:
    """The whole of the period, and what is shown of it, are what the raw rows tell."""
    facts = [one for one in await facts_of_raw_rows(database) if one.day in period]
    made = await read_figures(database, period, now=NOW)
    compare(made, facts)
    compare_shown(await read_figures(database, period, now=NOW, whats=SHOWN), made)


@pytest.fixture
def calls() -> list[Rows]:
    """Some of October, many of them by callers who call again."""
    made = some_calls(Period(OCTOBER, date(2026, 10, 31)), 62)
    return [
        replace(rows, call=replace(rows.call, caller_hash=f"{number % 9:064}"))
        for number, rows in enumerate(made)
    ]


async def written(database: Database, settings: Settings, calls: list[Rows]) -> None:
    """Calls as the service writes them; their month is added up."""
    for rows in calls:
        await write(database, rows, spill(settings))
    assert await add_up_months(database, now=NOW) == 1


async def test_months_tell_what_the_raw_rows_tell(database: Database) -> None:
    """Every part under each kind of filter, everything of it and what is shown."""
    await fill(database, a_town(), PERIOD, 500, seed=7)
    facts = await facts_of_raw_rows(database)
    assert await add_up_months(database, now=NOW) == 2  # September has no more days than these
    assert await rows_of_months(database) > 100
    for filters, taken in (FILTERS[0], FILTERS[1], *FILTERS[5:]):
        mine = [one for one in facts if taken(one)]
        made = await read_figures(database, PERIOD, filters, now=NOW)
        compare(made, mine)
        shown = await read_figures(database, PERIOD, filters, now=NOW, whats=SHOWN)
        compare_shown(shown, made)


async def test_the_steps_of_long_periods(database: Database) -> None:
    """Weeks and months of them, from days and from months that are added up, everything of them and what is shown."""
    await fill(database, a_town(), PERIOD, 300, seed=7)
    facts = await facts_of_raw_rows(database)
    await add_up_months(database, now=NOW)
    steps = frozenset({Part.STEPS})
    for first in (date(2026, 6, 3), date(2024, 6, 3)):
        period = Period(first, date(2026, 11, 3))
        for filters, taken in (FILTERS[0], *FILTERS[5:]):
            made = await read_figures(database, period, filters, now=NOW, parts=steps)
            compare_steps(made, [one for one in facts if taken(one)])
            shown = await read_figures(database, period, filters, now=NOW, parts=steps, whats=SHOWN)
            compare_shown(shown, made)


async def test_the_day_of_25_hours_keeps_both_its_two_oclocks(
    database: Database, settings: Settings, calls: list[Rows]
) -> None:
    """Read alone, as a page and a report show it: each hour as it begins, before and after its month is added up."""
    day = Period.day(date(2026, 10, 25))
    times = [datetime(2026, 10, 25, *at, tzinfo=UTC) for at in ((0, 30), (1, 30), (1, 40))]
    for rows, at in zip(calls, times, strict=False):
        await write(
            database, replace(rows, call=replace(rows.call, started_at=at, day=day.first)), spill(settings)
        )
    read = [await read_figures(database, day, now=NOW, whats=SHOWN)]
    assert await add_up_months(database, now=NOW) == 1
    read.append(await read_figures(database, day, now=NOW, whats=SHOWN))
    for figures in read:
        by_begin = {one.key.utcoffset(): one.calls for one in figures.begins if one.key.hour == 2}
        assert by_begin == {timedelta(hours=2): 1, timedelta(hours=1): 2}


async def test_a_month_is_added_up_when_it_is_settled(database: Database) -> None:
    """Eight days after its end, when nobody can call again within seven days of its calls; and only once."""
    await fill(database, a_town(), Period(date(2026, 10, 25), date(2026, 11, 3)), 40, seed=7)
    assert await months_due(database, datetime(2026, 11, 7, 23, 59, tzinfo=UTC)) == []
    assert await months_due(database, datetime(2026, 11, 8, tzinfo=UTC)) == [OCTOBER]
    told: list[date] = []
    assert [await add_up_months(database, now=NOW, told=told.append) for _ in range(2)] == [1, 0]
    assert told == [OCTOBER]


async def test_a_late_call_counts_in_its_month(
    database: Database, settings: Settings, calls: list[Rows]
) -> None:
    """The month is forgotten with the change, read from its days, and added up again."""
    *first, late = calls
    await written(database, settings, first)
    await write(database, late, spill(settings))
    assert await rows_of_months(database) == 0
    await check(database)
    assert await add_up_months(database, now=NOW) == 1
    await check(database)


async def test_an_older_program_that_knows_no_months(
    database: Database, settings: Settings, calls: list[Rows]
) -> None:
    """It changes the tallies of a day alone: the database forgets the month, and no figure is that of before."""
    await written(database, settings, calls)
    a_day = (tables.stats_cells.c.kind == "day") & (tables.stats_cells.c.day == date(2026, 10, 20))
    for changed in (
        update(tables.stats_cells).values(packed=tables.stats_cells.c.packed).where(a_day),
        delete(tables.stats_cells).where(a_day),
    ):
        async with database.begin() as connection:
            assert (await connection.execute(changed)).rowcount == 1
        assert await rows_of_months(database) == 0
        assert await add_up_months(database, now=NOW) == 1


async def test_a_day_counted_anew_and_a_caller_erased(
    database: Database, settings: Settings, calls: list[Rows]
) -> None:
    """Both change the days of a month that was added up."""
    await written(database, settings, calls)
    await recount(database, calls[0].call.day)
    await check(database)
    assert await add_up_months(database, now=NOW) == 1
    assert await erase_caller(database, f"{3:064}", actor="test") > 3
    await check(database)
    assert await add_up_months(database, now=NOW) == 1
    await check(database)


async def test_a_purge_within_a_month_leaves_its_sums(
    database: Database, settings: Settings, calls: list[Rows]
) -> None:
    """Calls of before the middle of October go; the figures stay, from the month as from its days."""
    await written(database, settings, calls)
    before = whole((await read_figures(database, PERIOD, now=NOW)).total)
    kept = settings.call_days
    purged = await purge_kind(
        database, settings, "calls", now=datetime(2026, 10, 16, tzinfo=UTC) + timedelta(days=kept)
    )
    assert 10 < purged < len(calls)
    assert await rows_of_months(database)
    assert whole((await read_figures(database, PERIOD, now=NOW)).total) == before
    await recount(database, date(2026, 10, 5))
    await recount(database, date(2026, 10, 20))
    assert whole((await read_figures(database, PERIOD, now=NOW)).total) == before
    await add_up_months(database, now=NOW)
    assert whole((await read_figures(database, PERIOD, now=NOW)).total) == before


async def test_a_call_that_is_written_while_its_month_is_added_up(
    database: Database, settings: Settings, calls: list[Rows], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was added up without it is thrown away; the next time it is there."""
    *first, late = calls
    for rows in first:
        await write(database, rows, spill(settings))
    read, left = month_store._days, [late]

    async def days(*given: object) -> list[DayTally]:
        found = await read(*given)  # type: ignore[arg-type]
        if left:
            await write(database, left.pop(), spill(settings))
        return found

    monkeypatch.setattr(month_store, "_days", days)
    assert await add_up_months(database, now=NOW) == 0
    assert await rows_of_months(database) == 0
    await check(database)
    assert await add_up_months(database, now=NOW) == 1
    await check(database)


async def test_a_call_that_is_written_between_the_pieces_of_its_month(
    database: Database, settings: Settings, calls: list[Rows], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was put down already is gone with the month; nobody has read it."""
    *first, late = calls
    for rows in first:
        await write(database, rows, spill(settings))
    put, left, pieces = month_store._put, [late], 0

    async def one(*given: object) -> bool:
        nonlocal pieces
        pieces += 1
        done = await put(*given)  # type: ignore[arg-type]
        if pieces == 2:
            await check(database)
            await write(database, left.pop(), spill(settings))
        return done

    monkeypatch.setattr(month_store, "MANY", 100)
    monkeypatch.setattr(month_store, "_put", one)
    assert await add_up_months(database, now=NOW) == 0
    assert (pieces, await rows_of_months(database)) == (3, 0)
    await check(database)
    assert await add_up_months(database, now=NOW) == 1
    await check(database)


async def test_machines_that_add_up_and_write_at_once(
    database: Database, settings: Settings, calls: list[Rows]
) -> None:
    """Two add up while calls of the month end: whatever comes of it, the figures are those of the rows."""
    await written(database, settings, calls[:40])
    writing = (write(database, rows, spill(settings)) for rows in calls[40:])
    adding = (add_up_months(database, now=NOW) for _ in range(2))
    await asyncio.gather(*writing, *adding)
    await check(database)
    await add_up_months(database, now=NOW)
    await check(database)
    total = (await read_figures(database, PERIOD, EVERYTHING, now=NOW, parts=frozenset())).total
    assert total.calls == len(calls)
