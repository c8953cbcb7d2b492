"""Who may come in where: each address asks for a right, and one that is not in the table is closed to everybody."""

import logging
from collections.abc import Mapping
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

from callbot.accounts import Account
from callbot.rights import Right, may
from callbot.web.rendering import render
from callbot.web.sessions import OPEN_FOLDERS, OPEN_PATHS, wants_json

OWN_PATH = "/mon-compte"
PASSWORD_PATH = "/mon-compte/mot-de-passe"  # noqa: S105 (an address)
SIGN_OUT_PATH = "/deconnexion"

NEEDS: Mapping[str, Right] = MappingProxyType(
    {
        "/": Right.STATUS,
        "/etat": Right.STATUS,
        SIGN_OUT_PATH: Right.OWN,
        OWN_PATH: Right.OWN,
        PASSWORD_PATH: Right.OWN,
        "/mon-compte/deconnexion": Right.OWN,
        "/telephone": Right.TELEPHONE,
        "/telephone/lignes": Right.TELEPHONE,
        "/telephone/sujets": Right.TELEPHONE,
        "/telephone/ticket": Right.TELEPHONE,
        "/poste": Right.DESK,
        "/poste/vif": Right.DESK,
        "/poste/etat": Right.DESK,
        "/poste/ouvrir": Right.DESK,
        "/poste/fermer": Right.DESK,
        "/poste/disponible": Right.DESK,
        "/poste/pause": Right.DESK,
        "/poste/prendre": Right.DESK,
        "/poste/refuser": Right.DESK,
        "/poste/terminer": Right.DESK,
        "/poste/sans-reponse": Right.DESK,
        "/poste/toujours": Right.DESK,
        "/poste/passer": Right.DESK,
        "/poste/retrouver": Right.DESK,
        "/poste/rappeler": Right.CALLBACKS,
        "/poste/suivi": Right.DESK,
        "/poste/correction": Right.DESK,
        "/direct": Right.DIRECT,
        "/direct/vif": Right.DIRECT,
        "/direct/fermer": Right.CLOSE_DESK,
        "/tableau": Right.FIGURES,
        "/tableau/vif": Right.FIGURES,
        "/tableau/rapport.pdf": Right.FIGURES,
        "/tableau/rapport.html": Right.FIGURES,
        "/tableau/tout.csv": Right.FIGURES,
        "/tableau/{part}.csv": Right.FIGURES,
        "/appels": Right.CALLS,
        "/appels/{call_id}": Right.CALLS,
        "/rappels": Right.CALLBACKS,
        "/rappels/combien": Right.CALLBACKS,
        "/rappels/{view}": Right.CALLBACKS,
        "/rappels/{number:int}": Right.CALLBACKS,
        "/rappels/{number:int}/prendre": Right.CALLBACKS,
        "/rappels/{number:int}/appeler": Right.CALLBACKS,
        "/rappels/{number:int}/sans-reponse": Right.CALLBACKS,
        "/rappels/{number:int}/fait": Right.CALLBACKS,
        "/rappels/{number:int}/rendre": Right.CALLBACKS,
        "/rappels/{number:int}/refaire": Right.CALLBACKS,
        "/messages": Right.MESSAGES,
        "/messages/traites": Right.MESSAGES,
        "/messages/combien": Right.MESSAGES,
        "/messages/{number:int}": Right.MESSAGES,
        "/messages/{number:int}/son": Right.MESSAGES,
        "/messages/{number:int}/traiter": Right.MESSAGES,
        "/messages/{number:int}/rappeler": Right.MESSAGES,
        "/horaires": Right.HOURS,
        "/horaires/fermetures": Right.HOURS,
        "/horaires/fermetures/{number:int}/lever": Right.HOURS,
        "/horaires/messages": Right.HOURS,
        "/horaires/messages/{number:int}/son": Right.HOURS,
        "/horaires/messages/{number:int}/entendu": Right.HOURS,
        "/horaires/messages/{number:int}/diffuser": Right.HOURS,
        "/horaires/messages/{number:int}/arreter": Right.HOURS,
        "/horaires/semaine": Right.HOURS,
        "/horaires/semaine/{number:int}/retirer": Right.HOURS,
        "/horaires/jour": Right.HOURS,
        "/connaissances": Right.KNOWLEDGE,
        "/connaissances/etat": Right.KNOWLEDGE,
        "/connaissances/essayer": Right.KNOWLEDGE,
        "/connaissances/nouvelle": Right.KNOWLEDGE,
        "/connaissances/versions/{number:int}": Right.KNOWLEDGE,
        "/connaissances/versions/{number:int}/son": Right.KNOWLEDGE,
        "/connaissances/versions/{number:int}/entendu": Right.KNOWLEDGE,
        "/connaissances/versions/{number:int}/soumettre": Right.KNOWLEDGE,
        "/connaissances/versions/{number:int}/valider": Right.KNOWLEDGE,
        "/connaissances/versions/{number:int}/rendre": Right.KNOWLEDGE,
        "/connaissances/versions/{number:int}/abandonner": Right.KNOWLEDGE,
        "/connaissances/{language}/{entry_id}": Right.KNOWLEDGE,
        "/connaissances/{language}/{entry_id}/son": Right.KNOWLEDGE,
        "/connaissances/{language}/{entry_id}/suspendre": Right.KNOWLEDGE,
        "/connaissances/{language}/{entry_id}/retablir": Right.KNOWLEDGE,
        "/connaissances/{language}/{entry_id}/modifier": Right.KNOWLEDGE,
        "/a-apprendre": Right.LEARNING,
        "/a-apprendre/regrouper": Right.LEARNING,
        "/a-apprendre/{number:int}": Right.LEARNING,
        "/a-apprendre/{number:int}/nommer": Right.LEARNING,
        "/a-apprendre/{number:int}/ajouter": Right.LEARNING,
        "/a-apprendre/{number:int}/nouvelle": Right.LEARNING,
        "/a-apprendre/{number:int}/ecarter": Right.LEARNING,
        "/a-apprendre/{number:int}/reprendre": Right.LEARNING,
        "/acces": Right.ACCOUNTS,
        "/acces/{name}/role": Right.ACCOUNTS,
        "/acces/{name}/mot-de-passe": Right.ACCOUNTS,
        "/acces/{name}/deconnexion": Right.ACCOUNTS,
        "/acces/{name}/retirer": Right.ACCOUNTS,
        "/journal": Right.AUDIT,
        "/journal.csv": Right.AUDIT,
        "/jetons": Right.TOKENS,
        "/jetons/retirer": Right.TOKENS,
        "/donnees-personnelles": Right.PRIVACY,
        "/donnees-personnelles/purger": Right.PRIVACY,
        "/donnees-personnelles/recherche": Right.PRIVACY,
        "/donnees-personnelles/export": Right.PRIVACY,
        "/donnees-personnelles/effacer": Right.PRIVACY,
        "/donnees-personnelles/consultations": Right.PRIVACY,
        "/composants": Right.WORKSHOP,
    }
)
"""By the path of the route. A new page is one line here; those that need no account are in sessions.OPEN_PATHS."""

