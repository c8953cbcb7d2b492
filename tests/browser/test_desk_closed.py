"""Nobody is offered to a desk whose receptionist has gone, and a supervisor closes one that was forgotten."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from callbot.accounts import Role
from callbot.audit import Wanted
from callbot.humans.queue_events import OfferAccepted
from callbot.humans.queue_types import AgentState, Caller
from callbot.web.app import create_app
from callbot.web.security import form_token
from callbot.web.sessions import SESSION_COOKIE
from tests.support.desks import now, open_desk
from tests.support.web_service import NAME, PASSWORD, ScriptedService, scripted_service

ANNA, LOUIS = "anna", "louis"


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[ScriptedService]:
    """A receptionist and a supervisor."""
    async with scripted_service(tmp_path) as service:
        await service.accounts.add(ANNA, PASSWORD, Role.RECEPTIONIST, actor="test")
        await service.accounts.add(LOUIS, PASSWORD, Role.SUPERVISOR, actor="test")
        yield service


@pytest.fixture
async def client(service: ScriptedService) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser."""
    transport = httpx2.ASGITransport(create_app(service), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://mairie.example") as client:
        yield client


async def enter(client: httpx2.AsyncClient, service: ScriptedService, name: str) -> dict[str, str]:
    """Sign in as `name`; the field with the form token."""
    account = next(one for one in await service.accounts.all() if one.name == name)
    session = await service.accounts.open_session(account)
    client.cookies.clear()
    client.cookies.set(SESSION_COOKIE, session)
    return {"jeton": form_token(session)}


async def state(service: ScriptedService, name: str = ANNA) -> AgentState:
    """What a receptionist does."""
    agent = await service.queue.agent(name)
    assert agent
    return agent.state


async def closings(service: ScriptedService) -> list[tuple[str, str]]:
    """Who closed whose desk, by the journal."""
    return [(one.actor, one.detail) for one in await service.trail.changes(Wanted(action="desk closed"))]


async def test_signing_out_closes_the_desk_after_the_last_browser(
    client: httpx2.AsyncClient, service: ScriptedService
) -> None:
    """One that is still signed in elsewhere keeps it; then a caller is offered to nobody."""
    first = await enter(client, service, ANNA)
    before = client.cookies[SESSION_COOKIE]
    second = await enter(client, service, ANNA)
    await open_desk(service, ANNA, ready=True)
    await client.post("/deconnexion", data=second)
    assert await state(service) is AgentState.AVAILABLE
    client.cookies.set(SESSION_COOKIE, before)
    await client.post("/deconnexion", data=first)
    entry_id = await service.queue.enter(Caller("c", "m", "accueil"), now())
    entry = await service.queue.entry(entry_id)
    assert entry
    assert (await state(service), entry.agent) == (AgentState.OFFLINE, "")
    assert await closings(service) == [("callbot", ANNA)]


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/acces/anna/retirer", {}),
        ("/acces/anna/role", {"role": "manager"}),
        ("/acces/anna/deconnexion", {}),
        ("/acces/anna/mot-de-passe", {}),
    ],
)
async def test_who_loses_account_right_or_sessions_loses_the_desk(
    client: httpx2.AsyncClient, service: ScriptedService, path: str, fields: dict[str, str]
) -> None:
    """At once; a colleague's stays open."""
    for name in (ANNA, LOUIS):
        await enter(client, service, name)
        await open_desk(service, name, ready=True)
    token = await enter(client, service, NAME)
    await client.post(path, data=token | fields)
    assert (await state(service), await state(service, LOUIS)) == (AgentState.OFFLINE, AgentState.AVAILABLE)


async def test_out_of_every_browser_is_off_the_desk(
    client: httpx2.AsyncClient, service: ScriptedService
) -> None:
    """« Se déconnecter partout » on one's own page."""
    token = await enter(client, service, ANNA)
    await open_desk(service, ANNA, ready=True)
    await client.post("/mon-compte/deconnexion", data=token)
    assert await state(service) is AgentState.OFFLINE


async def test_a_supervisor_closes_a_desk(client: httpx2.AsyncClient, service: ScriptedService) -> None:
    """On the live page, with a line in the journal; not while they talk; a director has no such form."""
    await service.accounts.add("maire", PASSWORD, Role.MANAGER, actor="test")
    await enter(client, service, ANNA)
    await open_desk(service, ANNA, ready=True)
    director = await enter(client, service, "maire")
    assert "Fermer ce poste" not in (await client.get("/direct")).text
    assert (await client.post("/direct/fermer", data=director | {"poste": ANNA})).status_code == 403
    token = await enter(client, service, LOUIS)
    assert "Fermer ce poste" in (await client.get("/direct")).text
    entry_id = await service.queue.enter(Caller("c", "m", "accueil"), now())
    await service.queue.tell(entry_id, OfferAccepted(now()), by=ANNA)
    busy = await client.post("/direct/fermer", data=token | {"poste": ANNA})
    assert (busy.status_code, "en communication" in busy.text, await state(service)) == (
        409,
        True,
        AgentState.BUSY,
    )
    await open_desk(service, LOUIS, ready=True)
    done = await client.post("/direct/fermer", data=token | {"poste": LOUIS}, follow_redirects=True)
    assert ("Le poste est fermé" in done.text, await state(service, LOUIS)) == (True, AgentState.OFFLINE)
    assert await closings(service) == [(LOUIS, LOUIS)]


async def test_a_desk_s_telephone_is_in_the_journal(
    client: httpx2.AsyncClient, service: ScriptedService
) -> None:
    """When it is opened and when it changes; of what kind, not which one. What would cost is refused at the field."""
    token = await enter(client, service, ANNA)
    for telephone in ("118218", "100", "100", "0612345678"):
        await client.post("/poste/ouvrir", data=token | {"telephone": telephone, "services": "accueil"})
    lines = [(one.actor, one.action, one.detail) for one in await service.trail.changes(Wanted(actor=ANNA))]
    assert lines == [
        (ANNA, "desk telephone changed", "outside number"),
        (ANNA, "desk opened", "extension"),
    ]
