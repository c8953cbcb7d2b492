"""What stands in the queue, read: one place, an agent, how a caller stands, and everything at a glance, once for all who look."""

import asyncio
import math
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from callbot.database import Database
from callbot.errors import DatabaseError
from callbot.humans.queue_news import News
from callbot.humans.queue_rows import KnownPlaces, agent_of, entry_of
from callbot.humans.queue_sql import (
    AGENT_BY_NAME,
    ALL_AGENTS,
    ENTRY_BY_ID,
    HANDLED,
    LIVE,
    NEWEST,
    PLACE,
    WITH_AGENT,
)
from callbot.humans.queue_types import Agent, Entry, Pair, Rules
from callbot.humans.waiting_time import RECENT, Standing, handling_seconds, standing_of
from callbot.statements import Statement

SHARED_S = 1.0
"""An overview serves all who look for so long, if nothing is heard of meanwhile."""
PATIENCE_S = 2.0
"""An overview that takes longer is given up."""
TALKS_S = 5.0
"""How long talks took is read so often: one more hardly changes the mean of the last twenty."""

Thing = TypeVar("Thing")
Talk = tuple[str, datetime | None, datetime | None]

ENTRY, LAST_OF_CALL, GOES_ON = Statement(ENTRY_BY_ID), Statement(NEWEST), Statement(LIVE)
ONE_AGENT, STAFF = Statement(AGENT_BY_NAME), Statement(ALL_AGENTS)
ONE_PAIR, TALKS = Statement(WITH_AGENT), Statement(HANDLED)


@dataclass(frozen=True, slots=True)
class Overview:
    """All who are in the queue or talk, in the queue's order, and the agents who are not offline."""

    entries: tuple[Entry, ...]
    agents: tuple[Agent, ...]

    def pair(self, entry_id: int) -> Pair:
        """A place and its agent; nothing where it is over."""
        entry = next((one for one in self.entries if one.id == entry_id), None)
        return Pair(entry, next((one for one in self.agents if entry and one.name == entry.agent), None))


@dataclass(frozen=True, slots=True)
class _Read:
    """An overview, and when it was read."""

    version: int
    read_s: float
    overview: Overview


@dataclass(frozen=True, slots=True)
class _Reading:
    """One that is being read."""

    version: int
    began_s: float
    task: asyncio.Task[Overview]


class Looking:
    """The queue of one database, as one machine sees it. Every method raises DatabaseError."""

    def __init__(self, database: Database, rules: Rules, news: News) -> None:
        self._database = database
        self.rules = rules
        self.news = news
        self._places = KnownPlaces()
        self._reading: _Reading | None = None
        self._latest: _Read | None = None
        self._talks_known: list[Talk] = []
        self._talks_read_s = -math.inf

    async def standing(self, entry_id: int, at: datetime) -> Standing | None:
        """What a caller who waits may be told; None: they do not wait any more, or for one agent alone."""
        return await self.standing_in(await self.latest(), entry_id, at)

    async def standing_in(self, overview: Overview, entry_id: int, at: datetime) -> Standing | None:
        """The same, of what was read just now."""
        entry = overview.pair(entry_id).entry
        if entry is None:
            return None
        seconds = handling_seconds(entry.caller.service, await self._talks(at))
        return standing_of(entry, overview.entries, overview.agents, seconds, at=at, rules=self.rules)

    async def _talks(self, at: datetime) -> list[Talk]:
        """The latest ones: service, from, to."""
        now_s = _now_s()
        if not self.news.listening.is_set() or now_s - self._talks_read_s >= TALKS_S:
            self._talks_read_s = now_s  # who asks meanwhile is told by those that are known
            try:
                rows = await self._rows(TALKS, since=at - RECENT)
            except BaseException:
                self._talks_read_s = -math.inf
                raise
            self._talks_known = [(of, begun, done) for of, begun, done in rows]
        return self._talks_known

    async def place(self, entry_id: int) -> Pair:
        """One place and its agent."""
        for row in await self._rows(ONE_PAIR, key=entry_id):
            agent = row[len(PLACE) :]
            return Pair(entry_of(row[: len(PLACE)]), agent_of(agent) if agent[0] is not None else None)
        return Pair()

    async def entry(self, entry_id: int) -> Entry | None:
        """One place."""
        return next((entry_of(row) for row in await self._rows(ENTRY, key=entry_id)), None)

    async def newest(self, call_id: str) -> Entry | None:
        """The last place of a call."""
        return next((entry_of(row) for row in await self._rows(LAST_OF_CALL, key=call_id)), None)

    async def agent(self, name: str) -> Agent | None:
        """One agent."""
        return next((agent_of(row) for row in await self._rows(ONE_AGENT, key=name)), None)

    async def staff(self) -> tuple[Agent, ...]:
        """The agents who are not offline."""
        return tuple(agent_of(row) for row in await self._rows(STAFF))

    async def overview(self) -> Overview:
        """Everything that goes on, for the live pages."""

        async def read() -> tuple[Sequence[tuple[Any, ...]], list[list[Any]]]:
            async with self._database.at_once() as here:
                return await here.given(GOES_ON, {}), await here.rows(STAFF, {})

        goes_on, staff = await self._database.aside(read)
        entries = self._places.of(goes_on, GOES_ON.on(sqlite=self._database.is_sqlite))
        agents = sorted(map(agent_of, staff), key=lambda one: one.name)
        return Overview(tuple(sorted(entries, key=lambda one: one.rank)), tuple(agents))

    async def aside(self, work: Callable[[], Coroutine[Any, Any, Thing]]) -> Thing:
        """Several operations in a row, as Database.aside does them."""
        return await self._database.aside(work)

    async def latest(self) -> Overview:
        """The same, read once for all pages and callers that ask, until something changes; what nobody tells of shows a second later.

        All who wait for one read have it in the same round of the loop: handed on by a lock it would take a round each.
        """
        wanted, known = self.news.version, self._latest
        is_new = known is not None and known.version >= wanted and _now_s() - known.read_s < SHARED_S
        if known is not None and is_new and self.news.listening.is_set():
            return known.overview
        while True:
            reading = self._reading = self._reading or self._begin_reading()
            if reading.version >= wanted:
                return await asyncio.shield(reading.task)
            await asyncio.wait([reading.task])

    def _begin_reading(self) -> _Reading:
        reading = _Reading(self.news.version, _now_s(), asyncio.create_task(self._in_time()))
        reading.task.add_done_callback(lambda _task: self._have_read(reading))
        return reading

    async def _in_time(self) -> Overview:
        """A database that does not answer holds up who looks, and nobody who looks after it."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self.overview()
        except TimeoutError:
            raise DatabaseError("CALLBOT_DATABASE_URL: the database does not answer") from None

    def _have_read(self, reading: _Reading) -> None:
        """Before anybody who waits for it goes on."""
        self._reading, task = None, reading.task
        if not task.cancelled() and task.exception() is None:
            self._latest = _Read(reading.version, reading.began_s, task.result())

    async def _rows(self, statement: Statement, **values: object) -> list[list[Any]]:
        async with self._database.at_once() as here:
            return await here.rows(statement, values)


def _now_s() -> float:
    return asyncio.get_running_loop().time()
