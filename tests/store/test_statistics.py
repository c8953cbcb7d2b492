"""Tallies that are kept up to date, figures read from them, and the SQL views: all tell what the raw rows tell."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, delete, func, insert, make_url, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from callbot import tables
from callbot.caller_data import erase_caller
from callbot.commands.stats import left
from callbot.config import Settings
from callbot.database import Database
from callbot.demo.filling import fill
from callbot.errors import CallbotError
from callbot.events import Outcome
from callbot.kept import KINDS
from callbot.reports.sections import SHOWN
from callbot.stats.call_rows import Rows
from callbot.stats.counting import VERSION
from callbot.stats.days import PARIS, hours_of
from callbot.stats.facts import CallFact, Ending
from callbot.stats.figures import Figure, figures
from callbot.stats.period import Period
from callbot.stats.reading import choices, read_figures
from callbot.stats.recount import Recounted, count_due, look_for_due, recount, tell_level
from callbot.stats.slices import Part, Slice
from callbot.stats.storage import mark_lost, spill, write
from tests.support.statistics import (
    FILTERS,
    PERIOD,
    a_town,
    cells,
    compare,
    compare_shown,
    facts_of_raw_rows,
    some_calls,
    tally_of,
)

BEFORE = "0008"
"""The migration before the statistics."""
CALLS = 900


async def filled(database: Database) -> list[CallFact]:
    """The database with demonstration calls, and what they count as by their raw rows."""
    await fill(database, a_town(), PERIOD, CALLS, seed=7)
    return await facts_of_raw_rows(database)


async def test_what_is_shown_of_parts_is_what_all_of_them_tells(database: Database) -> None:
    """Read alone, which is quicker, the figures of pages and reports are the same, under each kind of filter, of a day and of weeks."""
    await filled(database)
    for period in (PERIOD, Period.day(date(2026, 10, 25))):
        for filters, _ in FILTERS:
            made, shown = (
                await read_figures(database, period, filters),
                await read_figures(database, period, filters, whats=SHOWN),
            )
            compare_shown(shown, made)
            with pytest.raises(KeyError, match="was not read"):
                shown.days[0].figure("turns") if shown.days else shown.heat[0, 9].figure("turns")


async def test_every_slice_is_what_the_raw_rows_tell(database: Database) -> None:
    """Whole, days, hours, weekdays, heat map, lines, services, languages; under each kind of filter."""
    facts = await filled(database)
    assert len(facts) == CALLS
    for filters, taken in FILTERS:
        made = await read_figures(database, PERIOD, filters)
        compare(made, [one for one in facts if taken(one)])


async def test_a_day_has_its_hours_as_they_begin(database: Database) -> None:
    """25 of them when the clocks go back, the hour that comes twice told apart."""
    facts = await filled(database)
    day = date(2026, 10, 25)
    made = await read_figures(database, Period.day(day), parts=frozenset({Part.HOURS}))
    assert [one.key for one in made.begins] == list(hours_of(day))
    counted = [
        sum((fact.day, fact.hour, fact.fold) == (day, begin.hour, begin.fold) for fact in facts)
        for begin in hours_of(day)
    ]
    assert [one.calls for one in made.begins] == counted
    assert (made.days, made.lines, made.heat) == ((), (), {})


async def test_the_views_give_the_same_figures(database: Database) -> None:
    """Each figure of each day by SQL, its numerator and denominator too; motives, questions; with the level that is set."""
    await filled(database)
    await tell_level(database, 45)
    made = await read_figures(database, PERIOD, level_s=45, parts=frozenset({Part.DAYS}))
    days = await _rows(database, "SELECT * FROM stats_days")
    times = await _rows(database, "SELECT * FROM stats_day_times")
    assert len(days) == sum(day.calls > 0 for day in made.days)
    for day in made.days:
        if day.calls:
            row = next(one for one in days if str(one["day"]) == str(day.key))
            row |= next(one for one in times if str(one["day"]) == str(day.key))
            told = {figure.key: _of_view(row, figure) for figure in day.figures}
            assert told == {
                figure.key: (figure.numerator, figure.denominator, figure.value) for figure in day.figures
            }
    await _compare_lists(database, made.total)


async def _compare_lists(database: Database, total: Slice) -> None:
    """Motives, aspects and questions of the whole period."""
    subjects = await _rows(
        database, "SELECT motive, aspect, sum(calls) AS calls FROM stats_motives GROUP BY motive, aspect"
    )
    assert {(one["motive"], one["aspect"]): one["calls"] for one in subjects} == {
        (one.motive, one.aspect): one.calls for one in (*total.motives, *total.aspects)
    }
    questions = await _rows(
        database, "SELECT motive, sum(questions) AS questions FROM stats_questions GROUP BY motive"
    )
    assert {one["motive"]: one["questions"] for one in questions} == dict(total.unanswered)
    hours = await _rows(database, "SELECT sum(offered) AS offered, sum(turns) AS turns FROM stats_hours")
    assert (hours[0]["offered"], hours[0]["turns"]) == (CALLS, total.figure("turns").value)
    callers = await _rows(
        database,
        "SELECT sum(repeat_caller_rate_numerator) AS n, sum(repeat_caller_rate_denominator) AS d,"
        " max(repeat_caller_rate) AS rate FROM stats_hours",
    )
    rate = total.figure("repeat_caller_rate")
    assert callers == [{"n": rate.numerator, "d": rate.denominator, "rate": None}]


async def test_what_is_known_of_no_call_is_empty_by_sql_too(
    database: Database, settings: Settings, week: list[Rows]
) -> None:
    """Calls of before it was noted whether the offices were closed: neither zero nor a share, on pages and in the views."""
    for rows in week:
        unknown = [
            replace(one, fields={key: value for key, value in one.fields.items() if key != "closed"})
            for one in rows.events
        ]
        await write(database, replace(rows, events=tuple(unknown)), spill(settings))
    keys = ("closed_known", "closed_offered", "closed_answered", "closed_answered_rate")
    made = await read_figures(database, PERIOD)
    assert [made.figure(key).value for key in keys] == [0, None, None, None]
    rows_of_days = await _rows(database, f"SELECT {', '.join(keys)} FROM stats_days")  # noqa: S608
    assert [tuple(row.values()) for row in rows_of_days] == [(0, None, None, None)] * len(rows_of_days)


def _of_view(row: dict[str, Any], figure: Figure) -> tuple[int | None, int | None, float | None]:
    """A figure's numbers from the views' columns."""
    value = row[figure.key]
    if figure.denominator is None:
        return value, None, value
    numerator = row.get(f"{figure.key}_numerator")
    return numerator, row[f"{figure.key}_denominator"], None if value is None else float(value)


async def _rows(database: Database, query: str) -> list[dict[str, Any]]:
    async with database.read() as connection:
        return [dict(row._mapping) for row in await connection.execute(text(query))]


async def test_a_call_tells_nothing_of_the_caller_by_sql(database: Database) -> None:
    """No number, no hash, no words in any view."""
    await filled(database)
    for name in ("calls", "days", "hours", "times", "day_times", "motives", "questions"):
        rows = await _rows(database, f"SELECT * FROM stats_{name} LIMIT 1")  # noqa: S608
        assert not {"caller_hash", "transcript", "fields"} & set(rows[0])


# -- kept up to date ---------------------------------------------------------------------------------------------------


@pytest.fixture
def week() -> list[Rows]:
    """Calls of a week, many of them by callers who call again."""
    made = some_calls(Period(date(2026, 10, 19), date(2026, 10, 30)), 60)
    callers = [f"{n % 7:064}" if n % 9 else None for n in range(60)]
    return [
        replace(rows, call=replace(rows.call, caller_hash=caller))
        for rows, caller in zip(made, callers, strict=True)
    ]


def begun(rows: Rows) -> Rows:
    """The same call when it began."""
    call = replace(rows.call, outcome=None, duration_ms=None, turns=0, service=None, handover_reason=None)
    return Rows(call, (), rows.events[:1])


async def test_whatever_the_order_the_sums_are_the_same(
    database: Database, settings: Settings, week: list[Rows]
) -> None:
    """Begun, ended, written again, late ones after others: the same as if all were counted at once from their rows."""
    written = [begun(rows) for rows in week[::3]] + week + week[::4]
    Random(3).shuffle(written)
    for rows in [*written, *week]:
        await write(database, rows, spill(settings))
    kept = await cells(database)
    facts = await facts_of_raw_rows(database)
    made = await read_figures(database, PERIOD)
    assert made.figures == figures(tally_of(facts))
    assert made.figure("repeat_rate").numerator
    for day in PERIOD:
        await recount(database, day)
    assert await cells(database) == kept


async def test_calls_that_end_at_once_are_all_counted(
    database: Database, settings: Settings, week: list[Rows]
) -> None:
    """Many transactions about the same day at the same time lose nothing."""
    monday = datetime(2026, 10, 19, 9, tzinfo=UTC)
    same_day = [
        replace(rows, call=replace(rows.call, started_at=monday, day=monday.date())) for rows in week[:6]
    ]
    await asyncio.gather(*(write(database, rows, spill(settings)) for rows in same_day))
    made = await read_figures(database, PERIOD)
    assert made.figure("offered").value == 6
    assert made.figures == figures(tally_of(await facts_of_raw_rows(database)))


async def test_a_call_in_progress_is_offered(
    database: Database, settings: Settings, week: list[Rows]
) -> None:
    """From its beginning on; once it is over it is counted as what it has become, and only once."""
    await write(database, begun(week[0]), spill(settings))
    made = await read_figures(database, PERIOD)
    assert [made.figure(key).value for key in ("offered", "in_progress")] == [1, 1]
    await write(database, week[0], spill(settings))
    made = await read_figures(database, PERIOD)
    assert [made.figure(key).value for key in ("offered", "in_progress")] == [1, 0]


async def test_a_call_that_is_lost_has_failed(
    database: Database, settings: Settings, week: list[Rows]
) -> None:
    """Nobody ended it."""
    await write(database, begun(week[0]), spill(settings))
    assert await mark_lost(database, settings, week[0].call.started_at + timedelta(days=1), "host:1") == 1
    total = (await read_figures(database, PERIOD)).total
    assert dict(total.flow)[Ending.FAILED] == total.calls == 1


async def test_what_is_erased_was_never_counted(
    database: Database, settings: Settings, week: list[Rows]
) -> None:
    """A caller's calls are taken back from every sum; no empty cell is left."""
    hers = f"{3:064}"
    for rows in week:
        await write(database, rows, spill(settings))
    assert await erase_caller(database, hers, actor="test") > 3
    left = await cells(database)
    assert all(left.values())
    for day in PERIOD:
        await recount(database, day)
    assert await cells(database) == left


