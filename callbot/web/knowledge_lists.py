"""Which entries `/connaissances` shows: searched by text, motive, state and language. Pure."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from callbot.editing.versions import Standing, Version, standing
from callbot.knowledge.entries import Entry
from callbot.knowledge.store import Knowledge
from callbot.understanding.normalise import fold

PAGE = 40
"""Entries of a page."""
OPEN = "en-cours"
"""The filter for entries that somebody is editing; the others are values of Standing."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is sought; empty: everything. `page` from 1."""

    words: str = ""
    motive: str = ""
    state: str = ""
    language: str = "fr"
    page: int = 1

    @classmethod
    def read(cls, given: Mapping[str, str], languages: Collection[str]) -> "Wanted":
        """Of an address; what it asks for wrongly is not asked for."""
        page = given.get("page", "")
        state = given.get("etat", "")
        return cls(
            given.get("q", "").strip()[:100],
            given.get("motif", ""),
            state if state in (OPEN, *Standing) else "",
            given.get("langue", "") if given.get("langue", "") in languages else "fr",
            int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 5 and int(page) else 1,
        )

    @property
    def is_plain(self) -> bool:
        """Whether nothing is sought."""
        return not (self.words or self.motive or self.state)

    def address(self, page: int) -> str:
        """Of that page of the same search."""
        asked = {
            "q": self.words,
            "motif": self.motive,
            "etat": self.state,
            "langue": self.language if self.language != "fr" else "",
            "page": str(page) if page > 1 else "",
        }
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"/connaissances?{query}" if query else "/connaissances"


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found: entries with how they stand, how many there are, and the addresses of the pages beside it."""

    entries: Sequence[tuple[Entry, Standing]]
    total: int
    before: str
    after: str


def found(wanted: Wanted, own: Knowledge, edited: Sequence[Version], today: dt.date) -> Found:
    """The entries of one language that fit, in the order of the knowledge base; those to be read again first where that is asked for."""
    in_work = {version.entry_id for version in edited if version.language == wanted.language}
    fits = [(entry, standing(entry, today)) for entry in own.entries if _fits(entry, wanted, in_work, today)]
    if wanted.state in (Standing.SOON, Standing.EXPIRED):
        fits.sort(key=lambda pair: pair[0].expires_on or dt.date.max)
    last = max(1, -(-len(fits) // PAGE))
    page = min(wanted.page, last)
    return Found(
        fits[(page - 1) * PAGE : page * PAGE],
        len(fits),
        wanted.address(page - 1) if page > 1 else "",
        wanted.address(page + 1) if page < last else "",
    )


def counts(own: Knowledge, today: dt.date) -> dict[Standing, int]:
    """How many entries stand how."""
    stands = [standing(entry, today) for entry in own.entries]
    return {one: stands.count(one) for one in Standing}


def new_ones(own: Knowledge, edited: Sequence[Version], language: str) -> list[Version]:
    """Drafts of entries that are not in service yet."""
    return [
        version for version in edited if version.language == language and version.entry_id not in own.by_id
    ]


def without_page(wanted: Wanted) -> Wanted:
    """The first page of the same."""
    return replace(wanted, page=1)


def _fits(entry: Entry, wanted: Wanted, in_work: Collection[str], today: dt.date) -> bool:
    if wanted.motive and entry.motive != wanted.motive:
        return False
    if wanted.state == OPEN and entry.id not in in_work:
        return False
    if wanted.state and wanted.state != OPEN and standing(entry, today) != wanted.state:
        return False
    words = fold(wanted.words.lower()).split()
    if not words:
        return True
    told = fold(" ".join((entry.id, entry.subject, entry.answer, *entry.questions)).lower())
    return all(word in told for word in words)
