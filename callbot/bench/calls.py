"""`callbot bench calls`: many calls at once, over SIP or the media WebSocket, with the engines or without (pure media).

The callers are a process of their own (`callbot.bench.load`) that shares no code with the bridge and notes arrivals by the
kernel's clock; so is what they call: `callbot serve`, or for pure media `callbot.bench.pure_media`.
"""

import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from callbot.bench.account import Account
from callbot.bench.figures import Row, Run, row
from callbot.bench.processes import Child, Meter, busy_seconds
from callbot.bench.targets import MORE_CALLS, MOST_CALLS, OwnService, Plan, Target, pure_media, stop_and_hear
from callbot.config import load
from callbot.speech.catalogue import Role
from callbot.speech.engines import choose

SECONDS_WITH_ENGINES, SECONDS_WITHOUT = 60.0, 30.0

Show = Callable[[str, float | None, float | None], None]
"""Told what is being done, how much of it, of how much."""


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
        seconds or (SECONDS_WITH_ENGINES if engines == "on" else SECONDS_WITHOUT),
        per_second,
        questions,
    )
    wanted = _numbers(numbers)
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM)
    )  # as Ctrl-C: nothing is left behind
    if not as_json:
        click.echo(HEAD)
    for number in wanted:
        measured = measure(plan, number)
        click.echo(json.dumps(asdict(measured)) if as_json else table_line(measured))
        if measured.failed_calls:
            reasons = ", ".join(f"{count} {reason}" for reason, count in measured.failures.items())
            click.echo(f"{measured.failed_calls} of {number} calls failed: {reasons}", err=True)
            if not keep_going:
                break


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
        f"{m.service_rss_mb:.0f} + {m.bridge_rss_mb:.0f}", f"{m.others_cores:.2f}",
    ]  # fmt: skip
    return "| " + " | ".join(map(str, cells)) + " |"


def _text(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def _numbers(text: str) -> list[int]:
    words = text.split(",")
    if not all(word.isdecimal() and 1 <= int(word) <= MOST_CALLS - MORE_CALLS for word in words):
        raise click.BadParameter(
            f"'{text}' is not a list of numbers from 1 to {MOST_CALLS - MORE_CALLS}", param_hint="--calls"
        )
    return [int(word) for word in words]


def measure(plan: Plan, number: int) -> Row:
    """Start what is called, call it `number` times at once, stop it. Raises CallbotError, one line."""
    settings = load()
    console = Console(stderr=True)
    with (
        tempfile.TemporaryDirectory(prefix="callbot-bench-") as folder,
        Progress(console=console, transient=True, disable=not console.is_terminal) as bar,
    ):
        task = bar.add_task(f"{number} calls: starting", total=None)

        def show(what: str, done: float | None, total: float | None) -> None:
            bar.update(task, description=f"{number} calls: {what}", completed=done, total=total)

        if not plan.engines:
            with pure_media(plan, number) as target:
                run, accounts = _place(plan, number, target, show, questions=[], engine="off")
                return row(run, accounts, stop_and_hear(target))
        made = OwnService(settings, Path(folder), plan, number)
        questions = made.questions()
        with made.serve() as target:
            engine = choose(settings, Role.STT).item.name
            run, accounts = _place(plan, number, target, show, questions=questions, engine=engine)
            return row(run, accounts, [])


def _place(
    plan: Plan, number: int, target: Target, show: Show, *, questions: list[str], engine: str
) -> tuple[Run, list[Account]]:
    """The calls themselves."""
    order = {
        "transport": plan.transport,
        "target": target.address,
        "calls": number,
        "seconds": plan.seconds,
        "per_second": plan.per_second,
        "questions": questions,
    }
    with Child("callbot.bench.load") as load_child:
        load_child.line()  # it is ready
        meters = [Meter([target.service.pid]), Meter([target.bridge] if target.bridge else [])]
        busy, began = busy_seconds(), time.monotonic()
        load_child.input.write(json.dumps(order) + "\n")
        load_child.input.flush()
        while "over" not in (told := json.loads(load_child.line())):
            target.service.check()
            for meter in meters:
                meter.look()
            if told["held_s"]:
                show("held", min(told["held_s"], plan.seconds), plan.seconds)
            else:
                show("placed", told["up"], number)
        service, bridge = (meter.usage() for meter in meters)
        ours = service.cpu_seconds + bridge.cpu_seconds + told["cpu_seconds"]
        others = max(0.0, busy_seconds() - busy - ours) / (time.monotonic() - began)
        accounts = [Account(**account) for account in json.loads(load_child.line())]
    run = Run(
        calls=number,
        cores=len(os.sched_getaffinity(0)),
        engine=engine,
        transport=plan.transport,
        seconds=plan.seconds,
        service=service,
        bridge=bridge,
        generator_cpu_seconds=told["cpu_seconds"],
        behind_ms=told["behind_ms"],
        others_cores=others,
    )
    return run, accounts


command = calls
"""What `callbot bench` includes."""
