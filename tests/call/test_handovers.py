"""The way to a person, over the WebSocket of a scripted bridge: each way, each failure, the complete list of events."""

import asyncio
import json
from pathlib import Path

import numpy as np
import pytest
from websockets.asyncio.client import connect

from callbot import server as media
from callbot.audio.g711 import encode_alaw
from callbot.events import (
    AgentConnected,
    AgentOffered,
    AgentReleased,
    CallEnded,
    CallerQueued,
    Event,
    Outcome,
    PlaybackStarted,
    QueueAbandoned,
    TransferFailed,
    TransferResult,
)
from tests.support.bridge_leg import (
    ANSWERED,
    BRIDGED,
    MEDIA_START,
    RINGING,
    BridgeLeg,
    bridge_leg,
    event,
    not_reached,
    transferred,
)
from tests.support.commune import KNOWLEDGE, SmallKnowledge
from tests.support.scripted import Recorded, media_server, question

OPENING = ["CallStarted", *["PlaybackStarted", "PlaybackFinished"] * 2]
ASKED = ["DtmfReceived", "IntentMatched", "PlaybackStarted", "PlaybackFinished"]
SAID = ["PlaybackStarted", "PlaybackFinished"]
GIVEN_BACK = "Je reste avec vous : avez-vous une autre question, ou préférez-vous rappeler plus tard ?"
OF_A_HANDOVER = (
    CallerQueued,
    AgentOffered,
    AgentConnected,
    AgentReleased,
    QueueAbandoned,
    TransferFailed,
    CallEnded,
)


async def greeted(recorded: Recorded) -> None:
    """The opening was heard."""
    await recorded.until(lambda: recorded.names().count("PlaybackFinished") >= 2)


async def ask_for_a_person(leg: BridgeLeg, recorded: Recorded) -> None:
    """Key 0 after the greeting."""
    await greeted(recorded)
    await leg.press("0")


async def ended(recorded: Recorded) -> CallEnded:
    """The call's last event."""
    await recorded.until(lambda: isinstance(recorded.only[-1], CallEnded))
    last = recorded.only[-1]
    assert isinstance(last, CallEnded)
    return last


def story(recorded: Recorded) -> list[Event]:
    """The events of handovers, without their times."""
    told: list[Event] = []
    for happened in recorded.only:
        match happened:
            case CallerQueued(_, service, reason):
                told.append(CallerQueued(0, service, reason))
            case AgentOffered(_, service, way):
                told.append(AgentOffered(0, service, way))
            case AgentConnected(_, service, _waited):
                told.append(AgentConnected(0, service, 0))
            case AgentReleased():
                told.append(AgentReleased(0, 0))
            case QueueAbandoned():
                told.append(QueueAbandoned(0, 0))
            case TransferFailed(_, service, result, code):
                told.append(TransferFailed(0, service, result, code))
    return told


QUEUED = CallerQueued(0, "accueil", "asked")
CONNECTED = AgentConnected(0, "accueil", 0)


def texts(recorded: Recorded) -> list[str]:
    """What the bot said."""
    return [happened.text for happened in recorded.only if isinstance(happened, PlaybackStarted)]


async def test_the_receptionist_is_rung_briefed_and_connected(tmp_path: Path) -> None:
    """The plain way, to the end of the conversation; nothing of it is heard by us."""
    async with media_server(tmp_path, []) as (server, recorded), bridge_leg(server) as leg:
        leg.on("CONSULT", RINGING, ANSWERED)
        leg.on("BRIDGE", BRIDGED)
        await ask_for_a_person(leg, recorded)
        await leg.until_command("BRIDGE")
        await recorded.until(lambda: "AgentConnected" in recorded.names())
        await leg.press("5")
        await leg.speak(encode_alaw(question("un_agent")))
        await leg.tell("CONSULT_ENDED")
        end = await ended(recorded)
    assert recorded.names() == [
        *OPENING,
        *ASKED,
        *["CallerQueued", "AgentOffered", "AgentConnected", "AgentReleased", "CallEnded"],
    ]
    assert story(recorded) == [QUEUED, AgentOffered(0, "accueil", "bridge"), CONNECTED, AgentReleased(0, 0)]
    assert leg.names()[0] == "CONSULT"
    assert leg.names()[-3:] == ["CONSULT_MARK", "BRIDGE", "HANGUP"]
    consult = next(c for c in leg.commands if c.get("command") == "CONSULT")
    assert consult == {"command": "CONSULT", "destination": "100", "ring_ms": 20_000, "purpose": ""}
    assert sum(map(len, leg.briefing)) == 2 * (3200 + 2400)  # two sentences of 400 ms, a pause after each
    assert end.outcome is Outcome.HANDED_OVER


