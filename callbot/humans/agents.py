"""Which agent is offered which caller: skills, overflow, the longest idle first. No I/O, no clock."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from callbot.humans.queue_types import (
    IN_QUEUE,
    ON_LINE,
    Agent,
    AgentState,
    Entry,
    Offer,
    Place,
    Priority,
    Rules,
)


def next_offer(
    entries: Iterable[Entry], agents: Collection[Agent], at: datetime, rules: Rules
) -> Offer | None:
    """The first caller in the queue whom an available agent may take, and that agent; None: nobody for anybody.

    A caller for whom no agent is free holds up nobody behind them. Of the queue's beginning alone, the answer is the same one
    where it is not None.
    """
    free = [agent for agent in agents if agent.state is AgentState.AVAILABLE]
    if not free:
        return None
    entries = list(entries)
    here = on_line(entries)
    due = (one for one in entries if is_due(one, at) and not is_here(one, here))
    for entry in sorted(due, key=lambda one: one.rank):
        able = [agent for agent in free if may_take(agent, entry, at, rules)]
        if able:
            return Offer(entry.id, min(able, key=lambda agent: _preference(agent, entry)).name)
    return None


def is_due(entry: Entry, at: datetime) -> bool:
    """Whether somebody is to be offered them now: they wait on the line, or it is time to call them back."""
    return entry.place in IN_QUEUE and (entry.call_after is None or entry.call_after <= at)


def on_line(entries: Iterable[Entry]) -> Collection[str]:
    """The numbers, as hashes, of who is on the line, or talks to an agent who has dialled them."""
    hashes = (one.caller.caller_hash for one in entries if one.place in ON_LINE)
    return {one for one in hashes if one is not None}


def is_here(entry: Entry, here: Collection[str]) -> bool:
    """Whether the person would be called although their number is on the line: it would be engaged."""
    return entry.place is Place.PROMISED and entry.caller.caller_hash in here


@dataclass(frozen=True, slots=True)
class Kind:
    """All of a caller that decides who is able to take them. `late`: they have waited for long, or it is urgent."""

    service: str
    overflow: tuple[str, ...]
    language: str
    late: bool


def kind(entry: Entry, at: datetime, rules: Rules) -> Kind:
    """What kind of caller this is at this time. An emergency overflows at once."""
    caller = entry.caller
    late = caller.priority is Priority.EMERGENCY or at - entry.entered_at >= rules.overflow
    return Kind(caller.service, caller.overflow, caller.language, late)


def is_able(agent: Agent, caller: Kind) -> bool:
    """Skills alone: the caller's service and language, and of who is late the services that help out, in any language."""
    if caller.service in agent.services:
        return caller.late or caller.language in agent.languages
    return caller.late and not set(caller.overflow).isdisjoint(agent.services)


def may_take(agent: Agent, entry: Entry, at: datetime, rules: Rules) -> bool:
    """Whether this agent may be offered this caller at this time, whatever the agent does.

    Who was passed on to one agent is that one's; who was passed on to a service does not come back at once to who passed them on.
    """
    passed = entry.passed
    if passed and passed.wanted:
        return agent.name == passed.wanted
    if passed and agent.name == passed.by and not passed.is_back and at - entry.entered_at < rules.overflow:
        return False
    knows = passed is not None and passed.is_back and agent.name == passed.by
    return (knows or is_able(agent, kind(entry, at, rules))) and not any(
        one.agent == agent.name and at - one.at < rules.try_again for one in entry.tried
    )


def _preference(agent: Agent, entry: Entry) -> tuple[bool, bool, bool, datetime, str]:
    """Who knows the caller, because they passed them on in vain; those of the service before who helps; then the longest idle."""
    caller, passed = entry.caller, entry.passed
    strange = not (passed and passed.is_back and agent.name == passed.by)
    helps_out = caller.service not in agent.services
    return strange, helps_out, caller.language not in agent.languages, agent.idle_since, agent.name
