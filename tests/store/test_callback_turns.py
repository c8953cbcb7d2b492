"""Call-backs that are in the queue and in the list: one truth, whichever of the two somebody uses."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot import tables
from callbot.callback_states import (
    CLAIM_LASTS,
    Action,
    Call,
    Callback,
    CallbackState,
    Claim,
    Done,
    GiveBack,
    NoAnswer,
    Refusal,
    Reopen,
    Take,
    Try,
    Why,
)
from callbot.callback_turns import Turns
from callbot.callbacks import Callbacks, Wanted
from callbot.caller_data import erase_caller
from callbot.config import Settings
from callbot.database import Database
from callbot.events import CallbackRequested, CallEnded, Outcome
from callbot.humans.desk import Desk
from callbot.humans.desk_cards import Card, Cards
from callbot.humans.desk_follow_ups import FollowUp
from callbot.humans.desk_level import Level, level
from callbot.humans.queue_events import (
    AgentPaused,
    AgentReady,
    AgentSignedIn,
    AgentSignedOut,
    CallBackChosen,
    CallerHungUp,
    CallGoesOn,
    CallNotAnswered,
    LineLost,
    OfferAccepted,
    OfferDeclined,
    PlaceEvent,
    TalkEnded,
)
from callbot.humans.queue_news import News
from callbot.humans.queue_store import QueueStore
from callbot.humans.queue_types import NOTHING_SAID, AgentState, Caller, Place, Rules
from callbot.stats.call_record import CallRecord
from callbot.stats.storage import spill, write
from tests.support.calls import started

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NUMBER = "+33612345678"
HASH = "a" * 64
LEA, OMAR = "léa", "omar"


def service_of(motive: str, _line: str) -> str:
    """Of the motive; « accueil » without one."""
    return motive or "accueil"


class House:
    """Queue, list and desk of one database, and the time of day."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database, self.settings, self.at = database, settings, NOON
        self.turns = Turns(service_of)
        self.queue = QueueStore(database, Rules(wrap_up=timedelta(0)), News(database), self.turns)
        self.list = Callbacks(database, service_of, lambda: self.at, self.queue)
        self.desk = Desk(database, self.queue, Cards(database))

    async def asks(
        self, call_id: str, motive: str = "", number: str = NUMBER, caller_hash: str | None = HASH
    ) -> None:
        """A call asks to be called back; its row."""
        record = CallRecord(call_id, self.at, caller_hash, engine="whisper", recorder="host:1")
        for event in (
            started(),
            CallbackRequested(9000, number, "", motive),
            CallEnded(11_000, Outcome.CLOSED, (), 1, ()),
        ):
            record.apply(event)
        await write(self.database, record.rows(), spill(self.settings))

    async def calls(self, call_id: str, service: str = "accueil", caller_hash: str | None = HASH) -> int:
        """Somebody joins the queue from their telephone."""
        await self.desk.cards.put(Card(call_id, "0612345678"), self.at)
        return await self.queue.enter(Caller(call_id, "m", service, caller_hash=caller_hash), self.at)

    async def promised(self, call_id: str = "c", service: str = "accueil") -> int:
        """Somebody waits, asks to be called back in their turn, and hangs up; their place."""
        place = await self.calls(call_id, service)
        assert await self.queue.tell(place, CallBackChosen(self.at))
        await self.asks(call_id)
        return place

    async def ready(self, name: str = LEA) -> None:
        """An agent takes calls."""
        await self.queue.tell_agent(name, AgentSignedIn(self.at, ("accueil",), telephone="100"))
        await self.queue.tell_agent(name, AgentReady(self.at))

    async def tell(self, place: int, event: type[PlaceEvent], by: str = LEA) -> bool:
        """The agent does something."""
        return await self.queue.tell(place, event(self.at), by=by)  # type: ignore[call-arg]

    async def later(self, minutes: float) -> None:
        """Time passes."""
        self.at += minutes * MINUTE
        await self.queue.sweep(self.at)

    async def act(self, number: int, action: object, actor: str = OMAR) -> Callback | Refusal | None:
        """Somebody does something in the list."""
        return await self.list.act(number, action, actor=actor, now=self.at)  # type: ignore[arg-type]

    async def open(self) -> list[Callback]:
        """Whom the list has to call, by their numbers in it."""
        return sorted(await self.list.listed(Wanted(), self.at), key=lambda one: one.id)

    async def one(self, number: int = 1) -> Callback:
        """A request."""
        found = await self.list.find(number)
        assert found
        return found

    async def place(self, entry_id: int) -> tuple[Place, str]:
        """What a place is, and whose."""
        entry = await self.queue.entry(entry_id)
        assert entry
        return entry.place, entry.agent

    async def agent(self, name: str = LEA) -> AgentState:
        """What an agent does."""
        found = await self.queue.agent(name)
        assert found
        return found.state


