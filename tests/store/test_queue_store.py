"""The queue in the database, on SQLite and on a real PostgreSQL: what queue.py decides, whoever else is at it."""

import asyncio
import itertools
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from callbot import tables
from callbot.at_once import OnPostgres, OnSqlite
from callbot.caller_data import erase_caller, export_caller
from callbot.config import Settings
from callbot.database import Database, NotAside
from callbot.dialogue.waiting_news import Desk, PlaceSeen, QueueNews, Stands
from callbot.errors import DatabaseError
from callbot.events import EnterQueue, LookAtQueue
from callbot.humans import queue_looking
from callbot.humans.desk_cards import Cards
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
    CallNotAnswered,
    OfferAccepted,
    OfferDeclined,
    OfferRangOut,
    PassedInVain,
    TalkEnded,
)
from callbot.humans.queue_keeper import QueueKeeper
from callbot.humans.queue_looking import Overview
from callbot.humans.queue_news import EVERYTHING, MOST_WAITING, Change, News
from callbot.humans.queue_store import LEASE, QueueStore
from callbot.humans.queue_types import WITH_AGENT, AgentState, Caller, Entry, Place, Priority, Rules
from callbot.humans.waiting_time import Standing
from callbot.stats.earlier_calls import called_in_vain
from callbot.waiting_room import Known, WaitingRoom
from tests.support.postgres import Cluster
from tests.support.queue_in_memory import InMemoryQueue

NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
AGENTS = ("anna", "bruno", "chloé")
PLACE_EVENTS = (
    *(OfferAccepted, OfferAccepted, OfferAccepted, OfferAccepted, TalkEnded, TalkEnded, TalkEnded),
    *(
        OfferDeclined,
        OfferRangOut,
        CallerHungUp,
        CallBackChosen,
        CallerWithdrew,
        PassedInVain,
        CallGoesOn,
        CallNotAnswered,
    ),
)
"""The more often, the likelier a scene has it."""


def caller(number: int, *, machine: str = "m1", known: bool = True) -> Caller:
    """The caller of one call for the accueil."""
    return Caller(
        f"call{number}", machine, "accueil", reason="asked", caller_hash=f"h{number}" if known else None
    )


async def come(store: QueueStore, name: str, at: datetime = NOON) -> None:
    """An agent of the accueil signs in and is ready."""
    assert await store.tell_agent(name, AgentSignedIn(at, ("accueil",), telephone="100"))
    assert await store.tell_agent(name, AgentReady(at))


@pytest.fixture
def store(database: Database) -> QueueStore:
    """The queue of one machine."""
    return QueueStore(database, Rules(), News(database))


@pytest.fixture
async def other(settings: Settings, database: Database) -> AsyncIterator[QueueStore]:
    """The same queue as another machine sees it, with connections of its own."""
    second = await Database.open(settings)
    yield QueueStore(second, Rules(), News(second))
    await second.close()


