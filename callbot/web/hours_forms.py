"""The two forms of `/horaires`, checked: what was typed in, or the sentence for each field that is wrong."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from callbot.humans.hours import PARIS
from callbot.knowledge.entries import Commune
from callbot.web.forms import text

HALL, LINE, SERVICE = "mairie", "ligne:", "service:"
"""The value of the scope for the town hall, and what that of a line or a service begins with."""
LONGEST = dt.timedelta(days=366)
MESSAGE_MIN, MESSAGE_MAX = 10, 400
"""Letters of a message: 400 are half a minute."""
REASON_MAX = 200
SINCE_MAX = dt.timedelta(minutes=5)
"""How far in the past a beginning may be that was meant to be now."""

UNTILS = (
    ("soir", "Ce soir, à minuit"),
    ("1", "Dans une heure"),
    ("2", "Dans deux heures"),
    ("demain", "Demain soir, à minuit"),
    ("semaine", "Dans une semaine"),
)
"""What may be chosen instead of an end: the field's value, and what it is called."""

Fields = dict[str, list[str]]


class FormError(Exception):
    """What is wrong, by field; empty: the form as a whole."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(", ".join(errors))
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class ClosureForm:
    """A closure; instants are aware."""

    line: str
    service: str
    begins_at: dt.datetime
    ends_at: dt.datetime
    reason: str

    @classmethod
    def read(cls, fields: Fields, commune: Commune, at: dt.datetime) -> Self:
        """Raises FormError."""
        scope, reason = text(fields, "portee"), " ".join(text(fields, "motif").split())
        errors: dict[str, str] = {}
        line = service = ""
        if scope.startswith(LINE) and scope.removeprefix(LINE) in {one.number for one in commune.lines}:
            line = scope.removeprefix(LINE)
        elif scope.startswith(SERVICE) and scope.removeprefix(SERVICE) in {
            one.id for one in commune.services
        }:
            service = scope.removeprefix(SERVICE)
        elif scope not in ("", HALL):
            errors["portee"] = "Choisissez ce qui ferme dans la liste."
        if not reason or len(reason) > REASON_MAX:
            errors["motif"] = f"Dites pourquoi, en {REASON_MAX} signes au plus."
        begins_at, ends_at = _span(fields, "fermeture", at, errors)
        return cls(line, service, begins_at, ends_at, reason)


@dataclass(frozen=True, slots=True)
class MessageForm:
    """A message; instants are aware."""

    text: str
    lines: tuple[str, ...]
    begins_at: dt.datetime
    ends_at: dt.datetime

    @classmethod
    def read(cls, fields: Fields, commune: Commune, at: dt.datetime) -> Self:
        """Raises FormError."""
        said = " ".join(text(fields, "message").split())
        errors: dict[str, str] = {}
        if not MESSAGE_MIN <= len(said) <= MESSAGE_MAX:
            errors["message"] = f"Le message compte de {MESSAGE_MIN} à {MESSAGE_MAX} signes."
        known = [line.number for line in commune.lines]
        chosen = tuple(number for number in known if number in fields.get("lignes", []))
        lines = chosen if len(chosen) < len(known) else ()
        if known and not chosen:
            errors["lignes"] = "Choisissez au moins une ligne."
        begins_at, ends_at = _span(fields, "message", at, errors)
        return cls(said, lines, begins_at, ends_at)


def _span(
    fields: Fields, form: str, at: dt.datetime, errors: dict[str, str]
) -> tuple[dt.datetime, dt.datetime]:
    """From when until when; an empty beginning is now. Raises FormError with `errors` and its own."""
    begin, end = f"{form}_debut", f"{form}_fin"
    begins_at = _instant(text(fields, begin)) if text(fields, begin) else at
    chosen = text(fields, f"{form}_jusqu")
    ends_at = (
        _instant(text(fields, end)) if text(fields, end) or not chosen else _until(chosen, begins_at or at)
    )
    if begins_at is None or begins_at < at - SINCE_MAX:
        errors[begin] = "Donnez un jour et une heure à venir, ou laissez vide pour commencer maintenant."
    if ends_at is None or ends_at <= max(begins_at or at, at):
        errors[end] = "La fin vient après le début, et après maintenant."
    elif ends_at > at + LONGEST:
        errors[end] = "La fin est dans un an au plus."
    if errors or begins_at is None or ends_at is None:
        raise FormError(errors)
    return begins_at, ends_at


def _until(chosen: str, begins_at: dt.datetime) -> dt.datetime | None:
    """The end that one of UNTILS stands for; None for another."""
    if chosen in {"1", "2"}:
        return begins_at + dt.timedelta(hours=int(chosen))
    days = {"soir": 1, "demain": 2, "semaine": 7}.get(chosen)
    if days is None:
        return None
    day = begins_at.astimezone(PARIS).date() + dt.timedelta(days=days)
    return dt.datetime.combine(day, dt.time(), tzinfo=PARIS)


def _instant(written: str) -> dt.datetime | None:
    """« 2026-11-29T14:00 », as browsers write it, on the clocks of metropolitan France."""
    try:
        return dt.datetime.strptime(written[:16], "%Y-%m-%dT%H:%M").replace(tzinfo=PARIS)
    except ValueError:
        return None
