"""Knowledge entries and the commune they belong to: the shape of the TOML files, checked.

A knowledge base is a folder with one `commune.toml` and any number of `entries/*.toml` files, each a list of `[[entry]]`.
"""

from dataclasses import replace
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator

from callbot.humans.holidays import DEPARTMENT
from callbot.humans.hours import OpeningHours
from callbot.humans.hours_set import UsualHours, as_written
from callbot.knowledge.care import CareRules
from callbot.knowledge.hours import Hours
from callbot.knowledge.strict import Strict
from callbot.phone_numbers import line_key

EMERGENCY_NUMBERS = frozenset(
    ["15", "17", "18", "112", "114", "115", "116000", "116006",
     "116117", "119", "191", "196", "197", "3114", "3919"]
)  # fmt: skip
"""What no extension of a French town hall may be called: its PBX sends these straight to the emergency services."""


class Source(Strict):
    """Where a fact comes from, for the validator: an official page or the commune's own decision."""

    title: str
    url: str = ""
    checked_on: date
    """The day somebody read it; where only a stored copy could be read, the day of that copy's text."""


class Entry(Strict):
    """One validated answer for a motive and one aspect of it (empty: the general question).

    `kind`: `answer` is spoken and the conversation goes on; `orient` names another body; `transfer` is spoken, then the
    caller is handed to `service`. Only an entry with a validator and `validated_on <= today <= expires_on` is ever spoken.
    """

    motive: str = Field(pattern=r"^[a-z][a-z_]*$")
    subject: str = ""
    """What the entry is about, as it is said after « votre question porte sur »; empty: never proposed."""
    aspect: str = Field("", pattern=r"^([a-z][a-z_]*)?$")
    kind: Literal["answer", "orient", "transfer"] = "answer"
    questions: tuple[str, ...] = Field(min_length=1)
    answer: str = Field(min_length=10)
    service: str = Field(min_length=1)
    author: str = Field(min_length=1)
    validator: str = ""
    validated_on: date | None = None
    expires_on: date | None = None
    sources: tuple[Source, ...] = ()

    @property
    def id(self) -> str:
        """`motive` or `motive.aspect`: unique in a knowledge base, stable in the statistics."""
        return f"{self.motive}.{self.aspect}" if self.aspect else self.motive

    def may_be_spoken(self, today: date) -> bool:
        """True when a named person validated it and it has not expired on `today`."""
        return bool(
            self.validator
            and self.validated_on
            and self.expires_on
            and self.validated_on <= today <= self.expires_on
        )


class Service(Strict):
    """A service of the town hall to which callers are handed."""

    id: str = Field(pattern=r"^[a-z][a-z_]*$")
    name: str
    """As staff read it: « Accueil »."""
    spoken: str
    """As the bot says it after "je vous passe": « l'accueil »."""
    destination: str = ""
    """Extension or SIP user to transfer to; empty: the PBX decides (dialplan, queue)."""
    helped_by: tuple[str, ...] | None = None
    """Services whose agents also take its callers once those have waited for long; none written: the default service's."""
    hours: Hours | None = None
    """When this service answers, where that differs from its line's or the commune's hours."""

    @field_validator("destination")
    @classmethod
    def _is_no_emergency_number(cls, value: str) -> str:
        if value in EMERGENCY_NUMBERS:
            raise ValueError(
                "an emergency number: a PBX would send callers there; give the service another extension"
            )
        return value


def _number(written: object) -> str:
    text = written.strip() if isinstance(written, str) else ""
    if not text:
        raise ValueError('write the number as the telephone system gives it, in quotes: "0199000001"')
    return text


