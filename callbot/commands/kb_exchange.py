"""`callbot kb export` and `callbot kb import`: the knowledge base in one file, and a commune's own files in it."""

import json
import sys
from collections import Counter
from dataclasses import asdict
from datetime import date
from pathlib import Path, PurePosixPath

import click

from callbot import config
from callbot.editing.in_use import knowledge_in_use
from callbot.errors import KnowledgeError
from callbot.knowledge import store
from callbot.knowledge.importing import formats, own, spreadsheet
from callbot.knowledge.importing.drafts import Reading
from callbot.knowledge.importing.merge import Outcome, Plan, plan

_SKELETON = """\
# Commune à compléter : voir « L'adapter à votre commune » dans le README de la commune de démonstration.
name = "À compléter"
spoken_town_hall = "la mairie"
default_service = "accueil"

[[services]]
id = "accueil"
name = "Accueil"
spoken = "l'accueil"
"""
_REPORTED = {
    "added": "{n} added",
    "replaced": "{n} replaced",
    "unchanged": "{n} already there",
    "conflict": "{n} conflicts",
    "left": "{n} left to be completed",
    "rejected": "{n} unreadable",
}
_FAILED = ("conflict", "rejected")
_DATABASE = "the database"
_MOST_TOLD = 20
"""Lines that are shown of each result; --json has all of them."""


@click.command("export")
@click.argument("target", metavar="FILE|-")
@click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False), help="Default: the settings' knowledge_dir."
)
@click.option(
    "--format", "as_format", type=click.Choice(["json", "csv"]), help="Default: by the name; json for -."
)
@click.option("--replace", is_flag=True, help="Overwrite FILE when it is there.")
def export_command(target: str, folder: Path | None, as_format: str | None, replace: bool) -> None:
    """Write the knowledge base to FILE (.json, or .csv for spreadsheets, French only) or to standard output.

    Without --folder, what was approved on the pages and is in service on this machine is in it.
    """
    if as_format is None:
        as_format = "json" if target == "-" else Path(target).suffix.lower().removeprefix(".")
    if as_format not in ("json", "csv"):
        raise click.UsageError(f"{target}: ends in neither .json nor .csv; choose with --format")
    knowledge = store.load(folder) if folder else knowledge_in_use(config.load())
    if as_format == "csv":
        content = spreadsheet.write(knowledge.entries).encode("utf-8-sig")
    else:
        content = (json.dumps(own.write(knowledge), ensure_ascii=False, indent=1) + "\n").encode()
    if target == "-":
        sys.stdout.buffer.write(content)
    else:
        _write_export(Path(target), content, replace)
    others = sum(len(other.entries) for other in knowledge.translations.values())
    written = len(knowledge.entries) + (others if as_format == "json" else 0)
    left = f" ({others} in other languages are only in .json)" if others and as_format == "csv" else ""
    click.echo(f"{knowledge.commune.name}: {written} entries written to {target}{left}", err=True)


def _write_export(file: Path, content: bytes, replace: bool) -> None:
    try:
        with file.open("wb" if replace else "xb") as out:
            out.write(content)
    except FileExistsError:
        raise KnowledgeError(f"{file}: is there already; --replace overwrites it") from None
    except OSError as error:
        raise KnowledgeError(f"{file}: {error.strerror}") from None


@click.command("import")
@click.argument(
    "files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False)
)
@click.option(
    "--into",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder of a knowledge base.",
)
@click.option(
    "--drafts",
    is_flag=True,
    help="Instead of into a folder: as drafts on the page « Connaissances », for people to check and approve.",
)
@click.option(
    "--author", default="", help="Who wrote the answers. Default: who the file names, else the file itself."
)
@click.option("--dry-run", is_flag=True, help="Tell what would be written, and write nothing.")
@click.option("--replace", is_flag=True, help="Replace entries that are there; the files are kept as .bak.")
@click.option(
    "--rest",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write what must be completed to this new CSV.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON object per entry, and a last one with the counts."
)
def import_command(
    *,
    files: tuple[Path, ...],
    folder: Path | None,
    drafts: bool,
    author: str,
    dry_run: bool,
    replace: bool,
    rest: Path | None,
    as_json: bool,
) -> None:
    """Read a commune's files into the knowledge base in FOLDER, or into drafts. Nothing is spoken until a person validates it.

    FILE is an export of callbot, a CSV with the columns question and réponse (motif, aspect, service…), or one of the
    JSON files that are known by their shape. Exit code 1 when something was unreadable or in conflict.
    """
    if (folder is None) is not drafts:
        raise click.UsageError("give either --into FOLDER or --drafts")
    if drafts and (replace or rest):
        raise click.UsageError("--replace and --rest are for --into")
    if rest is not None and rest.exists():
        raise click.UsageError(f"--rest {rest}: is there already; choose another name")
    wrong: list[Outcome] = []
    readings = [(file.name, reading) for file in files if (reading := _reading(file, wrong, date.today()))]
    if folder is None:
        from callbot.commands import kb_drafts  # with a database, and all that a conversation needs

        made = kb_drafts.planned(readings, config.load(), author)
        if not dry_run:
            kb_drafts.store(made, config.load(), author)
        _tell(made, wrong, as_json)
        _summary(made, wrong, _DATABASE, dry_run, rest)
        if wrong or any(outcome.result in _FAILED for outcome in made.outcomes):
            sys.exit(1)
        return
    made = _planned(readings, folder, author, replace)
    if not dry_run:
        _store(made, folder)
        if rest is not None and made.left:
            _write_export(rest, spreadsheet.write(made.left).encode("utf-8-sig"), False)
    _tell(made, wrong, as_json)
    _summary(made, wrong, folder, dry_run, rest)
    if wrong or any(outcome.result in _FAILED for outcome in made.outcomes):
        sys.exit(1)


