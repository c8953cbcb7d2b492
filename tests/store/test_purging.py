"""Old data is purged, and days are counted anew, in pieces: whoever writes meanwhile waits for one of them, and nothing is lost."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot import purging, tables
from callbot.config import Settings
from callbot.database import Database
from callbot.demo.filling import fill
from callbot.stats import recount as recounting
from callbot.stats.days import day_of
from callbot.stats.period import Period
from callbot.stats.recount import recount
from callbot.stats.storage import spill, write
from tests.support.purging import purge_kind
from tests.support.statistics import PERIOD, a_town, cells, some_calls

CALLS = 60
LEFT = PERIOD.last - timedelta(days=9)
"""The first day that is kept."""


class Pieces:
    """Counts the transactions that write."""

    def __init__(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        self.number = 0
        begin = database.begin

        @asynccontextmanager
        async def counting() -> AsyncIterator[AsyncConnection]:
            self.number += 1
            async with begin() as connection:
                yield connection

        monkeypatch.setattr(database, "begin", counting)


async def rows_by_day(database: Database, kind: str) -> Counter[object]:
    """How many rows there are of each day of calls: of events, calls, or calls with the hash of a number."""
    calls = tables.calls
    wanted = select(calls.c.day, func.count()).group_by(calls.c.day)
    if kind == "events":
        wanted = wanted.join_from(tables.events, calls)
    if kind == "hashes":
        wanted = wanted.where(calls.c.caller_hash.is_not(None))
    async with database.read() as connection:
        return Counter({row[0]: row[1] for row in await connection.execute(wanted)})


@pytest.mark.parametrize(("kind", "days"), [("hashes", 90), ("events", 1095), ("calls", 1095)])
async def test_a_purge_goes_in_pieces(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch, kind: str, days: int
) -> None:
    """All that is due goes and nothing else, a few calls in each transaction; the journal and what is remembered are one more."""
    monkeypatch.setattr(purging, "ROWS", 4)
    monkeypatch.setattr(purging, "CALLS", 4)
    monkeypatch.setattr(purging, "LOOKED_FOR", 10)
    await fill(database, a_town(), PERIOD, CALLS, seed=7)
    before, of_calls = await rows_by_day(database, kind), await rows_by_day(database, "calls")
    pieces = Pieces(database, monkeypatch)
    now = datetime(LEFT.year, LEFT.month, LEFT.day, tzinfo=UTC) + timedelta(days=days)
    purged = await purge_kind(database, settings, kind, now=now)
    old = {day: number for day, number in before.items() if day < day_of(now - timedelta(days=days))}
    assert old
    assert purged == sum(old.values())
    assert await rows_by_day(database, kind) == before - Counter(old)
    calls_due = sum(number for day, number in of_calls.items() if day in old)
    assert pieces.number > calls_due / 4
    number = pieces.number
    assert await purge_kind(database, settings, kind, now=now) == 0
    assert pieces.number == number + 1


async def test_a_day_is_counted_anew_while_its_calls_are_written(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call that ends while the day is counted is counted once, however often that happens; and the day only once more than that."""
    week = Period(PERIOD.first, PERIOD.first + timedelta(days=6))
    *first, late, later = some_calls(week, 40)
    day, counted = late.call.day, recounting._facts
    arriving = [late, later]
    for rows in first:
        await write(database, rows, spill(settings))
    times = 0

    async def facts(*given: object) -> object:
        nonlocal times
        times += 1
        made = await counted(*given)  # type: ignore[arg-type]
        if arriving:
            await write(database, arriving.pop(0), spill(settings))
        return made

    monkeypatch.setattr(recounting, "_facts", facts)
    await recount(database, day)
    assert times == 3
    kept = await cells(database)
    monkeypatch.setattr(recounting, "_facts", counted)
    await recount(database, day)
    assert await cells(database) == kept
    offered = sum(1 for rows in (*first, late, later) if rows.call.day == day)
    async with database.read() as connection:
        facts_of_day = (
            select(func.count()).select_from(tables.call_facts).where(tables.call_facts.c.day == day)
        )
        assert await connection.scalar(facts_of_day) == offered
