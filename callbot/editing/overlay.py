"""The knowledge base in use: the TOML files, and over them what was approved on the pages. Pure."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from callbot.editing.versions import Published
from callbot.errors import KnowledgeError
from callbot.knowledge.entries import Entry
from callbot.knowledge.store import Knowledge, field_errors

__all__ = ["ORIGIN", "overlaid", "read_published", "unusable", "write_published"]

ORIGIN = "web"
"""Where an entry stands that only the pages have."""


def overlaid(base: Knowledge, published: Published) -> Knowledge:
    """`base` with the published entries in the place of those with their id, new ones at the end; unusable ones are left out."""
    if not published.entries:
        return base
    usable = [pair for pair in published.entries if not unusable(base, *pair)]
    french = _replaced(base, [entry for language, entry in usable if language == base.language])
    others = {
        code: replace(
            _replaced(other, [entry for language, entry in usable if language == code]),
            original=replace(french, translations={}),
        )
        for code, other in base.translations.items()
    }
    return replace(french, translations=others)


def unusable(base: Knowledge, language: str, entry: Entry) -> str:
    """Why a published entry cannot be used with these files; empty: it can."""
    if language not in (base.language, *base.translations):
        return f"{entry.id}: the commune does not speak '{language}' any more"
    if entry.service not in {service.id for service in base.commune.services}:
        return f"{entry.id}: service '{entry.service}' is not in commune.toml any more"
    return ""


def _replaced(known: Knowledge, entries: Iterable[Entry]) -> Knowledge:
    new = {entry.id: entry for entry in entries}
    kept = tuple(new.pop(entry.id, entry) for entry in known.entries)
    return replace(known, entries=(*kept, *new.values()), origins=(*known.origins, *[ORIGIN] * len(new)))


def write_published(published: Published) -> str:
    """As JSON text."""
    entries = [
        {"language": language, **entry.model_dump(mode="json")} for language, entry in published.entries
    ]
    return json.dumps({"edition": published.edition, "entries": entries}, ensure_ascii=False)


def read_published(text: str) -> Published:
    """What `write_published` wrote. Raises KnowledgeError."""
    try:
        told: Any = json.loads(text)
        entries = tuple(_entry(row) for row in told["entries"])
        return Published(int(told["edition"]), entries)
    except ValidationError as error:
        raise KnowledgeError("; ".join(field_errors(error))) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KnowledgeError(f"published entries cannot be read: {error!r}") from None


def _entry(row: dict[str, Any]) -> tuple[str, Entry]:
    fields = {name: value for name, value in row.items() if name != "language"}
    return str(row["language"]), Entry.model_validate(fields)
