"""`callbot bench queue`: what each operation of the waiting queue costs while many wait, and how soon an offer is heard of.

With `--callers` as many real calls wait in a whole service besides (queue_scene.py).
"""

import asyncio
import json
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import click
from sqlalchemy import delete, func, insert, select, update

from callbot import tables
from callbot.bench.queue_scene import scene
from callbot.bench.targets import MORE_CALLS, MOST_CALLS
from callbot.callback_turns import Turns
from callbot.config import load
from callbot.database import Database
from callbot.errors import CallbotError
from callbot.humans.queue import joined
from callbot.humans.queue_events import (
    AgentPaused,
    AgentReady,
    AgentSignedIn,
    CallerHungUp,
    OfferAccepted,
    OfferDeclined,
    TalkEnded,
)
from callbot.humans.queue_news import News
from callbot.humans.queue_rows import entry_values
from callbot.humans.queue_store import QueueStore
from callbot.humans.queue_types import Caller, Place, Rules

Thing = TypeVar("Thing")

MACHINE = "bench"
AGENT = "bench0"
AGENTS = 10
"""All but one are paused."""
TALKED_TODAY = 500
HEARD_TIMEOUT_S = 10
OPERATIONS = {
    "enter": "a caller joins",
    "standing": "position and waiting time of the last one",
    "hang up": "a caller leaves, the place is kept",
    "return": "the same calls again and gets the place back",
    "offer": "an agent is ready, and is offered the first caller",
    "decline": "they decline, and are offered the next one",
    "accept": "they pick up",
    "end": "the talk is over",
    "overview": "everything that goes on, for a live page",
    "sweep": "what time brings, once a second",
    "beat": "a machine tells that it lives",
    "plain write": "one row changed and committed, nothing else: on PostgreSQL an exchange and the disk",
    "offer heard": "from an agent's being ready to the other machine's hearing of the offer",
}


@dataclass(frozen=True, slots=True)
class Took:
    """One operation once: by the clock, and by the processor."""

    ms: float
    cpu_ms: float


@dataclass(frozen=True, slots=True)
class Row:
    """One operation's time on one database."""

    database: str
    waiting: int
    operation: str
    n: int
    ms_p50: float
    ms_p95: float
    cpu_ms: float
    """The mean of this process's processor time; the database server's, and waiting for a processor, are not in it."""


class Bench:
    """One database with `waiting` callers; each round leaves the queue as long as it was. `heard`: another machine's news."""

    def __init__(self, database: Database, store: QueueStore, heard: News, waiting: int) -> None:
        self._database, self._store, self._heard, self._waiting = database, store, heard, waiting
        self._at = datetime.now(UTC)
        self._calls = 0
        self._times: dict[str, list[Took]] = {}

    async def fill(self) -> None:
        """Callers who wait, callers who have talked today, agents. Raises CallbotError where somebody has a queue already."""
        async with self._database.begin() as connection:
            if await connection.scalar(select(func.count()).select_from(tables.queue_entries)):
                raise CallbotError("bench queue: this database has a queue in use; give it an empty one")
            talked = [self._talked(number) for number in range(TALKED_TODAY)]
            waiting = [entry_values(joined(0, self._caller(), self._at)) for _ in range(self._waiting)]
            await connection.execute(insert(tables.queue_entries), [*talked, *waiting])
        for number in range(AGENTS):
            await self._store.tell_agent(f"bench{number}", AgentSignedIn(self._at, ("accueil",)))

    async def measure(self, rounds: int) -> dict[str, list[Took]]:
        """Every operation's times in ms, `rounds` of each; one round before that is not counted."""
        for _ in range(rounds + 1):
            await self._round()
        return {name: times[1:] for name, times in self._times.items()}

    async def _round(self) -> None:
        store, caller = self._store, self._caller()
        self._at += timedelta(seconds=61)  # nobody is passed over for having been declined before
        entry_id = await self._timed("enter", store.enter(caller, self._at))
        await self._timed("standing", store.standing(entry_id, self._at))
        await self._timed("hang up", store.tell(entry_id, CallerHungUp(self._at)))
        await self._timed("return", store.enter(self._caller(caller.caller_hash), self._at))
        await self._talk()
        await self._timed("overview", store.overview())
        await self._timed("sweep", store.sweep(self._at))
        await self._timed("beat", store.beat(MACHINE, self._at))
        await self._timed("plain write", self._write())
        await self._timed("offer heard", self._hear())

    async def _talk(self) -> None:
        """An agent declines the first caller, and talks to the second."""
        store = self._store
        await self._timed("offer", store.tell_agent(AGENT, AgentReady(self._at)))
        await self._timed("decline", store.tell(await self._rung_for(), OfferDeclined(self._at), by=AGENT))
        entry_id = await self._rung_for()
        await self._timed("accept", store.tell(entry_id, OfferAccepted(self._at), by=AGENT))
        await self._timed("end", store.tell(entry_id, TalkEnded(self._at), by=AGENT))
        await store.tell_agent(AGENT, AgentPaused(self._at, ""))

    async def _hear(self) -> None:
        with self._heard.subscribe() as changes:
            ready = asyncio.create_task(self._store.tell_agent(AGENT, AgentReady(self._at)))
            async with asyncio.timeout(HEARD_TIMEOUT_S):
                while (change := await changes.get()).agent != AGENT or change.entry_id is None:
                    pass
            await ready
        await self._store.tell_agent(AGENT, AgentPaused(self._at, ""))

    async def _write(self) -> None:
        """What no operation that writes can be quicker than."""
        if self._database.is_sqlite:
            async with self._database.begin(quick=True) as connection:
                await connection.execute(update(tables.queue_machines).values(seen_at=self._at))
            return
        async with self._database.writing_at_once() as here:
            await here.write("UPDATE queue_machines SET seen_at = $1", [self._at])

    async def _rung_for(self) -> int:
        agent = await self._store.agent(AGENT)
        assert agent
        assert agent.entry_id is not None
        return agent.entry_id

    async def _timed(self, name: str, operation: Awaitable[Thing]) -> Thing:
        began, began_cpu = time.perf_counter(), time.process_time()
        result = await operation
        took = Took((time.perf_counter() - began) * 1000, (time.process_time() - began_cpu) * 1000)
        self._times.setdefault(name, []).append(took)
        return result

    def _caller(self, caller_hash: str | None = None) -> Caller:
        self._calls += 1
        return Caller(
            f"bench{self._calls}", MACHINE, "accueil", caller_hash=caller_hash or f"{self._calls:064x}"
        )

    def _talked(self, number: int) -> dict[str, Any]:
        """The row of a caller who has been talked to, some time in the last hours."""
        ended = self._at - timedelta(minutes=number)
        entry = joined(0, replace(self._caller(), caller_hash=None), ended - timedelta(minutes=5))
        over = replace(entry, place=Place.ENDED, since=ended, agent=AGENT)
        return entry_values(replace(over, connected_at=ended - timedelta(minutes=3), released_at=ended))