class Both:
    """The store and the decisions in memory, told the same."""

    def __init__(self, store: QueueStore, seed: int) -> None:
        self.store, self.memory, self.random = store, InMemoryQueue(store.rules), random.Random(seed)
        self.at, self.calls, self.steps = NOON, 0, 0

    async def step(self) -> None:
        """Anything happens."""
        self.steps += 1
        self.at += self.random.choice((1, 3, 40)) * SECOND
        choose = self.random.choice
        match self.random.randrange(10):
            case 0 | 1:
                self.calls += 1
                numbers, services = ("a", "b", "c", None), ("accueil", "etat_civil")
                new = Caller(
                    f"call{self.calls}", choose(("m1", "m2")), choose(services), ("accueil",), choose(("fr", "en")),
                    choose(list(Priority)), "asked", choose(numbers),
                )  # fmt: skip
                assert await self.store.enter(new, self.at) == self.memory.enter(new, self.at)
            case 2 | 3 | 4 if self.memory.entries:
                entry_id, event = self._some_entry(), choose(PLACE_EVENTS)(self.at)
                assert await self.store.tell(entry_id, event) == self.memory.tell(entry_id, event)
            case 7 | 8 if talking := self._talking():
                await self._pass_on(choose(talking))
            case 5 | 6:
                await self.agent(choose(AGENTS), choose(self._agent_events()))
            case _:
                await self.store.sweep(self.at)
                self.memory.sweep(self.at)
        self.memory.offer_all(self.at)

    def _talking(self) -> list[Entry]:
        return [entry for entry in self.memory.entries.values() if entry.place is Place.CONNECTED]

    async def _pass_on(self, entry: Entry) -> None:
        """To a service, an agent, or a telephone."""
        agent, number = self.random.choice((("", ""), (self.random.choice(AGENTS), ""), ("", "300")))
        service = self.random.choice(("accueil", "etat_civil"))
        event = CallerPassedOn(self.at, "là", service, agent=agent, number=number)
        told = await self.store.pass_on(entry.id, event, by=entry.agent)
        assert told == self.memory.pass_on(entry.id, event, by=entry.agent)

    async def agent(self, name: str, event: AgentEvent) -> None:
        """Something happens to an agent."""
        assert await self.store.tell_agent(name, event) == self.memory.tell_agent(name, event)

    def _some_entry(self) -> int:
        """Mostly one that an agent has to do with."""
        here = self.memory.entries
        rung = [entry.id for entry in here.values() if entry.place in WITH_AGENT]
        return self.random.choice(rung if rung and self.random.random() < 0.7 else list(here))

    def _agent_events(self) -> list[AgentEvent]:
        signed_in = AgentSignedIn(self.at, ("accueil", "etat_civil"), ("fr", "en"), "100")
        ready, paused = AgentReady(self.at), AgentPaused(self.at, "déjeuner")
        dialled, settled = AgentDialled(self.at, 7), AgentSettled(self.at, 7)
        settles, readies = [settled] * 4, [ready] * 4
        return [signed_in, signed_in, *readies, paused, AgentSignedOut(self.at), dialled, *settles]


@pytest.mark.parametrize("seed", range(3))
async def test_the_store_comes_to_what_is_decided_in_memory(store: QueueStore, seed: int) -> None:
    """500 random steps, and on until every place has been somebody's: every answer, and in the end every place and agent, is the same."""
    both = Both(store, seed)
    for name in AGENTS:
        await both.agent(name, AgentSignedIn(NOON, ("accueil", "etat_civil"), ("fr", "en"), "100"))
        await both.agent(name, AgentReady(NOON))
    seen: Counter[Place] = Counter()
    while both.steps < 500 or (set(seen) != set(Place) and both.steps < 4000):
        await both.step()
        seen.update(entry.place for entry in both.memory.entries.values())
    assert {id_: await store.entry(id_) for id_ in both.memory.entries} == both.memory.entries
    assert {name: await store.agent(name) for name in both.memory.agents} == both.memory.agents
    assert set(seen) == set(Place)


async def test_two_machines_offer_200_callers_once_each(store: QueueStore, other: QueueStore) -> None:
    """Both take callers in and have agents at work at once: each caller talks to exactly one, nobody is left."""
    stores = (store, other)
    quick = Rules(wrap_up=timedelta(0))
    for one in stores:
        one.rules = quick
    talked: list[int] = []

    async def work(one: QueueStore, name: str) -> None:
        await come(one, name)
        while len(talked) < 200:
            await one.offer_all(NOON)
            agent = await one.agent(name)
            assert agent
            if agent.state is AgentState.RINGING and agent.entry_id:
                assert await one.tell(agent.entry_id, OfferAccepted(NOON), by=name)
                talked.append(agent.entry_id)
                assert await one.tell(agent.entry_id, TalkEnded(NOON), by=name)
            await asyncio.sleep(0)

    async def arrive(one: QueueStore, numbers: range) -> list[int]:
        return [await one.enter(caller(number), NOON) for number in numbers]

    async with asyncio.TaskGroup() as tasks:
        arrivals = [tasks.create_task(arrive(stores[half], range(half, 200, 2))) for half in (0, 1)]
        for number in range(6):
            tasks.create_task(work(stores[number % 2], f"agent{number}"))
    entered = [entry_id for task in arrivals for entry_id in task.result()]
    assert sorted(talked) == sorted(entered)
    assert len(set(talked)) == 200
    assert (await store.overview()).entries == ()


