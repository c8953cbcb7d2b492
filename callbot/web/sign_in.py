"""`/connexion` and `/deconnexion`: opening and closing a session."""

import logging
import math
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from callbot.accounts import TooManyAttempts
from callbot.web.rendering import render
from callbot.web.security import FORM_TOKEN_FIELD, form_token, is_https, require_form_token
from callbot.web.service import WebService
from callbot.web.sessions import (
    PROVIDER_LEAVE_PATH,
    SIGN_IN_PATH,
    forget_session_cookie,
    safe_suite,
    set_session_cookie,
)

FORM_COOKIE = "callbot_formulaire"
"""Set by the sign-in page before there is a session; its form carries the token derived from it."""
LONGEST_FIELD = 1024
"""Characters of a name or a password that are looked at; more is refused before any hashing."""

WRONG = "Identifiant ou mot de passe incorrect."
EXPIRED = "Cette page était ouverte depuis trop longtemps. Saisissez à nouveau vos identifiants."
THROTTLED = "Trop d’essais infructueux. Réessayez dans {minutes}."

log = logging.getLogger(__name__)


class SignIn:
    """The two pages; both come back to `suite`, a page of ours."""

    def __init__(self, service: WebService) -> None:
        self.service = service

    def routes(self) -> Sequence[Route]:
        """Where they are."""
        return [
            Route(SIGN_IN_PATH, self.show, methods=["GET"]),
            Route(SIGN_IN_PATH, self.sign_in, methods=["POST"]),
            Route("/deconnexion", self.sign_out, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The form, or straight on for who is signed in already."""
        suite = safe_suite(request.query_params.get("suite", "/"))
        if request.state.account is not None:
            return RedirectResponse(suite, 303)
        return self._form(request, suite)

    async def sign_in(self, request: Request) -> Response:
        """Check name and password, open a session, go on to `suite`."""
        async with request.form(max_files=0, max_fields=8) as form:
            fields = {name: value for name, value in form.items() if isinstance(value, str)}
        suite = safe_suite(fields.get("suite", "/"))
        name, password = fields.get("identifiant", "").strip(), fields.get("mot_de_passe", "")
        try:
            require_form_token(request.cookies.get(FORM_COOKIE, ""), fields.get(FORM_TOKEN_FIELD))
        except HTTPException:
            return self._form(request, suite, EXPIRED, name, 403)
        if not name or not password or max(len(name), len(password)) > LONGEST_FIELD:
            return self._form(request, suite, WRONG, name[:LONGEST_FIELD], 401)
        address = request.client.host if request.client else ""
        try:
            account = await self.service.accounts.verify(name, password, address)
        except TooManyAttempts as wait:
            log.warning("Sign-in refused: too many attempts")
            return self._throttled(request, suite, name, wait.retry_after_s)
        if account is None:
            return self._form(request, suite, WRONG, name, 401)
        await self.service.accounts.close_session(request.state.session)  # of somebody else, in this browser
        session = await self.service.accounts.open_session(account)
        response = RedirectResponse(suite, 303)
        set_session_cookie(response, request, session, self.service.settings.session_hours)
        return response

    async def sign_out(self, request: Request) -> Response:
        """Close the session; after the last one of somebody, their desk too."""
        async with request.form(max_files=0, max_fields=8) as form:
            require_form_token(request.state.session, form.get(FORM_TOKEN_FIELD))
        await self.service.accounts.close_session(request.state.session)
        await self.service.holders.close_unheld(datetime.now(UTC))
        account = request.state.account
        response = RedirectResponse(
            PROVIDER_LEAVE_PATH if account and account.by_provider else SIGN_IN_PATH, 303
        )
        forget_session_cookie(response, request)
        return response

    def _throttled(self, request: Request, suite: str, name: str, wait_s: float) -> Response:
        minutes = math.ceil(wait_s / 60)
        error = THROTTLED.format(minutes="une minute" if minutes < 2 else f"{minutes} minutes")
        response = self._form(request, suite, error, name, 429)
        response.headers["retry-after"] = str(math.ceil(wait_s))
        return response

    def _form(
        self, request: Request, suite: str, error: str = "", name: str = "", status: int = 200
    ) -> Response:
        secret = request.cookies.get(FORM_COOKIE, "") or secrets.token_urlsafe()
        response = render(
            request,
            "sign_in.html",
            status,
            suite=suite,
            error=error,
            name=name,
            form_token=form_token(secret),
            provider=self.service.provider.button if self.service.provider else "",
        )
        response.set_cookie(FORM_COOKIE, secret, httponly=True, samesite="strict", secure=is_https(request))
        return response