async def bench_database(url: str, waiting: int, rounds: int) -> list[Row]:
    """Measure one database; empty `url`: an SQLite file of its own. Raises CallbotError."""
    with tempfile.TemporaryDirectory(prefix="callbot-bench-") as folder:
        settings = load({}, data_dir=Path(folder), database_url=url)
        here, there = await Database.open(settings), await Database.open(settings)
        try:
            store, heard = QueueStore(here, Rules(), News(here), Turns(lambda *_: "accueil")), News(there)
            if here.is_sqlite:
                heard = store.news
            listening = asyncio.create_task(heard.run())
            await heard.listening.wait()
            bench = Bench(here, store, heard, waiting)
            await bench.fill()
            try:
                times = await bench.measure(rounds)
            finally:
                listening.cancel()
                await _empty(here)
        finally:
            await here.close()
            await there.close()
    name = "SQLite" if here.is_sqlite else "PostgreSQL"
    return [_row(name, waiting, operation, times[operation]) for operation in OPERATIONS]


def _row(database: str, waiting: int, operation: str, times: list[Took]) -> Row:
    clock = [took.ms for took in times]
    p50, p95 = statistics.median(clock), statistics.quantiles(clock, n=20, method="inclusive")[-1]
    cpu = statistics.fmean(took.cpu_ms for took in times)
    return Row(database, waiting, operation, len(times), round(p50, 2), round(p95, 2), round(cpu, 2))


async def _empty(database: Database) -> None:
    async with database.begin() as connection:
        for table in (tables.queue_entries, tables.queue_agents, tables.queue_machines):
            await connection.execute(delete(table))


@click.command("queue")
@click.option(
    "--waiting", type=click.IntRange(10, 5000), default=200, show_default=True, help="Callers who wait."
)
@click.option(
    "--rounds", type=click.IntRange(2, 10_000), default=200, show_default=True, help="Of each operation."
)
@click.option(
    "--postgresql",
    "url",
    default="",
    help="Address of an empty PostgreSQL database to measure as well (postgresql://user@host/name).",
)
@click.option(
    "--callers",
    type=click.IntRange(10, MOST_CALLS - MORE_CALLS),
    help="Have as many real calls wait in a service besides, some of them taken: three minutes a database.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per figure.")
def command(*, waiting: int, rounds: int, url: str, callers: int | None, as_json: bool) -> None:
    """What each operation of the waiting queue costs while many callers wait, on SQLite and PostgreSQL."""
    if not as_json:
        click.echo(
            "| database | operation | what | n | median ms | 95 % below ms | processor ms |\n|---|---|---|---:|---:|---:|---:|"
        )
    for address in dict.fromkeys(("", url)):
        for row in asyncio.run(bench_database(address, waiting, rounds)):
            told = f"| {row.database} | {row.operation} | {OPERATIONS[row.operation]} | {row.n} "
            table = f"{told}| {row.ms_p50:.1f} | {row.ms_p95:.1f} | {row.cpu_ms:.1f} |"
            click.echo(json.dumps(asdict(row), ensure_ascii=False) if as_json else table)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # nothing is left behind
    for address in dict.fromkeys(("", url)) if callers else ():
        played = asdict(scene(load(), callers or 0, address))
        click.echo(json.dumps(played, ensure_ascii=False) if as_json else _facts(played))


def _facts(played: dict[str, object]) -> str:
    return "\n".join(["", *(f"{name}: {value}" for name, value in played.items())])
