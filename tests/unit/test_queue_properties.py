"""The queue whatever happens: nobody lost, nobody offered twice, in order, places kept."""

import itertools
from collections import Counter
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
)

from callbot.callback_states import CLAIM_LASTS
from callbot.humans.agents import is_due, is_here, may_take, next_offer, on_line
from callbot.humans.queue import DIALLED_FOR, new_agent
from callbot.humans.queue_events import (
    AgentDialled,
    AgentEvent,
    AgentPaused,
    AgentReady,
    AgentSettled,
    AgentSignedIn,
    AgentSignedOut,
    CallBackChosen,
    CallerHungUp,
    CallerPassedOn,
    CallerWithdrew,
    CallGoesOn,
    CallHeld,
    CallNotAnswered,
    OfferAccepted,
    OfferDeclined,
    OfferRangOut,
    PassedInVain,
    TalkEnded,
)
from callbot.humans.queue_types import (
    HEAD_START,
    IN_QUEUE,
    ON_LINE,
    OVER,
    PASSED_ON,
    Agent,
    AgentState,
    Caller,
    Entry,
    Place,
    Priority,
    Rules,
)
from tests.support.queue_in_memory import InMemoryQueue

BEGIN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SERVICES = ("accueil", "etat_civil", "urbanisme")
AGENTS = ("anna", "bruno", "chloé")
HERE = frozenset(Place) - {Place.ENDED, Place.LEFT}
RUNG = {
    Place.OFFERED: AgentState.RINGING,
    Place.CALLING_BACK: AgentState.RINGING,
    Place.CONNECTED: AgentState.BUSY,
}


def came(entry: Entry) -> datetime:
    """When they first came."""
    return entry.passed.came_at if entry.passed else entry.entered_at


def ahead(entry: Entry) -> timedelta:
    """How much sooner they count as having come."""
    start = HEAD_START[entry.caller.priority]
    return max(start, PASSED_ON) if entry.passed else start


