"""The list of what is kept: every table is in it, purge, export and erasure know them all, and numbers are where they must be only."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, Column, Date, Float, Integer, Table, func, insert, select
from sqlalchemy.types import JSON

from callbot import tables
from callbot.access_log import AccessLog, Looked, Wanted
from callbot.caller_data import erase_caller, export_caller, find_caller
from callbot.config import Settings
from callbot.database import Database
from callbot.kept import KEPT, KINDS, Whose
from callbot.privacy import last_purges, pseudonym, pseudonym_key, purge
from callbot.stats.call_record import CallRecord
from callbot.stats.storage import spill
from tests.support.purging import purge_kind

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NUMBER = "0139445566"
NATIONAL = "+33139445566"


def test_every_table_says_what_it_keeps() -> None:
    """One that is forgotten would be neither exported nor erased: add a line to callbot/kept/."""
    assert sorted(kept.table.name for kept in KEPT) == sorted(tables.metadata.tables)


def test_what_is_of_callers_can_be_found() -> None:
    """By the caller, or within a table that can, which deletes it too."""
    lost = [
        kept.table.name
        for kept in KEPT
        if kept.whose is Whose.CALLERS and not kept.of and kept.within is None
    ]
    assert lost == []
    for kept in KEPT:
        if kept.within is not None:
            [key] = [one for one in kept.table.foreign_keys if one.column.table is kept.within]
            assert key.ondelete == "CASCADE"


def test_what_looks_like_a_caller_is_declared_as_one() -> None:
    """Whatever has a call's id, a hash or a number is a caller's; a staff table that has one must be found by it."""
    telling = {"call_id", "caller_hash", "transcript", "said", "comment"}
    wrong = [
        kept.table.name
        for kept in KEPT
        if telling & set(kept.table.columns.keys()) and not kept.of and kept.within is None
    ]
    assert wrong == []


STAFF = re.compile(r"(?:.*_)?(?:agent|agents|actor|by|tried|author|authors|handler|passed_to.*)")
"""Names of columns that tell of staff."""
NOT_STAFF = {("satisfaction", "by")}  # by voice or by key


def test_what_looks_like_staff_is_declared_as_such() -> None:
    """A caller's export names nobody of the town hall: a column that sounds like somebody is in `Kept.staff`."""
    wrong = [
        (kept.table.name, name)
        for kept in KEPT
        if kept.of or kept.within is not None
        for name, column in kept.table.columns.items()
        if STAFF.fullmatch(name) and name not in kept.staff and not isinstance(column.type, Boolean)
    ]
    assert set(wrong) == NOT_STAFF
    assert [
        kept.table.name for kept in KEPT if (kept.staff | kept.signed) - set(kept.table.columns.keys())
    ] == []


def test_every_kind_has_its_setting_and_its_table() -> None:
    """Whatever grows old is kept for days that a setting says, or for a time that is fixed."""
    assert [kind.id for kind in KINDS if bool(kind.setting) == bool(kind.kept)] == []
    assert [
        kind.setting for kind in KINDS if kind.setting and kind.setting not in Settings.model_fields
    ] == []
    assert len({kind.id for kind in KINDS}) == len(KINDS)
    kept_for_ever = {kept.table.name for kept in KEPT if kept.whose is not Whose.NOBODY}
    timed = {kind.table.name for kind in KINDS}
    within = {kept.table.name for kept in KEPT if kept.within is not None}
    assert kept_for_ever - timed - within == {
        *("accounts", "api_tokens", "sessions", "queue_agents"),
        *("knowledge_versions", "learning_groups"),  # the history of what was approved stays
    }


PARENTS = {key.column.table for table in tables.metadata.sorted_tables for key in table.foreign_keys}
"""Tables that rows of others point at: by the number that every whole number is here."""


def row(table: Table, **given: Any) -> dict[str, Any]:
    """A row with something in every column."""
    identity = table.columns.get("id")
    numbered = table not in PARENTS and identity is not None and isinstance(identity.type, Integer)
    columns = [column for column in table.columns if not (numbered and column.name == "id")]
    return {column.name: given.get(column.name, _filled(column)) for column in columns}


def _filled(column: Column[Any]) -> Any:
    if isinstance(column.type, JSON):
        return ["caller", "x"]
    values = ((Boolean, True), (Integer | Float, 7), (Date, date(2025, 3, 1)), (tables.Words, ("a",)))
    return next((value for kind, value in values if isinstance(column.type, kind)), "x")


