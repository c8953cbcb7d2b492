"""The questions of `callbot bench intents`: authors of the corpus who were kept apart, or a table of one's own.

A table is tab-separated, with a header: `set`, `text`, `motive`, `aspect`, `act`, `emergency`, `author`. A row with neither motive nor
act nor emergency is out of scope: nothing must be answered.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

from callbot.corpus.reader import Kind, Part, utterances
from callbot.errors import CallbotError

__all__ = ["NEAR_MISS", "Question", "of_corpus", "read"]

NEAR_MISS = "near_miss"
"""The set of lines that have a motive's words and ask for something else."""

_SETS = {
    Kind.MOTIVE: "motive",
    Kind.OUT: "out_of_scope",
    Kind.NEAR: NEAR_MISS,
    Kind.ACT: "act",
    Kind.EMERGENCY: "emergency",
    Kind.ALARM: "emergency_false",
}
"""The set that a line of the corpus belongs to."""
_COLUMNS = {"set", "text", "motive", "aspect", "act", "emergency"}


@dataclass(frozen=True)
class Question:
    """One row of the exam: what is said and how it should be understood; empty where nothing should."""

    set: str
    text: str
    motive: str = ""
    aspect: str = ""
    act: str = ""
    emergency: str = ""
    author: str = ""

    @property
    def out_of_scope(self) -> bool:
        """True when nothing is to be understood."""
        return not (self.motive or self.act or self.emergency)


def read(file: Path) -> list[Question]:
    """The rows of an exam. Raises CallbotError when it is missing or lacks a column."""
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            table = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            missing = _COLUMNS - set(table.fieldnames or ())
            if missing:
                raise CallbotError(f"{file}: the column '{min(missing)}' is missing")
            return [
                Question(**{column: (row.get(column) or "").strip() for column in (*_COLUMNS, "author")})
                for row in table
            ]
    except (OSError, UnicodeDecodeError) as error:
        raise CallbotError(f"{file}: the exam cannot be read ({error}); name one with --data") from None


def of_corpus(part: Part, language: str = "fr") -> list[Question]:
    """The lines of the authors of `part` in a language."""
    return [
        Question(
            _SETS[line.kind],
            line.text,
            motive=line.label if line.kind in (Kind.MOTIVE, Kind.ALARM) else "",
            aspect=line.aspect,
            act=line.label if line.kind is Kind.ACT else "",
            emergency=line.label if line.kind is Kind.EMERGENCY else "",
            author=line.author,
        )
        for line in utterances(part, language)
    ]
