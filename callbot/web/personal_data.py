"""`/donnees-personnelles`: what is kept of people and for how long; one caller's data handed out or erased. For administrators.

A number is only ever sent in the body of a form: it stands in no address, and so in no history and no log of a proxy.
"""

import json
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from callbot.humans.hours import PARIS
from callbot.personal_data import NotANumberError
from callbot.web.consulted import PATH as CONSULTED
from callbot.web.forms import checked_form, text
from callbot.web.rendering import render
from callbot.web.service import WebService

PATH = "/donnees-personnelles"
NO_NUMBER = "Ce n’est pas un numéro de téléphone : écrivez par exemple 01 23 45 67 89."
CONFIRM = "Cochez la case : l’effacement ne se défait pas."


class PersonalDataPage:
    """The page and its forms."""

    def __init__(self, service: WebService) -> None:
        self.service = service

    def routes(self) -> Sequence[Route]:
        """Where they are."""
        post = ["POST"]
        return [
            Route(PATH, self.show, methods=["GET"]),
            Route(f"{PATH}/purger", self.purge, methods=post),
            Route(f"{PATH}/recherche", self.find, methods=post),
            Route(f"{PATH}/export", self.export, methods=post),
            Route(f"{PATH}/effacer", self.erase, methods=post),
        ]

    async def show(self, request: Request) -> Response:
        """What is kept, how long, and since when."""
        return await self._page(request)

    async def purge(self, request: Request) -> Response:
        """Purge what is due, now."""
        await checked_form(request)
        rows = await self.service.personal.purge(request.state.account.name)
        done = (
            f"Purge faite : {rows} ligne{'s' if rows > 1 else ''}."
            if rows
            else "Purge faite : rien n’était à effacer."
        )
        return await self._page(request, done=done)

    async def find(self, request: Request) -> Response:
        """What there is of a number."""
        return await self._found(request, text(await checked_form(request), "numero"))

    async def export(self, request: Request) -> Response:
        """All of it, as a file."""
        number = text(await checked_form(request), "numero")
        try:
            exported = await self.service.personal.export(number, request.state.account.name)
        except NotANumberError:
            return await self._page(request, 400, error=NO_NUMBER, number=number)
        return Response(
            json.dumps(exported, ensure_ascii=False, indent=2),
            media_type="application/json",
            headers={"content-disposition": 'attachment; filename="donnees-personnelles.json"'},
        )

    async def erase(self, request: Request) -> Response:
        """All of it gone, once that is confirmed."""
        fields = await checked_form(request)
        number = text(fields, "numero")
        if text(fields, "confirme") != "oui":
            return await self._found(request, number, 400, confirm_error=CONFIRM)
        try:
            calls = await self.service.personal.erase(number, request.state.account.name)
        except NotANumberError:
            return await self._page(request, 400, error=NO_NUMBER, number=number)
        done = f"Les données de ce numéro sont effacées ({calls} appel{'s' if calls > 1 else ''})."
        return await self._page(request, done=done)

    async def _found(
        self, request: Request, number: str, status: int = 200, confirm_error: str = ""
    ) -> Response:
        try:
            found = await self.service.personal.find(number, request.state.account.name)
        except NotANumberError:
            return await self._page(request, 400, error=NO_NUMBER, number=number)
        return await self._page(request, status, found=found, number=number, confirm_error=confirm_error)

    async def _page(self, request: Request, status: int = 200, **values: object) -> Response:
        defaults: dict[str, object] = {
            "done": "",
            "error": "",
            "confirm_error": "",
            "number": "",
            "found": None,
        }
        kinds = await self.service.personal.kinds()
        last = max((one.last.at for one in kinds if one.last), default=None)
        return render(
            request,
            "personal_data.html",
            status,
            kinds=kinds,
            last=last.astimezone(PARIS) if last else None,
            paris=lambda at: at.astimezone(PARIS),
            consulted=CONSULTED,
            **(defaults | values),
        )