async def test_machines_that_offer_at_once_make_every_offer_once(
    store: QueueStore, other: QueueStore
) -> None:
    """200 wait, 50 agents become available at once, four matchings race: 50 pairs, the first 50 callers or close to it."""
    ids = [await store.enter(caller(number), NOON) for number in range(200)]
    names = [f"agent{number}" for number in range(50)]
    async with store._database.begin() as connection:  # all at once, without a matching of their own
        await connection.execute(
            tables.queue_agents.insert(),
            [
                {
                    "name": name,
                    "state": "available",
                    "since": NOON,
                    "idle_since": NOON,
                    "services": ["accueil"],
                    "languages": ["fr"],
                    "telephone": "",
                    "reason": "",
                    "entry_id": None,
                }
                for name in names
            ],
        )
    made = await asyncio.gather(*(one.offer_all(NOON) for one in (store, other, store, other)))
    made.append(await store.offer_all(NOON))
    offers = [offer for some in made for offer in some]
    assert sorted(offer.agent for offer in offers) == sorted(names)
    assert len({offer.entry_id for offer in offers}) == 50
    overview = await other.overview()
    rung = {(entry.id, entry.agent) for entry in overview.entries if entry.place is Place.OFFERED}
    assert rung == {(offer.entry_id, offer.agent) for offer in offers}
    assert rung == {(agent.entry_id, agent.name) for agent in overview.agents}
    assert max(offer.entry_id for offer in offers) <= ids[99]


@pytest.mark.parametrize("seed", range(2))
async def test_two_machines_at_everything_at_once(store: QueueStore, other: QueueStore, seed: int) -> None:
    """Ten tasks do anything to the same few places and agents: no lock is waited for in a circle, and all agrees in the end."""
    numbers = itertools.count()

    async def act(one: QueueStore, chance: random.Random) -> None:
        for step in range(40):
            at = NOON + step * SECOND
            match chance.randrange(6):
                case 0 | 1:
                    await one.enter(replace(caller(next(numbers)), caller_hash=chance.choice("abcd")), at)
                case 2 | 3:
                    live = (await one.overview()).entries
                    if live:
                        await one.tell(chance.choice(live).id, chance.choice(PLACE_EVENTS)(at))
                case 4:
                    await one.tell_agent(chance.choice(AGENTS), AgentSignedIn(at, ("accueil",)))
                    await one.tell_agent(chance.choice(AGENTS), AgentReady(at))
                case _:
                    await one.tell_agent(chance.choice(AGENTS), AgentPaused(at, "déjeuner"))
                    await one.sweep(at)

    async with asyncio.TaskGroup() as tasks:
        for number in range(10):
            tasks.create_task(act((store, other)[number % 2], random.Random(10 * seed + number)))
    overview = await store.overview()
    rung = {
        (entry.id, entry.agent, entry.place is Place.CONNECTED)
        for entry in overview.entries
        if entry.place in WITH_AGENT
    }
    ringing = {
        (agent.entry_id, agent.name, agent.state is AgentState.BUSY)
        for agent in overview.agents
        if agent.state in (AgentState.RINGING, AgentState.BUSY)
    }
    assert rung == ringing
    assert len({name for _, name, _ in rung}) == len(rung)
    async with store._database.read() as connection:
        made = (await connection.scalars(select(tables.queue_entries.c.id))).all()
    assert len(overview.entries) < len(made) <= next(numbers)


async def test_who_waits_behind_many_of_another_service_is_found(store: QueueStore) -> None:
    """Thirty before them have no agent: the queue is read on until there is somebody whom the agent may take."""
    for number in range(30):
        await store.enter(replace(caller(number), service="urbanisme"), NOON)
    ids = [await store.enter(caller(number), NOON) for number in (40, 41)]
    await come(store, "anna")
    places = await _places(store)
    assert [places[entry_id] for entry_id in ids] == [Place.OFFERED, Place.WAITING]
    assert Counter(places.values()) == {Place.WAITING: 31, Place.OFFERED: 1}


