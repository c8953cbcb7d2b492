"""Who asks: every page but the few below wants a signed-in account, found from the session's cookie."""

import logging
import time
from collections.abc import Awaitable, Callable
from urllib.parse import quote, urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from callbot.accounts import Account
from callbot.web.metrics import PATH as METRICS_PATH
from callbot.web.onward import PATH as NEXT_PATH
from callbot.web.security import SAFE_METHODS, form_token, is_from_another_site, is_https
from callbot.web.service import WebService

SESSION_COOKIE = "callbot_session"
SIGN_IN_PATH = "/connexion"
PROVIDER_PATH = "/connexion/fournisseur"
PROVIDER_RETURN_PATH = "/connexion/retour"
PROVIDER_LEAVE_PATH = "/connexion/sortie"
OPEN_PATHS = frozenset(
    {
        SIGN_IN_PATH,
        PROVIDER_PATH,
        PROVIDER_RETURN_PATH,
        PROVIDER_LEAVE_PATH,
        "/sante",
        "/favicon.ico",
        NEXT_PATH,
        METRICS_PATH,
    }
)
OPEN_FOLDERS = ("/static/", "/api/v1/")
"""Files, and the API, which asks for a token of its own."""
LOOKED_AT_EVERY_S = 15.0
"""How soon an answer that goes on (live news) ends after its session has."""

log = logging.getLogger(__name__)


class RequireAccount:
    """Closed by default: lets a request through when its session is good, or when its path is one of the open ones.

    Also refuses, whoever asks, a form that another site's page has sent. What follows finds the account in
    `request.state.account` and the session in `request.state.session`.
    """

    def __init__(
        self, app: ASGIApp, service: WebService, clock_s: Callable[[], float] = time.monotonic
    ) -> None:
        self.app = app
        self.service = service
        self._clock_s = clock_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http" or scope["path"].startswith(OPEN_FOLDERS):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        request.state.session = request.cookies.get(SESSION_COOKIE, "")
        request.state.account = await self._account(request.state.session)
        refusal = self._refusal(request)
        if refusal or request.state.account is None:
            await (refusal or self.app)(scope, receive, send)
            return
        watched = _Watched(request.state.session, self._account, send, self._clock_s)
        try:
            await self.app(scope, receive, watched.send)
        except (OSError, ClientDisconnect):
            if not watched.over:
                raise
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _account(self, session: str) -> Account | None:
        return await self.service.accounts.account_for(session) if session else None

    def _refusal(self, request: Request) -> Response | None:
        if request.method not in SAFE_METHODS and is_from_another_site(request.headers):
            log.warning(
                "Refused a form from another site: its Origin is not our Host (a proxy must pass Host on)"
            )
            return JSONResponse({"message": "Cette demande vient d’un autre site."}, 403)
        if request.state.account is not None or request.url.path in OPEN_PATHS:
            return None
        if wants_json(request):
            return JSONResponse({"message": "Votre session est terminée. Reconnectez-vous."}, 401)
        return RedirectResponse(f"{SIGN_IN_PATH}?suite={quote(wanted_page(request))}", 303)


class _Watched:
    """An answer that goes on for long is in use, and ends with its session: signed out everywhere means live pages too."""

    def __init__(
        self,
        session: str,
        account: Callable[[str], Awaitable[Account | None]],
        send: Send,
        clock_s: Callable[[], float],
    ) -> None:
        self.over = False
        self._session = session
        self._account = account
        self._send = send
        self._clock_s = clock_s
        self._looked_s = clock_s()

    async def send(self, message: Message) -> None:
        """Pass on; OSError, as of a client who has gone, once the session is over."""
        now_s = self._clock_s()
        if message.get("more_body") and now_s - self._looked_s >= LOOKED_AT_EVERY_S:
            self._looked_s = now_s
            self.over = await self._account(self._session) is None
            if self.over:
                raise OSError("the session is over")
        await self._send(message)


def wanted_page(request: Request) -> str:
    """The page to come back to after signing in: the one asked for, when coming back by GET makes sense."""
    if request.method not in SAFE_METHODS:
        return "/"
    query = f"?{request.url.query}" if request.url.query else ""
    return request.url.path + query


def safe_suite(suite: str) -> str:
    """`suite` if it stays on this site, else the home page: a path of ours, with nothing that a browser would read otherwise."""
    parts = urlsplit(suite)
    stays = suite.startswith("/") and not suite.startswith("//") and not parts.scheme and not parts.netloc
    plain = all(" " < character < "\x7f" and character != "\\" for character in suite)
    return suite if stays and plain else "/"


def wants_json(request: Request) -> bool:
    """Whether a script of ours asks, rather than a person who navigates."""
    return "application/json" in request.headers.get("accept", "")


def current_form_token(request: Request) -> str:
    """The form token of the session, empty when nobody is signed in."""
    session: str = getattr(request.state, "session", "")
    return form_token(session) if session else ""


def set_session_cookie(response: Response, request: Request, session: str, hours: int) -> None:
    """Remember the session in the browser, out of scripts' reach."""
    response.set_cookie(
        SESSION_COOKIE, session, max_age=hours * 3600, httponly=True, samesite="lax", secure=is_https(request)
    )


def forget_session_cookie(response: Response, request: Request) -> None:
    """Make the browser forget the session."""
    response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="lax", secure=is_https(request))
