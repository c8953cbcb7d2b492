"""Somebody at the pages, without the browser: the same addresses, cookies and forms. Blocking."""

import re
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

from callbot.errors import CallbotError
from callbot.web.security import FORM_TOKEN_FIELD

PATIENCE_S = 60
_TOKEN = re.compile(rf'name="{FORM_TOKEN_FIELD}" value="([^"]+)"')
_FORM = {"content-type": "application/x-www-form-urlencoded"}


class Person:
    """One account at `address` (host:port). Every method raises CallbotError when the page does not do as asked."""

    def __init__(self, address: str, name: str) -> None:
        self._address, self._name = address, name
        self._cookies: dict[str, str] = {}
        self._token = ""

    def sign_in(self, password: str) -> None:
        """With a password, as on the page."""
        self._read_token(self.get("/connexion"))
        fields = {"identifiant": self._name, "mot_de_passe": password, "suite": "/connaissances"}
        self.post("/connexion", fields)
        self._read_token(self.get("/connaissances/nouvelle"))

    def get(self, path: str) -> str:
        """The page, as text; of sound nothing that is to be read."""
        status, text, _ = self._ask("GET", path)
        if status != 200:
            raise CallbotError(f"{path}: {status}")
        return text

    def post(self, path: str, fields: dict[str, str]) -> str:
        """Send the form; where it leads."""
        body = urlencode(fields | {FORM_TOKEN_FIELD: self._token})
        status, text, where = self._ask("POST", path, body)
        if status != 303:
            raise CallbotError(f"{path}: {status} {_errors(text)}")
        return where

    def _ask(self, method: str, path: str, body: str = "") -> tuple[int, str, str]:
        connection = HTTPConnection(self._address, timeout=PATIENCE_S)
        cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        try:
            connection.request(method, path, body or None, {"cookie": cookie} | (_FORM if body else {}))
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        except (HTTPException, OSError) as error:
            raise CallbotError(f"{path}: the page does not answer: {error!r}") from error
        finally:
            connection.close()
        for given in answer.headers.get_all("set-cookie") or ():
            name, _, value = given.split(";")[0].partition("=")
            self._cookies[name] = value
        return answer.status, text, answer.headers.get("location", "")

    def _read_token(self, page: str) -> None:
        found = _TOKEN.search(page)
        if not found:
            raise CallbotError(f"the page for {self._name} has no form")
        self._token = found[1]


def _errors(page: str) -> str:
    """What the page says is wrong, in short."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())[:300]
