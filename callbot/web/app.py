"""The pages as one ASGI application; `serve` gives it to uvicorn."""

from starlette.applications import Starlette
from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from callbot.web.access import RequireRight
from callbot.web.accounts import AccountsPage
from callbot.web.api import PATH as API_PATH
from callbot.web.api import create_api
from callbot.web.audit import AuditPage
from callbot.web.callbacks import CallbacksPage
from callbot.web.calls import Calls
from callbot.web.consulted import ConsultedPage
from callbot.web.dashboard import DashboardPage
from callbot.web.desk import DeskPage
from callbot.web.desk_direct import DirectPage
from callbot.web.failures import http_failure, server_failure
from callbot.web.home import Home
from callbot.web.hours import HoursPage
from callbot.web.hours_weeks import WeeksPage
from callbot.web.knowledge import KnowledgePage
from callbot.web.knowledge_edit import KnowledgeEditor
from callbot.web.learning import LearningPage
from callbot.web.messages import MessagesPage
from callbot.web.metrics import MetricsPage
from callbot.web.onward import NextDestination
from callbot.web.own_account import OwnAccount
from callbot.web.personal_data import PersonalDataPage
from callbot.web.provider_sign_in import ProviderSignIn
from callbot.web.rendering import HERE
from callbot.web.security import SecurityHeaders
from callbot.web.service import WebService
from callbot.web.sessions import RequireAccount
from callbot.web.sign_in import SignIn
from callbot.web.style_page import StylePage
from callbot.web.telephone import Telephone
from callbot.web.tokens import TokensPage

MOST_BODY_BYTES = 64 * 1024
"""The longest form there is here is the sign-in."""


class _Files(StaticFiles):
    """Our style and scripts: kept by the browser, but asked for anew (ETag), so that an upgrade shows at once."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "no-cache"
        return response


async def health(request: Request) -> Response:  # noqa: ARG001 (a route's signature)
    """`/sante`, for monitors: says that the pages answer, and nothing else."""
    return PlainTextResponse("ok\n")


async def favicon(request: Request) -> Response:  # noqa: ARG001 (a route's signature)
    """Where browsers look when no page has told them better."""
    return RedirectResponse("/static/callbot.svg", 308)


class _RowNumber(IntegerConvertor):
    """`{number:int}` in an address: the number of a row, that every database takes; there is no page of a longer one."""

    regex = "[0-9]{1,9}"


register_url_convertor("int", _RowNumber())


def create_app(service: WebService) -> Starlette:
    """All pages, closed to who has not signed in, served by `service`."""
    app = Starlette(
        routes=[
            *Home(service).routes(),
            *SignIn(service).routes(),
            *ProviderSignIn(service).routes(),
            *OwnAccount(service).routes(),
            *AccountsPage(service).routes(),
            *AuditPage(service).routes(),
            *PersonalDataPage(service).routes(),
            *ConsultedPage(service).routes(),
            *TokensPage(service).routes(),
            *HoursPage(service).routes(),
            *WeeksPage(service).routes(),
            *Telephone(service).routes(),
            *DeskPage(service).routes(),
            *DirectPage(service).routes(),
            *DashboardPage(service).routes(),
            *Calls(service).routes(),
            *CallbacksPage(service).routes(),
            *MessagesPage(service).routes(),
            *KnowledgeEditor(service).routes(),
            *KnowledgePage(service).routes(),
            *LearningPage(service).routes(),
            *MetricsPage(service).routes(),
            *NextDestination(service).routes(),
            *StylePage().routes(),
            Route("/sante", health),
            Route("/favicon.ico", favicon),
            Mount(API_PATH, create_api(service), name="api"),
            Mount("/static", _Files(directory=HERE / "static"), name="static"),
        ],
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(RequireAccount, service=service),
            Middleware(RequireRight),
        ],
        exception_handlers={HTTPException: http_failure, Exception: server_failure},
        max_body_size=MOST_BODY_BYTES,
    )
    app.state.commune = service.commune
    return app