@pytest.fixture
def house(database: Database, settings: Settings) -> House:
    """Nobody there yet."""
    return House(database, settings)


async def test_a_promise_is_in_the_list_and_done_by_its_talk(house: House) -> None:
    """To call, then the agent's who dials, then done with what the follow-up says; nobody else can call meanwhile."""
    place = await house.promised()
    assert [(one.place, one.same) for one in (await house.one()).turns] == [(Place.PROMISED, True)]
    await house.ready()
    assert await house.place(place) == (Place.CALLING_BACK, LEA)
    assert await house.act(1, Call()) == Refusal(Why.TAKEN, LEA, NOON)
    await house.later(0.1)
    assert await house.tell(place, OfferAccepted)
    tried = await house.one()
    assert (tried.state, tried.tries, tried.claim) == (
        CallbackState.TRIED,
        (Try(house.at, LEA),),
        Claim(LEA, house.at),
    )
    await house.later(30)  # longer than a claim lasts
    assert isinstance(await house.act(1, Call()), Refusal)
    assert await house.tell(place, TalkEnded)
    done = await house.one()
    assert (done.state, done.state_by, done.resolved) == (CallbackState.DONE, LEA, None)
    await house.list.resolved(LEA, house.at, resolved=False)
    assert (await house.one()).resolved is False
    assert await house.open() == []
    async with house.database.read() as connection:
        trail = await connection.execute(select(tables.audit.c.actor, tables.audit.c.action))
        assert [tuple(row) for row in trail] == [(LEA, "callback called"), (LEA, "callback done")]


async def test_what_was_written_down_during_the_talk_is_what_became_of_it(house: House) -> None:
    """The follow-up may come before the end."""
    place = await house.promised()
    await house.ready()
    await house.tell(place, OfferAccepted)
    await house.desk.follow_ups.file(FollowUp(place, "c", LEA, NOON, "accueil", "", True))
    await house.tell(place, TalkEnded)
    assert (await house.one()).resolved is True


async def test_no_answer_is_a_try_and_no_talk(house: House) -> None:
    """The place is offered again after a while; three times, then the list alone has it; no figure knows of any talk."""
    place = await house.promised()
    await house.ready()
    for nth in (1, 2):
        assert await house.place(place) == (Place.CALLING_BACK, LEA)
        await house.tell(place, OfferAccepted)
        assert await house.tell(place, CallNotAnswered)
        assert await house.place(place) == (Place.PROMISED, "")
        assert await house.agent() is AgentState.AVAILABLE
        tried = await house.one()
        assert (tried.state, len(tried.tries), tried.retry_at, tried.claim) == (
            CallbackState.TRIED,
            nth,
            house.at + 15 * MINUTE,
            None,
        )
        await house.later(14)
        assert await house.place(place) == (Place.PROMISED, "")
        await house.later(1)
    await house.tell(place, OfferAccepted)
    assert await house.tell(place, CallNotAnswered)
    assert await house.place(place) == (Place.LEFT, "")
    [left] = await house.open()
    assert (left.state, len(left.tries), left.retry_at, left.turns) == (CallbackState.TRIED, 3, None, ())
    today = await house.desk.today(house.at)
    assert level(today) == Level(0, 0, 0, None)
    view = await house.desk.view(LEA, house.at)
    assert (view.taken, view.missed) == ((), ())


