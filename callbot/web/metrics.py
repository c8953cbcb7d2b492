"""`/metrics` for Prometheus: asks for the metrics_token, or for a session; nothing in it tells who called."""

import hmac
from collections.abc import Sequence

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from callbot.rights import Right, may
from callbot.web.service import WebService

PATH = "/metrics"
"""Open to who has not signed in, when they know the token."""


class MetricsPage:
    """The figures of this process, as text."""

    def __init__(self, service: WebService) -> None:
        self.service = service

    def routes(self) -> Sequence[Route]:
        """Where it is."""
        return [Route(PATH, self.show, methods=["GET"])]

    async def show(self, request: Request) -> Response:
        """The text; 401 for who has neither."""
        account = request.state.account
        signed_in = account is not None and not account.temporary and may(account.role, Right.WORKSHOP)
        if not signed_in and not self._knows_token(request):
            return PlainTextResponse(
                "metrics_token is missing or wrong (Authorization: Bearer …).\n",
                401,
                headers={"www-authenticate": "Bearer"},
            )
        return Response(self.service.metrics(), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    def _knows_token(self, request: Request) -> bool:
        """Never without a token set: behind a proxy on this machine everybody seems to come from the loopback."""
        token = self.service.settings.metrics_token.get_secret_value()
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        return (
            bool(token) and scheme.lower() == "bearer" and hmac.compare_digest(given.encode(), token.encode())
        )
