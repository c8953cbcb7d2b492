"""The read API in process: who may come in, what is answered, and its OpenAPI document."""

import datetime as dt
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import jsonschema
import pytest
from openapi_spec_validator import validate

from callbot.api.limits import WRONG_TOKENS, RateLimit
from callbot.api.tokens import PREFIX, ApiTokens, Scope, TokenError
from callbot.audit import Wanted
from callbot.caller_data import erase_caller
from callbot.privacy import pseudonym, pseudonym_key
from callbot.stats.call_record import CallRecord
from callbot.stats.period import Period
from callbot.stats.reading import read_figures
from callbot.stats.storage import spill, write
from callbot.web.app import create_app
from tests.browser.test_access import enter
from tests.support.calls import CALLER, WORDS, answered_call
from tests.support.web_service import NAME, ScriptedService, scripted_service

SITE = "http://mairie.example"
BEGAN = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
DAY = "2026-03-02"


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[ScriptedService]:
    """Three answered calls of one day."""
    async with scripted_service(tmp_path) as service:
        hashed = pseudonym(pseudonym_key(service.settings), CALLER)
        for number in range(3):
            at = BEGAN + dt.timedelta(minutes=number)
            record = CallRecord(f"c{number}", at, hashed, engine="whisper", recorder="host:1")
            for event in answered_call(CALLER):
                record.apply(event)
            await write(service.database, record.rows(), spill(service.settings))
        yield service


@pytest.fixture
async def client(service: ScriptedService) -> AsyncIterator[httpx2.AsyncClient]:
    """Another program."""
    transport = httpx2.ASGITransport(create_app(service), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=SITE) as client:
        yield client


async def bearer(service: ScriptedService, *scopes: Scope, days: int | None = None) -> dict[str, str]:
    """The header with a new token."""
    token = await service.api_tokens.add(f"test {' '.join(scopes)}", scopes or [*Scope], days, actor="test")
    return {"authorization": f"Bearer {token}"}


async def test_a_token_opens_its_scopes_and_nothing_else(
    client: httpx2.AsyncClient, service: ScriptedService
) -> None:
    """Without one, with a wrong one, ended, removed: 401; another scope's: 403; never a page, and no page by a token."""
    header = await bearer(service, Scope.QUEUE, days=30)
    statuses = {
        "none": (await client.get("/api/v1/queue")).status_code,
        "wrong": (
            await client.get("/api/v1/queue", headers={"authorization": "Bearer callbot_x"})
        ).status_code,
        "good": (await client.get("/api/v1/queue", headers=header)).status_code,
        "other scope": (await client.get(f"/api/v1/calls?day={DAY}", headers=header)).status_code,
        "a page": (await client.get("/journal", headers=header)).status_code,
    }
    service.clock.at = dt.datetime.now(dt.UTC) + dt.timedelta(days=31)
    statuses["ended"] = (await client.get("/api/v1/queue", headers=header)).status_code
    service.clock.at = None
    await service.api_tokens.remove("test queue", actor="test")
    statuses["removed"] = (await client.get("/api/v1/queue", headers=header)).status_code
    assert statuses == {
        "none": 401,
        "wrong": 401,
        "good": 200,
        "other scope": 403,
        "a page": 303,
        "ended": 401,
        "removed": 401,
    }
    assert [one.action for one in await service.trail.changes(Wanted(actor="test"))] == [
        "token removed",
        "token added",
        "account added",
    ]


async def test_figures_are_those_of_the_pages(client: httpx2.AsyncClient, service: ScriptedService) -> None:
    """Every figure of the period with its numerator and denominator, not rounded; each day's when asked for."""
    header = await bearer(service)
    answer = (
        await client.get(f"/api/v1/figures?first={DAY}&last=2026-03-03&days=true", headers=header)
    ).json()
    period = Period(dt.date(2026, 3, 2), dt.date(2026, 3, 3))
    read = await read_figures(service.database, period)
    assert [
        (one["key"], one["numerator"], one["denominator"], one["value"]) for one in answer["figures"]
    ] == [(one.key, one.numerator, one.denominator, one.value) for one in read.figures]
    assert [(one["day"], one["values"]["offered"]) for one in answer["days"]] == [(DAY, 3), ("2026-03-03", 0)]
    wrong = await client.get("/api/v1/figures?first=2026-03-03&last=2026-03-02", headers=header)
    other = (await client.get(f"/api/v1/figures?first={DAY}&line=+33139000000", headers=header)).json()
    assert (wrong.status_code, other["days"]) == (422, [])
    calls = (await client.get(f"/api/v1/calls?day={DAY}", headers=header)).json()["calls"]
    assert {one["line"] for one in calls} == {other["line"]} == {"+33139000000"}
    local = (await client.get(f"/api/v1/figures?first={DAY}&line=0139000000", headers=header)).json()
    assert [one["figures"][0]["value"] for one in (other, local)] == [3, 3]
    unknown = await client.get(f"/api/v1/figures?first={DAY}&line=0139999999", headers=header)
    assert (unknown.status_code, unknown.json()["detail"]) == (422, "la ligne « 0139999999 » n'existe pas")


