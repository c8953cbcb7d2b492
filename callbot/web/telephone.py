"""`/telephone`: the browser telephone, and the tickets that let it reach the media server."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from callbot.config import Settings
from callbot.web.rendering import render
from callbot.web.security import FORM_TOKEN_HEADER, content_security_policy, require_form_token
from callbot.web.service import WebService

BUSY = "Toutes les lignes sont occupées."
HOST = re.compile(r"[A-Za-z0-9.-]+|[0-9A-Fa-f:.]+")
"""A name or an address, as `request.url.hostname` gives it: nothing that could slip into a header."""


def media_address(settings: Settings, media_port: int, scheme: str, hostname: str) -> str:
    """Where the browser finds the media server, without path: as configured, else the page's host on the media port.

    Raises ValueError for a host name that is none.
    """
    if settings.media_public_url:
        return settings.media_public_url.rstrip("/")
    if not HOST.fullmatch(hostname):
        raise ValueError("not a host name")
    host = f"[{hostname}]" if ":" in hostname else hostname
    return f"{'wss' if scheme == 'https' else 'ws'}://{host}:{media_port}"


class Telephone:
    """The page, and what its script asks for."""

    def __init__(self, service: WebService) -> None:
        self.service = service

    def routes(self) -> Sequence[Route]:
        """Where they are."""
        return [
            Route("/telephone", self.show),
            Route("/telephone/lignes", self.lines),
            Route("/telephone/sujets", self.subjects),
            Route("/telephone/ticket", self.ticket, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The telephone."""
        parts = urlsplit(self._address(request))
        response = render(request, "telephone.html", form_token_header=FORM_TOKEN_HEADER)
        response.headers["content-security-policy"] = content_security_policy(
            f"{parts.scheme}://{parts.netloc}"
        )
        return response

    async def lines(self, request: Request) -> Response:  # noqa: ARG002 (a route's signature)
        """Whether a line is free: a browser cannot see why a WebSocket was refused."""
        return JSONResponse({"busy": self.service.status().lines_busy})

    async def subjects(self, request: Request) -> Response:  # noqa: ARG002 (a route's signature)
        """What each answer is about, by its id: the transcript says it in place of the id."""
        return JSONResponse(dict(self.service.subjects()))

    async def ticket(self, request: Request) -> Response:
        """A ticket for one call, and the address that takes it; 503 when all lines are busy."""
        require_form_token(request.state.session, request.headers.get(FORM_TOKEN_HEADER))
        if self.service.status().lines_busy:
            return JSONResponse({"message": BUSY}, 503)
        address = f"{self._address(request)}/telephone"
        return JSONResponse({"ticket": self.service.tickets.issue(), "address": address})

    def _address(self, request: Request) -> str:
        service = self.service
        try:
            return media_address(
                service.settings, service.media_port, request.url.scheme, request.url.hostname or ""
            )
        except ValueError:
            raise HTTPException(400) from None