def _reading(file: Path, wrong: list[Outcome], today: date) -> Reading | None:
    try:
        reading = formats.read(file.read_bytes(), file.name, today)
    except OSError as error:
        wrong.append(Outcome(file.name, "", "rejected", message=f"{file}: {error.strerror}"))
        return None
    except KnowledgeError as error:
        wrong.append(Outcome(file.name, "", "rejected", message=str(error)))
        return None
    click.echo(f"{file.name}: {reading.format}, {len(reading.drafts)} questions and answers", err=True)
    for note in reading.notes:
        click.echo(f"{file.name}: {note}", err=True)
    return reading


def _planned(readings: list[tuple[str, Reading]], folder: Path, author: str, replace: bool) -> Plan:
    texts = {
        str(file.relative_to(folder)): file.read_text(encoding="utf-8")
        for file in sorted((*folder.glob("entries/*.toml"), *folder.glob("languages/*/entries/*.toml")))
    }
    commune_file = folder / "commune.toml"
    commune = store.read_commune(
        commune_file.read_text(encoding="utf-8") if commune_file.exists() else _SKELETON
    )
    usual = {entry.motive: entry.service for entry in store.load().entries}
    return plan(readings, texts, commune, author=author, replace=replace, services=usual)


def _store(made: Plan, folder: Path) -> None:
    """Write the plan: every file that changes is kept as .bak beside it, and is whole at every moment."""
    try:
        for place in {"entries", *(str(PurePosixPath(path).parent) for path in made.texts)}:
            (folder / place).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise KnowledgeError(f"--into {folder}: {error.strerror}") from None
    commune_file = folder / "commune.toml"
    if not commune_file.exists():
        commune_file.write_text(_SKELETON, encoding="utf-8")
        click.echo(f"{commune_file}: a new one; write the commune's name and services there", err=True)
    for path, text in made.texts.items():
        file = folder / path
        if file.exists():
            kept = _free(file)
            kept.write_bytes(file.read_bytes())
            click.echo(f"{file}: the former one is kept as {kept.name}", err=True)
        new = file.with_name(file.name + ".new")
        new.write_text(text, encoding="utf-8")
        new.replace(file)


def _free(file: Path) -> Path:
    """The first name for a copy that is free: x.toml.bak, then x.toml.bak2 and so on."""
    number = 1
    while (kept := file.with_name(f"{file.name}.bak{number if number > 1 else ''}")).exists():
        number += 1
    return kept


def _tell(made: Plan, wrong: list[Outcome], as_json: bool) -> None:
    if as_json:
        for outcome in (*wrong, *made.outcomes):
            print(json.dumps(asdict(outcome), ensure_ascii=False))
        print(json.dumps({"summary": {**_counts(made), "files_not_read": len(wrong)}}, ensure_ascii=False))
        return
    for unread in wrong:
        click.echo(f"error: {unread.message}", err=True)
    told = Counter[str]()
    for outcome in made.outcomes:
        said = [outcome.message] if outcome.message and outcome.result != "unchanged" else []
        if said or outcome.warnings:
            told[outcome.result] += 1
            if told[outcome.result] <= _MOST_TOLD:
                where = ": ".join(part for part in (outcome.path, outcome.place, outcome.entry) if part)
                click.echo(f"{outcome.result}: {where}: {'; '.join([*said, *outcome.warnings])}", err=True)
    for result, count in told.items():
        if count > _MOST_TOLD:
            click.echo(f"{result}: {count - _MOST_TOLD} more (--json shows all of them)", err=True)


def _counts(made: Plan) -> dict[str, int]:
    found = Counter(outcome.result for outcome in made.outcomes)
    return {result: found[result] for result in _REPORTED}  # type: ignore[index]


def _summary(made: Plan, wrong: list[Outcome], folder: Path | str, dry_run: bool, rest: Path | None) -> None:
    counts = [_REPORTED[result].format(n=n) for result, n in _counts(made).items() if n]
    files = f", {len(wrong)} files not read" if wrong else ""
    click.echo(
        f"{folder}: {', '.join(counts) or 'nothing'}{files}{' (dry run: nothing written)' if dry_run else ''}",
        err=True,
    )
    if folder == _DATABASE:
        click.echo("Nothing of it is spoken yet: people approve it on the page « Connaissances ».", err=True)
    elif made.texts:
        click.echo(
            "Nothing of it is spoken yet: somebody else than the author reads each answer, then writes",
            err=True,
        )
        click.echo(
            "validator, validated_on and expires_on. `callbot kb check` lists what is missing.", err=True
        )
    if made.left and not rest:
        click.echo("--rest FILE.csv writes what must be completed, to be filled in and imported.", err=True)