SPECIAL = {
    "calls": {"outcome": "answered"},
    "call_facts": {"ending": "answered", "response_ms": ("7",), "satisfaction": 5},
    "callbacks": {"state": "to_call", "number": NATIONAL},
    "queue_entries": {"place": "ended"},
}
"""What rows need beyond anything at all."""


async def fill(database: Database, settings: Settings, at: datetime) -> str:
    """A row of one caller in every table that is not about staff alone; the caller's hash."""
    hashed = pseudonym(pseudonym_key(settings), NUMBER)
    assert hashed
    times = {
        column.name: at for table in tables.metadata.tables.values() for column in table.columns
        if isinstance(column.type, tables.UtcDateTime)
    }  # fmt: skip
    given = {
        "call_id": "c",
        "caller_hash": hashed,
        "callback_id": 7,
        "note": "rappeler",
        "said": "bonjour",
        **times,
    }
    nobody = {kept.table.name for kept in KEPT if kept.whose is Whose.NOBODY}
    nobody -= {table.name for table in PARENTS}
    async with database.begin() as connection:
        for table in tables.metadata.sorted_tables:
            if table.name not in nobody | {"sessions"}:
                values = given | ({"id": "c"} if table is tables.calls else {})
                if table is tables.desk_cards:
                    values |= {"said": [["caller", "bonjour"]], "notes": [["léa", "rappeler"]]}
                await connection.execute(
                    insert(table).values(row(table, **(values | SPECIAL.get(table.name, {}))))
                )
    return hashed


async def counts(database: Database) -> dict[str, int]:
    """Rows by table, of those that have any."""
    async with database.read() as connection:
        found = {
            table.name: await connection.scalar(select(func.count()).select_from(table)) or 0
            for table in tables.metadata.sorted_tables
        }
    return {name: count for name, count in found.items() if count}


async def test_a_caller_s_row_of_every_table_is_exported_and_erased(
    database: Database, settings: Settings
) -> None:
    """Whatever table is added: a row of the caller is in the export, and gone after the erasure."""
    hashed = await fill(database, settings, NOW)
    exported = json.loads(json.dumps(await export_caller(database, hashed, NUMBER, actor="anna")))
    of_callers = [kept for kept in KEPT if kept.of or kept.within is not None]
    assert {kept.exported_as: count_named(exported, kept.exported_as) for kept in of_callers} == {
        kept.exported_as: 1 for kept in of_callers
    }
    assert "actor" not in exported["accesses"][0]
    assert "state_by" not in exported["callbacks"][0]
    assert "by" not in exported["callbacks"][0]["tries"][0]
    assert exported["desk"]["desk_cards"][0]["notes"] == ["rappeler"]
    found = {one.table: one.rows for one in await find_caller(database, hashed, NUMBER, actor="anna")}
    assert found == {kept.table.name: 1 + (kept.table is tables.accesses) for kept in KEPT if kept.of}
    assert await erase_caller(database, hashed, NUMBER, actor="anna") == 1
    left = await counts(database)
    assert {name for name in left if name in {kept.table.name for kept in of_callers}} == {"accesses"}
    log = AccessLog(database)
    assert [(one.looked, one.call_id, one.detail) for one in await log.lines(Wanted(actor="anna"))] == [
        ("erasure", "", "1 calls"),
        ("search", "", ""),
        ("export", "c", ""),
    ]


def count_named(exported: Any, name: str) -> int:
    """Rows under that name, wherever."""
    if isinstance(exported, list):
        return sum(count_named(one, name) for one in exported)
    if not isinstance(exported, dict):
        return 0
    here = len(exported[name]) if isinstance(exported.get(name), list) else 0
    return here + sum(count_named(value, name) for key, value in exported.items() if key != name or not here)


