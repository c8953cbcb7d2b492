"""`callbot bench calls`: many calls at once, over SIP or the media WebSocket, with the engines or without (pure media).

The callers are a process of their own (`callbot.bench.load`) that shares no code with the bridge and notes arrivals by the
kernel's clock; so is what they call: `callbot serve`, or for pure media `callbot.bench.pure_media`.
"""

import json
import signal
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import click

from callbot.bench.capacity import HELD_P95_MS, Search, holds
from callbot.bench.figures import Row, row
from callbot.bench.placing import numbers_of, place, progress
from callbot.bench.targets import (
    MORE_CALLS,
    MOST_CALLS,
    OwnService,
    Plan,
    check_recognition,
    pure_media,
    stop_and_hear,
)
from callbot.config import load
from callbot.speech.catalogue import Role
from callbot.speech.engines import choose

SECONDS_WITH_ENGINES, SECONDS_WITHOUT = 60.0, 30.0


@click.command("calls")
@click.option(
    "--calls",
    "numbers",
    default="10",
    show_default=True,
    metavar="N[,N…]",
    help="Calls at once; several numbers: a row each, up to the first with failed calls.",
)
@click.option(
    "--transport",
    type=click.Choice(["sip", "ws"]),
    default="sip",
    show_default=True,
    help="sip: SIP and RTP, through the bridge. ws: the media WebSocket, without it.",
)
@click.option(
    "--engines",
    type=click.Choice(["on", "off"]),
    default="on",
    show_default=True,
    help="on: callers ask the whole service recorded questions. off: pure media, both sides speak all the time.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(min=1),
    help="How long all calls are held once the last one is up.  [default: 60 with engines, 30 without]",
)
@click.option(
    "--minutes",
    type=click.FloatRange(min=1),
    help="Instead of --seconds: a long run. A caller whose call ends calls again; memory is compared, first sixth and last.",
)
@click.option(
    "--search",
    is_flag=True,
    help=f"Find how many calls are held with p95 under {HELD_P95_MS:.0f} ms and none failed: doubles the first number, then halves steps.",
)
@click.option(
    "--per-second",
    type=click.FloatRange(min=0.1),
    default=20.0,
    show_default=True,
    help="New calls per second while they are placed.",
)
@click.option(
    "--questions",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder of WAV files to ask. Default: the tests' recordings; without them the voice makes some.",
)
@click.option("--keep-going", is_flag=True, help="Go on to larger numbers after failed calls.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per row.")
def calls(
    *,
    numbers: str,
    transport: str,
    engines: str,
    seconds: float | None,
    minutes: float | None,
    search: bool,
    per_second: float,
    questions: Path | None,
    keep_going: bool,
    as_json: bool,
) -> None:
    """Concurrent calls: jitter of what we send, late frames, failures, response times, CPU and memory.

    Starts a service of its own, on free ports and in a temporary folder, and calls it. The machine should do nothing else
    meanwhile: « others » says how many of its cores did.

    For example --engines off --calls 1,10,50,100,200 or --engines on --calls 1,2,5,10.
    """
    plan = Plan(
        transport,
        engines == "on",
        seconds or (minutes or 0) * 60 or (SECONDS_WITH_ENGINES if engines == "on" else SECONDS_WITHOUT),
        per_second,
        questions,
        redial=bool(minutes) and engines == "on",
    )
    wanted = numbers_of(numbers)
    if search and engines == "off":
        raise click.BadParameter(
            "--search needs --engines on: without them nobody answers", param_hint="--search"
        )
    if plan.engines:
        check_recognition(plan)
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM)
    )  # as Ctrl-C: nothing is left behind
    if not as_json:
        click.echo(HEAD)
    found = Search(wanted[0], MOST_CALLS - MORE_CALLS)
    for number in found.numbers() if search else wanted:
        measured = measure(plan, number)
        found.tell(number, held=holds(measured))
        click.echo(json.dumps(asdict(measured)) if as_json else table_line(measured))
        if measured.failed_calls:
            reasons = ", ".join(f"{count} {reason}" for reason, count in measured.failures.items())
            click.echo(f"{measured.failed_calls} of {number} calls failed: {reasons}", err=True)
            if not keep_going and not search:
                break
    if search:
        held = {"calls_held": found.held, "response_ms_p95_below": HELD_P95_MS, "seconds": plan.seconds}
        click.echo(
            json.dumps(held) if as_json else f"\n{found.held} calls held, p95 under {HELD_P95_MS:.0f} ms"
        )


COLUMNS = {
    "engines": "---",
    "by": "---",
    "calls": "---:",
    "response ms p50 / p95": "---:",
    "jitter ms": "---:",
    "off grid ms": "---:",
    "late frames": "---:",
    "lost": "---:",
    "failed": "---:",
    "CPU s per call minute: service + bridge": "---:",
    "MB: service + bridge": "---:",
    "MB more a call": "---:",
    "MB first / last sixth": "---:",
    "others": "---:",
}
HEAD = "\n".join(f"| {' | '.join(cells)} |" for cells in (COLUMNS, COLUMNS.values()))


def table_line(measured: Row) -> str:
    """A row of the Markdown table under HEAD."""
    m = measured
    response = f"{_text(m.response_ms_p50, 0)} / {_text(m.response_ms_p95, 0)}" if m.response_ms_p50 else "–"
    cpu = f"{m.service_cpu_seconds_per_call_minute:.2f} + {m.bridge_cpu_seconds_per_call_minute:.2f}"
    cells = [
        m.engine, m.transport, m.calls, response, _text(m.jitter_ms_max, 1), _text(m.off_grid_ms_max, 1),
        f"{m.late_frames} of {m.frames}", m.lost_packets if m.transport == "sip" else "–", m.failed_calls, cpu,
        f"{m.service_rss_mb:.0f} + {m.bridge_rss_mb:.0f}",
        f"{m.rss_mb_per_call:.1f}", f"{m.rss_mb_first_sixth:.0f} / {m.rss_mb_last_sixth:.0f}", f"{m.others_cores:.2f}",
    ]  # fmt: skip
    return "| " + " | ".join(map(str, cells)) + " |"


def _text(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def measure(plan: Plan, number: int) -> Row:
    """Start what is called, call it `number` times at once, stop it. Raises CallbotError, one line."""
    settings = load()
    if not plan.engines:
        with progress(number) as show, pure_media(plan, number) as target:
            run, accounts = place(plan, number, target, show, engine="off")
            return row(run, accounts, stop_and_hear(target))
    with tempfile.TemporaryDirectory(prefix="callbot-bench-") as folder:
        made = OwnService(settings, Path(folder), plan, number)
        questions = made.questions()
        with progress(number) as show, made.serve() as target:
            engine = choose(settings, Role.STT).item.name
            run, accounts = place(plan, number, target, show, engine=engine, questions=questions)
            return row(run, accounts, [])


command = calls
"""What `callbot bench` includes."""