async def test_who_vanishes_after_dialling_locks_nobody(house: House) -> None:
    """No line of ours tells the end: after half an hour it was a try, and a supervisor may close that desk at once."""
    place = await house.promised()
    await house.ready()
    await house.tell(place, OfferAccepted)
    await house.later(31)
    assert await house.place(place) == (Place.PROMISED, "")
    assert await house.agent() is AgentState.PAUSED
    await house.ready()
    await house.later(15)
    await house.tell(place, OfferAccepted)
    assert not await house.queue.tell_agent(LEA, AgentSignedOut(house.at))
    assert await house.queue.close_desk(LEA, house.at)
    assert await house.place(place) == (Place.PROMISED, "")
    assert await house.agent() is AgentState.OFFLINE
    tried = await house.one()
    assert (tried.state, tried.claimed(house.at)) == (CallbackState.TRIED, None)
    assert not await house.queue.close_desk(LEA, house.at)


async def test_who_talks_for_long_says_so(house: House) -> None:
    """The talk goes on for half an hour more, and counts from its beginning."""
    place = await house.promised()
    await house.ready()
    await house.tell(place, OfferAccepted)
    for _ in range(2):
        await house.later(29)
        assert await house.tell(place, CallGoesOn)
    entry = await house.queue.entry(place)
    assert entry
    assert (entry.place, entry.connected_at) == (Place.CONNECTED, NOON)
    await house.later(31)
    agent = await house.queue.agent(LEA)
    assert agent
    assert (agent.state, agent.reason) == (AgentState.PAUSED, NOTHING_SAID)


@pytest.mark.parametrize("settled", [NoAnswer(), Done(), GiveBack()], ids=lambda one: type(one).__name__)
async def test_who_dials_out_of_the_list_takes_no_call(house: House, settled: Action) -> None:
    """From « Appeler » on they are offered nobody; what became of it said, the next caller is theirs at once."""
    await house.asks("c", number="+33698765432", caller_hash=None)
    await house.ready()
    await house.act(1, Call(), LEA)
    waits = await house.calls("d", caller_hash=None)
    await house.later(1)
    assert (await house.agent(), await house.place(waits)) == (AgentState.DIALLING, (Place.WAITING, ""))
    await house.act(1, settled, LEA)
    assert (await house.agent(), await house.place(waits)) == (AgentState.RINGING, (Place.OFFERED, LEA))


async def test_a_pause_goes_on_after_a_call_back(house: House) -> None:
    """Who was paused is so afterwards, for the same reason; whose telephone rings has it go to a colleague."""
    await house.asks("c", number="+33698765432", caller_hash=None)
    await house.ready()
    await house.queue.tell_agent(LEA, AgentPaused(house.at, "Au guichet"))
    await house.act(1, Call(), LEA)
    await house.act(1, NoAnswer(), LEA)
    agent = await house.queue.agent(LEA)
    assert agent
    assert (agent.state, agent.reason, agent.was_paused) == (AgentState.PAUSED, "Au guichet", False)
    await house.ready()
    waits = await house.calls("d", caller_hash=None)
    assert await house.place(waits) == (Place.OFFERED, LEA)
    await house.ready(OMAR)
    await house.act(1, Call(), LEA)
    assert (await house.agent(), await house.place(waits)) == (AgentState.DIALLING, (Place.OFFERED, OMAR))


async def test_a_call_back_that_nothing_is_said_of_ends(house: House) -> None:
    """After the twenty minutes that the request is theirs: it is anybody's, and they are paused; « Je m'en occupe » begins them anew."""
    await house.asks("c")
    await house.ready()
    await house.act(1, Call(), LEA)
    await house.later(19)
    await house.act(1, Take(), LEA)
    await house.later(19)
    assert await house.agent() is AgentState.DIALLING
    await house.later(2)
    agent = await house.queue.agent(LEA)
    assert agent
    assert (agent.state, agent.reason, agent.request) == (AgentState.PAUSED, NOTHING_SAID, None)
    assert not isinstance(await house.act(1, Take(), OMAR), Refusal)


async def test_one_call_back_at_a_time(house: House) -> None:
    """Who calls one person back calls no other, in whatever tab, and nothing is noted; whose desk is closed has no such telephone."""
    await house.asks("c")
    await house.asks("d", number="+33698765432", caller_hash=None)
    await house.ready()
    await house.act(1, Call(), LEA)
    since = house.at
    await house.later(1)
    assert await house.act(2, Call(), LEA) == Refusal(Why.CALLS, LEA, since, 1)
    assert ((await house.one(2)).tries, (await house.one(2)).claim) == ((), None)
    assert isinstance(await house.act(1, Call(), LEA), Callback)  # the same once more
    await house.act(1, NoAnswer(), LEA)
    assert await house.agent() is AgentState.AVAILABLE
    for number in (1, 2):
        assert isinstance(await house.act(number, Call(), OMAR), Callback)


