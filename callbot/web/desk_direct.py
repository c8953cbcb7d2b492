"""`/direct`: the whole town hall at this moment, for who supervises: calls, queue, receptionists, service level. Nobody's number."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from callbot.humans.desk_level import level, longest_wait
from callbot.humans.queue_types import IN_QUEUE, ON_LINE, AgentState, Place
from callbot.web.desk_regions import LATE_S
from callbot.web.desk_words import STATES, TEAM_WORDS, pause_words
from callbot.web.rendering import render
from callbot.web.service import WebService

PATH = "/direct"


class DirectPage:
    """The page and its live part."""

    def __init__(self, service: WebService) -> None:
        self.service = service

    def routes(self) -> Sequence[Route]:
        """Where they are."""
        return [Route(PATH, self.show, methods=["GET"]), Route(f"{PATH}/vif", self.live, methods=["GET"])]

    async def show(self, request: Request) -> Response:
        """The whole page."""
        return await self._page(request, "desk_direct.html")

    async def live(self, request: Request) -> Response:
        """What changes by itself."""
        return await self._page(request, "desk_direct_live.html")

    async def _page(self, request: Request, template: str) -> Response:
        at = datetime.now(UTC)
        overview = await self.service.queue.overview()
        since = longest_wait(overview.entries)
        names = {one.id: one.name for one in self.service.directory.services}
        waiting = [one for one in overview.entries if one.place in (*IN_QUEUE, Place.OFFERED, Place.DIALLED)]
        return render(
            request,
            template,
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
            free=sum(one.state is AgentState.AVAILABLE for one in overview.agents),
            level=level(await self.service.desk.today(at), self.service.settings.service_level_seconds),
            target_s=self.service.settings.service_level_seconds,
            late_s=LATE_S,
            names=names,
            states=STATES,
            team=TEAM_WORDS,
            pause=pause_words,
            elapsed=lambda begin: max(0, int((at - begin).total_seconds())),
        )
