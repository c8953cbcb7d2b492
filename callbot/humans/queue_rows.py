"""A place and an agent as rows of callbot/tables.py, and back."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from callbot.humans.queue_types import Agent, AgentState, Caller, Entry, Place, Priority, Try


def entry_of(row: Row[Any]) -> Entry:
    """The place that a whole row of `queue_entries` is."""
    caller = Caller(
        row.call_id,
        row.machine,
        row.service,
        tuple(row.overflow),
        row.language,
        Priority(row.priority),
        row.reason,
        row.caller_hash,
    )
    return Entry(
        row.id,
        caller,
        row.entered_at,
        Place(row.place),
        row.since,
        row.agent,
        tuple(Try(agent, datetime.fromisoformat(at)) for agent, at in row.tried),
        row.connected_at,
        row.released_at,
    )


def entry_values(entry: Entry) -> dict[str, Any]:
    """The row of a place, without its id."""
    caller = entry.caller
    return {
        "call_id": caller.call_id,
        "machine": caller.machine,
        "service": caller.service,
        "overflow": list(caller.overflow),
        "language": caller.language,
        "priority": int(caller.priority),
        "reason": caller.reason,
        "caller_hash": caller.caller_hash,
        "entered_at": entry.entered_at,
        "ranked_at": entry.ranked_at,
        "place": entry.place.value,
        "since": entry.since,
        "agent": entry.agent,
        "tried": [[one.agent, one.at.isoformat()] for one in entry.tried],
        "connected_at": entry.connected_at,
        "released_at": entry.released_at,
    }


def agent_of(row: Row[Any]) -> Agent:
    """The agent that a whole row of `queue_agents` is."""
    return Agent(
        row.name,
        AgentState(row.state),
        row.since,
        row.idle_since,
        tuple(row.services),
        tuple(row.languages),
        row.telephone,
        row.reason,
        row.entry_id,
    )


def agent_values(agent: Agent) -> dict[str, Any]:
    """The row of an agent, without the name."""
    return {
        "state": agent.state.value,
        "since": agent.since,
        "idle_since": agent.idle_since,
        "services": list(agent.services),
        "languages": list(agent.languages),
        "telephone": agent.telephone,
        "reason": agent.reason,
        "entry_id": agent.entry_id,
    }