async def test_who_talks_calls_nobody_back(house: House) -> None:
    """But the very person whom they talk to; in the wrap-up they may, and it is over with that."""
    await house.asks("d", number="+33698765432", caller_hash=None)
    await house.ready()
    talk = await house.calls("again")
    await house.asks("c")
    assert await house.tell(talk, OfferAccepted)
    since = house.at
    house.at += MINUTE
    assert await house.act(1, Call(), LEA) == Refusal(Why.TALKS, LEA, since)
    assert isinstance(await house.act(2, Call(), LEA), Callback)
    assert await house.agent() is AgentState.BUSY
    house.queue.rules = replace(house.queue.rules, wrap_up=MINUTE)
    assert await house.tell(talk, TalkEnded)
    assert await house.agent() is AgentState.WRAP_UP
    assert isinstance(await house.act(1, Call(), LEA), Callback)
    assert await house.agent() is AgentState.DIALLING


async def test_who_calls_back_does_not_leave(house: House) -> None:
    """Nor pauses: what became of it comes first. Whose desk is closed for them keeps the request for its time."""
    await house.asks("c")
    await house.ready()
    await house.act(1, Call(), LEA)
    assert not await house.queue.tell_agent(LEA, AgentSignedOut(house.at))
    assert not await house.queue.tell_agent(LEA, AgentPaused(house.at, "Repas"))
    assert await house.agent() is AgentState.DIALLING
    assert await house.queue.close_desk(LEA, house.at)
    agent = await house.queue.agent(LEA)
    assert agent
    assert (agent.state, agent.request) == (AgentState.OFFLINE, None)
    await house.ready()
    assert await house.agent() is AgentState.AVAILABLE
    assert (await house.one()).is_mine(LEA, house.at)


async def test_who_dials_again_is_not_set_free_by_the_sweep_of_before(house: House) -> None:
    """It was late, and they have dialled the same person anew meanwhile: what was read before counts no more."""
    await house.asks("c")
    await house.ready()
    await house.act(1, Call(), LEA)
    house.at += 21 * MINUTE
    let_go = Turns(service_of).let_go

    async def dialled_meanwhile(connection: AsyncConnection, at: datetime, name: str = "") -> object:
        found = await let_go(connection, at, name)
        if not name:
            assert [one for one, _ in found] == [LEA]
            await connection.rollback()
            await house.act(1, Take(), LEA)
        return found

    house.turns.let_go = dialled_meanwhile  # type: ignore[method-assign, assignment]
    await house.queue.sweep(house.at)
    assert await house.agent() is AgentState.DIALLING
    house.turns.let_go = let_go  # type: ignore[method-assign]
    await house.later(21)
    assert await house.agent() is AgentState.PAUSED


@pytest.mark.parametrize("seed", range(2))
async def test_nobody_dials_for_ever(house: House, seed: int) -> None:
    """Two agents, three requests and callers, 150 steps of anything: who dials has that very request, and is offered nobody.

    Left alone from then on, everybody is free of it once the twenty minutes are over.
    """
    choose = Random(seed).choice
    for number in (1, 2, 3):
        await house.asks(f"c{number}", number=f"+3361234560{number}", caller_hash=None)
    for name in (LEA, OMAR):
        await house.ready(name)
    seen: Counter[AgentState] = Counter()
    for step in range(150):
        name, number = choose((LEA, OMAR)), choose((1, 2, 3))
        match choose(("act",) * 6 + ("agent", "queue", "time")):
            case "act":
                await house.act(
                    number, choose((Call(), Call(), Take(), NoAnswer(), Done(), GiveBack(), Reopen())), name
                )
            case "agent":
                await house.queue.tell_agent(
                    name,
                    choose((AgentReady(house.at), AgentPaused(house.at, "Repas"), AgentSignedOut(house.at))),
                )
                if choose((True, False)):
                    await house.ready(name)
            case "queue":
                entry = await house.calls(f"q{step}", caller_hash=None)
                await house.tell(entry, choose((OfferAccepted, OfferDeclined, CallerHungUp)), name)
                await house.tell(entry, choose((TalkEnded, CallerHungUp)), name)
            case "time":
                await house.later(choose((0.1, 3, 15)))
        for agent in (await house.queue.agent(LEA), await house.queue.agent(OMAR)):
            assert agent
            seen[agent.state] += 1
            assert (agent.state is AgentState.DIALLING) == (agent.request is not None)
            if agent.request is not None:
                assert agent.entry_id is None
    assert seen[AgentState.DIALLING] > 20
    await house.later(21)
    assert AgentState.DIALLING not in {await house.agent(LEA), await house.agent(OMAR)}


