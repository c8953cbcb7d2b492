"""`/horaires/semaine` and `/horaires/jour`: the weekly hours of the town hall, a line or a service, and those of one day.

A week is shown in words before it is saved, with what the bot will say: the server saves only what it has shown.
"""

import datetime as dt
from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from callbot.conversations import now
from callbot.humans.announcements import Board
from callbot.humans.boards import BoardError
from callbot.humans.holidays import named_holidays
from callbot.humans.hours import WEEKDAYS
from callbot.humans.hours_said import written_spans, written_week
from callbot.humans.hours_set import of_place
from callbot.web.forms import checked_form, text
from callbot.web.hours_effects import effects
from callbot.web.hours_forms import Fields, FormError
from callbot.web.hours_week_forms import DAY, RANGES, DayForm, Place, WeekForm, values_of
from callbot.web.hours_words import dates_of, in_force, name_of, places_of, season_of, source
from callbot.web.rendering import french_date, render
from callbot.web.service import WebService

PATH, WEEK_PATH, DAY_PATH = "/horaires", "/horaires/semaine", "/horaires/jour"
MOST = 60
"""Weeks and days that are not over, of all places."""
BLANK: Fields = {"samedi_ferme": ["oui"], "dimanche_ferme": ["oui"], "feries": ["oui"]}
"""The form of a place that has never been closed."""
SAVED = "Les horaires sont enregistrés : le callbot en tient compte dès maintenant."
TAKEN_BACK = "Ces horaires sont retirés."
GONE = "Ces horaires ont déjà été retirés ou remplacés."
TOO_MANY = "Il y a déjà beaucoup d’horaires particuliers : retirez-en avant d’en ajouter."
FIRST_LOOK = "Relisez les horaires en toutes lettres, puis enregistrez-les."
OVERTAKEN = "Une autre personne vient de changer ces horaires. Comparez avec ceux qui sont en vigueur avant d’enregistrer les vôtres."


class WeeksPage:
    """Both pages and their forms."""

    def __init__(self, service: WebService) -> None:
        self.service = service

    def routes(self) -> Sequence[Route]:
        """Where they are."""
        return [
            Route(WEEK_PATH, self.show, methods=["GET"]),
            Route(WEEK_PATH, self.save, methods=["POST"]),
            Route(f"{WEEK_PATH}/{{number:int}}/retirer", self.take_back, methods=["POST"]),
            Route(DAY_PATH, self.show_day, methods=["GET"]),
            Route(DAY_PATH, self.save_day, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The form, with the hours in force."""
        place = self._place(request.query_params.get("lieu", ""))
        done = {"enregistre": SAVED, "retire": TAKEN_BACK}.get(request.query_params.get("fait", ""), "")
        return await self._page(request, place, done=done)

    async def save(self, request: Request) -> Response:
        """A week: shown in words the first time, saved when it is what was shown."""
        fields = await checked_form(request)
        place = self._place(text(fields, "lieu"))
        at = now()
        try:
            form = WeekForm.read(fields, at.date())
            self._room()
        except FormError as error:
            return await self._page(request, place, 400, errors=error.errors, given=fields)
        board = await self.service.boards.refresh()
        overtaken = bool(form.seen) and text(fields, "depuis") != _since(board, place)
        if form.seen != form.signature or overtaken:
            told = effects(
                self.service.directory, board, place, form.season, at=at, answers=self.service.hour_answers()
            )
            notice = OVERTAKEN if overtaken else FIRST_LOOK
            return await self._page(request, place, notice=notice, given=fields, shown=form, told=told)
        actor = request.state.account.name
        await self.service.boards.set_week(place.line, place.service, form.season, actor=actor)
        return _back_to(place, "enregistre")

    async def take_back(self, request: Request) -> Response:
        """Back to what counts without it."""
        fields = await checked_form(request)
        try:
            week = await self.service.boards.end_week(
                request.path_params["number"], actor=request.state.account.name
            )
        except BoardError:
            return await self._page(request, self._place(text(fields, "lieu")), 409, failure=GONE)
        return _back_to(Place(week.line, week.service), "retire")

    async def show_day(self, request: Request) -> Response:
        """The form of one day."""
        given: Fields = {
            name: [value] for name, value in request.query_params.items() if name in ("lieu", "date")
        }
        return self._day_page(request, given=given)

    async def save_day(self, request: Request) -> Response:
        """The hours of one day: they go before holidays and before what is planned."""
        fields = await checked_form(request)
        try:
            form = DayForm.read(fields, self.service.directory, now().date())
            self._room()
        except FormError as error:
            return self._day_page(request, 400, errors=error.errors, given=fields)
        place, actor = form.place, request.state.account.name
        await self.service.boards.set_week(place.line, place.service, form.season, actor=actor)
        return RedirectResponse(f"{PATH}?fait=jour", 303)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _place(self, written: str) -> Place:
        place = Place.read(written, self.service.directory)
        if place is None:
            raise HTTPException(404)
        return place

    def _room(self) -> None:
        if len(self.service.boards.now.weeks) >= MOST:
            raise FormError({"": TOO_MANY})

    async def _page(self, request: Request, place: Place, status: int = 200, **values: object) -> Response:
        service, day = self.service, now().date()
        board = await service.boards.refresh()
        hours = in_force(service.directory, board, place)
        current = season_of(hours, day) if hours else None
        defaults: dict[str, object] = {
            "done": "", "failure": "", "notice": "", "errors": {}, "shown": None, "told": None,
            "given": values_of(current) if current else BLANK,
        }  # fmt: skip
        return render(
            request,
            "hours_week.html",
            status,
            place=place,
            title=name_of(service.directory, place),
            source=source(service.directory, board, place, day),
            current=written_week(current.weekly) if current else [],
            holidays=current.closed_on_holidays if current else False,
            weeks=of_place(board.weeks, place.line, place.service),
            past=await service.boards.past_weeks(place.line, place.service),
            since=_since(board, place),
            days=WEEKDAYS,
            ranges=range(1, RANGES + 1),
            day=day,
            in_words=written_week,
            dates=dates_of,
            spans=written_spans,
            value=text,
            **(defaults | values),
        )

    def _day_page(self, request: Request, status: int = 200, **values: object) -> Response:
        day, places = now().date(), places_of(self.service.directory)
        here = self.service.directory.department
        named = {**named_holidays(day.year, here), **named_holidays(day.year + 1, here)}
        defaults: dict[str, object] = {"errors": {}, "given": {}}
        return render(
            request,
            "hours_day.html",
            status,
            whose=[(place.text, name_of(self.service.directory, place)) for place in places],
            holidays={one.isoformat(): name for one, name in named.items()},
            day=day,
            prefix=DAY,
            ranges=range(1, RANGES + 1),
            value=text,
            date_of=_date_of,
            **(defaults | values),
        )


def _since(board: Board, place: Place) -> str:
    """Names the hours that a form was made from."""
    return ",".join(str(week.id) for week in of_place(board.weeks, place.line, place.service))


def _date_of(written_date: str) -> str:
    try:
        return french_date(dt.date.fromisoformat(written_date))
    except ValueError:
        return ""


def _back_to(place: Place, done: str) -> Response:
    return RedirectResponse(f"{WEEK_PATH}?lieu={place.text}&fait={done}", 303)
