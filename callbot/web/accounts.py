"""`/acces`: who may sign in, for administrators. A password that is given here is shown once, and changed by its owner first."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from callbot.accounts import AccountError, Accounts, Role, readable_password
from callbot.rights import RIGHTS, Right
from callbot.web.account_words import ERRORS
from callbot.web.forms import checked_form, text
from callbot.web.navigation import ROLE_NAMES
from callbot.web.rendering import render
from callbot.web.service import WebService

PATH = "/acces"
DONE = {
    "role": "Le rôle est changé : il vaut dès la prochaine page.",
    "deconnexion": "Toutes les connexions de ce compte sont fermées.",
    "retirer": "Le compte est retiré, et ses connexions sont fermées.",
}
ROLES = [(role.value, ROLE_NAMES[role]) for role in reversed(Role)]

log = logging.getLogger(__name__)


class AccountsPage:
    """The list and what can be done with each account."""

    def __init__(self, service: WebService) -> None:
        self.service = service

    def routes(self) -> Sequence[Route]:
        """Where they are."""
        return [
            Route(PATH, self.show, methods=["GET"]),
            Route(PATH, self.add, methods=["POST"]),
            Route("/acces/{name}/role", self.change_role, methods=["POST"]),
            Route("/acces/{name}/mot-de-passe", self.reset_password, methods=["POST"]),
            Route("/acces/{name}/deconnexion", self.sign_out, methods=["POST"]),
            Route("/acces/{name}/retirer", self.remove, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The list."""
        return await self._page(request, done=DONE.get(request.query_params.get("fait", ""), ""))

    async def add(self, request: Request) -> Response:
        """A new account; the page that comes back shows its first password, once."""
        fields = await checked_form(request)
        name, role, password = text(fields, "identifiant"), _role(text(fields, "role")), readable_password()
        try:
            account = await self.service.accounts.add(
                name, password, role, actor=request.state.account.name, temporary=True
            )
        except AccountError as error:
            return await self._page(request, 400, error=ERRORS[error.wrong], name=name, role=role.value)
        return await self._page(request, given=(account.name, password))

    async def change_role(self, request: Request) -> Response:
        """Give another role."""
        role = _role(text(await checked_form(request), "role"))

        async def change(accounts: Accounts, name: str, actor: str) -> None:
            await accounts.change_role(name, role, actor=actor)

        return await self._do(request, "role", change)

    async def reset_password(self, request: Request) -> Response:
        """A new password, shown once on the page that comes back."""
        await checked_form(request)
        name, password = request.path_params["name"], readable_password()
        try:
            await self.service.accounts.reset_password(name, password, actor=request.state.account.name)
        except AccountError as error:
            return await self._page(request, 400, failure=ERRORS[error.wrong])
        await self.service.holders.close_unheld(datetime.now(UTC))
        return await self._page(request, given=(name, password))

    async def sign_out(self, request: Request) -> Response:
        """Close all sessions of an account."""
        await checked_form(request)

        async def close(accounts: Accounts, name: str, actor: str) -> None:
            await accounts.sign_out_everywhere(name, actor=actor)

        return await self._do(request, "deconnexion", close)

    async def remove(self, request: Request) -> Response:
        """Take an account away."""
        await checked_form(request)

        async def remove(accounts: Accounts, name: str, actor: str) -> None:
            await accounts.remove(name, actor=actor)

        return await self._do(request, "retirer", remove)

    async def _do(
        self, request: Request, done: str, work: Callable[[Accounts, str, str], Awaitable[None]]
    ) -> Response:
        try:
            await work(self.service.accounts, request.path_params["name"], request.state.account.name)
        except AccountError as error:
            return await self._page(request, 400, failure=ERRORS[error.wrong])
        await self.service.holders.close_unheld(datetime.now(UTC))
        return RedirectResponse(f"{PATH}?fait={done}", 303)

    async def _page(self, request: Request, status: int = 200, **values: object) -> Response:
        accounts = self.service.accounts
        defaults: dict[str, object] = {
            "done": "",
            "error": "",
            "failure": "",
            "given": None,
            "name": "",
            "role": Role.RECEPTIONIST.value,
        }
        return render(
            request,
            "accounts.html",
            status,
            people=await accounts.all(),
            sessions=await accounts.sessions.open_now(),
            roles=ROLES,
            role_names=ROLE_NAMES,
            rights=list(Right),
            table=RIGHTS,
            columns=[("Droit", ""), *((label, "") for _value, label in ROLES)],
            **(defaults | values),
        )


def _role(given: str) -> Role:
    try:
        return Role(given)
    except ValueError:
        raise HTTPException(400) from None
