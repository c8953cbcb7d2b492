"""Which reader reads a file: by its shape, not by its name."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from callbot.errors import KnowledgeError
from callbot.knowledge.importing import did_you_know, menu_tree, own, planning_rules, spreadsheet
from callbot.knowledge.importing.drafts import Reading

_READERS: tuple[tuple[Callable[[object], bool], Callable[[Any, str, date], Reading]], ...] = (
    (own.fits, own.read),
    (did_you_know.fits, did_you_know.read),
    (planning_rules.fits, planning_rules.read),
    (menu_tree.fits, menu_tree.read),
)
"""For JSON: does it fit, then read. The first that fits; the loosest shape comes last."""
_ARCHIVES = {
    b"PK\x03\x04": "a spreadsheet or a text document",
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file",
}


def read(content: bytes, name: str, today: date) -> Reading:
    """What is in the file called `name`, read on `today`.

    Raises KnowledgeError, with the file's name, for what no reader knows and what cannot be read.
    """
    for mark, kind in _ARCHIVES.items():
        if content.startswith(mark):
            raise KnowledgeError(f"{name}: {kind}; save its table as CSV, then import that")
    text = spreadsheet.decoded(content, name)
    if text.lstrip()[:1] not in ("{", "["):
        return spreadsheet.read(content, name, today)
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise KnowledgeError(f"{name}: line {error.lineno}: not readable as JSON: {error.msg}") from None
    except RecursionError:
        raise KnowledgeError(f"{name}: not readable as JSON: nested too deeply") from None
    for fits, reader in _READERS:
        if fits(document):
            return reader(document, name, today)
    known = "an export of callbot, a menu tree, planning rules or « le saviez-vous »"
    raise KnowledgeError(
        f"{name}: JSON of a shape that no reader knows ({known}); a CSV of questions and answers works too"
    )
