"""`/jetons`: who may read the API, for administrators. A token is shown once, on the page that comes back."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from callbot.api.tokens import NAME, Scope, TokenError
from callbot.humans.hours import PARIS
from callbot.web.forms import checked_form, text
from callbot.web.rendering import render
from callbot.web.service import WebService

PATH = "/jetons"
SCOPES = {
    Scope.FIGURES: ("Les chiffres", "Ceux des pages et du rapport, pour un jour ou une période."),
    Scope.CALLS: ("Les appels d’un jour", "Heure, ligne, issue et motif ; rien de l’appelant."),
    Scope.QUEUE: ("La file en ce moment", "Combien attendent, combien d’agents."),
}
ENDS = (("30", "30 jours"), ("365", "Un an"), ("1095", "Trois ans"), ("", "Sans fin"))
WRONG_NAME = "Le nom compte de 2 à 64 lettres, chiffres, espaces, points, tirets ou arobases."
TAKEN = "Ce nom est déjà pris."
NO_SCOPE = "Choisissez au moins une portée."


class TokensPage:
    """The list and its forms."""

    def __init__(self, service: WebService) -> None:
        self.service = service

    def routes(self) -> Sequence[Route]:
        """Where they are."""
        return [
            Route(PATH, self.show, methods=["GET"]),
            Route(PATH, self.add, methods=["POST"]),
            Route(f"{PATH}/retirer", self.remove, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The list."""
        return await self._page(
            request, done="Le jeton est retiré." if "fait" in request.query_params else ""
        )

    async def add(self, request: Request) -> Response:
        """A new one; the page that comes back shows it, once."""
        fields = await checked_form(request)
        name = text(fields, "nom").strip()
        scopes = [scope for scope in Scope if text(fields, f"portee-{scope}")]
        days = text(fields, "duree")
        errors = {}
        if not NAME.fullmatch(name):
            errors["nom"] = WRONG_NAME
        if not scopes:
            errors[f"portee-{Scope.FIGURES}"] = NO_SCOPE
        if days not in dict(ENDS):
            days = "365"
        if not errors:
            try:
                token = await self.service.api_tokens.add(
                    name, scopes, int(days) if days else None, actor=request.state.account.name
                )
            except TokenError:
                errors["nom"] = TAKEN
            else:
                return await self._page(request, given=(name, token))
        return await self._page(request, 400, errors=errors, name=name, chosen=scopes, days=days)

    async def remove(self, request: Request) -> Response:
        """Take one away; one that is gone already is none."""
        name = text(await checked_form(request), "nom")
        try:
            await self.service.api_tokens.remove(name, actor=request.state.account.name)
        except TokenError:
            return RedirectResponse(PATH, 303)
        return RedirectResponse(f"{PATH}?fait", 303)

    async def _page(self, request: Request, status: int = 200, **values: object) -> Response:
        defaults: dict[str, object] = {
            "done": "",
            "errors": {},
            "given": None,
            "name": "",
            "chosen": (),
            "days": "365",
        }
        tokens = await self.service.api_tokens.all()
        return render(
            request,
            "tokens.html",
            status,
            tokens=tokens,
            good=[token.is_good(self.service.api_tokens.now()) for token in tokens],
            scopes=[(scope.value, *words) for scope, words in SCOPES.items()],
            ends=ENDS,
            paris=lambda at: at.astimezone(PARIS).strftime("%d/%m/%Y"),
            **(defaults | values),
        )
