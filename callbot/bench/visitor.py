"""Somebody who is signed in at the pages and asks them over HTTP, without a browser. Blocking."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import urlencode

from callbot.errors import CallbotError
from callbot.web.security import FORM_TOKEN_FIELD

__all__ = ["Visitor"]

PATIENCE_S = 120
FORM = {"content-type": "application/x-www-form-urlencoded"}
_TOKEN = re.compile(rf'name="{FORM_TOKEN_FIELD}" value="([^"]+)"')


@dataclass
class Visitor:
    """`address`: host:port. `token`: of the API. Every method raises CallbotError for an answer that is not the one expected."""

    address: str
    token: str = ""
    _cookies: dict[str, str] = field(default_factory=dict)
    _form_token: str = ""

    def sign_in(self, name: str, password: str) -> None:
        """Open a session."""
        self._read_token(self.get("/connexion"))
        self.submit("/connexion", {"identifiant": name, "mot_de_passe": password, "suite": "/"})
        self._read_token(self.get("/mon-compte"))

    def get(self, path: str, query: Mapping[str, str] | None = None, *, first_line: bool = False) -> bytes:
        """What is there; of an answer that goes on, its first line."""
        asked = path + (f"?{urlencode(query)}" if query else "")
        return self._ask("GET", asked, first_line=first_line)[0]

    def post(self, path: str, fields: Mapping[str, str]) -> bytes:
        """The answer to a form."""
        return self._ask("POST", path, dict(fields) | self._of_forms())[0]

    def submit(self, path: str, fields: Mapping[str, str]) -> str:
        """Where a form leads that the page has taken."""
        return self._ask("POST", path, dict(fields) | self._of_forms(), expected=303)[1]

    def _ask(
        self,
        method: str,
        path: str,
        fields: Mapping[str, str] | None = None,
        *,
        expected: int = 200,
        first_line: bool = False,
    ) -> tuple[bytes, str]:
        connection = HTTPConnection(self.address, timeout=PATIENCE_S)
        try:
            body = urlencode(fields) if fields else None
            connection.request(method, path, body, self._headers() | (FORM if fields else {}))
            answer = connection.getresponse()
            content = answer.readline() if first_line else answer.read()
        except (OSError, HTTPException) as error:
            raise CallbotError(f"bench: {path} does not answer: {error!r}") from error
        finally:
            connection.close()
        if answer.status != expected:
            raise CallbotError(f"bench: {path}: {answer.status} {_words(content)}")
        self._keep_cookies(answer)
        return content, answer.headers.get("location", "")

    def _headers(self) -> dict[str, str]:
        headers = {"cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        return headers | ({"authorization": f"Bearer {self.token}"} if self.token else {})

    def _keep_cookies(self, answer: HTTPResponse) -> None:
        for cookie in answer.headers.get_all("set-cookie") or ():
            name, _, value = cookie.split(";")[0].partition("=")
            self._cookies[name] = value

    def _of_forms(self) -> dict[str, str]:
        return {FORM_TOKEN_FIELD: self._form_token}

    def _read_token(self, page: bytes) -> None:
        found = _TOKEN.search(page.decode())
        if not found:
            raise CallbotError("bench: the page has no form")
        self._form_token = found[1]


def _words(page: bytes) -> str:
    """What the page says, in short."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.decode(errors="replace")).split())[:300]
