"""A place and an agent as rows of the tables of callbot/tables/, and back."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from callbot.humans.queue_types import Agent, AgentState, Caller, Entry, Passed, Place, Priority, Try
from callbot.statements import Compiled

PRIORITIES = {int(priority): priority for priority in Priority}
STATES = {state.value: state for state in AgentState}
PLACES = {place.value: place for place in Place}
"""Much quicker than to ask the enumerations, for hundreds of rows."""


def entry_of(row: Sequence[Any]) -> Entry:
    """The place that a whole row of `queue_entries` is, its columns in order but for `ranked_at`, which follows from others."""
    columns: tuple[Any, ...] = tuple(row)
    entry_id, call_id, machine, service, overflow, language, priority, reason, caller_hash = columns[:9]
    entered_at, place, since, agent, tried, connected_at, released_at = columns[9:16]
    care, by, came_at, back_to, wanted, number, passed_to, promised_at, call_after, unanswered = columns[16:]
    caller = Caller(
        call_id, machine, service, overflow, language, PRIORITIES[priority], reason, caller_hash, care
    )
    return Entry(
        entry_id,
        caller,
        entered_at,
        PLACES[place],
        since,
        agent,
        _tries(tried),
        connected_at,
        released_at,
        Passed(by, came_at, back_to, wanted, number) if by else None,
        passed_to,
        promised_at,
        call_after,
        unanswered,
    )


class KnownPlaces:
    """The places that were read last, so that of hundreds only those are made anew that have changed."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[tuple[Any, ...], Entry]] = {}

    def of(self, rows: Iterable[tuple[Any, ...]], made_of: Compiled) -> list[Entry]:
        """The places that these rows, as the driver gives them, are; the statement says what is to be made of each column."""
        before, self._known = self._known, {}
        for row in rows:
            known = before.get(row[0])
            entry = known[1] if known and known[0] == row else entry_of(made_of.row(row))
            self._known[row[0]] = row, entry
        return [entry for _row, entry in self._known.values()]


def _tries(words: tuple[str, ...]) -> tuple[Try, ...]:
    pairs = zip(words[::2], words[1::2], strict=True)
    return tuple(Try(agent, datetime.fromisoformat(at)) for agent, at in pairs) if words else ()


def entry_values(entry: Entry) -> dict[str, Any]:
    """The row of a place, without its id."""
    caller, passed = entry.caller, entry.passed
    return {
        "call_id": caller.call_id,
        "machine": caller.machine,
        "service": caller.service,
        "overflow": caller.overflow,
        "language": caller.language,
        "priority": int(caller.priority),
        "reason": caller.reason,
        "caller_hash": caller.caller_hash,
        "entered_at": entry.entered_at,
        "ranked_at": entry.ranked_at,
        "place": entry.place.value,
        "since": entry.since,
        "agent": entry.agent,
        "tried": tuple(word for one in entry.tried for word in (one.agent, one.at.isoformat())),
        "connected_at": entry.connected_at,
        "released_at": entry.released_at,
        "care": caller.care,
        "passed_by": passed.by if passed else "",
        "came_at": passed.came_at if passed else None,
        "passed_back_to": passed.back_to if passed else (),
        "passed_to_agent": passed.wanted if passed else "",
        "passed_to_number": passed.number if passed else "",
        "passed_to": entry.passed_to,
        "promised_at": entry.promised_at,
        "call_after": entry.call_after,
        "unanswered": entry.unanswered,
    }


def agent_of(row: Sequence[Any]) -> Agent:
    """The agent that a whole row of `queue_agents` is, its columns in order."""
    name, state, *others = row
    return Agent(name, STATES[state], *others)


def agent_values(agent: Agent) -> dict[str, Any]:
    """The row of an agent, without the name."""
    return {
        "state": agent.state.value,
        "since": agent.since,
        "idle_since": agent.idle_since,
        "services": agent.services,
        "languages": agent.languages,
        "telephone": agent.telephone,
        "reason": agent.reason,
        "entry_id": agent.entry_id,
        "callback_id": agent.request,
        "was_paused": agent.was_paused,
    }
