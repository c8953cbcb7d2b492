"""The daily report as JSON or CSV: every figure with its formula, what the calls were about, hours and lines."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from callbot.database import Database
from callbot.stats.figures import LEVEL_S
from callbot.stats.period import Period
from callbot.stats.reading import read_figures
from callbot.stats.slices import Figures, Part

COLUMNS = ("section", "key", "label", "numerator", "denominator", "value", "unit", "formula")
OF_LINE = {"calls": "offered", "answered": "answered", "handed_over": "handed_over"}
"""What is told of each line: the names of the fields, and of the figures."""
PARTS = frozenset({Part.HOURS, Part.LINES})


async def day_report(database: Database, day: date, level_s: int = LEVEL_S) -> Figures:
    """The figures of `day` (in Europe/Paris), with its hours and lines. Raises DatabaseError."""
    return await read_figures(database, Period.day(day), level_s=level_s, parts=PARTS)


def as_json(report: Figures) -> str:
    """One JSON object on one line: `day`, `timezone`, `figures` by key, `motives`, `aspects`, `hours`, `lines`."""
    document = {
        "day": report.period.first.isoformat(),
        "timezone": "Europe/Paris",
        "figures": {figure.key: asdict(figure) for figure in report.figures},
        "motives": [
            {"motive": one.motive, "calls": one.calls, "answered": one.answered}
            for one in report.total.motives
        ],
        "aspects": [
            {"motive": one.motive, "aspect": one.aspect, "calls": one.calls} for one in report.total.aspects
        ],
        "hours": [{"hour": begin.isoformat(), "calls": calls} for begin, calls in _hours(report)],
        "lines": list(_lines(report)),
    }
    return json.dumps(document, ensure_ascii=False) + "\n"


def as_csv(report: Figures) -> str:
    """RFC 4180 with commas and a header; the sections are figures, motives, aspects, hours, lines. Absent values are empty."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(_rows(report))
    return text.getvalue()


def _rows(report: Figures) -> Iterator[tuple[object, ...]]:
    for f in report.figures:
        yield "figures", f.key, f.label, f.numerator, f.denominator, f.value, f.unit, f.formula
    for s in report.total.motives:
        yield "motives", s.motive, "", s.calls, None, s.calls, "calls", ""
    for s in report.total.aspects:
        yield "aspects", f"{s.motive}.{s.aspect}", "", s.calls, None, s.calls, "calls", ""
    for begin, calls in _hours(report):
        yield "hours", begin.isoformat(), "", calls, None, calls, "calls", ""
    for line in _lines(report):
        for name in OF_LINE:
            yield "lines", f"{line['line']}.{name}", "", line[name], None, line[name], "calls", ""


def _hours(report: Figures) -> Iterator[tuple[datetime, int]]:
    for one in report.begins:
        assert isinstance(one.key, datetime)
        yield one.key, one.calls


def _lines(report: Figures) -> Iterator[dict[str, Any]]:
    for line in report.lines:
        yield {"line": line.key} | {name: line.figure(key).numerator for name, key in OF_LINE.items()}
