"""What all desks show alike is made once; what is one desk's own is its own."""

import asyncio
from pathlib import Path
from types import SimpleNamespace

import pytest
from starlette.requests import Request

from callbot.accounts import Role
from callbot.humans import queue_looking
from callbot.humans.queue_events import AgentReady, CallerHungUp
from callbot.humans.queue_types import Caller
from callbot.web.desk_passing import Passing
from callbot.web.desk_regions import DAY, QUEUE, Kept, Regions
from tests.support.desks import AGENT, COLLEAGUE, now, open_desk
from tests.support.web_service import scripted_service


def asked_by(name: str) -> Request:
    """A page's request for news."""
    app = SimpleNamespace(state=SimpleNamespace(commune="Valbourg"))
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/poste/vif",
        "query_string": b"",
        "headers": [],
        "app": app,
    }
    request = Request(scope)
    request.state.account = SimpleNamespace(name=name, role=Role.RECEPTIONIST)
    request.state.session = "session"
    return request


async def test_who_waits_is_shown_alike_but_where_it_rings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One text for all desks; that at which the telephone rings says so."""
    monkeypatch.setattr(queue_looking, "SHARED_S", 3600)
    async with scripted_service(tmp_path) as service, asyncio.TaskGroup() as tasks:
        listening = tasks.create_task(service.queue.news.run())
        await service.queue.news.listening.wait()
        for name in (AGENT, COLLEAGUE):
            await open_desk(service, name)
        for number in range(3):
            await service.queue.enter(Caller(f"c{number}", "m", "accueil"), now())
        regions = Regions(service, Passing(service))
        mine, theirs = [(await regions.of(asked_by(name)))[QUEUE] for name in (AGENT, COLLEAGUE)]
        assert mine is theirs
        assert mine.count('class="row"') == 3
        await service.queue.tell_agent(AGENT, AgentReady(now()))
        mine, theirs = [(await regions.of(asked_by(name)))[QUEUE] for name in (AGENT, COLLEAGUE)]
        assert ("Votre téléphone sonne" in mine, "Votre téléphone sonne" in theirs) == (True, False)
        assert f"Sonne chez {AGENT}" in theirs
        listening.cancel()


async def test_the_day_s_calls_are_made_anew_only_when_they_change(tmp_path: Path) -> None:
    """As long as a page stays open it is the same text, then the one with whom was missed since."""
    async with scripted_service(tmp_path) as service:
        await open_desk(service, AGENT)
        entry_id = await service.queue.enter(Caller("c", "m", "accueil", caller_hash="h"), now())
        regions, kept = Regions(service, Passing(service)), Kept()
        first = (await regions.of(asked_by(AGENT), kept=kept))[DAY]
        assert (await regions.of(asked_by(AGENT), kept=kept))[DAY] is first
        assert "Personne n’a raccroché" in first
        await service.queue.tell(entry_id, CallerHungUp(now()))
        assert "Place gardée" in (await regions.of(asked_by(AGENT), kept=kept))[DAY]