async def test_every_kind_is_purged_in_its_time(database: Database, settings: Settings) -> None:
    """Not a day too early; each kind tells how much was purged and what is left, and a dry run changes nothing."""
    await fill(database, settings, NOW - timedelta(hours=12))
    begun = {
        column.name: NOW
        for column in tables.queue_entries.columns
        if isinstance(column.type, tables.UtcDateTime)
    }
    async with database.begin() as connection:
        promised = row(tables.queue_entries, **begun, call_id="p", place="promised")
        await connection.execute(insert(tables.queue_entries).values(promised))
    before = await counts(database)
    assert [one.rows for one in await purge(database, settings, now=NOW, dry_run=True)] == [0] * len(KINDS)
    later = NOW + timedelta(days=4000)
    due = {one.kind.id: one.rows for one in await purge(database, settings, now=later, dry_run=True)}
    assert await counts(database) == before
    assert set(due.values()) == {1}
    await purge(database, settings, now=later)
    kept = await last_purges(database)
    assert (set(kept), {one.left for one in kept.values() if one is not kept["audit"]}) == (set(due), {0})
    people = {kept.table.name for kept in KEPT if kept.whose is Whose.CALLERS} | {
        "accesses",
        "closures",
        "announcements",
    }
    assert people & set(await counts(database)) == set()


async def test_a_kind_whose_rows_stay_is_emptied(database: Database, settings: Settings) -> None:
    """After 100 days: transcripts, notes, sentences and the hash are gone, the rows are there for the figures."""
    await fill(database, settings, NOW)
    await purge(database, settings, now=NOW + timedelta(days=100))
    async with database.read() as connection:
        call = (await connection.execute(select(tables.calls))).one()
        turn = (await connection.execute(select(tables.turns))).one()
        follow = (await connection.execute(select(tables.desk_follow_ups))).one()
        correction = (await connection.execute(select(tables.corrections))).one()
    assert (call.caller_hash, turn.transcript, follow.note, correction.said) == (None, None, "", "")
    assert (call.outcome, turn.motive, follow.agent, correction.right) == ("answered", "x", "x", "x")
    left = await counts(database)
    assert ("callbacks" in left, "desk_cards" in left, "queue_entries" in left, "events" in left) == (
        False,
        False,
        False,
        True,
    )


async def test_refused_calls_are_found_erased_and_purged(database: Database, settings: Settings) -> None:
    """Rows that the database refused wait in files: they are personal data as well."""
    hashed = pseudonym(pseudonym_key(settings), NUMBER)
    waiting = spill(settings)

    def put(call_id: str, days: int) -> None:
        waiting.reject(CallRecord(call_id, NOW - timedelta(days=days), hashed, engine="", recorder="").rows())

    put("old", 31)
    put("young", 29)
    assert hashed
    exported = await export_caller(database, hashed, waiting=waiting)
    assert [one["call"]["id"] for one in exported["unsaved"]] == ["old", "young"]
    await purge(database, settings, now=NOW)
    assert [path.name for path, _ in waiting.rejected()] == ["young.rejected"]
    await erase_caller(database, hashed, actor="anna", waiting=waiting)
    assert list(waiting.rejected()) == []


async def test_somebody_who_looks_twice_is_one_line(database: Database) -> None:
    """Within an hour; another person, another call, or later, is another line."""
    hours = iter([0.0, 0.5, 0.6, 0.7, 1.1])
    log = AccessLog(database, lambda: NOW + timedelta(hours=next(hours)))
    for actor, call in (("anna", "a"), ("anna", "a"), ("anna", "b"), ("bruno", "a"), ("anna", "a")):
        await log.looked(actor, Looked.CALLBACK, [call])
    assert [(one.actor, one.call_id) for one in await log.lines(Wanted())] == [
        ("anna", "a"),
        ("bruno", "a"),
        ("anna", "b"),
        ("anna", "a"),
    ]
    assert await log.actors() == ["anna", "bruno"]
    assert [one.at for one in await log.lines(Wanted(call_id="b", day=date(2026, 3, 2)))] == [
        NOW + timedelta(hours=0.6)
    ]


async def test_a_promised_place_goes_in_its_time(database: Database, settings: Settings) -> None:
    """Also where no service runs that would let it expire."""
    begun = {
        column.name: NOW
        for column in tables.queue_entries.columns
        if isinstance(column.type, tables.UtcDateTime)
    }
    async with database.begin() as connection:
        promised = row(tables.queue_entries, **begun, call_id="p", place="promised")
        await connection.execute(insert(tables.queue_entries).values(promised))
    assert await purge_kind(database, settings, "promises", now=NOW + timedelta(days=30)) == 0
    assert await purge_kind(database, settings, "promises", now=NOW + timedelta(days=30, seconds=1)) == 1
