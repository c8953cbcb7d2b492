"""Makes the whole service out of its parts, in order, and stops it: database, engines, prompts, media server, pages."""

import asyncio
import contextlib
import logging
import socket
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import uvicorn

from callbot import addresses
from callbot.accounts import Accounts, ensure_first_account
from callbot.audio.types import Pcm
from callbot.config import Settings
from callbot.conversations import last_words_closed, new_conversation, new_dialogue, texts_to_render, today
from callbot.database import Database
from callbot.dialogue.phrases import Phrases
from callbot.errors import PortInUseError
from callbot.events import CallStarted, Event, Outcome
from callbot.hearing import Hearing
from callbot.hold_sounds import check_music, keep_last_words, open_music
from callbot.knowledge import store
from callbot.knowledge.store import Knowledge
from callbot.media.dialect import LegOpened
from callbot.onward import Onward
from callbot.parts import Parts, Shared
from callbot.privacy import purge_daily
from callbot.server import MediaServer, port_taken
from callbot.speech.catalogue import Role
from callbot.speech.engines import choose, open_recognizer_engine
from callbot.speech.listening import Listener
from callbot.speech.prompts import Prompts, open_prompts, render_all
from callbot.speech.recognizer import RecognizerEngine
from callbot.stats.records import Recorder
from callbot.stats.report import read_day
from callbot.telephony import Telephony
from callbot.understanding.router import Understanding
from callbot.web.app import create_app
from callbot.web.service import DayFigures, ServiceStatus
from callbot.web.status import engine_status
from callbot.web.tickets import Tickets

logger = logging.getLogger(__name__)

ROLE_NAMES = {Role.STT: "Speech to text", Role.TTS: "Voice"}


@dataclass(frozen=True, slots=True)
class Opened:
    """The parts that every call shares, loaded and ready."""

    settings: Settings
    knowledge: Knowledge
    database: Database
    recorder: Recorder
    engine: RecognizerEngine
    prompts: Prompts
    understanding: Understanding
    onward: Onward
    music: Pcm

    async def make_parts(self, leg: LegOpened) -> Parts:
        """What one call uses. Raises EngineError when no recogniser is free."""
        settings = self.settings
        dialogue = new_dialogue(settings, self.knowledge, line=leg.line)
        conversation = new_conversation(settings, dialogue, Phrases(self.knowledge.commune), leg)
        listener = Listener(settings.pause_ms, settings.end_of_turn_ms, settings.max_utterance_ms)
        recognizer = await self.engine.lend()  # last: whatever fails before has nothing to give back
        return Parts(
            conversation=conversation,
            hearing=Hearing(leg.rate_hz, listener, recognizer),
            recognizer=recognizer,
            interpret=self.understanding.interpret,
        )

    def publish(self, call_id: str, event: Event) -> None:
        """Every event of every call comes here."""
        if isinstance(event, CallStarted):
            self.recorder.start(call_id, event)
        else:
            self.recorder.record(call_id, event)

    def shared(self) -> Shared:
        """What the media server hands to each call."""
        phrases = Phrases(self.knowledge.commune)
        reception = self.knowledge.service("")
        return Shared(
            prompts=self.prompts,
            make_parts=self.make_parts,
            publish=self.publish,
            filler=phrases.say("moment"),
            last_words=phrases.handover("fault", reception),
            reception=reception.destination,
            onward=self.onward,
            music=self.music,
            ring_ms=self.settings.ring_seconds * 1000,
            last_words_closed=lambda line: last_words_closed(self.knowledge, line),
        )


