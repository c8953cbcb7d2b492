"""Desks with something on them: receptionists, callers who wait, and what is known of them."""

import datetime as dt
from dataclasses import replace

from sqlalchemy import delete, insert

from callbot import tables
from callbot.humans.desk_cards import Card, Said
from callbot.humans.desk_follow_ups import FollowUp
from callbot.humans.queue_events import (
    AgentPaused,
    AgentReady,
    AgentSignedIn,
    CallBackChosen,
    CallerHungUp,
    OfferAccepted,
    TalkEnded,
)
from callbot.humans.queue_types import Caller, Priority
from tests.support.web_service import ScriptedService

AGENT = "jeanne.roy"
COLLEAGUE = "paul.blanc"
SERVICES = ("accueil", "etat_civil")
SAID = (
    Said("bot", "Bonjour, mairie de Valbourg-sur-Ourcelle. Je suis un assistant vocal automatique. Que puis-je pour vous ?"),
    Said("caller", "Bonjour, c’est pour refaire la carte d’identité de mon fils, il l’a perdue."),
    Said("bot", "Pour une carte d’identité perdue, apportez une photo, un justificatif de domicile et la déclaration de perte."),
    Said("caller", "Oui mais il est à l’étranger, je voudrais parler à quelqu’un."),
    Said("bot", "Ne quittez pas, je vous passe le service état civil."),
)  # fmt: skip
CARD = Card("file-1", "0612345678", "Mme Martin", "titre", "fr", SAID)


def now() -> dt.datetime:
    """This instant."""
    return dt.datetime.now(dt.UTC)


async def empty_desks(service: ScriptedService) -> None:
    """Nobody waits, nobody is there, and nothing was."""
    async with service.database.begin() as connection:
        for table in (tables.queue_entries, tables.queue_agents, tables.desk_cards, tables.desk_follow_ups):
            await connection.execute(delete(table))


async def open_desk(
    service: ScriptedService, name: str, *, telephone: str = "101", ready: bool = False
) -> None:
    """`name` sits down, paused for lunch, or ready."""
    await service.queue.tell_agent(name, AgentSignedIn(now(), SERVICES, telephone=telephone))
    event = AgentReady(now()) if ready else AgentPaused(now(), "Repas")
    await service.queue.tell_agent(name, event)


async def talk(service: ScriptedService, name: str, call_id: str, minutes_ago: int) -> int:
    """A call that `name` had today; its place."""
    at = now() - dt.timedelta(minutes=minutes_ago)
    entry_id = await service.queue.enter(Caller(call_id, "m", "etat_civil"), at)
    await service.queue.tell_agent(name, AgentReady(at + dt.timedelta(seconds=40)))
    await service.queue.tell(entry_id, OfferAccepted(at + dt.timedelta(seconds=50)), by=name)
    await service.queue.tell(entry_id, TalkEnded(at + dt.timedelta(seconds=230)), by=name)
    await service.queue.tell_agent(name, AgentPaused(at + dt.timedelta(seconds=260), "Repas"))
    return entry_id


async def fill_desks(service: ScriptedService, agent: str = AGENT) -> None:
    """Two calls and a missed one today, four who wait, a colleague at the counter; `agent` is paused, empty: has no open desk."""
    await service.queue.tell_agent(COLLEAGUE, AgentSignedIn(now(), SERVICES, telephone="102"))
    await service.queue.tell_agent(COLLEAGUE, AgentPaused(now(), "Au guichet"))
    await service.desk.cards.put(replace(CARD, call_id="manque", answer_id="acte_naissance"), now())
    missed = await service.queue.enter(Caller("manque", "m", "accueil"), now() - dt.timedelta(minutes=30))
    await service.queue.tell(missed, CallerHungUp(now() - dt.timedelta(minutes=28)))
    if agent:
        await open_desk(service, agent)
        first = await talk(service, agent, "hier-1", 95)
        await talk(service, agent, "hier-2", 62)
        told = FollowUp(first, "hier-1", agent, now(), "etat_civil", "acte_naissance", True, "")
        await service.desk.follow_ups.file(told)
    await service.desk.cards.put(CARD, now())
    waits = (
        Caller("file-1", "m", "etat_civil", reason="asked", priority=Priority.REPEAT, care="clearly"),
        Caller("file-2", "m", "accueil", reason="no_match"),
        Caller("file-3", "m", "etat_civil", reason="entry", priority=Priority.VULNERABLE, care="slowly"),
        Caller("file-4", "m", "accueil", reason="asked"),
    )
    for caller, seconds in zip(waits, (252, 205, 64, 12), strict=True):
        await service.queue.enter(caller, now() - dt.timedelta(seconds=seconds))


async def fill_call_back(service: ScriptedService, agent: str, call_id: str) -> int:
    """All that, and before all others who has asked in that call to be called back, offered to `agent`, who is ready; their place."""
    await fill_desks(service, agent)
    await service.desk.cards.put(
        replace(CARD, call_id=call_id, number="0144556677", name="Mme Garnier", said=CARD.said[3:]), now()
    )
    came = now() - dt.timedelta(minutes=14)
    entry_id = await service.queue.enter(Caller(call_id, "m", "etat_civil", reason="asked"), came)
    await service.queue.tell(entry_id, CallBackChosen(came + dt.timedelta(minutes=2)))
    await service.queue.tell_agent(agent, AgentReady(now()))
    return entry_id


async def said_in_call(service: ScriptedService, call_id: str, *said: tuple[str, str]) -> None:
    """What the statistics keep of a call: what was said turn by turn, and the answer that was given."""
    call = {"id": call_id, "started_at": now(), "day": now().date(), "turns": len(said)}
    texts = dict.fromkeys(("line", "dialect", "engine", "recorder"), "") | {"language": "fr"}
    async with service.database.begin() as connection:
        await connection.execute(insert(tables.calls).values(call | texts))
        for number, (text, answer_id) in enumerate(said, 1):
            turn = {
                "call_id": call_id,
                "number": number,
                "at_ms": 0,
                "transcript": text,
                "answer_id": answer_id or None,
            }
            await connection.execute(insert(tables.turns).values(turn))
