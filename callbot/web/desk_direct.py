"""`/direct`: the whole town hall at this moment, for who supervises: calls, queue, receptionists, service level. Nobody's number."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from callbot.humans.desk_level import is_put_off, level, longest_wait
from callbot.humans.queue_types import IN_QUEUE, ON_LINE, AgentState, Place
from callbot.rights import Right, may
from callbot.web.desk_regions import LATE_S
from callbot.web.desk_words import doing, target_words, team_pause
from callbot.web.forms import checked_form, text
from callbot.web.rendering import render
from callbot.web.service import WebService

PATH = "/direct"
CLOSE_PATH = "/direct/fermer"
CLOSED = "Le poste est fermé : plus aucun appel ne lui est proposé."
NOT_CLOSED = "Ce poste est en communication, ou déjà fermé : il ne peut pas être fermé en ce moment."


class DirectPage:
    """The page and its live part."""

    def __init__(self, service: WebService) -> None:
        self.service = service

    def routes(self) -> Sequence[Route]:
        """Where they are."""
        return [
            Route(PATH, self.show, methods=["GET"]),
            Route(f"{PATH}/vif", self.live, methods=["GET"]),
            Route(CLOSE_PATH, self.close, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The whole page."""
        closed = request.query_params.get("fait") == "fermer"
        return await self._page(request, "desk_direct.html", done=CLOSED if closed else "")

    async def live(self, request: Request) -> Response:
        """What changes by itself."""
        return await self._page(request, "desk_direct_live.html")

    async def close(self, request: Request) -> Response:
        """Close the desk of somebody who has forgotten it; not during a call on a line of ours."""
        fields = await checked_form(request)
        at, actor = datetime.now(UTC), request.state.account.name
        if await self.service.holders.close(text(fields, "poste"), at, actor):
            return RedirectResponse(f"{PATH}?fait=fermer", 303)
        return await self._page(request, "desk_direct.html", 409, failure=NOT_CLOSED)

    async def _page(
        self, request: Request, template: str, status: int = 200, *, done: str = "", failure: str = ""
    ) -> Response:
        at = datetime.now(UTC)
        overview, today = await self.service.queue.latest(), await self.service.desk.today(at)
        target_s = self.service.settings.service_level_seconds
        since = longest_wait(overview.entries)
        names = {one.id: one.name for one in self.service.directory.services}
        waits = (*IN_QUEUE, Place.OFFERED, Place.DIALLED)
        waiting = [one for one in overview.entries if one.place in waits and not is_put_off(one, at)]
        return render(
            request,
            template,
            status,
            done=done,
            failure=failure,
            may_close=may(request.state.account.role, Right.CLOSE_DESK),
            status=self.service.status(),
            waiting=waiting,
            by_service=[
                (names.get(service, service), number)
                for service, number in Counter(one.caller.service for one in waiting).most_common()
            ],
            since=since,
            waited_s=int((at - since).total_seconds()) if since else 0,
            talking=sum(one.place is Place.CONNECTED for one in overview.entries if one.place in ON_LINE),
            agents=overview.agents,
            dial={one.agent for one in overview.entries if one.place is Place.CONNECTED and one.is_call_back},
            free=sum(one.state is AgentState.AVAILABLE for one in overview.agents),
            level=level(today, target_s, await self.service.desk.reached_elsewhere(today)),
            target=target_words(target_s),
            late_s=LATE_S,
            names=names,
            doing=lambda agent: doing(agent, overview.entries),
            pause=team_pause,
            elapsed=lambda begin: max(0, int((at - begin).total_seconds())),
        )
