"""What an import changes in a knowledge base: a plan made of texts and outcomes, before anything is written.

Nothing that is taken over is validated, so none of it is spoken until a person has read it. An entry that is there already
is never replaced unless that was asked for.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Literal

from pydantic import ValidationError

from callbot.errors import KnowledgeError
from callbot.knowledge.entries import Commune, Entry
from callbot.knowledge.importing.drafts import Draft, Reading
from callbot.knowledge.importing.guess import identifier
from callbot.knowledge.importing.toml_text import blocks, entry_text
from callbot.knowledge.inspection import for_the_ear
from callbot.knowledge.store import field_errors, read_entries
from callbot.languages.tables import FRENCH
from callbot.understanding.normalise import fold, normalise

Result = Literal["added", "replaced", "unchanged", "conflict", "left", "rejected"]
"""`left`: something is missing that only the commune can give; `rejected`: cannot be read; `conflict`: is there already."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one draft or faulty part of a file."""

    path: str
    place: str
    result: Result
    entry: str = ""
    """The id it has or would have."""
    message: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What would be written."""

    texts: Mapping[str, str]
    """Changed files: path relative to the folder → whole new text."""
    outcomes: tuple[Outcome, ...]
    left: tuple[Draft, ...]
    """What to complete and import again."""


_Key = tuple[str, str]
"""A language, and the id of an entry, which exists once in each."""


@dataclass
class _Shelf:
    """The files of a knowledge base as blocks of text, with what stands where."""

    heads: dict[str, str] = field(default_factory=dict)
    parts: dict[str, list[str]] = field(default_factory=dict)
    at: dict[_Key, tuple[str, int]] = field(default_factory=dict)
    entries: dict[_Key, Entry] = field(default_factory=dict)
    questions: dict[_Key, str] = field(default_factory=dict)
    """By language and question: the entry's id."""
    changed: set[str] = field(default_factory=set)

    def put(self, entry: Entry, language: str, path: str) -> None:
        """Add an entry at the end of a file, or in the place of the one with its id in that language."""
        key = language, entry.id
        if key in self.at:
            path, number = self.at[key]
            self.parts[path][number] = entry_text(entry) + "\n"
        else:
            parts = self.parts.setdefault(path, [])
            if parts:
                parts[-1] = parts[-1].rstrip("\n") + "\n\n"
            self.at[key] = path, len(parts)
            parts.append(entry_text(entry))
        self.know(entry, language)
        self.changed.add(path)

    def know(self, entry: Entry, language: str) -> None:
        """Remember an entry and its questions."""
        self.entries[language, entry.id] = entry
        self.questions |= {(language, normalise(question)): entry.id for question in entry.questions}

    def texts(self) -> dict[str, str]:
        """The whole text of each changed file."""
        return {
            path: (self.heads.get(path, "") + "".join(self.parts[path])).rstrip("\n") + "\n"
            for path in sorted(self.changed)
        }


def plan(
    readings: Sequence[tuple[str, Reading]],
    files: Mapping[str, str],
    commune: Commune,
    *,
    author: str = "",
    replace: bool = False,
    services: Mapping[str, str] | None = None,
) -> Plan:
    """Merge what was read (name of its file, reading) into the entry files (path relative to the folder → text).

    `author` is said to have written everything; empty: who the file names, else the file itself. `services`: which
    service usually answers for a motive, by identifier. Raises KnowledgeError when the files there are broken.
    """
    shelf = _shelf(files)
    services = services or {}
    there = {entry.motive: entry.service for entry in shelf.entries.values()}
    merger = _Merger(
        shelf,
        _Services(commune, there, services),
        there.keys() | services.keys(),
        commune.languages,
        author=author,
        replace=replace,
    )
    outcomes: list[Outcome] = []
    for name, reading in readings:
        outcomes += [
            Outcome(name, fault.place, "rejected", message=fault.message) for fault in reading.faults
        ]
        outcomes += [merger.take(name, draft) for draft in reading.drafts]
    return Plan(shelf.texts(), tuple(outcomes), tuple(merger.left))


