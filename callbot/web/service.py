"""What the pages need from the rest of the service: a protocol, and the values that it gives."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from callbot.access_log import AccessLog
from callbot.accounts import Accounts
from callbot.api.open_data import OpenData
from callbot.api.tokens import ApiTokens
from callbot.audio.types import Pcm
from callbot.audit import Trail
from callbot.callbacks import Callbacks
from callbot.config import Settings
from callbot.editing.live import LiveKnowledge
from callbot.humans.boards import Boards
from callbot.humans.desk import Desk
from callbot.humans.desk_holders import DeskHolders
from callbot.humans.queue_store import QueueStore
from callbot.knowledge.entries import Commune
from callbot.learning_loop.language_model import LanguageModel
from callbot.learning_loop.loop import LearningLoop
from callbot.load import Level
from callbot.messages import Messages
from callbot.onward import Onward
from callbot.personal_data import PersonalData
from callbot.reports.reporter import Reporter
from callbot.spoken_hours import HourAnswer
from callbot.stats.call_list import TimedCall, TimedTurn
from callbot.web.identity_provider import IdentityProvider
from callbot.web.tickets import Tickets


class EngineState(StrEnum):
    """How an engine stands; decides the colour and the word of its status line."""

    READY = "ready"
    FALLBACK = "fallback"
    """It works, but it is not the one that the catalogue puts first."""
    PREPARING = "preparing"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """One engine in use: its name and model as people know them, and in French, in one sentence, why it is this one."""

    engine: str
    model: str
    reason: str
    state: EngineState


class TelephoneState(StrEnum):
    """How the SIP bridge stands; decides the colour and the words of its status line."""

    STARTING = "starting"
    READY = "ready"
    UNREGISTERED = "unregistered"
    """The PBX has not taken our registration, or not yet."""
    RESTARTING = "restarting"
    """It died, and comes back."""
    STOPPING = "stopping"


@dataclass(frozen=True, slots=True)
class TelephoneStatus:
    """The SIP bridge: its port, its calls, and the PBX (host or host:port) where it registers; empty in peer mode."""

    state: TelephoneState
    port: int
    calls: int
    pbx: str = ""


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """The service at this moment. Prompts: fixed sentences already spoken into the cache, and how many there are in all."""

    recognition: EngineStatus
    voice: EngineStatus
    prompts_rendered: int
    prompts_total: int
    calls_now: int
    max_calls: int
    calls_with_people: int = 0
    """Of calls_now, those that wait for a person, or speak to one: the bot speaks to the others, `max_calls` at most."""
    draining: bool = False
    """The service stops: it takes no call any more."""
    telephone: TelephoneStatus | None = None
    """None where no SIP is used."""
    languages: tuple[str, ...] = ("français",)
    """What callers may speak."""
    load: Level = Level.NORMAL
    """What is given up for the load."""

    @property
    def lines_busy(self) -> bool:
        """True when the next call would be refused."""
        return self.draining or self.calls_with_bot >= self.max_calls

    @property
    def calls_with_bot(self) -> int:
        """Calls that the bot speaks to."""
        return self.calls_now - self.calls_with_people


@dataclass(frozen=True, slots=True)
class DayFigures:
    """The calls of one day: all of them, those that ended with an answer, those handed over to a person."""

    day: dt.date
    calls: int
    answered: int
    handed_over: int


class WebService(Protocol):
    """The service as the pages see it."""

    @property
    def settings(self) -> Settings:
        """The settings in force."""

    @property
    def commune(self) -> str:
        """The commune's name, on every page."""

    @property
    def accounts(self) -> Accounts:
        """Accounts and sessions."""

    @property
    def trail(self) -> Trail:
        """The journal of who changed what."""

    @property
    def access_log(self) -> AccessLog:
        """Who looked at whose data."""

    @property
    def api_tokens(self) -> ApiTokens:
        """Tokens of the read API."""

    @property
    def open_data(self) -> OpenData:
        """What the API reads."""

    @property
    def personal(self) -> PersonalData:
        """What is kept of people."""

    @property
    def boards(self) -> Boards:
        """Exceptional closures and messages."""

    @property
    def queue(self) -> QueueStore:
        """The waiting queue."""

    @property
    def desk(self) -> Desk:
        """The receptionists' desks."""

    @property
    def holders(self) -> DeskHolders:
        """Whose they are, and what closes them."""

    @property
    def directory(self) -> Commune:
        """The commune's lines, services and hours."""

    @property
    def provider(self) -> IdentityProvider | None:
        """Where people sign in who have no password here; None: nowhere."""

    async def speak(self, text: str, language: str = "fr") -> Pcm | None:
        """What callers will hear of a text, int16 at 8 kHz; None when no voice can say it."""

    @property
    def learning(self) -> LearningLoop:
        """What callers asked in vain."""

    @property
    def language_model(self) -> LanguageModel | None:
        """What may draft answers for people to edit; None: nothing."""

    @property
    def live(self) -> LiveKnowledge:
        """The knowledge base in service, and its edits."""

    @property
    def tickets(self) -> Tickets:
        """The tickets that the media server redeems."""

    @property
    def onward(self) -> Onward:
        """Where callers go whose PBX asks."""

    @property
    def media_port(self) -> int:
        """The port that the media server has bound (differs from the setting when that is 0)."""

    @property
    def callbacks(self) -> Callbacks:
        """Whom to call back."""

    @property
    def messages(self) -> Messages:
        """What callers said while nobody was there."""

    def status(self) -> ServiceStatus:
        """Engines, prompts and calls at this moment; quick."""

    async def today(self) -> DayFigures:
        """The figures of the current day."""

    async def newest_calls(self) -> list[TimedCall]:
        """The last calls, newest first."""

    async def timed_call(self, call_id: str) -> tuple[TimedCall, list[TimedTurn]] | None:
        """One call and its turns; None when there is none of that id."""

    def subjects(self) -> Mapping[str, str]:
        """What each answer is about, in words, by its id (`motive` or `motive.aspect`)."""

    @property
    def reporter(self) -> Reporter:
        """Reads figures and writes reports."""

    def hour_answers(self) -> Sequence[HourAnswer]:
        """The validated sentences that may tell hours."""

    def metrics(self) -> bytes:
        """What Prometheus reads."""