async def test_what_was_known_of_callers_outlives_their_hash(
    database: Database, settings: Settings, week: list[Rows]
) -> None:
    """When hashes have been purged, counting anew keeps who called again."""
    for rows in week:
        await write(database, rows, spill(settings))
    kept = await cells(database)
    async with database.begin() as connection:
        await connection.execute(update(tables.calls).values(caller_hash=None))
    for day in PERIOD:
        await recount(database, day)
    assert await cells(database) == kept


async def test_days_are_counted_anew_when_formulas_change(
    database: Database, settings: Settings, week: list[Rows]
) -> None:
    """As after an update: all days are due, the newest first; figures say so until they are counted."""
    for rows in week:
        await write(database, rows, spill(settings))
    kept = await cells(database)
    async with database.begin() as connection:
        await connection.execute(delete(tables.stats_cells))
        await connection.execute(delete(tables.call_facts))
        await connection.execute(update(tables.stats_version).values(version=VERSION - 1))
    days = sorted({rows.call.day for rows in week}, reverse=True)
    assert await look_for_due(database) == days
    assert (await read_figures(database, PERIOD)).due_days == len(days)
    told: list[date] = []
    assert await count_due(database, only=Period.day(days[0]), told=lambda day, _: told.append(day)) == 1
    assert await count_due(database, told=lambda day, _: told.append(day)) == len(days) - 1
    assert (told, await cells(database)) == (days, kept)
    assert await count_due(database) == 0


