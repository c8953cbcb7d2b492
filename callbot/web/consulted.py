"""Who looks at callers' data is noted: which pages do so, and `/donnees-personnelles/consultations`, where administrators read it."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from callbot.access_log import PAGE, Looked, Wanted
from callbot.humans.hours import PARIS
from callbot.web.rendering import render
from callbot.web.service import WebService

PATH = "/donnees-personnelles/consultations"

WORDS = {
    Looked.CALL: "Déroulement d’un appel",
    Looked.CALLBACK: "Demande de rappel",
    Looked.NUMBER: "Numéro d’une demande de rappel",
    Looked.CARD: "Fiche de l’appelant au poste d’accueil",
    Looked.MESSAGE: "Message laissé par un appelant",
    Looked.WORDS: "Ce qu’un appelant a dit",
    Looked.SEARCH: "Recherche par numéro",
    Looked.EXPORT: "Export des données d’un appelant",
    Looked.ERASURE: "Effacement des données d’un appelant",
}

LOGGED: Mapping[str, Looked] = MappingProxyType(
    {
        "/appels/{call_id}": Looked.CALL,
        "/rappels": Looked.CALLBACK,
        "/rappels/{view}": Looked.CALLBACK,
        "/rappels/{number:int}": Looked.CALLBACK,
        "/messages": Looked.MESSAGE,
        "/messages/traites": Looked.MESSAGE,
        "/messages/{number:int}": Looked.MESSAGE,
        "/messages/{number:int}/son": Looked.MESSAGE,
        "/a-apprendre": Looked.WORDS,
        "/a-apprendre/{number:int}": Looked.WORDS,
        "/poste": Looked.CARD,
        "/poste/vif": Looked.CARD,
        "/poste/etat": Looked.CARD,
    }
)
"""Pages that show what somebody said, left, or who they are; each calls `looked`. By the path of the route."""
NOT_LOGGED: Mapping[str, str] = MappingProxyType(
    {
        "/appels": "times and outcomes of the last calls: nobody in particular",
        "/messages/combien": "a number of messages",
        "/rappels/combien": "a number of requests",
        "/direct": "the queue without numbers, names or words",
        "/direct/vif": "the live part of the same",
    }
)
"""Pages under the same rights that show no one caller, and why. A test wants every page in one of the two."""


async def looked(request: Request, service: WebService, what: Looked, call_ids: Collection[str]) -> None:
    """Note that who asks sees this of those calls. Raises DatabaseError: then they do not see it."""
    await service.access_log.looked(request.state.account.name, what, call_ids)


class ConsultedPage:
    """The log, newest lines first, by person, call and day."""

    def __init__(self, service: WebService) -> None:
        self.service = service

    def routes(self) -> Sequence[Route]:
        """Where it is."""
        return [Route(PATH, self.show, methods=["GET"])]

    async def show(self, request: Request) -> Response:
        """One page of it."""
        wanted, log = _wanted(request), self.service.access_log
        lines = await log.lines(wanted, PAGE + 1)
        shown = lines[:PAGE]
        return render(
            request,
            "consulted.html",
            lines=[(line.at.astimezone(PARIS), line) for line in shown],
            actors=[("", "Tout le monde"), *((actor, actor) for actor in await log.actors())],
            names={what.value: words for what, words in WORDS.items()},
            wanted=wanted,
            day=wanted.day.isoformat() if wanted.day else "",
            days=self.service.settings.access_days,
            newer=_address(replace(wanted, before=None)) if wanted.before is not None else "",
            older=_address(replace(wanted, before=shown[-1].id)) if len(lines) > PAGE else "",
        )


def _wanted(request: Request) -> Wanted:
    """What the address asks for; what it asks for wrongly is not asked for."""
    given = request.query_params
    try:
        day = dt.date.fromisoformat(given.get("jour", ""))
    except ValueError:
        day = None
    before = given.get("avant", "")
    return Wanted(
        given.get("personne", ""),
        given.get("appel", "").strip(),
        day,
        int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None,
    )


def _address(wanted: Wanted) -> str:
    asked = {
        "personne": wanted.actor,
        "appel": wanted.call_id,
        "jour": wanted.day.isoformat() if wanted.day else "",
        "avant": str(wanted.before or ""),
    }
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{PATH}?{query}" if query else PATH
