"""The pages in process: who may see them, what protects their forms, what they say when something is wrong."""

import datetime as dt
import html.parser
import itertools
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
from pydantic import SecretStr

from callbot.events import Decision, Outcome
from callbot.stats.call_list import TimedCall, TimedTurn
from callbot.web.app import create_app
from callbot.web.security import FORM_TOKEN_HEADER
from callbot.web.service import DayFigures, TelephoneState, TelephoneStatus
from tests.support.web_service import (
    DAY,
    NAME,
    PASSWORD,
    PICO,
    READY,
    ScriptedService,
    scripted_service,
)

AT = dt.datetime(2025, 12, 1, 9, 30, tzinfo=dt.UTC)
CALL = TimedCall("c1", AT, "whisper-base", Outcome.ANSWERED, 75_000, 2, (820, 1240))
TURNS = [
    TimedTurn(1, 6000, Decision.ANSWER, "carte_identite", 820, 700, 60, 40, 20),
    TimedTurn(2, 20_000, Decision.NO_MATCH, None, 1240, None, 90, None, None),
]
SITE = "http://mairie.example"
PAGES = ("/", "/telephone", "/appels", "/appels/c1", "/composants")


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[ScriptedService]:
    """A service with one account."""
    async with scripted_service(tmp_path) as service:
        service.media_port = 8081
        service.calls = {CALL.id: (CALL, TURNS)}
        yield service


@pytest.fixture
async def client(service: ScriptedService) -> AsyncIterator[httpx2.AsyncClient]:
    """Somebody who has not signed in."""
    transport = httpx2.ASGITransport(create_app(service), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=SITE) as client:
        yield client


