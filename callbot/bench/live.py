"""`callbot bench live`: how long from « Valider » on the page until callers hear the new answer, in a service that runs.

What is real: `callbot serve` with its engines and its database, the pages' own forms over HTTP, the training beside the service, the voice,
and a call over the media WebSocket that asks the new question aloud; what the caller hears is written down by the recogniser.
"""

import asyncio
import datetime as dt
import json
import socket
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import click
import numpy as np

from callbot.accounts import Accounts, Role
from callbot.audio.files import read_wav, write_wav
from callbot.audio.line import to_rate
from callbot.audio.types import TELEPHONE_HZ, Pcm
from callbot.bench.processes import Child, busy_seconds, family_cpu_seconds, free_port
from callbot.bench.targets import VOICE, OwnService, Plan, Target
from callbot.bench.visitor import Visitor
from callbot.caller import Caller
from callbot.config import Settings, load
from callbot.conversations import today
from callbot.database import Database
from callbot.errors import CallbotError

PASSWORD = "cheval-agrafe-pile-juste"  # noqa: S105 (of the measurement's own service)
PATIENCE_S = 900.0
LOOK_EVERY_S = 0.2
QUIET_BEFORE_MS = 600
YES = "Oui, c'est ça."
"""What the caller says next: to « C'est bien ça ? », or to whatever else."""
VALID = dt.timedelta(days=300)


@dataclass(frozen=True, slots=True)
class Trial:
    """An entry that there is not, its questions, and how a caller asks it, in words that are none of them."""

    name: str
    subject: str
    answer: str
    questions: tuple[str, ...]
    asked: str


TRIALS = (
    Trial(
        "essai_drone",
        "le vol de drones",
        "Les drones ne volent pas au-dessus du centre. Ailleurs, demandez une autorisation à l'accueil deux semaines avant.",
        (
            "je peux faire voler mon drone ici",
            "où faire voler un drone",
            "c'est interdit les drones",
            "une autorisation pour un drone",
            "faire des photos avec un drone",
            "mon fils a eu un drone il peut l'utiliser où",
            "les règles pour les drones dans la commune",
            "je veux filmer la fête avec un drone",
            "est-ce que les drones sont autorisés",
            "demander à faire voler un drone",
            "un drone au-dessus de la ville",
            "il faut une autorisation pour le drone",
        ),
        "Bonjour, est-ce que les drones sont interdits dans la commune ?",
    ),
    Trial(
        "essai_borne",
        "les bornes de recharge",
        "Deux bornes de recharge se trouvent derrière la mairie. Elles sont ouvertes jour et nuit, et se paient par carte.",
        (
            "où recharger ma voiture électrique",
            "il y a une borne de recharge en ville",
            "les bornes pour voitures électriques",
            "combien coûte la recharge de la voiture",
            "la borne de recharge ne marche pas",
            "je cherche une borne électrique",
            "recharger une voiture électrique près de la mairie",
            "une prise pour ma voiture électrique",
            "est-ce que vous avez des bornes de recharge",
            "la borne est ouverte la nuit",
            "comment payer la borne de recharge",
            "brancher ma voiture électrique",
        ),
        "Bonjour, où est-ce que je peux recharger une voiture électrique ?",
    ),
)


@dataclass(frozen=True, slots=True)
class Took:
    """One trial: seconds from the click on « Valider » until the service tells that it is in service.

    `cpu_s`: of the service and of those who learnt for it; `others_cores`: what else kept the machine busy. `right`: the answer was
    spoken; `asked`: as the service understood the question; `heard`: what the recogniser wrote down of what the caller heard.
    """

    trial: str
    in_service_s: float
    cpu_s: float
    others_cores: float
    right: bool = False
    asked: str = field(default="", repr=False)
    heard: str = field(default="", repr=False)
    response_ms: int | None = None


