"""Callers in the waiting queue, over the WebSocket of a scripted bridge: a real queue, in a real database, agents who pick up or do not."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from callbot import waiting_room
from callbot.audio.g711 import encode_alaw
from callbot.dialogue import waiting, waiting_looks
from callbot.dialogue.waiting_phrases import FULL
from callbot.errors import DatabaseError
from callbot.events import (
    AgentConnected,
    AgentOffered,
    AgentReleased,
    CallbackRequested,
    CallerQueued,
    Event,
    IntentMatched,
    Outcome,
    QueueAbandoned,
    TransferFailed,
)
from callbot.humans.desk_cards import Said
from callbot.humans.queue_events import AgentPaused, AgentReady, CallerPassedOn, OfferDeclined, TalkEnded
from callbot.humans.queue_store import QueueStore
from callbot.humans.queue_types import AgentState, Place, Priority, Rules
from tests.call.test_handovers import ask_for_a_person, ended, greeted, story, texts
from tests.support.bridge_leg import (
    ANSWERED,
    BRIDGED,
    RINGING,
    BridgeLeg,
    bridge_leg,
    not_reached,
    transferred,
)
from tests.support.queue_desks import Desks, desks, hash_of
from tests.support.scripted import Recorded, media_server, question
from tests.support.waiting import until

QUEUED = CallerQueued(0, "accueil", "asked")
RUNG = AgentOffered(0, "accueil", "bridge")
CONNECTED = AgentConnected(0, "accueil", 0)
FIRST = "Vous êtes le premier appel en attente."
UNKNOWN = "Je ne sais pas encore combien de temps cela prendra."
CALLER = "0612345678"


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """These legs are six times faster than real time, and the database is not."""
    monkeypatch.setattr(waiting, "ENTER_MS", 120_000)
    monkeypatch.setattr(waiting_looks, "SILENT_MS", 240_000)


def rung(leg: BridgeLeg) -> list[str]:
    """The telephones that were rung."""
    return [c["destination"] for c in leg.commands if c.get("command") == "CONSULT"]


async def waits(desk: Desks, recorded: Recorded) -> None:
    """The one caller has a place, and has heard where they stand."""
    await desk.until_places(Place.WAITING)
    await recorded.until(lambda: UNKNOWN in texts(recorded))


async def test_the_second_agent_takes_whom_the_first_lets_ring_out(tmp_path: Path) -> None:
    """The whole way: ring-out, the next telephone, briefing, talk, wrap-up; the events as they are without a queue."""
    async with (
        desks(tmp_path, agents=("anna", "bruno")) as desk,
        media_server(tmp_path, [], room=desk.room) as (server, recorded),
        bridge_leg(server) as leg,
    ):
        leg.on("CONSULT", RINGING, not_reached("no_answer"))
        leg.on("CONSULT", RINGING, ANSWERED)
        leg.on("BRIDGE", BRIDGED)
        await ask_for_a_person(leg, recorded)
        await recorded.until(lambda: "AgentConnected" in recorded.names())
        talks = (await desk.until_places(Place.CONNECTED))[0]
        assert (talks.agent, talks.caller.service, talks.caller.reason) == ("bruno", "accueil", "asked")
        assert (await desk.agent("anna")).reason == "ne répond pas"
        card = await desk.room.cards.of(talks.caller.call_id)
        assert card
        assert (card.number, card.language) == (CALLER, "fr")
        assert card.said[-1] == Said("bot", "Très bien. Ne quittez pas, je vous passe l'accueil.")
        await leg.tell("CONSULT_ENDED")
        end = await ended(recorded)
        await desk.until_places()
        assert (await desk.agent("bruno")).state is AgentState.WRAP_UP
    assert story(recorded) == [QUEUED, RUNG, RUNG, CONNECTED, AgentReleased(0, 0)]
    assert rung(leg) == ["201", "202"]
    assert end.outcome is Outcome.HANDED_OVER


async def test_who_waits_hears_where_they_stand_and_hangs_up(tmp_path: Path) -> None:
    """The agent has paused: the place is announced over music; it is kept when the caller hangs up."""
    async with (
        desks(tmp_path, agents=("anna",)) as desk,
        media_server(tmp_path, [], room=desk.room) as (server, recorded),
        bridge_leg(server) as leg,
    ):
        await desk.store.tell_agent("anna", AgentPaused(datetime.now(UTC), "pause"))
        await ask_for_a_person(leg, recorded)
        await waits(desk, recorded)
        await leg.tell("HANGUP")
        await ended(recorded)
        [kept] = await desk.until_places(Place.KEPT)
        assert kept.caller.caller_hash == hash_of(CALLER)
    assert texts(recorded)[-2:] == [FIRST, UNKNOWN]
    assert story(recorded) == [QUEUED, QueueAbandoned(0, 0)]
    assert rung(leg) == []


async def test_who_calls_again_has_their_place_back(tmp_path: Path) -> None:
    """« Vous retrouvez votre place dans la file. »: ahead of who came meanwhile, and as a repeat caller."""
    async with (
        desks(tmp_path, agents=("anna",)) as desk,
        media_server(tmp_path, [], room=desk.room) as (server, recorded),
    ):
        await desk.store.tell_agent("anna", AgentPaused(datetime.now(UTC), "pause"))
        async with bridge_leg(server) as leg:
            await ask_for_a_person(leg, recorded)
            [first] = await desk.until_places(Place.WAITING)
            await leg.tell("HANGUP")
            await ended(recorded)
        await desk.until_places(Place.KEPT)
        recorded.events.clear()
        desk.in_vain.add(hash_of(CALLER) or "")
        async with bridge_leg(server) as leg:
            await ask_for_a_person(leg, recorded)
            await waits(desk, recorded)
            [again] = await desk.entries()
            heard = texts(recorded)
    assert (again.id, again.entered_at) == (first.id, first.entered_at)
    assert again.caller.priority is Priority.REPEAT
    assert heard[-3:] == ["Vous retrouvez votre place dans la file.", FIRST, UNKNOWN]


async def test_a_decline_on_the_page_stops_the_ringing(tmp_path: Path) -> None:
    """And the next agent's telephone rings; a talk that is ended on the page ends the call."""
    async with (
        desks(tmp_path, agents=("anna", "bruno")) as desk,
        media_server(tmp_path, [], room=desk.room) as (server, recorded),
        bridge_leg(server) as leg,
    ):
        leg.on("CONSULT", RINGING)
        leg.on("CONSULT", RINGING, ANSWERED)
        leg.on("BRIDGE", BRIDGED)
        await ask_for_a_person(leg, recorded)
        await leg.until_command("CONSULT")
        [entry] = await desk.entries()
        assert await desk.store.tell(entry.id, OfferDeclined(datetime.now(UTC)), by="anna")
        await recorded.until(lambda: "AgentConnected" in recorded.names())
        await desk.until_places(Place.CONNECTED)
        assert await desk.store.tell(entry.id, TalkEnded(datetime.now(UTC)), by="bruno")
        end = await ended(recorded)
    assert rung(leg) == ["201", "202"]
    names = [name for name in leg.names() if name not in ("CONSULT_MEDIA", "CONSULT_MARK")]
    assert names == ["CONSULT", "CONSULT_END", "CONSULT", "BRIDGE", "CONSULT_END", "HANGUP"]
    assert story(recorded) == [QUEUED, RUNG, RUNG, CONNECTED, AgentReleased(0, 0)]
    assert end.outcome is Outcome.HANDED_OVER


