"""`/api/v1`: the read API as an application of its own, closed to who has no token. Its OpenAPI document: `/api/v1/openapi.json`."""

import math
import time
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Query, Request
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from callbot import __version__
from callbot.api.answers import CallsAnswer, FiguresAnswer, Problem, QueueAnswer
from callbot.api.limits import WRONG_TOKENS, RateLimit
from callbot.api.open_data import MOST_CALLS
from callbot.api.tokens import ApiToken, Scope
from callbot.errors import DatabaseError
from callbot.stats.period import Filters, Period
from callbot.web.forms import address_of
from callbot.web.service import WebService

PATH = "/api/v1"
ABOUT = """Figures, calls and the queue of a town hall's callbot, read only, without personal data.

Give a token of the page « Jetons d’API » (or of `callbot tokens add`) as `Authorization: Bearer …`. Days are those of metropolitan France.
"""
_BEARER = HTTPBearer(auto_error=False, description="A token of this callbot.")
_REFUSALS: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem, "description": "No token, or one that is unknown or has ended."},
    403: {"model": Problem, "description": "The token has not this scope."},
    429: {"model": Problem, "description": "Too many requests; Retry-After says when to ask again."},
    503: {"model": Problem, "description": "The database is not there."},
}

Given = Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]


class _Door:
    """Who may come in, how often, and for what."""

    def __init__(self, service: WebService, clock_s: Callable[[], float]) -> None:
        self._service = service
        self._clock_s = clock_s
        self._limit = RateLimit(service.settings.api_requests_per_minute)
        self._wrong = RateLimit(WRONG_TOKENS)

    def may(self, scope: Scope) -> Callable[[Request, Given], Awaitable[ApiToken]]:
        """A dependency: the token of the request, which has that scope; 401, 403 or 429 otherwise."""

        async def check(request: Request, given: Given) -> ApiToken:
            token = await self._service.api_tokens.known(given.credentials) if given else None
            if token is None:
                self._count(self._wrong, address_of(request))
                raise HTTPException(
                    401, "A token is needed: Authorization: Bearer …", {"WWW-Authenticate": "Bearer"}
                )
            self._count(self._limit, token.name)
            if scope not in token.scopes:
                raise HTTPException(403, f"The token has not the scope '{scope}'.")
            return token

        return check

    def _count(self, limit: RateLimit, key: str) -> None:
        wait_s = limit.wait_s(key, self._clock_s())
        if wait_s:
            after = {"Retry-After": str(math.ceil(wait_s))}
            raise HTTPException(429, f"At most {limit.most} requests a minute.", after)


def create_api(service: WebService, clock_s: Callable[[], float] = time.monotonic) -> FastAPI:
    """The application, to be mounted at PATH."""
    api = FastAPI(
        title="callbot",
        version=__version__,
        description=ABOUT,
        docs_url=None,  # its page would load scripts from elsewhere
        redoc_url=None,
        responses=_REFUSALS,
        servers=[{"url": PATH}],
        root_path_in_servers=False,
    )
    api.add_exception_handler(DatabaseError, _unavailable)
    door = _Door(service, clock_s)

    @api.get(
        "/figures", tags=["figures"], dependencies=[Depends(door.may(Scope.FIGURES))], operation_id="figures"
    )
    async def figures(
        first: Annotated[date, Query(description="First day, YYYY-MM-DD.")],
        last: Annotated[date | None, Query(description="Last day, included; without it: the first.")] = None,
        line: Annotated[str | None, Query(description="Only calls to this number.")] = None,
        service_id: Annotated[
            str | None, Query(alias="service", description="Only those of this service.")
        ] = None,
        language: Annotated[str | None, Query(description="Only those in this language: fr, en…")] = None,
        *,
        days: Annotated[bool, Query(description="Whether to give each day's values too.")] = False,
    ) -> FiguresAnswer:
        """The figures of a period: the same as on the pages, in the report and in SQL."""
        try:
            period = Period(first, last or first)
            line = await service.open_data.line(line, service.directory) if line else None
        except ValueError as error:
            raise HTTPException(422, str(error)) from None
        filters = Filters(line=line, service=service_id, language=language)
        return await service.open_data.figures(period, filters, by_day=days)

    @api.get("/calls", tags=["calls"], dependencies=[Depends(door.may(Scope.CALLS))], operation_id="calls")
    async def calls(
        day: Annotated[date, Query(description="YYYY-MM-DD.")],
        after: Annotated[str | None, Query(max_length=64, description="`next` of the answer before.")] = None,
        limit: Annotated[int, Query(ge=1, le=MOST_CALLS, description="Calls of one answer.")] = MOST_CALLS,
    ) -> CallsAnswer:
        """The calls of a day: when, which line, how they ended, about what."""
        return await service.open_data.calls(day, after, limit)

    @api.get("/queue", tags=["queue"], dependencies=[Depends(door.may(Scope.QUEUE))], operation_id="queue")
    async def queue() -> QueueAnswer:
        """The waiting queue and the agents at this moment."""
        return await service.open_data.queue()

    return api


async def _unavailable(request: Request, error: Exception) -> JSONResponse:  # noqa: ARG001 (a handler's signature)
    return JSONResponse({"detail": "The database is not there."}, 503)
