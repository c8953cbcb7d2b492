"""What is wrong with an edited entry before it is submitted: what `callbot kb check` sees, and what only edits can get wrong. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from callbot.editing import personal
from callbot.knowledge.entries import Entry
from callbot.knowledge.inspection import MIN_QUESTIONS, for_the_ear
from callbot.knowledge.store import Knowledge
from callbot.understanding.normalise import normalise

__all__ = ["LONGEST", "MAX_SECONDS", "Finding", "findings", "has_errors"]

MAX_SECONDS = 25.0
"""Longest spoken answer."""
LONGEST = timedelta(days=2 * 366)
"""An answer that nobody reads again for longer is not checked any more."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing: an error keeps the draft from being submitted. `kind` names it, `told` is what it is about (words, an id, a number)."""

    severity: Literal["error", "warning"]
    field: str
    kind: str
    told: str = ""


def has_errors(found: list[Finding]) -> bool:
    """Whether one of them keeps the draft from being submitted."""
    return any(one.severity == "error" for one in found)


def findings(entry: Entry, language: str, knowledge: Knowledge, today: date) -> list[Finding]:
    """What is to be mended of `entry` in a knowledge base (French, with its translations), errors first."""
    own = knowledge.in_language(language)
    found = [
        *_answer(entry),
        *_questions(entry, own),
        *_days(entry, today),
        *_links(entry, language, knowledge),
    ]
    return sorted(found, key=lambda one: one.severity)


def _answer(entry: Entry) -> Iterator[Finding]:
    for message in for_the_ear(entry.answer):
        yield Finding("error", "answer", "ear", message)
    match personal.in_answer(entry.answer):
        case "number":
            yield Finding("warning", "answer", "number")
        case "":
            pass
        case kind:
            yield Finding("error", "answer", kind)
    if not entry.subject:
        yield Finding("warning", "subject", "no_subject")


def _questions(entry: Entry, own: Knowledge) -> Iterator[Finding]:
    for question in entry.questions:
        if kind := personal.in_question(question):
            yield Finding("warning" if kind == "name" else "error", "questions", f"question_{kind}", question)
    homes = {
        normalise(question): other.id
        for other in own.entries
        if other.id != entry.id
        for question in other.questions
    }
    for question in entry.questions:
        if home := homes.get(normalise(question)):
            yield Finding("error", "questions", "elsewhere", f"« {question} » : {home}")
    distinct = len({normalise(question) for question in entry.questions})
    if distinct < MIN_QUESTIONS:
        yield Finding("warning", "questions", "few_questions", str(distinct))


def _days(entry: Entry, today: date) -> Iterator[Finding]:
    if entry.expires_on is None:
        yield Finding("error", "expires_on", "no_end")
    elif entry.expires_on <= today:
        yield Finding("error", "expires_on", "past_end")
    elif entry.expires_on > today + LONGEST:
        yield Finding("error", "expires_on", "far_end")
    if not entry.sources:
        yield Finding("warning", "sources", "no_source")


def _links(entry: Entry, language: str, knowledge: Knowledge) -> Iterator[Finding]:
    if entry.service not in {service.id for service in knowledge.commune.services}:
        yield Finding("error", "service", "no_service", entry.service)
    if language == knowledge.language:
        others = [code for code, other in knowledge.translations.items() if entry.id in other.by_id]
        if others:
            yield Finding("warning", "answer", "translated", ", ".join(others))
    elif entry.id not in knowledge.by_id:
        yield Finding("error", "motive", "no_french", entry.id)
