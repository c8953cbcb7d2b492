"""The journal: what is asked for, as a table for spreadsheets, and purged in time."""

from datetime import UTC, date, datetime, timedelta

import pytest

from callbot import audit
from callbot.audit import HEAD, Change, Trail, Wanted, note, to_csv
from callbot.config import Settings
from callbot.database import Database
from tests.support.purging import purge_kind

AT = datetime(2026, 11, 28, 23, 30, tzinfo=UTC)


async def written(database: Database) -> Trail:
    """Three lines: two of a Sunday in Paris, the first of them of a Saturday in London."""
    async with database.begin() as connection:
        await note(connection, AT - timedelta(hours=1), "root", "account added", "anna (receptionist)")
        await note(connection, AT, "anna", "password changed", "anna")
        await note(connection, AT + timedelta(minutes=1), "root", "message written", "=1+1; cmd")
    return Trail(database)


async def test_the_journal_is_asked_by_person_action_and_day(database: Database) -> None:
    """The newest first; days are those of metropolitan France."""
    trail = await written(database)

    async def found(wanted: Wanted, limit: int = 50) -> list[str]:
        return [change.action for change in await trail.changes(wanted, limit)]

    assert await found(Wanted()) == ["message written", "password changed", "account added"]
    assert await found(Wanted(actor="root")) == ["message written", "account added"]
    assert await found(Wanted(action="password changed")) == ["password changed"]
    assert await found(Wanted(day=date(2026, 11, 28))) == ["account added"]
    assert await found(Wanted(before=3), 1) == ["password changed"]
    assert await found(Wanted(actor="' or 1=1 --")) == []
    assert (await trail.actors(), await trail.actions()) == (
        ["anna", "root"],
        ["account added", "message written", "password changed"],
    )


def test_the_table_is_harmless_in_a_spreadsheet() -> None:
    """Semicolons for French ones, a mark for the letters, and no cell that would be a formula."""
    table = HEAD + to_csv([Change(1, AT, "root", "message written", "=1+1; cmd")])
    assert table == (
        "\ufeffdate;heure;personne;action;détail\r\n"
        '2026-11-29;00:30:00;root;message written;"\'=1+1; cmd"\r\n'
    )


async def test_the_table_comes_in_pieces(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The head once, then every line that is wanted once, the newest first, however many pieces there are."""
    trail = await written(database)
    for piece in (1, 2, 3, 4):
        monkeypatch.setattr(audit, "PIECE", piece)
        pieces = [one async for one in trail.table(Wanted())]
        assert "".join(pieces) == HEAD + to_csv(await trail.changes(Wanted()))
        assert len(pieces) == 3 // piece + 1
    assert [one async for one in trail.table(Wanted(actor="nobody"))] == [HEAD]


async def test_old_lines_are_purged_and_that_is_told(database: Database, settings: Settings) -> None:
    """Those older than audit_days; a dry run counts only."""
    trail = await written(database)
    later = AT + timedelta(days=365)
    assert await purge_kind(database, settings, "audit", now=later, dry_run=True) == 1
    assert await purge_kind(database, settings, "audit", now=later) == 1
    assert [change.detail for change in await trail.changes(Wanted())] == ["1 lines", "=1+1; cmd", "anna"]
