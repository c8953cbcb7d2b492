"""Pages and answers for what goes wrong, in French."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from callbot.web.rendering import render
from callbot.web.security import add_security_headers
from callbot.web.sessions import wants_json

WORDS = {
    400: ("Demande incomprise", "L’adresse ou le formulaire envoyé ne convient pas."),
    403: ("Formulaire refusé", "La page était ouverte depuis trop longtemps. Revenez en arrière, rechargez-la et recommencez."),
    404: ("Page introuvable", "Cette adresse ne mène nulle part. Le lien est peut-être ancien."),
    405: ("Demande incomprise", "Cette adresse existe, mais pas pour ce que votre navigateur en demande."),
    413: ("Envoi trop long", "Ce qui a été envoyé dépasse ce que le service accepte."),
    500: ("Une erreur s’est produite", "Le service a noté l’incident. Les appels téléphoniques ne sont pas touchés."),
}  # fmt: skip


def http_failure(request: Request, error: Exception) -> Response:
    """The page of an HTTPException; JSON for our scripts."""
    code = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    response = _response(request, code)
    response.headers.update(headers or {})
    return response


def server_failure(request: Request, error: Exception) -> Response:  # noqa: ARG001 (uvicorn logs it with its traceback)
    """The page of a fault of ours. It leaves from outside all middleware, so it carries the headers itself."""
    response = _response(request, 500)
    add_security_headers(response.headers)
    return response


def _response(request: Request, code: int) -> Response:
    title, text = WORDS.get(code, WORDS[400 if code < 500 else 500])
    if wants_json(request):
        return JSONResponse({"message": f"{title}. {text}"}, code)
    return render(request, "failure.html", code, code=code, title=title, text=text)
