"""What is exceptional about the coming days, in sentences: closed days, public holidays, other hours for once. No I/O, no clock.

The sentences are fixed, and read by whoever validates this product's; in their places stand days, and what staff have set on `/horaires` or
written in commune.toml. Nothing is said of days that are as always.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from callbot.humans.hours import DAY_MINUTES, OpeningHours, Span, Spans
from callbot.humans.hours_said import dated, spoken_spans

DAYS = 7
"""What begins within so many, from today on, is told."""
AHEAD = 60
"""How far the end of closed days is looked for at first."""
FAR = 330
"""How far it is looked for where it lies beyond; a day of next year could be mistaken for one of this."""
MOST_SAID = 2
"""Sentences of one answer: nobody keeps more in mind."""
RUN = 3
"""From so many closed days in a row on, the first and the last are told."""

MORE = "D'autres jours sont particuliers, un agent peut vous les dire."
NO_END = "jusqu'à nouvel ordre"

ALL_DAY = (Span(0, DAY_MINUTES),)

CLOSED = "Attention, exceptionnellement, nous sommes fermés {days}."
HOLIDAY = "Nous sommes fermés {day}, jour férié."
CLOSED_HOURS = "Attention, exceptionnellement, nous sommes fermés {day} {spans}."
"""Where somebody is there day and night, or no hours are told."""
OTHER_HOURS = "Attention, exceptionnellement, nous sommes ouverts {day} {spans}."


@dataclass(frozen=True, slots=True)
class Exceptional:
    """A day that is not as always, and the hours that are left of it; `holiday`: because it is a public holiday."""

    day: date
    left: Spans
    holiday: bool = False


def exceptional_days(hours: OpeningHours, today: date, days: int = AHEAD) -> list[Exceptional]:
    """Those of `days` from `today` on, in order."""
    coming = (today + timedelta(days=ahead) for ahead in range(days))
    return [
        Exceptional(day, left, not left and hours.is_holiday(day) and not hours.spans(day))
        for day in coming
        if (left := hours.left(day)) != hours.usual(day)
    ]


def exceptions_said(hours: OpeningHours, today: date) -> list[str]:
    """Sentences for those that begin soon, the soonest first, closed days together; where there are many, that there are more."""
    found = exceptional_days(hours, today)
    if found and found[-1].day >= today + timedelta(days=AHEAD - DAYS):
        found = exceptional_days(hours, today, FAR)
    said = [(run[0], CLOSED.format(days=_days(run, today))) for run in _closed_runs(hours, found)]
    for one in found:
        when = spoken_when(one.day, today)
        if one.holiday:
            said.append((one.day, HOLIDAY.format(day=when)))
        elif one.left and hours.spans(one.day) == ALL_DAY:
            said.append((one.day, CLOSED_HOURS.format(day=when, spans=spoken_spans(_gaps(one.left)))))
        elif one.left:
            said.append((one.day, OTHER_HOURS.format(day=when, spans=spoken_spans(one.left))))
    soon = [sentence for day, sentence in sorted(said) if day < today + timedelta(days=DAYS)]
    return soon if len(soon) <= MOST_SAID else [*soon[:MOST_SAID], MORE]


def has_news(hours: OpeningHours, today: date) -> bool:
    """Whether something soon is exceptional that is no public holiday."""
    return any(not one.holiday for one in exceptional_days(hours, today, DAYS))


def spoken_when(day: date, today: date) -> str:
    """« aujourd'hui », « demain », « le lundi sept décembre »."""
    ahead = (day - today).days
    return ("aujourd'hui", "demain")[ahead] if ahead < 2 else f"le {dated(day)}"


def _closed_runs(hours: OpeningHours, found: Sequence[Exceptional]) -> Iterator[list[date]]:
    """Days that are closed for once, those together between which nobody would be there anyway."""
    run: list[date] = []
    for one in found:
        if one.left or one.holiday:
            continue
        if run and not _closed_between(hours, run[-1], one.day):
            yield run
            run = []
        run.append(one.day)
    if run:
        yield run


def _closed_between(hours: OpeningHours, first: date, last: date) -> bool:
    between = (first + timedelta(days=ahead) for ahead in range(1, (last - first).days))
    return not any(hours.left(day) for day in between)


def _days(run: Sequence[date], today: date) -> str:
    if len(run) < RUN:
        return " et ".join(spoken_when(day, today) for day in run)
    ahead = (run[0] - today).days
    if run[-1] >= today + timedelta(days=FAR - DAYS):
        return NO_END if ahead == 0 else f"à partir {_from(run[0], ahead)} et {NO_END}"
    first = _from(run[0], ahead)
    return f"{first} au {dated(run[-1])}"


def _from(day: date, ahead: int) -> str:
    return ("d'aujourd'hui", "de demain")[ahead] if ahead < 2 else f"du {dated(day)}"


def _gaps(left: Spans) -> Spans:
    """Of a day of 24 hours, what is not left."""
    begins, ends = (0, *(span.end for span in left)), (*(span.begin for span in left), DAY_MINUTES)
    return tuple(Span(begin, end) for begin, end in zip(begins, ends, strict=True) if begin < end)
