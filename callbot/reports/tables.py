"""Tables of a report, for people (« 61 % », « 12 345 ») and for spreadsheets (0.61, 12345)."""

import csv
import io
import re
from collections.abc import Iterator

from callbot.audit import FORMULA
from callbot.charts.drawing import decimal
from callbot.reports.document import Cell, Table
from callbot.reports.written import NOTHING, value
from callbot.stats.figures import Figure

__all__ = ["as_csv", "french_csv", "numeric", "shown"]


def shown(cell: Cell) -> str:
    """A cell as it is read in French."""
    match cell:
        case None:
            return NOTHING
        case str():
            return cell
        case Figure():
            return value(cell, digits=1)
        case _:
            return decimal(cell)


def numeric(table: Table) -> frozenset[int]:
    """The columns that are set to the right: those that hold no words."""
    columns = range(len(table.head))
    return frozenset(
        c for c in columns if table.rows and not any(isinstance(row[c], str) for row in table.rows)
    )


def as_csv(table: Table) -> str:
    """For spreadsheets: UTF-8 with its mark, semicolons, numbers unrounded with a decimal comma; no cell is a formula."""
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(table.head)
    writer.writerows(_raw(row) for row in table.rows)
    return text.getvalue()


def french_csv(text: str) -> str:
    """CSV with commas and points, as `callbot report` writes it for programs, for a spreadsheet in French: semicolons, decimal commas."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=";")
    for row in csv.reader(io.StringIO(text, newline="")):
        writer.writerow([_decimal_comma(cell) for cell in row])
    return out.getvalue()


def _decimal_comma(cell: str) -> str:
    if _NUMBER.fullmatch(cell):
        return cell.replace(".", ",")
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _raw(row: tuple[Cell, ...]) -> Iterator[object]:
    for cell in row:
        if isinstance(cell, Figure):
            yield _french(cell.value)
        elif isinstance(cell, str) and cell.startswith(FORMULA):
            yield f"'{cell}"
        else:
            yield _french(cell)


def _french(cell: str | float | None) -> object:
    return str(cell).replace(".", ",") if isinstance(cell, float) else cell


_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