async def test_a_restart_loses_nobody(settings: Settings) -> None:
    """The process is gone without a word: its callers call again and have their places; call-backs and agents stay."""
    first = await Database.open(settings)
    before = QueueStore(first, Rules(), News(first))
    await before.beat("host:1", NOON)
    ids = [
        await before.enter(caller(number, machine="host:1"), NOON + number * SECOND) for number in range(4)
    ]
    assert await before.tell(ids[1], CallBackChosen(NOON + 5 * SECOND))
    await come(before, "anna", NOON + 6 * SECOND)
    assert await before.tell_agent("bruno", AgentSignedIn(NOON, ("etat_civil",)))
    await first.close()

    second = await Database.open(settings)
    after = QueueStore(second, Rules(), News(second))
    now = [NOON + 7 * SECOND]
    keeper = QueueKeeper(after, "host:2", lambda: now[0])
    await keeper.tick()
    assert [e.place for e in (await after.overview()).entries] == [
        Place.OFFERED, Place.PROMISED, Place.WAITING, Place.WAITING,
    ]  # fmt: skip
    for _ in range(6):
        now[0] += 2 * SECOND
        await keeper.tick()
    overview = await after.overview()
    kept = Place.KEPT
    assert [(e.id, e.place) for e in overview.entries] == [
        (ids[0], kept), (ids[1], Place.CALLING_BACK), (ids[2], kept), (ids[3], kept),
    ]  # fmt: skip
    assert [(agent.name, agent.state) for agent in overview.agents] == [
        ("anna", AgentState.RINGING), ("bruno", AgentState.PAUSED),
    ]  # fmt: skip
    assert await after.enter(_again(2), now[0]) == ids[2]
    assert await after.enter(caller(9, machine="host:2"), now[0]) not in ids
    assert await after.standing(ids[2], now[0]) == Standing(1, None)
    assert await after.enter(_again(0), now[0]) == ids[0]
    assert await after.standing(ids[2], now[0]) == Standing(2, None)
    await second.close()


def _again(number: int) -> Caller:
    return Caller(f"again{number}", "host:2", "accueil", reason="asked", caller_hash=f"h{number}")


async def test_a_machine_that_stops_says_so(store: QueueStore) -> None:
    """Its callers' places are kept at once, its agent is free for those of the others."""
    await store.beat("m1", NOON)
    await store.beat("m2", NOON)
    first = await store.enter(caller(1, machine="m1"), NOON)
    second = await store.enter(caller(2, machine="m2"), NOON)
    await come(store, "anna")
    assert (await _places(store)) == {first: Place.OFFERED, second: Place.WAITING}
    await store.leave("m1", NOON + SECOND)
    assert (await _places(store)) == {first: Place.KEPT, second: Place.OFFERED}


async def _places(store: QueueStore) -> dict[int, Place]:
    return {entry.id: entry.place for entry in (await store.overview()).entries}


async def test_who_has_been_away_judges_nobody(store: QueueStore, database: Database) -> None:
    """After an outage for all, every machine tells that it lives before lines are taken for lost."""
    now = [NOON]
    keepers = [QueueKeeper(store, name, lambda: now[0]) for name in ("m1", "m2")]
    for keeper in keepers:
        await keeper.tick()
    entry_id = await store.enter(caller(1, machine="m2"), NOON)
    now[0] += 6 * LEASE
    for keeper in keepers:
        await keeper.tick()
    now[0] += 2 * SECOND
    await keepers[0].tick()
    assert (await _places(store)) == {entry_id: Place.WAITING}
    for _ in range(6):
        now[0] += 2 * SECOND
        await keepers[0].tick()
    assert (await _places(store)) == {entry_id: Place.KEPT}


async def test_a_keeper_at_work(store: QueueStore) -> None:
    """The task says that the machine lives and hears the news; ended, the machine has left, and its callers' places are kept."""
    keeping = asyncio.create_task(QueueKeeper(store, "m1", lambda: NOON).run())
    with store.news.subscribe() as changes:
        async with asyncio.timeout(20):
            await store.news.listening.wait()
            while not await _machines(store):  # noqa: ASYNC110 (written by the other task)
                await asyncio.sleep(0.01)
        assert await _machines(store) == ["m1"]
        entry_id = await store.enter(caller(1), NOON)
        while await _next(changes) != Change(entry_id, None):
            pass
    keeping.cancel()
    await asyncio.wait([keeping])
    assert keeping.cancelled()
    assert (await _machines(store), await _places(store)) == ([], {entry_id: Place.KEPT})


async def _machines(store: QueueStore) -> list[str]:
    async with store._database.read() as connection:
        return list(await connection.scalars(select(tables.queue_machines.c.name)))


