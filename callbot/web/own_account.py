"""`/mon-compte`: who one is here, what one may do, one's password, and the way out of every browser."""

from collections.abc import Sequence
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from callbot.accounts import AccountError, TooManyAttempts, Wrong
from callbot.rights import RIGHTS, Right
from callbot.web.access import OWN_PATH, PASSWORD_PATH
from callbot.web.account_words import ERRORS, THROTTLED
from callbot.web.forms import address_of, checked_form, text
from callbot.web.rendering import render
from callbot.web.service import WebService
from callbot.web.sessions import SIGN_IN_PATH, forget_session_cookie, set_session_cookie

CURRENT, NEW, AGAIN = "mot_de_passe_actuel", "nouveau_mot_de_passe", "nouveau_mot_de_passe_bis"
DIFFERENT = "Les deux saisies du nouveau mot de passe diffèrent."


class OwnAccount:
    """The page, and its two forms."""

    def __init__(self, service: WebService) -> None:
        self.service = service

    def routes(self) -> Sequence[Route]:
        """Where they are."""
        return [
            Route(OWN_PATH, self.show, methods=["GET"]),
            Route(PASSWORD_PATH, self.change_password, methods=["POST"]),
            Route("/mon-compte/deconnexion", self.sign_out_everywhere, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The page."""
        return _page(request, changed="fait" in request.query_params)

    async def change_password(self, request: Request) -> Response:
        """Check the current one, take the new one, and give this browser a new session: the others are out."""
        fields = await checked_form(request)
        if text(fields, NEW) != text(fields, AGAIN):
            return _page(request, {AGAIN: DIFFERENT})
        account = request.state.account
        try:
            await self.service.accounts.change_password(
                account,
                text(fields, CURRENT),
                text(fields, NEW),
                address=address_of(request),
            )
        except TooManyAttempts:
            return _page(request, {CURRENT: THROTTLED}, 429)
        except AccountError as error:
            field = CURRENT if error.wrong is Wrong.PASSWORD else NEW
            return _page(request, {field: ERRORS[error.wrong]})
        response = RedirectResponse(f"{OWN_PATH}?fait", 303)
        session = await self.service.accounts.open_session(account)
        set_session_cookie(response, request, session, self.service.settings.session_hours)
        return response

    async def sign_out_everywhere(self, request: Request) -> Response:
        """Out of this browser too, and off the desk."""
        await checked_form(request)
        name = request.state.account.name
        await self.service.accounts.sign_out_everywhere(name, actor=name)
        await self.service.holders.close_unheld(datetime.now(UTC))
        response = RedirectResponse(SIGN_IN_PATH, 303)
        forget_session_cookie(response, request)
        return response


def _page(
    request: Request, errors: dict[str, str] | None = None, status: int = 0, *, changed: bool = False
) -> Response:
    return render(
        request,
        "own_account.html",
        status or (400 if errors else 200),
        errors=errors or {},
        changed=changed,
        rights=[right for right in Right if right in RIGHTS[request.state.account.role]],
        names=(CURRENT, NEW, AGAIN),
    )
