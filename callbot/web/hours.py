"""`/horaires`: who is there at this moment, messages that callers hear after the disclosure, closures, and the way to all hours.

A message is written, listened to, then switched on: the server takes nothing else. It ends by itself.
"""

import io
import logging
import wave
from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from callbot.audio.types import TELEPHONE_HZ, Pcm
from callbot.conversations import LinePresence, now
from callbot.humans.announcements import Announcement, Closure, MessageState
from callbot.humans.boards import BoardError, NotHeardError
from callbot.humans.hours import PARIS
from callbot.humans.hours_said import written_week
from callbot.listening import Heard
from callbot.web.forms import checked_form, text
from callbot.web.hours_effects import contradicted
from callbot.web.hours_forms import HALL, LINE, SERVICE, UNTILS, ClosureForm, FormError, MessageForm
from callbot.web.hours_week_forms import Place
from callbot.web.hours_weeks import WEEK_PATH
from callbot.web.hours_words import has_own, holiday_rows, in_force, name_of, places_of, season_of, source
from callbot.web.rendering import render
from callbot.web.security import FORM_TOKEN_HEADER, content_security_policy
from callbot.web.service import WebService

PATH = "/horaires"
MODELS = (
    "La mairie est fermée cet après-midi.",
    "La mairie ouvre exceptionnellement à dix heures ce matin.",
    "En raison d'une panne informatique, certaines démarches sont impossibles aujourd'hui.",
)
"""Sentences to begin with."""
MOST = 30
"""Messages, and closures, that are not over: more is a mistake, or somebody who means harm."""
DONE = {
    "fermeture": "La fermeture est enregistrée : le callbot en tient compte dès maintenant.",
    "lever": "La fermeture est levée.",
    "message": "Le message est prêt à être écouté. Personne ne l’entend encore.",
    "entendu": "Le message a été écouté : vous pouvez le diffuser.",
    "diffuser": "Le message est diffusé : les prochains appelants l’entendent.",
    "jour": "Les horaires de ce jour sont enregistrés.",
    "arreter": "Le message est arrêté : les prochains appelants ne l’entendent plus.",
}
STATES = {
    MessageState.DRAFT: ("quiet", "À écouter"),
    MessageState.HEARD: ("busy", "Prêt à diffuser"),
    MessageState.PLANNED: ("busy", "Programmé"),
    MessageState.SPOKEN: ("good", "Diffusé"),
    MessageState.OVER: ("quiet", "Terminé"),
}
GONE = "C’est déjà terminé."
LISTEN_FIRST = "Écoutez d’abord le message jusqu’au bout."
TOO_MANY = "Il y en a déjà beaucoup : arrêtez-en avant d’en ajouter."

log = logging.getLogger(__name__)


