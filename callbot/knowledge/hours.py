"""The `[hours]` tables of commune.toml, as staff write them: « lundi = "8:30-12:00, 13:30-17:30" »."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, model_validator

from callbot.humans.hours import WEEKDAYS, OpeningHours, Span, Spans
from callbot.knowledge.strict import Strict

Holidays = Literal["jours fériés"]
HOLIDAYS: Holidays = get_args(Holidays)[0]

HOURS_EXAMPLE = '"8:30-12:00, 13:30-17:30", or "" for a closed day'
_CLOCK = r"(\d{1,2}) ?(?:[:hH] ?(\d{2})?)?"
_SPAN = re.compile(rf"{_CLOCK} ?(?:-|–|à) ?{_CLOCK}")


def parse_spans(written: object) -> Spans:
    """The hours of one day, in the order in which they are written. Raises ValueError, saying what is allowed."""
    if not isinstance(written, str):
        raise ValueError(f"'{written}' is not hours in quotes, such as {HOURS_EXAMPLE}")
    parts = [part.strip() for part in written.split(",")] if written.strip() else []
    return tuple(_span(part) for part in parts)


def _span(written: str) -> Span:
    found = _SPAN.fullmatch(written)
    if not found:
        raise ValueError(f"'{written}' is not hours, such as {HOURS_EXAMPLE}")
    begin_hour, begin_minute, end_hour, end_minute = (int(group or 0) for group in found.groups())
    if begin_minute > 59 or end_minute > 59:
        raise ValueError(f"'{written}' is not hours: minutes go from 00 to 59")
    try:
        return Span(begin_hour * 60 + begin_minute, end_hour * 60 + end_minute)
    except ValueError:
        raise ValueError(
            f"'{written}' is not hours: they end after they begin, by 24:00 at the latest"
        ) from None


def _date(written: object) -> date:
    """A date, or its text."""
    if isinstance(written, date) and not isinstance(written, datetime):
        return written
    try:
        return date.fromisoformat(str(written).strip())
    except ValueError:
        raise ValueError(f"'{written}' is not a date, such as 2026-12-24") from None


def _closed_days(written: object) -> tuple[date | Holidays, ...]:
    if not isinstance(written, list | tuple):
        raise ValueError(f'write a list, such as ["{HOLIDAYS}", 2026-12-24]')
    return tuple(_closed_day(day) for day in written)


def _closed_day(written: object) -> date | Holidays:
    if isinstance(written, str) and written.strip().casefold() in (HOLIDAYS, "jours feries"):
        return HOLIDAYS
    try:
        return _date(written)
    except ValueError:
        raise ValueError(f"'{written}' is neither a date, such as 2026-12-24, nor \"{HOLIDAYS}\"") from None


def _open_days(written: object) -> dict[date, Spans]:
    if not isinstance(written, dict):
        raise ValueError('write a table, such as { 2026-12-26 = "9:00-12:00" }')
    return {_date(day): parse_spans(spans) for day, spans in written.items()}


Day = Annotated[Spans, BeforeValidator(parse_spans)]


class Hours(Strict):
    """When somebody is there: French day names (absent or empty: closed), `closed_days`, and exceptional `open_days`."""

    lundi: Day = ()
    mardi: Day = ()
    mercredi: Day = ()
    jeudi: Day = ()
    vendredi: Day = ()
    samedi: Day = ()
    dimanche: Day = ()
    closed_days: Annotated[tuple[date | Holidays, ...], BeforeValidator(_closed_days)] = ()
    open_days: Annotated[dict[date, Spans], BeforeValidator(_open_days)] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _known(cls, table: Any) -> Any:
        if not isinstance(table, dict):
            raise ValueError(f"write a table of days, such as lundi = {HOURS_EXAMPLE}")
        for key in table:
            if key not in cls.model_fields:
                raise ValueError(f"'{key}' is not one of {', '.join(cls.model_fields)}")
        return table

    @model_validator(mode="after")
    def _ever_open(self) -> "Hours":
        if not any(self.weekly) and not any(self.open_days.values()):
            raise ValueError(
                f"there is no opening in it: write at least one day, such as lundi = {HOURS_EXAMPLE}"
            )
        return self

    @property
    def weekly(self) -> tuple[Spans, ...]:
        """The seven days, from Monday on."""
        return tuple(getattr(self, day) for day in WEEKDAYS)

    @cached_property
    def opening(self) -> OpeningHours:
        """What can be asked whether somebody is there."""
        dates = frozenset(day for day in self.closed_days if isinstance(day, date))
        holidays = HOLIDAYS in self.closed_days
        return OpeningHours(self.weekly, dates, holidays, MappingProxyType(dict(self.open_days)))

    def awkward(self, today: date) -> Iterator[str]:
        """What can be used but is surely not meant: hours that overlap, dates of the past."""
        days = [*zip(WEEKDAYS, self.weekly, strict=True), *self.open_days.items()]
        for day, spans in days:
            for one, next_one in pairwise(sorted(spans)):
                if next_one.begin < one.end:
                    yield f"{day}: {_written(one)} and {_written(next_one)} overlap"
        for day in sorted(day for day in self.closed_days if isinstance(day, date) and day in self.open_days):
            yield f"{day} stands in closed_days and in open_days: it is open"
        past = sorted(
            day for day in {*self.closed_days, *self.open_days} if isinstance(day, date) and day < today
        )
        if past:
            yield f"{', '.join(map(str, past))}: past, to be taken out"


def _written(span: Span) -> str:
    begin, end = (f"{minute // 60}:{minute % 60:02}" for minute in (span.begin, span.end))
    return f"{begin}-{end}"
