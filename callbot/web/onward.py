"""`GET /next?id=…`: a dialplan asks where the caller goes, once the media leg of that id has ended. For PBXs, not for browsers."""

import ipaddress
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from callbot.media import messages
from callbot.media_access import knows_secret
from callbot.web.service import WebService

PATH = "/next"
"""Open to who has not signed in: it asks for the media_token instead."""


class NextDestination:
    """The answer is plain text: a destination as in commune.toml, or `hangup`."""

    def __init__(self, service: WebService) -> None:
        self.service = service

    def routes(self) -> Sequence[Route]:
        """Where it is."""
        return [Route(PATH, self.tell, methods=["GET"])]

    async def tell(self, request: Request) -> Response:
        """200 also for a leg that is not known: the dialplan that asks has a caller in hand."""
        if not self._allowed(request):
            return PlainTextResponse("The media_token is missing or wrong.\n", 401)
        leg_id = messages.text(dict(request.query_params), "id")
        if not leg_id:
            return PlainTextResponse("The leg's id is missing: /next?id=…\n", 400)
        return PlainTextResponse(self.service.onward.next(leg_id))

    def _allowed(self, request: Request) -> bool:
        """As for /media; without a media_token only the loopback may ask, not the clients of a proxy there."""
        secret = self.service.settings.media_token.get_secret_value()
        near = bool(secret) or (request.client is not None and _is_loopback(request.client.host))
        return near and knows_secret(secret, request.headers, request.query_params.get("token"))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