async def test_a_caller_is_promised_a_call_back_and_hangs_up(tmp_path: Path) -> None:
    """Key 1, the number that shows read back, key 1: the place stays in the queue, and the request is told."""
    rules = Rules(call_back_after=timedelta(seconds=1))
    async with (
        desks(tmp_path, rules, agents=("anna",)) as desk,
        media_server(tmp_path, [], room=desk.room, takes_callbacks=True) as (server, recorded),
        bridge_leg(server) as leg,
    ):
        await desk.store.tell_agent("anna", AgentPaused(datetime.now(UTC), "pause"))
        await ask_for_a_person(leg, recorded)
        await recorded.until(lambda: any("sans perdre votre tour" in text for text in texts(recorded)))
        await leg.press("1")
        await recorded.until(lambda: texts(recorded)[-1] == "Peut-on vous rappeler au …78 ?")
        await leg.press("1")
        await ended(recorded)
        await desk.until_places(Place.PROMISED)
    [request] = [event for event in recorded.only if isinstance(event, CallbackRequested)]
    assert request.number == "+33612345678"
    assert texts(recorded)[-1].startswith("C'est noté : vous gardez votre tour")
    assert [event.digit for event in recorded.only if hasattr(event, "digit")] == ["0", "•", "•"]


async def test_a_wish_is_heard_over_the_music(tmp_path: Path) -> None:
    """Said, not pressed, before it was offered: the number read back, « oui », and the place stays; no word of it is written down."""
    script: list[str | Exception] = ["il fait beau ici", "rappelez-moi", "oui"]
    async with (
        desks(tmp_path, agents=("anna",)) as desk,
        media_server(tmp_path, script, room=desk.room, takes_callbacks=True) as (server, recorded),
        bridge_leg(server) as leg,
    ):
        await desk.store.tell_agent("anna", AgentPaused(datetime.now(UTC), "pause"))
        await ask_for_a_person(leg, recorded)
        await waits(desk, recorded)
        for name in ("acte_naissance", "un_agent"):
            await leg.speak(encode_alaw(question(name)))
            await leg.until_time(1500)
        await recorded.until(lambda: texts(recorded)[-1].startswith("Dites oui"))
        assert texts(recorded)[-2] == "Peut-on vous rappeler au …78 ?"
        await leg.until_time(1500)
        await leg.speak(encode_alaw(question("oui")))
        await ended(recorded)
        await desk.until_places(Place.PROMISED)
    [request] = [event for event in recorded.only if isinstance(event, CallbackRequested)]
    assert request.number == "+33612345678"
    assert not {"FinalTranscript", "PartialTranscript", "SpeechStarted"} & set(recorded.names())


