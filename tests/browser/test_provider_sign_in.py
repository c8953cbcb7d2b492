"""Sign-in at an OpenID provider, over real HTTP: who is let in, as what, and what is not believed."""

import html
import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from joserfc.jwk import RSAKey
from pydantic import SecretStr

from callbot.accounts import Role
from callbot.web.app import create_app
from callbot.web.identity_provider import IdentityProvider
from callbot.web.security import form_token
from callbot.web.sessions import SESSION_COOKIE
from tests.support.oidc_provider import CLIENT, SECRET, OidcProvider
from tests.support.web_service import ScriptedService, scripted_service

SITE = "http://mairie.example"
ROLES = ("mairie-accueil=receptionist", "mairie-dsi=administrator")


@pytest.fixture
async def provider() -> AsyncIterator[OidcProvider]:
    """A provider that listens."""
    async with OidcProvider().serving() as serving:
        yield serving


@pytest.fixture
async def service(tmp_path: Path, provider: OidcProvider) -> AsyncIterator[ScriptedService]:
    """A service whose people sign in there."""
    async with scripted_service(tmp_path) as service:
        oidc = {
            "oidc_issuer": provider.issuer,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SecretStr(SECRET),
            "oidc_roles": ROLES,
        }
        service.settings = service.settings.model_copy(update=oidc)
        service.provider = IdentityProvider(service.settings)
        yield service


@pytest.fixture
async def client(service: ScriptedService) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser at our pages."""
    transport = httpx2.ASGITransport(create_app(service), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=SITE) as client:
        yield client


async def come_back(client: httpx2.AsyncClient, change: str = "") -> httpx2.Response:
    """Out to the provider and back; `change` replaces the state that it brings back."""
    out = await client.get("/connexion/fournisseur", params={"suite": "/telephone"})
    assert out.status_code == 303
    async with httpx2.AsyncClient() as browser:
        back = (await browser.get(out.headers["location"])).headers["location"]
    query = urlsplit(back).query
    return await client.get(f"/connexion/retour?{query}{change}")


async def people(service: ScriptedService) -> list[tuple[str, Role]]:
    """Who has an account from there."""
    return [(one.name, one.role) for one in await service.accounts.all() if one.by_provider]


async def test_who_has_a_role_is_let_in(
    client: httpx2.AsyncClient, service: ScriptedService, provider: OidcProvider
) -> None:
    """With PKCE, state and nonce; to the page that was wanted, with an account of their name."""
    assert "Se connecter avec le compte de la mairie" in (await client.get("/connexion")).text
    response = await come_back(client)
    assert (response.status_code, response.headers["location"]) == (303, "/telephone")
    assert (await client.get("/telephone")).status_code == 200
    assert await people(service) == [("anna", Role.RECEPTIONIST)]
    asked = provider.asked[0]
    assert asked == {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": f"{SITE}/connexion/retour",
        "scope": "openid profile email",
        "state": asked["state"],
        "nonce": asked["nonce"],
        "code_challenge": asked["code_challenge"],
        "code_challenge_method": "S256",
    }
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) == 43


async def test_the_role_is_the_provider_s_each_time(
    client: httpx2.AsyncClient, service: ScriptedService, provider: OidcProvider
) -> None:
    """The widest that is meant for them, wherever the claim lies; the account is the same."""
    await come_back(client)
    service.settings = service.settings.model_copy(update={"oidc_role_claim": "realm_access.roles"})
    service.provider = IdentityProvider(service.settings)
    provider.claims |= {"realm_access": {"roles": ["mairie-accueil", "mairie-dsi", "other"]}}
    await come_back(client)
    assert await people(service) == [("anna", Role.ADMINISTRATOR)]


async def test_what_the_token_does_not_tell_userinfo_does(
    client: httpx2.AsyncClient, service: ScriptedService, provider: OidcProvider
) -> None:
    """If it tells of the same person."""
    provider.told = dict(provider.claims)
    assert (await come_back(client)).status_code == 303
    assert await people(service) == [("anna", Role.RECEPTIONIST)]
    provider.told["sub"] = "43"
    assert (await come_back(client)).status_code == 403


async def test_proconnect_is_understood(
    client: httpx2.AsyncClient, service: ScriptedService, provider: OidcProvider
) -> None:
    """No PKCE, the secret in the form, who they are in a signed /userinfo, an access token of one minute; roles by e-mail address."""
    provider.secret_in_form, provider.signs_told = True, {}
    provider.claims = {"sub": "42"}
    provider.told = {"sub": "42", "email": "anne.durand@ville.fr", "usual_name": "Durand"}
    changes = {
        "oidc_role_claim": "email",
        "oidc_roles": ("anne.durand@ville.fr=supervisor",),
        "oidc_scopes": "openid email usual_name",
    }
    service.settings = service.settings.model_copy(update=changes)
    service.provider = IdentityProvider(service.settings)
    assert await refused_there(client)
    service.provider = IdentityProvider(service.settings.model_copy(update={"oidc_pkce": False}))
    assert (await come_back(client)).status_code == 303
    assert await people(service) == [("anne.durand@ville.fr", Role.SUPERVISOR)]
    for wrong in ({"aud": "another"}, {"iss": "http://another"}, {"exp": 1_000_000_000}, {"sub": "43"}):
        provider.signs_told = wrong
        assert (await come_back(client)).status_code == 403
    provider.signs_told = {"aud": [CLIENT, "another"]}
    assert (await come_back(client)).status_code == 303


async def refused_there(client: httpx2.AsyncClient) -> bool:
    """Whether the provider itself refuses the request."""
    out = await client.get("/connexion/fournisseur")
    async with httpx2.AsyncClient() as browser:
        return (await browser.get(out.headers["location"])).status_code == 400


async def test_signing_out_closes_the_provider_s_session_too(
    client: httpx2.AsyncClient, service: ScriptedService, provider: OidcProvider
) -> None:
    """By a page of ours that goes on there with the ID token; who has a password here stays here."""
    await come_back(client)
    token = {"jeton": form_token(client.cookies[SESSION_COOKIE])}
    out = await client.post("/deconnexion", data=token)
    assert out.headers["location"] == "/connexion/sortie"
    page = await client.get("/connexion/sortie")
    [address] = re.findall(r'content="0;url=([^"]+)"', page.text)
    async with httpx2.AsyncClient() as browser:
        back = await browser.get(html.unescape(address))
    assert back.headers["location"] == f"{SITE}/connexion"
    [ended] = provider.ended
    assert ended.keys() == {"id_token_hint", "post_logout_redirect_uri", "state"}
    assert ended["id_token_hint"].count(".") == 2
    assert (await client.get("/connexion/sortie")).text.count("id_token_hint") == 0
    service.provider = None
    assert (await client.get("/connexion/sortie")).headers["location"] == "/connexion"


async def test_who_has_no_role_stays_outside(
    client: httpx2.AsyncClient, service: ScriptedService, provider: OidcProvider
) -> None:
    """And is told so; no account is made."""
    provider.claims["roles"] = ["other"]
    response = await come_back(client)
    assert response.status_code == 403
    assert "ne donne pas accès au callbot" in response.text
    assert await people(service) == []
    assert "callbot_session" not in client.cookies


async def test_a_local_account_is_not_taken_over(client: httpx2.AsyncClient, provider: OidcProvider) -> None:
    """Whoever calls themselves like an administrator is not that administrator."""
    provider.claims["preferred_username"] = "Claire.Martin"
    response = await come_back(client)
    assert (response.status_code, "du même nom existe déjà" in response.text) == (403, True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "another"},
        {"aud": "another"},
        {"iss": "http://another"},
        {"exp": 1_000_000_000},
        {"azp": "another"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
async def test_a_token_for_something_else_is_not_believed(
    client: httpx2.AsyncClient,
    service: ScriptedService,
    provider: OidcProvider,
    wrong: dict[str, object],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Another attempt's, another client's, another provider's, an old one; the log names what was wrong."""
    provider.token_claims = wrong
    response = await come_back(client)
    assert f"Error ({next(iter(wrong))})" in caplog.text
    assert (response.status_code, "n’a pas abouti" in response.text) == (403, True)
    assert await people(service) == []


