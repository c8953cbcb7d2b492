"""`/rappels`: whom to call back. Who takes a request on sees its number, and nobody else can until they have done or a while is over."""

import datetime as dt
from collections.abc import Sequence
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from callbot.access_log import Looked
from callbot.callback_states import (
    Action,
    Call,
    Callback,
    CallbackState,
    GiveBack,
    Refusal,
    Reopen,
    Take,
    Why,
    decide,
)
from callbot.callbacks import OPEN, Wanted
from callbot.languages.tongues import tongue
from callbot.web.callbacks_forms import DoneForm, FormError, NoAnswerForm, checked_fields
from callbot.web.callbacks_words import (
    DESK_NOW,
    WORDS,
    dial_addresses,
    due_sentence,
    refusal_sentence,
    retry_choices,
    sip_host,
    whom,
)
from callbot.web.consulted import looked
from callbot.web.forms import page_number
from callbot.web.rendering import render
from callbot.web.service import WebService

PATH = "/rappels"
VIEWS = {
    "": ("En cours", OPEN),
    "a-rappeler": ("Jamais essayés", (CallbackState.TO_CALL,)),
    "essayes": ("Déjà essayés", (CallbackState.TRIED,)),
    "faits": ("Faits", (CallbackState.DONE,)),
}
"""By the end of the address: the tab, and the states in it."""
ALL_SERVICES = "tous"
PAGE = 40
"""Requests of a page."""
UNDO = dt.timedelta(minutes=10)
"""How long « Annuler » stands above the list after « Fait »."""