async def test_an_emergency_is_heard_over_the_music(tmp_path: Path) -> None:
    """The number to call, over the music; the same place goes before all others, and the card tells why."""
    script: list[str | Exception] = ["au secours"]
    async with (
        desks(tmp_path, agents=("anna",)) as desk,
        media_server(tmp_path, script, room=desk.room) as (server, recorded),
        bridge_leg(server) as leg,
    ):
        await desk.store.tell_agent("anna", AgentPaused(datetime.now(UTC), "pause"))
        await ask_for_a_person(leg, recorded)
        await waits(desk, recorded)
        [before] = await desk.entries()
        await leg.speak(encode_alaw(question("un_agent")))
        await leg.until_time(1500)
        await recorded.until(lambda: "C'est une urgence." in " ".join(texts(recorded)))

        async def goes_first() -> bool:
            return [one.caller.priority for one in await desk.entries()] == [Priority.EMERGENCY]

        await until(goes_first)
        [after] = await desk.until_places(Place.WAITING)
        assert (after.id, after.entered_at, after.caller.reason) == (
            before.id,
            before.entered_at,
            "emergency",
        )
        card = await desk.room.cards.of(after.caller.call_id)
        assert card
        assert card.reason == "emergency"
        await leg.tell("HANGUP")
        await ended(recorded)
    told = [event.emergency for event in recorded.only if isinstance(event, IntentMatched)]
    assert told[-1] == "15"


async def _as_without_a_queue(leg: BridgeLeg, recorded: Recorded) -> list[Event]:
    leg.on("CONSULT", RINGING, ANSWERED)
    leg.on("BRIDGE", BRIDGED)
    await ask_for_a_person(leg, recorded)
    await recorded.until(lambda: "AgentConnected" in recorded.names())
    await leg.tell("HANGUP")
    await ended(recorded)
    assert rung(leg) == ["100"]
    assert not any("en attente" in text for text in texts(recorded))
    return story(recorded)


