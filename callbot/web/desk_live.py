"""The desk's live part: server-sent events with the parts of the page that have changed, as soon as the queue's news tell.

event: poste      data: {"poste-file": "<…>", …}    the parts that look different; the first one has them all
event: battement                                    nothing has changed for a while: the connection lives
event: panne                                        the database does not answer; what is shown may be old
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from callbot.errors import DatabaseError
from callbot.humans.queue_news import EVERYTHING, Change
from callbot.web.desk_regions import Kept, Regions, without_time
from callbot.web.service import WebService

BEAT_S = 4.0
"""A page that hears nothing for three times as long knows that it is cut off (static/desk/live.js). Also how soon a change shows
that nobody told of."""
REST_S = 0.1
"""What an offer changes of a desk is sent first, the rest so much later: of many desks that ring at once, none waits for the others."""
OTHERS_S = 0.5
"""What is about others is shown so much later, with all that comes meanwhile: a whole desk with many waiting costs some 20 ms."""
RETRY_S = 1.0
HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}
"""The second one keeps nginx from holding events back."""


class DeskLive:
    """The stream, and the same once, for a page that comes back."""

    def __init__(self, service: WebService, regions: Regions) -> None:
        self.service = service
        self._regions = regions
        self._open: dict[str, set[asyncio.Queue[Change]]] = {}

    def poke(self, name: str) -> None:
        """Something that the queue's news do not tell has changed at the desk of `name`."""
        for changes in self._open.get(name, ()):
            if not changes.full():
                changes.put_nowait(EVERYTHING)

    async def once(self, request: Request) -> Response:
        """All parts, as JSON."""
        try:
            return JSONResponse({"regions": await self._regions.of(request)})
        except DatabaseError:
            return JSONResponse({"message": "La base de données ne répond pas."}, 503)

    async def stream(self, request: Request) -> Response:
        """Until the page is closed, or its session is over."""
        return StreamingResponse(self._events(request), media_type="text/event-stream", headers=HEADERS)

    async def _events(self, request: Request) -> AsyncIterator[str]:
        sent: dict[str, str] = {}
        kept = Kept()
        whole = True
        with self._news(request.state.account.name) as changes:
            while True:
                while not changes.empty():  # all that came meanwhile is read at once
                    changes.get_nowait()
                try:
                    regions = {} if whole else await self._regions.offer(request)
                    whole = not regions
                    regions = regions or await self._regions.of(request, kept=kept)
                except DatabaseError:
                    yield _event("panne", {})
                    await asyncio.sleep(RETRY_S)
                    continue
                looks = {key: without_time(html) for key, html in regions.items()}
                changed = {key: html for key, html in regions.items() if sent.get(key) != looks[key]}
                sent |= looks
                if changed or whole:
                    yield _event("poste", changed) if changed else _event("battement", {})
                whole = await something_new(changes, request.state.account.name, behind=not whole)

    @contextmanager
    def _news(self, name: str) -> Iterator[asyncio.Queue[Change]]:
        with self.service.queue.news.subscribe() as changes:
            mine = self._open.setdefault(name, set())
            mine.add(changes)
            try:
                yield changes
            finally:
                mine.discard(changes)
                if not mine:
                    self._open.pop(name, None)


async def something_new(changes: asyncio.Queue[Change], name: str, *, behind: bool) -> bool:
    """Wait until something is to be read: at once, and false, the own parts of `name`; some time after it, or others' changes, the whole.

    `behind`: the own parts alone were read last.
    """
    with suppress(TimeoutError):
        own = False
        if not behind:
            async with asyncio.timeout(BEAT_S):
                own = _is_own(await changes.get(), name)
        async with asyncio.timeout(REST_S if behind else OTHERS_S):
            while not own:
                own = _is_own(await changes.get(), name)
        return False
    return True


def _is_own(change: Change, name: str) -> bool:
    return change == EVERYTHING or change.agent == name


def _event(name: str, data: dict[str, str]) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"
