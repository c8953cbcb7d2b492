"""What changed between two versions of an entry, field by field and word by word, for the page to show. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Literal

from callbot.knowledge.entries import Entry

__all__ = ["Difference", "Piece", "differences"]

FIELDS = ("answer", "subject", "kind", "service", "expires_on")
"""Fields that are one value; questions and sources are lists."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that stayed, went or came; between two pieces there is a space."""

    kind: Literal["same", "gone", "new"]
    text: str


Say = Callable[[str, str], str]
"""How the value of a field is read by people; `kind` and `service` hold identifiers."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field's: its pieces in order; of a list, each piece is a whole item."""

    field: str
    pieces: tuple[Piece, ...]

    @property
    def before(self) -> tuple[Piece, ...]:
        """As it was: what stayed and what went."""
        return tuple(piece for piece in self.pieces if piece.kind != "new")

    @property
    def after(self) -> tuple[Piece, ...]:
        """As it is now: what stayed and what came."""
        return tuple(piece for piece in self.pieces if piece.kind != "gone")


def differences(
    before: Entry | None, after: Entry, say: Say = lambda _field, value: value
) -> list[Difference]:
    """What `after` has otherwise than `before` (None: there was none), in the order in which it is read."""
    found = []
    for name in FIELDS:
        old, new = (_text(entry, name) and say(name, _text(entry, name)) for entry in (before, after))
        if old != new:
            found.append(Difference(name, tuple(_words(old, new))))
    for name in ("questions", "sources"):
        old_items, new_items = _items(before, name), _items(after, name)
        if old_items != new_items:
            found.append(Difference(name, tuple(_changed(old_items, new_items))))
    return found


def _text(entry: Entry | None, name: str) -> str:
    value = getattr(entry, name) if entry else None
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return "" if value is None else str(value)


def _items(entry: Entry | None, name: str) -> list[str]:
    if entry is None:
        return []
    if name == "questions":
        return list(entry.questions)
    return [
        " – ".join(filter(None, (source.title, source.url, str(source.checked_on))))
        for source in entry.sources
    ]


def _words(old: str, new: str) -> Iterator[Piece]:
    a, b = old.split(), new.split()
    for tag, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", " ".join(a[i:j]))
            continue
        if i < j:
            yield Piece("gone", " ".join(a[i:j]))
        if k < m:
            yield Piece("new", " ".join(b[k:m]))


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    """Only what came and went: forty questions that stayed are no news."""
    yield from (Piece("gone", item) for item in old if item not in new)
    yield from (Piece("new", item) for item in new if item not in old)
