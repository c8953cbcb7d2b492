"""Call-back requests in the database: for staff to dial, for a while."""

import asyncio
import importlib
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from click.testing import CliRunner, Result
from sqlalchemy import Connection, func, select, text, update

from callbot import tables
from callbot.callback_states import (
    Action,
    Call,
    Callback,
    CallbackState,
    Claim,
    Done,
    NoAnswer,
    Refusal,
    Reopen,
    Take,
    Try,
    Why,
)
from callbot.callbacks import Callbacks, Said, Wanted
from callbot.caller_data import erase_caller, export_caller
from callbot.commands.callbacks import callbacks
from callbot.config import Settings, load
from callbot.database import Database
from callbot.events import (
    CallbackRequested,
    CallEnded,
    Decision,
    FinalTranscript,
    Outcome,
    PlaybackStarted,
    to_json,
)
from callbot.privacy import pseudonym, pseudonym_key
from callbot.stats.call_record import CallRecord
from callbot.stats.records import Recorder
from callbot.stats.storage import spill, write
from tests.support.calls import CALLER, WORDS, answered_call, started
from tests.support.purging import purge_kind

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
NUMBER = "+33612345678"
NAME, PLACE = "Madame Lefèvre", "12 bis rue des Lilas"
REQUEST = CallbackRequested(
    9000, NUMBER, "mercredi vingt-cinq novembre, le matin", "signalement_voirie", NAME, PLACE
)


async def add(database: Database, settings: Settings, call_id: str, *, days_ago: float = 0) -> CallRecord:
    """A call with a request, so many days ago."""
    hashed = pseudonym(pseudonym_key(settings), CALLER)
    at = NOW - timedelta(days=days_ago)
    record = CallRecord(call_id, at, hashed, engine="whisper", recorder="host:1")
    for event in (started(), REQUEST, CallEnded(11_000, Outcome.CLOSED, (), 1, ())):
        record.apply(event)
    await write(database, record.rows(), spill(settings))
    return record


def kept(database: Database) -> Callbacks:
    """The requests in it; the reason of every one of them belongs to the service « voirie »."""
    return Callbacks(database, lambda motive, _line: "voirie" if motive else "accueil")


async def listed(
    database: Database, *states: CallbackState, service: str = "", day: date | None = None
) -> list[Callback]:
    """Those in these states; all open ones where none is named."""
    wanted = Wanted(states or Wanted().states, service, day)
    return await kept(database).listed(wanted, NOW)


async def act(
    database: Database, number: int, action: Action, actor: str = "léa", minutes: int = 0
) -> object:
    """Do it so long after NOW."""
    return await kept(database).act(number, action, actor=actor, now=NOW + timedelta(minutes=minutes))


async def tries_kept(database: Database) -> int:
    """How many tries are in the tables."""
    async with database.read() as connection:
        return await connection.scalar(select(func.count()).select_from(tables.callback_tries)) or 0


async def trail(database: Database) -> list[tuple[str, str, str]]:
    """The audit trail."""
    async with database.read() as connection:
        rows = await connection.execute(select(tables.audit).order_by(tables.audit.c.id))
        return [(row.actor, row.action, row.detail) for row in rows]


async def test_a_request_is_there_before_the_call_is_over(database: Database, settings: Settings) -> None:
    """It was promised; the end of the call writes it no second time."""
    recorder = Recorder(database, settings, now=lambda: NOW)
    recorder.start("c", started())
    recorder.record("c", REQUEST)
    recorder.record("c", REQUEST)
    await recorder.close()
    found = await listed(database)
    assert [(one.number, one.wish, one.motive, one.state) for one in found] == [
        (NUMBER, REQUEST.wish, "signalement_voirie", CallbackState.TO_CALL)
    ] * 2
    assert [(one.name, one.place) for one in found] == [(NAME, PLACE)] * 2
    assert found[0].asked_at == NOW + timedelta(seconds=9)


async def test_what_staff_note_is_not_overwritten(database: Database, settings: Settings) -> None:
    """Called, nobody there, then done; a call that is written again changes nothing, and the trail has no number."""
    record = await add(database, settings, "c")
    [request] = await listed(database)
    again = NOW + timedelta(hours=3)
    await act(database, request.id, Call())
    await act(database, request.id, NoAnswer(again, "répondeur"), minutes=1)
    await write(database, record.rows(), spill(settings))
    [tried] = await listed(database)
    assert (tried.state, tried.tries, tried.retry_at, tried.note, tried.claim) == (
        CallbackState.TRIED,
        (Try(NOW, "léa"),),
        again,
        "répondeur",
        None,
    )
    await act(database, request.id, Done(resolved=False, note="rappellera"), minutes=200)
    assert await listed(database) == []
    [done] = await listed(database, CallbackState.DONE)
    assert (done.state, done.state_by, done.resolved, done.note) == (
        CallbackState.DONE,
        "léa",
        False,
        "rappellera",
    )
    assert await act(database, 999, Done()) is None
    assert await trail(database) == [
        ("léa", action, f"request {request.id}")
        for action in ("callback called", "callback tried", "callback done")
    ]


