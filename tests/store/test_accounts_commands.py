"""`callbot users` and `callbot privacy`, as an operator runs them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import click
import pytest
from click.testing import CliRunner, Result

from callbot.accounts import AccountError
from callbot.commands.privacy import privacy
from callbot.commands.users import users
from callbot.config import Settings
from callbot.database import Database
from callbot.privacy import pseudonym, pseudonym_key
from callbot.stats.call_record import CallRecord
from callbot.stats.storage import spill, write
from tests.support.calls import CALLER, WORDS, answered_call

PASSWORD = "le chat du maire dort"
Run = Callable[..., Result]


@pytest.fixture
def run(settings: Settings) -> Run:
    """Run a command with the database of `settings`."""
    environment = {"CALLBOT_DATA_DIR": str(settings.data_dir), "CALLBOT_DATABASE_URL": settings.database_url}

    def invoke(command: click.Command, *arguments: str, stdin: str = "") -> Result:
        return CliRunner().invoke(command, arguments, input=stdin, env=environment)

    return invoke


@pytest.fixture
async def with_call(settings: Settings) -> Settings:
    """Settings of a database with a call of 40 days ago."""
    database = await Database.open(settings)
    hashed = pseudonym(pseudonym_key(settings), CALLER)
    at = datetime.now(UTC) - timedelta(days=40)
    record = CallRecord("c1", at, hashed, engine="vosk", recorder="host:1")
    for event in answered_call():
        record.apply(event)
    await write(database, record.rows(), spill(settings))
    await database.close()
    return settings


def test_accounts_are_added_listed_and_removed(run: Run) -> None:
    """With the password on standard input; messages for people are on standard error."""
    first = run(users, "add", "Root", "--role", "administrator", "--password-stdin", stdin=PASSWORD + "\n")
    second = run(users, "add", "zoé", "--password-stdin", stdin=PASSWORD + "\n")
    assert [(one.exit_code, one.stdout, one.stderr) for one in (first, second)] == [
        (0, "", "account 'root' added as administrator\n"),
        (0, "", "account 'zoé' added as receptionist\n"),
    ]
    assert run(users, "list").stdout == "root\tadministrator\nzoé\treceptionist\n"
    assert run(users, "remove", "zoé").stderr == "account 'zoé' removed\n"
    assert run(users, "list").stdout == "root\tadministrator\n"


def test_accounts_are_changed_and_told_as_json(run: Run) -> None:
    """Another role, a password that is temporary, all sessions ended; a line of JSON per account."""
    for name, role in (("root", "administrator"), ("anna", "receptionist")):
        run(users, "add", name, "--role", role, "--password-stdin", stdin=PASSWORD + "\n")
    told = [
        run(users, "role", "anna", "supervisor").stderr,
        run(users, "password", "anna", "--password-stdin", stdin="un autre mot de passe\n").stderr,
        run(users, "sign-out", "anna").stderr,
    ]
    assert told == [
        "account 'anna' is supervisor now\n",
        "account 'anna' has a new password, to be changed at the next sign-in\n",
        "sessions of 'anna' ended: 0\n",
    ]
    assert [json.loads(line) for line in run(users, "list", "--json").stdout.splitlines()] == [
        {"name": "anna", "role": "supervisor", "password": "temporary", "sessions": 0},
        {"name": "root", "role": "administrator", "password": "own", "sessions": 0},
    ]
    assert str(run(users, "role", "root", "manager").exception).startswith("'root' is the last administrator")


def test_what_is_wrong_with_an_account_is_said(run: Run) -> None:
    """A short password, an unknown role, no terminal and no --password-stdin, nobody to remove."""
    short = run(users, "add", "anna", "--password-stdin", stdin="court\n")
    assert isinstance(short.exception, AccountError)
    assert str(short.exception) == "the password has 5 characters: it needs 12 to 1024"
    assert run(users, "add", "anna", "--role", "mayor").exit_code == 2
    silent = run(users, "add", "anna", stdin="")
    assert (silent.exit_code, "use --password-stdin" in silent.stderr) == (2, True)
    assert str(run(users, "remove", "anna").exception) == "there is no account 'anna'"
    assert run(users, "list").stdout == ""


def test_old_transcripts_are_purged(run: Run, with_call: Settings) -> None:
    """--dry-run counts and changes nothing; the purge does it, once."""
    rows = []
    for options in (["--dry-run"], [], []):
        lines = run(privacy, "purge", *options).stderr.splitlines()
        rows.append(next(line.split()[:4] for line in lines if line.startswith("transcripts ")))
    days = str(with_call.transcript_days)
    assert rows == [["transcripts", "transcript_days", days, due] for due in ("1", "1", "0")]


def test_a_caller_is_exported_and_erased(run: Run, with_call: Settings) -> None:
    """By the number in another writing; after the erasure nothing is left."""
    exported = json.loads(run(privacy, "export", "--number", "+33 1 39 44 55 66").stdout)
    assert [(call["id"], call["turns"][0]["transcript"]) for call in exported["calls"]] == [("c1", WORDS)]
    assert run(privacy, "erase", "--number", "0139445566").stderr == "calls erased: 1\n"
    assert json.loads(run(privacy, "export", "--number", "0139445566").stdout)["calls"] == []
    assert run(privacy, "erase", "--number", "0139445566").stderr == "calls erased: 0\n"


def test_what_is_no_number_is_refused(run: Run) -> None:
    """Exit code 2, with the setting's name."""
    result = run(privacy, "erase", "--number", "anonymous")
    assert result.exit_code == 2
    assert (
        "--number: this is not a telephone number" in result.stderr
    )  # which may be somebody's, mistyped: it is not repeated
