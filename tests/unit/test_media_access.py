"""The media secret: in the address, as Bearer, as the password of Basic; never from another site's page."""

from base64 import b64encode

import pytest
from websockets.datastructures import Headers

from callbot.media_access import knows_secret

SECRET = "sésame-ouvre-toi"


def basic(pair: str) -> str:
    """Basic credentials."""
    return "Basic " + b64encode(pair.encode()).decode()


@pytest.mark.parametrize(
    ("authorization", "token", "known"),
    [
        ("", None, False),
        ("", SECRET, True),
        ("", "wrong", False),
        (f"Bearer {SECRET}", None, True),
        (f"bearer {SECRET}", None, True),
        (f"Bearer {SECRET}", "wrong", False),
        (SECRET, None, False),
        (basic(f"asterisk:{SECRET}"), None, True),
        (basic("asterisk:wrong"), None, False),
        (basic(SECRET), None, False),
        ("Basic \xff not base64", None, False),
        ("Basic " + b64encode(b"a:\xff").decode(), None, False),
    ],
)
def test_who_knows_the_secret(authorization: str, token: str | None, known: bool) -> None:
    """The address comes first; what cannot be read is wrong, and nothing is an error."""
    headers = Headers({"Authorization": authorization} if authorization else {})
    assert knows_secret(SECRET, headers, token) is known


def test_without_a_secret_everybody_but_a_page_of_another_site_may_come() -> None:
    """Listeners without a secret are on the loopback; a browser there still sends what any site tells it to."""
    asked = [knows_secret(secret, Headers(Origin="https://a.example"), secret) for secret in ("", SECRET)]
    assert [knows_secret("", Headers(), None), *asked] == [True, False, False]
