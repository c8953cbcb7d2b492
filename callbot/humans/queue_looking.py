"""What stands in the queue, read: one place, an agent, how a caller stands, and everything at a glance, once for all who look."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from callbot.database import Database
from callbot.humans.agents import Kind, kind
from callbot.humans.queue_news import News
from callbot.humans.queue_rows import KnownPlaces, agent_of, entry_of
from callbot.humans.queue_sql import (
    AGENT_BY_NAME,
    ALL_AGENTS,
    BEFORE,
    ENTRY_BY_ID,
    HANDLED,
    LIVE,
    NEWEST,
)
from callbot.humans.queue_types import (
    IN_QUEUE,
    Agent,
    Entry,
    Rules,
)
from callbot.humans.waiting_time import RECENT, Standing, handling_seconds, standing
from callbot.statements import Statement

SHARED_S = 1.0
"""An overview serves all who look for so long, if nothing is heard of meanwhile."""

ENTRY, LAST_OF_CALL, GOES_ON = Statement(ENTRY_BY_ID), Statement(NEWEST), Statement(LIVE)
ONE_AGENT, STAFF = Statement(AGENT_BY_NAME), Statement(ALL_AGENTS)
AHEAD, TALKS = Statement(BEFORE), Statement(HANDLED)


@dataclass(frozen=True, slots=True)
class Overview:
    """All who are in the queue or talk, in the queue's order, and the agents who are not offline."""

    entries: tuple[Entry, ...]
    agents: tuple[Agent, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """An overview, and when it was read."""

    version: int
    read_s: float
    overview: Overview


class Looking:
    """The queue of one database, as one machine sees it. Every method raises DatabaseError."""

    def __init__(self, database: Database, rules: Rules, news: News) -> None:
        self._database = database
        self.rules = rules
        self.news = news
        self._places = KnownPlaces()
        self._looking = asyncio.Lock()
        self._latest: _Read | None = None

    async def standing(self, entry_id: int, at: datetime) -> Standing | None:
        """What a caller who waits may be told; None: they do not wait any more, or for one agent alone."""
        async with self._database.at_once() as here:
            entry = next((entry_of(row) for row in await here.rows(ENTRY, {"key": entry_id})), None)
            one_only = entry is not None and entry.passed is not None and entry.passed.wanted
            if entry is None or entry.place not in IN_QUEUE or one_only:
                return None
            late = at - self.rules.overflow
            keys = {"ranked_at": entry.ranked_at, "key": entry_id, "late": late, "at": at}
            before = {Kind(*row[:4]): row[4] for row in await here.rows(AHEAD, keys)}
            agents = [agent_of(row) for row in await here.rows(STAFF, {})]
            handled = await here.rows(TALKS, {"since": at - RECENT})
        seconds = handling_seconds(entry.caller.service, ((of, begun, done) for of, begun, done in handled))
        return standing(kind(entry, at, self.rules), before, agents, seconds)

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
        async with self._database.at_once() as here:
            entries = self._places.of(
                await here.given(GOES_ON, {}), GOES_ON.on(sqlite=self._database.is_sqlite)
            )
            agents = sorted(map(agent_of, await here.rows(STAFF, {})), key=lambda one: one.name)
        return Overview(tuple(sorted(entries, key=lambda one: one.rank)), tuple(agents))

    async def latest(self) -> Overview:
        """The same, read once for all pages that ask, until something changes; what nobody tells of shows a second later."""
        async with self._looking:
            version, now_s = self.news.version, asyncio.get_running_loop().time()
            known = self._latest
            heard = self.news.listening.is_set() and known is not None and known.version == version
            if known is None or not heard or now_s - known.read_s >= SHARED_S:
                known = self._latest = _Read(version, now_s, await self.overview())
            return known.overview

    async def _rows(self, statement: Statement, **values: object) -> list[list[Any]]:
        async with self._database.at_once() as here:
            return await here.rows(statement, values)
