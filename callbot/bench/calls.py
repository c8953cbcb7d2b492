"""`callbot bench calls`: many calls at once, over SIP or the media WebSocket, with the engines or without (pure media).

The callers are a process of their own (`callbot.bench.load`) that shares no code with the bridge and notes arrivals by the
kernel's clock; so is what they call: `callbot serve`, or for pure media `callbot.bench.pure_media`.
"""

import json
import os
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from callbot.audio.files import read_wav
from callbot.audio.g711 import encode_alaw
from callbot.audio.line import to_rate
from callbot.audio.types import TELEPHONE_HZ
from callbot.bench.account import Account
from callbot.bench.figures import Heard, Row, Run, row
from callbot.bench.processes import Child, Meter, busy_seconds, descendants, free_port
from callbot.config import Settings, load
from callbot.errors import CallbotError
from callbot.speech.catalogue import Role
from callbot.speech.engines import choose

QUESTION_DIRS = (Path("tests/support/questions"), Path("../shared/data/questions"))
QUESTIONS = ("acte_naissance", "encombrants", "horaires_samedi", "passeport_enfant_prix", "passeport_pieces")
"""Recordings that are asked where a folder has them; else all of it."""
SENTENCES = (
    "Bonjour, je voudrais un acte de naissance, s'il vous plaît.",
    "Qu'est-ce qu'il faut pour faire un passeport ?",
    "Est-ce que la mairie est ouverte le samedi ?",
)
"""Said by the voice where there are no recordings."""
START_SECONDS = 180
"""How long `callbot serve` may take until it answers calls."""
POLL_SECONDS = 0.25
MORE_CALLS = 20
"""Free lines beyond the calls that are placed, so that none is refused for want of one."""
MOST_CALLS = 500


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure."""

    transport: str
    engines: bool
    seconds: float
    per_second: float
    questions: Path | None


@dataclass(frozen=True, slots=True)
class Target:
    """Who is called: host:port; the service's process, and the bridge's, 0 where there is none."""

    address: str
    service: Child
    bridge: int


@click.command("calls")
@click.option(
    "--calls",
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
    help="sip: SIP and RTP through the bridge. ws: the media WebSocket, without the bridge.",
)
@click.option(
    "--engines",
    type=click.Choice(["on", "off"]),
    default="on",
    show_default=True,
    help="on: callers ask recorded questions of the whole service. off: pure media, both sides speak all the time.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(min=1),
    help="How long all calls are held once the last one is up. Default: 30 without engines, 60 with.",
)
@click.option(
    "--per-second",
    type=click.FloatRange(min=0.1),
    default=20.0,
    show_default=True,
    help="New calls per second while they are being placed.",
)
@click.option(
    "--questions",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder of WAV files to ask. Default: the tests' recordings; without them the voice makes some.",
)
@click.option("--keep-going", is_flag=True, help="Go on to larger numbers after failed calls.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per row.")
def calls(
    calls: str,
    transport: str,
    engines: str,
    seconds: float | None,
    per_second: float,
    questions: Path | None,
    keep_going: bool,
    as_json: bool,
) -> None:
    """Concurrent calls: jitter of what we send, late frames, failures, response times, CPU and memory.

    Starts a service of its own on free ports of this machine, in a temporary folder, and calls it. The machine should do
    nothing else meanwhile: the column « others » says how many of its cores did.

    \b
    callbot bench calls --engines off --calls 1,10,50,100,200
    callbot bench calls --engines on --calls 1,2,5,10 --seconds 60
    """
    numbers = _numbers(calls)
    plan = Plan(
        transport, engines == "on", seconds or (60.0 if engines == "on" else 30.0), per_second, questions
    )
    if not as_json:
        click.echo(HEAD)
    for number in numbers:
        measured = measure(plan, number)
        click.echo(json.dumps(asdict(measured)) if as_json else table_line(measured))
        if measured.failed_calls:
            reasons = ", ".join(f"{count} {reason}" for reason, count in measured.failures.items())
            click.echo(f"{measured.failed_calls} of {number} calls failed: {reasons}", err=True)
            if not keep_going:
                break


HEAD = """\
| engines | by | calls | response ms p50 / p95 | jitter ms | off grid ms | late frames | lost | failed | CPU s per call minute: service + bridge | MB: service + bridge | others |
|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"""


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
            with _pure_media(plan, number) as target:
                run, accounts = _place(plan, number, target, [], "off", show)
                return row(run, accounts, _stop_and_hear(target))
        made = _Service(settings, Path(folder), plan, number)
        questions = made.questions()
        with made.serve() as target:
            engine = choose(settings, Role.STT).item.name
            run, accounts = _place(plan, number, target, questions, engine, show)
            return row(run, accounts, [])


def _place(
    plan: Plan,
    number: int,
    target: Target,
    questions: list[str],
    engine: str,
    show: Callable[[str, float | None, float | None], None],
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
        meters = [
            Meter([target.service.pid]),
            Meter([target.bridge] if target.bridge else []),
            Meter([load_child.pid]),
        ]
        busy, began = busy_seconds(), time.monotonic()
        load_child.input.write(json.dumps(order) + "\n")
        load_child.input.flush()
        while "accounts" not in (told := json.loads(load_child.line())):
            target.service.check()
            for meter in meters:
                meter.look()
            if told["held_s"]:
                show("held", min(told["held_s"], plan.seconds), plan.seconds)
            else:
                show("placed", told["up"], number)
        service, bridge, generator = (meter.usage() for meter in meters)
        ours = service.cpu_seconds + bridge.cpu_seconds + generator.cpu_seconds
        others = max(0.0, busy_seconds() - busy - ours) / (time.monotonic() - began)
    run = Run(
        calls=number,
        cores=len(os.sched_getaffinity(0)),
        engine=engine,
        transport=plan.transport,
        seconds=plan.seconds,
        service=service,
        bridge=bridge,
        generator=generator,
        behind_ms=told["behind_ms"],
        others_cores=others,
    )
    return run, [Account(**account) for account in told["accounts"]]


@contextmanager
def _pure_media(plan: Plan, number: int) -> Iterator[Target]:
    settings = _settings(plan, number) | {"media_port": 0, "sip_port": 0}
    with Child("callbot.bench.pure_media", **settings) as service:
        ports = json.loads(service.line())
        port = ports["sip" if plan.transport == "sip" else "media"]
        yield Target(f"127.0.0.1:{port}", service, _bridge_of(service))


def _stop_and_hear(target: Target) -> list[Heard]:
    """Stop the service; what it heard of each call."""
    target.service.input.close()
    return [Heard(**json.loads(line)) for line in target.service.output]


def _settings(plan: Plan, number: int) -> dict[str, object]:
    """The settings of the service that is called; everything else is the operator's."""
    return {
        "host": "127.0.0.1",
        "media_token": "",
        "web_port": 0,
        "audiosocket_port": 0,
        "database_url": "",
        "max_calls": min(MOST_CALLS, number + MORE_CALLS),
        "drain_seconds": 0,
        "no_match_limit": 5,
        "log_level": "WARNING",
        "sip_mode": "peer" if plan.transport == "sip" else "off",
        "sip_host": "127.0.0.1",
        "sip_peers": "127.0.0.1",
        "sip_domain": "127.0.0.1",
        "sip_srtp": "off",
        "sip_transport": "udp",
        "sip_certificate": "",
    }


