"""Who has called in vain earlier in the day: on SQLite and on a real PostgreSQL."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert

from callbot import tables
from callbot.database import Database
from callbot.stats.earlier_calls import called_in_vain

DAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)


async def keep(database: Database, minute: int, outcome: str | None, *names: str, day: date = DAY) -> None:
    """A call of the caller « h », `minute` after noon, with these events."""
    row = {
        "id": f"call{minute}-{day}",
        "started_at": NOON + timedelta(minutes=minute),
        "day": day,
        "caller_hash": "h",
        "outcome": outcome,
        **dict.fromkeys(("line", "dialect", "engine", "language", "recorder"), ""),
        "turns": 0,
    }
    events = [
        {"call_id": row["id"], "seq": seq, "at_ms": 0, "name": name, "fields": {}}
        for seq, name in enumerate(names)
    ]
    async with database.begin() as connection:
        await connection.execute(insert(tables.calls), row)
        if events:
            await connection.execute(insert(tables.events), events)


@pytest.mark.parametrize(
    ("outcome", "events", "in_vain"),
    [
        ("abandoned", ("QueueAbandoned",), True),
        ("closed", (), True),
        ("answered", ("QueueAbandoned",), True),
        ("answered", (), False),
        ("handed_over", ("TransferFailed", "AgentConnected"), False),
        (None, (), False),
    ],
)
async def test_the_last_call_counts(
    database: Database, outcome: str | None, events: tuple[str, ...], *, in_vain: bool
) -> None:
    """An answer is one, unless a person was wanted as well and not reached; a call that goes on has not ended in vain."""
    assert await called_in_vain(database, "h", "now", DAY) is False
    await keep(database, 0, outcome, *events)
    assert await called_in_vain(database, "h", "now", DAY) is in_vain
    assert await called_in_vain(database, "other", "now", DAY) is False
    assert await called_in_vain(database, "h", f"call0-{DAY}", DAY) is False


async def test_neither_yesterday_nor_what_was_put_right_counts(database: Database) -> None:
    """Who reached somebody at last calls about something else."""
    await keep(database, -1500, "abandoned", day=DAY - timedelta(days=1))
    assert await called_in_vain(database, "h", "now", DAY) is False
    await keep(database, 0, "abandoned")
    await keep(database, 5, "handed_over")
    assert await called_in_vain(database, "h", "now", DAY) is False