async def test_a_line_taken_for_lost_comes_back(store: QueueStore) -> None:
    """A machine that stood still for a while, its callers on the line: each call gets its own place back, without a number."""
    await store.beat("m1", NOON)
    entry_id = await store.enter(caller(1, known=False), NOON)
    assert await store.release_dead(NOON + 2 * LEASE) == 1
    assert (await _places(store)) == {entry_id: Place.KEPT}
    assert await store.enter(caller(1, known=False), NOON + 3 * LEASE) == entry_id
    assert (await _places(store)) == {entry_id: Place.WAITING}


async def test_a_call_back_needs_no_machine(store: QueueStore) -> None:
    """Whoever is called back talks on whichever machine dies: nothing of ours holds their line."""
    await store.beat("m1", NOON)
    entry_id = await store.enter(caller(1), NOON)
    await store.tell(entry_id, CallBackChosen(NOON))
    await come(store, "anna")
    assert await store.tell(entry_id, OfferAccepted(NOON), by="anna")
    assert await store.release_dead(NOON + 2 * LEASE) == 0
    assert (await _places(store)) == {entry_id: Place.CONNECTED}


async def test_a_place_belongs_to_one_call(store: QueueStore) -> None:
    """Who called again waits on, when the end of their first call is told late."""
    entry_id = await store.enter(caller(1), NOON)
    assert await store.tell(entry_id, CallerHungUp(NOON), call_id="call1")
    assert await store.enter(_again(1), NOON) == entry_id
    assert not await store.tell(entry_id, CallerHungUp(NOON), call_id="call1")
    assert (await _places(store)) == {entry_id: Place.WAITING}
    assert await store.tell(entry_id, CallerHungUp(NOON), call_id="again1")
    assert (await _places(store)) == {entry_id: Place.KEPT}


async def test_an_answer_that_comes_too_late_changes_nothing(store: QueueStore) -> None:
    """Rung out at one agent, offered to the next: the first one's answer, and an answer twice, are told as late."""
    await come(store, "anna")
    await come(store, "bruno", NOON + SECOND)
    entry_id = await store.enter(caller(1), NOON + 2 * SECOND)
    assert await store.tell(entry_id, OfferRangOut(NOON + 22 * SECOND), by="anna")
    at = NOON + 23 * SECOND
    assert not await store.tell(entry_id, OfferAccepted(at), by="anna")
    assert await store.tell(entry_id, OfferAccepted(at), by="bruno")
    assert not await store.tell(entry_id, OfferAccepted(at), by="bruno")
    assert not await store.tell(999, CallerHungUp(at))
    assert not await store.tell_agent("nobody", AgentReady(at))
    anna = await store.agent("anna")
    assert anna
    assert (anna.state, anna.reason) == (AgentState.PAUSED, "ne répond pas")


async def test_how_a_caller_stands(store: QueueStore) -> None:
    """Position among those for the same agents; a time once three callers were handled, wrap-up included; then nothing."""
    await come(store, "anna")
    for number in range(3):
        at = NOON + number * timedelta(minutes=5)
        entry_id = await store.enter(caller(number), at)
        assert await store.tell(entry_id, OfferAccepted(at))
        assert await store.tell(entry_id, TalkEnded(at + 90 * SECOND))
        await store.sweep(at + 120 * SECOND)
    at = NOON + timedelta(minutes=15)
    ids = [await store.enter(caller(number), at) for number in range(10, 13)]
    assert await store.standing(ids[0], at) is None
    assert await store.standing(ids[1], at) == Standing(1, 4)
    assert await store.standing(ids[2], at) == Standing(2, 7)
    assert await store.standing(ids[2], at + timedelta(hours=3)) == Standing(2, None)


async def test_places_that_are_over_are_forgotten(store: QueueStore) -> None:
    """No number's hash stays with a place that is over, and the place goes after its day."""
    await come(store, "anna")
    ids = [await store.enter(caller(number), NOON) for number in range(3)]
    await store.tell(ids[0], OfferAccepted(NOON))
    await store.tell(ids[0], TalkEnded(NOON))
    await store.tell(ids[1], CallerWithdrew(NOON))
    async with store._database.read() as connection:
        table = tables.queue_entries
        rows = (await connection.execute(select(table.c.id, table.c.caller_hash).order_by(table.c.id))).all()
    assert [tuple(row) for row in rows] == [(ids[0], None), (ids[1], None), (ids[2], "h2")]
    assert await store.purge(NOON) == 0
    assert await store.purge(NOON + SECOND) == 2
    assert list(await _places(store)) == [ids[2]]