BEFORE_CHANGE = frozenset({OWN_PATH, PASSWORD_PATH, SIGN_OUT_PATH})
"""Where somebody may go whose password was given by somebody else."""
NOT_YOURS = (
    "Votre rôle ne donne pas accès à cette page. Adressez-vous à la personne qui administre le service."
)

log = logging.getLogger(__name__)


class RequireRight:
    """Inside RequireAccount: lets a request through when its account's role has the right that its route needs."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http" or scope["path"].startswith(OPEN_FOLDERS) or scope["path"] in OPEN_PATHS:
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        await (_refusal(request) or self.app)(scope, receive, send)


def _refusal(request: Request) -> Response | None:
    account: Account = request.state.account
    if account.temporary and request.url.path not in BEFORE_CHANGE:
        if wants_json(request):
            return JSONResponse({"message": "Choisissez d’abord votre mot de passe."}, 403)
        return RedirectResponse(OWN_PATH, 303)
    route = _route(request.scope)
    if not route or (route in NEEDS and may(account.role, NEEDS[route])):
        return None
    log.warning("Refused %s to a %s", route, account.role)
    if wants_json(request):
        return JSONResponse({"message": NOT_YOURS}, 403)
    return render(request, "failure.html", 403, code=403, title="Accès réservé", text=NOT_YOURS)


def _route(scope: Scope) -> str:
    """The path of the route that will answer, empty when none will (then it is a 404 or a 405, for everybody)."""
    for route in scope["app"].routes:
        match, _ = route.matches(scope)
        if match is Match.FULL:
            return str(route.path) or "/"
    return ""
