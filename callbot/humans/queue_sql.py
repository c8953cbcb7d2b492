"""One transaction on the queue's rows: statements, and what is read, held and written with them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, insert, literal, or_, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot import tables
from callbot.humans.queue_news import Change
from callbot.humans.queue_rows import agent_of, agent_values, entry_of, entry_values
from callbot.humans.queue_types import (
    IN_QUEUE,
    ON_LINE,
    OVER,
    Agent,
    AgentState,
    Caller,
    Entry,
    Pair,
    Place,
)
from callbot.humans.waiting_time import MOST

PAGE = 10
"""Callers read at once, from the first on, until there is no free agent or no caller any more."""
ENTRIES, AGENTS, MACHINES = tables.queue_entries, tables.queue_agents, tables.queue_machines
PLACE = [column for column in ENTRIES.c if column.name != "ranked_at"]
"""The columns that `queue_rows.entry_of` takes, in their order."""

ENTRY_BY_ID = select(*PLACE).where(ENTRIES.c.id == bindparam("key"))
WITH_AGENT = (
    select(*PLACE, *AGENTS.c)
    .join_from(ENTRIES, AGENTS, AGENTS.c.name == ENTRIES.c.agent, isouter=True)
    .where(ENTRIES.c.id == bindparam("key"))
)
BOTH = (
    select(*PLACE, *AGENTS.c)
    .join_from(ENTRIES, AGENTS, AGENTS.c.name == bindparam("name"))
    .where(ENTRIES.c.id == bindparam("key"))
    .with_for_update(skip_locked=True)
)
"""A place and an agent, both held; nothing where somebody else holds one of them."""
AGENT_BY_NAME = select(AGENTS).where(AGENTS.c.name == bindparam("key"))
ALL_AGENTS = select(AGENTS).where(AGENTS.c.state != AgentState.OFFLINE.value)
FREE_AGENTS = select(AGENTS).where(AGENTS.c.state == AgentState.AVAILABLE.value)
FREE_AGENT = select(AGENTS.c.name).where(AGENTS.c.state == AgentState.AVAILABLE.value).limit(1)
IS_IN_QUEUE = ENTRIES.c.place.in_([place.value for place in IN_QUEUE])
WAITING = select(*PLACE).where(IS_IN_QUEUE).order_by(ENTRIES.c.ranked_at, ENTRIES.c.id)
COMES_AFTER = or_(
    ENTRIES.c.ranked_at > bindparam("ranked_at"),
    (ENTRIES.c.ranked_at == bindparam("ranked_at")) & (ENTRIES.c.id > bindparam("key")),
)
_there = ENTRIES.alias()
IS_HERE = (
    select(_there.c.id)
    .where(
        _there.c.caller_hash == ENTRIES.c.caller_hash, _there.c.place.in_([place.value for place in ON_LINE])
    )
    .exists()
)
"""Somebody of that number is on the line: `agents.is_here`."""
MAY_BE_OFFERED = (ENTRIES.c.place != Place.PROMISED.value) | ~IS_HERE
FIRST_PAGE = WAITING.where(MAY_BE_OFFERED).limit(PAGE)
NEXT_PAGE = WAITING.where(COMES_AFTER, MAY_BE_OFFERED).limit(PAGE)
IS_DIALLED = (
    (ENTRIES.c.place == Place.CONNECTED.value)
    & (ENTRIES.c.machine == "")
    & ENTRIES.c.promised_at.is_not(None)
)
"""Talks that an agent has dialled: `Entry.is_call_back`."""
NEWEST = select(*PLACE).where(ENTRIES.c.call_id == bindparam("key")).order_by(ENTRIES.c.id.desc()).limit(1)
LIVE = select(*PLACE).where(ENTRIES.c.place.in_([place.value for place in Place if place not in OVER]))


def is_callers() -> ColumnElement[bool]:
    """Places of a call, or of a number."""
    return or_(ENTRIES.c.call_id == bindparam("call_id"), ENTRIES.c.caller_hash == bindparam("caller_hash"))


MINE = LIVE.where(is_callers()).order_by(ENTRIES.c.id).with_for_update()
HANDLED = (
    select(ENTRIES.c.service, ENTRIES.c.connected_at, ENTRIES.c.released_at)
    .where(ENTRIES.c.released_at >= bindparam("since"))
    .order_by(ENTRIES.c.released_at.desc())
    .limit(3 * MOST)
)
LOST_LINES = select(ENTRIES.c.id, ENTRIES.c.call_id).where(
    ENTRIES.c.place.in_([place.value for place in ON_LINE]) & (ENTRIES.c.machine != ""),
    ENTRIES.c.machine.not_in(
        select(MACHINES.c.name).where(MACHINES.c.seen_at > bindparam("alive_at", type_=tables.UtcDateTime))
    ),
)
"""Callers on lines of machines that have not told for long that they live."""
RINGS = ENTRIES.c.place.in_([place.value for place in (Place.OFFERED, Place.CALLING_BACK, Place.DIALLED)])
_due_places = select(ENTRIES.c.id, literal("").label("name")).where(
    or_(
        (ENTRIES.c.place == Place.KEPT.value) & (ENTRIES.c.since <= bindparam("kept")),
        (ENTRIES.c.place == Place.PROMISED.value) & (ENTRIES.c.entered_at <= bindparam("promised")),
        RINGS & (ENTRIES.c.since < bindparam("rang")),
        IS_DIALLED & (ENTRIES.c.since < bindparam("dialled")),
        (ENTRIES.c.place == Place.WAITING.value)
        & (ENTRIES.c.passed_to_agent != "")
        & (ENTRIES.c.since <= bindparam("wanted")),
    )
)
_due_agents = select(literal(0), AGENTS.c.name).where(
    AGENTS.c.state == AgentState.WRAP_UP.value, AGENTS.c.since <= bindparam("over")
)
DUE = union_all(_due_places, _due_agents)
"""Places, by id, and agents, by name, of whom time alone may bring something."""
BEAT = (
    "WITH quiet AS (SELECT set_config('synchronous_commit', 'off', true)) "
    "INSERT INTO queue_machines (name, seen_at) SELECT $1::text, $2::timestamptz FROM quiet "
    "ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at"
)
"""That a machine lives need not outlive a crash of the database: no waiting for the disk. PostgreSQL's own."""
ADD_ENTRY = insert(ENTRIES).returning(ENTRIES.c.id)
CHANGE_ENTRY = update(ENTRIES).where(ENTRIES.c.id == bindparam("key"))
CHANGE_AGENT = update(AGENTS).where(AGENTS.c.name == bindparam("key"))


