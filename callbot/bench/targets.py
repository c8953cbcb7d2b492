"""What the benchmark calls: `callbot serve` on free ports in a folder of its own, or the service of pure media."""

import json
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from callbot.audio.files import read_wav
from callbot.audio.g711 import encode_alaw
from callbot.audio.line import to_rate
from callbot.audio.types import TELEPHONE_HZ
from callbot.bench.figures import Heard
from callbot.bench.processes import Child, ShownChild, descendants, free_port
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
VOICE = "pico"
"""What the service that is measured speaks with, whatever the operator's does: its sentences are rendered beforehand, which a better
voice would take hours for, and a rendered sentence begins as soon whoever says it."""
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
    engine: str = ""
    """Of speech to text, with `model`; empty: as in the settings."""
    model: str = ""
    redial: bool = False
    """A call that the bot has ended is followed by another one."""

    @property
    def recognition(self) -> dict[str, str]:
        """The settings that choose engine and model."""
        return {name: value for name, value in (("engine", self.engine), ("stt_model", self.model)) if value}


@dataclass(frozen=True, slots=True)
class Target:
    """Who is called: host:port; the service's process, and the bridge's, 0 where there is none."""

    address: str
    service: Child
    bridge: int


def check_recognition(plan: Plan) -> None:
    """Refuse before anything is done what `callbot serve` would refuse in the end. Raises SettingsError, CatalogueError."""
    choose(load(None, None, **plan.recognition), Role.STT)


@contextmanager
def pure_media(plan: Plan, number: int) -> Iterator[Target]:
    """The running service of pure media."""
    settings = _settings(plan, number) | {"media_port": 0, "sip_port": 0}
    with Child("callbot.bench.pure_media", **settings) as service:
        ports = json.loads(service.line())
        port = ports["sip" if plan.transport == "sip" else "media"]
        yield Target(f"127.0.0.1:{port}", service, _bridge_of(service))


def stop_and_hear(target: Target) -> list[Heard]:
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
        "tts": VOICE,
        "voice": "",
    } | plan.recognition


class OwnService:
    """`callbot serve` in a folder of its own, with what the operator's has rendered and trained.

    Sentences that VOICE has not rendered yet are rendered there first: nothing but calls is measured, and the next time is quick.
    """

    def __init__(self, settings: Settings, folder: Path, plan: Plan, number: int) -> None:
        self._folder = folder
        self._plan = plan
        self._settings = _settings(plan, number) | {
            "data_dir": folder,
            "media_port": free_port(socket.SOCK_STREAM),
            "sip_port": free_port(socket.SOCK_DGRAM),
        }
        click.echo(
            f"Rendering the bot's sentences with the voice {VOICE}: many minutes the first time, seconds after it …",
            err=True,
        )
        with ShownChild("callbot", "voices", "render", tts=VOICE, voice="") as rendering:
            rendering.success()
        for name in ("prompts", "understanding"):
            if (settings.data_dir / name).is_dir():
                shutil.copytree(settings.data_dir / name, folder / name)

    def questions(self) -> list[str]:
        """A-law files of what callers ask."""
        return [str(self._alaw(file)) for file in self.recordings()]

    @contextmanager
    def serve(self) -> Iterator[Target]:
        """The running service."""
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

    def recordings(self) -> list[Path]:
        """What callers ask: WAV files."""
        for folder in [self._plan.questions] if self._plan.questions else QUESTION_DIRS:
            found = sorted(folder.glob("*.wav"))
            if found:
                return [file for file in found if file.stem in QUESTIONS] or found
        return [self._say(number, sentence) for number, sentence in enumerate(SENTENCES)]

    def _say(self, number: int, sentence: str) -> Path:
        file = self._folder / f"question{number}.wav"
        with Child("callbot", "say", sentence, "-o", str(file), **self._settings) as saying:
            saying.success()
        return file

    def _alaw(self, file: Path) -> Path:
        pcm, rate_hz = read_wav(file)
        made = self._folder / f"{file.stem}.al"
        made.write_bytes(encode_alaw(to_rate(pcm, rate_hz, TELEPHONE_HZ)))
        return made


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
