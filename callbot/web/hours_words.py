"""Weekly hours as the pages show them: whose they are, where they come from, for how long, and the coming holidays."""

import datetime as dt

from callbot.humans.announcements import Board
from callbot.humans.holidays import coming_holidays
from callbot.humans.hours import OpeningHours, Season
from callbot.humans.hours_set import of_place
from callbot.knowledge.entries import Commune
from callbot.knowledge.hours import Hours
from callbot.web.hours_effects import all_lines
from callbot.web.hours_week_forms import Place
from callbot.web.rendering import french_date

HOLIDAYS_SHOWN = 4


def places_of(commune: Commune) -> list[Place]:
    """Everything that may have hours: the town hall, its lines, its services."""
    lines = [Place(line=line.number) for line in commune.lines]
    return [Place(), *lines, *(Place(service=service.id) for service in commune.services)]


def name_of(commune: Commune, place: Place) -> str:
    """As staff read it."""
    if place.line:
        return f"Ligne {commune.line(place.line).name}"
    service = next((one for one in commune.services if one.id == place.service), None)
    return f"Service {service.name}" if service else "Toute la mairie"


def in_force(commune: Commune, board: Board, place: Place) -> OpeningHours | None:
    """The weekly hours that count for a place, whosever they are; None: it is never closed."""
    service = next((one for one in commune.services if one.id == place.service), None)
    if service:
        return commune.service_hours(all_lines(commune)[0], service, board.usual)
    if place.line:
        return commune.line_hours(commune.line(place.line), board.usual)
    return board.usual("", "", commune.hours.opening if commune.hours else None, None)


def season_of(hours: OpeningHours, day: dt.date) -> Season:
    """The week that counts on `day`, not looking at days of their own, without its dates."""
    season = next((one for one in hours.seasons if one.covers(day) and not one.one_day), None)
    if season:
        return Season(season.weekly, closed_on_holidays=season.closed_on_holidays)
    return Season(hours.weekly, closed_on_holidays=hours.closed_on_holidays)


def source(commune: Commune, board: Board, place: Place, day: dt.date) -> tuple[str, str, str]:
    """Where its hours come from on `day`: a tone, a word, and a sentence."""
    for week in of_place(board.weeks, place.line, place.service):
        if week.season.covers(day) and not week.season.one_day:
            return "busy", "Changés ici", f"Par {week.made_by}, {dates_of(week.season)}."
    if _written(commune, place):
        return "quiet", "D’origine", "Ceux de l’installation (commune.toml)."
    return "quiet", "Sans horaires propres", _without(place)


def has_own(commune: Commune, board: Board, place: Place) -> bool:
    """Whether it has hours of its own, written or set here."""
    return bool(_written(commune, place) or of_place(board.weeks, place.line, place.service))


def _written(commune: Commune, place: Place) -> Hours | None:
    if place.line:
        return commune.line(place.line).hours
    services: dict[str, Hours | None] = {one.id: one.hours for one in commune.services}
    return services[place.service] if place.service else commune.hours


def _without(place: Place) -> str:
    if place.service:
        return "Ce service suit les horaires de la ligne appelée."
    return (
        "Cette ligne suit son service, puis la mairie."
        if place.line
        else "Sans horaires, la mairie est réputée ouverte jour et nuit."
    )


def dates_of(season: Season) -> str:
    """« jusqu’à nouvel ordre », « du … au … », « le mercredi 11 novembre 2026 »."""
    if season.one_day and season.first:
        return f"le {french_date(season.first)}"
    if season.first and season.last:
        return f"du {french_date(season.first)} au {french_date(season.last)}"
    if season.first:
        return f"à partir du {french_date(season.first)}"
    return f"jusqu’au {french_date(season.last)}" if season.last else "jusqu’à nouvel ordre"


def holiday_rows(commune: Commune, board: Board, day: dt.date) -> list[tuple[dt.date, str, str, str]]:
    """The coming holidays: day, name, and whether anybody is there for the callers of each line: a tone and words."""
    rows = []
    for one, name in coming_holidays(day, HOLIDAYS_SHOWN, commune.department):
        open_lines = [line.name for line in all_lines(commune) if _opens(commune, board, line.number, one)]
        everywhere = len(open_lines) == len(all_lines(commune))
        words = "Ouvert" if everywhere else f"Ouvert : {', '.join(open_lines)}" if open_lines else "Fermé"
        rows.append((one, name, "good" if open_lines else "quiet", words))
    return rows


def _opens(commune: Commune, board: Board, number: str, day: dt.date) -> bool:
    line = commune.line(number)
    service = line.service or commune.default_service
    hours = board.hours(commune.line_hours(line, board.usual), line.number, service)
    return hours is None or hours.opens_on(day)
