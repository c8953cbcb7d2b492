"""Nothing personal in the logs: calls, pages and faults in which somebody tells who they are, and every line that was logged."""

import io
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest

from callbot.accounts import Role
from callbot.caller import Caller
from callbot.config import Settings
from callbot.database import Database
from callbot.log_lines import LineFormatter
from callbot.stats.call_record import CallRecord
from callbot.stats.records import Recorder
from callbot.stats.storage import spill, write
from callbot.web.security import form_token
from callbot.web.sessions import SESSION_COOKIE
from tests.support.commune import Shut
from tests.support.scripted import media_server, question
from tests.support.web_service import NAME, scripted_service, serve_pages

NUMBER = "+33612345678"
SPOKEN = "zéro six douze trente-quatre cinquante-six soixante-dix-huit"
SAID = "je m'appelle Josette Kowalczyk et mon mail c'est josette point kowalczyk arobase orange point fr"
SECRETS = (
    "12345678",
    "12 34 56",
    "cinquante-six",
    "Kowalczyk",
    "kowalczyk",
    "Josette",
    "josette",
    "arobase",
    "orange.fr",
    "Mimosas",
    "mimosas",
)


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What `callbot serve` would print at DEBUG, in its own format: all our loggers, and the warnings of everybody else's."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(LineFormatter())
    root, ours = logging.getLogger(), logging.getLogger("callbot")
    before = root.level, ours.level
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    ours.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before[0])
    ours.setLevel(before[1])


def ours() -> logging.Handler:
    """The handler of `logged`."""
    return next(one for one in logging.getLogger().handlers if isinstance(one.formatter, LineFormatter))


def told(logged: io.StringIO) -> list[str]:
    """Lines with something personal in them."""
    return [line for line in logged.getvalue().splitlines() if any(secret in line for secret in SECRETS)]


async def a_call(tmp_path: Path, script: list[str | Exception]) -> list[object]:
    """A whole call over a real WebSocket while nobody is there, recorded to a real database; its events."""
    settings = Settings.model_validate({"data_dir": tmp_path})
    async with media_server(tmp_path, script, presence=Shut(), takes_callbacks=True) as (server, recorded):
        caller = Caller([question("un_agent")] * len(script), fast=True, on_event=lambda _: None)
        await caller.call(f"ws://127.0.0.1:{server.port}/media?events=1")
        events = list(recorded.only)
    database = await Database.open(settings)
    recorder = Recorder(database, settings)
    for event in events:
        recorder.record("c", event)
    await recorder.close()
    await database.close()
    return list(events)


async def test_a_call_that_tells_everything_leaves_no_trace_in_the_log(
    tmp_path: Path, logged: io.StringIO
) -> None:
    """Name, e-mail, number and address are said, and a call-back is promised."""
    script: list[str | Exception] = [
        "un agent",
        "oui",
        SPOKEN,
        "oui",
        "Josette Kowalczyk",
        "demain matin",
        "oui",
        SAID,
        "non merci",
    ]
    events = await a_call(tmp_path, script)
    assert "CallbackRequested" in [type(event).__name__ for event in events]
    assert "begins" in logged.getvalue()
    assert told(logged) == []


async def test_a_fault_that_quotes_the_caller_does_not(tmp_path: Path, logged: io.StringIO) -> None:
    """A library's exception has the caller's words in its message: the traceback is there, they are not."""
    await a_call(
        tmp_path, [ValueError(f"invalid text: '{SAID}'"), ValueError(f"bad number {NUMBER}"), "un agent"]
    )
    assert "ValueError" in logged.getvalue()
    assert told(logged) == []


async def test_a_call_that_the_database_refuses_does_not(
    tmp_path: Path, logged: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rows are put aside; the log has the call's id and the kind of fault."""
    settings = Settings.model_validate({"data_dir": tmp_path})
    database = await Database.open(settings)
    record = CallRecord("c", datetime.now(UTC), None, engine=SAID, recorder="")

    async def refuse(*_: object) -> None:
        raise RuntimeError(f"cannot bind '{SAID}' {NUMBER}")

    monkeypatch.setattr("callbot.stats.storage._write", refuse)
    await write(database, record.rows(), spill(settings))
    await database.close()
    assert "the database refuses a call" in logged.getvalue()
    assert told(logged) == []


async def test_pages_do_not_either(
    tmp_path: Path, logged: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Numbers searched for, exported and erased, addresses that have one in them, wrong passwords, and a fault of the server's."""
    async with (
        scripted_service(tmp_path) as service,
        serve_pages(service) as address,
        httpx2.AsyncClient(base_url=address) as client,
    ):
        await client.post("/connexion", data={"identifiant": NUMBER, "mot_de_passe": SAID})
        account = await service.accounts.add("léa", "cheval-agrafe-pile-juste", Role.SUPERVISOR, actor="test")
        [administrator] = [one for one in await service.accounts.all() if one.name == NAME]
        for who in (account, administrator):
            session = await service.accounts.open_session(who)
            client.cookies.set(SESSION_COOKIE, session)
            token = {"jeton": form_token(session)}
            for form in ("recherche", "export", "effacer"):
                fields = token | {"numero": NUMBER, "confirme": "oui"}
                await client.post(f"/donnees-personnelles/{form}", data=fields)
            for path in (
                f"/appels/{NUMBER}",
                f"/rappels?service={NUMBER}&jour={SAID}",
                f"/nulle-part/{NUMBER}",
            ):
                await client.get(path)

        uvicorn_s = logging.getLogger(
            "uvicorn"
        )  # `serve` has it log as everybody does; the tests' server does not
        uvicorn_s.addHandler(ours())

        async def fail(number: str, actor: str) -> None:
            raise KeyError(number, SAID)

        monkeypatch.setattr(service.personal, "find", fail)
        failed = await client.post("/donnees-personnelles/recherche", data=token | {"numero": NUMBER})
        uvicorn_s.removeHandler(ours())
    assert failed.status_code == 500
    assert "KeyError" in logged.getvalue()
    assert told(logged) == []