class LiveService(OwnService):
    """`callbot serve` with its pages on a known port."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        super().__init__(
            settings, folder, Plan("ws", engines=True, seconds=0, per_second=1, questions=None), 1
        )
        self.web_port = free_port(socket.SOCK_STREAM)
        self._settings |= {"web_port": self.web_port, "satisfaction_share": 0}
        self.settings = load({}, data_dir=folder, tts=VOICE)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object per trial.")
@click.option(
    "--keep", type=click.Path(path_type=Path, file_okay=False), help="Folder for what callers heard (WAV)."
)
def command(*, as_json: bool, keep: Path | None) -> None:
    """From an approval on the page to a caller who hears the new answer: seconds, processor time, and the words heard."""
    with tempfile.TemporaryDirectory(prefix="callbot-bench-") as folder:
        service = LiveService(load(), Path(folder))
        asyncio.run(_accounts(service.settings))
        with service.serve() as target:
            people = _signed_in(service.web_port)
            took = [_trial(trial, people, target, Path(folder)) for trial in TRIALS]
        heard = asyncio.run(_written_down(service.settings, Path(folder), [one.trial for one in took]))
        took = [replace(one, heard=text) for one, text in zip(took, heard, strict=True)]
        for one in took if keep else ():
            assert keep
            keep.mkdir(parents=True, exist_ok=True)
            pcm, rate_hz = read_wav(Path(folder) / f"{one.trial}-heard.wav")
            write_wav(keep / f"{one.trial}.wav", pcm, rate_hz)
    if as_json:
        for one in took:
            click.echo(json.dumps(asdict(one), ensure_ascii=False))
    else:
        print_table(took)


def print_table(took: Sequence[Took]) -> None:
    """As Markdown (docs/benchmarks.md holds a copy), with what was heard below."""
    click.echo(
        "| new entry | in service after s | CPU s | answered with it | response ms | others' cores |\n|---|---:|---:|---|---:|---:|"
    )
    for one in took:
        right = "yes" if one.right else "no"
        click.echo(
            f"| {one.trial} | {one.in_service_s:.1f} | {one.cpu_s:.1f} | {right} | {one.response_ms} | {one.others_cores:.2f} |"
        )
    for one in took:
        click.echo(f"\n{one.trial}, as asked: « {one.asked} »\nand as heard: « {one.heard} »")


def _trial(trial: Trial, people: tuple[Visitor, Visitor], target: Target, folder: Path) -> Took:
    """Write it, have it approved, wait until it is in service, and ask it by telephone."""
    writer, validator = people
    path = writer.submit(
        "/connaissances/nouvelle",
        {
            "identifiant": trial.name,
            "sujet": trial.subject,
            "type": "answer",
            "reponse": trial.answer,
            "service": "accueil",
            "questions": "\n".join(trial.questions),
            "relecture": (today() + VALID).isoformat(),
            "raison": "essai",
        },
    ).partition("?")[0]
    writer.submit(f"{path}/soumettre", {})
    validator.get(f"{path}/son")
    validator.submit(f"{path}/entendu", {})
    before = json.loads(validator.get("/connaissances/etat"))["edition"]
    pid = target.service.pid
    used, busy, began = family_cpu_seconds(pid), busy_seconds(), time.monotonic()
    validator.submit(f"{path}/valider", {})
    while (state := json.loads(validator.get("/connaissances/etat")))["edition"] <= before:
        if state["problem"] or time.monotonic() > began + PATIENCE_S:
            raise CallbotError(f"bench live: not in service: {state['problem'] or 'too late'}")
        time.sleep(LOOK_EVERY_S)
    lasted_s = time.monotonic() - began
    cpu_s = family_cpu_seconds(pid) - used
    others = max(0.0, busy_seconds() - busy - cpu_s) / lasted_s
    events = asyncio.run(_call(trial, target.address, folder))
    reply = next((one for one in events if one.get("response_ms")), {})
    right = any(trial.answer[:40] in one.get("text", "") for one in events)
    asked = next((one["text"] for one in events if one["event"] == "FinalTranscript"), "")
    return Took(trial.name, lasted_s, cpu_s, others, right, asked=asked, response_ms=reply.get("response_ms"))


async def _call(trial: Trial, address: str, folder: Path) -> list[dict[str, Any]]:
    """Ask it; the call's events. What the caller heard is kept beside."""
    quiet = np.zeros(TELEPHONE_HZ * QUIET_BEFORE_MS // 1000, np.int16)
    turns = [np.concatenate([quiet, _spoken(text, folder)]) for text in (trial.asked, YES)]
    events: list[dict[str, Any]] = []
    caller = Caller(turns, on_event=events.append)
    await caller.call(f"ws://{address}/media?events=1")
    write_wav(folder / f"{trial.name}-heard.wav", caller.recording, TELEPHONE_HZ)
    return events


def _spoken(text: str, folder: Path) -> Pcm:
    """In the caller's voice, 8 kHz."""
    file = folder / "said.wav"
    with Child("callbot", "say", text, "-o", str(file), tts=VOICE, voice="") as saying:
        saying.success()
    pcm, rate_hz = read_wav(file)
    return to_rate(pcm, rate_hz, TELEPHONE_HZ)


async def _written_down(settings: Settings, folder: Path, names: Sequence[str]) -> list[str]:
    """What the recogniser makes of the sound that callers heard."""
    from callbot.commands.transcribe import transcribe_file
    from callbot.speech.engines import open_recognizer_engine

    engine = await open_recognizer_engine(settings)
    try:
        return [
            (await transcribe_file(engine, settings, folder / f"{name}-heard.wav")).text for name in names
        ]
    finally:
        await engine.close()


async def _accounts(settings: Settings) -> None:
    database = await Database.open(settings)
    try:
        accounts = Accounts(database, settings)
        await accounts.add("sophie", PASSWORD, Role.SUPERVISOR, actor="bench")
        await accounts.add("bruno", PASSWORD, Role.MANAGER, actor="bench")
    finally:
        await database.close()


def _signed_in(port: int) -> tuple[Visitor, Visitor]:
    """Who writes, and who approves."""
    people = Visitor(f"127.0.0.1:{port}"), Visitor(f"127.0.0.1:{port}")
    for person, name in zip(people, ("sophie", "bruno"), strict=True):
        person.sign_in(name, PASSWORD)
    return people
