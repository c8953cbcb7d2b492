"""Signing in at an identity provider: OpenID Connect, authorization code with PKCE, state and nonce; Authlib speaks it.

Discovery document and keys are kept for an hour, and keys are asked for again when a token names one that is not known.
"""

import asyncio
import hmac
import json
import math
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any
from urllib.parse import urlencode

import requests
from authlib.integrations.requests_client import OAuth2Session, OAuthError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ClaimError, JoseError
from joserfc.jwk import KeySet

from callbot.accounts import Role
from callbot.config import Settings
from callbot.errors import CallbotError

DISCOVERY = "/.well-known/openid-configuration"
ALGORITHMS = [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "Ed25519",
    "EdDSA",
]
"""Signatures by a key that only the provider has: never `none`, never a shared secret."""
KEEP_S = 3600.0
TIMEOUT_S = 10
LEEWAY_S = 60
"""How much the provider's clock may differ from ours."""
WIDEST = (Role.ADMINISTRATOR, Role.MANAGER, Role.SUPERVISOR, Role.RECEPTIONIST)


class ProviderError(CallbotError):
    """The provider cannot be reached, or what came back from it is not to be trusted. Never with a token in it."""


class NoRoleError(CallbotError):
    """Somebody whom the provider knows, and whom no role is meant for."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to sign in, kept in the browser's cookie until it comes back; `suite` is the page that was wanted."""

    state: str
    nonce: str
    verifier: str
    suite: str

    @classmethod
    def begin(cls, suite: str) -> "Attempt":
        """A new one; nobody can guess any of it."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return cls(state, nonce, verifier, suite)

    def to_text(self) -> str:
        """For the cookie."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> "Attempt | None":
        """From the cookie; None for what is none."""
        try:
            found = json.loads(text)
            values = [found[one.name] for one in fields(cls)]
        except (ValueError, KeyError, TypeError):
            return None
        return cls(*values) if all(isinstance(value, str) and value for value in values) else None


@dataclass(frozen=True, slots=True)
class Person:
    """Who signed in: `subject` is them for ever at that provider, `name` what they are called there."""

    subject: str
    name: str
    role: Role
    id_token: str = field(default="", repr=False)
    """What the provider knows them by when they sign out."""