async def test_a_day_with_a_lost_call_and_a_running_one_is_counted_anew(
    database: Database, settings: Settings, week: list[Rows]
) -> None:
    """Neither has events, and nothing of it was purged; with a call in progress the day is due until it is over."""
    day = week[0].call.day
    ended, lost, running = [rows for rows in week if rows.call.day == day][:3]
    await write(database, ended, spill(settings))
    await write(database, begun(lost), spill(settings))
    assert await mark_lost(database, settings, lost.call.started_at + timedelta(days=1), "host:1") == 1
    await write(database, begun(running), spill(settings))
    kept = await cells(database)
    async with database.begin() as connection:
        await connection.execute(update(tables.call_facts).values(turns=99))
        await connection.execute(update(tables.stats_version).values(version=VERSION - 1))
    became: list[tuple[date, Recounted]] = []
    assert await count_due(database, told=lambda *one: became.append(one)) == 1
    assert await cells(database) == kept
    await write(database, running, spill(settings))
    assert await count_due(database, told=lambda *one: became.append(one)) == 1
    assert became == [(day, Recounted.GOING_ON), (day, Recounted.COUNTED)]
    async with database.read() as connection:
        turns = await connection.scalars(
            select(tables.call_facts.c.turns).order_by(tables.call_facts.c.turns)
        )
        assert 99 not in list(turns)
    assert await count_due(database) == 0


