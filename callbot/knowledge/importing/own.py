"""Our own JSON: the knowledge base in one file, as `callbot kb export` writes it."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from pydantic import ValidationError

from callbot.knowledge.entries import Entry
from callbot.knowledge.importing.drafts import Draft, Fault, Reading
from callbot.knowledge.store import Knowledge, field_errors
from callbot.languages.tables import FRENCH, codes

FORMAT = "callbot-knowledge"
VERSION = 1
_NOT_TAKEN_OVER = ("id", "file", "language", "validator", "validated_on")
"""What stands in the file for its readers, and what only a person can give here."""


def write(knowledge: Knowledge) -> dict[str, Any]:
    """The document: the commune's name and each entry with its `id`, `file`, `language` and all its fields, dates as YYYY-MM-DD."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "commune": knowledge.commune.name,
        "entries": [
            {"id": entry.id, "file": origin, "language": known.language, **entry.model_dump(mode="json")}
            for known in (knowledge, *knowledge.translations.values())
            for entry, origin in zip(known.entries, known.origins, strict=True)
        ],
    }


def fits(document: object) -> bool:
    """True for a document of ours, of whatever version."""
    return isinstance(document, dict) and document.get("format") == FORMAT


def read(document: Any, name: str, today: date) -> Reading:  # noqa: ARG001 (the readers' common shape)
    """The entries of an export, each without its validator: who takes them over validates them anew."""
    if document.get("version") != VERSION:
        why = f"written by another version of callbot ({document.get('version')}); export it again"
        return Reading("callbot export", faults=(Fault("version", why),))
    entries = document.get("entries")
    if not isinstance(entries, list):
        return Reading("callbot export", faults=(Fault("entries", "a list of entries is expected"),))
    found = [part for n, row in enumerate(entries, start=1) for part in _entry(row, n)]
    return Reading(
        "callbot export",
        tuple(part for part in found if isinstance(part, Draft)),
        tuple(part for part in found if isinstance(part, Fault)),
    )


def _entry(row: object, number: int) -> Iterator[Draft | Fault]:
    if not isinstance(row, dict):
        yield Fault(f"entry {number}", "an object is expected")
        return
    language = row.get("language", FRENCH)  # an export of a callbot that spoke French only does not say
    place = f"entry {number} ({row.get('id', '?')}{'' if language == FRENCH else f', {language}'})"
    if language not in codes():
        yield Fault(place, f"language: '{language}' is not one of {', '.join(codes())}")
        return
    try:
        entry = Entry.model_validate({k: v for k, v in row.items() if k not in _NOT_TAKEN_OVER})
    except ValidationError as error:
        yield from (Fault(place, line) for line in field_errors(error))
        return
    yield Draft(
        place=place,
        questions=entry.questions,
        answer=entry.answer,
        motive=entry.motive,
        aspect=entry.aspect,
        subject=entry.subject,
        kind=entry.kind,
        service=entry.service,
        author=entry.author,
        expires_on=entry.expires_on,
        sources=entry.sources,
        home=_stem(row.get("file")),
        language=language,
    )


def _stem(file: object) -> str:
    """The name of the file it comes from, where that is a plain one."""
    stem = PurePosixPath(file).stem if isinstance(file, str) else ""
    return stem if re.fullmatch(r"[\w-]+", stem) else ""