async def test_the_sentence_before_the_handover_is_heard_to_its_end(tmp_path: Path) -> None:
    """Nothing is asked of the bridge before the mark behind the sentence came back."""
    async with media_server(tmp_path, []) as (server, recorded), bridge_leg(server) as leg:
        await ask_for_a_person(leg, recorded)
        await leg.until_command("CONSULT")
        commands = [c["command"] for c in leg.commands if "command" in c]
        assert commands[: commands.index("CONSULT")].count("MARK_MEDIA") == 3
        assert recorded.names()[: len(OPENING) + len(ASKED)] == [*OPENING, *ASKED]


async def test_the_pbx_joins_both_when_asked_to(tmp_path: Path) -> None:
    """attended: REFER with Replaces; the leg is over for us then."""
    async with (
        media_server(tmp_path, [], transfer="attended") as (server, recorded),
        bridge_leg(server) as leg,
    ):
        leg.on("CONSULT", RINGING, ANSWERED)
        leg.on("REPLACE", event("CONSULT_ENDED"), transferred("answered", 200))
        await ask_for_a_person(leg, recorded)
        end = await ended(recorded)
    assert story(recorded) == [QUEUED, AgentOffered(0, "accueil", "attended"), CONNECTED]
    assert [name for name in leg.names() if name != "CONSULT_MEDIA"] == [
        *["CONSULT", "CONSULT_MARK", "REPLACE", "HANGUP"]
    ]
    assert end.outcome is Outcome.HANDED_OVER


async def test_a_person_on_the_line_is_not_lost_when_the_pbx_cannot_join(tmp_path: Path) -> None:
    """Then the bridge stays between the two."""
    async with (
        media_server(tmp_path, [], transfer="attended") as (server, recorded),
        bridge_leg(server) as leg,
    ):
        leg.on("CONSULT", ANSWERED)
        leg.on("REPLACE", transferred("rejected", 603))
        leg.on("BRIDGE", BRIDGED)
        await ask_for_a_person(leg, recorded)
        await recorded.until(lambda: "AgentConnected" in recorded.names())
        await leg.tell("HANGUP")
        end = await ended(recorded)
    assert story(recorded) == [
        *[QUEUED, AgentOffered(0, "accueil", "attended"), CONNECTED, AgentReleased(0, 0)]
    ]
    assert end.outcome is Outcome.HANDED_OVER


async def test_a_blind_transfer_that_is_answered_ends_the_call(tmp_path: Path) -> None:
    """refer: the PBX rings the person."""
    async with (
        media_server(tmp_path, [], transfer="refer") as (server, recorded),
        bridge_leg(server) as leg,
    ):
        leg.on("TRANSFER", transferred("answered", 200))
        await ask_for_a_person(leg, recorded)
        end = await ended(recorded)
    assert recorded.names() == [
        *[*OPENING, *ASKED, "CallerQueued", "AgentOffered", "AgentConnected", "CallEnded"]
    ]
    assert leg.names() == ["TRANSFER", "HANGUP"]
    assert end.outcome is Outcome.HANDED_OVER


FAILURES = {
    "busy": "La ligne de l'accueil est occupée.",
    "no_answer": "Personne ne répond pour le moment à l'accueil.",
    "rejected": "Votre appel n'a pas pu être pris à l'accueil.",
    "unreachable": "Je n'arrive pas à joindre l'accueil.",
    "failed": "Je n'ai pas réussi à vous passer l'accueil.",
}


