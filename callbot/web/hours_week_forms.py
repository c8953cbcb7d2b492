"""The forms of a week and of a day of opening hours, checked: the hours, or the sentence for each field that is wrong."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

from callbot.humans.hours import DAY_MINUTES, WEEKDAYS, Season, Span, Spans
from callbot.humans.hours_said import noted_week, written_minute
from callbot.knowledge.entries import Commune
from callbot.web.forms import text
from callbot.web.hours_forms import HALL, LINE, LONGEST, SERVICE, Fields, FormError

RANGES = 3
"""Ranges of one day."""
DAY = "jour"
"""What the fields of the form of one day begin with."""
_CLOCK = re.compile(r"(?P<hour>\d{1,2})(?:\s*[:hH.]?\s*(?P<minute>\d{2}))?\s*[hH]?", re.ASCII)
CHOOSE_PLACE = "Choisissez dans la liste."
ALL_CLOSED = "Tous les jours sont fermés. Pour fermer quelque temps, utilisez une fermeture exceptionnelle."


@dataclass(frozen=True, slots=True)
class Place:
    """Whose hours they are: a line's number, a service's id, or the town hall's (both empty)."""

    line: str = ""
    service: str = ""

    @classmethod
    def read(cls, written: str, commune: Commune) -> Self | None:
        """From a form or an address: HALL or empty, `ligne:NUMBER` or `service:ID`; None for what does not exist."""
        if written in ("", HALL):
            return cls()
        if written.startswith(LINE) and written.removeprefix(LINE) in {one.number for one in commune.lines}:
            return cls(line=written.removeprefix(LINE))
        known = {one.id for one in commune.services}
        if written.startswith(SERVICE) and written.removeprefix(SERVICE) in known:
            return cls(service=written.removeprefix(SERVICE))
        return None

    @property
    def text(self) -> str:
        """As `read` takes it."""
        if self.line:
            return f"{LINE}{self.line}"
        return f"{SERVICE}{self.service}" if self.service else HALL


@dataclass(frozen=True, slots=True)
class WeekForm:
    """A week, and `seen`: the same as the page has shown in words, empty when it has shown none."""

    season: Season
    seen: str

    @classmethod
    def read(cls, fields: Fields, day: dt.date) -> Self:
        """On the day `day`. Raises FormError."""
        errors: dict[str, str] = {}
        week = tuple(read_day(fields, name, name.capitalize(), errors) for name in WEEKDAYS)
        if not any(week) and not errors:
            errors[f"{WEEKDAYS[0]}_1_debut"] = ALL_CLOSED
        first, last = _dates(fields, day, errors)
        if errors:
            raise FormError(errors)
        season = Season(week, first, last, closed_on_holidays=bool(text(fields, "feries")))
        return cls(season, text(fields, "vu"))

    @property
    def signature(self) -> str:
        """What `seen` is of a week that was shown as it is."""
        return signature(self.season)


@dataclass(frozen=True, slots=True)
class DayForm:
    """The hours of one day, a holiday perhaps."""

    place: Place
    season: Season

    @classmethod
    def read(cls, fields: Fields, commune: Commune, day: dt.date) -> Self:
        """On the day `day`. Raises FormError."""
        errors: dict[str, str] = {}
        place = Place.read(text(fields, "lieu"), commune)
        if place is None:
            errors["lieu"] = CHOOSE_PLACE
        wanted = _date(text(fields, "date"))
        if wanted is None or not day <= wanted <= day + LONGEST:
            errors["date"] = "Donnez un jour à venir, d’ici un an."
        spans = read_day(fields, DAY, "Ce jour", errors, may_close=False)
        if errors or place is None or wanted is None:
            raise FormError(errors)
        return cls(place, Season((spans,) * 7, wanted, wanted))


def signature(season: Season) -> str:
    """All of a season as a short text; two that are alike have the same."""
    return f"{season.first}|{season.last}|{season.closed_on_holidays}|{noted_week(season.weekly)}"


def values_of(season: Season) -> Fields:
    """The form's fields for a week, without its dates."""
    fields: Fields = {}
    for name, spans in zip(WEEKDAYS, season.weekly, strict=True):
        if not spans:
            fields[f"{name}_ferme"] = ["oui"]
        for number, span in enumerate(sorted(spans)[:RANGES], start=1):
            fields[f"{name}_{number}_debut"] = [_clock(span.begin)]
            fields[f"{name}_{number}_fin"] = [_clock(span.end)]
    if season.closed_on_holidays:
        fields["feries"] = ["oui"]
    return fields


