"""Which agent is offered which caller: skills, overflow, the longest idle first. No I/O, no clock."""

from collections.abc import Collection, Iterable
from datetime import datetime

from callbot.humans.queue_types import IN_QUEUE, Agent, AgentState, Entry, Offer, Priority, Rules


def next_offer(
    entries: Iterable[Entry], agents: Collection[Agent], at: datetime, rules: Rules
) -> Offer | None:
    """The first caller in the queue whom an available agent may take, and that agent; None: nobody for anybody.

    A caller for whom no agent is free holds up nobody behind them.
    """
    free = [agent for agent in agents if agent.state is AgentState.AVAILABLE]
    if not free:
        return None
    for entry in sorted((one for one in entries if one.place in IN_QUEUE), key=lambda one: one.rank):
        able = [agent for agent in free if may_take(agent, entry, at, rules)]
        if able:
            return Offer(entry.id, min(able, key=lambda agent: _preference(agent, entry)).name)
    return None


def may_take(agent: Agent, entry: Entry, at: datetime, rules: Rules) -> bool:
    """Whether this agent may be offered this caller at this time, whatever the agent does."""
    return is_able(agent, entry, at, rules) and not any(
        one.agent == agent.name and at - one.at < rules.try_again for one in entry.tried
    )


def is_able(agent: Agent, entry: Entry, at: datetime, rules: Rules) -> bool:
    """Skills alone: the caller's service and language, and after `rules.overflow` what comes near enough.

    An emergency overflows at once.
    """
    caller = entry.caller
    late = caller.priority is Priority.EMERGENCY or at - entry.entered_at >= rules.overflow
    services = {caller.service, *caller.overflow} if late else {caller.service}
    return not services.isdisjoint(agent.services) and (late or caller.language in agent.languages)


def _preference(agent: Agent, entry: Entry) -> tuple[bool, bool, datetime, str]:
    """Those of the caller's own service and language before those who help out; then who has been idle for longest."""
    caller = entry.caller
    helps_out = caller.service not in agent.services
    return helps_out, caller.language not in agent.languages, agent.idle_since, agent.name