class CallbacksPage:
    """The list, one request, and what may be done with it."""

    def __init__(self, service: WebService) -> None:
        self.service = service

    def routes(self) -> Sequence[Route]:
        """Where they are."""
        one = f"{PATH}/{{number:int}}"
        get, post = ["GET"], ["POST"]
        return [
            Route(PATH, self.show_list, methods=get),
            Route(f"{PATH}/combien", self.count, methods=get),
            Route(one, self.show_one, methods=get),
            Route(f"{PATH}/{{view}}", self.show_list, methods=get),
            Route(f"{one}/prendre", self.take, methods=post),
            Route(f"{one}/appeler", self.call, methods=post),
            Route(f"{one}/sans-reponse", self.no_answer, methods=post),
            Route(f"{one}/fait", self.done, methods=post),
            Route(f"{one}/rendre", self.give_back, methods=post),
            Route(f"{one}/refaire", self.reopen, methods=post),
        ]

    # -- looking ---------------------------------------------------------------------------------------------------

    async def show_list(self, request: Request) -> Response:
        """A tab of the list; 404 for one that is none."""
        view = request.path_params.get("view", "")
        if view not in VIEWS:
            raise HTTPException(404)
        now, actor = self.service.callbacks.now(), request.state.account.name
        given = request.query_params
        chosen, day = given.get("service", ALL_SERVICES), _day(given.get("jour", ""))
        service = "" if chosen == ALL_SERVICES else chosen
        found = await self.service.callbacks.listed(Wanted(VIEWS[view][1], service, day), now)
        found.sort(key=lambda one: not one.is_mine(actor, now))
        page = page_number(request.query_params.get("page", ""))
        shown = found[(page - 1) * PAGE : page * PAGE]
        await looked(request, self.service, Looked.CALLBACK, [one.call_id for one in shown])
        filters = {"service": service, "jour": day.isoformat() if day else ""}
        return render(
            request,
            "callbacks.html",
            200,
            callbacks=shown,
            said=await self.service.callbacks.conversations(shown),
            tabs=await self._tabs(now),
            title=VIEWS[view][0],
            total=len(found),
            filters=filters,
            newer=_address(request.url.path, filters, page - 1) if page > 1 else "",
            older=_address(request.url.path, filters, page + 1) if len(found) > page * PAGE else "",
            settled=await self._just_done(request, now),
            noted=await self._just_noted(request, now),
            then=await self._desk_now(request),
            **self._common(actor, now),
        )

    async def show_one(self, request: Request) -> Response:
        """One request."""
        return await self._one(request)

    async def count(self, request: Request) -> Response:  # noqa: ARG002 (a route's signature)
        """How many are to be called, for the navigation."""
        return JSONResponse({"count": await self.service.callbacks.count_open()})

    # -- doing -----------------------------------------------------------------------------------------------------

    async def take(self, request: Request) -> Response:
        """« Je m’en occupe »."""
        await checked_fields(request)
        return await self._act(request, Take(), self._here(request))

    async def call(self, request: Request) -> Response:
        """Take it on, note the try, and go where it is dialled."""
        fields = await checked_fields(request)
        way = "sip" if fields.get("par") == "sip" else "tel"
        return await self._act(request, Call(), f"{self._here(request)}?appel={way}")

    async def no_answer(self, request: Request) -> Response:
        """Nobody was reached."""
        fields = await checked_fields(request)
        try:
            action = NoAnswerForm.read(fields, self.service.callbacks.now())
        except FormError as error:
            return await self._one(request, 400, errors=error.errors, given=fields)
        return await self._act(request, action, f"{PATH}?note={request.path_params['number']}")

    async def done(self, request: Request) -> Response:
        """It is settled."""
        fields = await checked_fields(request)
        try:
            action = DoneForm.read(fields)
        except FormError as error:
            return await self._one(request, 400, errors=error.errors, given=fields)
        return await self._act(request, action, f"{PATH}?fait={request.path_params['number']}")

    async def give_back(self, request: Request) -> Response:
        """Somebody else may see to it."""
        await checked_fields(request)
        return await self._act(request, GiveBack(), f"{PATH}?rendu=oui")

    async def reopen(self, request: Request) -> Response:
        """« Fait » was wrong."""
        await checked_fields(request)
        return await self._act(request, Reopen(), self._here(request))

    # -- inside ----------------------------------------------------------------------------------------------------

    async def _act(self, request: Request, action: Action, then: str) -> Response:
        """Do it and go on to `then`; who is refused sees the request and why."""
        number, actor = request.path_params["number"], request.state.account.name
        match await self.service.callbacks.act(number, action, actor=actor, now=self.service.callbacks.now()):
            case None:
                raise HTTPException(404)
            case Refusal() as refusal:
                sentence = refusal_sentence(refusal, actor, self.service.callbacks.now())
                return await self._one(request, 409, refusal=sentence, settle_first=_where(refusal))
            case _:
                return RedirectResponse(then, 303)

    async def _one(self, request: Request, status: int = 200, **values: object) -> Response:
        callbacks, now, actor = (
            self.service.callbacks,
            self.service.callbacks.now(),
            request.state.account.name,
        )
        callback = await callbacks.find(request.path_params["number"])
        if callback is None:
            raise HTTPException(404)
        mine = callback.is_mine(actor, now)
        await looked(request, self.service, Looked.CALLBACK, [callback.call_id])
        if mine:
            await looked(request, self.service, Looked.NUMBER, [callback.call_id])
        way = request.query_params.get("appel", "") if status == 200 else ""
        host = await self._sip_host(actor)
        dial = dial_addresses(callback, host) if mine else {}
        defaults: dict[str, object] = {"errors": {}, "given": {}, "refusal": "", "settle_first": ""}
        return render(
            request,
            "callback.html",
            status,
            callback=callback,
            turns=(await callbacks.conversations([callback]))[callback.call_id],
            mine=mine,
            free=not isinstance(decide(callback, Take(), actor, now), Refusal),
            dial=dial,
            dialling=way if way in dial else "",
            by_sip=bool(host),
            busy=mine and await self._is_busy_with(actor, callback),
            choices=retry_choices(now),
            **self._common(actor, now),
            **(defaults | values),
        )

    def _common(self, actor: str, now: dt.datetime) -> dict[str, object]:
        subjects = self.service.subjects()
        return {
            "now": now,
            "actor": actor,
            "services": {one.id: one.name for one in self.service.directory.services},
            "subjects": subjects,
            "languages": {code: tongue(code).name for code in self.service.directory.languages},
            "words": WORDS,
        }

    async def _tabs(self, now: dt.datetime) -> list[tuple[object, ...]]:
        """(address, label, count); of those that are done there is no count."""
        found = [one.state for one in await self.service.callbacks.listed(Wanted(), now)]
        tabs: list[tuple[object, ...]] = []
        for view, (label, states) in VIEWS.items():
            address = f"{PATH}/{view}" if view else PATH
            counted = () if CallbackState.DONE in states else (sum(one in states for one in found),)
            tabs.append((address, label, *counted))
        return tabs

    async def _named(self, request: Request, field: str) -> Callback | None:
        """The request that the address tells of, if it is the asker's own doing."""
        given = request.query_params.get(field, "")
        number = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0
        return await self.service.callbacks.find(number) if number else None

    async def _just_done(self, request: Request, now: dt.datetime) -> Callback | None:
        """What the asker has just noted as done, and may take back."""
        callback = await self._named(request, "fait")
        if callback is None or callback.state is not CallbackState.DONE or callback.state_at is None:
            return None
        own = callback.state_by == request.state.account.name
        return callback if own and now - callback.state_at < UNDO else None

    async def _just_noted(self, request: Request, now: dt.datetime) -> str:
        """What becomes of a request that was tried, in a sentence."""
        callback = await self._named(request, "note")
        if callback is None or callback.state is not CallbackState.TRIED:
            return ""
        return f"C’est noté. {whom(callback)} : {due_sentence(callback, now).lower()}."

    async def _is_busy_with(self, actor: str, callback: Callback) -> bool:
        """Whether their desk takes no calls because of that one."""
        agent = await self.service.queue.agent(actor)
        return agent is not None and agent.request == callback.id

    async def _desk_now(self, request: Request) -> str:
        """How the asker's desk stands after what they have just noted, in a sentence; empty: it is closed, or nothing was noted."""
        if not {"fait", "note", "rendu"} & request.query_params.keys():
            return ""
        agent = await self.service.queue.agent(request.state.account.name)
        return DESK_NOW.get(agent.state, "") if agent else ""

    def _here(self, request: Request) -> str:
        return f"{PATH}/{request.path_params['number']}"

    async def _sip_host(self, actor: str) -> str:
        telephone = self.service.status().telephone
        return sip_host(await self.service.callbacks.telephone_of(actor), telephone.pbx if telephone else "")


def _where(refusal: Refusal) -> str:
    """Where what is in the way is settled; empty: nothing of the asker's own is."""
    match refusal.why:
        case Why.CALLS:
            return f"{PATH}/{refusal.other}"
        case Why.TALKS:
            return "/poste"
    return ""


def _day(given: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(given)
    except ValueError:
        return None


def _address(path: str, filters: dict[str, str], page: int) -> str:
    asked = {name: value for name, value in filters.items() if value}
    if page > 1:
        asked["page"] = str(page)
    return f"{path}?{urlencode(asked)}" if asked else path
