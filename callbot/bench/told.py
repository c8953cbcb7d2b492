"""What the service itself has recorded of the benchmark's calls, read from its database when it has stopped."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from callbot import tables
from callbot.config import load
from callbot.database import Database
from callbot.turn_timing import PARTS

ASKS = ("C'est bien ça ?", "Ou bien ")
"""In what the bot asks that « oui » answers, well or badly: then no « oui » is a murmur."""


@dataclass(frozen=True, slots=True)
class Told:
    """One call: the number that was called, how it ended, each turn's parts (PARTS and response_ms), when replies were cut or held."""

    line: str
    outcome: str
    turns: tuple[dict[str, int], ...]
    interrupted_at_ms: tuple[int, ...]
    held_at_ms: tuple[int, ...] = ()
    asked_at_ms: tuple[int, ...] = ()
    """When a question of the bot's own began that « oui » answers (« C'est bien ça ? », « Est-ce pour … ? Ou bien pour … ? »)."""
    said_at_ms: tuple[int, ...] = ()
    """When anything that the bot says began."""


def read_told(data_dir: Path) -> list[Told]:
    """Every call in the database of `data_dir`. Raises DatabaseError."""
    return asyncio.run(_read(data_dir))


async def _read(data_dir: Path) -> list[Told]:
    database = await Database.open(load(data_dir=data_dir, database_url=""))
    try:
        turn, events, calls = tables.turns.c, tables.events.c, tables.calls.c
        async with database.read() as connection:
            columns = [turn[name] for name in (*PARTS, "response_ms")]
            timed = (
                await connection.execute(
                    select(turn.call_id, *columns).where(*(column.is_not(None) for column in columns))
                )
            ).all()
            stopped = (
                await connection.execute(
                    select(events.call_id, events.at_ms, events.name).where(
                        events.name.in_(("PlaybackInterrupted", "PlaybackHeld"))
                    )
                )
            ).all()
            began = (
                await connection.execute(
                    select(events.call_id, events.at_ms, events.fields)
                    .where(events.name == "PlaybackStarted")
                    .order_by(events.call_id, events.seq)
                )
            ).all()
            found = (await connection.execute(select(calls.id, calls.line, calls.outcome))).all()
    finally:
        await database.close()
    by_call = {row.id: (list[dict[str, int]](), list[int](), list[int]()) for row in found}
    for row in timed:
        values = row._asdict()
        by_call[values.pop("call_id")][0].append(values)
    for row in stopped:
        by_call[row.call_id][1 if row.name == "PlaybackInterrupted" else 2].append(row.at_ms)
    asked, said = defaultdict[str, list[int]](list), defaultdict[str, list[int]](list)
    for row in began:
        said[row.call_id].append(row.at_ms)
        if any(words in row.fields["text"] for words in ASKS):
            asked[row.call_id].append(row.at_ms)
    return [
        Told(
            row.line,
            row.outcome or "",
            tuple(turns),
            tuple(cut),
            tuple(held),
            tuple(asked[row.id]),
            tuple(said[row.id]),
        )
        for row in found
        for turns, cut, held in (by_call[row.id],)
    ]
