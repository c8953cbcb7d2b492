"""`/`: the service at a glance. `/etat` is its live part alone, which a small script asks for again and again."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from callbot.load import Level
from callbot.web.rendering import render
from callbot.web.service import EngineState, ServiceStatus, TelephoneState, WebService
from callbot.web.status import LOADS, telephone_line


@dataclass(frozen=True, slots=True)
class Headline:
    """The service in one line. `tone` is the colour and the picture: good, busy, warn or bad."""

    tone: str
    text: str
    detail: str


TELEPHONE = {
    TelephoneState.RESTARTING: Headline(
        "bad", "Le téléphone redémarre", "Encore un instant, et les appels seront pris."
    ),
    TelephoneState.UNREGISTERED: Headline(
        "bad",
        "Le standard ne nous passe pas d’appel",
        "Le téléphone n’est pas enregistré : voyez ci-dessous.",
    ),
}
"""What a telephone in trouble says."""


FULL = Headline(
    "busy", "Toutes les lignes sont occupées", "Le prochain appel entendra la tonalité d’occupation."
)
TURNING_AWAY = Headline(
    "warn",
    "Les nouveaux appels passent à l’accueil",
    "La machine ne suit plus : voyez « Charge » ci-dessous.",
)


def headline(status: ServiceStatus) -> Headline:
    """The worst thing to be said, plainly; otherwise that all is well."""
    states = {status.recognition.state, status.voice.state}
    if EngineState.FAILED in states:
        return Headline(
            "bad", "Le service ne peut pas répondre", "Un moteur est en panne : voyez ci-dessous lequel."
        )
    if EngineState.PREPARING in states:
        return Headline(
            "busy", "Le service se prépare", "Les moteurs se chargent ; les appels seront pris ensuite."
        )
    if status.telephone and status.telephone.state in TELEPHONE:
        return TELEPHONE[status.telephone.state]
    if status.lines_busy or status.load >= Level.LINES_BUSY:
        return FULL if status.lines_busy else TURNING_AWAY
    if EngineState.FALLBACK in states:
        return Headline(
            "warn", "Le service répond, avec un moteur de secours", "La raison est donnée ci-dessous."
        )
    return Headline("good", "Le service répond aux appels", "Tout fonctionne comme prévu.")


class Home:
    """The home page and its live part."""

    def __init__(self, service: WebService) -> None:
        self.service = service

    def routes(self) -> Sequence[Route]:
        """Where they are."""
        return [Route("/", self.show), Route("/etat", self.live)]

    async def show(self, request: Request) -> Response:
        """The whole page."""
        return await self._page(request, "home.html")

    async def live(self, request: Request) -> Response:
        """What changes by itself."""
        return await self._page(request, "home_live.html")

    async def _page(self, request: Request, template: str) -> Response:
        status = self.service.status()
        today = await self.service.today()
        return render(
            request,
            template,
            status=status,
            today=today,
            headline=headline(status),
            telephone=telephone_line(status.telephone) if status.telephone else None,
            load=LOADS[status.load],
        )