AS_BEFORE = [QUEUED, RUNG, CONNECTED, AgentReleased(0, 0)]


async def test_without_anybody_at_a_desk_everything_is_as_before(tmp_path: Path) -> None:
    """A town that does not use the desk notices nothing."""
    async with (
        desks(tmp_path) as desk,
        media_server(tmp_path, [], room=desk.room) as (server, recorded),
        bridge_leg(server) as leg,
    ):
        assert await _as_without_a_queue(leg, recorded) == AS_BEFORE
        assert await desk.entries() == []


@pytest.mark.parametrize("takes_callbacks", [True, False])
async def test_a_queue_that_is_full_blocks_neither_the_bot_nor_the_caller(
    tmp_path: Path, takes_callbacks: bool
) -> None:
    """One line, one place: while one caller waits another one is answered, told that too many wait, and offered a call-back or rung."""
    async with (
        desks(tmp_path, agents=("anna",), most=1) as desk,
        media_server(
            tmp_path, [], room=desk.room, max_calls=1, max_waiting=1, takes_callbacks=takes_callbacks
        ) as (server, recorded),
        bridge_leg(server) as first,
    ):
        await desk.store.tell_agent("anna", AgentPaused(datetime.now(UTC), "pause"))
        await ask_for_a_person(first, recorded)
        await waits(desk, recorded)
        async with bridge_leg(server) as second:
            second.on("CONSULT", RINGING, ANSWERED)
            second.on("BRIDGE", BRIDGED)
            await recorded.until(lambda: len(recorded.events) == 2)
            told = Recorded()
            told.events = dict([[*recorded.events.items()][-1]])
            await recorded.until(lambda: told.names().count("PlaybackFinished") >= 2)
            await second.press("0")
            last = (
                "Voulez-vous qu'une personne vous rappelle ?"
                if takes_callbacks
                else "Ne quittez pas, j'appelle l'accueil."
            )
            await recorded.until(lambda: texts(told)[-1] == last)
            assert texts(told)[-2] == FULL
            if not takes_callbacks:
                await second.until_command("BRIDGE")
            assert rung(second) == ([] if takes_callbacks else ["100"])
            await desk.until_places(Place.WAITING)
            with pytest.raises(InvalidStatus):
                async with bridge_leg(server):
                    pass


async def test_a_queue_whose_database_fails_loses_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service's own number is rung, as without a queue."""

    async def fails(*_: object, **__: object) -> int:
        raise DatabaseError("the database cannot be used")

    monkeypatch.setattr(QueueStore, "enter", fails)
    async with (
        desks(tmp_path, agents=("anna",)) as desk,
        media_server(tmp_path, [], room=desk.room) as (server, recorded),
        bridge_leg(server) as leg,
    ):
        assert await _as_without_a_queue(leg, recorded) == AS_BEFORE


async def test_a_database_that_fails_while_they_wait_loses_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a while without an answer the service's own number is rung; told to the records as one waiting."""

    async def fails(*_: object) -> None:
        raise DatabaseError("the database cannot be used")

    async with (
        desks(tmp_path, agents=("anna",)) as desk,
        media_server(tmp_path, [], room=desk.room) as (server, recorded),
        bridge_leg(server) as leg,
    ):
        await desk.store.tell_agent("anna", AgentPaused(datetime.now(UTC), "pause"))
        leg.on("CONSULT", RINGING, not_reached("busy", 486))
        await ask_for_a_person(leg, recorded)
        await waits(desk, recorded)
        monkeypatch.setattr(waiting_looks, "SILENT_MS", 1000)
        for name in ("place", "latest"):
            monkeypatch.setattr(QueueStore, name, fails)
        await recorded.until(lambda: "TransferFailed" in recorded.names())
        monkeypatch.undo()
        await desk.until_places()  # withdrawn
        await leg.tell("HANGUP")
        await ended(recorded)
    told = story(recorded)
    assert (told[:2], type(told[2])) == ([QUEUED, RUNG], TransferFailed)
    assert rung(leg) == ["100"]