async def test_nobody_is_busy_for_what_is_not_theirs_any_more(house: House) -> None:
    """Erased, or seen to by a talk: the desk is as before within a second."""
    await house.asks("c")
    await house.ready()
    await house.act(1, Call(), LEA)
    await house.ready(OMAR)
    talk = await house.calls("again")
    await house.tell(talk, OfferAccepted, OMAR)
    house.at += MINUTE
    await house.tell(talk, TalkEnded, OMAR)
    assert (await house.one()).state is CallbackState.DONE
    await house.queue.sweep(house.at)
    assert await house.agent() is AgentState.AVAILABLE
    await house.asks("d")
    await house.act(2, Call(), LEA)
    await erase_caller(house.database, HASH, NUMBER, actor="dpo")
    await house.queue.sweep(house.at)
    assert await house.agent() is AgentState.AVAILABLE


async def test_a_live_talk_cannot_go_unanswered(house: House) -> None:
    """Who is on the line has answered; and what is over is over."""
    place = await house.calls("c")
    await house.ready()
    await house.tell(place, OfferAccepted)
    assert not await house.tell(place, CallNotAnswered)
    assert await house.place(place) == (Place.CONNECTED, LEA)


async def test_who_calls_from_the_list_is_alone(house: House) -> None:
    """The place is offered to nobody meanwhile; given back, it is at once; done, it is over."""
    place = await house.promised()
    called = await house.act(1, Call())
    assert isinstance(called, Callback)
    await house.ready()
    await house.later(5)
    assert await house.place(place) == (Place.PROMISED, "")
    await house.act(1, GiveBack())
    assert await house.place(place) == (Place.CALLING_BACK, LEA)
    await house.tell(place, OfferDeclined)
    await house.act(1, Call())
    await house.act(1, Done())
    assert await house.place(place) == (Place.LEFT, "")
    assert level(await house.desk.today(house.at)) == Level(0, 0, 0, None)
    await house.later(30)
    assert await house.agent() is AgentState.AVAILABLE


async def test_no_answer_in_the_list_puts_the_place_off(house: House) -> None:
    """Until the same time, and it counts among the tries of the queue."""
    place = await house.promised()
    again = NOON + timedelta(hours=2)
    await house.act(1, Call())
    await house.act(1, NoAnswer(again))
    entry = await house.queue.entry(place)
    assert entry
    assert (entry.place, entry.call_after, entry.unanswered) == (Place.PROMISED, again, 1)
    await house.ready()
    await house.later(119)
    assert await house.place(place) == (Place.PROMISED, "")
    await house.later(1)
    assert await house.place(place) == (Place.CALLING_BACK, LEA)


async def test_the_agent_who_is_asked_may_use_the_list(house: House) -> None:
    """« Appeler » there is « Je rappelle » here, and « C’est fait » ends the talk."""
    place = await house.promised()
    await house.ready()
    await house.act(1, Call(), LEA)
    assert await house.place(place) == (Place.CONNECTED, LEA)
    await house.act(1, Done(), LEA)
    assert await house.place(place) == (Place.ENDED, LEA)
    assert await house.agent() is AgentState.AVAILABLE


async def test_one_thing_asked_twice_is_done_once(house: House) -> None:
    """At night by the bot, in the morning in the queue: done in the list or by the talk, both are, and the place is over."""
    await house.asks("night", "accueil")
    place = await house.promised("morning")
    await house.act(1, Take())
    await house.act(1, Done())
    assert await house.open() == []
    assert await house.place(place) == (Place.LEFT, "")