class QueueMachine(RuleBasedStateMachine):
    """Callers and agents do anything in any order; what the test knows of each caller by itself is in `lost` and `talked`."""

    places = Bundle("places")

    @initialize(wrap_up=st.sampled_from((0, 30)), overflow=st.sampled_from((0, 180)))
    def open(self, wrap_up: int, overflow: int) -> None:
        """Begin with the rules of some town hall."""
        rules = Rules(wrap_up=timedelta(seconds=wrap_up), overflow=timedelta(seconds=overflow))
        self.queue = InMemoryQueue(rules)
        self.at = BEGIN
        self.calls = 0
        self.entered: dict[int, datetime] = {}
        self.dialled: dict[str, datetime] = {}
        self.gone: set[int] = set()
        """Those who went away themselves, for good."""

    @rule(
        target=places,
        number=st.sampled_from((None, "a", "b", "c", "d")),
        service=st.sampled_from(SERVICES),
        priority=st.sampled_from(Priority),
        language=st.sampled_from(("fr", "en")),
        machine=st.sampled_from(("m1", "m2")),
    )
    def enter(
        self, number: str | None, service: str, priority: Priority, language: str, machine: str
    ) -> object:
        """A call comes; a number that hung up in time, or is to be called back, gets its place back."""
        kept = [entry for entry in self.queue.entries.values() if self._awaits(entry, number)]
        self.calls += 1
        caller = Caller(
            f"call{self.calls}",
            machine,
            service,
            ("accueil",),
            language,
            priority,
            "asked",
            caller_hash=number,
        )
        entry_id = self.queue.enter(caller, self.at)
        if kept:
            assert entry_id == min(kept, key=lambda entry: entry.rank).id
            return multiple()
        assert entry_id not in self.entered
        self.entered[entry_id] = self.at
        assert self.queue.enter(caller, self.at) == entry_id  # told twice, entered once
        return entry_id

    def _awaits(self, entry: Entry, number: str | None) -> bool:
        if number is None or entry.caller.caller_hash != number:
            return False
        in_time = self.at - entry.since < self.queue.rules.kept
        return entry.place in (Place.PROMISED, Place.CALLING_BACK) or (entry.place is Place.KEPT and in_time)

    @rule(entry_id=places, event=st.sampled_from((CallerHungUp, CallBackChosen, CallerWithdrew, TalkEnded)))
    def caller_does(self, entry_id: int, event: type) -> None:
        """Hang up, choose a call-back, go another way, end the talk."""
        before = self.queue.entries[entry_id]
        done = self.queue.tell(entry_id, event(self.at))
        hidden = (
            event is CallerHungUp and not before.caller.caller_hash and before.place is not Place.CONNECTED
        )
        if done and (event is CallerWithdrew or hidden):
            self.gone.add(entry_id)

    @rule(
        target=places,
        entry_id=places,
        service=st.sampled_from(SERVICES),
        to=st.sampled_from(("service", "number", *AGENTS)),
        by=st.sampled_from((None, *AGENTS)),
    )
    def pass_on(self, entry_id: int, service: str, to: str, by: str | None) -> object:
        """Who talks passes the caller on: to a service, an agent, a telephone. Somebody else cannot."""
        before = self.queue.entries[entry_id]
        event = CallerPassedOn(
            self.at,
            to,
            service,
            agent=to if to in AGENTS else "",
            number="300" if to == "number" else "",
        )
        new_id = self.queue.pass_on(entry_id, event, by=by or before.agent)
        talks = before.place is Place.CONNECTED and before.caller.machine != ""
        assert (new_id is not None) == (talks and by in (None, before.agent))
        if new_id is None:
            return multiple()
        self.entered[new_id] = self.at
        ended, new = self.queue.entries[entry_id], self.queue.entries[new_id]
        assert (ended.place, ended.passed_to, ended.caller.caller_hash) == (Place.ENDED, to, None)
        assert new.place is (Place.DIALLED if to == "number" else Place.WAITING)
        assert new.caller.caller_hash == before.caller.caller_hash
        assert new.rank < before.rank or before.passed or before.caller.priority is Priority.EMERGENCY
        return new_id

    @rule(entry_id=places)
    def passed_in_vain(self, entry_id: int) -> None:
        """Nobody is there: who waits where they were passed on to comes back, once."""
        before = self.queue.entries[entry_id]
        done = self.queue.tell(entry_id, PassedInVain(self.at))
        passed = before.passed
        assert done == (
            passed is not None and not passed.is_back and before.place in (Place.WAITING, Place.DIALLED)
        )
        if done and passed:
            after = self.queue.entries[entry_id]
            assert (after.place, after.caller.service, after.rank) == (
                Place.WAITING,
                passed.back_to[0],
                before.rank,
            )

    @rule(entry_id=places, event=st.sampled_from((OfferAccepted, OfferDeclined, OfferRangOut)))
    def agent_answers(self, entry_id: int, event: type) -> None:
        """Take the caller, or not: then they wait on."""
        before = self.queue.entries[entry_id]
        rung = self.queue.agents.get(before.agent)
        done = self.queue.tell(entry_id, event(self.at))
        after = self.queue.entries[entry_id]
        assert done == (before.place in (Place.OFFERED, Place.CALLING_BACK, Place.DIALLED))
        if before.place is Place.DIALLED:
            assert after.place is (Place.ENDED if event is OfferAccepted else Place.WAITING)
        if done and rung and event is not OfferAccepted:
            assert after.place in IN_QUEUE
            assert not may_take(rung, after, self.at, self.queue.rules)
            paused = self.queue.agents[rung.name].state is AgentState.PAUSED
            assert paused == (event is OfferRangOut)

    @rule(entry_id=places, again_s=st.sampled_from((None, 1, 300)))
    def nobody_answers(self, entry_id: int, again_s: int | None) -> None:
        """Who was to be called back is tried later, three times; who is on the line has answered. The agent is free at once."""
        before = self.queue.entries[entry_id]
        again_at = self.at + timedelta(seconds=again_s) if again_s else None
        called = before.place in (Place.PROMISED, Place.CALLING_BACK, Place.CONNECTED) and before.is_call_back
        assert self.queue.tell(entry_id, CallNotAnswered(self.at, again_at)) == called
        after = self.queue.entries[entry_id]
        if not called:
            return
        assert after.unanswered == before.unanswered + 1
        assert (after.place, after.agent, after.connected_at, after.released_at) == (
            Place.LEFT if after.unanswered >= 3 else Place.PROMISED, "", None, None
        )  # fmt: skip
        assert not is_due(after, self.at)
        if before.agent:
            assert self.queue.agents[before.agent].state is AgentState.AVAILABLE
        if after.place is Place.LEFT:
            self.gone.add(entry_id)

    @rule(entry_id=places, until_s=st.sampled_from((None, 60)))
    def somebody_is_at_it(self, entry_id: int, until_s: int | None) -> None:
        """Of a promise alone: it is offered to nobody until then, and keeps its place."""
        before = self.queue.entries[entry_id]
        until = self.at + timedelta(seconds=until_s) if until_s else None
        held = self.queue.tell(entry_id, CallHeld(self.at, until))
        assert held == (before.place is Place.PROMISED)
        assert self.queue.entries[entry_id].rank == before.rank

    @rule(
        name=st.sampled_from(AGENTS),
        services=st.sets(st.sampled_from(SERVICES), min_size=1),
        languages=st.sampled_from((("fr",), ("fr", "en"))),
    )
    def sign_in(self, name: str, services: set[str], languages: tuple[str, ...]) -> None:
        """An agent comes, or says anew what they do; and is ready."""
        self.queue.tell_agent(name, AgentSignedIn(self.at, tuple(sorted(services)), languages))
        self.queue.tell_agent(name, AgentReady(self.at))

    @rule(name=st.sampled_from(AGENTS), what=st.sampled_from(("ready", "pause", "sign out")))
    def agent_does(self, name: str, what: str) -> None:
        """Ready, paused, away: never in the middle of a talk."""
        before = self.queue.agents.get(name)
        events: dict[str, AgentEvent] = {
            "ready": AgentReady(self.at),
            "pause": AgentPaused(self.at, "déjeuner"),
            "sign out": AgentSignedOut(self.at),
        }
        done = self.queue.tell_agent(name, events[what])
        if before and before.state in (AgentState.BUSY, AgentState.DIALLING):
            assert not done

    @rule(name=st.sampled_from(AGENTS))
    def somebody_closes_the_desk(self, name: str) -> None:
        """Not of who talks on a line of ours; of who has dialled it can be, and then they dial nobody."""
        before = self.queue.agents.get(name)
        entry = self.queue.entries.get((before.entry_id if before else None) or 0)
        done = self.queue.close_desk(name, self.at)
        if before is None or before.state is AgentState.OFFLINE:
            assert not done
            return
        talks = before.state is AgentState.BUSY and entry is not None and not entry.is_call_back
        assert done == (not talks)
        if done:
            after = self.queue.agents[name]
            assert (after.state, after.entry_id, after.request) == (AgentState.OFFLINE, None, None)
        if done and entry and self.queue.entries[entry.id].place is Place.LEFT:
            self.gone.add(entry.id)

    @rule(
        name=st.sampled_from(AGENTS),
        request=st.sampled_from((1, 2)),
        what=st.sampled_from(("dials", "settles", "forgets")),
    )
    def agent_calls_back(self, name: str, request: int, what: str) -> None:
        """Whoever is at their desk and does not talk takes no call while they dial, and is afterwards as before."""
        before = self.queue.agents.get(name, new_agent(name, self.at))
        events: dict[str, AgentEvent] = {
            "dials": AgentDialled(self.at, request),
            "settles": AgentSettled(self.at, request),
            "forgets": AgentSettled(self.at, request, said=False),
        }
        done = self.queue.tell_agent(name, events[what])
        after = self.queue.agents.get(name, before)
        if what == "dials":
            engaged = before.state in (AgentState.OFFLINE, AgentState.BUSY) or before.request == 3 - request
            assert done == (not engaged)
            assert not done or (after.state, after.request) == (AgentState.DIALLING, request)
            if done:
                self.dialled[name] = self.at
        else:
            assert done == (before.request == request)
            pauses = before.was_paused or what == "forgets"
            assert not done or after.state is (AgentState.PAUSED if pauses else AgentState.AVAILABLE)

    @rule(entry_id=places)
    def the_talk_goes_on(self, entry_id: int) -> None:
        """Of who was dialled alone."""
        before = self.queue.entries[entry_id]
        told = self.queue.tell(entry_id, CallGoesOn(self.at))
        assert told == (before.place is Place.CONNECTED and before.is_call_back)
        assert self.queue.entries[entry_id].connected_at == before.connected_at

    @rule()
    def offer(self) -> None:
        """The first caller whom a free agent may take is offered to the longest idle of those who suit best."""
        while offer := next_offer(
            self.queue.entries.values(), self.queue.agents.values(), self.at, self.queue.rules
        ):
            entry, agent = self.queue.entries[offer.entry_id], self.queue.agents[offer.agent]
            assert is_due(entry, self.at)
            if entry.place is Place.PROMISED and entry.caller.caller_hash:
                same = (
                    one
                    for one in self.queue.entries.values()
                    if one.caller.caller_hash == entry.caller.caller_hash
                )
                assert not {one.place for one in same} & set(ON_LINE)
            assert agent.state is AgentState.AVAILABLE
            assert self._overtaken(entry) == []
            assert self._longer_idle(entry, agent) == []
            assert self.queue.offer(offer, self.at)

    def _overtaken(self, entry: Entry) -> list[Entry]:
        free = [one for one in self.queue.agents.values() if one.state is AgentState.AVAILABLE]
        return [
            one
            for one in self.queue.entries.values()
            if is_due(one, self.at) and one.rank < entry.rank and not is_here(one, self._here())
            and any(may_take(agent, one, self.at, self.queue.rules) for agent in free)
        ]  # fmt: skip

    def _here(self) -> Collection[str]:
        return on_line(self.queue.entries.values())

    def _longer_idle(self, entry: Entry, agent: Agent) -> list[Agent]:
        if entry.passed and entry.passed.is_back and entry.passed.by == agent.name:
            return []  # who knows the caller already
        return [
            one
            for one in self.queue.agents.values()
            if one.state is AgentState.AVAILABLE and one.idle_since < agent.idle_since
            and may_take(one, entry, self.at, self.queue.rules)
            and entry.caller.service in one.services and entry.caller.language in one.languages
        ]  # fmt: skip

    @rule(seconds=st.sampled_from((1, 20, 31, 61, 200, 599, 601)))
    def time_passes(self, seconds: int) -> None:
        """Offers ring out, wrap-ups end, kept places expire, talks that were dialled are over: nothing else."""
        self.at += timedelta(seconds=seconds)
        before = dict(self.queue.entries)
        self.queue.sweep(self.at)
        self.let_go()
        for entry_id, entry in before.items():
            after, lasts = self.queue.entries[entry_id], self.at - entry.since
            if entry.place is Place.KEPT:
                assert after.place is not Place.LEFT or entry.promised_at is None
                assert (after.place is not Place.KEPT) == (lasts >= timedelta(minutes=10))
            if entry.place is Place.CONNECTED:
                over = entry.is_call_back and lasts > DIALLED_FOR
                assert (after.unanswered > entry.unanswered) == over
                assert (after.place is not Place.CONNECTED) == over
            if after.place is Place.LEFT and entry.place in (Place.KEPT, Place.CONNECTED):
                self.gone.add(entry_id)

    def let_go(self) -> None:
        """Of whom nothing was told for as long as a request is somebody's: as the list does it (callback_turns.Turns.let_go)."""
        for agent in list(self.queue.agents.values()):
            if agent.request is not None and self.at - self.dialled[agent.name] >= CLAIM_LASTS:
                assert self.queue.tell_agent(agent.name, AgentSettled(self.at, agent.request, said=False))

    def teardown(self) -> None:
        """Whatever has happened: a while later nobody dials any more, and whoever did is there, paused."""
        if not hasattr(self, "queue"):
            return
        dialled = {name for name, agent in self.queue.agents.items() if agent.state is AgentState.DIALLING}
        self.time_passes(int(CLAIM_LASTS.total_seconds()))
        assert {self.queue.agents[name].state for name in dialled} <= {AgentState.PAUSED}

    @rule(machine=st.sampled_from(("m1", "m2")))
    def machine_dies(self, machine: str) -> None:
        """Its lines are gone, and the places kept; who is to be called back is not concerned."""
        promised = [
            e.id for e in self.queue.entries.values() if e.place in (Place.PROMISED, Place.CALLING_BACK)
        ]
        before = dict(self.queue.entries)
        self.queue.machine_died(machine, self.at)
        assert [self.queue.entries[entry_id] for entry_id in promised] == [
            before[entry_id] for entry_id in promised
        ]
        for entry_id, entry in before.items():
            on_line = (Place.WAITING, Place.OFFERED, Place.DIALLED)
            if entry.place in on_line and entry.caller.machine == machine:
                assert self.queue.entries[entry_id].place is Place.KEPT

    @invariant()
    def nobody_is_lost(self) -> None:
        """Who has not gone away and has not talked is there, as old as when they came."""
        entries = self.queue.entries
        assert set(entries) == set(self.entered)
        assert {entry_id for entry_id, entry in entries.items() if entry.place is Place.LEFT} == self.gone
        assert {entry_id: entry.entered_at for entry_id, entry in entries.items()} == self.entered

    @invariant()
    def a_call_is_in_one_place(self) -> None:
        """Who is passed on has one place more, and nobody two that are not over; only one agent is offered who is passed on to one."""
        entries = self.queue.entries.values()
        here = Counter(entry.caller.call_id for entry in entries if entry.place not in OVER)
        assert max(here.values(), default=1) == 1
        assert sum(entry.passed_to != "" for entry in entries) == sum(
            entry.passed is not None for entry in entries
        )
        for entry in entries:
            if entry.passed and entry.passed.wanted and entry.place is Place.OFFERED:
                assert entry.agent == entry.passed.wanted

    @invariant()
    def nobody_is_offered_twice(self) -> None:
        """Whoever is offered or talks has exactly one agent, and each ringing or busy agent exactly one caller."""
        entries, agents = self.queue.entries, self.queue.agents
        rung = {
            (entry.id, entry.agent, RUNG[entry.place]) for entry in entries.values() if entry.place in RUNG
        }
        ringing = {
            (agent.entry_id, agent.name, agent.state)
            for agent in agents.values()
            if agent.state in (AgentState.RINGING, AgentState.BUSY)
        }
        assert rung == ringing
        assert max(Counter(name for _, name, _ in rung).values(), default=1) == 1

    @invariant()
    def nothing_tells_who_has_gone(self) -> None:
        """Once no place is kept, nothing of the caller's number is; an agent who is free has no caller."""
        hashes = [e.caller.caller_hash for e in self.queue.entries.values() if e.place not in HERE]
        assert set(hashes) <= {None}
        free = (AgentState.AVAILABLE, AgentState.DIALLING)
        assert {a.entry_id for a in self.queue.agents.values() if a.state in free} <= {None}
        for agent in self.queue.agents.values():
            assert (agent.request is not None) == (agent.state is AgentState.DIALLING)

    @invariant()
    def nobody_starves(self) -> None:
        """In the order of the queue, who comes later is before only by less than the head starts' difference."""
        waiting = sorted(
            (e for e in self.queue.entries.values() if e.place in IN_QUEUE), key=lambda e: e.rank
        )
        for first, then in itertools.pairwise(waiting):
            assert came(first) - came(then) <= ahead(first) - ahead(then)
            if first.caller.priority == then.caller.priority and not (first.passed or then.passed):
                assert (first.entered_at, first.id) < (then.entered_at, then.id)


QueueMachine.TestCase.settings = settings(max_examples=150, stateful_step_count=50, deadline=None)
TestQueue = QueueMachine.TestCase
