"""A document as one HTML file that needs nothing else, and as the letter that goes with the PDF by e-mail.

The letter shows its charts as pictures that travel with it (`cid:`), as most programs that show letters do not show SVG and ask
before they fetch anything; the words of each picture and its table are there for who does not see it.
"""

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from callbot.charts.drawing import PRINT, PRINT_PHONE
from callbot.reports.document import Document, Section
from callbot.reports.tables import numeric, shown

__all__ = ["drawings", "html", "letter", "picture_id", "plain"]

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


def letter(document: Document, cids: Sequence[str] = ()) -> str:
    """The first page in HTML for an e-mail. `cids`: the Content-IDs of the pictures of its charts, as `drawings` gives them."""
    return _page(document, document.first, charts=False, cids=cids)


def drawings(document: Document) -> list[str]:
    """The charts of the first page as SVG, in their order."""
    return [section.chart(PRINT) for section in document.first if section.chart]


def picture_id(number: int, key: str) -> str:
    """The Content-ID of a picture of the letter about `key`; `number` counts from 0."""
    return f"graphique{number + 1}.{key.replace(' ', '.')}@callbot"


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


def _page(
    document: Document, sections: tuple[Section, ...], *, charts: bool, cids: Sequence[str] = ()
) -> str:
    template = _ENVIRONMENT.get_template("report.html")
    with_chart = [section.title for section in sections if section.chart]
    pictures = dict(zip(with_chart, cids, strict=False))
    return template.render(
        document=document,
        sections=sections,
        charts=charts,
        pictures=pictures,
        palettes={"wide": PRINT, "narrow": PRINT_PHONE},
    )