@pytest.fixture
async def member(client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    """Somebody who has."""
    response = await sign_in(client)
    assert response.status_code == 303
    return client


async def sign_in(client: httpx2.AsyncClient, suite: str = "/", **fields: str) -> httpx2.Response:
    """Fill the sign-in form in as it is given out, and send it."""
    page = await client.get("/connexion", params={"suite": suite})
    given = dict(re.findall(r'name="(jeton|suite)" value="([^"]*)"', page.text))
    return await client.post(
        "/connexion", data=given | {"identifiant": NAME, "mot_de_passe": PASSWORD} | fields
    )


def meta_token(page: str) -> str:
    """The form token that the telephone's script reads."""
    found = re.search(r'name="form-token" content="(\w+)"', page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("path", "suite"),
    [
        ("/", "/"),
        ("/telephone", "/telephone"),
        ("/etat?x=1", "/etat%3Fx%3D1"),
        ("/nulle-part", "/nulle-part"),
    ],
)
async def test_every_page_asks_for_a_sign_in(client: httpx2.AsyncClient, path: str, suite: str) -> None:
    """And remembers which page was wanted."""
    response = await client.get(path)
    assert (response.status_code, response.headers["location"]) == (303, f"/connexion?suite={suite}")


async def test_scripts_are_told_that_the_session_is_over(client: httpx2.AsyncClient) -> None:
    """A status rather than a form that they could not read."""
    response = await client.post("/telephone/ticket", headers={"accept": "application/json"})
    assert (response.status_code, response.json()) == (
        401,
        {"message": "Votre session est terminée. Reconnectez-vous."},
    )


async def test_signing_in_leads_to_the_wanted_page(client: httpx2.AsyncClient) -> None:
    """With a cookie that scripts cannot read and that other sites do not send."""
    response = await sign_in(client, "/telephone")
    cookie = response.headers["set-cookie"]
    assert (response.status_code, response.headers["location"]) == (303, "/telephone")
    assert re.fullmatch(
        r"callbot_session=[\w-]{43}; HttpOnly; Max-Age=43200; Path=/; SameSite=lax", cookie
    ), cookie
    assert (await client.get("/telephone")).status_code == 200


async def test_the_cookie_is_secure_over_tls(service: ScriptedService) -> None:
    """Browsers then never send it in clear."""
    transport = httpx2.ASGITransport(create_app(service))
    async with httpx2.AsyncClient(transport=transport, base_url="https://mairie.example") as client:
        response = await sign_in(client)
    assert response.headers["set-cookie"].endswith("; SameSite=lax; Secure")


async def test_signing_in_never_leads_to_another_site(client: httpx2.AsyncClient) -> None:
    """Whatever the address or the form says."""
    response = await sign_in(client, suite="//ailleurs.example")
    client.cookies.clear()
    forged = await sign_in(client, **{"suite": "https://ailleurs.example/"})
    assert [response.headers["location"], forged.headers["location"]] == ["/", "/"]


async def test_who_is_signed_in_goes_straight_on(member: httpx2.AsyncClient) -> None:
    """The sign-in page has nothing more to ask."""
    response = await member.get("/connexion", params={"suite": "/telephone"})
    assert (response.status_code, response.headers["location"]) == (303, "/telephone")


@pytest.mark.parametrize(
    "fields",
    [{"mot_de_passe": "faux-faux-faux"}, {"identifiant": "personne"}, {"mot_de_passe": ""}, {"identifiant": "x" * 2000}],
)  # fmt: skip
async def test_a_wrong_password_opens_nothing(client: httpx2.AsyncClient, fields: dict[str, str]) -> None:
    """The same words whether the name or the password is wrong, tied to the fields, the name kept."""
    response = await sign_in(client, **fields)
    assert response.status_code == 401
    assert "Identifiant ou mot de passe incorrect." in response.text
    assert response.text.count('aria-describedby="erreur"') == 2
    assert (await client.get("/")).status_code == 303


async def test_too_many_attempts_are_said_plainly(client: httpx2.AsyncClient) -> None:
    """After five failures the right password has to wait too, and the page says how long."""
    for _ in range(5):
        await sign_in(client, mot_de_passe="faux-faux-faux")
    response = await sign_in(client)
    assert response.status_code == 429
    assert "Trop d’essais infructueux. Réessayez dans 15 minutes." in response.text
    assert 890 < int(response.headers["retry-after"]) <= 900


async def test_a_sign_in_form_of_another_browser_is_refused(client: httpx2.AsyncClient) -> None:
    """Its token belongs to a cookie that this browser does not have."""
    page = await client.get("/connexion")
    token = re.findall(r'name="jeton" value="(\w+)"', page.text)[0]
    client.cookies.clear()
    await client.get("/connexion")
    response = await client.post(
        "/connexion", data={"jeton": token, "identifiant": NAME, "mot_de_passe": PASSWORD}
    )
    assert response.status_code == 403
    assert "Cette page était ouverte depuis trop longtemps." in response.text


@pytest.mark.parametrize("origin", ["https://ailleurs.example", "null", "http://mairie.example:81"])
async def test_a_form_of_another_site_is_refused(member: httpx2.AsyncClient, origin: str) -> None:
    """Even with the right token."""
    page = await member.get("/telephone")
    response = await member.post(
        "/telephone/ticket", headers={FORM_TOKEN_HEADER: meta_token(page.text), "origin": origin}
    )
    assert (response.status_code, response.json()) == (
        403,
        {"message": "Cette demande vient d’un autre site."},
    )


async def test_signing_out_ends_the_session(member: httpx2.AsyncClient) -> None:
    """On the server too: the old cookie is worth nothing."""
    session = member.cookies["callbot_session"]
    page = await member.get("/")
    token = re.findall(r'name="jeton" value="(\w+)"', page.text)[0]
    response = await member.post("/deconnexion", data={"jeton": token})
    assert (response.status_code, response.headers["location"]) == (303, "/connexion")
    assert "callbot_session" not in member.cookies
    member.cookies.set("callbot_session", session)
    assert (await member.get("/")).headers["location"] == "/connexion?suite=/"


async def test_signing_out_needs_the_token(member: httpx2.AsyncClient) -> None:
    """Nobody else can sign one out."""
    response = await member.post("/deconnexion", data={"jeton": "faux"})
    assert (response.status_code, "Formulaire refusé" in response.text) == (403, True)
    assert (await member.get("/")).status_code == 200


async def test_a_ticket_is_good_for_the_media_server(
    member: httpx2.AsyncClient, service: ScriptedService
) -> None:
    """The page's token buys a ticket, once redeemable, and the address to use it at."""
    token = meta_token((await member.get("/telephone")).text)
    response = await member.post("/telephone/ticket", headers={FORM_TOKEN_HEADER: token})
    given = response.json()
    assert given == {"ticket": given["ticket"], "address": "ws://mairie.example:8081/telephone"}
    assert [service.tickets.redeem(given["ticket"]) for _ in range(2)] == [True, False]


async def test_a_ticket_needs_the_token(member: httpx2.AsyncClient) -> None:
    """A session alone does not buy one."""
    response = await member.post("/telephone/ticket", headers={"accept": "application/json"})
    assert (response.status_code, response.json()["message"][:18]) == (403, "Formulaire refusé.")


async def test_no_ticket_when_all_lines_are_busy(
    member: httpx2.AsyncClient, service: ScriptedService
) -> None:
    """Said before the microphone is put through, and told apart from a fault."""
    service.now = replace(READY, calls_now=20)
    token = meta_token((await member.get("/telephone")).text)
    response = await member.post("/telephone/ticket", headers={FORM_TOKEN_HEADER: token})
    assert (response.status_code, response.json()) == (503, {"message": "Toutes les lignes sont occupées."})
    assert (await member.get("/telephone/lignes")).json() == {"busy": True}


async def test_the_home_page_tells_how_the_service_stands(
    member: httpx2.AsyncClient, service: ScriptedService
) -> None:
    """Engines, why they are these, prompts, calls, and the day's figures."""
    telephone = TelephoneStatus(TelephoneState.READY, 5070, 3)
    service.now = replace(READY, voice=PICO, prompts_rendered=12, calls_now=3, telephone=telephone)
    service.figures = DayFigures(DAY, 1284, 1012, 197)
    words = re.sub(r"(<[^>]+>|[ \n])+", " ", (await member.get("/")).text)
    for said in (
        "Le service répond, avec un moteur de secours",
        "3 appels en cours sur 20 lignes",
        "lundi 1er décembre 2025 Appels reçus 1\u202f284 Réponses données 1\u202f012 Confiés à un agent 197",
        "Téléphone (SIP) Prêt Prêt, port 5070, 3 appels.",
        "Reconnaissance de la parole Prêt Whisper base, 8 bits Premier choix de cette machine.",
        f"Voix Secours Pico {PICO.reason}",
        "Phrases enregistrées En préparation 12 sur 42",
    ):
        assert said in words


@pytest.mark.parametrize(
    "path", ["/", "/telephone", "/connexion", "/nulle-part", "/static/styles/tokens.css", "/sante"]
)
async def test_every_answer_carries_the_protections(client: httpx2.AsyncClient, path: str) -> None:
    """Pages, redirections, files and errors alike."""
    headers = (await client.get(path)).headers
    assert "default-src 'none'; script-src 'self'; style-src 'self';" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert {name: headers[name] for name in ("x-frame-options", "x-content-type-options", "referrer-policy")} == {
        "x-frame-options": "DENY",
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
    }  # fmt: skip


async def test_the_telephone_may_reach_the_media_server(member: httpx2.AsyncClient) -> None:
    """That one address more, on that one page."""
    policies = [(await member.get(path)).headers["content-security-policy"] for path in PAGES]
    assert ["connect-src 'self' ws://mairie.example:8081;" in policy for policy in policies] == [
        False,
        True,
        False,
        False,
        False,
    ]


async def test_a_strange_host_is_refused(member: httpx2.AsyncClient) -> None:
    """Before it could reach a header of ours."""
    response = await member.get("/telephone", headers={"host": "a;script-src"})
    assert response.status_code == 400


async def test_a_monitor_needs_no_account(client: httpx2.AsyncClient) -> None:
    """And learns nothing."""
    response = await client.get("/sante")
    assert (response.status_code, response.text) == (200, "ok\n")


async def test_an_unknown_page_is_said_in_french(member: httpx2.AsyncClient) -> None:
    """With a way home."""
    response = await member.get("/nulle-part")
    assert response.status_code == 404
    assert "<h1>Page introuvable</h1>" in response.text
    assert 'href="/">Revenir à l’accueil</a>' in response.text


async def test_a_fault_of_ours_is_said_in_french(
    member: httpx2.AsyncClient, service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its details, and with the protections."""

    def broken() -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(service, "status", broken)
    response = await member.get("/")
    assert response.status_code == 500
    assert "<h1>Une erreur s’est produite</h1>" in response.text
    assert "secret detail" not in response.text
    assert response.headers["x-frame-options"] == "DENY"


async def test_an_endless_form_is_refused(client: httpx2.AsyncClient) -> None:
    """Before it is read into memory."""
    response = await client.post("/connexion", data={"identifiant": "x" * 100_000})
    assert response.status_code == 413


class Outline(html.parser.HTMLParser):
    """What the accessibility test looks at in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the element."""
        self.elements.append((tag, dict(attrs)))

    def having(self, *tags: str) -> list[dict[str, str | None]]:
        """The attributes of every such element."""
        return [attributes for tag, attributes in self.elements if tag in tags]


@pytest.mark.parametrize("path", ["/connexion?suite=/", *PAGES, "/nulle-part"])
async def test_pages_can_be_read_by_everyone(client: httpx2.AsyncClient, path: str) -> None:
    """Language, one title, landmarks, skip link, headings in order, labels on fields and groups, no inline style or script."""
    if path != "/connexion?suite=/":
        await sign_in(client)
    outline = Outline()
    outline.feed((await client.get(path)).text)
    ids = [attributes["id"] for _, attributes in outline.elements if "id" in attributes]
    levels = [int(tag[1]) for tag, _ in outline.elements if re.fullmatch("h[1-6]", tag)]
    assert outline.having("html") == [{"lang": "fr"}]
    assert [len(outline.having(tag)) for tag in ("title", "header", "main", "footer", "h1")] == [1] * 5
    assert outline.having("a")[0] == {"class": "skip-link", "href": "#contenu"}
    assert len(ids) == len(set(ids))
    assert "contenu" in ids
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    fields = [
        field["id"]
        for field in outline.having("input", "textarea", "select")
        if field.get("type") != "hidden"
    ]
    labels = [label["for"] for label in outline.having("label")]
    assert sorted(map(str, fields)) == sorted(map(str, labels))
    for attributes in [*outline.having("nav"), *outline.having("progress")]:
        assert attributes.get("aria-label")
    assert not [
        name
        for _, attributes in outline.elements
        for name in attributes
        if name == "style" or name.startswith("on")
    ]
    assert all("src" in script for script in outline.having("script"))


async def test_the_calls_page_lists_the_last_calls(
    member: httpx2.AsyncClient, service: ScriptedService
) -> None:
    """When, in the town hall's time, how each ended and how fast it was answered; and says so when there is none."""
    page = (await member.get("/appels")).text
    assert all(text in page for text in ("01/12/2025 10:30:00", "Réponse donnée", "1,03", "1,24"))
    service.calls = {}
    assert "Aucun appel" in (await member.get("/appels")).text


async def test_a_call_s_page_says_where_the_time_went(member: httpx2.AsyncClient) -> None:
    """Each turn's response time with its parts, and a bar where they are all known; an unknown call is a page of its own."""
    page = (await member.get("/appels/c1")).text
    assert all(text in page for text in ("0,82", "0,70", "0,06", "0,04", "0,02", "Pas compris"))
    assert page.count('class="bar"') == 1
    assert '<rect class="part part--decode" x="565" width="48" height="16"/>' in page
    assert (await member.get("/appels/unknown")).status_code == 404


async def test_metrics_ask_for_the_token(client: httpx2.AsyncClient, service: ScriptedService) -> None:
    """No token set: closed to everybody, on the loopback too. Set: whoever gives it."""
    given = {"authorization": "Bearer abc"}
    assert (await client.get("/metrics", headers=given)).status_code == 401
    assert (await client.get("/metrics", headers={"authorization": "Bearer "})).status_code == 401
    service.settings = service.settings.model_copy(update={"metrics_token": SecretStr("abc")})
    assert (await client.get("/metrics")).status_code == 401
    shown = await client.get("/metrics", headers=given)
    assert (shown.status_code, shown.text) == (200, "callbot_calls_now 0.0\n")


async def test_metrics_are_there_for_who_is_signed_in(member: httpx2.AsyncClient) -> None:
    """An operator may look at them in the browser."""
    assert (await member.get("/metrics")).status_code == 200


async def test_the_telephone_is_told_what_answers_are_about(
    member: httpx2.AsyncClient, service: ScriptedService
) -> None:
    """By their ids, for the transcript; a call's page says it in place of the id."""
    service.answers = {"carte_identite": "la carte d’identité"}
    assert (await member.get("/telephone/sujets")).json() == {"carte_identite": "la carte d’identité"}
    page = (await member.get("/appels/c1")).text
    assert ("la carte d’identité" in page, "carte_identite" in page) == (True, False)


@pytest.mark.parametrize(
    ("theme", "html"),
    [("dark", {"lang": "fr", "data-theme": "dark"}), ("light", {"lang": "fr", "data-theme": "light"}), ('x" y', {"lang": "fr"})],
)  # fmt: skip
async def test_the_chosen_colours_come_with_the_page(
    client: httpx2.AsyncClient, theme: str, html: dict[str, str]
) -> None:
    """From the cookie of theme.js, so that nothing flashes; whatever else stands there is not repeated."""
    outline = Outline()
    outline.feed((await client.get("/connexion", headers={"cookie": f"callbot_theme={theme}"})).text)
    assert outline.having("html") == [html]
