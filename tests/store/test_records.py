"""The recorder: what reaches the tables, and that nothing is lost when the database or the process goes."""

import asyncio
import logging
import os
import socket
import stat
import sys
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

import callbot.stats.records
from callbot import tables
from callbot.config import Settings
from callbot.database import Database
from callbot.events import CallEnded, Event, Outcome
from callbot.privacy import pseudonym, pseudonym_key
from callbot.stats import records, storage
from callbot.stats.call_record import CallRecord
from callbot.stats.call_rows import Rows
from callbot.stats.records import Recorder
from callbot.stats.spill import Spill
from callbot.stats.storage import bring_in, mark_lost, spill, write
from tests.support.calls import CALLER, WORDS, answered_call, difficult_call, started
from tests.support.outage import impatient, outage
from tests.support.waiting import until

AT = datetime(2026, 1, 9, 23, 30, tzinfo=UTC)
ME = f"{socket.gethostname()}:{os.getpid()}"


def a_recorder(database: Database, settings: Settings) -> Recorder:
    """A recorder at a known time that tries again soon."""
    return Recorder(database, settings, engine="whisper", now=lambda: AT, retry_s=(0.01,))


def tell(recorder: Recorder, call_id: str, events: tuple[Event, ...]) -> None:
    """The events of a call, as the service tells them."""
    for event in events:
        recorder.record(call_id, event)


def expected(settings: Settings, call_id: str, events: tuple[Event, ...]) -> Rows:
    """What the pure reduction makes of the events."""
    hashed = pseudonym(pseudonym_key(settings), CALLER)
    record = CallRecord(call_id, AT, hashed, engine="whisper", recorder=ME)
    for event in events:
        record.apply(event)
    return record.rows()