async def test_a_program_that_is_older_leaves_the_days_to_the_newer_one(
    database: Database, settings: Settings, week: list[Rows]
) -> None:
    """While machines are updated one by one: it neither makes all days due again, nor takes those that are, nor writes one."""
    await write(database, week[0], spill(settings))
    day, kept = week[0].call.day, await cells(database)
    async with database.begin() as connection:
        await connection.execute(insert(tables.stats_due).values(day=day))
        await connection.execute(update(tables.stats_version).values(version=VERSION + 1))
    assert await look_for_due(database) == []
    assert await count_due(database) == 0
    assert await recount(database, day) is Recounted.NEWER
    async with database.read() as connection:
        due = list(await connection.scalars(select(tables.stats_due.c.day)))
        version = await connection.scalar(select(tables.stats_version.c.version))
    assert (due, version, await cells(database)) == ([day], VERSION + 1, kept)


def test_the_command_tells_which_days_were_left() -> None:
    """One line for each reason; nothing of days that were counted."""
    first, second = date(2026, 3, 1), date(2026, 3, 2)
    became = {Recounted.COUNTED: [second], Recounted.PURGED: [second, first]}
    assert list(left(became)) == [
        "left as counted before, since calls or events were purged: 2026-03-01, 2026-03-02"
    ]


async def as_it_was(settings: Settings, revision: str) -> AsyncEngine:
    """A database of an older version, opened."""
    url = make_url(settings.database)
    settings.data_dir.mkdir(exist_ok=True)
    engine = create_async_engine(url)

    def upgrade(connection: Connection) -> None:
        alembic = Config()
        alembic.set_main_option("script_location", "callbot:migrations")
        alembic.attributes["connection"] = connection
        command.upgrade(alembic, revision)

    async with engine.begin() as connection:
        await connection.run_sync(upgrade)
    return engine