class HoursPage:
    """The page and its forms."""

    def __init__(self, service: WebService) -> None:
        self.service = service

    def routes(self) -> Sequence[Route]:
        """Where they are."""
        message = "/horaires/messages/{number:int}"
        return [
            Route(PATH, self.show, methods=["GET"]),
            Route("/horaires/fermetures", self.close, methods=["POST"]),
            Route("/horaires/fermetures/{number:int}/lever", self.lift, methods=["POST"]),
            Route("/horaires/messages", self.write, methods=["POST"]),
            Route(f"{message}/son", self.sound, methods=["GET"]),
            Route(f"{message}/entendu", self.heard, methods=["POST"]),
            Route(f"{message}/diffuser", self.switch_on, methods=["POST"]),
            Route(f"{message}/arreter", self.switch_off, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The page."""
        return await self._page(request, done=DONE.get(request.query_params.get("fait", ""), ""))

    async def close(self, request: Request) -> Response:
        """A new closure."""
        fields = await checked_form(request)
        try:
            form = ClosureForm.read(fields, self.service.directory, now())
            self._room(len(self.service.boards.now.closures))
        except FormError as error:
            return await self._page(request, 400, closure_errors=error.errors, given=fields)
        actor = request.state.account.name
        await self.service.boards.close(
            form.line, form.service, form.begins_at, form.ends_at, form.reason, actor=actor
        )
        return _done("fermeture")

    async def lift(self, request: Request) -> Response:
        """End a closure now."""
        await checked_form(request)
        try:
            await self.service.boards.lift(request.path_params["number"], actor=request.state.account.name)
        except BoardError:
            return await self._page(request, 409, failure=GONE)
        return _done("lever")

    async def write(self, request: Request) -> Response:
        """A new message, which nobody hears yet."""
        fields = await checked_form(request)
        try:
            form = MessageForm.read(fields, self.service.directory, now())
            self._room(len(self.service.boards.now.announcements))
        except FormError as error:
            return await self._page(request, 400, message_errors=error.errors, given=fields)
        actor = request.state.account.name
        await self.service.boards.draft(form.text, form.lines, form.begins_at, form.ends_at, actor=actor)
        return _done("message")

    async def sound(self, request: Request) -> Response:
        """What callers will hear, as they will hear it: WAV, 8 kHz."""
        message = await self._message(request)
        pcm = await self.service.speak(message.text)
        if pcm is None:
            raise HTTPException(503)
        if request.method == "GET":
            listens = self.service.boards.listens
            await listens.sent(Heard.MESSAGE, message.id, message.text, to=request.state.account.name)
        return Response(wav(pcm), media_type="audio/wav")

    async def heard(self, request: Request) -> Response:
        """It was listened to, to its end: by who was sent its sound."""
        await checked_form(request)
        message = await self._message(request)
        name = request.state.account.name
        if not await self.service.boards.listens.heard(Heard.MESSAGE, message.id, message.text, by=name):
            return await self._page(request, 409, failure=LISTEN_FIRST)
        await self.service.boards.heard(message.id, actor=name)
        return _done("entendu")

    async def switch_on(self, request: Request) -> Response:
        """Callers hear it from now on, or from its beginning on; rendered before anybody needs it."""
        await checked_form(request)
        message = await self._message(request)
        try:
            await self.service.boards.switch_on(message.id, actor=request.state.account.name)
        except NotHeardError:
            return await self._page(request, 409, failure=LISTEN_FIRST)
        return _done("diffuser")

    async def switch_off(self, request: Request) -> Response:
        """No new caller hears it; a draft is thrown away."""
        await checked_form(request)
        try:
            await self.service.boards.switch_off(
                request.path_params["number"], actor=request.state.account.name
            )
        except BoardError:
            return await self._page(request, 409, failure=GONE)
        return _done("arreter")

    # -- inside ----------------------------------------------------------------------------------------------------

    async def _message(self, request: Request) -> Announcement:
        try:
            return await self.service.boards.message(request.path_params["number"])
        except BoardError:
            raise HTTPException(404) from None

    def _room(self, there: int) -> None:
        if there >= MOST:
            raise FormError({"": TOO_MANY})

    async def _page(self, request: Request, status: int = 200, **values: object) -> Response:
        service, at = self.service, now()
        board, over = await service.boards.refresh(), await service.boards.over()
        places = places_of(service.directory)
        defaults: dict[str, object] = {
            "done": "",
            "failure": "",
            "closure_errors": {},
            "message_errors": {},
            "given": {},
        }
        response = render(
            request,
            "hours.html",
            status,
            lines=self._lines(),
            numbers=[(line.number, line.name) for line in service.directory.lines],
            scopes=self._scopes(),
            messages=board.announcements,
            closures=board.closures,
            over=[one for one in over.announcements if one.on_by],
            at=at,
            states=STATES,
            untils=UNTILS,
            models=MODELS,
            hours_places=[self._hours_of(place) for place in places if self._is_told(place)],
            other_places=[
                (name_of(service.directory, place), _week_address(place))
                for place in places
                if not self._is_told(place)
            ],
            holidays=holiday_rows(service.directory, board, at.date()),
            to_read=[
                (week, one, _week_address(Place(week.line, week.service)))
                for week, one in contradicted(service.directory, board, service.hour_answers())
            ],
            where=self._where,
            heard_on=self._heard_on,
            when=_when,
            value=text,
            token_header=FORM_TOKEN_HEADER,
            **(defaults | values),
        )
        response.headers["content-security-policy"] = content_security_policy(sound=True)
        return response

    def _lines(self) -> list[tuple[str, str, str]]:
        """Each line's name, and whether somebody is there for its callers: tone and words."""
        commune, board = self.service.directory, self.service.boards.board
        lines = commune.lines or (commune.line(""),)
        said = []
        for line in lines:
            closed = LinePresence(commune, line, now, board=board).of_line()
            opening = f"Fermé, rouvre {closed.opening}" if closed and closed.opening else "Fermé"
            said.append((line.name, "quiet" if closed else "good", opening if closed else "Ouvert"))
        return said

    def _is_told(self, place: Place) -> bool:
        """Whether its hours stand on the page: the town hall's, and those of who has its own."""
        commune, board = self.service.directory, self.service.boards.now
        return place == Place() or has_own(commune, board, place)

    def _hours_of(self, place: Place) -> tuple[str, str, list[tuple[str, str]], tuple[str, str, str]]:
        """A place's name, the address of its hours, these in words, and where they come from."""
        commune, board, day = self.service.directory, self.service.boards.now, now().date()
        hours = in_force(commune, board, place)
        week = written_week(season_of(hours, day).weekly) if hours else []
        return name_of(commune, place), _week_address(place), week, source(commune, board, place, day)

    def _scopes(self) -> list[tuple[str, str]]:
        """What may be closed, for the form."""
        commune = self.service.directory
        lines = [(f"{LINE}{line.number}", f"La ligne {line.name}") for line in commune.lines]
        services = [(f"{SERVICE}{one.id}", f"Le service {one.name}") for one in commune.services]
        return [(HALL, "Toute la mairie"), *lines, *services]

    def _where(self, closure: Closure) -> str:
        wanted = f"{LINE}{closure.line}" if closure.line else f"{SERVICE}{closure.service}"
        return (
            dict(self._scopes()).get(wanted, wanted) if closure.line or closure.service else "Toute la mairie"
        )

    def _heard_on(self, message: Announcement) -> str:
        names = {line.number: line.name for line in self.service.directory.lines}
        chosen = ", ".join(names.get(number, number) for number in message.lines)
        return chosen or "Toutes les lignes"


def _week_address(place: Place) -> str:
    return f"{WEEK_PATH}?lieu={place.text}"


def _done(what: str) -> Response:
    return RedirectResponse(f"{PATH}?fait={what}", 303)


def _when(one: Announcement | Closure) -> str:
    """« du 29/11/2026 à 14 h 00 au 29/11/2026 à 18 h 00 »."""
    begin, end = (at.astimezone(PARIS) for at in (one.begins_at, one.ends_at))
    return f"du {begin:%d/%m/%Y à %H h %M} au {end:%d/%m/%Y à %H h %M}"


def wav(pcm: Pcm) -> bytes:
    """A sound file of 8 kHz, mono, 16 bits."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(TELEPHONE_HZ)
        file.writeframes(pcm.astype("<i2").tobytes())
    return out.getvalue()
