# ruff: noqa: S608 (names of our own tables, values as arguments)
"""A change of the queue in as few exchanges with PostgreSQL as there can be: read without locks, decided, and written by one statement.

That statement is a transaction of its own: it changes all of the rows or none, only if each is still the version that was read
(PostgreSQL's `xmin`) and nobody else holds it, and tells the other machines. Whoever was too slow (`Contended`), or has more to
do than rows of the queue or cannot know enough (`NeedsLocks`), does it all again in a transaction that holds the rows (queue_sql.Writing).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Column, Table, bindparam, literal_column, or_, select

from callbot.at_once import OnPostgres
from callbot.humans.queue_news import CHANNEL, Change, payload_of
from callbot.humans.queue_rows import agent_of, agent_values, entry_of, entry_values
from callbot.humans.queue_sql import (
    AGENT_BY_NAME,
    AGENTS,
    ENTRIES,
    ENTRY_BY_ID,
    FIRST_PAGE,
    FREE_AGENTS,
    LIVE,
    NEXT_PAGE,
    PAGE,
    PLACE,
    Page,
    changed_values,
    is_callers,
)
from callbot.humans.queue_types import IN_QUEUE, Agent, AgentState, Caller, Entry, Pair, Place
from callbot.statements import POSTGRESQL, Statement, written

__all__ = ["Contended", "NeedsLocks", "QuickWriting"]

WIDTH = len(PLACE) + 1
"""Columns of a place, with its version."""
ENTRY_VERSION: Any = literal_column("queue_entries.xmin")
AGENT_VERSION: Any = literal_column("queue_agents.xmin")
IS_FREE = AGENTS.c.state == AgentState.AVAILABLE.value
BY_ID = Statement(ENTRY_BY_ID.add_columns(ENTRY_VERSION))
BY_NAME = Statement(AGENT_BY_NAME.add_columns(AGENT_VERSION))
FREE = Statement(FREE_AGENTS.add_columns(AGENT_VERSION))
PLACES_OF = Statement(LIVE.add_columns(ENTRY_VERSION).where(is_callers()).order_by(ENTRIES.c.id))
PAGES = {
    first: Statement((FIRST_PAGE if first else NEXT_PAGE).add_columns(ENTRY_VERSION))
    for first in (True, False)
}
PLACE_WITH_AGENTS = Statement(
    select(*PLACE, ENTRY_VERSION, *AGENTS.c, AGENT_VERSION)
    .join_from(ENTRIES, AGENTS, or_(AGENTS.c.name == ENTRIES.c.agent, IS_FREE), isouter=True)
    .where(ENTRIES.c.id == bindparam("key"))
)
"""A place, once with its agent, and once with each agent who is free: an end of a call may make an offer."""
AGENT_WITH_PLACE = Statement(
    select(*PLACE, ENTRY_VERSION, *AGENTS.c, AGENT_VERSION)
    .join_from(AGENTS, ENTRIES, ENTRIES.c.id == AGENTS.c.entry_id, isouter=True)
    .where(or_(AGENTS.c.name == bindparam("key"), IS_FREE))
)
"""An agent, with their place, and all agents who are free."""


class Contended(Exception):  # noqa: N818 (no error: it is done again, with the rows held)
    """A row is not as it was read, or somebody else holds it."""


class NeedsLocks(Exception):  # noqa: N818 (no error, likewise)
    """More than rows of the queue is to be written."""


@dataclass(slots=True)
class QuickWriting:
    """What is read, and what is to be written; as queue_sql.Writing, but that nothing is written before `commit`."""

    at_once: OnPostgres
    changes: list[Change] = field(default_factory=list)
    free: set[str] = field(default_factory=set)
    waits: set[int] = field(default_factory=set)
    added: int = 0
    """The id of the place that was added, once it is."""
    alone: bool = False
    _entries: dict[int, tuple[Entry, int]] = field(default_factory=dict)  # as read, with its version
    _agents: dict[str, tuple[Agent, int]] = field(default_factory=dict)
    _after: dict[int, Entry] = field(default_factory=dict)
    _agents_after: dict[str, Agent] = field(default_factory=dict)
    _new: Entry | None = None
    _knows_free: bool = False  # all free agents were read

    @property
    def connection(self) -> Any:
        """There is no transaction."""
        raise NeedsLocks

    async def agent(self, name: str) -> Agent | None:
        """An agent."""
        if not name:
            return None
        if name not in self._agents:
            for row in await self.at_once.rows(BY_NAME, {"key": name}):
                self._agent_of(row)
        known = self._agents.get(name)
        return self._agents_after.get(name) or (known[0] if known else None)

    async def pair(self, entry_id: int) -> Pair:
        """A place and its agent."""
        rows = await self.at_once.rows(PLACE_WITH_AGENTS, {"key": entry_id})
        self._knows_free = bool(rows)
        agents = [self._agent_of(row[WIDTH:]) for row in rows if row[WIDTH] is not None]
        entry = self._entry_of(rows[0][:WIDTH]) if rows else None
        return Pair(entry, next((one for one in agents if entry and one.name == entry.agent), None))

    async def with_place(self, name: str) -> Pair:
        """An agent and their caller."""
        pair = Pair()
        for row in await self.at_once.rows(AGENT_WITH_PLACE, {"key": name}):
            agent = self._agent_of(row[WIDTH:])
            entry = self._entry_of(row[:WIDTH]) if row[0] is not None else None
            if agent.name == name:
                pair = Pair(entry, agent)
        self._knows_free = True
        return pair

    async def places_of(self, caller: Caller) -> list[Entry]:
        """The places that the call or the number has."""
        keys = {"call_id": caller.call_id, "caller_hash": caller.caller_hash or ""}
        return [self._entry_of(row) for row in await self.at_once.rows(PLACES_OF, keys)]

    async def free_agents(self) -> list[Agent]:
        """All who are available, by what is to be written too."""
        if not self._knows_free:
            for row in await self.at_once.rows(FREE, {}):
                self._agent_of(row)
            self._knows_free = True
        known = {name: agent for name, (agent, _version) in self._agents.items()} | self._agents_after
        return [agent for agent in known.values() if agent.state is AgentState.AVAILABLE]

    async def next_page(self, page: Page | None) -> Page:
        """The callers after the page's last, as they are to be."""
        keys = {"ranked_at": page.last.ranked_at, "key": page.last.id} if page and page.last else {}
        found = [self._entry_of(row) for row in await self.at_once.rows(PAGES[page is None], keys)]
        is_end = len(found) < PAGE
        last = found[-1] if found else None
        after = page.last.rank if page and page.last else None
        mine = [
            one
            for one in self._after.values()
            if one.place in IN_QUEUE
            and (after is None or one.rank > after)
            and (is_end or (last is not None and one.rank <= last.rank))
        ]
        if any(one.place is Place.PROMISED for one in mine):
            raise NeedsLocks  # whether their number is on the line (MAY_BE_OFFERED) is not known here
        return Page([one for one in found if one.id not in self._after] + mine, last, is_end)

    async def claim(self, entry: Entry, agent: Agent) -> Pair:
        """Whether nobody else has them is seen in the end."""
        return Pair(entry, agent)

    async def keep(self, before: Pair, after: Pair) -> None:  # noqa: ARG002 (as Writing's)
        """To be written."""
        entry, agent = after.entry, after.agent
        if entry:
            self._after[entry.id] = entry
            (self.waits.add if entry.place in IN_QUEUE else self.waits.discard)(entry.id)
        if agent:
            self._agents_after[agent.name] = agent
            (self.free.add if agent.state is AgentState.AVAILABLE else self.free.discard)(agent.name)
        self.changes.append(Change(entry.id if entry else None, agent.name if agent else None))

    async def add(self, entry: Entry) -> Entry:
        """A new place, one at most; its id is `added` in the end."""
        assert self._new is None
        self._new = entry
        return entry

    async def commit(self) -> None:
        """Write it. Raises Contended."""
        entries = [
            _Row(id_, version, changed_values(entry_values, before, self._after[id_]))
            for id_, (before, version) in sorted(self._entries.items())
            if id_ in self._after
        ]
        agents = [
            _Row(name, version, changed_values(agent_values, before, self._agents_after[name]))
            for name, (before, version) in sorted(self._agents.items())
            if name in self._agents_after
        ]
        new = entry_values(self._new) if self._new else None
        if not self.changes and new is None:
            return
        places, people = [one for one in entries if one.changed], [one for one in agents if one.changed]
        sql = _change(_shape(places), _shape(people), tuple(new or ()))
        arguments = [*_arguments(places, ENTRIES), *_arguments(people, AGENTS), *_written(new or {}, ENTRIES)]
        told = payload_of(self.changes) if self.changes else "[]"
        rows = await self.at_once.write(sql, [*arguments, told])
        if not rows:
            raise Contended
        if self._new:
            self.added = rows[0]["added"]
            self.changes.append(Change(self.added))
            if self._new.place in IN_QUEUE:
                self.waits.add(self.added)

    def _entry_of(self, row: Sequence[Any]) -> Entry:
        entry = entry_of(row[: WIDTH - 1])
        return self._entries.setdefault(entry.id, (entry, row[WIDTH - 1]))[0]

    def _agent_of(self, row: Sequence[Any]) -> Agent:
        agent = agent_of(row[:-1])
        return self._agents.setdefault(agent.name, (agent, row[-1]))[0]


