"""A document as one HTML file that needs nothing else, and as the letter that goes with the PDF by e-mail.

There is no chart in the letter: most programs that show letters do not show SVG.
"""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from callbot.charts.drawing import PRINT
from callbot.reports.document import Document, Section
from callbot.reports.tables import numeric, shown

__all__ = ["html", "letter", "plain"]

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.globals |= {"numeric": numeric, "shown": shown}


def html(document: Document) -> str:
    """The whole report, with its charts."""
    return _page(document, (*document.first, *document.details), charts=True)


def letter(document: Document) -> str:
    """The first page in HTML for an e-mail: no chart, but its table in its place."""
    return _page(document, document.first, charts=False)


def plain(document: Document) -> str:
    """The first page in plain text, for who reads letters so."""
    lines = [document.title, document.commune, "", document.headline, ""]
    lines += [
        f"- {card.label} : {card.value}{f' ({card.change})' if card.change else ''}"
        for card in document.cards
    ]
    for section in document.first:
        lines += ["", section.title, *section.words]
        if section.table:
            lines += [f"- {' : '.join(map(shown, row))}" for row in section.table.rows]
    return "\n".join((*lines, "", *document.notes)) + "\n"


def _page(document: Document, sections: tuple[Section, ...], *, charts: bool) -> str:
    template = _ENVIRONMENT.get_template("report.html")
    return template.render(document=document, sections=sections, charts=charts, palette=PRINT)
