"""Call-back requests in the database: for staff to dial, for a while."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from callbot import tables
from callbot.callbacks import CallbackState, list_callbacks, mark_callback, purge_callbacks
from callbot.commands.callbacks import callbacks
from callbot.config import Settings, load
from callbot.database import Database
from callbot.events import CallbackRequested, CallEnded, FinalTranscript, Outcome, PlaybackStarted, to_json
from callbot.privacy import erase_caller, export_caller, pseudonym, pseudonym_key
from callbot.stats.call_record import CallRecord
from callbot.stats.records import Recorder
from callbot.stats.storage import spill, write
from tests.support.calls import CALLER, started

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
NUMBER = "+33612345678"
NAME, PLACE = "Madame Lefèvre", "12 bis rue des Lilas"
REQUEST = CallbackRequested(
    9000, NUMBER, "mercredi vingt-cinq novembre, le matin", "signalement_voirie", NAME, PLACE
)


async def add(database: Database, settings: Settings, call_id: str, *, days_ago: float = 0) -> CallRecord:
    """A call with a request, so many days ago."""
    hashed = pseudonym(pseudonym_key(settings), CALLER)
    at = NOW - timedelta(days=days_ago)
    record = CallRecord(call_id, at, hashed, engine="whisper", recorder="host:1")
    for event in (started(), REQUEST, CallEnded(11_000, Outcome.CLOSED, (), 1, ())):
        record.apply(event)
    await write(database, record.rows(), spill(settings))
    return record


async def test_a_request_is_there_before_the_call_is_over(database: Database, settings: Settings) -> None:
    """It was promised; the end of the call writes it no second time."""
    recorder = Recorder(database, settings, now=lambda: NOW)
    recorder.start("c", started())
    recorder.record("c", REQUEST)
    recorder.record("c", REQUEST)
    await recorder.close()
    found = await list_callbacks(database)
    assert [(one.number, one.wish, one.motive, one.state) for one in found] == [
        (NUMBER, REQUEST.wish, "signalement_voirie", CallbackState.TO_CALL)
    ] * 2
    assert [(one.name, one.place) for one in found] == [(NAME, PLACE)] * 2
    assert found[0].asked_at == NOW + timedelta(seconds=9)


async def test_what_staff_note_is_not_overwritten(database: Database, settings: Settings) -> None:
    """Tried, then done; a call that is written again changes nothing, and the trail has no number."""
    record = await add(database, settings, "c")
    [request] = await list_callbacks(database)
    assert await mark_callback(database, request.id, CallbackState.TRIED, actor="léa", now=NOW)
    await write(database, record.rows(), spill(settings))
    assert [one.state for one in await list_callbacks(database)] == [CallbackState.TRIED]
    assert await mark_callback(database, request.id, CallbackState.DONE, actor="léa", now=NOW)
    assert await list_callbacks(database) == []
    assert len(await list_callbacks(database, with_done=True)) == 1
    assert not await mark_callback(database, 999, CallbackState.DONE, actor="léa")
    async with database.read() as connection:
        trail = [row.detail for row in await connection.execute(select(tables.audit))]
    assert trail == [f"request {request.id}"] * 2


async def test_requests_are_forgotten_after_their_days(database: Database, settings: Settings) -> None:
    """30 by default, done or not."""
    await add(database, settings, "old", days_ago=31)
    await add(database, settings, "young", days_ago=29)
    assert await purge_callbacks(database, settings, now=NOW, dry_run=True) == 1
    assert await purge_callbacks(database, settings, now=NOW) == 1
    assert len(await list_callbacks(database)) == 1


async def test_a_number_can_be_had_and_erased(database: Database, settings: Settings) -> None:
    """By the telephone that called, and by the number that it left; name and place go with it."""
    await add(database, settings, "c")
    other = pseudonym(pseudonym_key(settings), NUMBER)
    assert other is not None
    exported = json.loads(json.dumps(await export_caller(database, other, "06 12 34 56 78")))
    told = [(one["number"], one["name"], one["place"]) for one in exported["callbacks"]]
    assert told == [(NUMBER, NAME, PLACE)]
    assert exported["calls"] == []
    await erase_caller(database, other, "06 12 34 56 78", actor="test")
    assert await list_callbacks(database) == []
    await add(database, settings, "d")
    mine = pseudonym(pseudonym_key(settings), CALLER)
    assert mine is not None
    assert len((await export_caller(database, mine))["callbacks"]) == 1
    await erase_caller(database, mine, actor="test")
    assert await list_callbacks(database) == []


async def test_no_other_row_holds_the_number(database: Database, settings: Settings) -> None:
    """Events and transcripts keep the last two figures, and nothing of name and place."""
    record = CallRecord("c", NOW, None, engine="whisper", recorder="host:1")
    for event in (
        started(),
        FinalTranscript(1, "c'est le 06 12 34 56 78", 1.0, 1),
        PlaybackStarted(2, "J'ai noté le …78.", None),
        REQUEST,
        CallEnded(11_000, Outcome.CLOSED, (), 1, ()),
    ):
        record.apply(event)
    rows = record.rows()
    assert "34 56" not in repr([rows.turns, rows.events])
    assert "612345678" not in repr(rows)
    assert "Lefèvre" not in repr(rows)
    assert "Lilas" not in repr(rows)
    assert to_json("c", REQUEST)["name"] == to_json("c", REQUEST)["place"] == "…"
    assert rows.turns[0].transcript == "c'est le …78"


def test_staff_list_them_and_mark_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`callbot callbacks`: the number as one dials it, whom to ask for, where it is."""
    import asyncio

    monkeypatch.setenv("CALLBOT_DATA_DIR", str(tmp_path))
    settings = load({}, data_dir=tmp_path)

    async def fill() -> None:
        database = await Database.open(settings)
        await add(database, settings, "c")
        await database.close()

    asyncio.run(fill())
    runner = CliRunner()
    listed = runner.invoke(callbacks, ["list"], catch_exceptions=False).stdout
    assert (
        "24/11/2026 13:00  06 12 34 56 78  Madame Lefèvre  mercredi vingt-cinq novembre, le matin  "
        "signalement_voirie  12 bis rue des Lilas  [à rappeler]"
    ) in listed
    assert runner.invoke(callbacks, ["tried", "1"]).exit_code == 0
    assert "[sans réponse]" in runner.invoke(callbacks, ["list"]).stdout
    assert runner.invoke(callbacks, ["done", "1"]).exit_code == 0
    assert runner.invoke(callbacks, ["list"]).stdout == ""
    shown = json.loads(runner.invoke(callbacks, ["list", "--all", "--json"]).stdout)
    assert (shown["number"], shown["state"]) == (NUMBER, "done")
    assert (shown["name"], shown["place"]) == (NAME, PLACE)
    assert runner.invoke(callbacks, ["done", "7"]).exit_code == 2
