"""Reads the corpus: `authors.toml` says which author is for what, `authors/NAME.tsv` holds what each has written.

French stands in this folder; each other language in `languages/CODE`, in the same way.

A table is tab-separated with a header: `kind`, `label`, `aspect`, `text`. Kinds: `motive` (label and aspect of the knowledge
base), `out` (nothing that a town hall answers), `near` (words of a motive, but something else), `act`, `emergency` (label: the
number to call), `alarm` (sounds like an emergency and is none; label: its motive, or empty).
"""

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from callbot.errors import KnowledgeError
from callbot.languages.tables import FRENCH

__all__ = [
    "FOLDER",
    "Author",
    "Kind",
    "Part",
    "Utterance",
    "authors",
    "files",
    "folder",
    "tells_only_danger",
    "utterances",
]

FOLDER = Path(__file__).parent


class Part(StrEnum):
    """What an author's lines are for; never more than one of these."""

    TRAIN = "train"
    """The router learns from them."""
    THRESHOLDS = "thresholds"
    """Designs are compared and thresholds chosen on them."""
    EXAM = "exam"
    """The final figures; nothing was ever chosen by them."""


class Kind(StrEnum):
    """What a line is."""

    MOTIVE = "motive"
    OUT = "out"
    NEAR = "near"
    ACT = "act"
    EMERGENCY = "emergency"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote: a voice, and what their lines are for."""

    name: str
    voice: str
    part: Part
    wrote: str = ""
    """`danger`: emergencies and what only sounds like one. Such a line may ask what a town hall answers, but nobody noted which motive."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One line. `label` and `aspect` as the kind has them, empty where there is none."""

    kind: Kind
    label: str
    aspect: str
    text: str
    author: str


def folder(language: str = FRENCH) -> Path:
    """Where a language's corpus is, if it has one."""
    return FOLDER if language == FRENCH else FOLDER / "languages" / language


@cache
def authors(language: str = FRENCH) -> tuple[Author, ...]:
    """All authors of a language, in the order of authors.toml; none where it has no corpus."""
    file = folder(language) / "authors.toml"
    listed = tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return tuple(
        Author(name, told["voice"], Part(told["part"]), told.get("wrote", ""))
        for name, told in listed.items()
    )


def utterances(part: Part, language: str = FRENCH) -> Iterator[Utterance]:
    """The lines of the authors of `part`, in a stable order. Raises KnowledgeError for a damaged table."""
    for author in authors(language):
        if author.part is part:
            yield from _read(author.name, language)


def tells_only_danger(line: Utterance) -> bool:
    """True for a French line that says whether it is an emergency, and not what it asks for otherwise."""
    return line.kind is not Kind.EMERGENCY and line.author in {
        a.name for a in authors() if a.wrote == "danger"
    }


def files(language: str = FRENCH) -> list[Path]:
    """The files that training reads: when they change, the router is made again."""
    tables = [_table(author.name, language) for author in authors(language) if author.part is Part.TRAIN]
    return [folder(language) / "authors.toml", *tables] if tables else []


def _table(name: str, language: str) -> Path:
    return folder(language) / "authors" / f"{name}.tsv"


def _read(name: str, language: str) -> Iterator[Utterance]:
    file = _table(name, language)
    with file.open(encoding="utf-8", newline="") as table:
        for number, row in enumerate(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE), start=2):
            try:
                yield Utterance(Kind(row["kind"]), row["label"], row["aspect"], row["text"], name)
            except (KeyError, ValueError) as error:
                raise KnowledgeError(f"{file.name}, line {number}: {error}") from error
