"""The pages about personal data: what is kept, one caller's data handed out and erased, and who looked at what."""

import datetime as dt
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from callbot.access_log import Wanted
from callbot.audit import Wanted as Changes
from callbot.humans.queue_events import AgentReady
from callbot.kept import KINDS
from callbot.rights import Right
from callbot.web.access import NEEDS
from callbot.web.app import create_app
from callbot.web.consulted import LOGGED, NOT_LOGGED, WORDS
from tests.browser.test_access import enter, routes
from tests.support import callbacks
from tests.support.callbacks import LEFEVRE, RECEPTIONIST
from tests.support.desks import fill_desks
from tests.support.gallery import CALLS
from tests.support.web_service import NAME, ScriptedService, scripted_service

SITE = "http://mairie.example"
NUMBER = "06 12 34 56 78"
OF_CALLERS = {
    Right.DESK,
    Right.CALLBACKS,
    Right.CALLS,
    Right.DIRECT,
    Right.MESSAGES,
    Right.LEARNING,
}
"""Rights whose pages are about callers. A new one belongs here."""
NOT_OF_CALLERS = {
    Right.OWN,
    Right.STATUS,
    Right.TELEPHONE,
    Right.HOURS,
    Right.ACCOUNTS,
    Right.AUDIT,
    Right.PRIVACY,
    Right.TOKENS,
    Right.FIGURES,
    Right.KNOWLEDGE,
    Right.CLOSE_DESK,
    Right.WORKSHOP,
}


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[ScriptedService]:
    """Six call-back requests, and the gallery's calls."""
    async with scripted_service(tmp_path) as service:
        await callbacks.fill(service)
        service.calls = {call.id: (call, []) for call in CALLS}
        yield service


@pytest.fixture
async def client(service: ScriptedService) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser."""
    transport = httpx2.ASGITransport(create_app(service), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=SITE) as client:
        yield client


async def looked(service: ScriptedService) -> list[tuple[str, str]]:
    """Who looked at what, oldest first; once each."""
    lines = await service.access_log.lines(Wanted(), 500)
    return list(dict.fromkeys((line.actor, line.looked) for line in reversed(lines)))


async def test_every_page_about_callers_says_whether_it_is_noted(service: ScriptedService) -> None:
    """A new page of a right about callers is in consulted.LOGGED, or in NOT_LOGGED with its reason."""
    assert set(Right) == OF_CALLERS | NOT_OF_CALLERS
    pages = {path for method, path in routes(service) if method == "GET" and NEEDS.get(path) in OF_CALLERS}
    assert pages == LOGGED.keys() | NOT_LOGGED.keys()
    assert set(LOGGED.values()) <= WORDS.keys()


async def test_reads_are_noted(client: httpx2.AsyncClient, service: ScriptedService) -> None:
    """A call, the list of call-backs, one of them, its number by who takes it on; the administrator reads it all."""
    await enter(client, service)
    await client.get("/appels")
    await client.get("/appels/c1")
    token = await enter(client, service, RECEPTIONIST)
    await client.get("/rappels")
    await client.post(f"/rappels/{LEFEVRE}/prendre", data=token, follow_redirects=True)
    assert await looked(service) == [(NAME, "call"), (RECEPTIONIST, "callback"), (RECEPTIONIST, "number")]
    await enter(client, service)
    page = (await client.get("/donnees-personnelles/consultations", params={"personne": NAME})).text
    assert re.findall(r"<td>([^<]*)</td>\s*<td>([^<]*)</td>\s*<td><code>([^<]*)</code>", page) == [
        (NAME, "Déroulement d’un appel", "c1")
    ]


async def test_the_desk_notes_whose_card_it_shows(
    client: httpx2.AsyncClient, service: ScriptedService
) -> None:
    """The card of the caller who rings, by the call's id."""
    await fill_desks(service, RECEPTIONIST)
    await service.queue.tell_agent(RECEPTIONIST, AgentReady(dt.datetime.now(dt.UTC)))
    await enter(client, service, RECEPTIONIST)
    await client.get("/poste")
    assert await looked(service) == [(RECEPTIONIST, "card")]


async def test_a_caller_s_data_is_handed_out_and_erased(
    client: httpx2.AsyncClient, service: ScriptedService
) -> None:
    """Found, downloaded, erased only once that is confirmed; journal and log tell it, and the number stands in neither."""
    token = await enter(client, service)
    base = "/donnees-personnelles"
    wrong = await client.post(f"{base}/recherche", data=token | {"numero": "bonjour"})
    assert (wrong.status_code, "Ce n’est pas un numéro" in wrong.text) == (400, True)
    found = await client.post(f"{base}/recherche", data=token | {"numero": NUMBER})
    assert ("Les demandes de rappel" in found.text, "Les essais de rappel" in found.text) == (True, False)
    exported = await client.post(f"{base}/export", data=token | {"numero": NUMBER})
    assert exported.headers["content-disposition"] == 'attachment; filename="donnees-personnelles.json"'
    told = json.loads(exported.text)
    assert [one["name"] for one in told["callbacks"]] == ["Madame Lefèvre"]
    unsure = await client.post(f"{base}/effacer", data=token | {"numero": NUMBER})
    assert (unsure.status_code, "l’effacement ne se défait pas" in unsure.text) == (400, True)
    assert await service.callbacks.find(LEFEVRE) is not None
    done = await client.post(f"{base}/effacer", data=token | {"numero": NUMBER, "confirme": "oui"})
    assert (done.status_code, "Les données de ce numéro sont effacées" in done.text) == (200, True)
    assert await service.callbacks.find(LEFEVRE) is None
    again = await client.post(f"{base}/recherche", data=token | {"numero": NUMBER})
    assert "soit tout est déjà effacé" in again.text
    changes = await service.trail.changes(Changes(actor=NAME))
    assert [one.action for one in changes] == ["caller erased", "caller exported"]
    assert "12345678" not in str(changes) + str(await service.access_log.lines(Wanted()))


async def test_the_page_tells_what_is_kept_and_purges(
    client: httpx2.AsyncClient, service: ScriptedService
) -> None:
    """Every kind with its days and its setting; a purge at once counts them."""
    token = await enter(client, service)
    page = (await client.get("/donnees-personnelles")).text
    assert [kind.name for kind in KINDS if f'<th scope="row">{kind.name}<' not in page] == []
    assert [
        kind.setting for kind in KINDS if f"<code>{kind.setting}</code>" not in page and kind.setting
    ] == []
    purged = (await client.post("/donnees-personnelles/purger", data=token)).text
    assert "Purge faite" in purged
    assert "Compté à la dernière purge" in purged
    assert (await service.trail.changes(Changes(actor=NAME)))[0].action == "purge run"
