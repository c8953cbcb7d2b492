"""« Le saviez-vous ? »: facts with a yes-or-no question, an explanation and a source.

Shape: `{"maj": "YYYY-MM-DD", "entrees": [{"id", "question", "reponse", "explication", "source", "url", "categorie"}]}`, as in
app-mezieres. A quiz about history is no reason to telephone: only some categories are worth a motive.
"""

from datetime import date
from typing import Any

from callbot.knowledge.entries import Source
from callbot.knowledge.importing.drafts import Draft, Fault, Reading
from callbot.knowledge.importing.guess import identifier, motive_of
from callbot.knowledge.importing.plain import plain, unchecked

FORMAT = "« le saviez-vous »"
_ASKED_BY_TELEPHONE = frozenset(
    ["urbanisme", "dechets", "demarches", "habitat", "pratique", "transports", "vie-communale"]
)
"""Categories whose facts answer what callers ask; the others (history, the application itself…) only entertain."""


def fits(document: object) -> bool:
    """True for a list of entries that ask and explain."""
    entries = document.get("entrees") if isinstance(document, dict) else None
    return (
        isinstance(entries, list)
        and bool(entries)
        and isinstance(entries[0], dict)
        and {"question", "explication"} <= entries[0].keys()
    )


def read(document: Any, name: str, today: date) -> Reading:
    """A draft for each fact; its source was checked on the file's own date, where it has one."""
    day = _day(document.get("maj"))
    drafts: list[Draft] = []
    faults: list[Fault] = []
    for number, fact in enumerate(document["entrees"], start=1):
        if not isinstance(fact, dict):
            faults.append(Fault(f"fact {number}", "an object with question and explication is expected"))
            continue
        drafts.append(_draft(fact, f"fact {number} ({fact.get('id', '?')})", name, day, today))
    return Reading(FORMAT, tuple(drafts), tuple(faults))


def _draft(fact: dict[str, Any], place: str, name: str, day: date | None, today: date) -> Draft:
    slug = identifier(str(fact.get("id", "")))
    question = plain(fact.get("question"))
    motive, aspect = ("", "")
    if fact.get("categorie") in _ASKED_BY_TELEPHONE:
        motive, aspect = motive_of(f"{question} {slug.replace('_', ' ')}")
    return Draft(
        place=place,
        questions=(question,) if question else (),
        answer=plain(fact.get("explication")),
        motive=motive,
        aspect=slug if motive else aspect,
        sources=_source(fact, name, day, today),
        remarks=("motive guessed from its words",) if motive else (),
    )


def _source(fact: dict[str, Any], name: str, day: date | None, today: date) -> tuple[Source, ...]:
    title, url = plain(fact.get("source")), fact.get("url")
    if not title:
        return (unchecked(f"sans source ({name})", url, today),)
    if day is None:
        return (unchecked(title, url, today),)
    return (Source(title=title, url=url if isinstance(url, str) else "", checked_on=day),)


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
