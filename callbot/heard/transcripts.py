"""What was heard, in a file that only grows: a line per rendition, so that nothing is heard twice and a stop loses one line at most.

Tab-separated with a header: `part`, `caller`, `way`, `written`, `heard`. `python -m callbot.heard.ship` makes the corpus's own of it.
"""

import csv
import io
import os
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from callbot.corpus.reader import Part

__all__ = ["Heard", "append", "read"]


@dataclass(frozen=True, slots=True)
class Heard:
    """One rendition: the line as written, who said it, the way it took, and the recogniser's text (empty: no words)."""

    part: Part
    caller: str
    way: str
    written: str
    heard: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same rendition."""
        return self.written, self.caller, self.way


_HEADER = tuple(field.name for field in fields(Heard))


def read(file: Path) -> Iterator[Heard]:
    """The renditions in `file`, none when it is missing; a line that was cut short by a stop is passed over."""
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        return
    for row in csv.reader(lines[:-1], delimiter="\t", quoting=csv.QUOTE_NONE):
        if len(row) == len(_HEADER) and row[0] in set(Part):
            yield Heard(Part(row[0]), *row[1:])


def append(file: Path, heard: Heard) -> None:
    """Write one more line, whole and at once, so that two processes may write to the same file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("ab") as stream:
        head = _line(_HEADER) if not stream.tell() else b""
        mend = b"\n" if not head and _cut_short(file) else b""
        os.write(stream.fileno(), mend + head + _line(astuple(heard)))


def write(file: Path, renditions: Iterable[Heard]) -> None:
    """A new file of these, sorted."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [_line(astuple(each)) for each in sorted(renditions, key=astuple)]
    file.write_bytes(_line(_HEADER) + b"".join(lines))


def _cut_short(file: Path) -> bool:
    """Whether the last line has no end."""
    with file.open("rb") as stream:
        stream.seek(-1, os.SEEK_END)
        return stream.read(1) != b"\n"


def _line(values: Iterable[object]) -> bytes:
    text = io.StringIO()
    clean = [" ".join(str(value).split()) for value in values]
    csv.writer(text, delimiter="\t", quoting=csv.QUOTE_NONE, quotechar=None, lineterminator="\n").writerow(
        clean
    )
    return text.getvalue().encode()