async def test_a_token_of_another_key_is_not_believed(
    client: httpx2.AsyncClient, service: ScriptedService, provider: OidcProvider
) -> None:
    """Whatever it says; but a key that the provider has changed is asked for."""
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "1", "use": "sig"}, private=True)
    assert (await come_back(client)).status_code == 403
    provider.key = provider.signs_with
    assert (await come_back(client)).status_code == 303
    assert await people(service) == [("anna", Role.RECEPTIONIST)]


async def test_an_answer_counts_once_and_in_its_own_browser(client: httpx2.AsyncClient) -> None:
    """Not with another state, not again, not in a browser where nobody began."""
    assert (await come_back(client, change="&state=another")).status_code == 403
    out = await client.get("/connexion/fournisseur")
    async with httpx2.AsyncClient() as browser:
        back = (await browser.get(out.headers["location"])).headers["location"]
    path = f"/connexion/retour?{urlsplit(back).query}"
    attempt = client.cookies["callbot_fournisseur"]
    client.cookies.clear()
    assert (await client.get(path)).status_code == 403
    client.cookies.set("callbot_fournisseur", attempt)
    assert (await client.get(path)).status_code == 303
    client.cookies.clear()
    client.cookies.set("callbot_fournisseur", attempt)
    assert (await client.get(path)).status_code == 403


async def test_a_provider_that_is_away_is_said(client: httpx2.AsyncClient, service: ScriptedService) -> None:
    """Passwords go on working beside it."""
    service.settings = service.settings.model_copy(update={"oidc_issuer": "http://127.0.0.1:9"})
    service.provider = IdentityProvider(service.settings)
    response = await client.get("/connexion/fournisseur")
    assert (response.status_code, "n’a pas abouti" in response.text) == (403, True)


async def test_without_a_provider_there_is_nothing(
    client: httpx2.AsyncClient, service: ScriptedService
) -> None:
    """Neither button nor addresses."""
    service.provider = None
    assert "fournisseur" not in (await client.get("/connexion")).text
    assert [(await client.get(f"/connexion/{path}")).status_code for path in ("fournisseur", "retour")] == [
        404
    ] * 2