def read_day(
    fields: Fields, name: str, called: str, errors: dict[str, str], *, may_close: bool = True
) -> Spans:
    """The hours of the day whose fields begin with `name`; what is wrong, with how to mend it, goes into `errors`."""
    known = len(errors)
    spans = [
        span
        for number in range(1, RANGES + 1)
        if (span := _range(fields, f"{name}_{number}", called, errors))
    ]
    if len(errors) > known:
        return ()
    first = f"{name}_1_debut"
    closed = may_close and bool(text(fields, f"{name}_ferme"))
    if closed and spans:
        errors[first] = (
            f"{called} est marqué fermé, et des heures sont écrites. Décochez « Fermé », ou effacez les heures."
        )
    elif not closed and not spans:
        errors[first] = (
            f"{called} : écrivez au moins une plage{', ou cochez « Fermé »' if may_close else ''}."
        )
    return _joined(spans, name, called, errors)


def _range(fields: Fields, name: str, called: str, errors: dict[str, str]) -> Span | None:
    """One range; None where nothing is written, or something wrong."""
    begin_field, end_field = f"{name}_debut", f"{name}_fin"
    begin, end = (_minute(text(fields, field)) for field in (begin_field, end_field))
    for field, minute in ((begin_field, begin), (end_field, end)):
        if minute is None and text(fields, field).strip():
            errors[field] = (
                f"{called} : « {text(fields, field)[:10]} » n’est pas une heure. Écrivez-la ainsi : 13:30."
            )
    if errors.keys() & {begin_field, end_field} or (begin is None and end is None):
        return None
    if begin is None or end is None:
        missing, there = (begin_field, end) if begin is None else (end_field, begin)
        which, does = ("de début", "finit") if begin is None else ("de fin", "commence")
        errors[missing] = (
            f"{called} : il manque l’heure {which} de la plage qui {does} à {written_minute(there or 0)}. "
            "Écrivez-la, ou effacez l’autre."
        )
        return None
    end = end or DAY_MINUTES  # midnight is the end of the day
    if end <= begin:
        told = f"la plage de {written_minute(begin)} à {written_minute(end)}"
        errors[end_field] = (
            f"{called} : {told} finit avant de commencer. Inversez les deux heures, ou corrigez-en une."
        )
        return None
    return Span(begin, end)


def _joined(spans: Sequence[Span], name: str, called: str, errors: dict[str, str]) -> Spans:
    """In order, ranges that touch made one; those that overlap are wrong."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and joined[-1].end == span.begin:
            joined[-1] = Span(joined[-1].begin, span.end)
        else:
            joined.append(span)
    for one, other in pairwise(joined):
        if other.begin < one.end:
            told = " et ".join(
                f"de {written_minute(span.begin)} à {written_minute(span.end)}" for span in (one, other)
            )
            errors[f"{name}_1_debut"] = (
                f"{called} : les plages {told} se chevauchent. "
                f"Commencez la seconde à {written_minute(one.end)} au plus tôt, ou n’en gardez qu’une."
            )
    return tuple(joined)


def _dates(fields: Fields, day: dt.date, errors: dict[str, str]) -> tuple[dt.date | None, dt.date | None]:
    """From which day to which; empty: at once, and without end."""
    first, last = _date(text(fields, "du")), _date(text(fields, "au"))
    if text(fields, "du").strip() and first is None:
        errors["du"] = "Donnez un jour, ou laissez vide pour commencer aujourd’hui."
    if text(fields, "au").strip() and (last is None or last < max(first or day, day)):
        errors["au"] = (
            "Le dernier jour vient après le premier, et n’est pas passé. Laissez vide pour ne pas finir."
        )
    if last and first is None:
        first = day
    if first and first == last:
        errors["au"] = "Pour un seul jour, utilisez « Ouvrir ou changer un jour »."
    return first, last


def _date(written: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(written.strip())
    except ValueError:
        return None


def _minute(written: str) -> int | None:
    """« 13:30 », « 13h30 », « 13 h », « 1330 »; None for what is no time of day."""
    found = _CLOCK.fullmatch(written.strip())
    if not found:
        return None
    hours, minutes = int(found["hour"]), int(found["minute"] or 0)
    return hours * 60 + minutes if minutes < 60 and hours * 60 + minutes <= DAY_MINUTES else None


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"
