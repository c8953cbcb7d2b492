"""How satisfied callers were, in the database: who is drawn, what is kept, purged, handed out and erased."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from callbot import tables
from callbot.caller_data import erase_caller, export_caller
from callbot.config import Settings, load
from callbot.database import Database
from callbot.dialogue.satisfaction_table import Drawn
from callbot.events import CallEnded, Outcome, SatisfactionAsked, SatisfactionCommented, SatisfactionGiven
from callbot.privacy import pseudonym, pseudonym_key
from callbot.stats import satisfaction_lot
from callbot.stats.call_record import CallRecord
from callbot.stats.satisfaction_lot import draw_lot
from callbot.stats.storage import spill, write
from tests.support.calls import CALLER, started
from tests.support.purging import purge_kind

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
WORDS = "on attend trop"


async def add_call(
    database: Database, settings: Settings, call_id: str, *, days_ago: float, caller: str = CALLER
) -> None:
    """A call, so many days ago, whose caller gave a two and said why."""
    record = CallRecord(
        call_id,
        NOW - timedelta(days=days_ago),
        pseudonym(pseudonym_key(settings), caller),
        engine="whisper",
        recorder="host:1",
    )
    for event in (
        started(caller),
        SatisfactionAsked(9000),
        SatisfactionGiven(15_000, 2, "key"),
        SatisfactionCommented(20_000, WORDS),
        CallEnded(22_000, Outcome.ANSWERED, (), 3, ()),
    ):
        record.apply(event)
    for _ in range(2):  # as often as you like, with the same result
        await write(database, record.rows(), spill(settings))


async def kept(database: Database) -> dict[str, tuple[Any, ...]]:
    """Score, way and comment by call."""
    async with database.read() as connection:
        rows = await connection.execute(select(tables.satisfaction))
        return {row.call_id: (row.score, row.by, row.comment) for row in rows}


async def test_comments_are_purged_with_the_transcripts_and_scores_stay(
    database: Database, settings: Settings
) -> None:
    """After transcript_days."""
    await add_call(database, settings, "old", days_ago=31)
    await add_call(database, settings, "young", days_ago=29)
    assert await kept(database) == {"old": (2, "key", WORDS), "young": (2, "key", WORDS)}
    await purge_kind(database, settings, "comments", now=NOW)
    assert await kept(database) == {"old": (2, "key", None), "young": (2, "key", WORDS)}


async def test_a_caller_gets_their_scores_and_has_them_erased(database: Database, settings: Settings) -> None:
    """With their calls, and nobody else's."""
    await add_call(database, settings, "mine", days_ago=1)
    await add_call(database, settings, "other", days_ago=1, caller="0611223344")
    hashed = pseudonym(pseudonym_key(settings), CALLER)
    assert hashed is not None
    exported = json.loads(json.dumps(await export_caller(database, hashed)))
    asked_at = (NOW - timedelta(days=1) + timedelta(seconds=9)).isoformat()
    assert [call["satisfaction"] for call in exported["calls"]] == [
        [{"call_id": "mine", "asked_at": asked_at, "score": 2, "by": "key", "comment": WORDS}]
    ]
    await erase_caller(database, hashed, actor="test")
    assert set(await kept(database)) == {"other"}


async def test_nobody_is_asked_twice_within_the_days(database: Database, settings: Settings) -> None:
    """89 days after they were asked a caller is not, 91 days after they may be; nor is the lot cast for another one's number."""
    await add_call(database, settings, "c1", days_ago=0)

    async def drawn(days: int, caller: str) -> Drawn | None:
        return await draw_lot(settings, database, caller, lot=lambda: 0.0, now=NOW + timedelta(days=days))

    assert [await drawn(days, CALLER) for days in (0, 89, 91)] == [None, None, Drawn(2)]
    assert [await drawn(0, caller) for caller in ("0611223344", "")] == [Drawn(2), Drawn(2)]


@pytest.mark.parametrize(
    ("changes", "lot", "drawn"),
    [
        ({}, 0.099, Drawn(2)),
        ({}, 0.1, None),
        ({"satisfaction_share": 0}, 0.0, None),
        ({"satisfaction_share": 1}, 0.999, Drawn(2)),
        ({"satisfaction_comment_up_to": 5}, 0.0, Drawn(5)),
        ({"satisfaction_comment_up_to": 5, "transcript_days": 0}, 0.0, Drawn(0)),
    ],
)
async def test_the_lot_goes_by_the_settings(
    database: Database, settings: Settings, changes: dict[str, object], lot: float, drawn: Drawn | None
) -> None:
    """The share, who is asked for a comment; where no words are kept nobody is."""
    chosen = load({}, data_dir=settings.data_dir, **changes)
    assert await draw_lot(chosen, database, CALLER, lot=lambda: lot) == drawn


async def test_a_database_that_does_not_answer_spares_the_caller(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are picked up without it."""

    async def never(*_: object) -> bool:
        await asyncio.Event().wait()
        return False

    monkeypatch.setattr(satisfaction_lot, "LOOK_UP_S", 0.01)
    monkeypatch.setattr(satisfaction_lot, "_asked_since", never)
    assert await draw_lot(settings, database, CALLER, lot=lambda: 0.0) is None