async def test_who_calls_again_and_is_served_is_not_called(house: House) -> None:
    """On the line nobody can call them; after the talk what was for that service is done, what is for another one stays."""
    await house.asks("night", "accueil")
    await house.asks("other", "voirie")
    promised = await house.promised()
    await house.later(60)
    back = await house.calls("again")
    assert back == promised
    assert await house.act(1, Call()) == Refusal(Why.HERE, since=house.at)
    await house.ready()
    await house.tell(back, OfferAccepted)
    await house.later(5)
    await house.tell(back, TalkEnded)
    assert [one.call_id for one in await house.open()] == ["other"]


async def test_a_talk_overrides_a_claim(house: House) -> None:
    """Omar wanted to call; the citizen has called themselves and was served: nobody calls any more."""
    await house.asks("night", "accueil")
    await house.act(1, Take())
    await house.ready()
    place = await house.calls("again")
    await house.tell(place, OfferAccepted)
    await house.later(5)
    await house.tell(place, TalkEnded)
    done = await house.one()
    assert (done.state, done.state_by, done.claim) == (CallbackState.DONE, LEA, None)
    assert await house.act(1, Call()) == Refusal(Why.SETTLED, LEA, house.at)


async def test_a_talk_withdraws_what_else_was_promised(house: House) -> None:
    """Léa dials as the citizen calls in, and Omar serves them: her « Pas de réponse » promises nothing, before or after the talk's end."""
    for ends_first in (True, False):
        place = await house.promised(f"asked {ends_first}")
        await house.ready()
        await house.tell(place, OfferAccepted)
        await house.ready(OMAR)
        other = await house.calls(f"again {ends_first}")
        await house.tell(other, OfferAccepted, OMAR)
        await house.later(2)
        for step in (TalkEnded, CallNotAnswered) if ends_first else (CallNotAnswered, TalkEnded):
            told = (other, OMAR) if step is TalkEnded else (place, LEA)
            assert await house.tell(told[0], step, told[1])
        await house.later(16)
        assert await house.place(place) == (Place.LEFT, "")
        assert await house.open() == []


async def test_who_is_on_the_line_is_not_dialled(house: House) -> None:
    """Of one number, one talks and the other is to be called: it would be engaged."""
    talks, promised = await house.calls("one"), await house.calls("two", "voirie")
    await house.queue.tell(promised, CallBackChosen(house.at))
    for name in (LEA, OMAR):
        await house.queue.tell_agent(name, AgentSignedIn(house.at, ("accueil", "voirie"), telephone="100"))
        await house.queue.tell_agent(name, AgentReady(house.at))
    assert await house.tell(talks, OfferAccepted)
    await house.later(1)
    assert await house.place(promised) == (Place.PROMISED, "")
    await house.tell(talks, TalkEnded)
    await house.later(0.1)
    assert (await house.place(promised))[0] is Place.CALLING_BACK


async def test_who_calls_again_and_hangs_up_is_still_to_be_called(house: House) -> None:
    """The place is promised again after its time; with its request it goes."""
    back = await house.promised()
    assert await house.calls("again") == back
    await house.queue.tell(back, CallerHungUp(house.at))
    await house.later(11)
    assert await house.place(back) == (Place.PROMISED, "")
    assert [one.state for one in await house.open()] == [CallbackState.TO_CALL]
    assert level(await house.desk.today(house.at)) == Level(0, 0, 0, None)
    await write_again(house)
    await house.later(0.1)
    assert await house.place(back) == (Place.PROMISED, "")
    await house.act(1, Done())
    await house.later(0.1)
    assert await house.place(back) == (Place.LEFT, "")


async def write_again(house: House) -> None:
    """The later call's row: it has asked for nothing."""
    record = CallRecord("again", house.at, HASH, engine="whisper", recorder="host:1")
    for event in (started(), CallEnded(11_000, Outcome.CLOSED, (), 1, ())):
        record.apply(event)
    await write(house.database, record.rows(), spill(house.settings))


@pytest.mark.parametrize("lost", [True, False])
async def test_a_line_that_is_lost_settles_nothing(house: House, lost: bool) -> None:
    """Nor does a talk of some seconds."""
    await house.asks("night", "accueil")
    await house.ready()
    place = await house.calls("again")
    await house.tell(place, OfferAccepted)
    house.at += timedelta(minutes=2) if lost else timedelta(seconds=9)
    assert await house.tell(place, LineLost if lost else CallerHungUp)
    assert [(one.state, one.claim) for one in await house.open()] == [(CallbackState.TRIED, None)]


