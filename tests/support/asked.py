"""Calls in which something was asked in vain, as they are stored."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import insert

from callbot.database import Database
from callbot.events import Decision
from callbot.humans.desk_follow_ups import Correction, FollowUps
from callbot.tables import calls, turns

NOON = dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Asked:
    """A call of one turn."""

    call_id: str
    text: str
    decision: Decision = Decision.NO_MATCH
    answer_id: str | None = None
    motive: str | None = None
    confidence: float | None = 0.2
    at: dt.datetime = NOON


async def store(database: Database, *asked: Asked) -> None:
    """With their transcripts."""
    async with database.begin() as connection:
        for one in asked:
            await connection.execute(
                insert(calls).values(
                    id=one.call_id,
                    started_at=one.at,
                    day=one.at.date(),
                    line="",
                    dialect="test",
                    caller_hash=f"hash of {one.call_id}",
                    engine="test",
                    language="fr",
                    recorder="test:1",
                    turns=1,
                )
            )
            await connection.execute(
                insert(turns).values(
                    call_id=one.call_id,
                    number=1,
                    at_ms=1000,
                    transcript=one.text,
                    decode_ms=100,
                    decision=one.decision,
                    confidence=one.confidence,
                    motive=one.motive,
                    answer_id=one.answer_id,
                )
            )


async def correct(database: Database, call_id: str, said: str, right: str, understood: str = "") -> None:
    """A receptionist says what the right answer was."""
    told = Correction(call_id, NOON, "léa", said, understood, right)
    await FollowUps(database).correct(told)
