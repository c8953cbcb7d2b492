"""A spreadsheet saved as CSV: the town hall's own table of questions and answers, or our export of one row per entry.

Semicolons, commas or tabs; UTF-8, UTF-16 or Windows-1252; French or English headers, in any order. A cell holds several
questions on lines of their own or between bars (« | »); rows of the same motive and aspect are one entry.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import cast

from callbot.errors import KnowledgeError
from callbot.knowledge.entries import Entry, Source
from callbot.knowledge.importing.drafts import Draft, Fault, Kind, Reading
from callbot.knowledge.importing.guess import motive_of
from callbot.knowledge.importing.plain import unchecked
from callbot.understanding.normalise import fold

FORMAT = "spreadsheet"
HEADERS = (
    "motif", "aspect", "nature", "sujet", "questions", "réponse", "service", "auteur",
    "valideur", "validé le", "expire le", "sources",
)  # fmt: skip
"""The columns of our own export."""
_COLUMNS = {
    "motive": ("motif", "motive", "intention", "intent"),
    "aspect": ("aspect",),
    "kind": ("nature", "kind", "type de reponse"),
    "subject": ("sujet", "subject"),
    "questions": ("question", "questions", "exemples", "exemples de questions", "demande", "intitule"),
    "answer": ("reponse", "reponses", "answer", "texte", "texte de la reponse"),
    "service": ("service", "services", "direction"),
    "author": ("auteur", "auteure", "author", "redacteur", "redige par"),
    "expires_on": ("expire le", "expires_on", "fin de validite", "date de fin", "valable jusqu au"),
    "sources": ("sources", "source"),
    "url": ("url", "lien", "adresse web", "page"),
}
_NEVER_TAKEN_OVER = frozenset(
    ["valideur", "validateur", "validator", "valide par", "valide le", "validated_on"]
)
_KINDS: dict[str, Kind] = {
    "": "answer", "answer": "answer", "reponse": "answer", "orient": "orient", "orientation": "orient",
    "transfer": "transfer", "transfert": "transfer",
}  # fmt: skip
_SOURCE = re.compile(r"(?P<title>.*?)(?: <(?P<url>[^<>]*)>)?(?: \((?P<day>\d{4}-\d\d-\d\d)\))?", re.DOTALL)
_IDENTIFIER = re.compile(r"[a-z][a-z_]*")


_FORMULA = re.compile(r"['=+\-@\t\r]")
"""What a spreadsheet takes for a formula at the beginning of a cell (OWASP, « CSV injection »), and the sign that keeps it from that."""


def write(entries: Sequence[Entry | Draft]) -> str:
    """One row per entry with semicolons, for French spreadsheets (written as UTF-8 with a byte order mark).

    Drafts, which nobody has validated, are written the same way: to be completed and imported again.
    """
    out = io.StringIO()
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    table.writerow(HEADERS)
    table.writerows([_harmless(str(cell)) for cell in _row(entry)] for entry in entries)
    return out.getvalue()


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet runs as a formula; `_meant` takes the sign off again."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _meant(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell


def _row(entry: Entry | Draft) -> list[object]:
    validated = (entry.validator, entry.validated_on or "") if isinstance(entry, Entry) else ("", "")
    return [
        entry.motive, entry.aspect, entry.kind, entry.subject, " | ".join(entry.questions), entry.answer,
        entry.service, entry.author, *validated, entry.expires_on or "",
        " | ".join(_source_cell(source) for source in entry.sources),
    ]  # fmt: skip


def read(content: bytes, name: str, today: date) -> Reading:
    """The rows as drafts, with a fault for each line that cannot be read.

    Raises KnowledgeError when the text is not readable or the first line does not name a column of questions and one of
    answers.
    """
    text = decoded(content, name)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    first_line = 1  # of the row that is read next
    try:
        header = next(rows, [])
        columns = _columns(header, name)
        drafts: list[Draft] = []
        faults: list[Fault] = []
        first_line = rows.line_num + 1
        for row in rows:
            place, first_line = f"line {first_line}", rows.line_num + 1
            if not any(cell.strip() for cell in row):
                continue
            try:
                drafts.append(_draft(row, columns, len(header), place=place, name=name, today=today))
            except ValueError as error:
                faults.append(Fault(place, str(error)))
    except csv.Error as error:
        raise KnowledgeError(
            f'{name}: the row that begins on line {first_line} is not readable as CSV ({error}): is a quote (") closed there?'
        ) from None
    merged = _merged(drafts)
    unread = [
        title
        for title in header
        if title.strip()
        and _folded(title) not in _NEVER_TAKEN_OVER
        and not any(_folded(title) in names for names in _COLUMNS.values())
    ]
    notes = (f"columns that are not read: {', '.join(unread)}",) if unread else ()
    return Reading(
        FORMAT,
        tuple(part for part in merged if isinstance(part, Draft)),
        (*faults, *(part for part in merged if isinstance(part, Fault))),
        notes,
    )


def decoded(content: bytes, name: str) -> str:
    """The text of a file in UTF-8, in UTF-16 with its mark, or in Windows-1252. Raises KnowledgeError for none of them."""
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise KnowledgeError(f"{name}: neither UTF-8 nor Windows-1252 text; save it as « CSV UTF-8 »")


def _delimiter(text: str) -> str:
    header = text.split("\n", 1)[0]
    return max(";,\t", key=header.count)


def _folded(title: str) -> str:
    return " ".join(fold(title.strip().lower()).split())


def _columns(header: list[str], name: str) -> dict[str, int]:
    titles = [_folded(title) for title in header]
    found = {
        field: next(titles.index(title) for title in names if title in titles)
        for field, names in _COLUMNS.items()
        if any(title in titles for title in names)
    }
    missing = [
        french for field, french in (("questions", "question"), ("answer", "réponse")) if field not in found
    ]
    if missing:
        raise KnowledgeError(
            f"{name}: line 1: no column « {' » and « '.join(missing)} »; the first line names the columns, "
            f"for instance question;réponse;motif;service (it has: {', '.join(header) or 'nothing'})"
        )
    return found


def _draft(
    row: list[str], columns: dict[str, int], width: int, *, place: str, name: str, today: date
) -> Draft:
    """One row; raises ValueError with what is wrong with it."""
    if len(row) > width:
        raise ValueError(
            f"{len(row)} cells for {width} columns; a cell that holds the separator stands between quotes"
        )
    cell = {field: _meant(row[n].strip()) if n < len(row) else "" for field, n in columns.items()}
    motive, remarks = _motive(cell.get("motive", ""))
    motive, _, aspect = motive.partition(".")
    aspect = cell.get("aspect", "") or aspect
    if aspect and not _IDENTIFIER.fullmatch(aspect):
        raise ValueError(
            f"aspect « {aspect} »: small letters without accents and underscores only, like prix"
        )
    if _folded(cell.get("kind", "")) not in _KINDS:
        raise ValueError(f"nature « {cell['kind']} »: answer, orient or transfer")
    return Draft(
        place=place,
        questions=tuple(_split(cell["questions"])),
        answer=" ".join(cell["answer"].split()),
        motive=motive,
        aspect=aspect,
        subject=cell.get("subject", ""),
        kind=_KINDS[_folded(cell.get("kind", ""))],
        service=cell.get("service", ""),
        author=cell.get("author", ""),
        expires_on=_day(cell.get("expires_on", "")),
        sources=tuple(_sources(cell.get("sources", ""), cell.get("url", ""), name, today)),
        remarks=remarks,
    )


def _motive(written: str) -> tuple[str, tuple[str, ...]]:
    """The identifier that stands there, or one guessed from a title such as « Carte d'identité »."""
    if not written or all(_IDENTIFIER.fullmatch(part) for part in written.split(".", 1)):
        return written, ()
    motive, aspect = motive_of(written)
    if not motive:
        raise ValueError(
            f"motif « {written} » is no identifier, like acte_naissance or acte_naissance.prix; "
            "`callbot kb export -` shows those there are"
        )
    return f"{motive}.{aspect}" if aspect else motive, (f"motive guessed from « {written} »",)


