"""`/messages`: what callers said while nobody was there. Listened to, handled, and the recording is gone."""

import datetime as dt
from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from callbot.access_log import Looked
from callbot.callback_states import Take
from callbot.messages import Message, MessageState
from callbot.web.consulted import looked
from callbot.web.forms import checked_form
from callbot.web.messages_words import WORDS
from callbot.web.rendering import render
from callbot.web.security import content_security_policy
from callbot.web.service import WebService

__all__ = ["MessagesPage"]

PATH = "/messages"
DONE_PATH = f"{PATH}/traites"
LISTENING = dt.timedelta(minutes=15)
"""Who listens to a message again within so long, or jumps about in it, is listening to it still: one line in the journal."""
HANDLED = "Le message est traité, et son enregistrement est effacé."
NOBODY_TO_CALL = "Ce message n’a pas de numéro que l’on puisse rappeler, ou son appel n’est plus connu."


class MessagesPage:
    """The lists, one message, its sound, and what may be done with it."""

    def __init__(self, service: WebService) -> None:
        self.service = service
        self._listened: dict[tuple[str, int], dt.datetime] = {}  # the latest; those that are over are dropped

    def routes(self) -> Sequence[Route]:
        """Where they are."""
        one = f"{PATH}/{{number:int}}"
        get, post = ["GET"], ["POST"]
        return [
            Route(PATH, self.show_open, methods=get),
            Route(DONE_PATH, self.show_done, methods=get),
            Route(f"{PATH}/combien", self.count, methods=get),
            Route(one, self.show_one, methods=get),
            Route(f"{one}/son", self.sound, methods=get),
            Route(f"{one}/traiter", self.handle, methods=post),
            Route(f"{one}/rappeler", self.call_back, methods=post),
        ]

    # -- looking ---------------------------------------------------------------------------------------------------

    async def show_open(self, request: Request) -> Response:
        """Those to handle, the oldest first."""
        done = HANDLED if "fait" in request.query_params else ""
        return await self._list(request, MessageState.TO_HANDLE, done)

    async def show_done(self, request: Request) -> Response:
        """Those that are handled, the last one first."""
        return await self._list(request, MessageState.DONE)

    async def show_one(self, request: Request) -> Response:
        """One message, with the caller's number."""
        message = await self._message(request)
        await looked(request, self.service, Looked.MESSAGE, [message.call_id])
        return self._one(request, message)

    async def count(self, request: Request) -> Response:  # noqa: ARG002 (a route's signature)
        """How many are to be handled, for the navigation."""
        return JSONResponse({"count": await self.service.messages.count_open()})

    async def sound(self, request: Request) -> Response:
        """The recording, whole or a range of it (WAV); 404 once it is erased, or where it is on another machine."""
        message = await self._message(request)
        path = self.service.messages.files.path(message.token)
        if not message.audio or not path.is_file():
            raise HTTPException(404)
        await looked(request, self.service, Looked.MESSAGE, [message.call_id])
        await self._note_listening(message, request.state.account.name)
        return FileResponse(path, media_type="audio/wav", headers={"cache-control": "no-store"})

    # -- doing -----------------------------------------------------------------------------------------------------

    async def handle(self, request: Request) -> Response:
        """« Traité »: the recording is erased."""
        await checked_form(request)
        actor = request.state.account.name
        if await self.service.messages.handle(request.path_params["number"], actor=actor) is None:
            raise HTTPException(404)
        return RedirectResponse(f"{PATH}?fait", 303)

    async def call_back(self, request: Request) -> Response:
        """Make a call-back request of it, take it on, and go there: it has the number, and keeps what becomes of it."""
        await checked_form(request)
        actor = request.state.account.name
        message = await self._message(request)
        callback = await self.service.messages.call_back(message.id, actor=actor)
        if callback is None:
            return self._one(request, message, 409, failure=NOBODY_TO_CALL)
        await self.service.callbacks.act(callback, Take(), actor=actor, now=self.service.callbacks.now())
        return RedirectResponse(f"/rappels/{callback}", 303)

    # -- inside ----------------------------------------------------------------------------------------------------

    async def _message(self, request: Request) -> Message:
        message = await self.service.messages.find(request.path_params["number"])
        if message is None:
            raise HTTPException(404)
        return message

    async def _list(self, request: Request, state: MessageState, done: str = "") -> Response:
        messages = self.service.messages
        found = await messages.listed(state)
        await looked(request, self.service, Looked.MESSAGE, [one.call_id for one in found])
        counted = await messages.count_open()
        return self._render(
            request,
            "messages.html",
            messages=found,
            done=done,
            open=state is MessageState.TO_HANDLE,
            more=state is MessageState.TO_HANDLE and counted > len(found),
            tabs=[(PATH, "À traiter", counted), (DONE_PATH, "Traités")],
        )

    def _one(
        self, request: Request, message: Message, http_status: int = 200, *, failure: str = ""
    ) -> Response:
        return self._render(request, "message.html", http_status, message=message, failure=failure)

    def _render(self, request: Request, template: str, http_status: int = 200, **values: object) -> Response:
        files = self.service.messages.files
        response = render(
            request,
            template,
            http_status,
            now=self.service.messages.now(),
            services={one.id: one.name for one in self.service.directory.services},
            subjects=self.service.subjects(),
            here=lambda message: message.audio and files.has(message.token),
            days=self.service.settings.message_days,
            words=WORDS,
            **values,
        )
        response.headers["content-security-policy"] = content_security_policy(sound=True)
        return response

    async def _note_listening(self, message: Message, actor: str) -> None:
        now = self.service.messages.now()
        self._listened = {who: at for who, at in self._listened.items() if now - at < LISTENING}
        if (actor, message.id) not in self._listened:
            await self.service.messages.listened(message.id, actor=actor)
        self._listened[actor, message.id] = now
