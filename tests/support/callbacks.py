"""Call-back requests of people who do not exist, as calls leave them and as staff have noted them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from callbot import tables
from callbot.accounts import Role
from callbot.callback_states import Action, Call, Done, NoAnswer, Take
from callbot.events import (
    CallbackRequested,
    CallEnded,
    CallStarted,
    Decision,
    FinalTranscript,
    IntentMatched,
    Outcome,
)
from callbot.humans.queue_events import AgentReady, AgentSignedIn, CallBackChosen, OfferAccepted
from callbot.humans.queue_types import Caller
from callbot.stats.call_record import CallRecord
from callbot.stats.storage import spill, write
from tests.support.web_service import PASSWORD, ScriptedService

RECEPTIONIST, COLLEAGUE = "léa", "omar"
TABLES = (tables.callbacks, tables.callback_tries)
TEN = dt.datetime(2025, 12, 1, 9, 12, tzinfo=dt.UTC)
"""Monday, 10:12 in Paris."""
FIVE = dt.datetime(2025, 11, 28, 16, 0, tzinfo=dt.UTC)
"""The Friday before, at 17:00 in Paris."""
HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Asked:
    """A call that ended with a request, so long before TEN; `said`: the caller's first words."""

    before: dt.timedelta
    number: str
    name: str
    wish: str = ""
    motive: str = ""
    place: str = ""
    said: str = "Bonjour, est-ce que quelqu'un peut me rappeler ?"


PEOPLE = (
    Asked(68 * HOUR, "+33612345678", "Madame Lefèvre", "vendredi vingt-huit novembre, l'après-midi", "signalement_voirie",
          "12 bis rue des Lilas", "Bonjour, il y a un lampadaire en panne devant chez moi."),
    Asked(2 * HOUR, "+33698765432", "Monsieur Benali", "lundi premier décembre, le matin", "acte_naissance",
          said="Il me faut un acte de naissance pour demain."),
    Asked(1.5 * HOUR, "+33655443322", "", "", "titre", said="Ma carte d'identité est périmée."),
    Asked(20 * HOUR, "+33144556677", "Madame Garnier", "mercredi trois décembre, après dix heures"),
    Asked(70 * HOUR, "+33677889900", "Monsieur Costa", "", "titre"),
    Asked(3 * HOUR, "+33611223344", "Madame Nguyen", "", "signalement_voirie", "place du Marché"),
)  # fmt: skip
LEFEVRE, BENALI, NAMELESS, GARNIER, COSTA, NGUYEN = range(1, 7)
"""Their numbers in an empty database."""

DOINGS: tuple[tuple[int, Action, str, dt.timedelta], ...] = (
    (LEFEVRE, Call(), COLLEAGUE, 66 * HOUR),
    (LEFEVRE, NoAnswer(FIVE, "Répondeur, pas laissé de message."), COLLEAGUE, 65.9 * HOUR),
    (BENALI, Call(), COLLEAGUE, 0.1 * HOUR),
    (NAMELESS, Take(), RECEPTIONIST, 0.05 * HOUR),
    (COSTA, Call(), RECEPTIONIST, 66 * HOUR),
    (COSTA, Done(resolved=True, note="Rendez-vous pris le 9 décembre."), RECEPTIONIST, 65.9 * HOUR),
    (NGUYEN, Done(resolved=False, note="Doit rappeler la voirie."), COLLEAGUE, HOUR),
)
"""What staff have done, so long before TEN."""


async def ask(service: ScriptedService, call_id: str, asked: Asked, now: dt.datetime = TEN) -> None:
    """The call and its request."""
    record = CallRecord(call_id, now - asked.before, None, engine="whisper", recorder="host:1")
    decided = IntentMatched(
        2100, Decision.ANSWER, asked.motive or None, None, None, None, 0.9, asked.motive or None
    )
    for event in (
        CallStarted(0, "", "0199000001", "sip"),
        FinalTranscript(2000, asked.said, 0.9, 90),
        decided,
        CallbackRequested(9000, asked.number, asked.wish, asked.motive, asked.name, asked.place),
        CallEnded(11_000, Outcome.CLOSED, (), 1, ()),
    ):
        record.apply(event)
    await write(service.database, record.rows(), spill(service.settings))


async def fill(service: ScriptedService) -> None:
    """Everybody, and all that was done; the service's clock stands at TEN."""
    service.clock.at = TEN
    for name in (RECEPTIONIST, COLLEAGUE):
        await service.accounts.add(name, PASSWORD, Role.RECEPTIONIST, actor="test")
    for number, asked in enumerate(PEOPLE, start=1):
        await ask(service, f"rappel{number}", asked)
    for number, action, actor, before in DOINGS:
        await service.callbacks.act(number, action, actor=actor, now=TEN - before)


async def fill_turns(service: ScriptedService) -> None:
    """Three of them have a place in the queue: one is being called from a desk, one is on the line, one is to be called in their turn."""
    queue, soon = service.queue, TEN - HOUR / 12
    await queue.tell_agent(COLLEAGUE, AgentSignedIn(soon, ("etat_civil",), telephone="102"))
    await queue.tell_agent(COLLEAGUE, AgentReady(soon))
    called, _waits, later = [
        await queue.enter(Caller(f"rappel{number}", "m", service_id), TEN - HOUR)
        for number, service_id in ((BENALI, "etat_civil"), (LEFEVRE, "accueil"), (GARNIER, "accueil"))
    ]
    for entry_id in (called, later):
        await queue.tell(entry_id, CallBackChosen(TEN - HOUR))
    await queue.tell(called, OfferAccepted(soon), by=COLLEAGUE)


Rows = Mapping[str, Sequence[Mapping[str, object]]]
"""Requests and their tries, by table."""


async def kept(service: ScriptedService) -> Rows:
    """As they are now."""
    async with service.database.read() as connection:
        return {
            table.name: [dict(row) for row in (await connection.execute(select(table))).mappings()]
            for table in TABLES
        }


async def restore(service: ScriptedService, rows: Rows) -> None:
    """As they were then."""
    async with service.database.begin() as connection:
        for table in reversed(TABLES):
            await connection.execute(delete(table))
        for table in TABLES:
            await connection.execute(insert(table), [dict(row) for row in rows[table.name]])
