"""Reads the corpus: `authors.toml` says which author is for what, `authors/NAME.tsv` holds what each has written.

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

__all__ = ["FOLDER", "Author", "Kind", "Part", "Utterance", "authors", "files", "utterances"]

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


@dataclass(frozen=True, slots=True)
class Utterance:
    """One line. `label` and `aspect` as the kind has them, empty where there is none."""

    kind: Kind
    label: str
    aspect: str
    text: str
    author: str


@cache
def authors() -> tuple[Author, ...]:
    """All authors, in the order of authors.toml."""
    listed = tomllib.loads((FOLDER / "authors.toml").read_text(encoding="utf-8"))
    return tuple(Author(name, told["voice"], Part(told["part"])) for name, told in listed.items())


def utterances(part: Part) -> Iterator[Utterance]:
    """The lines of the authors of `part`, in a stable order. Raises KnowledgeError for a damaged table."""
    for author in authors():
        if author.part is part:
            yield from _read(author.name)


def files() -> list[Path]:
    """The files that training reads: when they change, the router is made again."""
    return [
        FOLDER / "authors.toml",
        *(_table(author.name) for author in authors() if author.part is Part.TRAIN),
    ]


def _table(name: str) -> Path:
    return FOLDER / "authors" / f"{name}.tsv"


def _read(name: str) -> Iterator[Utterance]:
    file = _table(name)
    with file.open(encoding="utf-8", newline="") as table:
        for number, row in enumerate(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE), start=2):
            try:
                yield Utterance(Kind(row["kind"]), row["label"], row["aspect"], row["text"], name)
            except (KeyError, ValueError) as error:
                raise KnowledgeError(f"{file.name}, line {number}: {error}") from error
