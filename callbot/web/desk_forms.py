"""The desk's forms, read and checked. Pure: fields in, values or errors by field out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from callbot.humans.desk_follow_ups import NOTE_MAX, FollowUp
from callbot.humans.desk_telephone import TelephoneError, at_pbx, checked
from callbot.humans.queue_types import Entry
from callbot.knowledge.entries import Commune
from callbot.web.desk_words import PAUSES
from callbot.web.forms import text

Fields = dict[str, list[str]]
NO_SERVICE = "Choisissez au moins un service."
RESOLVED = {"oui": True, "non": False}


class DeskFormError(ValueError):
    """`errors`: what is wrong, by the field's id."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("the form is to be corrected")
        self.errors = errors


@dataclass(frozen=True, slots=True)
class SignInForm:
    """How a receptionist opens their desk."""

    telephone: str
    services: tuple[str, ...]
    languages: tuple[str, ...]

    @classmethod
    def read(cls, fields: Fields, commune: Commune, pbx: str | None, listed: Sequence[str] = ()) -> Self:
        """`pbx`: the host of SIP addresses that may be rung; None: it is not for us to ring. `listed`: transfer_numbers.

        Raises DeskFormError.
        """
        errors, telephone = {}, ""
        services_own = {one.destination for one in commune.services}
        try:
            telephone = text(fields, "telephone").strip()
            if telephone not in services_own:
                telephone = checked(telephone, listed)
                if pbx is not None and telephone not in services_own:
                    at_pbx(telephone, pbx)
        except TelephoneError as error:
            errors["telephone"] = str(error)
        services = tuple(one.id for one in commune.services if one.id in fields.get("services", []))
        if not services:
            errors["services"] = NO_SERVICE
        if errors:
            raise DeskFormError(errors)
        languages = tuple(code for code in commune.languages if code in fields.get("langues", []))
        return cls(telephone, services, languages or ("fr",))


def pause_reason(fields: Fields) -> str:
    """One of the list; the first one for anything else."""
    given = text(fields, "raison")
    return given if given in PAUSES else PAUSES[0]


def place_id(fields: Fields, name: str = "appel") -> int:
    """A place's id; 0, which is none, for what is no number."""
    given = text(fields, name)
    return int(given) if given.isascii() and given.isdigit() and len(given) < 18 else 0


def follow_up(
    fields: Fields, entry: Entry, agent: str, at: datetime, subjects: Mapping[str, str]
) -> FollowUp:
    """What became of a call; a subject that is none is left out."""
    chosen = text(fields, "sujet")
    return FollowUp(
        entry_id=entry.id,
        call_id=entry.caller.call_id,
        agent=agent,
        at=at,
        service=entry.caller.service,
        answer_id=chosen if chosen in subjects else "",
        resolved=RESOLVED.get(text(fields, "resolu")),
        note=text(fields, "note").strip()[:NOTE_MAX],
    )