@pytest.mark.parametrize(
    ("way", "result"),
    [
        *[("bridge", result) for result in FAILURES],
        *[("attended", "no_answer"), ("refer", "busy"), ("refer", "failed")],
    ],
)
async def test_who_could_not_be_reached_is_told_and_the_conversation_goes_on(
    tmp_path: Path, way: str, result: str
) -> None:
    """By each way and for each reason: the sentence, then another question is answered."""
    script: list[str | Exception] = ["un acte de naissance"]
    async with (
        media_server(tmp_path, script, transfer=way) as (server, recorded),
        bridge_leg(server) as leg,
    ):
        if way == "refer":
            leg.on("TRANSFER", transferred(result, 480))
        else:
            leg.on("CONSULT", not_reached(result, 480))
        await ask_for_a_person(leg, recorded)
        await recorded.until(lambda: texts(recorded)[-1:] == [f"{FAILURES[result]} {GIVEN_BACK}"])
        await recorded.until(lambda: recorded.names()[-1] == "PlaybackFinished")
        await leg.speak(encode_alaw(question("acte_naissance")))
        await recorded.until(lambda: texts(recorded)[-1:] == ["Avez-vous une autre question ?"])
        await leg.tell("HANGUP")
        end = await ended(recorded)
    failed = TransferFailed(0, "accueil", TransferResult(result), 480)
    assert story(recorded) == [QUEUED, AgentOffered(0, "accueil", way), failed]
    assert recorded.names()[: len(OPENING) + 9] == [
        *[*OPENING, *ASKED, "CallerQueued", "AgentOffered", "TransferFailed", *SAID]
    ]
    assert (end.outcome, end.motives) == (Outcome.ANSWERED, ("acte_naissance",))


async def test_a_service_that_does_not_answer_is_replaced_by_the_reception(tmp_path: Path) -> None:
    """Once; the person is told what it is about."""
    script: list[str | Exception] = ["mon dossier"]
    async with media_server(tmp_path, script) as (server, recorded), bridge_leg(server) as leg:
        leg.on("CONSULT", RINGING, not_reached("no_answer"))
        leg.on("CONSULT", RINGING, ANSWERED)
        leg.on("BRIDGE", BRIDGED)
        await greeted(recorded)
        await leg.speak(encode_alaw(question("acte_naissance")))
        await recorded.until(lambda: "AgentConnected" in recorded.names())
        await leg.tell("HANGUP")
        await ended(recorded)
    assert story(recorded) == [
        CallerQueued(0, "etat_civil", "entry"),
        AgentOffered(0, "etat_civil", "bridge"),
        TransferFailed(0, "etat_civil", TransferResult.NO_ANSWER, None),
        CallerQueued(0, "accueil", "entry"),
        AgentOffered(0, "accueil", "bridge"),
        AgentConnected(0, "accueil", 0),
        AgentReleased(0, 0),
    ]
    consults = [c for c in leg.commands if c.get("command") == "CONSULT"]
    assert [(c["destination"], c["purpose"]) for c in consults] == [
        ("110", "le sujet suivi_demande"),
        ("100", "le sujet suivi_demande"),
    ]
    assert texts(recorded)[-1] == (
        "Personne ne répond pour le moment au service état civil. Ne quittez pas, j'appelle l'accueil."
    )


async def test_a_service_without_a_destination_is_unreachable_at_once(tmp_path: Path) -> None:
    """Nothing is asked of the bridge for it."""
    nowhere = SmallKnowledge(*KNOWLEDGE.entries, destinations={"accueil": ""})
    async with (
        media_server(tmp_path, [], knowledge=nowhere) as (server, recorded),
        bridge_leg(server) as leg,
    ):
        await ask_for_a_person(leg, recorded)
        await recorded.until(lambda: texts(recorded)[-1].startswith("Je n'arrive pas à joindre l'accueil."))
    assert story(recorded)[:2] == [
        QUEUED,
        TransferFailed(0, "accueil", TransferResult.UNREACHABLE, None),
    ]
    assert leg.names() == []


async def test_after_two_failures_nobody_is_called_any_more(tmp_path: Path) -> None:
    """The third request is answered by the advice to call back; questions still are."""
    async with media_server(tmp_path, []) as (server, recorded), bridge_leg(server) as leg:
        leg.on("CONSULT", not_reached("busy", 486))
        leg.on("CONSULT", not_reached("busy", 486))
        await ask_for_a_person(leg, recorded)
        for said in (3, 4):
            await recorded.until(lambda n=said: recorded.names().count("PlaybackFinished") >= n)  # type: ignore[misc]
        await leg.press("0")
        await recorded.until(lambda: "rappeler un peu plus tard" in texts(recorded)[-1])
        await recorded.until(lambda: recorded.names()[-1] == "PlaybackFinished")
        before = len(texts(recorded))
        await leg.press("0")
        await recorded.until(lambda: len(texts(recorded)) > before)
        assert texts(recorded)[-1].startswith("Je suis désolé, je n'arrive pas à joindre une personne.")
        assert leg.names().count("CONSULT") == 2