async def test_calls_of_a_day_tell_nothing_of_the_caller(
    client: httpx2.AsyncClient, service: ScriptedService
) -> None:
    """Page by page; neither number nor hash nor words."""
    header = await bearer(service)
    first = await client.get(f"/api/v1/calls?day={DAY}&limit=2", headers=header)
    answer = first.json()
    rest = (
        await client.get(f"/api/v1/calls?day={DAY}&limit=2&after={answer['next']}", headers=header)
    ).json()
    assert [one["id"] for one in (*answer["calls"], *rest["calls"])] == ["c0", "c1", "c2"]
    assert (rest["next"], answer["calls"][0]["outcome"], answer["calls"][0]["motives"]) == (
        None,
        "answered",
        ["carte_identite"],
    )
    hashed = pseudonym(pseudonym_key(service.settings), CALLER)
    assert hashed
    assert [secret for secret in (hashed, CALLER, "139445566", WORDS) if secret in first.text] == []
    await erase_caller(service.database, hashed, actor="test")
    assert (await client.get(f"/api/v1/calls?day={DAY}", headers=header)).json()["calls"] == []


async def test_a_token_may_ask_so_often(client: httpx2.AsyncClient, service: ScriptedService) -> None:
    """Then 429 with when to come back; wrong tokens from one address as well."""
    header = await bearer(service, Scope.QUEUE)
    most = service.settings.api_requests_per_minute
    statuses = [(await client.get("/api/v1/queue", headers=header)).status_code for _ in range(most + 1)]
    wrong = [(await client.get("/api/v1/queue")).status_code for _ in range(WRONG_TOKENS + 1)]
    assert (statuses, wrong) == ([200] * most + [429], [401] * WRONG_TOKENS + [429])
    last = await client.get("/api/v1/queue", headers=header)
    assert 0 < int(last.headers["retry-after"]) <= 60


def test_a_minute_slides() -> None:
    """What was asked a minute ago does not count; each key for itself."""
    limit = RateLimit(2)
    assert [limit.wait_s("a", at) for at in (0, 10, 20, 60, 61)] == [0, 0, 40, 0, 9]
    assert limit.wait_s("b", 61) == 0


async def test_the_document_is_valid_and_answers_keep_to_it(
    client: httpx2.AsyncClient, service: ScriptedService
) -> None:
    """OpenAPI 3.1; every real answer fits its schema; each path says 401, 403, 429 and 503, and how to authenticate."""
    document = json.loads((await client.get("/api/v1/openapi.json")).text)
    validate(document)
    assert set(document["paths"]) == {"/figures", "/calls", "/queue"}
    assert document["servers"] == [{"url": "/api/v1"}]
    header = await bearer(service)
    for path, query in (("/figures", f"?first={DAY}&days=true"), ("/calls", f"?day={DAY}"), ("/queue", "")):
        described = document["paths"][path]["get"]
        assert set(described["responses"]) >= {"200", "401", "403", "429", "503"}
        assert described["security"]
        schema = described["responses"]["200"]["content"]["application/json"]["schema"]
        answer = (await client.get(f"/api/v1{path}{query}", headers=header)).json()
        jsonschema.validate(answer, {**schema, "components": document["components"]})


async def test_tokens_are_made_and_removed_on_their_page(
    client: httpx2.AsyncClient, service: ScriptedService
) -> None:
    """Shown once; only its hash is kept; what is wrong with the form is said."""
    form = await enter(client, service)
    wrong = await client.post("/jetons", data=form | {"nom": "x"})
    assert (wrong.status_code, "au moins une portée" in wrong.text, "Le nom compte" in wrong.text) == (
        400,
        True,
        True,
    )
    fields = {"nom": "Metabase", "portee-figures": "oui", "duree": "365"}
    made = await client.post("/jetons", data=form | fields)
    token = made.text.split(f"<code>{PREFIX}")[1].split("</code>")[0]
    assert token not in (await client.get("/jetons")).text
    header = {"authorization": f"Bearer {PREFIX}{token}"}
    assert (await client.get(f"/api/v1/figures?first={DAY}", headers=header)).status_code == 200
    assert (await client.post("/jetons", data=form | fields)).status_code == 400
    assert (PREFIX + token).encode() not in (service.settings.data_dir / "callbot.db").read_bytes()
    removed = await client.post("/jetons/retirer", data=form | {"nom": "Metabase"})
    assert removed.headers["location"] == "/jetons?fait"
    assert (await client.get(f"/api/v1/figures?first={DAY}", headers=header)).status_code == 401
    lines = [(one.action, one.detail) for one in await service.trail.changes(Wanted(actor=NAME))]
    assert lines == [("token removed", "Metabase"), ("token added", "Metabase (figures; 365 days)")]


async def test_a_token_needs_a_name_and_a_scope(service: ScriptedService) -> None:
    """In one line each."""
    tokens = ApiTokens(service.database)
    for name, scopes in (("", [Scope.CALLS]), ("Grafana", [])):
        with pytest.raises(TokenError):
            await tokens.add(name, scopes, None, actor="test")
    assert await tokens.all() == []
