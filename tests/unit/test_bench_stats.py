"""The benchmark of figures and pages: nothing that is read from is left out, and what it prints can be read."""

import asyncio
import json
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from callbot.bench import stats
from callbot.bench.beside import fill_beside
from callbot.bench.pages import asked_for, get_routes, measure_pages, people, send_home
from callbot.bench.stats import Row, table
from callbot.bench.times import Times
from callbot.bench.visits import NOT_MEASURED, VISITS, check
from callbot.commands.demo import town
from callbot.config import load
from callbot.database import Database
from callbot.demo.filling import fill
from callbot.errors import CallbotError
from callbot.stats.call_list import newest_calls
from callbot.stats.days import day_of
from callbot.stats.period import Period
from tests.support.web_service import scripted_service, serve_pages

QUICK = tuple({visit.route: visit for visit in reversed(VISITS)}.values())
"""Each address once."""


def test_every_address_that_is_read_from_is_measured() -> None:
    """Or stands in the list of those that are not, with the reason; one that is in neither, or is gone, is told by name."""
    routes = get_routes()
    check(routes)
    with pytest.raises(CallbotError, match="does not measure /neuf: add it"):
        check(routes | {"/neuf"})
    with pytest.raises(CallbotError, match="measures /appels, which is not there"):
        check(routes - {"/appels"})
    assert not {visit.route for visit in VISITS} & set(NOT_MEASURED)


def test_the_table_has_databases_side_by_side() -> None:
    """A median above its aim is in bold; what one of them has not is empty."""
    page = Times.of("home", "/", [1.0, 2.0, 400.0, 500.0, 600.0], 300)
    fill_row = Times.of("fill", "730 days", [61_234.0])
    rows = [Row("SQLite", 1000, page), Row("SQLite", 1000, fill_row)]
    rows.append(Row("PostgreSQL", 1000, replace(page, ms_p50=12.34)))
    assert list(table(rows))[2:] == [
        "| home | / | 5 | **400** | 580 | 600 | 12.3 | 580 | 600 |",
        "| fill | 730 days | 1 | 61,234 | 61,234 | 61,234 | | | |",
    ]


def test_the_table_of_earlier_measurements(tmp_path: Path) -> None:
    """What --json printed, read back."""
    row = Row("SQLite", 1000, Times.of("home", "/", [1.0, 2.0], 300))
    (tmp_path / "lines").write_text(json.dumps(asdict(row)) + "\n", encoding="utf-8")
    shown = CliRunner().invoke(stats.command, ["--from", str(tmp_path / "lines")], catch_exceptions=False)
    assert shown.output.splitlines() == list(table([row]))


async def test_every_page_is_asked_over_http(tmp_path: Path) -> None:
    """Real pages over a few calls and all that stands beside them: each answers, none twice; nobody is left who could sign in."""
    settings = load({}, data_dir=tmp_path)
    async with scripted_service(tmp_path) as service:
        today = day_of(datetime.now(UTC))
        await fill(service.database, town(settings), Period(today - timedelta(days=40), today), 400, seed=1)
        await fill_beside(service.database, settings)
        [call] = await newest_calls(service.database, 1)
        service.calls = {call.id: (call, [])}
        who = await people(service.database, settings)
        what = replace(await asked_for(service.database, town(settings)), calls=[call.id])
        async with serve_pages(service) as address:
            host = address.removeprefix("http://")
            times = await asyncio.to_thread(lambda: list(measure_pages(host, who, what, 1, visits=QUICK)))
        await send_home(service.database)
        assert [one.name for one in await service.accounts.all()] == ["claire.martin"]
    assert [one.operation for one in times] == [visit.name for visit in QUICK]
    assert len({visit.name for visit in VISITS}) == len(VISITS)


async def test_figures_and_waits_are_measured(tmp_path: Path) -> None:
    """The whole command but for the pages, on a few calls."""
    database = await Database.open(load({}, data_dir=tmp_path))
    await database.close()
    rows = list(
        await asyncio.to_thread(
            lambda: list(
                stats.measure(load({}, data_dir=tmp_path), stats.Wanted(400, 3, pages=False, days=40))
            )
        )
    )
    assert [row.times.operation for row in rows][:5] == [
        "fill", "purge", "a transaction of it: purge", "written during it: purge", "recount",
    ]  # fmt: skip
    assert {(row.database, row.calls) for row in rows} == {("SQLite", 400)}
