"""Knowledge entries and the commune they belong to: the shape of the TOML files, checked.

A knowledge base is a folder with one `commune.toml` and any number of `entries/*.toml` files, each a list of `[[entry]]`.
"""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

EMERGENCY_NUMBERS = frozenset(
    ["15", "17", "18", "112", "114", "115", "116000", "116006",
     "116117", "119", "191", "196", "197", "3114", "3919"]
)  # fmt: skip
"""What no extension of a French town hall may be called: its PBX sends these straight to the emergency services."""


class Strict(BaseModel):
    """Immutable, and refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Source(Strict):
    """Where a fact comes from, for the validator: an official page or the commune's own decision."""

    title: str
    url: str = ""
    checked_on: date


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

    @field_validator("destination")
    @classmethod
    def _is_no_emergency_number(cls, value: str) -> str:
        if value in EMERGENCY_NUMBERS:
            raise ValueError(
                "an emergency number: a PBX would send callers there; give the service another extension"
            )
        return value


class Commune(Strict):
    """The commune that answers."""

    name: str
    spoken_town_hall: str
    """As the greeting says it: « la mairie de Valbourg-sur-Ourcelle »."""
    default_service: str
    services: tuple[Service, ...] = Field(min_length=1)