async def test_a_place_that_the_room_never_heard_of_is_withdrawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was committed, and even offered, as the answer was lost: found by the call, and nobody is offered an empty line."""
    enters = QueueStore.enter

    async def enters_and_fails(store: QueueStore, *told: object, **_: object) -> int:
        await enters(store, *told)  # type: ignore[arg-type]
        raise DatabaseError("the answer was lost")

    monkeypatch.setattr(QueueStore, "enter", enters_and_fails)
    monkeypatch.setattr(waiting_room, "TIDY_S", 3600.0)
    async with (
        desks(tmp_path, agents=("anna",)) as desk,
        media_server(tmp_path, [], room=desk.room) as (server, recorded),
        bridge_leg(server) as leg,
    ):
        assert await _as_without_a_queue(leg, recorded) == AS_BEFORE
        await desk.until_places()
        await until(lambda: _is_free(desk))


@pytest.mark.parametrize(("over", "places"), [(False, ()), (True, (Place.KEPT,))])
async def test_a_place_that_comes_late_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, over: bool, places: tuple[Place, ...]
) -> None:
    """A slow database commits it after the call has gone another way, or is over: the agent is free within seconds, not paused."""
    enters, slow = QueueStore.enter, asyncio.Event()
    late: list[asyncio.Task[int]] = []

    async def enters_late(store: QueueStore, *told: object, **_: object) -> int:
        async def commits() -> int:
            await slow.wait()
            return await enters(store, *told)  # type: ignore[arg-type]

        late.append(asyncio.create_task(commits()))
        raise DatabaseError("no answer in time")

    monkeypatch.setattr(QueueStore, "enter", enters_late)
    monkeypatch.setattr(waiting_room, "TIDY_S", 0.1)
    async with (
        desks(tmp_path, agents=("anna",)) as desk,
        media_server(tmp_path, [], room=desk.room) as (server, recorded),
        bridge_leg(server) as leg,
    ):
        leg.on("CONSULT", RINGING, ANSWERED)
        leg.on("BRIDGE", BRIDGED)
        await ask_for_a_person(leg, recorded)
        await recorded.until(lambda: "AgentConnected" in recorded.names())
        if over:
            await leg.tell("HANGUP")
            await ended(recorded)
        slow.set()
        entry_id = await late[0]
        await until(lambda: _is_free(desk))
        await desk.until_places(*places)
        found = await desk.store.entry(entry_id)
        assert found
        assert found.place is (Place.KEPT if over else Place.LEFT)


async def test_a_planned_restart_keeps_the_places(tmp_path: Path) -> None:
    """As a crash does: who is sent away by a service that stops has their place when they call again."""
    async with (
        desks(tmp_path, agents=("anna",)) as desk,
        media_server(tmp_path, [], room=desk.room) as (server, recorded),
        bridge_leg(server) as leg,
    ):
        leg.on("TRANSFER", transferred("answered"))
        await desk.store.tell_agent("anna", AgentPaused(datetime.now(UTC), "pause"))
        await ask_for_a_person(leg, recorded)
        await waits(desk, recorded)
        await asyncio.gather(server.stop(), leg.until_command("TRANSFER"))
        await ended(recorded)
        [kept] = await desk.until_places(Place.KEPT)
    assert kept.caller.caller_hash == hash_of(CALLER)


async def _is_free(desk: Desks) -> bool:
    return (await desk.agent("anna")).state is AgentState.AVAILABLE


async def talks_to_anna(desk: Desks, leg: BridgeLeg, recorded: Recorded) -> int:
    """A caller who has asked for a person, and talks to Anna; the place."""
    leg.on("CONSULT", RINGING, ANSWERED)
    leg.on("BRIDGE", BRIDGED)
    await ask_for_a_person(leg, recorded)
    [talk] = await desk.until_places(Place.CONNECTED)
    assert talk.agent == "anna"
    return talk.id


async def test_an_agent_passes_the_caller_on_to_a_colleague(tmp_path: Path) -> None:
    """Anna's telephone is let go, the caller hears it and music, Bruno's rings, he is told that a colleague passes them on."""
    async with (
        desks(tmp_path, agents=("anna",)) as desk,
        media_server(tmp_path, [], room=desk.room) as (server, recorded),
        bridge_leg(server) as leg,
    ):
        talk = await talks_to_anna(desk, leg, recorded)
        await desk.sit_down("bruno")
        leg.on("CONSULT", RINGING, ANSWERED)
        leg.on("BRIDGE", BRIDGED)
        leg.quiet = False  # the bridge sends the caller's sound again
        event = CallerPassedOn(datetime.now(UTC), "Bruno", "accueil", agent="bruno")
        second = await desk.store.pass_on(talk, event, by="anna")
        await recorded.until(lambda: recorded.names().count("AgentConnected") == 2)
        [there] = await desk.until_places(Place.CONNECTED)
        assert (there.id, there.agent) == (second, "bruno")
        assert (await desk.agent("anna")).state is AgentState.WRAP_UP
        await leg.tell("CONSULT_ENDED")
        end = await ended(recorded)
        await desk.until_places()
    assert story(recorded) == [
        QUEUED,
        RUNG,
        CONNECTED,
        AgentReleased(0, 0),
        RUNG,
        CONNECTED,
        AgentReleased(0, 0),
    ]
    assert leg.names().count("CONSULT_END") == 1
    assert rung(leg) == ["201", "202"]
    assert "Votre interlocuteur vous passe un collègue. Merci de patienter." in texts(recorded)
    assert end.outcome is Outcome.HANDED_OVER


async def test_an_agent_hangs_up_as_they_pass_the_caller_on(tmp_path: Path) -> None:
    """Their telephone is heard of before what they have clicked: the caller is not lost, and gets to the colleague."""
    async with (
        desks(tmp_path, agents=("anna",)) as desk,
        media_server(tmp_path, [], room=desk.room) as (server, recorded),
        bridge_leg(server) as leg,
    ):
        talk = await talks_to_anna(desk, leg, recorded)
        await desk.sit_down("bruno")
        leg.on("CONSULT", RINGING, ANSWERED)
        leg.on("BRIDGE", BRIDGED)
        leg.quiet = False  # the bridge sends the caller's sound again
        await leg.tell("CONSULT_ENDED")
        await recorded.until(lambda: "AgentReleased" in recorded.names())
        event = CallerPassedOn(datetime.now(UTC), "Bruno", "accueil", agent="bruno")
        assert await desk.store.pass_on(talk, event, by="anna")
        await recorded.until(lambda: recorded.names().count("AgentConnected") == 2)
        [there] = await desk.until_places(Place.CONNECTED)
        assert there.agent == "bruno"
        assert (await desk.agent("anna")).state is AgentState.WRAP_UP
    assert story(recorded)[:6] == [QUEUED, RUNG, CONNECTED, AgentReleased(0, 0), RUNG, CONNECTED]
    assert rung(leg) == ["201", "202"]
    assert "Votre interlocuteur vous passe un collègue. Merci de patienter." in texts(recorded)


async def test_a_telephone_that_is_not_answered_brings_the_caller_back(tmp_path: Path) -> None:
    """The number is rung; nobody picks up; the caller hears so, and Anna, who is free again, is rung before all others."""
    async with (
        desks(tmp_path, agents=("anna",)) as desk,
        media_server(tmp_path, [], room=desk.room) as (server, recorded),
        bridge_leg(server) as leg,
    ):
        talk = await talks_to_anna(desk, leg, recorded)
        leg.on("CONSULT", RINGING)
        leg.quiet = False
        event = CallerPassedOn(datetime.now(UTC), "01 99 00 00 05", "accueil", number="+33199000005")
        await desk.store.pass_on(talk, event, by="anna")
        await leg.until_command("CONSULT", 2)
        await desk.sit_down("bruno")
        assert await desk.store.tell_agent("anna", AgentReady(datetime.now(UTC)))
        leg.on("CONSULT", RINGING, ANSWERED)
        leg.on("BRIDGE", BRIDGED)
        await leg.tell("CONSULT_RESULT", result="no_answer", code=480)
        await recorded.until(lambda: recorded.names().count("AgentConnected") == 2)
        [there] = await desk.until_places(Place.CONNECTED)
        assert there.agent == "anna"
    assert rung(leg) == ["201", "+33199000005", "201"]
    assert "Personne n'a pu prendre votre appel. Merci de patienter, nous rappelons l'accueil." in texts(
        recorded
    )


async def test_who_is_passed_on_to_a_telephone_that_is_answered_is_let_talk(tmp_path: Path) -> None:
    """The queue is done with them; they talk until one of them hangs up."""
    async with (
        desks(tmp_path, agents=("anna",)) as desk,
        media_server(tmp_path, [], room=desk.room) as (server, recorded),
        bridge_leg(server) as leg,
    ):
        talk = await talks_to_anna(desk, leg, recorded)
        leg.on("CONSULT", RINGING, ANSWERED)
        leg.on("BRIDGE", BRIDGED)
        leg.quiet = False
        event = CallerPassedOn(datetime.now(UTC), "312", "accueil", number="312")
        await desk.store.pass_on(talk, event, by="anna")
        await recorded.until(lambda: recorded.names().count("AgentConnected") == 2)
        await desk.until_places()
        assert "CallEnded" not in recorded.names()
        await leg.tell("CONSULT_ENDED")
        end = await ended(recorded)
    assert end.outcome is Outcome.HANDED_OVER
    assert rung(leg) == ["201", "312"]


async def test_who_says_that_they_hear_badly_is_served_with_care(tmp_path: Path) -> None:
    """A vulnerable caller, with how to serve them, for the desk."""
    async with (
        desks(tmp_path, agents=("anna",)) as desk,
        media_server(tmp_path, ["j'entends mal"], room=desk.room) as (server, recorded),
        bridge_leg(server) as leg,
    ):
        await desk.store.tell_agent("anna", AgentPaused(datetime.now(UTC), "pause"))
        await greeted(recorded)
        await leg.speak(encode_alaw(question("acte_naissance")))
        await recorded.until(lambda: "FinalTranscript" in recorded.names())
        await ask_for_a_person(leg, recorded)
        [waiting_] = await desk.until_places(Place.WAITING)
    assert (waiting_.caller.priority, waiting_.caller.care) == (Priority.VULNERABLE, "clearly")


@pytest.mark.parametrize("result", ["answered", "busy"])
async def test_a_call_that_the_pbx_passes_on_has_its_card(tmp_path: Path, result: str) -> None:
    """By REFER: who, why and what was said, found by number; a REFER that fails leaves none, for the bot has the caller again."""
    async with (
        desks(tmp_path) as desk,
        media_server(tmp_path, [], room=desk.room, transfer="refer") as (server, recorded),
        bridge_leg(server) as leg,
    ):
        leg.on("TRANSFER", transferred(result, 200 if result == "answered" else 486))
        await ask_for_a_person(leg, recorded)
        if result == "answered":
            await ended(recorded)

            async def is_there() -> bool:
                return bool(await desk.room.cards.referred(datetime.now(UTC)))

            await until(is_there)
            [card] = await desk.room.cards.referred(datetime.now(UTC))
            assert (card.number, card.service, card.reason) == (CALLER, "accueil", "asked")
            assert card.said[-1] == Said("bot", "Très bien. Ne quittez pas, je vous passe l'accueil.")
        else:
            await recorded.until(lambda: "TransferFailed" in recorded.names())

            async def is_back() -> bool:
                [call_id] = recorded.events
                written = await desk.room.cards.of(call_id)
                return written is not None and written.referred_at is None

            await until(is_back)
