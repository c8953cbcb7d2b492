"""What a reader finds in a commune's file: drafts of entries, and the lines it could not read."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from callbot.knowledge.entries import Source
from callbot.languages.tables import FRENCH

Kind = Literal["answer", "orient", "transfer"]


@dataclass(frozen=True, slots=True)
class Draft:
    """One question and answer as a file gives them; what the file does not say is empty. Nobody has validated it."""

    place: str
    """Where it stands in its file, for people: « line 12 », « enfance/cantine »."""
    questions: tuple[str, ...] = ()
    answer: str = ""
    motive: str = ""
    aspect: str = ""
    subject: str = ""
    kind: Kind = "answer"
    service: str = ""
    """Identifier or name of a service."""
    author: str = ""
    expires_on: date | None = None
    sources: tuple[Source, ...] = ()
    home: str = ""
    """Stem of the file under `entries/` where it belongs; empty: a file for this import."""
    language: str = FRENCH
    """What it is written in: one of the commune's languages."""
    remarks: tuple[str, ...] = ()
    """What a person must look at before validating, beside what every entry is inspected for."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A part of a file that cannot be read, with what to do."""

    place: str
    message: str


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a reader found in one file."""

    format: str
    """What the file was recognised as, for people."""
    drafts: tuple[Draft, ...] = ()
    faults: tuple[Fault, ...] = field(default=())
    notes: tuple[str, ...] = ()
    """What holds for the whole file: columns that are not read, parts that do not suit the telephone."""
