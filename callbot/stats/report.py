"""The daily report: reads one day's rows, has the figures made, writes them as JSON or CSV."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from callbot import tables
from callbot.database import Database
from callbot.events import Decision, Outcome
from callbot.stats.call_record import CallRow, TurnRow
from callbot.stats.figures import (
    Figure,
    Hour,
    LineCalls,
    Subject,
    aspects,
    by_hour,
    by_line,
    figures,
    motives,
)

COLUMNS = ("section", "key", "label", "numerator", "denominator", "value", "unit", "formula")


@dataclass(frozen=True, slots=True)
class Report:
    """What the town called about on `day` (in Europe/Paris)."""

    day: date
    figures: tuple[Figure, ...]
    motives: tuple[Subject, ...]
    aspects: tuple[Subject, ...]
    hours: tuple[Hour, ...]
    lines: tuple[LineCalls, ...]


async def day_report(database: Database, day: date) -> Report:
    """The report of `day`, from what is in the tables now. Raises DatabaseError."""
    calls, turns = await read_day(database, day)
    return Report(
        day, figures(calls, turns), motives(turns), aspects(turns), by_hour(calls, day), by_line(calls)
    )


async def read_day(database: Database, day: date) -> tuple[list[CallRow], list[TurnRow]]:
    """The day's calls and their turns, without what was said. Raises DatabaseError."""
    of_day = tables.calls.c.day == day
    columns = [column for column in tables.turns.c if column.name != "transcript"]
    async with database.read() as connection:
        calls = await connection.execute(
            select(tables.calls).where(of_day).order_by(tables.calls.c.started_at)
        )
        call_rows = [CallRow(**_with(row._asdict(), "outcome", Outcome)) for row in calls]
        turns = await connection.execute(
            select(*columns)
            .join(tables.calls)
            .where(of_day)
            .order_by(tables.turns.c.call_id, tables.turns.c.number)
        )
        turn_rows = [TurnRow(**_with(row._asdict(), "decision", Decision)) for row in turns]
    return call_rows, turn_rows


def as_json(report: Report) -> str:
    """One JSON object on one line: `day`, `timezone`, `figures` by key, `motives`, `aspects`, `hours`, `lines`."""
    document = {
        "day": report.day.isoformat(),
        "timezone": "Europe/Paris",
        "figures": {figure.key: asdict(figure) for figure in report.figures},
        "motives": [{"motive": subject.motive, "calls": subject.calls} for subject in report.motives],
        "aspects": [asdict(subject) for subject in report.aspects],
        "hours": [{"hour": hour.begin.isoformat(), "calls": hour.calls} for hour in report.hours],
        "lines": [asdict(line) for line in report.lines],
    }
    return json.dumps(document, ensure_ascii=False) + "\n"


def as_csv(report: Report) -> str:
    """RFC 4180 with commas and a header; the sections are figures, motives, aspects, hours, lines. Absent values are empty."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(_lines(report))
    return text.getvalue()


def _lines(report: Report) -> Iterator[tuple[object, ...]]:
    for f in report.figures:
        yield "figures", f.key, f.label, f.numerator, f.denominator, f.value, f.unit, f.formula
    for s in report.motives:
        yield "motives", s.motive, "", s.calls, None, s.calls, "calls", ""
    for s in report.aspects:
        yield "aspects", f"{s.motive}.{s.aspect}", "", s.calls, None, s.calls, "calls", ""
    for h in report.hours:
        yield "hours", h.begin.isoformat(), "", h.calls, None, h.calls, "calls", ""
    for line in report.lines:
        for key in ("calls", "answered", "handed_over"):
            count = getattr(line, key)
            yield "lines", f"{line.line}.{key}", "", count, None, count, "calls", ""


def _with(values: dict[str, Any], key: str, kind: type[Outcome] | type[Decision]) -> dict[str, Any]:
    value = values[key]
    return values | {key: kind(value) if value is not None else None}