async def test_a_caller_s_places_can_be_had_and_erased(store: QueueStore, database: Database) -> None:
    """Kept and promised ones go; who is on the line stays, without the hash, and is answered."""
    ids = [await store.enter(replace(caller(number), caller_hash="h"), NOON) for number in range(3)]
    await store.tell(ids[0], CallerHungUp(NOON))
    await store.tell(ids[1], CallBackChosen(NOON))
    other = await store.enter(caller(9), NOON)
    exported = json.loads(json.dumps(await export_caller(database, "h")))
    assert [(one["id"], one["place"], one["overflow"]) for one in exported["queue"]] == [
        (ids[0], "kept", []), (ids[1], "promised", []), (ids[2], "waiting", []),
    ]  # fmt: skip
    await erase_caller(database, "h", actor="test")
    assert (await export_caller(database, "h"))["queue"] == []
    assert (await _places(store)) == {ids[2]: Place.WAITING, other: Place.WAITING}


async def test_changes_are_told_in_this_process(store: QueueStore) -> None:
    """Who subscribes hears which rows to read; who does not read hears that everything may have changed."""
    listening = asyncio.create_task(store.news.run())
    await store.news.listening.wait()
    with store.news.subscribe() as changes:
        while not changes.empty():
            changes.get_nowait()
        entry_id = await store.enter(caller(1), NOON)
        assert await _next(changes) == Change(entry_id, None)
        await come(store, "anna")
        heard = [await _next(changes) for _ in range(3)]
        assert heard == [Change(None, "anna"), Change(None, "anna"), Change(entry_id, "anna")]
        for number in range(MOST_WAITING + 1):
            store.news._tell(Change(number))
        assert (changes.qsize(), await _next(changes)) == (2, EVERYTHING)
    listening.cancel()


async def _next(changes: asyncio.Queue[Change]) -> Change:
    async with asyncio.timeout(10):
        return await changes.get()


async def test_changes_are_told_to_other_machines_also_after_an_outage(
    cluster: Cluster, settings: Settings
) -> None:
    """PostgreSQL tells them; when it comes back, everything may have changed."""
    if "postgresql" not in settings.database_url:
        return  # one process has SQLite
    user = settings.database_url.split("//")[1].split(":")[0].split("@")[0]
    here, there = await Database.open(settings), await Database.open(settings)
    store, news = QueueStore(here, Rules(), News(here)), News(there)
    with news.subscribe() as changes:
        listening = asyncio.create_task(news.run())
        assert await _next(changes) == EVERYTHING
        entry_id = await store.enter(caller(1), NOON)
        assert await _next(changes) == Change(entry_id, None)
        await cluster.forbid(user)
        await cluster.allow(user)
        assert await _next(changes) == EVERYTHING
        await store.tell(entry_id, CallerHungUp(NOON))
        assert await _next(changes) == Change(entry_id, None)
        listening.cancel()
    await here.close()
    await there.close()


async def test_a_database_that_ends_every_connection_is_told_as_one_that_is_away(
    cluster: Cluster, settings: Settings
) -> None:
    """Whatever is being asked at that moment: a caller's seat and the queue's keeper know that error, and no other."""
    if "postgresql" not in settings.database_url:
        return  # SQLite has no connections that somebody else ends
    user = settings.database_url.split("//")[1].split(":")[0].split("@")[0]
    database = await Database.open(settings)
    store = QueueStore(database, Rules(), News(database))
    entry_id, others, over = await store.enter(caller(1), NOON), Counter[str](), asyncio.Event()

    async def look() -> None:
        while not over.is_set():
            try:
                await store.entry(entry_id)
                await store.tell(entry_id, CallerHungUp(NOON))
            except DatabaseError:
                pass
            except Exception as error:  # noqa: BLE001 (what is looked for)
                others[repr(error)] += 1
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(20):
            tasks.create_task(look())
        for _ in range(8):
            await asyncio.sleep(0.15)
            await cluster.execute(
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{user}'"  # noqa: S608
            )
        over.set()
    assert others == {}
    assert await store.entry(entry_id)
    await database.close()