async def promised_elsewhere(house: House) -> int:
    """Somebody wants to be called at NUMBER, and called from another telephone; their place."""
    await house.desk.cards.put(Card("c1", "0711111111"), house.at)
    place = await house.queue.enter(Caller("c1", "m", "accueil", caller_hash="b" * 64), house.at)
    await house.queue.tell(place, CallBackChosen(house.at))
    await house.asks("c1", caller_hash="b" * 64)
    return place


async def test_a_number_is_dialled_by_one_whatever_it_called_from(house: House) -> None:
    """Two requests for one number, from two telephones: who calls for one holds the other's place; the talk ends both."""
    place = await promised_elsewhere(house)
    await house.asks("c2", caller_hash=None)
    assert isinstance(await house.act(2, Call()), Callback)
    await house.ready()
    await house.later(1)
    assert await house.place(place) == (Place.PROMISED, "")
    await house.act(2, GiveBack())
    await house.tell(place, OfferAccepted)
    await house.later(3)
    await house.tell(place, TalkEnded)
    assert await house.open() == []


async def test_who_is_called_already_is_not_dialled_from_the_desk(house: House) -> None:
    """Omar's claim comes to light as Léa accepts: the place is nobody's until it is over."""
    await house.asks("night", "voirie")
    await house.act(1, Call())
    place = await house.promised()
    await house.ready()
    assert await house.place(place) == (Place.CALLING_BACK, LEA)
    assert not await house.tell(place, OfferAccepted)
    entry = await house.queue.entry(place)
    assert entry
    assert (entry.place, entry.call_after) == (Place.PROMISED, NOON + CLAIM_LASTS)
    assert await house.agent() is AgentState.AVAILABLE


async def test_who_is_erased_is_not_called(house: House) -> None:
    """Promised from another telephone; and dialled at that moment, by nobody after it."""
    place = await promised_elsewhere(house)
    await erase_caller(house.database, "f" * 64, NUMBER, actor="dpo")
    assert await house.queue.entry(place) is None
    place = await house.promised()
    await house.ready()
    await house.tell(place, OfferAccepted)
    await erase_caller(house.database, HASH, NUMBER, actor="dpo")
    assert await house.tell(place, CallNotAnswered)
    await house.later(15)
    assert await house.place(place) == (Place.LEFT, "")


async def test_a_request_that_is_written_after_its_talk_is_done(house: House) -> None:
    """An agent may be quicker than the call's row, and a database that was away much quicker."""
    place = await house.calls("c")
    await house.queue.tell(place, CallBackChosen(house.at))
    await house.ready()
    await house.tell(place, OfferAccepted)
    await house.tell(place, TalkEnded)
    await house.asks("c")
    assert len(await house.open()) == 1
    await house.later(0.1)
    assert await house.open() == []
    assert (await house.one()).state_by == LEA


async def test_a_place_whose_request_is_done_is_not_offered(house: House) -> None:
    """However the request was done: the queue looks for itself."""
    place = await house.promised()
    async with house.database.begin() as connection:
        await connection.execute(tables.callbacks.update().values(state="done"))
    await house.later(0.1)
    assert await house.place(place) == (Place.LEFT, "")


async def test_a_hidden_number_is_known_by_its_call(house: House) -> None:
    """No hash, and a number that was pressed."""
    place = await house.queue.enter(Caller("c", "m", "accueil"), house.at)
    await house.queue.tell(place, CallBackChosen(house.at))
    await house.asks("c", number="+33199000001", caller_hash=None)
    await house.ready()
    await house.tell(place, OfferAccepted)
    assert (await house.one()).claim == Claim(LEA, house.at)


async def test_list_and_desks_at_the_same_time(house: House) -> None:
    """Ten people press « Appeler » as ten agents become free: one of all of them has the citizen."""
    place = await house.promised()
    people, agents = [f"p{n}" for n in range(10)], [f"a{n}" for n in range(10)]
    answers, _ = await asyncio.gather(
        asyncio.gather(*(house.act(1, Call(), name) for name in people)),
        asyncio.gather(*(house.ready(name) for name in agents)),
    )
    callers = [one.claim.by for one in answers if isinstance(one, Callback) and one.claim]
    where, agent = await house.place(place)
    asked = [agent] if where is Place.CALLING_BACK else []
    assert len([*callers, *asked]) == 1
    assert len((await house.one()).tries) == len(callers)
