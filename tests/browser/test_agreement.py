"""One period, told by the page's CSV, the PDF, `callbot report`, the API and SQL: the same figures, exactly."""

import asyncio
import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pypdfium2
from click.testing import CliRunner
from sqlalchemy import text

from callbot.api.tokens import Scope
from callbot.commands.report import report
from callbot.reports.tables import shown
from callbot.stats.call_record import CallRecord
from callbot.stats.figures import Figure
from callbot.stats.storage import spill, write
from callbot.web.app import create_app
from tests.support.calls import answered_call, difficult_call, machine_call
from tests.support.web_service import NAME, PASSWORD, ScriptedService, scripted_service

SITE = "http://mairie.example"
BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = "2026-03-02"
Parts = tuple[float | None, float | None, float | None]


async def a_day_of_calls(service: ScriptedService) -> None:
    """Four answered calls, of which one caller's two; two that were difficult; a machine."""
    courses = [answered_call()] * 4 + [difficult_call()] * 2 + [machine_call()]
    for number, events in enumerate(courses):
        caller = f"{max(number, 1):064}"
        at = BEGAN + timedelta(minutes=20 * number)
        record = CallRecord(f"c{number}", at, caller, engine="whisper", recorder="host:1")
        for event in events:
            record.apply(event)
        await write(service.database, record.rows(), spill(service.settings))


async def fetched(service: ScriptedService) -> tuple[str, bytes, list[dict[str, Any]]]:
    """The page's CSV and the PDF, as somebody who is signed in; the API's figures, by a token."""
    token = await service.api_tokens.add("test", [Scope.FIGURES], None, actor="test")
    transport = httpx2.ASGITransport(create_app(service))
    async with httpx2.AsyncClient(transport=transport, base_url=SITE) as client:
        page = await client.get("/connexion", params={"suite": "/"})
        given = dict(re.findall(r'name="(jeton|suite)" value="([^"]*)"', page.text))
        await client.post("/connexion", data=given | {"identifiant": NAME, "mot_de_passe": PASSWORD})
        wanted = {"periode": "jour", "du": DAY}
        table = await client.get("/tableau/tout.csv", params=wanted)
        pdf = await client.get("/tableau/rapport.pdf", params=wanted)
        bearer = {"authorization": f"Bearer {token}"}
        api = await client.get("/api/v1/figures", params={"first": DAY}, headers=bearer)
    assert [one.status_code for one in (table, pdf, api)] == [200, 200, 200]
    return table.text, pdf.content, api.json()["figures"]


def of_csv(written: str, delimiter: str) -> dict[str, Parts]:
    """The figures of a CSV, whichever its decimal sign."""
    rows = csv.reader(io.StringIO(written.removeprefix("\ufeff"), newline=""), delimiter=delimiter)
    return {row[1]: _parts(row[3:6]) for row in rows if row[0] == "figures"}


def _parts(cells: list[str]) -> Parts:
    numerator, denominator, value = (float(cell.replace(",", ".")) if cell else None for cell in cells)
    return numerator, denominator, value


def of_json(figures: list[dict[str, Any]]) -> dict[str, Parts]:
    """The figures of JSON."""
    return {one["key"]: (one["numerator"], one["denominator"], one["value"]) for one in figures}


async def of_sql(service: ScriptedService, keys: list[str]) -> dict[str, float | None]:
    """The values of the views' day."""
    query = "SELECT * FROM stats_days d JOIN stats_day_times t ON t.day = d.day WHERE d.day = :day"
    async with service.database.read() as connection:
        row = (await connection.execute(text(query), {"day": DAY})).mappings().one()
        return {key: row[key] for key in keys}


async def test_every_way_tells_the_same_figures(tmp_path: Path) -> None:
    """Numerator, denominator and value of each figure; of SQL the value, of the PDF what is shown of it."""
    async with scripted_service(tmp_path) as service:
        await a_day_of_calls(service)
        table, pdf, api = await fetched(service)
        environment = {"CALLBOT_DATA_DIR": str(service.settings.data_dir)}
        told = {}
        for kind in ("csv", "json"):
            made = await asyncio.to_thread(
                CliRunner().invoke, report, ["--day", DAY, "--format", kind], env=environment
            )
            assert made.exit_code == 0, made.output
            told[kind] = made.stdout
        expected = of_json(api)
        assert expected["offered"] == (7, None, 7)
        assert expected["answered_repeat_rate"] == (1, 4, 0.25)
        assert of_csv(table, ";") == of_csv(told["csv"], ",") == expected
        assert of_json(list(json.loads(told["json"])["figures"].values())) == expected
        assert await of_sql(service, list(expected)) == {key: parts[2] for key, parts in expected.items()}
    opened = pypdfium2.PdfDocument(pdf)
    said = _plain("".join(page.get_textpage().get_text_range() for page in opened))
    for one in api:
        assert _plain(one["label"] + shown(Figure(**one))) in said
    assert len(expected) > 40


def _plain(words: str) -> str:
    """Without spaces, line ends and hyphens of whichever kind."""
    return re.sub(r"[\s\u00ad\u2010\ufffe-]", "", words).replace("'", "’")
