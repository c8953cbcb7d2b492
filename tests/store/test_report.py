"""The daily report, from stored calls to what `callbot report` prints."""

import csv
import io
import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from callbot import tables
from callbot.commands.report import report
from callbot.config import Settings
from callbot.database import Database
from callbot.events import CallEnded, Event, Outcome
from callbot.stats.call_record import CallRecord
from callbot.stats.call_rows import Rows
from callbot.stats.days import day_of
from callbot.stats.period import EVERYTHING, Period
from callbot.stats.report import COLUMNS, as_csv, as_json, day_report
from callbot.stats.slices import Figures, Slice, Subject
from callbot.stats.storage import spill, write
from callbot.stats.tally import Tally, What
from tests.support.calls import answered_call, difficult_call, started

DAY = date(2026, 3, 2)


def a_call(call_id: str, at: datetime, events: tuple[Event, ...], caller: str = "anna") -> Rows:
    """The rows of a call that began at `at`."""
    record = CallRecord(call_id, at, caller, engine="vosk", recorder="host:1")
    for event in events:
        record.apply(event)
    return record.rows()


def a_day() -> tuple[Rows, ...]:
    """Four calls of 2 March in Paris, and one a minute before it, one a minute after."""
    refused = (started(), CallEnded(0, Outcome.REFUSED, (), 0, ()))
    return (
        a_call("before", datetime(2026, 3, 1, 22, 59, tzinfo=UTC), answered_call()),
        a_call("first", datetime(2026, 3, 1, 23, 0, tzinfo=UTC), answered_call(response_ms=600)),
        a_call("second", datetime(2026, 3, 2, 9, 10, tzinfo=UTC), difficult_call(), "bruno"),
        a_call("third", datetime(2026, 3, 2, 9, 20, tzinfo=UTC), answered_call(response_ms=1000)),
        a_call("fourth", datetime(2026, 3, 2, 9, 21, tzinfo=UTC), refused, "bruno"),
        a_call("after", datetime(2026, 3, 2, 23, 0, tzinfo=UTC), answered_call()),
    )


async def store(database: Database, settings: Settings, calls: tuple[Rows, ...]) -> None:
    """Write the calls."""
    for rows in calls:
        await write(database, rows, spill(settings))


async def test_the_report_of_a_day(database: Database, settings: Settings) -> None:
    """Counted by hand: four calls offered, two answered, one handed over, one refused."""
    await store(database, settings, a_day())
    made = await day_report(database, DAY)
    values = {figure.key: figure.value for figure in made.figures}
    expected = {
        "offered": 4,
        "picked_up": 3,
        "answered": 2,
        "handed_over": 1,
        "abandoned": 0,
        "absent": 0,
        "closed": 0,
        "refused": 1,
        "failed": 0,
        "in_progress": 0,
        "automation_rate": 2 / 3,
        "repeat_caller_rate": 1.0,
        "turns": 5,
        "unanswered": 2,
        "no_match_rate": 2 / 5,
        "response_ms_p50": 730.0,
        "response_ms_p95": 1000.0,
    }
    assert {key: values[key] for key in expected} == expected
    assert made.total.motives == (Subject("carte_identite", "", 2, 2),)
    assert made.total.aspects == (Subject("carte_identite", "documents", 2),)
    document = json.loads(as_json(made))
    assert [(one["hour"], one["calls"]) for one in document["hours"] if one["calls"]] == [
        ("2026-03-02T00:00:00+01:00", 1),
        ("2026-03-02T10:00:00+01:00", 3),
    ]
    assert document["lines"] == [{"line": "+33139000000", "calls": 4, "answered": 2, "handed_over": 1}]


async def test_the_figures_agree_with_sql(database: Database, settings: Settings) -> None:
    """Outcomes and turns counted by the database are those of the report."""
    await store(database, settings, a_day())
    async with database.read() as connection:
        counted = await connection.execute(
            select(tables.calls.c.outcome, func.count())
            .where(tables.calls.c.day == DAY)
            .group_by(tables.calls.c.outcome)
        )
        by_outcome = {row[0]: row[1] for row in counted}
        turns = await connection.scalar(
            select(func.count()).select_from(tables.turns).join(tables.calls).where(tables.calls.c.day == DAY)
        )
    values = {figure.key: figure.value for figure in (await day_report(database, DAY)).figures}
    assert by_outcome == {outcome: values[outcome] for outcome in ("answered", "handed_over", "refused")}
    assert turns == values["turns"]


async def test_the_day_of_25_hours_has_all_its_calls(database: Database, settings: Settings) -> None:
    """25 October 2026: a call in the first minute, in each 02:30 and in the last minute, all in one day."""
    ats = [
        datetime(2026, 10, 24, 22, 0, tzinfo=UTC),
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 22, 59, tzinfo=UTC),
    ]
    await store(database, settings, tuple(a_call(f"c{n}", at, answered_call()) for n, at in enumerate(ats)))
    made = await day_report(database, date(2026, 10, 25))
    hours = json.loads(as_json(made))["hours"]
    assert len(hours) == 25
    assert [hour["hour"] for hour in hours if hour["calls"]] == [
        "2026-10-25T00:00:00+02:00",
        "2026-10-25T02:00:00+02:00",
        "2026-10-25T02:00:00+01:00",
        "2026-10-25T23:00:00+01:00",
    ]
    assert made.figures[0].value == 4


