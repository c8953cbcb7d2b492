"""`/connexion/fournisseur`, `/connexion/retour` and `/connexion/sortie`: out to the identity provider, back, and signing out there too."""

import logging
from collections.abc import Sequence
from urllib.parse import quote, unquote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from callbot.accounts import AccountError
from callbot.web.identity_provider import Attempt, IdentityProvider, NoRoleError, Person, ProviderError
from callbot.web.rendering import render
from callbot.web.security import is_https
from callbot.web.service import WebService
from callbot.web.sessions import (
    PROVIDER_LEAVE_PATH,
    PROVIDER_PATH,
    PROVIDER_RETURN_PATH,
    SIGN_IN_PATH,
    safe_suite,
    set_session_cookie,
)

COOKIE = "callbot_fournisseur"
COOKIE_LIFE_S = 600
TOKEN_COOKIE = "callbot_fournisseur_jeton"  # noqa: S105 (a cookie's name)
"""The ID token, which the provider wants back at sign-out; kept in the browser that it came through."""
LONGEST_TOKEN = 3500
"""Characters: browsers drop cookies over 4096. Without it the provider asks the person."""
FAILED = "La connexion avec le compte de la mairie n’a pas abouti. Recommencez ; si cela dure, prévenez qui administre le service."
NO_ROLE = "Votre compte de la mairie ne donne pas accès au callbot. Adressez-vous à la personne qui administre le service."
NAME_TAKEN = "Un compte du même nom existe déjà ici. Adressez-vous à la personne qui administre le service."

log = logging.getLogger(__name__)


class ProviderSignIn:
    """The way out and the way back."""

    def __init__(self, service: WebService) -> None:
        self.service = service

    def routes(self) -> Sequence[Route]:
        """Where they are."""
        return [
            Route(PROVIDER_PATH, self.leave, methods=["GET"]),
            Route(PROVIDER_RETURN_PATH, self.come_back, methods=["GET"]),
            Route(PROVIDER_LEAVE_PATH, self.sign_out, methods=["GET"]),
        ]

    async def leave(self, request: Request) -> Response:
        """To the provider, with what must come back kept in a cookie of this browser."""
        provider = self._provider()
        attempt = Attempt.begin(safe_suite(request.query_params.get("suite", "/")))
        try:
            address = await provider.address(attempt, _back(request))
        except ProviderError as error:
            return _failed(request, error)
        response = RedirectResponse(address, 303)
        response.set_cookie(
            COOKIE,
            quote(attempt.to_text()),
            max_age=COOKIE_LIFE_S,
            path=SIGN_IN_PATH,
            httponly=True,
            samesite="lax",
            secure=is_https(request),
        )
        return response

    async def come_back(self, request: Request) -> Response:
        """From the provider: who it is, their account, a new session. Each attempt counts once."""
        provider = self._provider()
        attempt = Attempt.from_text(unquote(request.cookies.get(COOKIE, "")))
        if attempt is None:
            return _failed(request, ProviderError("no attempt was begun in this browser"))
        try:
            person = await provider.person(attempt, request.query_params, _back(request))
            response = await self._enter(request, person, safe_suite(attempt.suite))
        except NoRoleError:
            log.warning("Refused a sign-in at the identity provider: no role for them")
            response = _page(request, NO_ROLE)
        except ProviderError as error:
            response = _failed(request, error)
        except AccountError as error:
            log.warning("Refused a sign-in at the identity provider: %s", error.wrong)
            response = _page(request, NAME_TAKEN)
        response.delete_cookie(COOKIE, path=SIGN_IN_PATH)
        return response

    async def sign_out(self, request: Request) -> Response:
        """On to the provider's own sign-out, by a page: browsers follow no form to another site. Our session is closed before."""
        token = unquote(request.cookies.get(TOKEN_COOKIE, ""))
        back = str(request.url.replace(path=SIGN_IN_PATH, query="", fragment=""))
        provider = self.service.provider
        address = await provider.way_out(token, back) if provider else ""
        response: Response = RedirectResponse(SIGN_IN_PATH, 303)
        if address:
            response = render(request, "provider_leave.html", address=address)
        response.delete_cookie(TOKEN_COOKIE, path=SIGN_IN_PATH)
        return response

    async def _enter(self, request: Request, person: Person, suite: str) -> Response:
        accounts = self.service.accounts
        account = await accounts.from_provider(person.subject, person.name, person.role)
        await accounts.close_session(request.state.session)
        response, hours = RedirectResponse(suite, 303), self.service.settings.session_hours
        set_session_cookie(response, request, await accounts.open_session(account), hours)
        if len(person.id_token) <= LONGEST_TOKEN:
            response.set_cookie(
                TOKEN_COOKIE,
                quote(person.id_token),
                max_age=hours * 3600,
                path=SIGN_IN_PATH,
                httponly=True,
                samesite="lax",
                secure=is_https(request),
            )
        return response

    def _provider(self) -> IdentityProvider:
        if self.service.provider is None:
            raise HTTPException(404)
        return self.service.provider


def _back(request: Request) -> str:
    return str(request.url.replace(path=PROVIDER_RETURN_PATH, query="", fragment=""))


def _failed(request: Request, error: ProviderError) -> Response:
    log.warning("A sign-in at the identity provider failed: %s", error)
    return _page(request, FAILED)


def _page(request: Request, text: str) -> Response:
    return render(request, "failure.html", 403, code=403, title="Connexion impossible", text=text)
