"""`/journal`: who changed what, for administrators; the same as a table for spreadsheets."""

import datetime as dt
import io
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from tempfile import SpooledTemporaryFile
from typing import IO
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from callbot.audit import PAGE, Wanted
from callbot.humans.hours import PARIS
from callbot.web.account_words import ACTIONS, detail_words
from callbot.web.rendering import render
from callbot.web.service import WebService

PATH = "/journal"
IN_MEMORY = 8_000_000
"""Bytes of a table; a longer one waits in a file without a name."""


class AuditPage:
    """The journal, newest lines first, by person, action and day."""

    def __init__(self, service: WebService) -> None:
        self.service = service

    def routes(self) -> Sequence[Route]:
        """Where it is."""
        return [Route(PATH, self.show, methods=["GET"]), Route("/journal.csv", self.table, methods=["GET"])]

    async def show(self, request: Request) -> Response:
        """One page of it."""
        wanted, trail = _wanted(request), self.service.trail
        changes = await trail.changes(wanted, PAGE + 1)
        shown = changes[:PAGE]
        older = _address(PATH, replace(wanted, before=shown[-1].id)) if len(changes) > PAGE else ""
        return render(
            request,
            "audit.html",
            changes=[(change.at.astimezone(PARIS), change) for change in shown],
            actors=[("", "Tout le monde"), *((actor, actor) for actor in await trail.actors())],
            actions=[("", "Toutes"), *((one, ACTIONS.get(one, one)) for one in await trail.actions())],
            names=ACTIONS,
            detail_words=detail_words,
            wanted=wanted,
            day=wanted.day.isoformat() if wanted.day else "",
            days=self.service.settings.audit_days,
            newer=_address(PATH, replace(wanted, before=None)) if wanted.before is not None else "",
            older=older,
            csv=_address("/journal.csv", replace(wanted, before=None)),
        )

    async def table(self, request: Request) -> Response:
        """All the lines that are wanted, as CSV.

        The answer begins once all of it is there, and says its length: a database that fails in the middle is an error and no
        file, and a file that was cut off on its way is known by every browser.
        """
        table: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 (what sends it closes it)
        async for piece in self.service.trail.table(replace(_wanted(request), before=None)):
            table.write(piece.encode())
        length = table.tell()
        table.seek(0)
        return StreamingResponse(
            _sent(table),
            media_type="text/csv; charset=utf-8",
            headers={
                "content-disposition": 'attachment; filename="journal.csv"',
                "content-length": str(length),
            },
        )


async def _sent(table: IO[bytes]) -> AsyncIterator[bytes]:
    with table:
        while block := table.read(io.DEFAULT_BUFFER_SIZE * 8):
            yield block


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
        given.get("action", ""),
        day,
        int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None,
    )


def _address(path: str, wanted: Wanted) -> str:
    asked = {
        "personne": wanted.actor,
        "action": wanted.action,
        "jour": wanted.day.isoformat() if wanted.day else "",
        "avant": str(wanted.before or ""),
    }
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{path}?{query}" if query else path