@dataclass(frozen=True, slots=True)
class _Row:
    """A row that is to be changed."""

    key: int | str
    version: int
    changed: Mapping[str, Any]


def _shape(rows: Sequence[_Row]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(one.changed) for one in rows)


def _arguments(rows: Sequence[_Row], table: Table) -> list[object]:
    return [argument for one in rows for argument in (one.key, one.version, *_written(one.changed, table))]


def _written(values: Mapping[str, Any], table: Table) -> list[object]:
    return [written(table.c[name], value) for name, value in values.items()]


@dataclass(slots=True)
class _Text:
    """A statement as it is put together."""

    parts: list[str] = field(default_factory=list)
    number: int = 0

    def next(self, kind: str) -> str:
        """The next argument."""
        self.number += 1
        return f"${self.number}::{kind}"

    def of(self, column: Column[Any]) -> str:
        """The next argument, for that column."""
        return self.next(column.type.compile(POSTGRESQL))


@cache
def _change(
    entries: tuple[tuple[str, ...], ...], agents: tuple[tuple[str, ...], ...], new: tuple[str, ...]
) -> str:
    """The statement that changes these columns of so many places and agents, and adds a place of `new` columns; nothing, or all of it.

    The rows are held one after the other, each only if those before are: places first. It gives one row, or none.
    """
    text, held, writes = _Text(), list[str](), list[str]()
    tables = [*((ENTRIES, ENTRIES.c.id, columns) for columns in entries)]
    tables += [*((AGENTS, AGENTS.c.name, columns) for columns in agents)]
    for nth, (table, key, columns) in enumerate(tables):
        is_it = f"{key.name} = {text.next(key.type.compile(POSTGRESQL))}"
        version = text.next("xid")
        before = f" AND EXISTS (SELECT FROM h{nth - 1})" if nth else ""
        held.append(
            f"h{nth} AS (SELECT {key.name} FROM {table.name} WHERE {is_it} AND xmin = {version}{before} FOR UPDATE SKIP LOCKED)"
        )
        sets = ", ".join(f"{name} = {text.of(table.c[name])}" for name in columns)
        writes.append(f"w{nth} AS (UPDATE {table.name} SET {sets} FROM ok WHERE {is_it})")
    last = f" FROM h{len(tables) - 1}" if tables else ""
    values = ", ".join(text.of(ENTRIES.c[name]) for name in new)
    if new:
        writes.append(
            f"w AS (INSERT INTO {ENTRIES.name} ({', '.join(new)}) SELECT {values} FROM ok RETURNING id)"
        )
    return _told(text, [*held, f"ok AS (SELECT 1{last})", *writes], adds=bool(new))


def _told(text: _Text, parts: Sequence[str], *, adds: bool) -> str:
    """… and tells it, with the new place's id, if there is one."""
    payload = text.next("text")
    if not adds:
        tells = f"SELECT pg_notify('{CHANNEL}', {payload}) FROM ok WHERE {payload} <> '[]'"
        return f"WITH {', '.join(parts)} SELECT 0 AS added, ({tells}) FROM ok"
    told = f"jsonb_build_array(jsonb_build_array(w.id, NULL)) || {payload}::jsonb"
    return f"WITH {', '.join(parts)} SELECT w.id AS added, pg_notify('{CHANNEL}', ({told})::text) FROM w"
