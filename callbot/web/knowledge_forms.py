"""The forms about answers, read and checked. Pure: fields in, an entry or the sentence for each wrong field out."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from callbot.knowledge.entries import Commune, Entry, Source
from callbot.web.forms import text

Fields = dict[str, list[str]]

ANSWER_MAX, QUESTION_MAX, MOST_QUESTIONS, REASON_MAX = 1000, 200, 300, 300
_ID = re.compile(r"[a-z][a-z_]*")
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


class KnowledgeFormError(ValueError):
    """`errors`: what is wrong, by the field's id."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("the form is to be corrected")
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class EntryForm:
    """An edited entry, and why it is edited. `group`: of the questions that it answers; `drafted_with`: a language model's name."""

    entry: Entry
    reason: str
    group: int | None = None
    drafted_with: str = ""

    @classmethod
    def read(cls, fields: Fields, commune: Commune, motive: str = "", aspect: str = "") -> "EntryForm":
        """`motive` and `aspect`: those of an entry that is there; else the form gives them. Raises KnowledgeFormError."""
        errors: dict[str, str] = {}
        if not motive:
            motive, aspect = text(fields, "identifiant").strip(), text(fields, "aspect").strip()
            _check_ids(motive, aspect, errors)
        questions = _lines(text(fields, "questions"))
        if not questions:
            errors["questions"] = "Écrivez au moins une question, une par ligne."
        elif len(questions) > MOST_QUESTIONS or max(map(len, questions)) > QUESTION_MAX:
            errors["questions"] = f"{MOST_QUESTIONS} questions au plus, de {QUESTION_MAX} signes au plus."
        answer = " ".join(text(fields, "reponse").split())
        if not 10 <= len(answer) <= ANSWER_MAX:
            errors["reponse"] = f"La réponse compte de 10 à {ANSWER_MAX} signes."
        if text(fields, "service") not in {service.id for service in commune.services}:
            errors["service"] = "Choisissez un service dans la liste."
        if text(fields, "type") not in ("answer", "orient", "transfer"):
            errors["type"] = "Choisissez un type dans la liste."
        expires_on = _date(text(fields, "relecture"))
        if expires_on is None:
            errors["relecture"] = "Donnez le jour où cette réponse doit être relue."
        sources = _sources(text(fields, "sources"), errors)
        if errors:
            raise KnowledgeFormError(errors)
        try:
            entry = Entry.model_validate(
                {
                    "motive": motive,
                    "aspect": aspect,
                    "subject": " ".join(text(fields, "sujet").split()),
                    "kind": text(fields, "type"),
                    "questions": questions,
                    "answer": answer,
                    "service": text(fields, "service"),
                    "author": "-",
                    "expires_on": expires_on,
                    "sources": sources,
                }
            )
        except ValidationError as error:
            raise KnowledgeFormError({"": str(error.errors()[0]["msg"])}) from None
        group = text(fields, "groupe")
        return cls(
            entry,
            " ".join(text(fields, "raison").split())[:REASON_MAX],
            int(group) if group.isascii() and group.isdigit() and len(group) < 10 else None,
            text(fields, "modele")[:100],
        )


def as_fields(entry: Entry, reason: str = "") -> dict[str, str]:
    """What the form shows of an entry."""
    return {
        "identifiant": entry.motive,
        "aspect": entry.aspect,
        "sujet": entry.subject,
        "type": entry.kind,
        "reponse": entry.answer,
        "service": entry.service,
        "questions": "\n".join(entry.questions),
        "relecture": entry.expires_on.isoformat() if entry.expires_on else "",
        "sources": "\n".join(map(_source_text, entry.sources)),
        "raison": reason,
    }


def _check_ids(motive: str, aspect: str, errors: dict[str, str]) -> None:
    if not _ID.fullmatch(motive):
        errors["identifiant"] = "Des lettres minuscules sans accent et des tirets bas : « carte_cadeau »."
    if aspect and not _ID.fullmatch(aspect):
        errors["aspect"] = "Des lettres minuscules sans accent et des tirets bas : « prix »."


def _lines(given: str) -> tuple[str, ...]:
    """One question a line, each once, in order."""
    return tuple(dict.fromkeys(filter(None, (" ".join(line.split()) for line in given.splitlines()))))


def _date(given: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(given)
    except ValueError:
        return None


def _source_text(source: Source) -> str:
    return " ; ".join(filter(None, (source.title, source.url, f"{source.checked_on:%d/%m/%Y}")))


def _sources(given: str, errors: dict[str, str]) -> list[Source]:
    found = []
    for line in filter(None, map(str.strip, given.splitlines())):
        parts = [part.strip() for part in line.split(";")]
        day = _DAY.fullmatch(parts[-1])
        try:
            read_on = dt.date(*(int(part) for part in reversed(day.groups()))) if day else None
        except ValueError:
            read_on = None
        if read_on is None or len(parts) not in (2, 3) or not parts[0]:
            errors["sources"] = (
                f"« {line[:60]} » : écrivez le titre ; l’adresse ; le jour où vous l’avez lue (01/12/2026)."
            )
            break
        found.append(Source(title=parts[0], url=parts[1] if len(parts) == 3 else "", checked_on=read_on))
    return found