@dataclass
class _Merger:
    """Takes drafts over, one after the other."""

    shelf: _Shelf
    services: "_Services"
    motives: Set[str]
    languages: Sequence[str]
    author: str
    replace: bool
    left: list[Draft] = field(default_factory=list)
    taken: dict[_Key, str] = field(default_factory=dict)
    """Entries of this import → where they stood first."""

    def take(self, name: str, draft: Draft) -> Outcome:
        """Put a draft of the file called `name` on the shelf if it is complete, valid and not there yet."""
        if missing := _missing(draft):
            self.left.append(draft)
            return Outcome(name, draft.place, "left", _id(draft), missing)
        service, warnings = self.services.of(draft)
        try:
            entry = _entry(draft, service, self.author or draft.author or f"Import de {name}")
        except ValidationError as error:
            return Outcome(name, draft.place, "rejected", _id(draft), "; ".join(field_errors(error)))
        key = draft.language, entry.id
        result, message = self._result(entry, key)
        warnings += draft.remarks
        if draft.language not in self.languages:
            warnings += (
                f"nobody is spoken to in it before commune.toml has '{draft.language}' in languages",
            )
        if entry.motive not in self.motives:
            warnings += (f"« {entry.motive} » is a new motive; is that meant?",)
        if result in ("added", "replaced"):
            warnings += tuple(_heard(entry, draft.language, self.shelf))
            self.shelf.put(entry, draft.language, f"{_folder(draft.language)}/{_stem(draft, name)}.toml")
        self.taken.setdefault(key, f"{name}: {draft.place}")
        return Outcome(name, draft.place, result, entry.id, message, warnings)

    def _result(self, entry: Entry, key: _Key) -> tuple[Result, str]:
        if key in self.taken:
            first = self.taken[key]
            return "conflict", f"stands twice in what is imported, first in {first}; give one an aspect"
        there = self.shelf.entries.get(key)
        if there is None:
            return "added", ""
        path = self.shelf.at[key][0]
        if _content(there) == _content(entry):
            return "unchanged", f"stands so in {path}"
        if not self.replace:
            return "conflict", f"another one stands in {path}; --replace puts this one there, not validated"
        lost = f"; what {there.validator} had validated is no longer spoken" if there.validator else ""
        return "replaced", f"in {path}{lost}"


def _folder(language: str) -> str:
    """Where the entries in a language stand."""
    return "entries" if language == FRENCH else f"languages/{language}/entries"


def _language(path: str) -> str:
    """What the entries of a file are written in, by where it stands."""
    parts = PurePosixPath(path).parts
    return parts[1] if parts[0] == "languages" else FRENCH


def _stem(draft: Draft, name: str) -> str:
    return draft.home or f"import_{identifier(name.rpartition('.')[0]) or 'fichier'}"


def _shelf(files: Mapping[str, str]) -> _Shelf:
    shelf = _Shelf()
    for path, text in files.items():
        wrong: list[str] = []
        entries = list(read_entries(text, path, wrong))
        head, parts = blocks(text)
        if len(parts) != len(entries) and not wrong:
            wrong.append(f"{path}: each entry must begin with [[entry]] on a line of its own")
        if wrong:
            raise KnowledgeError("\n".join(wrong))
        shelf.heads[path], shelf.parts[path] = head, parts
        for number, entry in enumerate(entries):
            shelf.at[_language(path), entry.id] = path, number
            shelf.know(entry, _language(path))
    return shelf


def _missing(draft: Draft) -> str:
    """What a person must give first; empty: nothing."""
    wanted = (
        (draft.questions, "no question: write how callers ask"),
        (draft.answer, "no answer: write what the bot is to say"),
        (draft.motive, "no motive: write which one in the column « motif »"),
    )
    return "; ".join(what for value, what in wanted if not value)


def _id(draft: Draft) -> str:
    return ".".join(part for part in (draft.motive, draft.aspect) if part)


def _entry(draft: Draft, service: str, author: str) -> Entry:
    return Entry.model_validate(
        {
            "motive": draft.motive,
            "aspect": draft.aspect,
            "subject": draft.subject,
            "kind": draft.kind,
            "questions": draft.questions,
            "answer": draft.answer,
            "service": service,
            "author": author,
            "expires_on": draft.expires_on,
            "sources": draft.sources,
        }
    )


def _content(entry: Entry) -> tuple[object, ...]:
    """What makes two entries the same to a caller and to the router."""
    return (entry.subject, entry.kind, entry.questions, entry.answer, entry.service)


def _heard(entry: Entry, language: str, shelf: _Shelf) -> Iterator[str]:
    if problems := list(for_the_ear(entry.answer)):
        yield f"rewrite it for the ear before you validate it: {', '.join(problems)}"
    yield from _asked_elsewhere(entry, language, shelf.questions)


def _asked_elsewhere(entry: Entry, language: str, questions: Mapping[_Key, str]) -> Iterable[str]:
    for question in entry.questions:
        other = questions.get((language, normalise(question)), entry.id)
        if other != entry.id:
            yield f"« {question} » also stands in {other}; keep it in one of them"


@dataclass(frozen=True)
class _Services:
    """Which service of the commune takes over, from what a file says or from the motive."""

    commune: Commune
    of_motives_there: Mapping[str, str]
    usual: Mapping[str, str]

    def of(self, draft: Draft) -> tuple[str, tuple[str, ...]]:
        """The service's identifier, and what a person must look at."""
        ids = {service.id for service in self.commune.services}
        names = {self._plain(service.name): service.id for service in self.commune.services}
        if draft.service in ids:
            return draft.service, ()
        if (by_name := names.get(self._plain(draft.service))) and draft.service:
            return by_name, ()
        for guesses in (self.of_motives_there, self.usual):
            if (guess := guesses.get(draft.motive, "")) in ids:
                chosen = guess
                break
        else:
            chosen = self.commune.default_service
        if not draft.service:
            return chosen, ()
        return chosen, (f"service « {draft.service} » is not in commune.toml; {chosen} instead",)

    @staticmethod
    def _plain(name: str) -> str:
        return fold(name.strip().lower())
