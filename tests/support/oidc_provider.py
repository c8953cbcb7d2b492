"""A small OpenID provider on a real port: authorization code with PKCE, signed ID tokens, /userinfo. Faults are set by the test."""

import asyncio
import base64
import hashlib
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

KNOWN = {
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "claims",
    "state",
    "nonce",
    "prompt",
    "idp_hint",
}
CLIENT, SECRET = "callbot", "s3cret-of-the-client"


class OidcProvider:
    """Lets everybody in as `claims`; `token_claims` replaces claims of the ID token, `told` is what /userinfo says instead of them.

    `signs_told`: /userinfo is a signed token with these claims added, as ProConnect's; `secret_in_form`: the client's secret comes in
    the form, and the authorization endpoint takes no parameter that it does not know, as there.
    """

    def __init__(self) -> None:
        self.issuer = ""
        self.claims: dict[str, Any] = {"sub": "42", "preferred_username": "anna", "roles": ["mairie-accueil"]}
        self.token_claims: dict[str, Any] = {}
        self.told: dict[str, Any] | None = None
        self.signs_told: dict[str, Any] | None = None
        self.secret_in_form = False
        self.ended: list[dict[str, str]] = []
        self.key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig"}, private=True)
        self.signs_with = self.key
        self.asked: list[dict[str, str]] = []
        self._codes: dict[str, dict[str, str]] = {}

    async def _discovery(self, _request: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "jwks_uri": f"{self.issuer}/keys",
                "end_session_endpoint": f"{self.issuer}/end",
                "token_endpoint_auth_methods_supported": [
                    "client_secret_post" if self.secret_in_form else "client_secret_basic"
                ],
            }
        )

    async def _keys(self, _request: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        if self.secret_in_form and asked.keys() - KNOWN:
            return Response("Y000400", 400)
        self.asked.append(asked)
        code = f"code-{len(self.asked)}"
        self._codes[code] = asked
        answer = urlencode({"code": code, "state": asked["state"]})
        return RedirectResponse(f"{asked['redirect_uri']}?{answer}", 302)

    async def _token(self, request: Request) -> Response:
        async with request.form() as form:
            asked = self._codes.pop(str(form.get("code")), None)  # good once
            verifier, secret = str(form.get("code_verifier")), form.get("client_secret")
        login = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        known = request.headers.get("authorization") == f"Basic {login}"
        hashed = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        if (
            not asked
            or not (secret == SECRET if self.secret_in_form else known)
            or hashed != asked.get("code_challenge", hashed)
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        standard = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims = {
            **standard,
            **({"sub": self.claims["sub"]} if self.told else self.claims),
            **self.token_claims,
        }
        token = jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.signs_with)
        return JSONResponse(
            {"access_token": "a-token", "token_type": "Bearer", "expires_in": 60, "id_token": token}
        )

    async def _userinfo(self, request: Request) -> Response:
        if request.headers.get("authorization") != "Bearer a-token":
            return Response(status_code=401)
        if self.signs_told is None:
            return JSONResponse(self.told or self.claims)
        told = {"iss": self.issuer, "aud": CLIENT, **(self.told or self.claims), **self.signs_told}
        token = jwt.encode({"alg": "RS256", "kid": "1"}, told, self.signs_with)
        return Response(token, media_type="application/jwt")

    async def _end(self, request: Request) -> Response:
        self.ended.append(dict(request.query_params))
        return RedirectResponse(request.query_params["post_logout_redirect_uri"], 303)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["OidcProvider"]:
        """Listen on a free port of the loopback."""
        app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discovery),
                Route("/keys", self._keys),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/userinfo", self._userinfo),
                Route("/end", self._end),
            ]
        )
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.issuer = f"http://127.0.0.1:{listener.getsockname()[1]}"
            server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
            task = asyncio.create_task(server.serve([listener]))
            try:
                yield self
            finally:
                server.should_exit = True
                await task