async def test_everything_at_a_glance(store: QueueStore) -> None:
    """The overview is in the queue's order, without those who are over and agents who are not there."""
    assert await store.overview() == Overview((), ())
    late = await store.enter(caller(1), NOON)
    sooner = await store.enter(
        Caller("urgent", "m1", "accueil", priority=Priority.EMERGENCY, caller_hash="x"), NOON + SECOND
    )
    gone = await store.enter(caller(3), NOON)
    await store.tell(gone, CallerWithdrew(NOON))
    await come(store, "anna", NOON + SECOND)
    assert await store.tell_agent("bruno", AgentSignedIn(NOON, ("accueil",)))
    assert await store.tell_agent("bruno", AgentSignedOut(NOON))
    overview = await store.overview()
    assert [(entry.id, entry.place, entry.agent) for entry in overview.entries] == [
        (sooner, Place.OFFERED, "anna"), (late, Place.WAITING, ""),
    ]  # fmt: skip
    assert [(agent.name, agent.state, agent.entry_id) for agent in overview.agents] == [
        ("anna", AgentState.RINGING, sooner)
    ]


async def test_what_somebody_else_holds_is_waited_for(store: QueueStore, other: QueueStore) -> None:
    """A place is held by a transaction, and changed by it: who tells meanwhile comes too late, nothing of both is lost."""
    entry_id = await store.enter(caller(1), NOON)
    other_id = await store.enter(caller(2), NOON)
    async with other.holding([entry_id], NOON) as held:
        telling = asyncio.create_task(store.tell(entry_id, CallerHungUp(NOON)))
        if not store._database.is_sqlite:  # SQLite has one writer
            assert await store.tell(other_id, CallerHungUp(NOON))
        await held.tell(held.pairs[0], CallerWithdrew(NOON))
    assert await telling is False
    left = await store.entry(entry_id)
    assert left
    assert left.place is Place.LEFT


async def test_who_waits_no_more_for_an_answer_has_changed_it_all_the_same(store: QueueStore) -> None:
    """A change whose teller is cancelled is made or not, and told if it is."""
    ids = [await store.enter(caller(number), NOON) for number in range(8)]
    listening = asyncio.create_task(store.news.run())
    await store.news.listening.wait()
    with store.news.subscribe() as changes:
        for steps, entry_id in enumerate(ids):
            telling = asyncio.create_task(store.tell(entry_id, CallerHungUp(NOON)))
            for _ in range(steps):
                await asyncio.sleep(0)
            telling.cancel()
            await asyncio.wait([telling])
        last = await store.enter(caller(9), NOON)
        told = set()
        while (change := await _next(changes)) != Change(last, None):
            told.add(change.entry_id)
    listening.cancel()
    kept = {entry_id for entry_id, place in (await _places(store)).items() if place is Place.KEPT}
    assert kept == told & set(ids)


