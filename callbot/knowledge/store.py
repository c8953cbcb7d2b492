"""The knowledge base in use: read from its folder, asked for answers, and inspected for what its keepers must mend."""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from callbot.errors import KnowledgeError
from callbot.knowledge.entries import Commune, Entry, Service
from callbot.knowledge.inspection import Problem, of_commune, of_entry, of_translation, shared_questions
from callbot.knowledge.translations import FILE, Translation, translated, wrong_languages
from callbot.phone_numbers import line_key

DEMO = Path(__file__).parent / "demo"
"""The demonstration commune, used when `Settings.knowledge_dir` is empty."""


@dataclass(frozen=True)
class Knowledge:
    """A commune and its entries, checked: ids are unique and services exist."""

    folder: Path
    commune: Commune
    entries: tuple[Entry, ...]
    origins: tuple[str, ...]
    """The file of each entry, relative to `folder`."""
    language: str = "fr"
    original: "Knowledge | None" = field(default=None, repr=False)
    """Of a translation: the French one."""
    translations: Mapping[str, "Knowledge"] = field(default_factory=dict, repr=False)
    """The same in the commune's other languages, by code: its names there, and the entries that exist there."""

    def in_language(self, code: str) -> "Knowledge":
        """What callers in that language are answered from. Raises KeyError for one that the commune does not offer."""
        return self if code == self.language else self.translations[code]

    def find(self, motive: str, aspect: str) -> Entry | None:
        """The entry for a motive and aspect, whether or not it may be spoken today; None: then a person must answer.

        Without an entry for the aspect, the motive's general one. Where the aspect has one that may not be spoken, the
        general one is not given in its stead: it would answer another question.
        """
        by_id = {entry.id: entry for entry in self.entries}
        return by_id.get(f"{motive}.{aspect}") or by_id.get(motive)

    def subjects(self) -> dict[str, str]:
        """What each answer is about, in words, by its id; not those that have no subject."""
        return {entry.id: entry.subject for entry in self.entries if entry.subject}

    def service(self, service_id: str) -> Service:
        """The service of that id, the commune's default one when it is empty. Raises KnowledgeError when there is none."""
        wanted = service_id or self.commune.default_service
        for service in self.commune.services:
            if service.id == wanted:
                return service
        raise KnowledgeError(f"{self.folder}: there is no service '{wanted}' in commune.toml")

    def responsible(self, motive: str, line: str) -> str:
        """The id of the service that a call-back is for: the motive's, else that of the line that was called, else the default one."""
        entry = next((one for one in self.entries if motive and one.motive == motive), None)
        called = self.commune.line(line).service
        return entry.service if entry else called or self.commune.default_service

    @property
    def validated(self) -> tuple[Entry, ...]:
        """The entries that somebody has validated, expired or not: what the router learns.

        The others are never spoken; of an expired one the bot still knows that it is asked for, and whom to call.
        """
        return tuple(entry for entry in self.entries if entry.validator and entry.validated_on)

    @property
    def fingerprint(self) -> str:
        """Changes when what the router learns from changes: motives, aspects and questions, in order (SHA-256, hex)."""
        lines = (f"{entry.id}\t{question}" for entry in self.validated for question in entry.questions)
        borrowed = self.original.fingerprint if self.original else ""
        return hashlib.sha256(("\n".join(lines) + borrowed).encode()).hexdigest()

    @property
    def labels(self) -> frozenset[tuple[str, str]]:
        """The motives and aspects that are known: of a translation also those that only French answers."""
        return frozenset((entry.motive, entry.aspect) for entry in (self.original or self).validated)

    def problems(self, today: date) -> list[Problem]:
        """What the keepers must mend, errors and warnings, in the order of the files."""
        found = list(of_commune(self.commune, today)) if self.language == "fr" else []
        found += [
            problem
            for entry, origin in zip(self.entries, self.origins, strict=True)
            for problem in of_entry(entry, origin, today)
        ]
        found += shared_questions(self.entries, self.origins)
        for other in self.translations.values():
            found += other.problems(today)
            for entry, origin in zip(other.entries, other.origins, strict=True):
                found += of_translation(entry, self.by_id.get(entry.id), origin)
        return found

    @property
    def by_id(self) -> dict[str, Entry]:
        """The entries by their id."""
        return {entry.id: entry for entry in self.entries}


def load(folder: Path | None = None) -> Knowledge:
    """Read the knowledge base in `folder` (None: the demonstration commune).

    Raises KnowledgeError with one line per problem: unreadable TOML, an unknown or wrong field, an id twice, an unknown
    service. What is only unvalidated, expired or awkward is read, never spoken, and told by `Knowledge.problems`.
    """
    folder = folder or DEMO
    wrong: list[str] = []
    commune = _commune(folder, wrong)
    read = [pair for file in sorted(folder.glob("entries/*.toml")) for pair in _entries(file, folder, wrong)]
    if not read and not wrong:
        wrong.append(f"{folder / 'entries'}: there is no entry in *.toml")
    if commune is not None:
        wrong += _broken_links(commune, read)
    wrong += wrong_languages(commune) if commune else []
    if wrong or commune is None:
        raise KnowledgeError("\n".join(wrong))
    french = Knowledge(folder, commune, tuple(e for e, _ in read), tuple(origin for _, origin in read))
    others = {
        code: _translation(french, code, wrong) for code in commune.languages if code != french.language
    }
    if wrong:
        raise KnowledgeError("\n".join(wrong))
    return replace(french, translations={code: other for code, other in others.items() if other})