class _Service:
    """`callbot serve` in a folder of its own, with what the operator's has rendered and trained."""

    def __init__(self, settings: Settings, folder: Path, plan: Plan, number: int) -> None:
        self._folder = folder
        self._plan = plan
        self._settings = _settings(plan, number) | {
            "data_dir": folder,
            "media_port": free_port(socket.SOCK_STREAM),
            "sip_port": free_port(socket.SOCK_DGRAM),
        }
        for name in ("prompts", "understanding"):
            if (settings.data_dir / name).is_dir():
                shutil.copytree(settings.data_dir / name, folder / name)

    def questions(self) -> list[str]:
        """A-law files of what callers ask."""
        return [str(self._alaw(file)) for file in self._recordings()]

    @contextmanager
    def serve(self) -> Iterator[Target]:
        """The running service. Sentences are rendered before, so that nothing but calls is measured."""
        self._run("voices", "render")
        with Child("callbot", "serve", **self._settings) as service:
            port = int(str(self._settings["sip_port" if self._plan.transport == "sip" else "media_port"]))
            answers = _answers_sip if self._plan.transport == "sip" else _answers_tcp
            deadline = time.monotonic() + START_SECONDS
            while not answers(port):
                service.check()
                if time.monotonic() > deadline:
                    raise CallbotError(f"callbot serve does not answer after {START_SECONDS} s")
                time.sleep(POLL_SECONDS)
            yield Target(f"127.0.0.1:{port}", service, _bridge_of(service))

    def _recordings(self) -> list[Path]:
        for folder in [self._plan.questions] if self._plan.questions else QUESTION_DIRS:
            found = sorted(folder.glob("*.wav"))
            if found:
                return [file for file in found if file.stem in QUESTIONS] or found
        return [self._say(number, sentence) for number, sentence in enumerate(SENTENCES)]

    def _say(self, number: int, sentence: str) -> Path:
        file = self._folder / f"question{number}.wav"
        self._run("say", sentence, "-o", str(file))
        return file

    def _alaw(self, file: Path) -> Path:
        pcm, rate_hz = read_wav(file)
        made = self._folder / f"{file.stem}.al"
        made.write_bytes(encode_alaw(to_rate(pcm, rate_hz, TELEPHONE_HZ)))
        return made

    def _run(self, *arguments: str) -> None:
        with Child("callbot", *arguments, **self._settings) as command:
            command.output.read()
            if command.finish():
                command.check()


def _bridge_of(service: Child) -> int:
    """The process of the SIP bridge; 0 when there is none."""
    return next(iter(descendants(service.pid)), 0)


def _answers_tcp(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def _answers_sip(port: int) -> bool:
    """Whether OPTIONS is answered."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as tried:
        tried.settimeout(POLL_SECONDS)
        tried.connect(("127.0.0.1", port))
        here = f"127.0.0.1:{tried.getsockname()[1]}"
        lines = [
            f"OPTIONS sip:bench@127.0.0.1:{port} SIP/2.0",
            f"Via: SIP/2.0/UDP {here};branch=z9hG4bK-{here};rport",
            "Max-Forwards: 70",
            f"From: <sip:bench@{here}>;tag=bench",
            f"To: <sip:bench@127.0.0.1:{port}>",
            f"Call-ID: options-{here}",
            "CSeq: 1 OPTIONS",
            f"Contact: <sip:bench@{here}>",
            "Content-Length: 0",
            "",
            "",
        ]
        try:
            tried.send("\r\n".join(lines).encode())
            return tried.recv(4096).startswith(b"SIP/2.0 ")
        except (TimeoutError, ConnectionError):
            return False


command = calls
"""What `callbot bench` includes."""