async def test_a_wrong_done_is_undone(database: Database, settings: Settings) -> None:
    """The tries are still there, the request is the one's who undid it, and it is counted again."""
    await add(database, settings, "c")
    [request] = await listed(database)
    await act(database, request.id, Call())
    await act(database, request.id, Done(), minutes=2)
    assert await kept(database).count_open() == 0
    await act(database, request.id, Reopen(), minutes=3)
    found = await kept(database).find(request.id)
    assert found is not None
    assert (found.state, found.tries, found.resolved, found.claim) == (
        CallbackState.TRIED,
        (Try(NOW, "léa"),),
        None,
        Claim("léa", NOW + timedelta(minutes=3)),
    )
    assert await kept(database).count_open() == 1


async def test_what_is_noted_outlives_the_service(settings: Settings) -> None:
    """Another process that opens the database finds everything, the claim too."""
    first = await Database.open(settings)
    await add(first, settings, "c")
    [request] = await listed(first)
    noted = await act(first, request.id, Call())
    await first.close()
    second = await Database.open(settings)
    assert await listed(second) == [noted]
    refused = await act(second, request.id, Take(), "omar", minutes=1)
    assert refused == Refusal(Why.TAKEN, "léa", NOW)
    await second.close()


async def test_what_the_version_before_has_noted_stays(database: Database, settings: Settings) -> None:
    """A request that was marked as tried keeps who did so and when, as its first try."""
    await add(database, settings, "c")
    await add(database, settings, "d")
    old = update(tables.callbacks).where(tables.callbacks.c.call_id == "c")
    migration = importlib.import_module("callbot.migrations.versions.0007_callbacks_page")

    def migrate(connection: Connection) -> None:
        with Operations.context(MigrationContext.configure(connection)):
            migration.upgrade()

    async with database.begin() as connection:
        await connection.execute(old.values(state="tried", state_at=NOW, state_by="command line"))
        await connection.execute(text("DROP TABLE callback_tries"))
        await connection.execute(text("DROP INDEX ix_callbacks_state"))
        for column in ("retry_at", "resolved", "note", "claimed_by", "claimed_at"):
            await connection.execute(text(f"ALTER TABLE callbacks DROP COLUMN {column}"))
        await connection.run_sync(migrate)
    found = {one.call_id: (one.state, one.tries, one.note, one.claim) for one in await listed(database)}
    assert found == {
        "c": (CallbackState.TRIED, (Try(NOW, "command line"),), "", None),
        "d": (CallbackState.TO_CALL, (), "", None),
    }


async def test_twenty_at_once_and_one_gets_it(database: Database, settings: Settings) -> None:
    """Two requests of one number, twenty people, all at the same time: one name holds, the others are told which."""
    for call_id in ("c", "d"):
        await add(database, settings, call_id)
    first, second = (one.id for one in await listed(database))
    people = [f"agent{n}" for n in range(20)]
    answers = await asyncio.gather(
        *(act(database, (first, second)[n % 2], Call(), person) for n, person in enumerate(people))
    )
    [winner] = [one for one in answers if isinstance(one, Callback)]
    assert winner.claim is not None
    assert [one for one in answers if isinstance(one, Refusal)] == [
        Refusal(Why.TAKEN, winner.claim.by, NOW)
    ] * 19
    assert sum(len(one.tries) for one in await listed(database)) == 1


async def test_they_are_filtered(database: Database, settings: Settings) -> None:
    """By service and by the day on which they were asked for, in Paris."""
    await add(database, settings, "c")
    await add(database, settings, "d", days_ago=0.6)
    today, yesterday = date(2026, 11, 24), date(2026, 11, 23)
    assert [one.call_id for one in await listed(database)] == ["d", "c"]
    assert [one.call_id for one in await listed(database, day=today)] == ["c"]
    assert [one.call_id for one in await listed(database, day=yesterday)] == ["d"]
    assert len(await listed(database, service="voirie")) == 2
    assert await listed(database, service="accueil") == []


async def test_the_call_s_words_are_there(database: Database, settings: Settings) -> None:
    """What the caller said and what was decided, for who calls back."""
    record = CallRecord("c", NOW, None, engine="whisper", recorder="host:1")
    for event in (*answered_call()[:-1], REQUEST, answered_call()[-1]):
        record.apply(event)
    await write(database, record.rows(), spill(settings))
    [request] = await listed(database)
    said = await kept(database).conversations([request])
    assert said["c"] == [Said(WORDS, Decision.ANSWER, "cni.documents", "carte_identite")]


