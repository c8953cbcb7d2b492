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
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import click
import numpy as np

from callbot.accounts import Accounts, Role
from callbot.audio.files import read_wav, write_wav
from callbot.audio.line import to_rate
from callbot.audio.types import TELEPHONE_HZ
from callbot.bench.person import Person
from callbot.bench.processes import Child, Meter, busy_seconds, free_port
from callbot.bench.targets import VOICE, OwnService, Plan, Target
from callbot.caller import Caller
from callbot.config import Settings, load
from callbot.conversations import today
from callbot.database import Database
from callbot.errors import CallbotError

PASSWORD = "cheval-agrafe-pile-juste"  # noqa: S105 (of the measurement's own service)
PATIENCE_S = 300.0
LOOK_EVERY_S = 0.2
QUIET_BEFORE_MS = 600
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
        "essai_composteur",
        "le composteur",
        "La mairie prête un composteur en bois pendant deux ans. Venez le chercher à la mairie, avec un justificatif de domicile.",
        (
            "je voudrais un composteur",
            "comment avoir un composteur",
            "est-ce que vous donnez des composteurs",
            "où chercher un bac à compost",
            "je veux faire du compost chez moi",
            "la mairie prête des composteurs",
            "c'est combien un composteur",
            "un composteur pour mon jardin s'il vous plaît",
            "comment on fait pour le compost",
            "il me faut un bac pour mes épluchures",
            "j'ai entendu parler de composteurs gratuits",
            "réserver un composteur",
        ),
        "Bonjour, je voudrais savoir comment obtenir un composteur pour mon jardin.",
    ),
    Trial(
        "essai_trottinette",
        "les trottinettes en libre-service",
        "Les trottinettes en libre-service se rangent sur les places peintes en bleu. Celle qui gêne est enlevée dans la journée.",
        (
            "une trottinette gêne sur le trottoir",
            "où garer les trottinettes",
            "il y a des trottinettes partout",
            "signaler une trottinette mal garée",
            "les trottinettes électriques en libre-service",
            "une trottinette bloque ma porte",
            "qui enlève les trottinettes",
            "je veux parler des trottinettes en location",
            "la trottinette est tombée devant chez moi",
            "comment louer une trottinette en ville",
            "les places pour trottinettes",
            "c'est interdit les trottinettes sur le trottoir",
        ),
        "Bonjour, il y a une trottinette en libre-service qui gêne devant ma porte.",
    ),
)


@dataclass(frozen=True, slots=True)
class Took:
    """One trial: seconds from the click on « Valider » until the service tells that it is in service.

    `cpu_s`: of the service and of those who learnt for it; `others_cores`: what else kept the machine busy. `right`: the call was
    answered with the entry; `heard`: what the recogniser wrote down of what the caller heard.
    """

    trial: str
    in_service_s: float
    cpu_s: float
    others_cores: float
    right: bool = False
    heard: str = ""
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
        click.echo(f"\n{one.trial}, as heard: « {one.heard} »")


def _trial(trial: Trial, people: tuple[Person, Person], target: Target, folder: Path) -> Took:
    """Write it, have it approved, wait until it is in service, and ask it by telephone."""
    writer, validator = people
    path = writer.post(
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
    writer.post(f"{path}/soumettre", {})
    validator.get(f"{path}/son")
    validator.post(f"{path}/entendu", {})
    before = json.loads(validator.get("/connaissances/etat"))["edition"]
    meter, busy, began = Meter([target.service.pid]), busy_seconds(), time.monotonic()
    validator.post(f"{path}/valider", {})
    while (state := json.loads(validator.get("/connaissances/etat")))["edition"] == before:
        if state["problem"] or time.monotonic() > began + PATIENCE_S:
            raise CallbotError(f"bench live: not in service: {state['problem'] or 'too late'}")
        time.sleep(LOOK_EVERY_S)
    lasted_s = time.monotonic() - began
    cpu_s = meter.usage().cpu_seconds  # children that have ended are counted with their parent
    others = max(0.0, busy_seconds() - busy - cpu_s) / lasted_s
    events = asyncio.run(_call(trial, target.address, folder))
    told = [one for one in events if one["event"] == "IntentMatched"]
    reply = next((one for one in events if one.get("response_ms")), {})
    right = any(one.get("answer_id") == trial.name for one in told)
    return Took(trial.name, lasted_s, cpu_s, others, right, response_ms=reply.get("response_ms"))


async def _call(trial: Trial, address: str, folder: Path) -> list[dict[str, Any]]:
    """Ask it; the call's events. What the caller heard is kept beside."""
    said = folder / f"{trial.name}-said.wav"
    with Child("callbot", "say", trial.asked, "-o", str(said), tts=VOICE, voice="") as saying:
        saying.success()
    pcm, rate_hz = read_wav(said)
    quiet = np.zeros(TELEPHONE_HZ * QUIET_BEFORE_MS // 1000, np.int16)
    events: list[dict[str, Any]] = []
    caller = Caller([np.concatenate([quiet, to_rate(pcm, rate_hz, TELEPHONE_HZ)])], on_event=events.append)
    await caller.call(f"ws://{address}/media?events=1")
    write_wav(folder / f"{trial.name}-heard.wav", caller.recording, TELEPHONE_HZ)
    return events


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


def _signed_in(port: int) -> tuple[Person, Person]:
    """Who writes, and who approves."""
    people = Person(f"127.0.0.1:{port}", "sophie"), Person(f"127.0.0.1:{port}", "bruno")
    for person in people:
        person.sign_in(PASSWORD)
    return people