async def test_an_overview_is_read_once_for_all(store: QueueStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks after a change sees it, and the same one as all others who look."""
    monkeypatch.setattr(queue_looking, "SHARED_S", 3600)
    listening = asyncio.create_task(store.news.run())
    await store.news.listening.wait()
    with store.news.subscribe() as changes:
        empty = await store.latest()
        assert await store.latest() is empty
        entry_id = await store.enter(caller(1), NOON)
        assert (await store.latest()).entries[0].id == entry_id
        while await _next(changes) != Change(entry_id, None):
            pass
    seen = await asyncio.gather(*(store.latest() for _ in range(5)))
    assert [entry.id for entry in seen[0].entries] == [entry_id]
    assert all(one is seen[0] for one in seen)
    await come(store, "anna")
    assert [entry.place for entry in (await store.latest()).entries] == [Place.OFFERED]
    listening.cancel()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the database is asked and told from now on: statements straight to the driver, and transactions."""
    told: list[str] = []
    for owner, names in (
        (OnPostgres, ("given", "rows", "write")),
        (OnSqlite, ("given",)),
        (Database, ("begin", "read")),
    ):
        for name in names:
            monkeypatch.setattr(owner, name, _counted(getattr(owner, name), name, told))
    return told


def _counted(method: Callable[..., Any], name: str, told: list[str]) -> Callable[..., Any]:
    def counted(*args: Any, **options: Any) -> Any:
        told.append(name)
        return method(*args, **options)

    return counted


async def test_a_look_that_is_not_answered_holds_up_nobody_after_it(
    database: Database, store: QueueStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that hangs (a failover, a dropped line): who looks is told so, and the next look is a new one."""
    monkeypatch.setattr(queue_looking, "PATIENCE_S", 0.3)
    monkeypatch.setattr(store, "overview", lambda: asyncio.sleep(3600))
    looks = [asyncio.create_task(store.latest()) for _ in range(3)]
    told = await asyncio.gather(*looks, return_exceptions=True)
    assert {str(one) for one in told} == {"CALLBOT_DATABASE_URL: the database does not answer"}
    monkeypatch.undo()
    assert await store.latest() == Overview((), ())


async def test_what_was_changed_stays_so_where_offering_needs_more(
    database: Database, store: QueueStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL a change is made aside; offers that need rows held are made after it, and the change is not tried a second time."""
    tried: list[bool] = []

    async def offer_all(_at: datetime, *, free: bool = True) -> list[object]:
        tried.append(database.is_aside)
        if database.is_aside:
            raise NotAside
        return []

    await store.tell_agent("anna", AgentSignedIn(NOON, ("accueil",), telephone="100"))
    monkeypatch.setattr(store, "offer_all", offer_all)
    assert await store.tell_agent("anna", AgentReady(NOON))
    assert tried == ([] if database.is_sqlite else [True, False])


async def test_work_aside_ends_with_the_database(settings: Settings) -> None:
    """Who waits for it sees it cancelled; later work is done on the own loop, and says that the database is closed."""
    second = await Database.open(settings)
    if second.is_sqlite:
        await second.close()
        return
    hangs = asyncio.create_task(second.aside(lambda: asyncio.sleep(3600)))
    await asyncio.sleep(0.2)
    await second.close()
    await asyncio.wait([hangs], timeout=5)
    assert hangs.cancelled()
    assert await second.aside(lambda: asyncio.sleep(0, "done")) == "done"


async def test_a_machines_callers_look_at_the_queue_together(
    database: Database, store: QueueStore, asked: list[str]
) -> None:
    """Forty who look at once cost the database one look, and each hears their own position; to enter takes few exchanges.

    On PostgreSQL each exchange takes the loop two rounds at least: with 200 callers of a busy service, each of whom read the queue by
    themselves, a place was not there after three seconds, and they were sent on without one.
    """
    known = Known(
        str,
        lambda _service: (),
        lambda caller_hash, call_id: called_in_vain(database, caller_hash, call_id, NOON.date()),
    )
    room = WaitingRoom(store, Cards(database), "m1", known, lambda: NOON)
    working = [asyncio.create_task(work) for work in (store.news.run(), room.run())]
    await store.news.listening.wait()
    await store.tell_agent("anna", AgentSignedIn(NOON, ("accueil",)))
    seats = [room.seat(f"call{number}", f"06{number:08}") for number in range(40)]
    asked.clear()
    for seat in seats:
        seat.take(EnterQueue("accueil", "asked", "fr"))
        assert await _until_told(seat, PlaceSeen)
    entering = Counter(asked)
    asked.clear()
    for seat in seats:
        seat.take(LookAtQueue())
    stand = [await _until_told(seat, Stands) for seat in seats]
    for task in working:
        task.cancel()
    await asyncio.wait(working)
    assert stand == [Stands(position, None, Desk.PAUSED) for position in range(1, 41)]
    assert (
        len(asked) <= 3 * 3
    )  # what an overview reads; what is told of the last ones who came may make it old
    if not database.is_sqlite:
        assert {name: entering[name] for name in ("begin", "read", "write")} == {
            "begin": 0,
            "read": 0,
            "write": 80,
        }
        assert sum(entering.values()) <= 40 * 8


async def _until_told(seat: Any, kind: type[QueueNews]) -> QueueNews:
    async with asyncio.timeout(10):
        while not isinstance(news := await seat.news(), kind):
            pass
    return news
