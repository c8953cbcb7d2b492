"""Makes the whole service out of its parts, in order, and stops it: database, engines, prompts, media server, pages."""

import asyncio
import contextlib
import logging
import socket
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import uvicorn

from callbot import addresses
from callbot.accounts import Accounts, ensure_first_account
from callbot.audio.types import Pcm
from callbot.call_language import CallLanguage
from callbot.config import Settings
from callbot.conversations import (
    filler,
    last_words,
    last_words_closed,
    new_conversation,
    new_dialogue,
    texts_to_render,
    today,
    waits,
)
from callbot.database import Database
from callbot.errors import PortInUseError
from callbot.events import CallStarted, Event, Outcome
from callbot.hearing import Hearing
from callbot.hold_sounds import check_music, keep_last_words, open_music
from callbot.knowledge import store
from callbot.knowledge.store import Knowledge
from callbot.languages.tables import FRENCH
from callbot.languages.tongues import tongue
from callbot.load import Degradation, Level
from callbot.load_watch import LoadWatch
from callbot.media.dialect import LegOpened
from callbot.onward import Onward
from callbot.parts import Parts, Shared, Voice
from callbot.privacy import purge_daily
from callbot.server import MediaServer, port_taken
from callbot.speech.catalogue import Role
from callbot.speech.engines import choose, open_recognizer_engine
from callbot.speech.listening import Listener
from callbot.speech.pool import Pool
from callbot.speech.prompts import Prompts, open_prompts
from callbot.speech.recognizer import RecognizerEngine
from callbot.speech.rendering import Spoken, render_languages
from callbot.stats.call_list import TimedCall, TimedTurn, newest_calls, timed_call
from callbot.stats.metrics import Metrics
from callbot.stats.records import Recorder
from callbot.stats.report import read_day
from callbot.telephony import Telephony
from callbot.turn_taking.end_of_turn import EndOfTurn
from callbot.understanding import vocabulary
from callbot.understanding.router import Understanding, load_languages
from callbot.web.app import create_app
from callbot.web.service import DayFigures, ServiceStatus
from callbot.web.status import engine_status
from callbot.web.tickets import Tickets

logger = logging.getLogger(__name__)

READERS = 2
"""Threads that read what callers said, shared by all calls."""
READ_MS = 30.0
"""What a text takes one of them, about."""
ROLE_NAMES = {Role.STT: "Speech to text", Role.TTS: "Voice"}