class Line(Strict):
    """One number of the commune, with its own greeting and hours."""

    number: Annotated[str, BeforeValidator(_number)]
    """Digits or SIP user, as the telephone system gives it; compared as `line_key` does."""
    name: str = Field(min_length=1)
    """As staff read it: « Standard »."""
    spoken: str = Field(min_length=1)
    """As the greeting says it: « l'état civil de Valbourg-sur-Ourcelle »."""
    greeting: str = ""
    """Said instead of « Bonjour, vous êtes bien à … »; that a machine speaks is said after it all the same."""
    service: str = ""
    """The service that takes this line's callers over; empty: the commune's default service."""
    hours: Hours | None = None
    """When somebody is there; none: those of its service, else the commune's."""
    language: str = "fr"
    """The language that its callers are greeted in, one of the commune's."""


class Commune(Strict):
    """The commune that answers."""

    name: str
    spoken_town_hall: str
    """As the greeting says it: « la mairie de Valbourg-sur-Ourcelle »."""
    default_service: str
    on_call: str = ""
    """The service that takes emergencies over when the offices are closed; empty: none."""
    most_asked: tuple[str, ...] = ("titre_rendez_vous", "acte_naissance", "horaires")
    """Entries (`motive` or `motive.aspect`) that are offered to a caller who was not understood twice; three at most are."""
    hours: Hours | None = None
    """When somebody is there, on lines without hours of their own; none: always."""
    department: str = ""
    """Its number, where public holidays are others than in the rest of France: "67", "974"."""
    languages: tuple[str, ...] = ("fr",)
    """What callers may speak; each but French has a folder `languages/CODE` in the knowledge base."""
    care: CareRules = CareRules()
    """Who waits a little less, because they are to be served with care."""
    lines: tuple[Line, ...] = ()
    services: tuple[Service, ...] = Field(min_length=1)

    def line(self, number: str) -> Line:
        """The line that was called as `number`; the first one for a number that is none, or one made of the commune's name."""
        wanted = line_key(number)
        for line in self.lines:
            if line_key(line.number) == wanted:
                return line
        return self.lines[0] if self.lines else self._only_line(number)

    def helpers(self, service_id: str) -> tuple[str, ...]:
        """The services that help out for one of these."""
        service = next((one for one in self.services if one.id == service_id), None)
        named = service.helped_by if service and service.helped_by is not None else (self.default_service,)
        return tuple(name for name in named if name != service_id)

    @property
    def ever_closed(self) -> bool:
        """True when there are hours anywhere: at some time, nobody is there."""
        hours = (self.hours, *(line.hours for line in self.lines), *(s.hours for s in self.services))
        return any(hours)

    def service_hours(
        self, line: Line, service: Service, usual: UsualHours = as_written
    ) -> OpeningHours | None:
        """When `service` takes over callers of `line`: its own hours, else the line's, else the commune's; None: always.

        `usual` says what has been set instead of what is written here.
        """
        of_all = usual("", "", _opening(self.hours), None)
        of_line = usual(line.number, "", _opening(line.hours), of_all)
        return self._here(usual("", service.id, _opening(service.hours), of_line))

    def line_hours(self, line: Line, usual: UsualHours = as_written) -> OpeningHours | None:
        """When somebody is there for callers of `line`: its own hours, else those of its service; None: always."""
        wanted = line.service or self.default_service
        service = next(service for service in self.services if service.id == wanted)
        of_service = self.service_hours(line, service, usual)
        return self._here(usual(line.number, "", _opening(line.hours), of_service))

    def _here(self, hours: OpeningHours | None) -> OpeningHours | None:
        """With the public holidays of this department."""
        return replace(hours, department=self.department) if hours and self.department else hours

    @field_validator("department")
    @classmethod
    def _is_department(cls, value: str) -> str:
        if value and not DEPARTMENT.fullmatch(value):
            raise ValueError(f'\'{value}\' is not a department\'s number, such as "67" or "974"')
        return value

    def _only_line(self, number: str) -> Line:
        return Line(number=number or "mairie", name=self.name, spoken=self.spoken_town_hall)


def _opening(hours: Hours | None) -> OpeningHours | None:
    return hours.opening if hours else None