class IdentityProvider:
    """The provider of the settings. Methods raise ProviderError; `person` also NoRoleError."""

    def __init__(self, settings: Settings, clock_s: Callable[[], float] = time.time) -> None:
        self._settings = settings
        self._issuer = settings.oidc_issuer.rstrip("/")
        self._clock_s = clock_s
        self._known: dict[str, tuple[float, Mapping[str, Any]]] = {}

    @property
    def button(self) -> str:
        """What the sign-in page's button says."""
        return self._settings.oidc_button

    async def address(self, attempt: Attempt, back: str) -> str:
        """Where the browser goes to sign in; it returns to `back`."""
        return await asyncio.to_thread(self._address, attempt, back)

    async def person(self, attempt: Attempt, query: Mapping[str, str], back: str) -> Person:
        """Who came back with that query of the return address."""
        if not hmac.compare_digest(query.get("state", "").encode(), attempt.state.encode()):
            raise ProviderError("the state is not ours")
        if "iss" in query and query["iss"].rstrip("/") != self._issuer:
            raise ProviderError("the answer is another provider's")
        if "error" in query or not query.get("code"):
            raise ProviderError("the provider did not let them in")
        try:
            claims, id_token = await asyncio.to_thread(self._claims, attempt, query["code"], back)
        except (OAuthError, JoseError, requests.RequestException, ValueError, KeyError, TypeError) as error:
            raise ProviderError(f"the provider's answer is not to be trusted: {_named(error)}") from error
        return replace(self._as_person(claims), id_token=id_token)

    async def way_out(self, id_token: str, back: str) -> str:
        """Where the browser goes to sign out there too, and comes back to `back` from; empty where there is no such place."""
        try:
            endpoint = (await asyncio.to_thread(self._discovered)).get("end_session_endpoint", "")
        except ProviderError:
            return ""
        asked = {"client_id": self._settings.oidc_client_id, "post_logout_redirect_uri": back}
        asked |= {"state": secrets.token_urlsafe(32)} | ({"id_token_hint": id_token} if id_token else {})
        if id_token:
            del asked["client_id"]  # the token names us; ProConnect refuses what it does not expect
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}" if endpoint else ""

    # -- asking, in a thread ---------------------------------------------------------------------------------------

    def _address(self, attempt: Attempt, back: str) -> str:
        endpoint = self._discovered()["authorization_endpoint"]
        proof = {"code_verifier": attempt.verifier} if self._settings.oidc_pkce else {}
        with self._session(back) as session:
            address, _ = session.create_authorization_url(
                endpoint, state=attempt.state, nonce=attempt.nonce, **proof
            )
        return str(address)

    def _claims(self, attempt: Attempt, code: str, back: str) -> tuple[dict[str, Any], str]:
        """What the provider tells of them, and the ID token."""
        found = self._discovered()
        proof = {"code_verifier": attempt.verifier} if self._settings.oidc_pkce else {}
        with self._session(back) as session:
            token = session.fetch_token(found["token_endpoint"], code=code, timeout=TIMEOUT_S, **proof)
            id_token: str = token["id_token"]
            claims = self._checked(id_token, nonce=attempt.nonce, access_token=token["access_token"])
            if _within(claims, self._settings.oidc_role_claim) or "userinfo_endpoint" not in found:
                return claims, id_token
            answer = session.get(found["userinfo_endpoint"], timeout=TIMEOUT_S)
        answer.raise_for_status()
        told = self._told(answer)
        if told.get("sub") != claims["sub"]:
            raise ProviderError("the provider tells of somebody else")
        return {**told, **claims}, id_token

    def _told(self, answer: requests.Response) -> dict[str, Any]:
        """What /userinfo says, as JSON or, as ProConnect has it, as a signed token."""
        if answer.headers.get("content-type", "").startswith("application/jwt"):
            told = dict(self._signed(answer.text).claims)
            self._require_for_us(told)
            return told
        return dict(answer.json())

    def _require_for_us(self, told: Mapping[str, Any]) -> None:
        """Raise ProviderError for a signed /userinfo of another provider, for another client, or that is over, where it says so."""
        audience = told.get("aud", self._settings.oidc_client_id)
        for_us = self._settings.oidc_client_id in (audience if isinstance(audience, list) else [audience])
        fresh = self._clock_s() <= float(told.get("exp", math.inf)) + LEEWAY_S
        if str(told.get("iss", self._issuer)).rstrip("/") != self._issuer or not for_us or not fresh:
            raise ProviderError("the provider tells of somebody else")

    def _checked(self, id_token: str, *, nonce: str, access_token: str) -> dict[str, Any]:
        """The claims of an ID token that is the provider's, for us, of this attempt, and not too old."""
        decoded = self._signed(id_token)
        client = self._settings.oidc_client_id
        options = {
            "iss": {"essential": True, "value": self._discovered()["issuer"]},
            "aud": {"essential": True, "value": client},
        }
        params = {"nonce": nonce, "client_id": client, "access_token": access_token}
        token = CodeIDToken(decoded.claims, decoded.header, options, params)
        token.validate(int(self._clock_s()), LEEWAY_S)
        return dict(decoded.claims)

    def _signed(self, text: str) -> jwt.Token:
        """A token with a good signature; keys may have changed since we asked."""
        try:
            return jwt.decode(text, self._keys(), algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            self._known.pop("keys", None)
            return jwt.decode(text, self._keys(), algorithms=ALGORITHMS)

    def _keys(self) -> KeySet:
        kept = self._kept("keys", lambda: self._get(self._discovered()["jwks_uri"]))
        signing = [key for key in kept["keys"] if key.get("use", "sig") == "sig"]
        return KeySet.import_key_set({"keys": signing})

    def _discovered(self) -> Mapping[str, Any]:
        try:
            found = self._kept("discovery", lambda: self._get(self._issuer + DISCOVERY))
        except (requests.RequestException, ValueError) as error:
            raise ProviderError(f"oidc_issuer: no answer ({type(error).__name__})") from error
        if str(found.get("issuer", "")).rstrip("/") != self._issuer:
            self._known.clear()
            raise ProviderError(f"oidc_issuer: the provider calls itself {found.get('issuer')}")
        return found

    def _kept(self, name: str, ask: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        at_s, known = self._known.get(name, (0.0, {}))
        if not known or self._clock_s() - at_s > KEEP_S:
            known = ask()
            self._known[name] = self._clock_s(), known
        return known

    def _get(self, address: str) -> Mapping[str, Any]:
        answer = requests.get(address, timeout=TIMEOUT_S)
        answer.raise_for_status()
        found = answer.json()
        if not isinstance(found, dict):
            raise ProviderError("the provider's answer is no JSON object")
        return found

    def _session(self, back: str) -> OAuth2Session:
        settings = self._settings
        secret = settings.oidc_client_secret.get_secret_value()
        offered = self._discovered().get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        method = "client_secret_basic" if "client_secret_basic" in offered else "client_secret_post"
        return OAuth2Session(
            settings.oidc_client_id,
            secret or None,
            scope=settings.oidc_scopes,
            redirect_uri=back,
            code_challenge_method="S256" if settings.oidc_pkce else None,
            token_endpoint_auth_method=method if secret else "none",
            leeway=0,  # ProConnect's access tokens live for a minute, which is Authlib's leeway
        )

    # -- understanding ---------------------------------------------------------------------------------------------

    def _as_person(self, claims: Mapping[str, Any]) -> Person:
        held = _within(claims, self._settings.oidc_role_claim)
        if self._settings.oidc_role_claim == "email" and claims.get("email_verified") is False:
            held = []
        pairs = [pair.rpartition("=") for pair in self._settings.oidc_roles]
        roles = {Role(role.strip()) for claimed, _, role in pairs if claimed.strip() in held}
        if not roles:
            raise NoRoleError("nobody of oidc_roles")
        names = (claims.get(name) for name in (self._settings.oidc_name_claim, "email", "sub"))
        name = next(str(name) for name in names if name)
        widest = next(role for role in WIDEST if role in roles)
        return Person(f"{self._issuer} {claims['sub']}", name, widest)


def open_provider(settings: Settings) -> IdentityProvider | None:
    """The provider of the settings; None when none is set."""
    return IdentityProvider(settings) if settings.oidc_issuer else None


def _named(error: Exception) -> str:
    """What was wrong, with the claim's name where it was one of the ID token's: a clock, the nonce and the client are different errands."""
    name = type(error).__name__
    return f"{name} ({error.claim})" if isinstance(error, ClaimError) else name


def _within(claims: Mapping[str, Any], path: str) -> list[str]:
    """The texts of a claim, which may lie in the depth: `realm_access.roles`. A claim with dots in its name comes first."""
    found: Any = claims.get(path)
    if found is None:
        found = claims
        for part in path.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    values = found if isinstance(found, list) else [found]
    return [value for value in values if isinstance(value, str)]
