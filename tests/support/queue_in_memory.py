"""The queue's decisions over two dictionaries: what the store must come to, whatever database it is on."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from callbot.humans.agents import next_offer
from callbot.humans.queue import close_desk, due, gets_back, handle, joined, new_agent, pass_on
from callbot.humans.queue_events import (
    AgentEvent,
    CallerPassedOn,
    CallerReturned,
    LineLost,
    OfferMade,
    PlaceEvent,
    QueueEvent,
)
from callbot.humans.queue_types import COMES_BACK_TO, ON_LINE, Agent, Caller, Entry, Offer, Pair, Rules


@dataclass
class InMemoryQueue:
    """Entries by id and agents by name; every method is one operation of the store."""

    rules: Rules = field(default_factory=Rules)
    entries: dict[int, Entry] = field(default_factory=dict)
    agents: dict[str, Agent] = field(default_factory=dict)

    def enter(self, caller: Caller, at: datetime) -> int:
        """Join, or get a place back; the entry's id."""
        known = gets_back(self.entries.values(), caller, at, self.rules)
        if known is None:
            known = joined(len(self.entries) + 1, caller, at)
            self.entries[known.id] = known
        elif known.place in COMES_BACK_TO:
            self.tell(known.id, CallerReturned(at, caller))
        return known.id

    def tell(self, entry_id: int, event: PlaceEvent) -> bool:
        """Something happened to a place."""
        entry = self.entries[entry_id]
        return self._keep(handle(Pair(entry, self.agents.get(entry.agent)), event, self.rules))

    def pass_on(self, entry_id: int, event: CallerPassedOn, *, by: str) -> int | None:
        """An agent passes on whom they talk to; the new entry's id."""
        passed = pass_on(Pair(self.entries[entry_id], self.agents.get(by)), event, self.rules)
        if passed is None:
            return None
        self._keep(passed[0])
        new_id = len(self.entries) + 1
        self.entries[new_id] = replace(passed[1], id=new_id)
        return new_id

    def tell_agent(self, name: str, event: AgentEvent) -> bool:
        """Something happened to an agent."""
        agent = self.agents.get(name) or new_agent(name, event.at)
        entry = self.entries.get(agent.entry_id or 0)
        return self._keep(handle(Pair(entry, agent), event, self.rules))

    def close_desk(self, name: str, at: datetime) -> bool:
        """Somebody else closes an agent's desk."""
        agent = self.agents.get(name)
        entry = self.entries.get((agent.entry_id if agent else None) or 0)
        return self._keep(close_desk(Pair(entry, agent), at, self.rules))

    def offer_all(self, at: datetime) -> list[Offer]:
        """Offer whomever may be offered."""
        made = []
        while offer := next_offer(self.entries.values(), self.agents.values(), at, self.rules):
            made.append(offer)
            assert self.offer(offer, at)
        return made

    def offer(self, offer: Offer, at: datetime) -> bool:
        """Make one offer."""
        pair = Pair(self.entries[offer.entry_id], self.agents[offer.agent])
        return self._keep(handle(pair, OfferMade(at), self.rules))

    def sweep(self, at: datetime) -> list[QueueEvent]:
        """What time brings."""
        pairs = [Pair(entry, self.agents.get(entry.agent)) for entry in self.entries.values()]
        alone = [agent for agent in self.agents.values() if agent.entry_id is not None]
        pairs += [Pair(self.entries[agent.entry_id or 0], agent) for agent in alone]
        events = []
        for pair in pairs:
            if event := due(pair, at, self.rules):
                events.append(event)
                self._keep(handle(pair, event, self.rules))
        return events

    def machine_died(self, machine: str, at: datetime) -> None:
        """The lines that it held are gone."""
        for entry in list(self.entries.values()):
            if entry.caller.machine == machine and entry.place in ON_LINE:
                self.tell(entry.id, LineLost(at))

    def _keep(self, pair: Pair | None) -> bool:
        if pair and pair.entry:
            self.entries[pair.entry.id] = pair.entry
        if pair and pair.agent:
            self.agents[pair.agent.name] = pair.agent
        return pair is not None
