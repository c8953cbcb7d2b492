"""The hours that staff have set for a while, in sentences: those that count now, those that begin soon, the return to the usual ones. Pure.

The sentences are fixed, as those of hours_exceptions.py. Days that are exceptional besides are told there.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from callbot.humans.hours import OpeningHours, Phase, Spans
from callbot.humans.hours_exceptions import RUN, spoken_when
from callbot.humans.hours_said import Week, dated, spoken_spans, spoken_week, week_itself

WEEK = 7
"""Days: of fewer, only those that come in them are told, and public holidays where they are exceptional (hours_exceptions.py)."""

BACK = "À partir {day}, nous reprenons nos horaires habituels."
OPEN = "{days}, nous sommes ouverts {spans}."
SHUT = "{days}, nous sommes fermés."


def phase_said(phase: Phase, today: date, hours: OpeningHours | None = None) -> str:
    """Its week, with its days; one or two days are told each by itself.

    `hours`: where some of those days are exceptional, which is told elsewhere; empty where all are.
    """
    first = max(phase.first, today)
    days = _until(first, phase.last)
    if len(days) < RUN:
        return days_said(_spans(phase.weekly, days, hours), today)
    whole = len(days) == WEEK
    return spoken_week(
        phase.weekly,
        closed_on_holidays=phase.closed_on_holidays and whole,
        last=phase.last,
        first=first if first > today else None,
        days={day.weekday() for day in days},
    )


def days_said(days: Iterable[tuple[date, Spans]], today: date) -> str:
    """« Aujourd'hui et demain, nous sommes ouverts de neuf heures à midi. »: days that are alike together."""
    alike: dict[Spans, list[date]] = {}
    for day, spans in days:
        alike.setdefault(spans, []).append(day)
    return " ".join(
        (OPEN if spans else SHUT).format(days=_each(when, today), spans=spoken_spans(spans) if spans else "")
        for spans, when in alike.items()
    )


def back_said(day: date, today: date, week: Week | None = None, *, closed_on_holidays: bool = False) -> str:
    """« À partir du lundi quatre janvier, nous reprenons nos horaires habituels. », and the week where it is not told otherwise."""
    from_then = BACK.format(day="de demain" if day == today + timedelta(days=1) else f"du {dated(day)}")
    if week is None:
        return from_then
    return f"{from_then} {week_itself(week, closed_on_holidays=closed_on_holidays)}"


def _until(first: date, last: date | None) -> list[date]:
    """The days from the first to the last, a week of them at most."""
    days = [first + timedelta(days=ahead) for ahead in range(WEEK)]
    return [day for day in days if last is None or day <= last]


def _spans(week: Week, days: Iterable[date], hours: OpeningHours | None) -> list[tuple[date, Spans]]:
    """Those that are not exceptional besides."""
    told = [(day, tuple(sorted(week[day.weekday()]))) for day in days]
    return [(day, spans) for day, spans in told if hours is None or hours.left(day) == spans]


def _each(days: Iterable[date], today: date) -> str:
    text = " et ".join(spoken_when(day, today) for day in days)
    return text[0].upper() + text[1:]