async def test_requests_are_forgotten_after_their_days(database: Database, settings: Settings) -> None:
    """30 by default, done or not."""
    await add(database, settings, "old", days_ago=31)
    await add(database, settings, "young", days_ago=29)
    assert await purge_kind(database, settings, "callbacks", now=NOW, dry_run=True) == 1
    [old] = [one for one in await listed(database) if one.call_id == "old"]
    await act(database, old.id, Call())
    assert await purge_kind(database, settings, "callbacks", now=NOW) == 1
    assert await tries_kept(database) == 0
    assert len(await listed(database)) == 1


async def test_a_number_can_be_had_and_erased(database: Database, settings: Settings) -> None:
    """By the telephone that called, and by the number that it left; name and place go with it."""
    await add(database, settings, "c")
    [request] = await listed(database)
    await act(database, request.id, NoAnswer(NOW, "répondeur"))
    other = pseudonym(pseudonym_key(settings), NUMBER)
    assert other is not None
    exported = json.loads(json.dumps(await export_caller(database, other, "06 12 34 56 78")))
    told = [(one["number"], one["name"], one["place"]) for one in exported["callbacks"]]
    assert told == [(NUMBER, NAME, PLACE)]
    [one] = exported["callbacks"]
    assert (one["note"], one["retry_at"], one["tries"]) == (
        "répondeur",
        NOW.isoformat(),
        [{"callback_id": request.id, "number": 1, "at": NOW.isoformat()}],
    )
    assert exported["calls"] == []
    await erase_caller(database, other, "06 12 34 56 78", actor="test")
    assert await listed(database) == []
    assert await tries_kept(database) == 0
    await add(database, settings, "d")
    mine = pseudonym(pseudonym_key(settings), CALLER)
    assert mine is not None
    assert len((await export_caller(database, mine))["callbacks"]) == 1
    await erase_caller(database, mine, actor="test")
    assert await listed(database) == []


async def test_no_other_row_holds_the_number(database: Database, settings: Settings) -> None:
    """Events and transcripts keep the last two figures, and nothing of name and place."""
    record = CallRecord("c", NOW, None, engine="whisper", recorder="host:1")
    for event in (
        started(),
        FinalTranscript(1, "c'est le 06 12 34 56 78", 1.0, 1),
        PlaybackStarted(2, "J'ai noté le …78.", None),
        REQUEST,
        CallEnded(11_000, Outcome.CLOSED, (), 1, ()),
    ):
        record.apply(event)
    rows = record.rows()
    assert "34 56" not in repr([rows.turns, rows.events])
    assert "612345678" not in repr(rows)
    assert "Lefèvre" not in repr(rows)
    assert "Lilas" not in repr(rows)
    assert to_json("c", REQUEST)["name"] == to_json("c", REQUEST)["place"] == "…"
    assert rows.turns[0].transcript == "c'est le …78"


def test_staff_list_them_and_mark_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`callbot callbacks`: the number as one dials it, whom to ask for, where it is."""
    monkeypatch.setenv("CALLBOT_DATA_DIR", str(tmp_path))
    settings = load({}, data_dir=tmp_path)

    async def fill() -> None:
        database = await Database.open(settings)
        await add(database, settings, "c")
        await database.close()

    asyncio.run(fill())

    def run(*words: str) -> Result:
        return CliRunner().invoke(callbacks, words)

    assert (
        "24/11/2026 13:00  06 12 34 56 78  Madame Lefèvre  mercredi vingt-cinq novembre, le matin  "
        "signalement_voirie  12 bis rue des Lilas  [à rappeler"
    ) in run("list").stdout
    assert run("take", "1", "--as", "léa").exit_code == 0
    assert "léa s'en occupe" in run("list").stdout
    assert str(run("call", "1").exception) == (
        "request 1: somebody else is at it, or at another request of the same number (léa)"
    )
    assert run("give-back", "1", "--as", "léa").exit_code == 0
    tried = json.loads(
        run("tried", "1", "--retry-at", "2099-01-05T09:30", "--note", "absente", "--json").stdout
    )
    assert (tried["state"], tried["retry_at"], tried["due"], tried["note"]) == (
        "tried",
        "2099-01-05T08:30:00+00:00",
        "later",
        "absente",
    )
    assert "[sans réponse, 1 essai]" in run("list").stdout
    assert "note : absente" in run("show", "1").stdout
    assert run("done", "1", "--unresolved").exit_code == 0
    assert run("list").stdout == ""
    shown = json.loads(run("list", "--all", "--json").stdout)
    assert (shown["number"], shown["state"], shown["resolved"], shown["due"]) == (NUMBER, "done", False, None)
    assert (shown["name"], shown["place"], shown["service"]) == (NAME, PLACE, "technique")
    assert [one["by"] for one in shown["tries"]] == ["command line"]
    assert json.loads(run("list", "--state", "done", "--day", "2026-11-24", "--json").stdout) == shown
    assert run("list", "--all", "--service", "nulle_part").stdout == ""
    assert run("reopen", "1").exit_code == 0
    assert json.loads(run("show", "1", "--json").stdout)["turns"] == []
    assert [run(*words).exit_code for words in (("reopen", "1"), ("done", "7"), ("show", "7"))] == [1, 2, 2]