def _split(cell: str) -> Iterator[str]:
    for part in re.split(r"\s*\|\s*|\s*\n\s*", cell):
        if part.strip():
            yield part.strip()


def _day(cell: str) -> date | None:
    if not cell:
        return None
    for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(cell, pattern).date()
        except ValueError:
            continue
    raise ValueError(f"« {cell} » is no date; write 31/12/2027 or 2027-12-31")


def _source_cell(source: Source) -> str:
    address = f" <{source.url}>" if source.url else ""
    return f"{source.title}{address} ({source.checked_on})"


def _sources(cell: str, url: str, name: str, today: date) -> Iterator[Source]:
    for part in _split(cell):
        match = _SOURCE.fullmatch(part)
        title, address, day = match.group("title", "url", "day") if match else (part, None, None)
        if day:
            yield Source(title=title, url=address or "", checked_on=date.fromisoformat(day))
        else:
            yield unchecked(title, address or url, today)
    if url and not cell:
        yield unchecked(f"lien repris de {name}", url, today)


def _merged(drafts: list[Draft]) -> list[Draft | Fault]:
    """Rows of one motive and aspect as one draft; another answer for it is a fault."""
    parts: list[Draft | Fault] = []
    place_of: dict[tuple[str, str], int] = {}
    for draft in drafts:
        key = (draft.motive, draft.aspect)
        if not draft.motive or key not in place_of:
            if draft.motive:
                place_of[key] = len(parts)
            parts.append(draft)
            continue
        first = cast(Draft, parts[place_of[key]])
        if draft.answer and first.answer and draft.answer != first.answer:
            name = ".".join(part for part in key if part)
            why = (
                f"another answer for {name} than {first.place}; give it an aspect, or leave its answer empty"
            )
            parts.append(Fault(draft.place, why))
            continue
        parts[place_of[key]] = replace(
            first,
            questions=tuple(dict.fromkeys(first.questions + draft.questions)),
            answer=first.answer or draft.answer,
        )
    return parts
