"""Who may come in where: every route with every role, every form without its token, temporary passwords, and the pages about accounts."""

import asyncio
import datetime as dt
import itertools
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Mount, Route

from callbot.accounts import Role
from callbot.audit import HEAD, Trail, Wanted
from callbot.conversations import now
from callbot.errors import DatabaseError
from callbot.rights import RIGHTS, Right, may
from callbot.web.access import NEEDS
from callbot.web.app import create_app
from callbot.web.navigation import ROLE_NAMES
from callbot.web.security import FORM_TOKEN_HEADER, form_token
from callbot.web.sessions import OPEN_PATHS, SESSION_COOKIE, RequireAccount
from tests.support.web_service import NAME, ScriptedService, scripted_service

SITE = "http://mairie.example"
PASSWORD = "une pluie de grenouilles"
ENDLESS = {"/poste/vif"}
"""Answers that go on for as long as somebody listens (tests/browser/test_desk.py does)."""
ROOT = Path(__file__).parents[2]


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[ScriptedService]:
    """A service with an administrator."""
    async with scripted_service(tmp_path) as service:
        yield service


@pytest.fixture
async def client(service: ScriptedService) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser."""
    transport = httpx2.ASGITransport(create_app(service), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=SITE) as client:
        yield client


async def enter(client: httpx2.AsyncClient, service: ScriptedService, name: str = NAME) -> dict[str, str]:
    """Sign in as `name`; the field with the form token."""
    account = next(one for one in await service.accounts.all() if one.name == name)
    session = await service.accounts.open_session(account)
    client.cookies.set(SESSION_COOKIE, session)
    return {"jeton": form_token(session)}


def routes(service: ScriptedService) -> list[tuple[str, str]]:
    """(method, path) of every route but files."""
    found = [route for route in create_app(service).routes if not isinstance(route, Mount)]
    return [
        (method, route.path)
        for route in found
        if isinstance(route, Route)
        for method in sorted((route.methods or set()) - {"HEAD"})
    ]


def address(path: str) -> str:
    """A path with something in its places."""
    return re.sub(r"\{\w+(:int)?\}", "1", path)


async def test_every_route_with_every_role(client: httpx2.AsyncClient, service: ScriptedService) -> None:
    """Each is open to the roles that have its right, and to nobody else; without an account to nobody."""
    for role in Role:
        await service.accounts.add(f"z.{role}", PASSWORD, role, actor="test")
    wanted, got = {}, {}
    closed = [(method, path) for method, path in routes(service) if path not in OPEN_PATHS]
    for role, (method, path) in itertools.product(Role, closed):
        if path in ENDLESS and may(role, NEEDS[path]):
            continue
        await enter(client, service, f"z.{role}")
        response = await client.request(method, address(path))
        refused = response.status_code == 403 and "Votre rôle ne donne pas accès" in response.text
        wanted[role, method, path], got[role, method, path] = may(role, NEEDS[path]), not refused
    client.cookies.clear()
    outside = {path: (await client.request(method, address(path))).status_code for method, path in closed}
    assert got == wanted
    assert outside == {path: 303 for _, path in closed}
    assert {path for _, path in closed} == set(NEEDS)


async def test_every_form_asks_for_its_token(client: httpx2.AsyncClient, service: ScriptedService) -> None:
    """A session alone changes nothing: without the token, and with another session's; each asked for by somebody who may."""
    for role in Role:
        await service.accounts.add(f"z.{role}", PASSWORD, role, actor="test")
    posts = [path for method, path in routes(service) if method == "POST" and path not in OPEN_PATHS]
    for path in posts:
        await enter(client, service, f"z.{next(role for role in Role if may(role, NEEDS[path]))}")
        for data in ({}, {"jeton": form_token("another")}):
            response = await client.post(address(path), data=data, headers={"accept": "application/json"})
            assert (path, response.status_code, response.json()["message"][:18]) == (
                path,
                403,
                "Formulaire refusé.",
            )
    assert len(posts) == 63
    assert {one.action for one in await service.trail.changes(Wanted())} == {"account added"}


