"""Passing a caller on from the desk: to whom one may, what the form says, and doing it. What becomes of them the page tells by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from callbot.config import Settings
from callbot.humans.desk_cards import Note
from callbot.humans.desk_telephone import ANY, TelephoneError
from callbot.humans.queue_events import CallerPassedOn
from callbot.humans.queue_types import Agent, Entry, Place
from callbot.humans.transfer_numbers import allowed
from callbot.web.desk_forms import DeskFormError, Fields
from callbot.web.desk_words import TEAM_WORDS, shown_number
from callbot.web.forms import text
from callbot.web.service import WebService

NOTE_MAX = 200
"""Characters of a word to the colleague."""
CHOOSE = "Choisissez à qui passer l’appel."
ONE_OF_TWO = "Choisissez un nom dans la liste, ou écrivez un numéro, mais pas les deux."
AWAY = "Cette personne ou ce service ne peut plus prendre d’appel."


@dataclass(frozen=True, slots=True)
class Target:
    """To whom a caller may be passed on: a service's queue, or its telephone where nobody is at its desks; a colleague; a telephone.

    `value`: in the form; `shown`: in words; `hint`: who is there. Of `service` and `agent` or `number` as of CallerPassedOn.
    """

    value: str
    shown: str
    hint: str
    group: str
    service: str
    agent: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class PassForm:
    """What was chosen. `note`: a word to who takes the call."""

    target: Target
    note: str

    @classmethod
    def read(cls, fields: Fields, targets: Sequence[Target], settings: Settings) -> Self:
        """Raises DeskFormError."""
        wanted, written = text(fields, "cible"), text(fields, "numero").strip()
        note = " ".join(text(fields, "mot").split())[:NOTE_MAX]
        if wanted and written:
            raise DeskFormError({"numero": ONE_OF_TWO})
        if not (wanted or written) or not targets:
            raise DeskFormError({"cible": CHOOSE if targets else AWAY})
        if wanted:
            chosen = next((one for one in targets if one.value == wanted), None)
            if chosen is None:
                raise DeskFormError({"cible": AWAY})
            return cls(chosen, note)
        try:
            number = allowed(written, settings.transfer_numbers)
        except TelephoneError as error:
            raise DeskFormError({"numero": str(error)}) from None
        return cls(_telephone(number), note)


class Passing:
    """Of one service."""

    def __init__(self, service: WebService) -> None:
        self.service = service

    async def targets(self, name: str, entry: Entry) -> list[Target]:
        """To whom the agent `name` may pass this caller on now. Raises DatabaseError."""
        return self.offered(name, entry, await self.service.queue.staff())

    def offered(self, name: str, entry: Entry, staff: Sequence[Agent]) -> list[Target]:
        """The same, of those who are signed in; nothing where the call does not go through us, or nobody talks to the caller."""
        through_us = self.service.settings.transfer == "bridge" and entry.caller.machine
        if entry.place is not Place.CONNECTED or not through_us:
            return []
        others = [agent for agent in staff if agent.name != name]
        own = entry.caller.service
        services = [self._service(one.id, others) for one in self.service.directory.services if one.id != own]
        people = [
            Target(
                f"poste:{one.name}",
                one.name,
                TEAM_WORDS[one.state].lower(),
                "Mes collègues",
                own,
                agent=one.name,
            )
            for one in others
            if one.is_present
        ]
        listed = [number for number in self.service.settings.transfer_numbers if ANY not in number]
        return [*filter(None, services), *people, *(_telephone(number) for number in listed)]

    async def pass_on(self, entry: Entry, form: PassForm, name: str) -> bool:
        """False: the call is not theirs any more. Raises DatabaseError."""
        target, service = form.target, self.service
        if form.note:
            await service.desk.cards.add_note(entry.caller.call_id, Note(name, form.note))
        where = target.service or entry.caller.service
        directory = service.directory
        event = CallerPassedOn(
            datetime.now(UTC), target.shown, where, directory.helpers(where), target.agent, target.number
        )
        if await service.queue.pass_on(entry.id, event, by=name) is None:
            return False
        if target.number:
            await service.desk.note_dialled(name, event.at)
        return True

    def _service(self, service_id: str, others: Sequence[Agent]) -> Target | None:
        service = next(one for one in self.service.directory.services if one.id == service_id)
        there = sum(service_id in agent.services for agent in others)
        value, group = f"service:{service_id}", "Services"
        if there:
            hint = "1 poste ouvert" if there == 1 else f"{there} postes ouverts"
            return Target(value, service.name, hint, group, service_id)
        if not service.destination:
            return None
        return Target(
            value, service.name, "son téléphone sonnera", group, service_id, number=service.destination
        )


def _telephone(number: str) -> Target:
    return Target(f"numero:{number}", shown_number(number), "", "Numéros", "", number=number)
