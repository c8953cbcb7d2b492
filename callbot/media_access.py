"""Who may bring a call, or ask about one: whoever knows media_token. No I/O."""

import base64
import hmac
from collections.abc import Mapping


def knows_secret(secret: str, headers: Mapping[str, str], token: str | None) -> bool:
    """Whether a request gives `secret`, as `?token=…` (`token`, None where absent) or in its Authorization header.

    Bearer, or the password of Basic, which is all that Asterisk's websocket_client.conf knows. `headers` ignores case. Never a
    page of another site. True when no secret is set: then the listeners are on the loopback.
    """
    if "Origin" in headers:
        return False  # browsers have tickets
    given = _authorized(headers.get("Authorization", "")) if token is None else token
    return not secret or hmac.compare_digest(given.encode(), secret.encode())


def _authorized(header: str) -> str:
    """The secret of an Authorization header; empty where there is none."""
    scheme, _, credentials = header.partition(" ")
    if scheme.lower() == "bearer":
        return credentials
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(credentials, validate=True).decode().partition(":")[2]
    except ValueError:  # not base64, or not text
        return ""
