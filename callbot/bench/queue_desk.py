"""A receptionist at the desk's page, without the browser: the same forms, the same stream of news. Blocking; a thread each."""

import json
import re
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

from callbot.errors import CallbotError
from callbot.web.security import FORM_TOKEN_FIELD

PATIENCE_S = 30
TALK_S = 2.0
_TOKEN = re.compile(rf'name="{FORM_TOKEN_FIELD}" value="([^"]+)"')
_CALL = re.compile(r'data-call="(\d+)" data-place="(\w+)"')
_STATE = re.compile(r'data-state="(\w+)"')
JSON = {"accept": "application/json"}
LATE = 409
"""The caller hung up, or the agent's state changed by itself, in the moment of the click: the page's news tell what is."""
FORM = {"content-type": "application/x-www-form-urlencoded"}


@dataclass(slots=True)
class Served:
    """One caller at one desk, times in ns of the system's clock. `asked_ns`: « Disponible » was clicked, or the follow-up filed."""

    entry_id: int
    asked_ns: int
    seen_ns: int
    """The page has heard of the offer."""
    talked: bool = False


@dataclass
class Desk:
    """One receptionist, signed in. `shown`: what the page has, (place's id or 0, its place, the receptionist's state)."""

    address: str
    name: str
    password: str
    served: list[Served] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Nothing is asked yet."""
        self._forms = HTTPConnection(self.address, timeout=PATIENCE_S)
        self._news = HTTPConnection(self.address, timeout=PATIENCE_S)
        self._cookies: dict[str, str] = {}
        self._token = ""
        self._entry_id, self._place, self._state = 0, "", ""

    def open(self, telephone: str) -> None:
        """Sign in, sit down, and watch the news. Raises CallbotError."""
        self._read_token(self._get("/connexion"))
        self._post(
            "/connexion", {"identifiant": self.name, "mot_de_passe": self.password, "suite": "/poste"}, 303
        )
        page = self._get("/poste")
        self._read_token(page)
        services = re.findall(r'name="services" type="checkbox" value="([^"]+)"', page)
        self._post("/poste/ouvrir", {"telephone": telephone, "services": services, "langues": ["fr"]})
        self._news.request("GET", "/poste/vif", headers=self._headers())
        self._stream = self._news.getresponse()

    def work(self, until_s: float) -> None:
        """Take calls until that time (monotonic). Raises CallbotError."""
        asked_ns = time.time_ns()
        self._post("/poste/disponible", {})
        while self._until("offered", until_s):
            served = Served(self._entry_id, asked_ns, time.time_ns())
            self.served.append(served)
            if not self._until("connected", until_s):
                break
            served.talked = True
            time.sleep(TALK_S)
            self._post("/poste/terminer", {"appel": str(served.entry_id)})
            self._until_state("wrap_up", until_s)
            asked_ns = time.time_ns()
            self._post("/poste/suivi", {"appel": str(served.entry_id), "resolu": "oui"})

    def close(self) -> None:
        """Go away, as a browser that is closed."""
        self._forms.close()
        self._news.close()

    def _until(self, place: str, until_s: float) -> bool:
        """Wait until the page shows a call in that place; false: it is time to go."""
        while (self._place, self._state) != (place, "busy" if place == "connected" else "ringing"):
            if not self._look(until_s):
                return False
        return True

    def _until_state(self, state: str, until_s: float) -> None:
        while self._state != state and self._look(until_s):
            pass

    def _look(self, until_s: float) -> bool:
        """The next news; there are some every few seconds in any case."""
        if time.monotonic() > until_s:
            return False
        line = self._stream.readline()
        if not line:
            raise CallbotError(f"bench queue: the desk of {self.name} was cut off")
        if line.startswith(b"data: "):
            regions = json.loads(line[6:])
            if found := _STATE.search(regions.get("poste-etat", "")):
                self._state = found[1]
            if "poste-appel" in regions:
                call = _CALL.search(regions["poste-appel"])
                self._entry_id, self._place = (int(call[1]), call[2]) if call else (0, "")
        return True

    def _get(self, path: str) -> str:
        self._forms.request("GET", path, headers=self._headers())
        return self._answer(200)

    def _post(self, path: str, fields: dict[str, str | list[str]], status: int = 200) -> None:
        body = urlencode(fields | {FORM_TOKEN_FIELD: self._token}, doseq=True)
        headers = self._headers() | FORM | (JSON if status == 200 else {})
        self._forms.request("POST", path, body, headers)
        self._answer(status)

    def _answer(self, status: int) -> str:
        try:
            answer = self._forms.getresponse()
        except HTTPException as error:
            raise CallbotError(f"bench queue: the desk's page does not answer: {error!r}") from error
        for cookie in answer.headers.get_all("set-cookie") or ():
            name, _, value = cookie.split(";")[0].partition("=")
            self._cookies[name] = value
        text = answer.read().decode()
        self._forms.close()  # the service ends connections that are idle; the next request makes one
        if answer.status not in (status, LATE):
            raise CallbotError(f"bench queue: the desk of {self.name}: {answer.status} {text[:200]}")
        return text

    def _headers(self) -> dict[str, str]:
        return {"cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}

    def _read_token(self, page: str) -> None:
        found = _TOKEN.search(page)
        if not found:
            raise CallbotError("bench queue: the page has no form")
        self._token = found[1]
