"""`/poste`: a receptionist's desk. The page and its forms; its live part is desk_live.py, its words desk_words.py.

Every form works without a script: it is answered with the page. To a script it is answered in a sentence; what has changed comes by
the live part alone, in order, so that an answer that is late never shows what was.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from callbot.callback_rows import Missed
from callbot.callback_states import Action, Call, Callback, NoAnswer, Refusal, Take
from callbot.humans.desk_follow_ups import Correction
from callbot.humans.queue_events import (
    AgentEvent,
    AgentPaused,
    AgentReady,
    AgentSignedIn,
    AgentSignedOut,
    CallGoesOn,
    CallNotAnswered,
    OfferAccepted,
    OfferDeclined,
    PlaceEvent,
    TalkEnded,
)
from callbot.humans.queue_types import AgentState, Entry
from callbot.phone_numbers import normalise_number
from callbot.stats.kept_fields import storable
from callbot.web.callbacks_words import HINDERED, refusal_sentence
from callbot.web.desk_forms import DeskFormError, SignInForm, follow_up, pause_reason, place_id
from callbot.web.desk_live import DeskLive
from callbot.web.desk_passing import PassForm, Passing
from callbot.web.desk_regions import PATH, Regions
from callbot.web.forms import checked_form, text
from callbot.web.rendering import render
from callbot.web.security import content_security_policy
from callbot.web.service import WebService
from callbot.web.sessions import wants_json

TOO_LATE = "C’est déjà passé : l’appel n’est plus le vôtre, ou votre état a changé."
FIRST = {
    AgentState.BUSY: "Vous êtes en communication : ce sera possible après l’appel.",
    AgentState.DIALLING: "Vous rappelez quelqu’un : dites d’abord ce qu’il en est.",
}
"""Why a desk cannot be closed now, nor go on pause."""
DONE = {
    "sans-reponse": "C’est noté, sans réponse. La personne sera rappelée un peu plus tard ; sa demande est dans les rappels.",
    "toujours": "C’est noté : vous êtes toujours en ligne.",
    "suivi": "Le suivi est enregistré.",
    "passe": "L’appel est passé. La page vous dit, sous « Suivi », ce qu’il devient.",
    "correction": "Merci : la correction est notée pour qui rédige les réponses.",
}
FORGOTTEN = "Ce numéro n’est plus connu : il n’est gardé que quelques heures, ou la personne a eu quelqu’un."
NOT_YET = "Cet appel n’est pas encore enregistré. Réessayez dans un instant."
FORM = "poste-etat"
"""The part with the form that may come back."""
CORRECT_WHAT = "Choisissez d’abord le sujet de la bonne réponse."


class DeskPage:
    """The page and its forms."""

    def __init__(self, service: WebService) -> None:
        self.service = service
        self._passing = Passing(service)
        self._regions = Regions(service, self._passing)
        self._live = DeskLive(service, self._regions)

    def routes(self) -> Sequence[Route]:
        """Where they are."""
        forms = {
            "ouvrir": self.sign_in,
            "fermer": self.sign_out,
            "disponible": self.ready,
            "pause": self.pause,
            "prendre": self.accept,
            "refuser": self.decline,
            "terminer": self.end,
            "sans-reponse": self.no_answer,
            "toujours": self.goes_on,
            "suivi": self.follow,
            "correction": self.correct,
            "passer": self.pass_on,
            "retrouver": self.find,
            "rappeler": self.call_back,
        }
        return [
            Route(PATH, self.show, methods=["GET"]),
            Route(f"{PATH}/vif", self._live.stream, methods=["GET"]),
            Route(f"{PATH}/etat", self._live.once, methods=["GET"]),
            *(Route(f"{PATH}/{name}", form, methods=["POST"]) for name, form in forms.items()),
        ]

    async def show(self, request: Request) -> Response:
        """The page as it is now; `numero`: with the call of that caller, as a softphone opens it when it rings."""
        if sought := request.query_params.get("numero", ""):
            return await self._found(request, sought)
        return await self._page(request, done=DONE.get(request.query_params.get("fait", ""), ""))

    # -- the receptionist's state ----------------------------------------------------------------------------------

    async def sign_in(self, request: Request) -> Response:
        """Sit down, or change telephone and services; paused until they say that they are ready."""
        fields = await checked_form(request)
        try:
            settings = self.service.settings
            pbx = settings.sip_domain if settings.sip_mode != "off" else None
            form = SignInForm.read(fields, self.service.directory, pbx, settings.transfer_numbers)
        except DeskFormError as error:
            return await self._answer(request, 400, errors=error.errors, given=fields)
        event = AgentSignedIn(_now(), form.services, form.languages, form.telephone)
        name = request.state.account.name
        before = await self.service.queue.agent(name)
        response = await self._told(request, event)
        await self.service.desk.note_opened(name, before, event)
        return response

    async def sign_out(self, request: Request) -> Response:
        """Leave the desk; not during a call."""
        await checked_form(request)
        return await self._told(request, AgentSignedOut(_now()))

    async def ready(self, request: Request) -> Response:
        """Take calls from now on."""
        await checked_form(request)
        return await self._told(request, AgentReady(_now()))

    async def pause(self, request: Request) -> Response:
        """Take none for now."""
        fields = await checked_form(request)
        return await self._told(request, AgentPaused(_now(), pause_reason(fields)))

    # -- the call --------------------------------------------------------------------------------------------------

    async def accept(self, request: Request) -> Response:
        """Take a call-back that is due: the receptionist dials. Other calls are taken by picking up the telephone."""
        return await self._tell_place(request, OfferAccepted(_now()))

    async def decline(self, request: Request) -> Response:
        """The telephone stops; the caller keeps their place, and goes to a colleague."""
        return await self._tell_place(request, OfferDeclined(_now()))

    async def end(self, request: Request) -> Response:
        """Hang up."""
        return await self._tell_place(request, TalkEnded(_now()))

    async def no_answer(self, request: Request) -> Response:
        """Who was called back does not answer: it was a try, not a talk."""
        if (await checked_form(request)).get("demande"):
            return await self._tell_request(request, NoAnswer(), done="sans-reponse")
        return await self._tell_place(request, CallNotAnswered(_now()), done="sans-reponse")

    async def goes_on(self, request: Request) -> Response:
        """« Toujours en ligne », with who was called back: it does not end by itself for a while."""
        if (await checked_form(request)).get("demande"):
            return await self._tell_request(request, Take(), done="toujours")
        return await self._tell_place(request, CallGoesOn(_now()), done="toujours")

    async def pass_on(self, request: Request) -> Response:
        """The caller goes to another service, a colleague or a telephone; the page tells what becomes of them."""
        fields, name = await checked_form(request), request.state.account.name
        entry = await self._mine(fields, name)
        try:
            wish = PassForm.read(fields, await self._passing.targets(name, entry), self.service.settings)
        except DeskFormError as error:
            return await self._answer(request, 400, failure=_first(error.errors))
        passed = await self._passing.pass_on(entry, wish, name)
        if not passed:
            return await self._answer(request, 409, failure=TOO_LATE)
        return await self._answer(request, done="passe")

    # -- afterwards ------------------------------------------------------------------------------------------------

    async def follow(self, request: Request) -> Response:
        """Write down what became of a call; after it, take calls again or pause, as the button says."""
        fields, name = await checked_form(request), request.state.account.name
        entry = await self._mine(fields, name)
        told = follow_up(fields, entry, name, _now(), self.service.subjects())
        await self.service.desk.follow_ups.file(told)
        if told.resolved is not None:
            await self.service.callbacks.resolved(name, entry.since, resolved=told.resolved)
        agent = await self.service.queue.agent(name)
        if agent and agent.state is AgentState.WRAP_UP and agent.entry_id == entry.id:
            pauses = text(fields, "ensuite") == "pause"
            event = AgentPaused(_now(), pause_reason(fields)) if pauses else AgentReady(_now())
            await self.service.queue.tell_agent(name, event)
        return await self._answer(request, done="suivi")

    async def correct(self, request: Request) -> Response:
        """« La bonne réponse était … »."""
        fields, name = await checked_form(request), request.state.account.name
        entry = await self._mine(fields, name)
        right = text(fields, "sujet")
        if right not in self.service.subjects():
            return await self._answer(request, 400, failure=CORRECT_WHAT)
        heard = await self.service.desk.heard(entry.caller.call_id)
        wanted = place_id(fields, "phrase") if "phrase" in fields else len(heard) - 1
        said, understood = heard[wanted] if 0 <= wanted < len(heard) else ("", "")
        correction = Correction(entry.caller.call_id, _now(), name, said, understood, right)
        card = await self.service.desk.cards.of(entry.caller.call_id)
        await self.service.desk.follow_ups.correct(correction, card)
        return await self._answer(request, done="correction")

    # -- missed calls ----------------------------------------------------------------------------------------------

    async def call_back(self, request: Request) -> Response:
        """Call somebody back who hung up in the queue: their request, taken on, and where its number is dialled."""
        fields, name = await checked_form(request), request.state.account.name
        found = await self.service.desk.missed(place_id(fields))
        if found is None:
            return await self._answer(request, 409, failure=FORGOTTEN)
        entry, card = found
        motive = card.answer_id.partition(".")[0]
        number = normalise_number(card.number)
        missed = Missed(
            card.call_id, entry.entered_at, number, entry.caller.service, motive, storable(card.name)
        )
        callbacks = self.service.callbacks
        made = await callbacks.of_missed(missed, actor=name)
        if made is None:
            return await self._answer(request, 409, failure=NOT_YET)
        called = await callbacks.act(made, Call(), actor=name, now=callbacks.now())
        if isinstance(called, Refusal) and called.why in HINDERED:
            return await self._answer(request, 409, failure=refusal_sentence(called, name, callbacks.now()))
        way = "?appel=tel" if isinstance(called, Callback) else ""
        return RedirectResponse(f"/rappels/{made}{way}", 303)

    # -- calls that the PBX passes on ------------------------------------------------------------------------------

    async def find(self, request: Request) -> Response:
        """What a call is about that the PBX has passed on, by the caller's number, or out of the list."""
        fields = await checked_form(request)
        return await self._found(request, text(fields, "appel") or text(fields, "chercher"))

    async def _found(self, request: Request, sought: str) -> Response:
        cards = await self.service.desk.find(sought, request.state.account.name, _now())
        return await self._page(request, found=cards, sought=sought)

    # -- inside ----------------------------------------------------------------------------------------------------

    async def _mine(self, fields: dict[str, list[str]], name: str) -> Entry:
        """The place that the form is about, of this receptionist. Raises 404."""
        entry = await self.service.queue.entry(place_id(fields))
        if entry is None or entry.agent != name:
            raise HTTPException(404)
        return entry

    async def _told(self, request: Request, event: AgentEvent) -> Response:
        name = request.state.account.name
        if await self.service.queue.tell_agent(name, event):
            return await self._answer(request)
        agent = await self.service.queue.agent(name)
        failure = FIRST.get(agent.state, TOO_LATE) if agent else TOO_LATE
        return await self._answer(request, 409, failure=failure)

    async def _tell_place(self, request: Request, event: PlaceEvent, *, done: str = "") -> Response:
        fields, name = await checked_form(request), request.state.account.name
        if await self.service.queue.tell(place_id(fields), event, by=name):
            return await self._answer(request, done=done)
        return await self._answer(request, 409, failure=TOO_LATE)

    async def _tell_request(self, request: Request, action: Action, *, done: str) -> Response:
        """The same of a request of the list that the receptionist is calling back; nothing where they do not call it any more."""
        fields, name = await checked_form(request), request.state.account.name
        number, callbacks = place_id(fields, "demande"), self.service.callbacks
        agent = await self.service.queue.agent(name)
        calls = agent is not None and agent.request == number
        if calls and isinstance(await callbacks.act(number, action, actor=name), Callback):
            return await self._answer(request, done=done)
        return await self._answer(request, 409, failure=TOO_LATE)

    async def _answer(
        self, request: Request, status: int = 200, *, done: str = "", failure: str = "", **values: object
    ) -> Response:
        """To a script, a sentence, and the form with its errors; else the page, by way of a redirection when all went well."""
        errors = values.get("errors", {})
        if wants_json(request):
            self._live.poke(request.state.account.name)
            corrected = await self._regions.part(request, FORM, **values) if errors else {}
            said = {"done": DONE.get(done, ""), "message": failure or _first(errors), "regions": corrected}
            return JSONResponse(said, status)
        if status == 200:
            return RedirectResponse(f"{PATH}?fait={done}" if done else PATH, 303)
        return await self._page(request, status, failure=failure, **values)

    async def _page(self, request: Request, status: int = 200, **values: object) -> Response:
        failure, done = values.pop("failure", ""), values.pop("done", "")
        shown = await self._regions.values(request, **values)
        response = render(request, "desk.html", status, failure=failure, done=done, **shown)
        response.headers["content-security-policy"] = content_security_policy(sound=True)
        return response


def _now() -> datetime:
    return datetime.now(UTC)


def _first(errors: object) -> str:
    return next(iter(errors.values()), "") if isinstance(errors, Mapping) else ""