async def test_calls_of_before_the_statistics_are_due(unmigrated: Settings) -> None:
    """Calls that older versions have written are counted after the migration."""
    engine = await as_it_was(unmigrated, BEFORE)
    call = some_calls(Period.day(date(2026, 10, 19)), 1)[0].call
    async with engine.begin() as connection:
        values = {name: getattr(call, name) for name in call.__dataclass_fields__}
        await connection.execute(insert(tables.calls).values(values | {"outcome": Outcome.ANSWERED.value}))
    await engine.dispose()
    database = await Database.open(unmigrated)
    assert await count_due(database) == 1
    assert (await read_figures(database, PERIOD)).figure("answered").value == 1
    await database.close()


async def test_days_whose_rows_are_purged_stay_as_they_were_counted(
    database: Database, settings: Settings, week: list[Rows]
) -> None:
    """Events of one day are gone, and calls of another: counting all again changes nothing, nor what is known of callers."""
    for rows in week:
        await write(database, rows, spill(settings))
    kept = await cells(database)
    first, second = sorted({rows.call.day for rows in week})[:2]
    hashes = sorted(rows.call.started_at for rows in week)[len(week) // 2]
    async with database.begin() as connection:
        gone = select(tables.calls.c.id).where(tables.calls.c.day == first)
        await connection.execute(delete(tables.events).where(tables.events.c.call_id.in_(gone)))
        await connection.execute(delete(tables.calls).where(tables.calls.c.day == second))
        old = tables.calls.c.started_at < hashes
        await connection.execute(update(tables.calls).where(old).values(caller_hash=None))
    assert {await recount(database, day) for day in PERIOD} == {Recounted.PURGED, Recounted.COUNTED}
    assert await cells(database) == kept


async def test_calls_and_events_are_purged_by_whole_days(
    database: Database, settings: Settings, week: list[Rows]
) -> None:
    """At noon nothing of the day is due yet; with its midnight in Paris all of it is."""
    day = week[0].call.day
    for rows in week:
        await write(database, rows, spill(settings))
    noon = datetime.combine(day, time(12), tzinfo=PARIS)
    midnight = datetime.combine(day + timedelta(days=1), time.min, tzinfo=PARIS)
    for kind in [kind for kind in KINDS if kind.id in ("calls", "events")]:
        of_day = sum(len(rows.events) if kind.id == "events" else 1 for rows in week if rows.call.day == day)
        async with database.read() as connection:
            due = [
                await connection.scalar(select(func.count()).select_from(kind.table).where(kind.due(before)))
                for before in (noon, midnight)
            ]
        assert due == [0, of_day]


# -- who called again ------------------------------------------------------------------------------------------------------


async def test_who_called_again_is_told_of_settled_days_alone(database: Database, settings: Settings) -> None:
    """Monday's answered caller has called again on Wednesday; Tuesday's may still: until 7 days are over there is no rate."""
    monday = datetime(2026, 10, 19, 9, tzinfo=UTC)
    template = next(
        rows for rows in some_calls(Period.day(monday.date()), 60) if rows.call.outcome is Outcome.ANSWERED
    )
    for call_id, caller, day in (("a", "x", 0), ("b", "y", 1), ("c", "x", 2)):
        begun_at = monday + timedelta(days=day)
        call = replace(
            template.call, id=call_id, caller_hash=caller * 64, started_at=begun_at, day=begun_at.date()
        )
        turns = tuple(replace(turn, call_id=call_id) for turn in template.turns)
        events = tuple(replace(event, call_id=call_id) for event in template.events)
        await write(database, Rows(call, turns, events), spill(settings))

    async def told(now: datetime) -> tuple[int | None, int | None, float | None]:
        made = await read_figures(database, PERIOD, now=now, parts=frozenset())
        figure = made.figure("answered_repeat_rate")
        return figure.numerator, figure.denominator, figure.value

    assert await told(datetime(2026, 10, 26, 23, 59, tzinfo=UTC)) == (0, 0, None)
    assert await told(datetime(2026, 10, 27, tzinfo=UTC)) == (1, 1, 1.0)  # Monday's 168 hours are over
    assert await told(datetime(2026, 10, 28, tzinfo=UTC)) == (1, 2, 0.5)
    assert await told(datetime(2026, 10, 29, tzinfo=UTC)) == (1, 3, 1 / 3)


async def test_the_views_too_wait_for_seven_days(database: Database, settings: Settings) -> None:
    """Answered calls of eight days ago are in the rate, later ones are not: by SQL and by the pages' way alike."""
    now = datetime.now(UTC)
    template = next(
        rows for rows in some_calls(Period.day(now.date()), 60) if rows.call.outcome is Outcome.ANSWERED
    )
    for number, ago in enumerate((9, 8, 7, 0)):
        at = now.replace(hour=10) - timedelta(days=ago)
        call = replace(
            template.call, id=str(number), caller_hash=f"{number:064}", started_at=at, day=at.date()
        )
        await write(database, Rows(call, (), ()), spill(settings))
    rows = await _rows(
        database, "SELECT day, answered_repeat_rate_denominator AS settled FROM stats_days ORDER BY day"
    )
    period = Period(now.date() - timedelta(days=9), now.date())
    made = await read_figures(database, period, parts=frozenset({Part.DAYS}))
    by_day = [day.figure("answered_repeat_rate").denominator for day in made.days if day.calls]
    assert [row["settled"] for row in rows] == by_day == [1, 1, 0, 0]


# -- choices, demonstration ---------------------------------------------------------------------------------------------


async def test_what_there_is_to_filter_by(database: Database) -> None:
    """Lines, services and languages with calls; first and last day."""
    facts = await filled(database)
    found = await choices(database)
    assert set(found.lines) == {one.line for one in facts}
    assert set(found.services) == {one.service for one in facts}
    assert set(found.languages) == {one.language for one in facts}
    assert (found.first_day, found.last_day) == (PERIOD.first, PERIOD.last)


async def test_a_demonstration_that_was_broken_off_is_completed(database: Database, tmp_path: Path) -> None:
    """By the same options: it is then as if it had been made at once; a third time there is nothing to do."""
    there = 0

    def broken_off(calls: int) -> None:
        nonlocal there
        there += calls
        if there > CALLS / 3:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        await fill(database, a_town(), PERIOD, CALLS, seed=7, advance=broken_off)
    assert [await fill(database, a_town(), PERIOD, CALLS, seed=7) for _ in range(2)] == [CALLS - there, 0]
    at_once = await Database.open(Settings.model_validate({"data_dir": tmp_path / "at_once"}))
    try:
        await fill(at_once, a_town(), PERIOD, CALLS, seed=7)
        assert await _filled_rows(database) == await _filled_rows(at_once)
    finally:
        await at_once.close()


async def _filled_rows(database: Database) -> list[list[tuple[object, ...]]]:
    """Of the tables that a demonstration fills; the numbers of call-backs are the database's own."""
    found = []
    async with database.read() as connection:
        for columns in (
            (tables.calls.c.id, tables.calls.c.started_at, tables.calls.c.caller_hash),
            (tables.turns.c.call_id, tables.turns.c.number),
            tuple(tables.stats_cells.c),
            (tables.callbacks.c.call_id, tables.callbacks.c.state),
        ):
            rows = await connection.execute(select(*columns).order_by(*columns))
            found.append([tuple(row) for row in rows])
    return found


async def test_demonstration_calls_never_join_others(
    database: Database, settings: Settings, week: list[Rows]
) -> None:
    """A database with a call is refused, and stays as it is: a real one, or one that was made with other options."""
    await write(database, week[0], spill(settings))
    with pytest.raises(CallbotError, match="the database has other demonstration calls"):
        await fill(database, a_town(), PERIOD, 10, seed=1)
    await write(database, Rows(replace(week[0].call, id="a real one")), spill(settings))
    with pytest.raises(CallbotError, match="the database has calls"):
        await fill(database, a_town(), PERIOD, 10, seed=1)
    async with database.read() as connection:
        assert len((await connection.execute(select(tables.calls.c.id))).all()) == 2