async def test_a_caller_who_hangs_up_while_waiting_has_abandoned(tmp_path: Path) -> None:
    """The waiting is told with its length."""
    async with media_server(tmp_path, []) as (server, recorded), bridge_leg(server) as leg:
        leg.on("CONSULT", RINGING)
        await ask_for_a_person(leg, recorded)
        await leg.until_command("CONSULT")
        await leg.until(lambda leg: len(leg.sound) > 4 * 8000)
        await leg.tell("HANGUP")
        end = await ended(recorded)
    assert recorded.names() == [
        *[*OPENING, *ASKED, "CallerQueued", "AgentOffered", "QueueAbandoned", "CallEnded"]
    ]
    abandoned = recorded.only[-2]
    assert isinstance(abandoned, QueueAbandoned)
    assert 0 < abandoned.waited_ms == end.at_ms - recorded.only[-4].at_ms
    assert end.outcome is Outcome.ABANDONED


async def test_who_waits_hears_music_and_now_and_then_a_word(tmp_path: Path) -> None:
    """Music at once, after 20 s the announcement, then music again; what they say meanwhile is nobody's business."""
    script: list[str | Exception] = ["un agent"]
    async with (
        media_server(tmp_path, script, ring_seconds=60) as (server, recorded),
        bridge_leg(server) as leg,
    ):
        leg.on("CONSULT", RINGING)
        await ask_for_a_person(leg, recorded)
        await leg.until_command("CONSULT")
        leg.heard.clear()
        await leg.speak(encode_alaw(question("un_agent")))
        await leg.press("0")
        waiting = "Merci de patienter, nous appelons l'accueil."
        await recorded.until(lambda: waiting in texts(recorded), 30)
        heard = len(leg.heard)
        await recorded.until(lambda: recorded.names()[-1] == "PlaybackFinished")
        await leg.until(lambda leg: len(leg.heard) > heard + 100)
        await leg.tell("HANGUP")
        await ended(recorded)
    spectrum = np.abs(np.fft.rfft(leg.sound[: 8000 * 10].astype(float)))
    assert round(np.argmax(spectrum) * 8000 / 80_000) == 440
    assert recorded.names()[len(OPENING) + len(ASKED) :] == [
        *["CallerQueued", "AgentOffered", *SAID, "QueueAbandoned", "CallEnded"]
    ]


async def test_music_is_never_far_ahead_of_time(tmp_path: Path) -> None:
    """No more is sent than the leg needs: at most the lead."""
    async with media_server(tmp_path, []) as (server, recorded), bridge_leg(server) as leg:
        await ask_for_a_person(leg, recorded)
        await leg.until_command("CONSULT")
        leg.quiet = True
        await asyncio.sleep(0.1)
        leg.heard.clear()
        await asyncio.sleep(1.5)  # time goes by as gaps are counted
        assert 0 < len(leg.heard) * 20 < 1500 + 1000
        await leg.tell("HANGUP")


async def test_on_hold_time_stands_still(tmp_path: Path) -> None:
    """No silence is counted and nothing is sent while the PBX holds us."""
    async with media_server(tmp_path, [], no_input_ms=1000) as (server, recorded), bridge_leg(server) as leg:
        await greeted(recorded)
        leg.quiet = True
        await leg.tell("MEDIA_HELD")
        await asyncio.sleep(2)
        assert "NoInput" not in recorded.names()
        await leg.tell("MEDIA_RESUMED")
        leg.quiet = False
        await recorded.until(lambda: "NoInput" in recorded.names())


async def test_a_bridge_that_dies_has_failed_the_call(tmp_path: Path) -> None:
    """A connection that closes without HANGUP is a fault of the leg."""
    async with media_server(tmp_path, []) as (server, recorded), bridge_leg(server) as leg:
        leg.on("CONSULT", RINGING)
        await ask_for_a_person(leg, recorded)
        await leg.until_command("CONSULT")
        leg.connection.transport.abort()
        end = await ended(recorded)
    assert end.outcome is Outcome.FAILED


@pytest.mark.parametrize("who", ["the bridge", "the service"])
async def test_who_had_reached_a_person_counts_as_handed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    """Whoever goes away while two people speak: they may go on without us."""
    async with media_server(tmp_path, []) as (server, recorded), bridge_leg(server) as leg:
        leg.on("CONSULT", ANSWERED)
        leg.on("BRIDGE", BRIDGED)
        await ask_for_a_person(leg, recorded)
        await recorded.until(lambda: "AgentConnected" in recorded.names())
        if who == "the bridge":
            leg.connection.transport.abort()
        else:
            monkeypatch.setattr(media, "FAREWELL_SECONDS", 0.3)
            stopping = asyncio.create_task(server.stop())
            await leg.connection.wait_closed()
            assert "HANGUP" not in leg.names()
            await stopping
        end = await ended(recorded)
    assert end.outcome is Outcome.HANDED_OVER
    assert isinstance(recorded.only[-2], AgentReleased)