async def stored(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Everything in the tables of calls."""
    async with database.read() as connection:
        return {
            table.name: [
                row._asdict() for row in await connection.execute(select(table).order_by(*table.primary_key))
            ]
            for table in (tables.calls, tables.turns, tables.events, tables.satisfaction)
        }


def as_stored(*calls: Rows) -> dict[str, list[dict[str, Any]]]:
    """The same of rows."""
    ordered = sorted(calls, key=lambda rows: rows.call.id)
    return {
        "calls": [asdict(rows.call) for rows in ordered],
        "turns": [asdict(turn) for rows in ordered for turn in rows.turns],
        "events": [asdict(event) for rows in ordered for event in rows.events],
        "satisfaction": [asdict(rows.satisfaction) for rows in ordered if rows.satisfaction],
    }


async def outcomes(database: Database) -> dict[str, str | None]:
    """Outcome by call."""
    return {row["id"]: row["outcome"] for row in (await stored(database))["calls"]}


async def test_whole_calls_are_stored_as_they_were(database: Database, settings: Settings) -> None:
    """Two calls told at once, event by event: the tables hold exactly what the reduction says."""
    recorder = a_recorder(database, settings)
    first, second = answered_call(), difficult_call()
    recorder.start("c1", started())
    tell(recorder, "c2", second[:5])
    tell(recorder, "c1", first)
    tell(recorder, "c2", second[5:])
    await recorder.close()
    assert await stored(database) == as_stored(
        expected(settings, "c1", first), expected(settings, "c2", second)
    )


async def test_a_call_is_there_from_its_start(database: Database, settings: Settings) -> None:
    """The call stands in the table, without outcome, before it has ended."""
    recorder = a_recorder(database, settings)
    recorder.start("c1", started())
    await until(lambda: outcomes(database))
    assert (await stored(database))["calls"] == [asdict(expected(settings, "c1", (started(),)).call)]
    await recorder.close()


async def test_closing_ends_calls_that_nobody_ended(database: Database, settings: Settings) -> None:
    """A call still open when the service stops failed; closing twice is fine."""
    recorder = a_recorder(database, settings)
    tell(recorder, "c1", answered_call()[:9])
    await recorder.close()
    await recorder.close()
    rows = await stored(database)
    assert [(row["outcome"], row["duration_ms"], row["turns"]) for row in rows["calls"]] == [
        ("failed", 6020, 1)
    ]
    assert [row["transcript"] for row in rows["turns"]] == [WORDS]


async def test_a_process_that_dies_leaves_its_call(database: Database, settings: Settings) -> None:
    """A real process is killed in the middle of a call; at the next start that call has failed."""
    program = (
        "import asyncio, os, sys; from pathlib import Path; from callbot.config import load\n"
        "from callbot.database import Database; from callbot.stats.records import Recorder\n"
        "from tests.support.calls import started\n"
        "async def main():\n"
        "    settings = load({}, data_dir=Path(sys.argv[1]), database_url=sys.argv[2])\n"
        "    recorder = Recorder(await Database.open(settings), settings)\n"
        "    recorder.start('c1', started())\n"
        "    print('started', flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        program,
        str(settings.data_dir),
        settings.database_url,
        stdout=asyncio.subprocess.PIPE,
    )
    await until(lambda: outcomes(database))
    beside = a_recorder(database, settings)
    await beside.close()
    assert await outcomes(database) == {"c1": None}
    process.kill()
    await process.wait()
    await a_recorder(database, settings).close()
    assert await outcomes(database) == {"c1": "failed"}


async def test_calls_of_other_machines_are_left_alone_until_long_overdue(
    database: Database, settings: Settings
) -> None:
    """Only calls of dead processes of this host, and calls past every limit, are marked failed."""
    host = socket.gethostname()
    limit = timedelta(milliseconds=settings.max_call_ms) + timedelta(minutes=15)
    base = expected(settings, "", (started(),)).call
    calls = [
        replace(base, id="mine-before-a-restart", recorder=ME),
        replace(base, id="mine-going-on", recorder=ME),
        replace(base, id="elsewhere", recorder="other:1"),
        replace(
            base, id="elsewhere-overdue", recorder="other:1", started_at=AT - limit - timedelta(seconds=1)
        ),
        replace(base, id="of-a-living-process", recorder=f"{host}:{os.getppid()}"),
        replace(base, id="ended", recorder=ME, outcome=Outcome.ANSWERED),
    ]
    async with database.begin() as connection:
        await connection.execute(insert(tables.calls), [asdict(call) for call in calls])
    assert await mark_lost(database, settings, AT, ME, going_on=["mine-going-on"]) == 2
    assert await outcomes(database) == {
        "mine-before-a-restart": "failed",
        "mine-going-on": None,
        "elsewhere": None,
        "elsewhere-overdue": "failed",
        "of-a-living-process": None,
        "ended": "answered",
    }


async def test_a_machine_that_does_not_come_back_leaves_no_call_open(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A container that was made anew has another name: its calls are looked for again and again, not at a start only."""
    monkeypatch.setattr(records, "LOOK_EVERY_S", 0.05)
    now = AT
    recorder = Recorder(database, settings, now=lambda: now, retry_s=(0.01,))
    left = replace(expected(settings, "left", (started(),)).call, recorder="other:1")
    async with database.begin() as connection:
        await connection.execute(insert(tables.calls), [asdict(left)])
    await asyncio.sleep(0.2)
    assert await outcomes(database) == {"left": None}
    now = AT + timedelta(milliseconds=settings.max_call_ms) + timedelta(minutes=16)

    async def is_ended() -> bool:
        return await outcomes(database) == {"left": "failed"}

    await until(is_ended)
    await recorder.close()


async def test_an_outage_loses_nothing(
    settings: Settings, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Calls that begin or end while the database is away wait on disk (0600) and are in the tables once it is back."""
    impatient(monkeypatch)
    database = await Database.open(settings)
    recorder = a_recorder(database, settings)
    first, second, third = answered_call(), difficult_call(), answered_call(words="une autre question")
    tell(recorder, "c1", first[:5])
    await until(lambda: outcomes(database))
    folder = settings.data_dir / "unsaved"
    async with outage(settings, request):
        tell(recorder, "c1", first[5:])
        tell(recorder, "c2", second)
        await until(lambda: sum(len(path.read_bytes().splitlines()) for path in folder.glob("*.jsonl")) >= 3)
        assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    await until(lambda: not list(folder.iterdir()))
    tell(recorder, "c3", third)
    await recorder.close()
    told = {"c1": first, "c2": second, "c3": third}
    assert await stored(database) == as_stored(
        *(expected(settings, key, events) for key, events in told.items())
    )
    await database.close()


async def test_what_an_outage_left_is_brought_in_at_the_next_start(
    settings: Settings,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The service stops while the database is away: its calls are stored by the next one; the log holds nothing of them."""
    impatient(monkeypatch)
    database = await Database.open(settings)
    with caplog.at_level(logging.DEBUG):
        async with outage(settings, request):
            recorder = a_recorder(database, settings)
            tell(recorder, "c1", answered_call())
            await recorder.close()
        await a_recorder(database, settings).close()
    assert await stored(database) == as_stored(expected(settings, "c1", answered_call()))
    assert list((settings.data_dir / "unsaved").iterdir()) == []
    assert [word for word in (WORDS, "refaire", "139445566", CALLER) if word in caplog.text] == []
    await database.close()


async def test_a_queue_that_is_full_goes_to_disk(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More calls at once than the queue takes: the oldest wait on disk, and all are stored in the end."""
    monkeypatch.setattr(callbot.stats.records, "QUEUE_MAX", 3)
    recorder = a_recorder(database, settings)
    names = [f"c{n}" for n in range(5)]
    for name in names:
        tell(recorder, name, answered_call())
    await recorder.close()
    await a_recorder(database, settings).close()
    assert await stored(database) == as_stored(*(expected(settings, name, answered_call()) for name in names))


async def test_calls_without_an_end_are_bounded(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Past the bound the oldest open call is written as failed."""
    monkeypatch.setattr(callbot.stats.records, "OPEN_MAX", 2)
    recorder = a_recorder(database, settings)
    for name in ("c1", "c2", "c3"):
        recorder.start(name, started())
    tell(recorder, "c2", answered_call()[1:])
    tell(recorder, "c3", answered_call()[1:])
    await recorder.close()
    assert await outcomes(database) == {"c1": "failed", "c2": "answered", "c3": "answered"}


async def test_a_fault_of_statistics_never_reaches_the_call(
    database: Database, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """What is no event, a call that never started, an event after the end: logged or ignored, never raised."""
    recorder = a_recorder(database, settings)
    recorder.record("unknown", CallEnded(1, Outcome.ANSWERED, (), 0, ()))
    recorder.start("c1", started())
    recorder.record("c1", object())  # type: ignore[arg-type]
    tell(recorder, "c1", answered_call())
    tell(recorder, "c1", answered_call()[1:])
    await recorder.close()
    assert await stored(database) == as_stored(expected(settings, "c1", answered_call()))
    assert [record.message for record in caplog.records] == ["an event could not be recorded"]


async def test_rows_that_the_database_refuses_do_not_hold_up_the_others(
    database: Database, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """A call that breaks a rule of the tables is put aside for a person (0600); writing goes on; no words in the log."""
    good = expected(settings, "c1", answered_call())
    twice = replace(good.turns[0], call_id="c2")
    bad = Rows(replace(good.call, id="c2"), (twice, twice), ())
    waiting = spill(settings)
    waiting.append(bad)
    waiting.append(good)
    assert await bring_in(database, waiting) == 2
    assert await stored(database) == as_stored(good)
    left = list((settings.data_dir / "unsaved").iterdir())
    assert [(path.name, stat.S_IMODE(path.stat().st_mode)) for path in left] == [("c2.rejected", 0o600)]
    assert WORDS in left[0].read_text()
    assert WORDS not in caplog.text


async def test_writing_twice_is_writing_once(database: Database, settings: Settings) -> None:
    """The end before the start, each of them twice, leaves the call as it ended."""
    begun, ended = expected(settings, "c1", (started(),)), expected(settings, "c1", answered_call())
    for rows in (ended, begun, ended, begun):
        await write(database, rows, spill(settings))
    assert await stored(database) == as_stored(ended)


async def test_a_long_call_is_written_in_pieces(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is stored as it was, and others are heard while it is."""
    rows = expected(settings, "long", answered_call())
    await write(database, rows, spill(settings))
    whole = await stored(database)
    monkeypatch.setattr(storage, "QUICK_ROWS", 2)
    others = asyncio.create_task(asyncio.sleep(0))
    await write(database, rows, spill(settings))
    assert others.done()
    assert await stored(database) == whole


async def test_a_line_cut_short_is_passed_over(
    database: Database, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """A crash in the middle of an append costs that line alone, and the log says which."""
    waiting = spill(settings)
    waiting.append(expected(settings, "c1", answered_call()))
    waiting.close()
    (path,) = (settings.data_dir / "unsaved").iterdir()
    path.write_bytes(path.read_bytes() + path.read_bytes()[:100])
    assert await bring_in(database, waiting) == 1
    assert await outcomes(database) == {"c1": "answered"}
    assert [record.message for record in caplog.records] == [f"an unsaved call cannot be read: {path} line 2"]


async def test_a_file_that_somebody_still_appends_to_is_left_alone(
    database: Database, settings: Settings
) -> None:
    """Only its own process brings in a file in use; once released, anybody may."""
    theirs, ours = Spill(settings.data_dir / "unsaved"), spill(settings)
    theirs.append(expected(settings, "c1", answered_call()))
    assert await bring_in(database, ours) == 0
    theirs.close()
    assert await bring_in(database, ours) == 1


async def test_transcripts_of_zero_days_are_never_written(database: Database, settings: Settings) -> None:
    """transcript_days = 0: the words are in no row."""
    recorder = a_recorder(database, settings.model_copy(update={"transcript_days": 0}))
    tell(recorder, "c1", answered_call())
    await recorder.close()
    assert [row["transcript"] for row in (await stored(database))["turns"]] == [None]
