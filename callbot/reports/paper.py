"""A document as what `typesetting` makes a PDF of: the template, the words and the charts."""

import json
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files
from typing import Any

from callbot.charts.drawing import PRINT
from callbot.reports.document import Document, Section, Table
from callbot.reports.tables import numeric, shown

__all__ = ["sources"]

LONG, NARROW_LETTERS, PARTS = 12, 36, 3
"""A table of more rows than LONG whose rows have less letters than NARROW_LETTERS stands in PARTS columns beside each other."""
WIDE = 26
"""Letters in a column's longest cell from which on the column shares the room that is left, rather than being as wide as it needs."""


def sources(document: Document) -> dict[str, bytes]:
    """Files by name."""
    charts: dict[str, bytes] = {}
    data = {
        "commune": document.commune,
        "title": document.title,
        "headline": document.headline,
        "cards": [
            {"value": card.value, "label": card.label, "change": card.change, "tone": card.tone}
            for card in document.cards
        ],
        "first": [_section(section, charts, table=not section.chart) for section in document.first],
        "details": [
            *(_section(replace(one, chart=None), charts) for one in document.first if one.chart),
            *(_section(section, charts) for section in document.details),
        ],
        "notes": document.notes,
    }
    template = files("callbot.reports").joinpath("report.typ").read_bytes()
    return {"main.typ": template, "data.json": json.dumps(data).encode()} | charts


def _section(section: Section, charts: dict[str, bytes], *, table: bool = True) -> dict[str, Any]:
    name = None
    if section.chart:
        name = f"chart{len(charts)}.svg"
        charts[name] = section.chart(PRINT).encode()
    return {
        "title": section.title,
        "words": section.words,
        "chart": name,
        "says": section.says or section.title,
        "table": _table(section.table) if table and section.table and section.table.rows else None,
    }


def _table(table: Table) -> dict[str, Any]:
    rows = [tuple(map(shown, row)) for row in table.rows]
    right = numeric(table)
    longest: list[int] = [
        max(len(row[column]) for row in (table.head, *rows)) for column in range(len(table.head))
    ]
    return {
        "head": table.head,
        "parts": _parts(rows, longest),
        "numeric": [column in right for column in range(len(table.head))],
        "widths": [min(letters, 90) if letters >= WIDE else 0 for letters in longest],
    }


def _parts(rows: Sequence[tuple[str, ...]], longest: Sequence[int]) -> list[Sequence[tuple[str, ...]]]:
    if len(rows) <= LONG or sum(longest) > NARROW_LETTERS:
        return [rows]
    each = -(-len(rows) // PARTS)
    return [rows[begin : begin + each] for begin in range(0, len(rows), each)]
