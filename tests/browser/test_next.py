"""`/next` in process: what a dialplan is told, and who may ask."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from callbot.onward import HANG_UP
from callbot.web.app import create_app
from tests.support.web_service import ScriptedService, scripted_service

SECRET = "sesame"
BEARER = {"Authorization": f"Bearer {SECRET}"}


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[ScriptedService]:
    """Two calls have ended: one goes on to 130, one is over."""
    async with scripted_service(tmp_path) as service:
        service.onward.send("1733300000.42", "130")
        service.onward.end("1733300000.43")
        yield service


def asking(service: ScriptedService, peer: str = "127.0.0.1") -> httpx2.AsyncClient:
    """A dialplan at `peer`."""
    transport = httpx2.ASGITransport(create_app(service), client=(peer, 40_000))
    return httpx2.AsyncClient(transport=transport, base_url="http://callbot.example:8080")


def with_secret(service: ScriptedService) -> ScriptedService:
    """The same service with a media_token."""
    settings = service.settings.model_validate(service.settings.model_dump() | {"media_token": SECRET})
    return replace(service, settings=settings)


@pytest.mark.parametrize(
    ("leg", "destination"),
    [("1733300000.42", "130"), ("1733300000.43", HANG_UP), ("never-seen", "100"), ("x" * 500, "100")],
)
async def test_a_dialplan_reads_where_the_caller_goes(
    service: ScriptedService, leg: str, destination: str
) -> None:
    """Plain text without a line's end, so that the dialplan needs no cleaning; nothing keeps a copy."""
    async with asking(service) as dialplan:
        response = await dialplan.get("/next", params={"id": leg})
    assert (response.status_code, response.text, response.headers["cache-control"]) == (
        200,
        destination,
        "no-store",
    )


async def test_a_question_without_a_leg_is_answered_with_its_mistake(service: ScriptedService) -> None:
    """The operator who tries it by hand is told what is missing."""
    async with asking(service) as dialplan:
        response = await dialplan.get("/next")
    assert (response.status_code, response.text) == (400, "The leg's id is missing: /next?id=…\n")


@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [
        ("", {}, 401),
        ("&token=wrong", {}, 401),
        (f"&token={SECRET}", {}, 200),
        ("", BEARER, 200),
        (f"&token={SECRET}", {"Origin": "https://a.example"}, 401),
    ],
)
async def test_with_a_media_token_the_secret_is_asked_wherever_one_comes_from(
    service: ScriptedService, query: str, headers: dict[str, str], status: int
) -> None:
    """On the loopback as elsewhere: another user of the machine is no PBX."""
    for peer in ("127.0.0.1", "192.0.2.7"):
        async with asking(with_secret(service), peer) as dialplan:
            response = await dialplan.get(f"/next?id=1733300000.42{query}", headers=headers)
        assert response.status_code == status


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("192.0.2.7", {}, 401),
        ("nowhere", {}, 401),
        ("127.0.0.1", {"Origin": "https://a.example"}, 401),
    ],
)
async def test_without_a_media_token_only_the_loopback_may_ask(
    service: ScriptedService, peer: str, headers: dict[str, str], status: int
) -> None:
    """Nor may a page that somebody visits on this machine."""
    async with asking(service, peer) as dialplan:
        response = await dialplan.get("/next?id=1733300000.42", headers=headers)
    assert response.status_code == status
