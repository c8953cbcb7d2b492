"""What every response and every form must respect: the content security policy, the other headers, and forms of our own only."""

import hmac
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FORM_TOKEN_FIELD = "jeton"  # noqa: S105 (a field's name)
FORM_TOKEN_HEADER = "x-callbot-form-token"  # noqa: S105 (a header's name)

HEADERS = {
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    # Not `no-referrer`: browsers would then send `Origin: null` with our own forms.
    "referrer-policy": "same-origin",
    "permissions-policy": "microphone=(self), camera=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


def content_security_policy(media_address: str = "", *, sound: bool = False) -> str:
    """Everything from this very host; no inline script or style. `media_address`: where the telephone may connect as well.

    `sound`: the page plays sound of ours.
    """
    connect = f"'self' {media_address}".strip()
    played = "media-src 'self'; " if sound else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"{played}connect-src {connect}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def add_security_headers(headers: MutableHeaders) -> None:
    """Set what the response has not set itself."""
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("content-security-policy", content_security_policy())


class SecurityHeaders:
    """Puts the headers on every response that passes through."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                add_security_headers(MutableHeaders(scope=message))
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def is_from_another_site(headers: Headers) -> bool:
    """Whether the browser says that another site's page made this request (Fetch Metadata, else Origin against Host)."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host", "")


def form_token(secret: str) -> str:
    """The token of the forms given out under `secret` (a session's token, or the cookie that the sign-in page sets)."""
    return hmac.digest(secret.encode(), b"callbot form", "sha256").hex()


def require_form_token(secret: str, given: object) -> None:
    """Raise 403 unless `given` is the form token of `secret`."""
    if (
        not secret
        or not isinstance(given, str)
        or not hmac.compare_digest(form_token(secret).encode(), given.encode())
    ):
        raise HTTPException(403)


def is_https(request: Request) -> bool:
    """Whether the browser came over TLS (uvicorn takes it from a trusted proxy's X-Forwarded-Proto)."""
    return request.url.scheme == "https"