async def test_who_waits_when_the_service_stops_is_told_and_sent_to_the_reception(tmp_path: Path) -> None:
    """The telephone that rings is let go; the PBX rings the reception, whatever the way was; reached, it counts."""
    async with media_server(tmp_path, []) as (server, recorded), bridge_leg(server) as leg:
        leg.on("CONSULT", RINGING)
        leg.on("TRANSFER", transferred("answered"))
        await ask_for_a_person(leg, recorded)
        await leg.until_command("CONSULT")
        await asyncio.gather(server.stop(), leg.until_command("TRANSFER"))
        end = await ended(recorded)
    assert leg.names()[-3:] == ["CONSULT_END", "TRANSFER", "HANGUP"]
    said = [happened.text for happened in recorded.only if isinstance(happened, PlaybackStarted)]
    assert said[-1].startswith("Je dois m'arrêter un moment. Ne quittez pas")
    assert end.outcome is Outcome.HANDED_OVER


async def test_a_person_who_hangs_up_during_the_briefing_does_not_lose_the_caller(tmp_path: Path) -> None:
    """They did not want the call."""
    async with media_server(tmp_path, []) as (server, recorded), bridge_leg(server) as leg:
        leg.on("CONSULT", ANSWERED, event("CONSULT_ENDED"))
        await ask_for_a_person(leg, recorded)
        await recorded.until(lambda: texts(recorded)[-1] == f"{FAILURES['rejected']} {GIVEN_BACK}")
    assert story(recorded)[2] == TransferFailed(0, "accueil", TransferResult.REJECTED, None)


async def test_a_caller_whom_the_dialplan_brings_back_is_welcomed_shortly(tmp_path: Path) -> None:
    """A machine again, what went wrong, and the offer to go on; a value of `returned` that nobody knows changes nothing."""
    async with media_server(tmp_path, []) as (server, recorded):
        async with bridge_leg(server, "&returned=busy") as leg:
            await greeted(recorded)
            await leg.tell("HANGUP")
            await ended(recorded)
        assert texts(recorded) == [
            *["C'est de nouveau l'assistant vocal.", f"{FAILURES['busy']} {GIVEN_BACK}"]
        ]
        recorded.events.clear()
        async with bridge_leg(server, "&returned=tired") as leg:
            await greeted(recorded)
            await leg.tell("HANGUP")
            await ended(recorded)
        assert texts(recorded)[0].startswith("Bonjour, vous êtes bien à")


async def test_an_emergency_keeps_its_instruction(tmp_path: Path) -> None:
    """Before the handover, and once more when nobody could be reached."""
    script: list[str | Exception] = ["au secours"]
    async with media_server(tmp_path, script) as (server, recorded), bridge_leg(server) as leg:
        leg.on("CONSULT", not_reached("busy", 486))
        await greeted(recorded)
        await leg.speak(encode_alaw(question("acte_naissance")))
        await recorded.until(lambda: texts(recorded)[-1] == GIVEN_BACK)
        said = texts(recorded)[2:]
    instruction = "C'est une urgence. Raccrochez et composez le quinze, pour le SAMU."
    assert (said[0], said[2:]) == (instruction, [FAILURES["busy"], instruction, GIVEN_BACK])


async def test_a_leg_of_asterisk_is_handed_over_as_before(tmp_path: Path) -> None:
    """Without `transfer` the PBX goes on: announced, and the leg is ended."""
    async with (
        media_server(tmp_path, []) as (server, recorded),
        connect(f"ws://127.0.0.1:{server.port}/media") as connection,
    ):
        leg = BridgeLeg(connection)
        await connection.send(json.dumps(MEDIA_START))
        async with asyncio.TaskGroup() as tasks:
            listening = tasks.create_task(leg.listen())
            sending = tasks.create_task(leg.send_silence())
            await ask_for_a_person(leg, recorded)
            end = await ended(recorded)
            listening.cancel()
            sending.cancel()
    assert recorded.names() == [*OPENING, *ASKED, "CallerQueued", "CallEnded"]
    assert (leg.names(), end.outcome) == (["HANGUP"], Outcome.HANDED_OVER)
