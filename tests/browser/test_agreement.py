"""One period, told by the page's CSV, the PDF, `callbot report`, the API and SQL: the same figures, exactly."""

import asyncio
import csv
import io
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any

import httpx2
import pypdfium2
from click.testing import CliRunner
from sqlalchemy import RowMapping, text

from callbot.api.tokens import Scope
from callbot.commands.report import report
from callbot.reports.tables import shown
from callbot.stats.call_record import CallRecord
from callbot.stats.figures import Figure
from callbot.stats.month_store import add_up_months
from callbot.stats.storage import spill, write
from callbot.web.app import create_app
from tests.support.calls import answered_call, difficult_call, machine_call
from tests.support.web_service import NAME, PASSWORD, ScriptedService, scripted_service

SITE = "http://mairie.example"
BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = "2026-03-02"
Parts = tuple[float | None, float | None, float | None]


COURSES = [answered_call()] * 4 + [difficult_call()] * 2 + [machine_call()]
"""Four answered calls, two that were difficult, a machine."""


async def written(service: ScriptedService, times: list[datetime]) -> None:
    """A call at each of these times, of which the first two by one caller."""
    for number, at in enumerate(times):
        caller = f"{max(number, 1):064}"
        record = CallRecord(f"c{number}", at, caller, engine="whisper", recorder="host:1")
        for event in COURSES[number % len(COURSES)]:
            record.apply(event)
        await write(service.database, record.rows(), spill(service.settings))


async def fetched(
    service: ScriptedService, wanted: dict[str, str], days: dict[str, str]
) -> tuple[str, bytes, dict[str, Any]]:
    """The page's CSV and the PDF, as somebody who is signed in; the API's answer, by a token."""
    token = await service.api_tokens.add(f"test {token_hex(4)}", [Scope.FIGURES], None, actor="test")
    transport = httpx2.ASGITransport(create_app(service))
    async with httpx2.AsyncClient(transport=transport, base_url=SITE) as client:
        page = await client.get("/connexion", params={"suite": "/"})
        given = dict(re.findall(r'name="(jeton|suite)" value="([^"]*)"', page.text))
        await client.post("/connexion", data=given | {"identifiant": NAME, "mot_de_passe": PASSWORD})
        table = await client.get("/tableau/tout.csv", params=wanted)
        pdf = await client.get("/tableau/rapport.pdf", params=wanted)
        bearer = {"authorization": f"Bearer {token}"}
        api = await client.get("/api/v1/figures", params=days, headers=bearer)
    assert [one.status_code for one in (table, pdf, api)] == [200, 200, 200]
    return table.text, pdf.content, api.json()


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
        await written(service, [BEGAN + timedelta(minutes=20 * number) for number in range(len(COURSES))])
        table, pdf, answer = await fetched(service, {"periode": "jour", "du": DAY}, {"first": DAY})
        api = answer["figures"]
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
    check_pdf(pdf, api)
    assert len(expected) > 40


async def test_every_way_tells_the_same_figures_of_a_year(tmp_path: Path) -> None:
    """Whose months were added up: the page's CSV, the PDF and the API tell what the sums of the days' rows are by SQL."""
    async with scripted_service(tmp_path) as service:
        # three days apart, from the autumn before to the spring after; once of each hour, that which comes twice included
        times = [
            datetime(2023, 12, 20, 9, tzinfo=UTC) + timedelta(days=3, hours=1) * number
            for number in range(131)
        ]
        await written(service, times)
        wanted, days = {"periode": "annee", "du": "2024-05-01"}, {"first": "2024-01-01", "last": "2024-12-31"}
        before = await fetched(service, wanted, days | {"days": "true"})
        assert await add_up_months(service.database) == 14
        table, pdf, answer = await fetched(service, wanted, days | {"days": "true"})
        assert (table, answer) == (before[0], before[2])
        sums = await of_days(service, list(of_json(answer["figures"])))
    expected = of_json(answer["figures"])
    assert of_csv(table, ";") == expected
    assert expected["offered"][0] == sum(at.year == 2024 for at in times)
    assert {key: expected[key][:2] for key in sums} == sums
    assert sum(day["values"]["offered"] for day in answer["days"]) == expected["offered"][2]
    check_pdf(pdf, answer["figures"])


async def of_days(service: ScriptedService, keys: list[str]) -> dict[str, tuple[int | None, int | None]]:
    """Numerator and denominator of each figure that is no percentile: the sums of the view's days."""
    query = "SELECT * FROM stats_days WHERE day BETWEEN '2024-01-01' AND '2024-12-31'"
    async with service.database.read() as connection:
        rows = (await connection.execute(text(query))).mappings().all()
    found: dict[str, tuple[int | None, int | None]] = {}
    for key in keys:
        numerator, denominator = f"{key}_numerator", f"{key}_denominator"
        if denominator in rows[0]:
            found[key] = _sum(rows, numerator), _sum(rows, denominator)
        elif key in rows[0]:
            found[key] = _sum(rows, key), None
    return found


def _sum(rows: Sequence[RowMapping], column: str) -> int | None:
    """None where no row knows it."""
    known = [row[column] for row in rows if row[column] is not None]
    return sum(known) if known else None


def check_pdf(pdf: bytes, api: list[dict[str, Any]]) -> None:
    """Each figure's label and value stand in it."""
    opened = pypdfium2.PdfDocument(pdf)
    said = _plain("".join(page.get_textpage().get_text_range() for page in opened))
    for one in api:
        assert _plain(one["label"] + shown(Figure(**one))) in said


def _plain(words: str) -> str:
    """Without spaces, line ends and hyphens of whichever kind."""
    return re.sub(r"[\s\u00ad\u2010\ufffe-]", "", words).replace("'", "’")
