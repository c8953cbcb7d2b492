"""Personal data: the key, the purge, what is handed out and erased."""

import asyncio
import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from callbot import privacy, tables
from callbot.caller_data import erase_caller, export_caller
from callbot.config import Settings, load
from callbot.database import Database
from callbot.errors import SettingsError
from callbot.privacy import pseudonym, pseudonym_key, purge_daily
from callbot.stats.call_record import CallRecord
from callbot.stats.storage import spill, write
from tests.support.calls import CALLER, WORDS, answered_call
from tests.support.outage import impatient, outage
from tests.support.purging import purge_kind
from tests.support.waiting import until

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


async def add_call(
    database: Database, settings: Settings, call_id: str, *, days_ago: float, caller: str = CALLER
) -> None:
    """An answered call, so many days ago."""
    hashed = pseudonym(pseudonym_key(settings), caller)
    at = NOW - timedelta(days=days_ago)
    record = CallRecord(call_id, at, hashed, engine="whisper", recorder="host:1")
    for event in answered_call(caller):
        record.apply(event)
    await write(database, record.rows(), spill(settings))


async def transcripts(database: Database) -> dict[str, str | None]:
    """Transcript by call."""
    async with database.read() as connection:
        rows = await connection.execute(select(tables.turns.c.call_id, tables.turns.c.transcript))
        return {row.call_id: row.transcript for row in rows}


async def has_purged(database: Database) -> bool:
    """True when no transcript is left."""
    return set((await transcripts(database)).values()) == {None}


async def audited(database: Database) -> list[tuple[str, str, str]]:
    """The audit trail."""
    async with database.read() as connection:
        rows = await connection.execute(select(tables.audit).order_by(tables.audit.c.id))
        return [(row.actor, row.action, row.detail) for row in rows]


async def test_the_purge_forgets_words_that_are_too_old(database: Database, settings: Settings) -> None:
    """30 days: what is older loses its words and nothing else, what is younger keeps them; the trail says how many."""
    await add_call(database, settings, "old", days_ago=31)
    await add_call(database, settings, "young", days_ago=29.9)
    assert await purge_kind(database, settings, "transcripts", now=NOW, dry_run=True) == 1
    assert await transcripts(database) == {"old": WORDS, "young": WORDS}
    assert await purge_kind(database, settings, "transcripts", now=NOW) == 1
    assert await transcripts(database) == {"old": None, "young": WORDS}
    assert await purge_kind(database, settings, "transcripts", now=NOW) == 0
    assert await audited(database) == [("callbot", "transcripts purged", "1 turns")]


async def test_purged_words_are_gone_from_the_disk(tmp_path: Path) -> None:
    """Neither SQLite's file nor its write-ahead log holds the words any more."""
    settings = load({}, data_dir=tmp_path)
    database = await Database.open(settings)
    await add_call(database, settings, "old", days_ago=31)
    files = [tmp_path / name for name in ("callbot.db", "callbot.db-wal")]
    assert any(WORDS.encode() in path.read_bytes() for path in files)
    await purge_kind(database, settings, "transcripts", now=NOW)
    assert [path.name for path in files if WORDS.encode() in path.read_bytes()] == []
    await database.close()


async def test_the_daily_purge_goes_on_after_an_outage(
    settings: Settings,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It purges at once; while the database is away it says so and tries again."""
    impatient(monkeypatch)
    monkeypatch.setattr(privacy, "PURGE_RETRY_S", 0.01)
    database = await Database.open(settings)
    await add_call(database, settings, "old", days_ago=4000)
    async with outage(settings, request):
        task = asyncio.create_task(purge_daily(database, settings))
        await until(lambda: "personal data was not purged" in caplog.text)
    await until(lambda: has_purged(database))
    task.cancel()
    await asyncio.wait([task])
    await database.close()


async def test_a_caller_gets_everything_and_nobody_else_s(database: Database, settings: Settings) -> None:
    """The export has the caller's calls, oldest first, with turns and events, in JSON's types."""
    await add_call(database, settings, "late", days_ago=1)
    await add_call(database, settings, "early", days_ago=2)
    await add_call(database, settings, "other", days_ago=1, caller="0611223344")
    hashed = pseudonym(pseudonym_key(settings), "+33 1 39 44 55 66")
    assert hashed is not None
    exported = json.loads(json.dumps(await export_caller(database, hashed)))
    assert exported["caller_hash"] == hashed
    assert [call["id"] for call in exported["calls"]] == ["early", "late"]
    first = exported["calls"][0]
    assert (first["started_at"], first["day"], first["outcome"]) == (
        "2026-02-28T12:00:00+00:00",
        "2026-02-28",
        "answered",
    )
    assert [(turn["number"], turn["transcript"], turn["motive"]) for turn in first["turns"]] == [
        (1, WORDS, "carte_identite")
    ]
    assert [event["name"] for event in first["events"]] == [
        type(event).__name__ for event in answered_call() if type(event).__name__ != "PartialTranscript"
    ]


async def test_a_caller_can_be_erased(database: Database, settings: Settings) -> None:
    """Their calls, turns and events are gone, others' stay; the trail has a count and no number."""
    await add_call(database, settings, "mine", days_ago=1)
    await add_call(database, settings, "other", days_ago=1, caller="0611223344")
    hashed = pseudonym(pseudonym_key(settings), CALLER)
    assert hashed is not None
    assert await erase_caller(database, hashed, actor="test") == 1
    assert await export_caller(database, hashed) == {
        "caller_hash": hashed,
        "accesses": [],
        "calls": [],
        "callbacks": [],
        "messages": [],
        "queue": [],
        "unsaved": [],
        "webhook_messages": [],
        "desk": {"desk_cards": [], "desk_follow_ups": [], "corrections": [], "learning_questions": []},
    }
    assert await transcripts(database) == {"other": WORDS}
    assert await audited(database) == [("test", "caller erased", "1 calls")]


def test_the_key_is_made_once_and_private(tmp_path: Path) -> None:
    """The first use makes a key of 256 bits (0600), every later use finds it; another commune has another."""
    settings = load({}, data_dir=tmp_path / "a")
    key = pseudonym_key(settings)
    assert (len(key), pseudonym_key(settings)) == (64, key)
    assert [(path.name, stat.S_IMODE(path.stat().st_mode)) for path in (tmp_path / "a").iterdir()] == [
        ("pseudonym.key", 0o600)
    ]
    assert pseudonym_key(load({}, data_dir=tmp_path / "b")) != key


def test_a_key_of_one_s_own_is_used(tmp_path: Path) -> None:
    """pseudonym_key_file: machines that share a database share it; the line's end does not count."""
    file = tmp_path / "key"
    file.write_text("k" * 32 + "\n")
    assert pseudonym_key(load({}, data_dir=tmp_path, pseudonym_key_file=file)) == b"k" * 32


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "cannot be read (No such file or directory)"), ("short", "has 5 bytes: a key needs 32")],
)
def test_a_wrong_key_file_is_refused_by_name(tmp_path: Path, content: str | None, reason: str) -> None:
    """Missing or too short: one line with the setting, the file and the mend; none is made in its place."""
    file = tmp_path / "key"
    if content:
        file.write_text(content)
    with pytest.raises(SettingsError) as caught:
        pseudonym_key(load({}, data_dir=tmp_path, pseudonym_key_file=file))
    line = str(caught.value)
    assert line.startswith(f"CALLBOT_PSEUDONYM_KEY_FILE: '{file}' {reason}")
    assert line.endswith("make one with: openssl rand -hex 32")
    assert file.exists() == (content is not None)
