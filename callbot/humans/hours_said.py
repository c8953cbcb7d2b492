"""A week of opening hours in words: as the voice says it in French, and as staff read it."""

from collections.abc import Iterable, Sequence
from datetime import date, time

from callbot.humans.hours import DAY_MINUTES, WEEKDAYS, Span, Spans, spoken_day, spoken_time

Week = Sequence[Spans]
"""Seven days, from Monday on."""

BOUND = "\u00a0"


def spoken_week(
    week: Week,
    *,
    closed_on_holidays: bool,
    last: date | None = None,
    first: date | None = None,
    days: Iterable[int] = range(7),
) -> str:
    """« Voici nos horaires. Du lundi au vendredi, de … à midi. Nous sommes fermés le dimanche. ».

    `last`: the last day of them, `first`: the first one, where that is to come; `days`: those that are told (0: Monday).
    """
    when = ""
    if first and last:
        when = f" du {dated(first)} au {dated(last)}"
    elif first:
        when = f" à partir du {dated(first)}"
    elif last:
        when = f" jusqu'au {spoken_day(last)}"
    return f"Voici nos horaires{when}. {week_itself(week, closed_on_holidays=closed_on_holidays, days=days)}"


def week_itself(week: Week, *, closed_on_holidays: bool, days: Iterable[int] = range(7)) -> str:
    """« Du lundi au vendredi, de … à midi. Nous sommes fermés le dimanche. »: of these `days`."""
    told = sorted(days)
    parts = [
        f"{_capital(_days(alike))}, {spoken_spans(spans)}." for alike, spans in _alike(week, told) if spans
    ]
    closed = [day for day in told if not week[day]]
    shut = _each(closed) if closed else []
    shut += ["les jours fériés"] if closed_on_holidays else []
    if shut:
        parts.append(f"Nous sommes fermés {_and(shut)}.")
    return " ".join(parts)


def dated(day: date) -> str:
    """« lundi sept décembre »."""
    return f"{WEEKDAYS[day.weekday()]} {spoken_day(day)}"


def spoken_spans(spans: Spans) -> str:
    """« de huit heures trente à midi et de treize heures à dix-sept heures »; the whole day: « à toute heure »."""
    if spans == (Span(0, DAY_MINUTES),):
        return "à toute heure"
    return _and(f"de {_spoken(span.begin)} à {_spoken(span.end)}" for span in sorted(spans))


def written_spans(spans: Spans) -> str:
    """« de 8 h 30 à 12 h et de 13 h 30 à 17 h », « fermé »."""
    if not spans:
        return "fermé"
    if spans == (Span(0, DAY_MINUTES),):
        return "jour et nuit"
    return _and(f"de {written_minute(span.begin)} à {written_minute(span.end)}" for span in sorted(spans))


def written_week(week: Week) -> list[tuple[str, str]]:
    """Days that are alike, and their hours: (« du lundi au vendredi », « de 8 h 30 à 12 h »), closed ones last."""
    told = sorted(_alike(week), key=lambda one: not one[1])
    return [
        (_days(days) if len(days) < 7 else "tous les jours", written_spans(spans)) for days, spans in told
    ]


def written_minute(minute: int) -> str:
    """A minute of the day: « 8 h 30 », « 12 h », with spaces that do not break."""
    hour, left = divmod(minute, 60)
    return f"{hour}{BOUND}h{BOUND}{left:02}" if left else f"{hour}{BOUND}h"


def noted_week(week: Week) -> str:
    """For the journal: « lundi 8:30-12:00, 13:30-17:00; mardi … », closed days left out."""
    days = (
        f"{name} {', '.join(f'{_clock(span.begin)}-{_clock(span.end)}' for span in sorted(spans))}"
        for name, spans in zip(WEEKDAYS, week, strict=True)
        if spans
    )
    return "; ".join(days)


def _alike(week: Week, days: Iterable[int] = range(7)) -> list[tuple[list[int], Spans]]:
    """Days with the same hours, in the order of the first of them."""
    groups: dict[Spans, list[int]] = {}
    for day in days:
        groups.setdefault(tuple(sorted(week[day])), []).append(day)
    return [(alike, spans) for spans, alike in groups.items()]


def _days(days: Sequence[int]) -> str:
    """« du lundi au vendredi », « le lundi et le mardi », « du lundi au mercredi et le vendredi », « tous les jours »."""
    return _and(_each(days))


def _each(days: Sequence[int]) -> list[str]:
    """The parts of it."""
    if len(days) == 7:
        return ["tous les jours"]
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return [said for run in runs for said in _run(run)]


def _run(run: Sequence[int]) -> list[str]:
    if len(run) < 3:
        return [f"le {WEEKDAYS[day]}" for day in run]
    return [f"du {WEEKDAYS[run[0]]} au {WEEKDAYS[run[-1]]}"]


def _and(parts: Iterable[str]) -> str:
    *before, last = parts
    return f"{', '.join(before)} et {last}" if before else last


def _spoken(minute: int) -> str:
    return "minuit" if minute == DAY_MINUTES else spoken_time(time(minute // 60, minute % 60))


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