class Moved(Exception):  # noqa: N818 (no error: the transaction is to be begun anew)
    """An agent has another caller than a moment ago: to hold that one now would be to hold an agent before their place."""


@dataclass(frozen=True, slots=True)
class Page:
    """Callers of the queue, one after the other. `last`: the last one that was read; `is_end`: there is nobody after them."""

    entries: Sequence[Entry]
    last: Entry | None
    is_end: bool


@dataclass(slots=True)
class Writing:
    """A transaction that writes, with what it has changed."""

    connection: AsyncConnection
    alone: bool
    """Nobody else writes meanwhile: SQLite."""
    changes: list[Change] = field(default_factory=list)
    free: set[str] = field(default_factory=set)
    """Agents who have nothing to do since."""
    waits: set[int] = field(default_factory=set)
    """Callers who are to be offered since."""
    added: int = 0
    """The id of the place that was added."""

    async def entry(self, entry_id: int | None, *, skip_locked: bool = False) -> Entry | None:
        """A place, held until the end of the transaction. `skip_locked`: None where somebody else holds it."""
        row = await self._held(ENTRY_BY_ID, entry_id, skip_locked) if entry_id is not None else None
        return entry_of(row) if row else None

    async def agent(self, name: str, *, skip_locked: bool = False) -> Agent | None:
        """An agent, likewise."""
        row = await self._held(AGENT_BY_NAME, name, skip_locked) if name else None
        return agent_of(row) if row else None

    async def pair(self, entry_id: int) -> Pair:
        """A place and its agent, both held; in one statement where nobody else writes."""
        if not self.alone:
            entry = await self.entry(entry_id)
            return Pair(entry, await self.agent(entry.agent) if entry else None)
        row = (await self.connection.execute(WITH_AGENT, {"key": entry_id})).one_or_none()
        if row is None:
            return Pair()
        place, agent = row[: len(PLACE)], row[len(PLACE) :]
        return Pair(entry_of(place), agent_of(agent) if agent[0] is not None else None)

    async def keep(self, before: Pair, after: Pair) -> None:
        """Write what is different."""
        entry, agent = after.entry, after.agent
        if entry and (changed := changed_values(entry_values, before.entry, entry)):
            await self.connection.execute(CHANGE_ENTRY, {"key": entry.id, **changed})
        if agent and (changed := changed_values(agent_values, before.agent, agent)):
            await self.connection.execute(CHANGE_AGENT, {"key": agent.name, **changed})
        if agent:
            (self.free.add if agent.state is AgentState.AVAILABLE else self.free.discard)(agent.name)
        if entry:
            (self.waits.add if entry.place in IN_QUEUE else self.waits.discard)(entry.id)
        self.changes.append(Change(entry.id if entry else None, agent.name if agent else None))

    async def add(self, entry: Entry) -> Entry:
        """A new place; with its id."""
        entry_id = await self.connection.scalar(ADD_ENTRY, entry_values(entry))
        assert entry_id is not None
        self.changes.append(Change(entry_id))
        if entry.place in IN_QUEUE:
            self.waits.add(entry_id)
        self.added = entry_id
        return replace(entry, id=entry_id)

    async def places_of(self, caller: Caller) -> list[Entry]:
        """The places that the call or the number has, held."""
        keys = {"call_id": caller.call_id, "caller_hash": caller.caller_hash or ""}
        return [entry_of(row) for row in await self.connection.execute(MINE, keys)]

    async def next_page(self, page: Page | None) -> Page:
        """The callers after the page's last, in the queue's order; the first ones after none."""
        keys = {"ranked_at": page.last.ranked_at, "key": page.last.id} if page and page.last else {}
        rows = NEXT_PAGE if page else FIRST_PAGE
        found = [entry_of(row) for row in await self.connection.execute(rows, keys)]
        return Page(found, found[-1] if found else None, len(found) < PAGE)

    async def free_agents(self) -> list[Agent]:
        """All who are available."""
        return [agent_of(row) for row in await self.connection.execute(FREE_AGENTS)]

    async def with_place(self, name: str) -> Pair:
        """An agent and their caller, the caller held first. Raises Moved where it was another one by the time both were held."""
        row = (await self.connection.execute(AGENT_BY_NAME, {"key": name})).one_or_none()
        if row is None:
            return Pair()
        agent = agent_of(row)
        entry = await self.entry(agent.entry_id)
        held = agent if self.alone else await self.agent(name)
        if held and held.entry_id != agent.entry_id:
            raise Moved
        return Pair(entry, held)

    async def place_of(self, name: str) -> int | None:
        """The id of the place that an agent has to do with; not held. None: there is none."""
        row = (await self.connection.execute(AGENT_BY_NAME, {"key": name})).one_or_none() if name else None
        return agent_of(row).entry_id if row else None

    async def claim(self, entry: Entry, agent: Agent) -> Pair:
        """What of the two nobody else holds, as it is now; the agent only where the place is as it was read."""
        if self.alone:
            return Pair(entry, agent)
        keys = {"key": entry.id, "name": agent.name}
        row = (await self.connection.execute(BOTH, keys)).one_or_none()
        if row is not None:
            return Pair(entry_of(row[: len(PLACE)]), agent_of(row[len(PLACE) :]))
        held = await self.entry(entry.id, skip_locked=True)
        return Pair(held, await self.agent(agent.name, skip_locked=True) if held == entry else None)

    async def _held(self, rows: Select[Any], key: object, skip_locked: bool) -> Any:
        return (
            await self.connection.execute(rows.with_for_update(skip_locked=skip_locked), {"key": key})
        ).one_or_none()


def changed_values(
    values_of: Callable[[Any], dict[str, Any]], before: object, after: object
) -> dict[str, Any]:
    """The columns that are to be written: an index on what stays as it was need not be touched."""
    if before is None or before == after:
        return values_of(after) if before is None else {}
    old = values_of(before)
    return {name: value for name, value in values_of(after).items() if old[name] != value}