def a_small_report() -> Figures:
    """A day with two questions about one motive, and one number that was called."""
    about = Slice("", Tally.of([(What.MOTIVE, "ecole", 2), (What.ASPECT, "ecole.cantine", 1)]))
    endings = [(What.ENDING, 0, 1), (What.ENDING, 1, 2)]
    line = Slice("+33199000002", Tally.of([(What.OFFERED, 0, 3), *endings]))
    return Figures(Period.day(DAY), EVERYTHING, about, lines=(line,))


def test_json_has_each_figure_with_its_formula() -> None:
    """One line; figures by key; what has no value is null."""
    text = as_json(a_small_report())
    assert text.count("\n") == 1
    document = json.loads(text)
    assert {key: document[key] for key in ("day", "timezone", "motives", "aspects", "hours", "lines")} == {
        "day": "2026-03-02",
        "timezone": "Europe/Paris",
        "motives": [{"motive": "ecole", "calls": 2, "answered": 0}],
        "aspects": [{"motive": "ecole", "aspect": "cantine", "calls": 1}],
        "hours": [],
        "lines": [{"line": "+33199000002", "calls": 3, "answered": 1, "handed_over": 2}],
    }
    assert document["figures"]["automation_rate"] == {
        "key": "automation_rate",
        "label": "Taux d'automatisation",
        "unit": "ratio",
        "formula": "appels répondus par l'assistant ÷ appels décrochés et terminés, sans ceux où il n'y avait personne",
        "numerator": 0,
        "denominator": 0,
        "value": None,
        "better": 1,
    }


def test_csv_has_a_line_per_figure_and_motive() -> None:
    """The same as rows; what has no value is empty."""
    rows = list(csv.DictReader(io.StringIO(as_csv(a_small_report()), newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert [(row["section"], row["key"], row["value"]) for row in rows[-7:]] == [
        ("figures", "satisfied_rate", ""),
        ("figures", "satisfaction_response_rate", ""),
        ("motives", "ecole", "2"),
        ("aspects", "ecole.cantine", "1"),
        ("lines", "+33199000002.calls", "3"),
        ("lines", "+33199000002.answered", "1"),
        ("lines", "+33199000002.handed_over", "2"),
    ]


def run(settings: Settings, *arguments: str) -> Result:
    """`callbot report` with the database of `settings`."""
    environment = {"CALLBOT_DATA_DIR": str(settings.data_dir), "CALLBOT_DATABASE_URL": settings.database_url}
    return CliRunner().invoke(report, arguments, env=environment)


async def prepared(settings: Settings, calls: tuple[Rows, ...]) -> None:
    """Calls in a database that nobody holds open; the last one waits on disk, as after an outage."""
    database = await Database.open(settings)
    await store(database, settings, calls[:-1])
    await database.close()
    waiting = spill(settings)
    waiting.append(calls[-1])
    waiting.close()


@pytest.fixture
async def with_yesterday(settings: Settings) -> Settings:
    """Settings of a database with two calls of yesterday."""
    at = datetime.now(UTC) - timedelta(days=1)
    await prepared(settings, (a_call("a", at, answered_call()), a_call("b", at, difficult_call())))
    return settings


def test_the_command_prints_yesterday(with_yesterday: Settings) -> None:
    """Without --day: yesterday in Paris, as JSON, calls that wait on disk included."""
    result = run(with_yesterday)
    document = json.loads(result.stdout)
    assert result.exit_code == 0
    assert document["day"] == (day_of(datetime.now(UTC)) - timedelta(days=1)).isoformat()
    assert document["figures"]["offered"]["value"] == 2


def test_the_command_writes_a_file(with_yesterday: Settings, tmp_path: Path) -> None:
    """-o writes there and prints nothing; a day without calls is a report of zeros."""
    file = tmp_path / "report.csv"
    result = run(with_yesterday, "--day", "2001-01-01", "--format", "csv", "-o", str(file))
    assert (result.exit_code, result.output) == (0, "")
    with file.open(newline="", encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened))
    assert [row["value"] for row in rows if row["key"] == "offered"] == ["0"]
    assert len([row for row in rows if row["section"] == "hours"]) == 24


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--format", "docx"], "'docx' is not one of"),
        (["--day", "02/03/2026"], "'02/03/2026' does not match the format '%Y-%m-%d'"),
    ],
)
def test_wrong_use_is_exit_code_2(arguments: list[str], message: str) -> None:
    """A format that will never be, a day in another order."""
    result = CliRunner().invoke(report, arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_an_unreachable_database_is_one_line_and_exit_code_1(tmp_path: Path) -> None:
    """The real command in a process of its own: one line on standard error, no password, nothing on standard output."""
    environment = {
        "CALLBOT_DATA_DIR": str(tmp_path),
        "CALLBOT_DATABASE_URL": "postgresql://town:s3cret@127.0.0.1:1/calls",
    }
    done = subprocess.run(
        [sys.executable, "-m", "callbot", "report"],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith(
        "callbot: CALLBOT_DATABASE_URL: the database postgresql+asyncpg://town:***@127.0.0.1:1/calls cannot be used:"
    )


def test_a_file_that_cannot_be_written_is_named(with_yesterday: Settings, tmp_path: Path) -> None:
    """-o into a folder that is not there."""
    result = run(with_yesterday, "-o", str(tmp_path / "nowhere" / "report.json"))
    assert "nowhere/report.json: cannot be written: No such file or directory" in str(result.exception)