class Service:
    """The running service; make one with `Service.open`. It is also what the pages ask (`web.service.WebService`)."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._progress = (0, 0)
        self._recognition = engine_status(opened.settings, Role.STT)
        self._voice = engine_status(opened.settings, Role.TTS)
        self._web: uvicorn.Server | None = None
        self.settings = opened.settings
        self.tickets = Tickets(time.monotonic)
        self.accounts = Accounts(opened.database, opened.settings)
        self.onward = opened.onward
        self.media = MediaServer(opened.settings, opened.shared(), self.tickets.redeem)
        self.telephony: Telephony | None = None

    @property
    def media_port(self) -> int:
        """The port that the media WebSocket has bound."""
        return self.media.port

    @property
    def web_port(self) -> int:
        """The port that the pages have bound."""
        assert self._web
        return int(self._web.servers[0].sockets[0].getsockname()[1])

    def status(self) -> ServiceStatus:
        """Engines, prompts and calls at this moment."""
        done, total = self._progress
        return ServiceStatus(
            recognition=self._recognition,
            voice=self._voice,
            prompts_rendered=done,
            prompts_total=total,
            calls_now=self.media.calls,
            max_calls=self.settings.max_calls,
            draining=self.media.draining,
            telephone=self.telephony.status() if self.telephony else None,
        )

    async def today(self) -> DayFigures:
        """The figures of the current day."""
        day = today()
        calls, _turns = await read_day(self._opened.database, day)
        ended = [call.outcome for call in calls]
        return DayFigures(day, len(calls), ended.count(Outcome.ANSWERED), ended.count(Outcome.HANDED_OVER))

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        settings: Settings,
        *,
        pages: bool = True,
        sip: bool = False,
        tell: Callable[[str], None] = logger.info,
    ) -> AsyncIterator["Service"]:
        """Everything, from the database to the listeners; ends with a drain. `tell` takes lines for the operator.

        `sip`: with the SIP bridge, a process of its own, unless sip_mode is off.
        Calls are taken as soon as the first phrases are rendered; the rest is rendered behind them. Raises CallbotError
        with the one line that says what is missing and how to mend it.
        """
        async with AsyncExitStack() as stack:
            opened = await _open_parts(settings, stack, tell)
            service = cls(opened)
            if pages:
                await service._serve_pages(stack)
            _keep(stack, purge_daily(opened.database, settings))
            await service._render(stack, tell)
            await service._listen(stack, sip=sip and settings.sip_mode != "off")
            yield service

    async def _listen(self, stack: AsyncExitStack, *, sip: bool) -> None:
        """Take calls. At the end the bridge takes no more of them, then those in progress end, then the bridge."""
        telephony = Telephony(self.settings) if sip else None
        if telephony:
            self.telephony = telephony
            stack.push_async_callback(telephony.stop)
        stack.push_async_callback(self.media.stop)
        await self.media.start()
        if telephony:
            await telephony.start(f"{addresses.media_server(self.settings, self.media_port)}/media")
            stack.push_async_callback(telephony.drain)

    async def first_account(self) -> tuple[str, str] | None:
        """The name and password of an account made because there was none; None when there is one."""
        return await ensure_first_account(self._opened.database, self.settings)

    async def _render(self, stack: AsyncExitStack, tell: Callable[[str], None]) -> None:
        """Render what a first call needs, and go on with the rest behind the calls.

        Should that fail, calls are taken all the same: their sentences are made as they are spoken.
        """
        first, rest = texts_to_render(self._opened.knowledge, today())
        if any(self._opened.prompts.ready(text) is None for text in first):
            tell("Rendering the first sentences (within a minute, the first time only) …")
        ready = asyncio.Event()
        last_words = self._opened.shared().last_words

        def on_first() -> None:
            ready.set()
            keep_last_words(self.settings, self._opened.prompts.ready(last_words))

        self._progress = (0, len(first) + len(rest))
        rendering = _keep(
            stack,
            render_all(self._opened.prompts, first, rest, tell, on_first=on_first, progress=self._rendered),
        )
        rendering.add_done_callback(lambda _: ready.set())
        await ready.wait()

    def _rendered(self, done: int, total: int) -> None:
        self._progress = (done, total)

    async def _serve_pages(self, stack: AsyncExitStack) -> None:
        """Pages in this loop; signals stay with `callbot serve`."""
        listening = _listen(self.settings.host, self.settings.web_port)
        stack.callback(listening.close)
        config = uvicorn.Config(
            create_app(self),
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=2,
            lifespan="off",
        )
        self._web = _Pages(config)
        web = self._web
        task = asyncio.create_task(web.serve(sockets=[listening]))
        task.add_done_callback(_log_death)
        task.add_done_callback(lambda _: web.listening.set())

        async def stop() -> None:
            web.should_exit = True
            await asyncio.wait([task])

        stack.push_async_callback(stop)
        await web.listening.wait()


class _Pages(uvicorn.Server):
    """Uvicorn that leaves signals alone and tells when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn does, then tell."""
        await super().startup(sockets)
        self.listening.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield


async def _open_parts(settings: Settings, stack: AsyncExitStack, tell: Callable[[str], None]) -> Opened:
    """Load everything; the router last, as it may have to learn, and an engine that fails is told at once."""
    check_music(settings)
    for role in Role:
        choice = choose(settings, role)  # before anything is loaded: what is missing is told in one line
        tell(f"{ROLE_NAMES[role]}: {choice.item.name} ({choice.reason}).")
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    knowledge = store.load(settings.knowledge_dir)
    for problem in knowledge.problems(today()):
        logger.warning("%s", problem)
    database = await Database.open(settings)
    stack.push_async_callback(database.close)
    engine, prompts = await _open_voices(settings, stack)
    understanding = await asyncio.to_thread(Understanding.load, settings, knowledge)
    recorder = Recorder(database, settings, engine=engine.name)
    stack.push_async_callback(recorder.close)
    onward = Onward(time.monotonic, knowledge.service("").destination)
    music = await asyncio.to_thread(open_music, settings)
    return Opened(settings, knowledge, database, recorder, engine, prompts, understanding, onward, music)


async def _open_voices(settings: Settings, stack: AsyncExitStack) -> tuple[RecognizerEngine, Prompts]:
    """Engine and voice, loaded side by side; each is closed with the stack, also when the other one fails."""

    async def engine() -> RecognizerEngine:
        opened = await open_recognizer_engine(settings)
        stack.push_async_callback(opened.close)
        return opened

    async def prompts() -> Prompts:
        opened = await asyncio.to_thread(open_prompts, settings)
        stack.push_async_callback(opened.close)
        return opened

    loading = asyncio.gather(engine(), prompts(), return_exceptions=True)
    try:
        loaded = await asyncio.shield(loading)
    except asyncio.CancelledError:
        await loading  # threads that load cannot be stopped; what they open is closed with the stack
        raise
    if isinstance(loaded[0], BaseException):
        raise loaded[0]
    if isinstance(loaded[1], BaseException):
        raise loaded[1]
    return loaded[0], loaded[1]


def _keep(stack: AsyncExitStack, work: Coroutine[object, object, object]) -> asyncio.Task[object]:
    """Run `work` beside the service until it stops. Its death is logged when it happens, and ends nothing else."""
    task = asyncio.create_task(work)
    task.add_done_callback(_log_death)

    async def stop() -> None:
        task.cancel()
        await asyncio.wait([task])

    stack.push_async_callback(stop)
    return task


def _log_death(task: asyncio.Task[object]) -> None:
    if not task.cancelled() and (error := task.exception()):
        logger.error("work beside the calls has failed", exc_info=error)


def _listen(host: str, port: int) -> socket.socket:
    """A bound socket. Raises PortInUseError, naming the setting."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise PortInUseError(port_taken("web_port", port, error)) from None
    return listening