async def test_a_route_that_is_not_in_the_table_is_closed(
    client: httpx2.AsyncClient, service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that somebody forgot opens to nobody, not to everybody."""
    monkeypatch.setattr(
        "callbot.web.access.NEEDS", {path: right for path, right in NEEDS.items() if path != "/"}
    )
    await enter(client, service)
    assert ((await client.get("/")).status_code, (await client.get("/telephone")).status_code) == (403, 200)


async def test_the_manual_shows_the_table_as_it_is() -> None:
    """docs/exploitation/acces.md has one row per right."""
    page = (ROOT / "docs/exploitation/acces.md").read_text(encoding="utf-8")
    roles = list(reversed(Role))
    head = f"| | {' | '.join(ROLE_NAMES[role] for role in roles)} |"
    rows = [
        f"| {right} | {' | '.join('oui' if right in RIGHTS[role] else '–' for role in roles)} |"
        for right in Right
    ]
    assert "\n".join([head, "|---" * 5 + "|", *rows]) in page


async def test_a_temporary_password_opens_only_its_own_change(
    client: httpx2.AsyncClient, service: ScriptedService
) -> None:
    """Then everything that the role opens, in a new session: the one before is over."""
    await service.accounts.add("anna", PASSWORD, Role.SUPERVISOR, actor="test", temporary=True)
    token = await enter(client, service, "anna")
    before = client.cookies[SESSION_COOKIE]
    assert [
        (await client.get(path)).headers.get("location") for path in ("/", "/horaires", "/mon-compte")
    ] == [
        "/mon-compte",
        "/mon-compte",
        None,
    ]
    assert (await client.get("/metrics")).status_code == 401
    fields = {"mot_de_passe_actuel": PASSWORD, "nouveau_mot_de_passe": "neuf lapins bleus"}
    different = await client.post("/mon-compte/mot-de-passe", data=token | fields)
    assert (different.status_code, "diffèrent" in different.text) == (400, True)
    fields["nouveau_mot_de_passe_bis"] = fields["nouveau_mot_de_passe"]
    client.cookies.delete(SESSION_COOKIE)
    client.cookies.set(SESSION_COOKIE, before)
    response = await client.post("/mon-compte/mot-de-passe", data=token | fields)
    assert (response.status_code, response.headers["location"]) == (303, "/mon-compte?fait")
    session = re.findall(r"callbot_session=([\w-]{43})", response.headers["set-cookie"])[0]
    assert await service.accounts.account_for(before) is None
    client.cookies.clear()
    client.cookies.set(SESSION_COOKIE, session)
    assert (await client.get("/horaires")).status_code == 200


async def test_accounts_are_kept_on_their_page(client: httpx2.AsyncClient, service: ScriptedService) -> None:
    """Added with a password shown once, role changed, password reset, signed out everywhere, removed; the journal has it all."""
    token = await enter(client, service)
    added = await client.post("/acces", data=token | {"identifiant": "Anna", "role": "receptionist"})
    password = re.findall(r"<code>([a-z2-9-]{19})</code>", added.text)[0]
    anna = await service.accounts.verify("anna", password, "here")
    assert anna is not None
    assert (anna.role, anna.temporary) == (Role.RECEPTIONIST, True)
    assert password not in (await client.get("/acces")).text
    taken = await client.post("/acces", data=token | {"identifiant": "anna", "role": "receptionist"})
    assert (taken.status_code, "Cet identifiant est déjà pris." in taken.text) == (400, True)
    session = await service.accounts.open_session(anna)
    await client.post("/acces/anna/deconnexion", data=token)
    assert await service.accounts.account_for(session) is None
    await client.post("/acces/anna/role", data=token | {"role": "manager"})
    assert (await client.post("/acces/anna/role", data=token | {"role": "mayor"})).status_code == 400
    reset = await client.post("/acces/anna/mot-de-passe", data=token)
    assert password not in reset.text
    await client.post("/acces/anna/retirer", data=token)
    last = await client.post(f"/acces/{NAME}/retirer", data=token)
    assert (last.status_code, "dernier compte d’administration" in last.text) == (400, True)
    page = (await client.get("/journal", params={"personne": NAME})).text
    lines = re.findall(r"<td>([^<]*)</td>\s*<td>([^<]*)</td>\s*<td>([^<]*)</td>", page)
    assert lines == [
        (NAME, "Compte retiré", "anna"),
        (NAME, "Mot de passe remis à zéro", "anna"),
        (NAME, "Rôle changé", "anna: Accueil du public devient Direction"),
        (NAME, "Déconnexion partout", "anna"),
        (NAME, "Compte ajouté", "anna (Accueil du public)"),
    ]
    for path in ("/journal", "/journal.csv", "/donnees-personnelles/consultations"):
        days = [
            (await client.get(path, params={"jour": day})).status_code for day in ("0001-01-01", "9999-12-31")
        ]
        assert (path, days) == (path, [200, 200])
    table = await client.get("/journal.csv", params={"action": "role changed"})
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert table.text.splitlines()[1:] == [table.text.splitlines()[1]]
    assert table.text.splitlines()[1].endswith(f";{NAME};role changed;anna: receptionist to manager")
    assert int(table.headers["content-length"]) == len(table.content)


async def test_a_journal_that_cannot_be_read_to_its_end_is_no_file(
    client: httpx2.AsyncClient, service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database fails after the first lines: an error, and nothing that could be taken for the whole journal."""
    await enter(client, service)

    async def fails(_trail: Trail, _wanted: Wanted) -> AsyncIterator[str]:
        yield HEAD
        raise DatabaseError("gone")

    monkeypatch.setattr(Trail, "table", fails)
    answer = await client.get("/journal.csv")
    assert (answer.status_code, "date;heure" in answer.text) == (500, False)


async def test_a_message_is_written_listened_to_and_switched_on(
    client: httpx2.AsyncClient, service: ScriptedService
) -> None:
    """The server takes no shorter way; what is wrong with the form is said at its fields."""
    token = await enter(client, service)
    header = {FORM_TOKEN_HEADER: token["jeton"]}
    end = (now() + dt.timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    wrong = await client.post(
        "/horaires/messages", data=token | {"message": "Court", "message_fin": "2020-01-01T10:00"}
    )
    assert wrong.status_code == 400
    assert [sentence in wrong.text for sentence in ("de 10 à 400 signes", "La fin vient après le début")] == [
        True
    ] * 2
    text = "La mairie ferme à seize heures aujourd'hui."
    await client.post("/horaires/messages", data=token | {"message": text, "message_fin": end})
    too_soon = await client.post("/horaires/messages/1/diffuser", data=token)
    assert (too_soon.status_code, "Écoutez d’abord" in too_soon.text) == (409, True)
    unheard = await client.post("/horaires/messages/1/entendu", headers=header)
    assert (unheard.status_code, "Écoutez d’abord" in unheard.text) == (409, True)
    assert (await client.post("/horaires/messages/1/diffuser", data=token)).status_code == 409
    sound = await client.get("/horaires/messages/1/son")
    assert (sound.headers["content-type"], sound.content[:4], len(sound.content)) == (
        "audio/wav",
        b"RIFF",
        1644,
    )
    assert (await client.post("/horaires/messages/1/entendu", headers=header)).status_code == 303
    assert service.boards.now.announced("", now()) == ()
    await client.post("/horaires/messages/1/diffuser", data=token)
    assert service.boards.now.announced("", now()) == (text,)
    page = await client.get("/horaires")
    assert ("Diffusé" in page.text, "media-src 'self'" in page.headers["content-security-policy"]) == (
        True,
        True,
    )
    lines = await service.trail.changes(Wanted(action="message heard"))
    assert [(line.actor, line.detail) for line in lines] == [(NAME, "1")]
    await client.post("/horaires/messages/1/arreter", data=token)
    assert service.boards.now.announced("", now()) == ()
    gone = await client.post("/horaires/messages/1/arreter", data=token)
    assert (gone.status_code, (await client.get("/horaires/messages/1/son")).status_code) == (409, 404)


async def test_the_town_hall_is_closed_and_opened_again(
    client: httpx2.AsyncClient, service: ScriptedService
) -> None:
    """A closure that begins now shows at once; lifted, it is over."""
    token = await enter(client, service)
    end = (now() + dt.timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    fields = {"portee": "", "fermeture_fin": end, "motif": "Formation"}
    assert "Ouvert" in (await client.get("/horaires")).text
    await client.post("/horaires/fermetures", data=token | fields)
    assert "Fermé, rouvre" in (await client.get("/horaires")).text
    nowhere = await client.post("/horaires/fermetures", data=token | fields | {"portee": "service:piscine"})
    assert (nowhere.status_code, "Choisissez ce qui ferme" in nowhere.text) == (400, True)
    await client.post("/horaires/fermetures/1/lever", data=token)
    assert "Fermé, rouvre" not in (await client.get("/horaires")).text


async def test_live_news_end_with_the_session(service: ScriptedService) -> None:
    """Signed out everywhere: what was still being sent to a page stops too."""
    sent: list[int] = []
    seconds = itertools.count(step=20)

    async def news(_request: Request) -> Response:
        async def lines() -> AsyncIterator[str]:
            for number in range(1000):
                if number == 3:
                    await service.accounts.sign_out_everywhere(NAME, actor="test")
                sent.append(number)
                yield f"{number}\n"
                await asyncio.sleep(0)

        return StreamingResponse(lines())

    app = RequireAccount(Starlette(routes=[Route("/nouvelles", news)]), service, lambda: float(next(seconds)))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=SITE) as client:
        await enter(client, service)
        response = await client.get("/nouvelles")
    assert response.text == "0\n1\n2\n"
    assert sent == [0, 1, 2, 3]
