"""`callbot kb export` and `callbot kb import`: files, exit codes and lines, as an operator meets them."""

import asyncio
import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from callbot import config
from callbot.cli import cli
from callbot.database import Database
from callbot.editing.in_use import keep
from callbot.editing.version_store import VersionStore
from callbot.editing.versions import Published, Version, validated
from callbot.knowledge import store
from tests.support import small_commune

CSV = "question;réponse;motif\njour du marché;Le marché a lieu le mercredi matin.;marche\nà qui m'adresser;Au guichet, en bas.;\n"


def callbot(*arguments: str | Path) -> Result:
    """Run `callbot kb …` in this process."""
    return CliRunner().invoke(cli, ["kb", *map(str, arguments)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small knowledge base."""
    return small_commune.write(tmp_path / "base")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A town hall's CSV: one complete line, one without motive."""
    file = tmp_path / "faq.csv"
    file.write_text(CSV, encoding="cp1252")
    return file


def test_an_export_names_what_it_wrote_and_never_overwrites(folder: Path, tmp_path: Path) -> None:
    """The second time, only with --replace."""
    target = tmp_path / "kb.json"
    assert (
        callbot("export", target, "--folder", folder).stderr == f"Petitbourg: 4 entries written to {target}\n"
    )
    document = json.loads(target.read_text("utf-8"))
    first = document["entries"][0]
    assert (document["commune"], first["id"], first["file"]) == ("Petitbourg", "horaires", "entries/all.toml")
    assert (first["validator"], first["validated_on"]) == ("Victor Valideur", "2020-01-01")
    again = callbot("export", target, "--folder", folder)
    assert (again.exit_code, str(again.exception)) == (
        1,
        f"{target}: is there already; --replace overwrites it",
    )
    assert callbot("export", target, "--folder", folder, "--replace").exit_code == 0


def test_a_spreadsheet_is_written_for_french_ones(folder: Path, tmp_path: Path) -> None:
    """Byte order mark, semicolons, French headers, one row per entry with its dates."""
    callbot("export", tmp_path / "kb.csv", "--folder", folder)
    content = (tmp_path / "kb.csv").read_bytes()
    rows = content.decode("utf-8-sig").splitlines()
    assert content[:3] == b"\xef\xbb\xbf"
    assert rows[0].startswith("motif;aspect;nature;sujet;questions;réponse;service;auteur;valideur;validé le")
    assert len(rows) == 5
    assert ";Anne Auteur;Victor Valideur;2020-01-01;2999-12-31;" in rows[1]


def test_standard_output_gets_json_and_nothing_else(folder: Path) -> None:
    """`-` is for other programs; another format has to be asked for."""
    assert json.loads(callbot("export", "-", "--folder", folder).stdout)["format"] == "callbot-knowledge"
    assert callbot("export", "-", "--folder", folder, "--format", "csv").stdout.startswith("\ufeffmotif;")
    assert callbot("export", "kb.xlsx", "--folder", folder).exit_code == 2


def test_an_import_adds_what_is_complete_and_tells_the_rest(
    folder: Path, table: Path, tmp_path: Path
) -> None:
    """The base still loads, the new entry may not be spoken, and what is left can be completed and imported."""
    rest = tmp_path / "rest.csv"
    done = callbot("import", table, "--into", folder, "--author", "Lucie Armand", "--rest", rest)
    assert done.exit_code == 0
    assert done.stdout == ""
    assert "left: faq.csv: line 3: no motive: write which one in the column « motif »\n" in done.stderr
    assert f"{folder}: 1 added, 1 left to be completed\n" in done.stderr
    added = store.load(folder).find("marche", "")
    assert added is not None
    assert (added.author, added.validator, added.questions) == ("Lucie Armand", "", ("jour du marché",))
    rest.write_text(rest.read_text("utf-8-sig").replace("\n;;", "\naccueil;;"), "utf-8")
    assert callbot("import", rest, "--into", folder).exit_code == 0
    assert store.load(folder).find("accueil", "") is not None


def test_a_dry_run_writes_nothing(folder: Path, table: Path, tmp_path: Path) -> None:
    """Not even a new folder."""
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert "(dry run: nothing written)" in callbot("import", table, "--into", folder, "--dry-run").stderr
    callbot("import", table, "--into", tmp_path / "new", "--dry-run", "--rest", tmp_path / "rest.csv")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert not (tmp_path / "new").exists()


def test_a_new_folder_becomes_a_knowledge_base(table: Path, tmp_path: Path) -> None:
    """With a commune.toml to be filled in."""
    done = callbot("import", table, "--into", tmp_path / "new")
    assert "write the commune's name and services there" in done.stderr
    assert [entry.id for entry in store.load(tmp_path / "new").entries] == ["marche"]


def test_a_conflict_fails_and_replacing_keeps_the_former_file(folder: Path, tmp_path: Path) -> None:
    """Twice replaced: two .bak, the first one untouched."""
    file = tmp_path / "faq.csv"
    file.write_text("question;réponse;motif\nquand ?;La mairie ouvre à neuf heures.;horaires\n", "utf-8")
    entries = folder / "entries" / "all.toml"
    before = entries.read_bytes()
    assert callbot("import", file, "--into", folder).exit_code == 1
    assert entries.read_bytes() == before
    assert callbot("import", file, "--into", folder, "--replace").exit_code == 0
    file.write_text("question;réponse;motif\nquand ?;La mairie ouvre à dix heures.;horaires\n", "utf-8")
    assert callbot("import", file, "--into", folder, "--replace").exit_code == 0
    assert sorted(path.name for path in entries.parent.iterdir()) == [
        "all.toml",
        "all.toml.bak",
        "all.toml.bak2",
    ]
    assert entries.with_name("all.toml.bak").read_bytes() == before
    found = store.load(folder).find("horaires", "")
    assert found is not None
    assert found.answer == "La mairie ouvre à dix heures."


def test_json_tells_each_outcome_and_the_counts(folder: Path, table: Path, tmp_path: Path) -> None:
    """One object per line; a file that nobody can read fails, and the others are still imported."""
    (tmp_path / "plan.pdf").write_bytes(b"%PDF-1.7")
    done = callbot("import", tmp_path / "plan.pdf", table, tmp_path / "none.csv", "--into", folder, "--json")
    assert done.exit_code == 1
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(line.get("result"), line.get("entry")) for line in lines] == [
        ("rejected", ""),
        ("rejected", ""),
        ("added", "marche"),
        ("left", ""),
        (None, None),
    ]
    assert [line.get("path") for line in lines] == ["plan.pdf", "none.csv", "faq.csv", "faq.csv", None]
    assert lines[0]["message"] == "plan.pdf: a PDF; save its table as CSV, then import that"
    assert lines[2]["warnings"] == []
    counts = {
        "added": 1,
        "replaced": 0,
        "unchanged": 0,
        "conflict": 0,
        "left": 1,
        "rejected": 0,
        "files_not_read": 2,
    }
    assert lines[-1] == {"summary": counts}


def test_what_a_spreadsheet_would_run_is_written_as_text_and_read_back_as_it_was(
    folder: Path, tmp_path: Path
) -> None:
    """A formula that somebody put into an answer does nothing in the operator's spreadsheet."""
    formula = '=cmd|" /C calc"!A0'
    table = tmp_path / "faq.csv"
    table.write_text(
        f'question;réponse;motif\nle marché;"{formula.replace(chr(34), chr(34) * 2)}";marche\n', "utf-8"
    )
    callbot("import", table, "--into", folder)
    callbot("export", tmp_path / "kb.csv", "--folder", folder)
    exported = (tmp_path / "kb.csv").read_text("utf-8-sig")
    assert ";=cmd" not in exported
    assert ';"=cmd' not in exported
    assert callbot("import", tmp_path / "kb.csv", "--into", tmp_path / "other").exit_code == 0
    answers = [e.answer for e in store.load(tmp_path / "other").entries if e.motive == "marche"]
    assert answers == [formula]


def test_a_quote_that_is_never_closed_loses_no_row_in_silence(folder: Path, tmp_path: Path) -> None:
    """The line on which it stands is named, and nothing is imported."""
    table = tmp_path / "faq.csv"
    table.write_text(
        'question;réponse;motif\n"le marché;Le mercredi.;marche\nles noces;Le samedi.;mariage\n', "utf-8"
    )
    result = callbot("import", table, "--into", folder)
    assert result.exit_code == 1
    assert "faq.csv: the row that begins on line 2 is not readable as CSV" in result.stderr
    assert {entry.motive for entry in store.load(folder).entries}.isdisjoint({"marche", "mariage"})


def test_a_file_made_to_break_the_reader_fails_in_one_line(folder: Path, tmp_path: Path) -> None:
    """JSON nested a hundred thousand deep."""
    file = tmp_path / "deep.json"
    file.write_text("[" * 100_000 + "]" * 100_000, "utf-8")
    result = callbot("import", file, "--into", folder)
    assert (result.exit_code, result.stderr.splitlines()[0]) == (
        1,
        "error: deep.json: not readable as JSON: nested too deeply",
    )


def test_a_folder_that_cannot_be_made_is_named(table: Path) -> None:
    """In one line, not in a traceback."""
    result = callbot("import", table, "--into", "/dev/null/base")
    assert (result.exit_code, str(result.exception)) == (1, "--into /dev/null/base: Not a directory")


def test_many_lines_of_one_kind_are_counted(folder: Path, tmp_path: Path) -> None:
    """Twenty are shown; --json has them all."""
    table = tmp_path / "faq.csv"
    rows = "".join(f"question {n};Une réponse numéro {n}.;marche\n" for n in range(50))
    table.write_text("question;réponse;motif\n" + rows, "utf-8")
    shown = callbot("import", table, "--into", folder, "--dry-run").stderr.splitlines()
    assert sum(line.startswith("rejected: faq.csv: line ") for line in shown) == 20
    assert "rejected: 29 more (--json shows all of them)" in shown


def test_files_become_drafts_in_the_database_and_edits_are_exported(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is in use word for word makes no draft; what was approved on the pages is in an export, but not in one of a folder."""
    monkeypatch.setenv("CALLBOT_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("CALLBOT_KNOWLEDGE_DIR", str(folder))
    settings = config.load()
    file = tmp_path / "kb.json"
    callbot("export", file)
    document = json.loads(file.read_text("utf-8"))
    document["entries"][0]["answer"] = "La mairie ouvre à neuf heures."
    document["entries"].append(
        document["entries"][0] | {"id": "piscine", "motive": "piscine", "questions": ["la piscine"]}
    )
    file.write_text(json.dumps(document), encoding="utf-8")
    done = callbot("import", file, "--drafts", "--author", "Lucie Armand", "--json")
    results = {
        row["entry"]: row["result"] for row in map(json.loads, done.stdout.splitlines()) if "entry" in row
    }
    assert results == {
        "horaires": "replaced", "piscine": "added", "acte_naissance": "unchanged", "acte_naissance.delai": "unchanged",
        "dechetterie": "unchanged",
    }  # fmt: skip
    drafts = asyncio.run(drafts_of(settings))
    assert [(one.entry_id, one.authors, one.entry.validator) for one in drafts] == [
        ("horaires", ("Lucie_Armand",), ""),
        ("piscine", ("Lucie_Armand",), ""),
    ]
    keep(settings, Published(1, (("fr", validated(drafts[1].entry, "bruno", date.today())),)))
    callbot("export", file, "--replace")
    ids = [entry["id"] for entry in json.loads(file.read_text("utf-8"))["entries"]]
    assert ids == ["horaires", "acte_naissance", "acte_naissance.delai", "dechetterie", "piscine"]
    assert callbot("export", file, "--replace", "--folder", folder).stderr.startswith("Petitbourg: 4 entries")
    assert [
        callbot("import", file).exit_code,
        callbot("import", file, "--drafts", "--replace").exit_code,
    ] == [2, 2]


async def drafts_of(settings: config.Settings) -> list[Version]:
    """By their entries."""
    database = await Database.open(settings)
    try:
        return sorted(await VersionStore(database, date.today).open(), key=lambda one: one.entry_id)
    finally:
        await database.close()