def _translation(french: Knowledge, code: str, wrong: list[str]) -> Knowledge | None:
    """The knowledge base in another language; what is wrong with it is added to `wrong`."""
    folder, commune = french.folder, french.commune
    place = folder / "languages" / code
    text = _text(place / FILE, wrong)
    if text is None:
        return None
    try:
        names = translated(commune, Translation.model_validate(tomllib.loads(text)), code)
    except tomllib.TOMLDecodeError as error:
        wrong.append(f"{place / FILE}: not readable as TOML: {error}")
        return None
    except ValidationError as error:
        wrong += [f"{place / FILE}: {line}" for line in field_errors(error)]
        return None
    except KnowledgeError as error:
        wrong += [f"{place / FILE}: {line}" for line in str(error).splitlines()]
        return None
    read = [pair for file in sorted(place.glob("entries/*.toml")) for pair in _entries(file, folder, wrong)]
    wrong += _broken_entries(commune, read)
    entries, origins = tuple(e for e, _ in read), tuple(origin for _, origin in read)
    return Knowledge(folder, names, entries, origins, code, original=french)


class _File(BaseModel):
    """A file of entries: nothing but `[[entry]]`."""

    model_config = ConfigDict(extra="forbid")

    entry: list[dict[str, Any]]


def read_commune(text: str, origin: str = "commune.toml") -> Commune:
    """The commune that a commune.toml describes. Raises KnowledgeError, each line opening with `origin`."""
    try:
        return Commune.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise KnowledgeError(f"{origin}: not readable as TOML: {error}") from None
    except ValidationError as error:
        raise KnowledgeError("\n".join(f"{origin}: {line}" for line in field_errors(error))) from None


def _commune(folder: Path, wrong: list[str]) -> Commune | None:
    file = folder / "commune.toml"
    text = _text(file, wrong)
    try:
        return None if text is None else read_commune(text, str(file))
    except KnowledgeError as error:
        wrong += str(error).splitlines()
    return None


def read_entries(text: str, origin: str, wrong: list[str]) -> Iterator[Entry]:
    """The entries of one file's TOML text; what is wrong with it is added to `wrong`, each line opening with `origin`."""
    try:
        tables = _File.model_validate(tomllib.loads(text)).entry
    except tomllib.TOMLDecodeError as error:
        wrong.append(f"{origin}: not readable as TOML: {error}")
        return
    except ValidationError as error:
        wrong += [f"{origin}: {line}" for line in field_errors(error)]
        return
    for number, table in enumerate(tables, start=1):
        try:
            yield Entry.model_validate(table)
        except ValidationError as error:
            name = (
                ".".join(str(table[key]) for key in ("motive", "aspect") if table.get(key))
                or f"entry {number}"
            )
            wrong += [f"{origin}: {name}: {line}" for line in field_errors(error)]


def _entries(file: Path, folder: Path, wrong: list[str]) -> Iterator[tuple[Entry, str]]:
    text = _text(file, wrong)
    if text is not None:
        for entry in read_entries(text, str(file), wrong):
            yield entry, str(file.relative_to(folder))


def _text(file: Path, wrong: list[str]) -> str | None:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        wrong.append(f"{file}: there is no such file")
    except (UnicodeDecodeError, OSError) as error:
        wrong.append(f"{file}: not readable as TOML: {error}")
    return None


def field_errors(error: ValidationError) -> Iterator[str]:
    """What is wrong with a table of the knowledge base, a line per field."""
    for item in error.errors():
        where = ".".join(str(part + 1 if isinstance(part, int) else part) for part in item["loc"])
        yield (
            f"{where}: there is no such field"
            if item["type"] == "extra_forbidden"
            else f"{where}: {item['msg'].removeprefix('Value error, ')}"
        )


def _broken_links(commune: Commune, read: list[tuple[Entry, str]]) -> list[str]:
    known = [service.id for service in commune.services]
    lines = [f"commune.toml: service '{name}' stands there twice" for name in sorted(_twice(known))]
    if commune.default_service not in known:
        lines.append(f"commune.toml: default_service '{commune.default_service}' is not one of its services")
    lines += [
        f"commune.toml: service '{service.id}': helped_by '{name}' is not one of its services"
        for service in commune.services
        for name in service.helped_by or ()
        if name not in known
    ]
    lines += _broken_lines(commune, known)
    ids = [entry.id for entry, _ in read]
    if "most_asked" in commune.model_fields_set:
        lines += [
            f"commune.toml: most_asked: '{wanted}' is no entry"
            for wanted in commune.most_asked
            if wanted not in ids
        ]
    return lines + _broken_entries(commune, read)


def _broken_entries(commune: Commune, read: list[tuple[Entry, str]]) -> list[str]:
    known = [service.id for service in commune.services]
    twice = _twice([entry.id for entry, _ in read])
    return [
        f"{origin}: {entry.id}: service '{entry.service}' is not in commune.toml"
        for entry, origin in read
        if entry.service not in known
    ] + [f"{origin}: {entry.id}: the id stands twice" for entry, origin in read if entry.id in twice]


def _broken_lines(commune: Commune, known: list[str]) -> list[str]:
    allowed = f"is not one of its services: {', '.join(known)}"
    numbers = [line_key(line.number) for line in commune.lines]
    wrong = [
        f"commune.toml: lines: number '{line.number}' stands there twice"
        for place, line in enumerate(commune.lines)
        if line_key(line.number) in numbers[:place]
    ]
    wrong += [
        f"commune.toml: lines: {line.number}: service '{line.service}' {allowed}"
        for line in commune.lines
        if line.service and line.service not in known
    ]
    if commune.on_call and commune.on_call not in known:
        wrong.append(f"commune.toml: on_call '{commune.on_call}' {allowed}")
    return wrong


def _twice(names: list[str]) -> set[str]:
    return {name for name in names if names.count(name) > 1}
