"""`callbot models` and `callbot voices`: what can be had, installing it, checking it."""

import importlib
import json
from dataclasses import dataclass

import click

from callbot import config
from callbot.commands.progress import DownloadReporter
from callbot.config import Settings
from callbot.errors import CatalogueError
from callbot.knowledge import store
from callbot.languages.tables import FRENCH
from callbot.speech import catalogue, engines, installed
from callbot.speech.catalogue import Item, Role
from callbot.speech.engines import Choice
from callbot.speech.fetching import Fetcher
from callbot.speech.installed import State
from callbot.speech.pulling import Puller

MEGABYTE = 1_000_000


class VoicesGroup(click.Group):
    """`callbot voices` has one command more, which needs the engines and is imported only when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The catalogue's commands, then `render`."""
        return [*super().list_commands(ctx), "render"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, or None for click's 'No such command'."""
        if cmd_name != "render":
            return super().get_command(ctx, cmd_name)
        command: click.Command = importlib.import_module("callbot.commands.render").render
        return command


@click.group()
def models() -> None:
    """Speech-to-text models: what can be had, what is installed, where it comes from."""


@click.group(cls=VoicesGroup)
def voices() -> None:
    """Text-to-speech voices: what can be had, what is installed, and speaking the fixed sentences ahead of time."""


as_json = click.option("--json", "as_json", is_flag=True, help="Print a JSON object per line.")


@dataclass(frozen=True, slots=True)
class Shelf:
    """A role's catalogue as it stands on this machine; what the three commands work on."""

    settings: Settings
    role: Role
    items: tuple[Item, ...]

    @classmethod
    def of(cls, role: Role) -> "Shelf":
        """Read the settings and the catalogue."""
        settings = config.load()
        return cls(settings, role, catalogue.load(settings, role))

    def named(self, names: tuple[str, ...]) -> list[Item]:
        """The items of these names. Raises click.BadParameter (exit code 2) for one that is not in the catalogue."""
        unknown = [name for name in names if catalogue.find(self.items, name) is None]
        if unknown:
            raise click.BadParameter(
                f"{unknown[0]!r} is not in the catalogue; `callbot {self.role.command} list` shows it"
            )
        return [item for item in self.items if item.name in names]

    def state(self, item: Item) -> tuple[State, str]:
        """Whether it is installed, looked at quickly."""
        return installed.state(item, catalogue.folder(self.settings, self.role))


def list_items(role: Role, as_json: bool) -> None:
    """What can be had, what is installed, which one is in use and why."""
    shelf = Shelf.of(role)
    in_use, why = _in_use(shelf)
    rows = [_row(shelf, item, why if item.name == in_use else "") for item in shelf.items]
    if as_json:
        for row in rows:
            print(json.dumps(row, ensure_ascii=False))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in ("", "name", "engine", "lang.", "size", "licence", "state"):
        table.add_column(
            heading, justify="right" if heading == "size" else "left", no_wrap=heading in ("name", "size")
        )
    for row, item in zip(rows, shelf.items, strict=True):
        size = "—" if item.comes_with_callbot else f"{item.bytes_to_have / MEGABYTE:.0f} MB"
        state = str(row["problem"]) if row["state"] == State.DAMAGED else str(row["state"])
        mark = "→" if row["in_use"] else ""
        note = f"{state}, stand-in for tests" if item.stand_in else state
        table.add_row(mark, item.name, item.engine, item.language, size, item.licence, note)
    console = Console(highlight=False)
    console.print(table)
    console.print(f"→ in use: {in_use}, {why}" if in_use else why, markup=False, soft_wrap=True)


def _in_use(shelf: Shelf) -> tuple[str, str]:
    """The name of the item in use and why; without one, why there is none."""
    try:
        choice = engines.choose(shelf.settings, shelf.role)
    except CatalogueError as error:
        return "", str(error)
    return choice.item.name, choice.reason


def _row(shelf: Shelf, item: Item, why: str) -> dict[str, object]:
    state, problem = shelf.state(item)
    folder = catalogue.folder(shelf.settings, shelf.role)
    record = installed.read_record(item, folder)
    return {
        "name": item.name, "role": item.role, "engine": item.engine, "language": item.language, "licence": item.licence,
        "size_bytes": item.bytes_to_have, "state": state, "problem": problem if state is State.DAMAGED else None,
        "in_use": bool(why), "why": why or None, "source": record.source if record else None, "stand_in": item.stand_in,
        "about": item.about, "sources": [source.origins(file.path for file in item.file) for source in item.source],
        "files": [file.model_dump() for file in installed.expected_files(item, folder)],
    }  # fmt: skip


def pull_items(role: Role, names: tuple[str, ...], everything: bool) -> None:
    """Install what is named, everything, or what the settings need. Raises CatalogueError when something is not had."""
    shelf = Shelf.of(role)
    with DownloadReporter() as reporter:
        puller = Puller(catalogue.folder(shelf.settings, role), Fetcher(reporter), reporter)
        if names or everything:
            _pull_each(
                puller, shelf.named(names) if names else [item for item in shelf.items if not item.stand_in]
            )
        else:
            for language in store.load(shelf.settings.knowledge_dir).commune.languages:
                _pull_one_of(puller, shelf, language)


def _pull_each(puller: Puller, items: list[Item]) -> None:
    failures = []
    for item in items:
        try:
            puller.pull(item)
        except CatalogueError as error:
            failures.append(str(error))
    if failures:
        raise CatalogueError("; ".join(failures))


def _pull_one_of(puller: Puller, shelf: Shelf, language: str) -> None:
    """Install the first of the candidates of a language that can be had, and say which item is in use then."""
    failures: list[str] = []
    for item in engines.to_pull(shelf.settings, shelf.role, language):
        if failures:
            puller.reporter.say(f"trying {item.name} instead")
        try:
            puller.pull(item)
        except CatalogueError as error:
            failures.append(str(error))
        else:
            break
    choice = _chosen(shelf, language, failures)
    where = "" if language == FRENCH else f" ({language})"
    puller.reporter.say(f"{shelf.role.command}{where}: {choice.item.name} is in use, {choice.reason}")


def _chosen(shelf: Shelf, language: str, failures: list[str]) -> Choice:
    """What is in use after pulling. Raises CatalogueError with all that failed where nothing is."""
    try:
        return engines.choose(shelf.settings, shelf.role, language)
    except CatalogueError as error:
        raise CatalogueError("; ".join(failures) or str(error)) from None


def check_items(role: Role, names: tuple[str, ...], as_json: bool) -> None:
    """Read every byte of what is installed (or named) and compare it with its checksum. Raises CatalogueError."""
    shelf = Shelf.of(role)
    folder = catalogue.folder(shelf.settings, role)
    items = shelf.named(names) or [item for item in shelf.items if shelf.state(item)[0] is not State.MISSING]
    faulty = 0
    for item in items:
        problems = _problems(shelf, item)
        faulty += bool(problems)
        verified = item.comes_with_callbot or bool(installed.expected_files(item, folder))
        if as_json:
            print(
                json.dumps(
                    {"name": item.name, "ok": not problems, "problems": problems, "verified": verified}
                )
            )
            continue
        for problem in problems:
            click.echo(f"{item.name}: {problem}: run `{item.mend}`")
        if not problems:
            click.echo(
                f"{item.name}: {'ok' if verified else 'installed by hand, no checksum to compare with'}"
            )
    if not names:
        engines.choose(shelf.settings, role)
    if faulty:
        raise CatalogueError(f"{faulty} of {len(items)} {role.command} cannot be used as they are")


def _problems(shelf: Shelf, item: Item) -> list[str]:
    state, problem = shelf.state(item)
    if state is State.MISSING or item.comes_with_callbot:
        return [problem] if problem else []
    return list(installed.find_problems(item, catalogue.folder(shelf.settings, shelf.role)).values())


def _add_commands(group: click.Group, role: Role) -> None:
    noun = role.command

    @group.command("list", help=f"What {noun} can be had, what is installed, which one is in use and why.")
    @as_json
    def _list(as_json: bool) -> None:
        list_items(role, as_json)

    @group.command(
        "pull", help=f"Install {noun} by name; without a name, what the settings need and can be had."
    )
    @click.argument("names", nargs=-1, metavar="[NAME]...")
    @click.option(
        "--all", "everything", is_flag=True, help="Everything in the catalogue but the stand-ins for tests."
    )
    def _pull(names: tuple[str, ...], everything: bool) -> None:
        pull_items(role, names, everything)

    @group.command("check", help=f"Compare every byte of the installed {noun} with its checksum.")
    @click.argument("names", nargs=-1, metavar="[NAME]...")
    @as_json
    def _check(names: tuple[str, ...], as_json: bool) -> None:
        check_items(role, names, as_json)


_add_commands(models, Role.STT)
_add_commands(voices, Role.TTS)
