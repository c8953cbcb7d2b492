"""The pages on a free port, over real accounts in a database of their own; the rest of the service is set by the test."""

import asyncio
import datetime as dt
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import uvicorn
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST

from callbot.access_log import AccessLog
from callbot.accounts import Accounts, Role
from callbot.api.open_data import OpenData
from callbot.api.tokens import ApiTokens
from callbot.audio.types import Pcm
from callbot.audit import Trail
from callbot.callback_turns import Turns
from callbot.callbacks import Callbacks
from callbot.config import Settings
from callbot.database import Database
from callbot.editing.live import LiveKnowledge
from callbot.humans.boards import Boards
from callbot.humans.desk import Desk
from callbot.humans.desk_cards import Cards
from callbot.humans.desk_holders import DeskHolders
from callbot.humans.queue_news import News
from callbot.humans.queue_store import QueueStore
from callbot.humans.queue_types import Rules
from callbot.knowledge.entries import Commune
from callbot.learning_loop.group_store import GroupStore
from callbot.learning_loop.language_model import LanguageModel
from callbot.learning_loop.loop import LearningLoop
from callbot.messages import Messages
from callbot.messages_files import MessageFiles
from callbot.onward import Onward
from callbot.personal_data import PersonalData
from callbot.reports.reporter import Reporter
from callbot.spoken_hours import HourAnswer
from callbot.stats.call_list import TimedCall, TimedTurn
from callbot.web.app import create_app
from callbot.web.identity_provider import IdentityProvider
from callbot.web.service import DayFigures, EngineState, EngineStatus, ServiceStatus
from callbot.web.tickets import Tickets
from tests.support import migrated
from tests.support.commune import COMMUNE
from tests.support.knowledge import SameWords, live_knowledge

NAME = "claire.martin"
PASSWORD = "cheval-agrafe-pile-juste"
DAY = dt.date(2025, 12, 1)
WHISPER = EngineStatus("Whisper", "base, 8 bits", "Premier choix de cette machine.", EngineState.READY)
PIPER = EngineStatus("Piper", "siwis", "Premier choix de cette machine.", EngineState.READY)
PICO = EngineStatus(
    "Pico",
    "",
    "La voix Piper n’a pas pu être téléchargée : la voix de secours la remplace.",
    EngineState.FALLBACK,
)
MOTIVES = {"acte_naissance": "etat_civil"}
"""The service of a motive; others are the reception's."""
READY = ServiceStatus(WHISPER, PIPER, 42, 42, 0, 20)
NO_CALLS = DayFigures(DAY, 0, 0, 0)


@dataclass
class Clock:
    """The hour for what is due: the real one unless the test sets `at`."""

    at: dt.datetime | None = None

    def __call__(self) -> dt.datetime:
        """Aware, in UTC."""
        return self.at or dt.datetime.now(dt.UTC)


@dataclass
class ScriptedService:
    """A WebService whose status and figures are what the test says."""

    settings: Settings
    accounts: Accounts
    tickets: Tickets
    onward: Onward
    trail: Trail
    boards: Boards
    queue: QueueStore
    desk: Desk
    live: LiveKnowledge
    learning: LearningLoop
    callbacks: Callbacks
    messages: Messages
    database: Database
    clock: Clock
    directory: Commune = COMMUNE
    provider: IdentityProvider | None = None
    language_model: LanguageModel | None = None
    sound: Pcm | None = field(default_factory=lambda: np.arange(800, dtype=np.int16))
    media_port: int = 0
    commune: str = "Valbourg-sur-Ourcelle"
    now: ServiceStatus = READY
    figures: DayFigures = NO_CALLS
    calls: dict[str, tuple[TimedCall, list[TimedTurn]]] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    hour_entries: list[HourAnswer] = field(default_factory=list)

    def __post_init__(self) -> None:
        """What is made of the database alone."""
        self.access_log = AccessLog(self.database)
        self.holders = DeskHolders(self.database, self.queue, self.accounts.sessions)
        self.personal = PersonalData(self.database, self.settings)
        self.api_tokens = ApiTokens(self.database, self.clock)
        self.open_data = OpenData(
            self.database, self.queue, level_s=60, calls_now=lambda: self.now.calls_now, calls_most=20
        )

    def status(self) -> ServiceStatus:
        """As set."""
        return self.now

    async def today(self) -> DayFigures:
        """As set."""
        return self.figures

    async def newest_calls(self) -> list[TimedCall]:
        """As set."""
        return [call for call, _turns in self.calls.values()]

    async def timed_call(self, call_id: str) -> tuple[TimedCall, list[TimedTurn]] | None:
        """As set."""
        return self.calls.get(call_id)

    def subjects(self) -> dict[str, str]:
        """As set."""
        return self.answers

    def hour_answers(self) -> list[HourAnswer]:
        """As set."""
        return self.hour_entries

    async def speak(self, text: str, language: str = "fr") -> Pcm | None:  # noqa: ARG002 (the protocol's signature)
        """As set."""
        return self.sound

    @property
    def reporter(self) -> Reporter:
        """The real one, on the calls in the database."""
        return Reporter(self.database, self.settings, self.directory, self.subjects, now=self.clock)

    def metrics(self) -> bytes:
        """One line."""
        return b"callbot_calls_now 0.0\n"


def service_of(motive: str, _line: str) -> str:
    """The service of a motive."""
    return MOTIVES.get(motive, "accueil")


@asynccontextmanager
async def scripted_service(folder: Path) -> AsyncIterator[ScriptedService]:
    """A service with one account, NAME and PASSWORD."""
    settings = Settings.model_validate({"data_dir": folder})
    migrated.put(folder)
    database = await Database.open(settings)
    try:
        accounts = Accounts(database, settings, hasher=PasswordHasher.from_parameters(CHEAPEST))
        queue = QueueStore(database, Rules(), News(database), Turns(service_of))
        await accounts.add(NAME, PASSWORD, Role.ADMINISTRATOR, actor="test")
        clock = Clock()
        live = live_knowledge(settings, database)
        groups = GroupStore(database, settings.answer_threshold)
        yield ScriptedService(
            settings,
            accounts,
            Tickets(time.monotonic),
            Onward(time.monotonic, "100"),
            Trail(database),
            Boards(database),
            queue,
            Desk(database, queue, Cards(database)),
            live,
            LearningLoop(groups, live, SameWords(), dt.date.today),
            Callbacks(database, service_of, clock, queue),
            Messages(
                database,
                MessageFiles(folder, 100_000_000),
                service_of,
                clock,
            ),
            database=database,
            clock=clock,
        )
    finally:
        await database.close()


@asynccontextmanager
async def serve_pages(service: ScriptedService, port: int = 0) -> AsyncIterator[str]:
    """Uvicorn in this event loop; gives the pages' address."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        server = uvicorn.Server(
            uvicorn.Config(
                create_app(service), log_level="warning", lifespan="off", timeout_graceful_shutdown=1
            )
        )
        serving = asyncio.create_task(server.serve([listener]))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving
