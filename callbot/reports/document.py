"""What a report says, before it is a page or a PDF: words, cards, charts and tables. No I/O."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from callbot.charts.drawing import Palette
from callbot.stats.figures import Figure

__all__ = ["Card", "Cell", "Document", "Names", "Section", "Table", "Tone"]

Cell = str | int | float | Figure | None
"""What stands in a table; None: there is nothing."""

Tone = Literal["good", "bad", "plain"]
"""Whether a change is a good one; a change that is neither is plain."""


@dataclass(frozen=True, slots=True)
class Card:
    """One figure that is read from afar: « 312 », « appels présentés », « 278 la veille (+12 %) »."""

    value: str
    label: str
    change: str = ""
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, all as long as `head`: words, numbers and figures, which `tables` writes for people or for machines."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it. `chart` draws in the palette of the place; `says` is its words for who cannot see it."""

    title: str
    words: tuple[str, ...] = ()
    chart: Callable[[Palette], str] | None = field(default=None, compare=False)
    says: str = ""
    table: Table | None = None
    key: str = ""
    """What its table is called as a file."""


@dataclass(frozen=True, slots=True)
class Names:
    """What things are called in a commune: from the key in the figures to words."""

    commune: str
    motive: Callable[[str], str]
    line: Callable[[str], str]
    service: Callable[[str], str]
    language: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report. `first`: what fits on its first page; `details`: what follows."""

    commune: str
    title: str
    """« Rapport du lundi 24 novembre 2025 »."""
    headline: str
    cards: tuple[Card, ...]
    first: tuple[Section, ...]
    details: tuple[Section, ...]
    notes: tuple[str, ...] = ()
    """In small letters at the end: what was counted, and how."""