@dataclass(frozen=True, slots=True)
class Opened:
    """The parts that every call shares, loaded and ready."""

    settings: Settings
    knowledge: Knowledge
    database: Database
    recorder: Recorder
    engine: RecognizerEngine
    prompts: Mapping[str, Prompts]
    """By language, French first; so are the routers."""
    understanding: Mapping[str, Understanding]
    onward: Onward
    music: Pcm
    metrics: Metrics
    load: Degradation
    readers: Pool

    async def make_parts(self, leg: LegOpened) -> Parts:
        """What one call uses. Raises EngineError when no recogniser is free."""
        settings = self.settings
        dialogue = new_dialogue(settings, self.knowledge, line=leg.line, caller=leg.caller)
        busy = self.load.level >= Level.LINES_BUSY
        conversation = new_conversation(settings, dialogue, self.knowledge, leg, busy=busy)

        def prepare_ms() -> int:
            """What who goes to a person says ahead of that is of no hurry."""
            return settings.max_utterance_ms if busy else self.load.prepare_ms

        listener = Listener(settings.pause_ms, settings.end_of_turn_ms, settings.max_utterance_ms)
        language = self.language_of(leg.line)
        recognizer = await self.engine.lend(language)  # last: whatever fails before has nothing to give back
        spoken = CallLanguage(language, recognizer, self.understanding)
        end_of_turn = EndOfTurn(waits(settings), spoken.completeness, lambda: conversation.expects)
        return Parts(
            conversation=conversation,
            hearing=Hearing(leg.rate_hz, listener, recognizer, end_of_turn, prepare_ms),
            recognizer=recognizer,
            interpret=spoken.interpret,
            turn_to=spoken.turn_to,
            known=lambda reading: reading.certain(settings.known_threshold),
            rescue_ms=settings.rescue_ms,
            readers=self.readers,
        )

    def language_of(self, line: str) -> str:
        """What the callers of a number are greeted in."""
        return self.knowledge.commune.line(line).language

    def publish(self, call_id: str, event: Event) -> None:
        """Every event of every call comes here."""
        self.metrics.observe(event)
        if isinstance(event, CallStarted):
            self.recorder.start(call_id, event)
        else:
            self.recorder.record(call_id, event)

    def shared(self) -> Shared:
        """What the media server hands to each call."""
        knowledge = self.knowledge
        voices = {
            code: Voice(prompts, filler(code), last_words(knowledge, code))
            for code, prompts in self.prompts.items()
        }
        french = voices.pop(FRENCH)
        return Shared(
            prompts=french.prompts,
            make_parts=self.make_parts,
            publish=self.publish,
            filler=french.filler,
            last_words=french.last_words,
            reception=knowledge.service("").destination,
            onward=self.onward,
            music=self.music,
            ring_ms=self.settings.ring_seconds * 1000,
            last_words_closed=lambda line, language: last_words_closed(knowledge, line, language),
            language_of=self.language_of,
            voices=voices,
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
        opened.metrics.show_calls(lambda: self.media.calls, opened.settings.max_calls)

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
            languages=tuple(tongue(code).name for code in self._opened.knowledge.commune.languages),
            load=self._opened.load.level,
        )

    async def today(self) -> DayFigures:
        """The figures of the current day."""
        day = today()
        calls, _turns = await read_day(self._opened.database, day)
        ended = [call.outcome for call in calls]
        return DayFigures(day, len(calls), ended.count(Outcome.ANSWERED), ended.count(Outcome.HANDED_OVER))

    async def newest_calls(self) -> list[TimedCall]:
        """The last calls, newest first."""
        return await newest_calls(self._opened.database)

    async def timed_call(self, call_id: str) -> tuple[TimedCall, list[TimedTurn]] | None:
        """One call and its turns; None when there is none of that id."""
        return await timed_call(self._opened.database, call_id)

    def metrics(self) -> bytes:
        """What Prometheus reads."""
        return self._opened.metrics.text()

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
            _keep(stack, service._watch().run())
            await service._render(stack, tell)
            await service._listen(stack, sip=sip and settings.sip_mode != "off")
            yield service

    def _watch(self) -> LoadWatch:
        opened = self._opened
        return LoadWatch(
            opened.engine,
            opened.load,
            beside=[opened.readers],
            background=opened.prompts.values(),
            calls=lambda: self.media.calls,
            room=self.settings.stt_workers,
            shown=opened.metrics,
        )

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
        day, knowledge = today(), self._opened.knowledge
        greeted = {FRENCH, *(line.language for line in knowledge.commune.lines)}
        spoken = [
            Spoken(prompts, *texts_to_render(knowledge.in_language(code), day), at_once=code in greeted)
            for code, prompts in self._opened.prompts.items()
        ]
        french = self._opened.prompts[FRENCH]
        if any(french.ready(text) is None for text in spoken[0].first):
            tell("Rendering the first sentences (within a minute, the first time only) …")
        ready = asyncio.Event()
        said_last = self._opened.shared().last_words

        def on_first() -> None:
            ready.set()
            keep_last_words(self.settings, french.ready(said_last))

        self._progress = (0, sum(len(one.first) + len(one.rest) for one in spoken))
        rendering = _keep(stack, render_languages(spoken, tell, on_first=on_first, progress=self._rendered))
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
    knowledge = store.load(settings.knowledge_dir)
    languages = knowledge.commune.languages
    for language in languages:
        for role in Role:  # before anything is loaded: what is missing is told in one line
            choice = choose(settings, role, language)
            where = "" if language == FRENCH else f" ({language})"
            tell(f"{ROLE_NAMES[role]}{where}: {choice.item.name} ({choice.reason}).")
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    for problem in knowledge.problems(today()):
        logger.warning("%s", problem)
    database = await Database.open(settings)
    stack.push_async_callback(database.close)
    told = vocabulary.prompt(settings, knowledge)
    engine, prompts = await _open_voices(settings, languages, told, stack)
    understanding = await asyncio.to_thread(load_languages, settings, knowledge)
    recorder = Recorder(database, settings, engine=engine.name)
    stack.push_async_callback(recorder.close)
    onward = Onward(time.monotonic, knowledge.service("").destination)
    music = await asyncio.to_thread(open_music, settings)
    if not settings.stt_fast_model:
        logger.info("load: no faster model is set (stt_fast_model), that level is skipped")
    readers = Pool("reading", READERS, usual_ms=READ_MS)
    stack.push_async_callback(asyncio.to_thread, readers.close)
    return Opened(
        settings,
        knowledge,
        database,
        recorder,
        engine,
        prompts,
        understanding,
        onward,
        music,
        Metrics(engine.name),
        Degradation(settings.lines_busy_ms, faster_model=bool(settings.stt_fast_model)),
        readers,
    )


async def _open_voices(
    settings: Settings, languages: tuple[str, ...], told: str, stack: AsyncExitStack
) -> tuple[RecognizerEngine, dict[str, Prompts]]:
    """Engine and voices, loaded side by side; each is closed with the stack, also when the other one fails.

    `told`: what the recogniser of French is told beforehand.
    """

    async def engine() -> RecognizerEngine:
        opened = await open_recognizer_engine(settings, languages, prompt=told)
        stack.push_async_callback(opened.close)
        return opened

    async def prompts() -> dict[str, Prompts]:
        voices = {}
        for language in sorted(languages, key=lambda code: code != FRENCH):
            voices[language] = await asyncio.to_thread(open_prompts, settings, language)
            stack.push_async_callback(voices[language].close)
        return voices

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
