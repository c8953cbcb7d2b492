"""`callbot bench`: the benchmarks, each printing its figures and, with `--json`, a line to compare."""

import asyncio
import importlib.util
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from callbot.config import load
from callbot.errors import CallbotError

if TYPE_CHECKING:
    from collections.abc import Callable

    from callbot.bench.stt import Row

Thing = TypeVar("Thing")

ELSEWHERE = {
    "intents": "callbot.bench.intents",
    "designs": "callbot.bench.designs",
    "calls": "callbot.bench.calls",
    "latency": "callbot.bench.latency",
    "turns": "callbot.bench.turns",
    "queue": "callbot.bench.queue",
    "stats": "callbot.bench.stats",
    "masking": "callbot.bench.masking",
    "live": "callbot.bench.live",
}
"""Benchmarks whose module has the click command itself, named `command`; imported when used."""


class BenchGroup(click.Group):
    """Imports a benchmark's module only when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Those of this module, then the others."""
        return [*super().list_commands(ctx), *ELSEWHERE]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, or None for click's 'No such command'."""
        if cmd_name not in ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        command: click.Command = importlib.import_module(ELSEWHERE[cmd_name]).command
        return command


@click.group(cls=BenchGroup)
def bench() -> None:
    """Measure the engines and the service."""


@bench.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=Path("../shared/data"),
    show_default=True,
    help="Folder with speech/SET/utterances.tsv and noise/.",
)
@click.option(
    "--engine",
    "engines",
    multiple=True,
    type=click.Choice(["auto", "vosk", "whisper"]),
    help="Engine to measure; may be given several times. Default: the settings' engine.",
)
@click.option("--limit", type=click.IntRange(min=1), help="Only the first utterances of each set.")
@click.option("--condition", "chosen", multiple=True, help="Only this condition; may be given several times.")
@click.option("--set", "sets", multiple=True, help="Only this set; may be given several times.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per figure.")
def stt(
    *,
    data: Path,
    engines: tuple[str, ...],
    limit: int | None,
    chosen: tuple[str, ...],
    sets: tuple[str, ...],
    as_json: bool,
) -> None:
    """Word error rate of speech to text: clean, A-law, street and babble noise at 10 dB; by group of speakers."""
    _check_extras()
    what = _What(data, limit, chosen, sets)
    for name in engines or (load().engine,):
        rows = asyncio.run(_measure(what, name, _print_json if as_json else lambda _: None))
        if not as_json:
            print_tables(rows)


@dataclass(frozen=True, slots=True)
class _What:
    """What is measured: the data's folder, and what is chosen of it (nothing: all)."""

    data: Path
    limit: int | None
    conditions: tuple[str, ...]
    sets: tuple[str, ...]


def _chosen(what: str, things: dict[str, Thing], names: tuple[str, ...]) -> dict[str, Thing]:
    """Those of the names, all without any. Raises CallbotError for a name that there is not."""
    for name in names:
        if name not in things:
            raise CallbotError(f"there is no {what} '{name}'; there are {', '.join(things)}")
    return {name: thing for name, thing in things.items() if not names or name in names}


async def _measure(what: _What, engine_name: str, show: "Callable[[Row], None]") -> "list[Row]":
    """Open the engine and measure it, with a progress bar on a terminal; `show` gets each row as it comes."""
    from rich.console import Console
    from rich.progress import Progress

    from callbot.bench.conditions import conditions
    from callbot.bench.stt import measure, read_sets
    from callbot.knowledge import store
    from callbot.speech.engines import open_recognizer_engine
    from callbot.understanding import vocabulary

    settings = load(engine=engine_name)
    sets = _chosen("set", read_sets(what.data / "speech", what.limit), what.sets)
    heard_as = _chosen("condition", conditions(what.data / "noise"), what.conditions)
    prompt = vocabulary.prompt(settings, store.load(settings.knowledge_dir))
    engine = await open_recognizer_engine(settings, prompt=prompt)
    console = Console(stderr=True)
    try:
        with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task(engine.model, total=len(heard_as) * sum(map(len, sets.values())))
            rows = []
            async for some in measure(engine, settings, sets, heard_as, lambda: bar.advance(task)):
                rows += some
                for row in some:
                    show(row)
            return rows
    finally:
        await engine.close()


def _print_json(row: "Row") -> None:
    click.echo(json.dumps(asdict(row), ensure_ascii=False))


def _check_extras() -> None:
    missing = [name for name in ("jiwer", "num2words") if importlib.util.find_spec(name) is None]
    if missing:
        raise CallbotError(f"bench stt needs {' and '.join(missing)}: pip install 'callbot[dev]'")


def print_tables(rows: "list[Row]") -> None:
    """The sets' figures, then the speakers' groups, as Markdown tables (docs/benchmarks.md holds a copy)."""
    click.echo("| model | set | condition | n | WER | 95 % interval | compute s per audio s |")
    click.echo("|---|---|---|---:|---:|---:|---:|")
    for row in rows:
        if row.group is None:
            where = f"{row.model} | {row.set} | {row.condition}"
            click.echo(f"| {where} | {row.n} | {_percent(row)} | {row.compute_per_audio_second:.2f} |")
    click.echo("\n| model | set | condition | speakers | n | WER | 95 % interval |")
    click.echo("|---|---|---|---|---:|---:|---:|")
    for row in rows:
        if row.group is not None:
            where = f"{row.model} | {row.set} | {row.condition} | {row.group}{' (weakest)' if row.weakest else ''}"
            click.echo(f"| {where} | {row.n} | {_percent(row)} |")


def _percent(row: "Row") -> str:
    return f"{row.wer * 100:.1f} % | {row.wer_low * 100:.1f}–{row.wer_high * 100:.1f} %"
