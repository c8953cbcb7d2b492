"""What a change of weekly hours does, for the page that asks before it saves: who is concerned, what is said, what must be read again."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from callbot.dialogue.closed import OFFICES, OFFICES_REOPEN, SERVICE, SERVICE_REOPENS
from callbot.humans.announcements import Board
from callbot.humans.hours import DAY_MINUTES, PARIS, WEEKDAYS, OpeningHours, Phase, Season, spoken_opening
from callbot.humans.hours_coming import phase_said
from callbot.humans.hours_exceptions import CLOSED, OTHER_HOURS, spoken_when
from callbot.humans.hours_said import spoken_spans, written_minute
from callbot.humans.hours_set import Week, replaced
from callbot.knowledge.entries import Commune, Line, Service
from callbot.spoken_hours import HourAnswer
from callbot.web.hours_week_forms import Place


@dataclass(frozen=True, slots=True)
class Effects:
    """`lines`: names of those whose callers are told these hours. `says`: what is asked or happens, and what the bot then says."""

    lines: tuple[str, ...]
    says: tuple[tuple[str, str], ...]
    replaced: tuple[HourAnswer, ...]
    """Validated sentences that are not spoken any more, but the first of `says`."""
    to_read: tuple[HourAnswer, ...]
    """Validated sentences that are spoken as they are, and may contradict it."""


def effects(
    commune: Commune,
    board: Board,
    place: Place,
    season: Season,
    *,
    at: dt.datetime,
    answers: Sequence[HourAnswer],
) -> Effects:
    """Of giving `place` that season at that instant (aware)."""
    after = with_week(board, place, season, at)
    lines = [line for line in all_lines(commune) if _differ(commune, board, after, line)]
    today = at.astimezone(PARIS).date()
    says: list[tuple[str, str]] = []
    if lines:
        says.append(("À qui demande les horaires", _said(season, season.first or today)))
    if lines and season.first and season.first > today and not season.one_day:
        says.append(("La semaine d’avant, après les horaires du moment", _said(season, today)))
    if closed := _when_closed(commune, after, place, season.first or at.date()):
        says.append(closed)
    about = [one for one in answers if _is_about(commune, one, place)]
    town_hall = tuple(one for one in about if one.of_town_hall and lines)
    return Effects(
        tuple(line.name for line in lines),
        tuple(says),
        town_hall,
        tuple(one for one in about if one not in town_hall),
    )


def _said(season: Season, day: dt.date) -> str:
    """As on that day; for one day alone, as on that one."""
    if season.one_day:
        spans = tuple(sorted(season.weekly[day.weekday()]))
        today = spoken_when(day, day)
        return (
            OTHER_HOURS.format(day=today, spans=spoken_spans(spans)) if spans else CLOSED.format(days=today)
        )
    first, on_holidays = season.first or day, season.closed_on_holidays
    return phase_said(Phase(first, season.last, season.weekly, on_holidays, season), day)


def contradicted(
    commune: Commune, board: Board, answers: Sequence[HourAnswer]
) -> list[tuple[Week, HourAnswer]]:
    """Validated sentences that are spoken as they are, and were validated before staff set other hours for their service."""
    return [
        (week, one)
        for week in board.weeks
        if not week.season.one_day
        for one in answers
        if _is_about(commune, one, Place(week.line, week.service))
        and not (one.of_town_hall and not week.service)
        and (one.entry.validated_on or dt.date.min) <= week.made_at.date()
    ]


def with_week(board: Board, place: Place, season: Season, at: dt.datetime) -> Board:
    """The board as it will be."""
    over = replaced(board.weeks, place.line, place.service, season, at.date())
    number = max((week.id for week in board.weeks), default=0) + 1
    new = Week(number, place.line, place.service, season, "", at)
    return replace(board, weeks=(*(week for week in board.weeks if week not in over), new))


def all_lines(commune: Commune) -> tuple[Line, ...]:
    """The commune's lines, or the one that it has without any."""
    return commune.lines or (commune.line(""),)


def _differ(commune: Commune, before: Board, after: Board, line: Line) -> bool:
    return commune.line_hours(line, before.usual) != commune.line_hours(line, after.usual)


def _is_about(commune: Commune, answer: HourAnswer, place: Place) -> bool:
    """Whether its sentence may be of those hours: that service's, or those of a service without its own."""
    if place.service:
        return answer.entry.service == place.service or answer.of_town_hall
    if place.line:
        line = commune.line(place.line)
        return answer.of_town_hall or answer.entry.service == (line.service or commune.default_service)
    own = {service.id for service in commune.services if service.hours}
    return answer.of_town_hall or answer.entry.service not in own


def _when_closed(commune: Commune, board: Board, place: Place, day: dt.date) -> tuple[str, str] | None:
    """What is said after the first closing of the hours from `day` on, and when that is."""
    service = next((one for one in commune.services if one.id == place.service), None)
    hours = _hours(commune, board, place, service)
    closing = _closing(hours, day) if hours else None
    opening = hours.next_opening(closing) if hours and closing else None
    if closing is None or opening is None:
        return None
    state, reopens = (SERVICE, SERVICE_REOPENS) if service else (OFFICES, OFFICES_REOPEN)
    words = (
        state.format(service=service.spoken if service else ""),
        reopens.format(opening=spoken_opening(opening, closing)),
    )
    when = f"le {WEEKDAYS[closing.weekday()]} à {written_minute(closing.hour * 60 + closing.minute)}"
    return f"À qui demande une personne {when}", " ".join(words)


def _hours(commune: Commune, board: Board, place: Place, service: Service | None) -> OpeningHours | None:
    line = commune.line(place.line)
    if service is None:
        return commune.line_hours(line, board.usual)
    return commune.service_hours(line, service, board.usual)


def _closing(hours: OpeningHours, day: dt.date) -> dt.datetime | None:
    """When the first day from `day` on ends on which somebody is there, in Paris; None within a fortnight, or never closed."""
    for ahead in range(14):
        spans = hours.spans(day + dt.timedelta(days=ahead))
        if spans and spans[-1].end < DAY_MINUTES:
            clock = dt.time(*divmod(spans[-1].end, 60))
            closing = dt.datetime.combine(day + dt.timedelta(days=ahead), clock, tzinfo=PARIS)
            return None if hours.is_open(closing) else closing
    return None
