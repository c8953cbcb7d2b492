"""Makes the whole service out of its parts (opened.py), in order, and stops it: prompts, media server, telephone, pages."""

import asyncio
import contextlib
import logging
import socket
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cached_property
from typing import NoReturn

import uvicorn

from callbot import addresses, ports
from callbot.access_log import AccessLog
from callbot.accounts import Accounts, ensure_first_account
from callbot.api.open_data import OpenData
from callbot.api.tokens import ApiTokens
from callbot.audio.types import Pcm
from callbot.audit import Trail
from callbot.callbacks import Callbacks
from callbot.config import Settings
from callbot.conversations import texts_to_render, today
from callbot.hold_sounds import keep_last_words
from callbot.humans.boards import REFRESH_SECONDS
from callbot.humans.desk import Desk
from callbot.humans.desk_holders import DeskHolders
from callbot.knowledge.entries import Commune
from callbot.languages.tables import FRENCH
from callbot.languages.tongues import tongue
from callbot.learning_loop.apart import Apart
from callbot.learning_loop.group_store import GroupStore
from callbot.learning_loop.language_model import LanguageModel, open_language_model
from callbot.learning_loop.loop import LearningLoop
from callbot.load_watch import LoadWatch
from callbot.opened import Opened, open_parts
from callbot.personal_data import PersonalData
from callbot.privacy import purge_daily
from callbot.reports.reporter import Reporter
from callbot.reports.sending import Sends, send_when_due
from callbot.server import MediaServer
from callbot.speech.catalogue import Role
from callbot.speech.rendering import Spoken, render_languages
from callbot.spoken_hours import HourAnswer, hour_answers, texts_of_changes
from callbot.stats.call_list import TimedCall, TimedTurn, newest_calls, timed_call
from callbot.stats.period import Period
from callbot.stats.reading import read_figures
from callbot.stats.recount import keep_counted
from callbot.telephony import Telephony
from callbot.web.app import create_app
from callbot.web.identity_provider import IdentityProvider, open_provider
from callbot.web.service import DayFigures, ServiceStatus
from callbot.web.status import engine_status
from callbot.web.tickets import Tickets
from callbot.webhooks import Webhook, Webhooks

logger = logging.getLogger(__name__)

AGAIN_S = 5
"""After work has failed that must go on."""


class Service:
    """The running service; make one with `Service.open`. It is also what the pages ask (`web.service.WebService`)."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._progress = (0, 0)
        self._recognition = engine_status(opened.settings, Role.STT)
        self._voice = engine_status(opened.settings, Role.TTS)
        self._web: uvicorn.Server | None = None
        self.settings = opened.settings
        self.trail = Trail(opened.database)
        self.access_log = AccessLog(opened.database)
        self.personal = PersonalData(opened.database, opened.settings)
        self.boards = opened.boards
        self.live = opened.live
        groups = GroupStore(opened.database, opened.settings.answer_threshold)
        self.learning = LearningLoop(groups, opened.live, Apart(opened.settings), today)
        self.language_model: LanguageModel | None = open_language_model(opened.settings)
        self.desk = Desk(opened.database, opened.queue, opened.cards)
        self.directory: Commune = opened.knowledge.commune
        self.provider: IdentityProvider | None = open_provider(opened.settings)
        self.commune = opened.knowledge.commune.name
        self.tickets = Tickets(time.monotonic)
        self.accounts = Accounts(opened.database, opened.settings)
        self.holders = DeskHolders(opened.database, opened.queue, self.accounts.sessions)
        self.callbacks = Callbacks(opened.database, opened.responsible, queue=opened.queue)
        self.messages = opened.messages
        self.onward = opened.onward
        self.queue = opened.queue
        self.media = MediaServer(opened.settings, opened.shared(), self.tickets.redeem)
        self.telephony: Telephony | None = None
        self.api_tokens = ApiTokens(opened.database)
        self.open_data = OpenData(
            opened.database,
            opened.queue,
            level_s=opened.settings.service_level_seconds,
            calls_now=lambda: self.media.calls,
            calls_most=opened.settings.most_calls,
        )
        opened.keeper.calls = lambda: self.media.calls
        opened.metrics.show_calls(
            lambda: self.media.calls, lambda: self.media.with_people, opened.settings.most_calls
        )

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
            calls_with_people=self.media.with_people,
            max_calls=self.settings.max_calls,
            draining=self.media.draining,
            telephone=self.telephony.status() if self.telephony else None,
            languages=tuple(tongue(code).name for code in self._opened.knowledge.commune.languages),
            load=self._opened.load.level,
        )

    async def today(self) -> DayFigures:
        """The figures of the current day."""
        day = today()
        figures = await read_figures(self._opened.database, Period.day(day), parts=frozenset())
        calls, answered, handed_over = (
            figures.figure(key).numerator or 0 for key in ("offered", "answered", "handed_over")
        )
        return DayFigures(day, calls, answered, handed_over)

    async def newest_calls(self) -> list[TimedCall]:
        """The last calls, newest first."""
        return await newest_calls(self._opened.database)

    async def timed_call(self, call_id: str) -> tuple[TimedCall, list[TimedTurn]] | None:
        """One call and its turns; None when there is none of that id."""
        return await timed_call(self._opened.database, call_id)

    def subjects(self) -> dict[str, str]:
        """What each answer is about, in French, by its id; not those that have no subject."""
        return self._opened.knowledge.subjects()

    @cached_property
    def reporter(self) -> Reporter:
        """Reads figures and writes reports."""
        opened = self._opened
        return Reporter(opened.database, opened.settings, opened.knowledge.commune, self.subjects)

    def hour_answers(self) -> list[HourAnswer]:
        """The validated sentences that may tell hours."""
        return hour_answers(self._opened.knowledge)

    async def speak(self, text: str, language: str = FRENCH) -> Pcm | None:
        """What callers will hear, int16 at 8 kHz, made at once; None when no voice can say it."""
        voice = self._opened.prompts[language]
        await voice.render([text], urgent=True)
        return voice.ready(text)

    async def _say(self, language: str, texts: Sequence[str]) -> None:
        """Have them in the cache; a caller's own sentences come before all but one of them."""
        await self._opened.prompts[language].render(texts, urgent=True)

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
        ports.check(settings, pages=pages)
        async with AsyncExitStack() as stack:
            opened = await open_parts(settings, stack, tell)
            service = cls(opened)
            if pages:
                await service._serve_pages(stack)
            if webhook := Webhook.of(settings):
                _keep(stack, Webhooks(opened.database, webhook).run())
            stack.push_async_callback(opened.keeper.close)
            _keep(stack, opened.keeper.run())
            _keep(stack, purge_daily(opened.database, settings))
            _keep(stack, keep_counted(opened.database, settings.service_level_seconds))
            if settings.report_to:
                _keep(stack, send_when_due(Sends(opened.database), settings, service.reporter.letter))
            _keep(stack, service.desk.keep_private(settings.note_days, settings.transcript_days))
            _keep(stack, opened.boards.keep_fresh(opened.prompts[FRENCH].render))
            _keep(stack, service._render_set_hours())
            _keep(stack, opened.live.keep_fresh(service._say))
            _keep(stack, service.learning.run())
            _keep(stack, service._watch().run())
            _keep(stack, lasting(opened.queue_keeper().run))
            _keep(stack, lasting(opened.room.run))
            await service._render(stack, tell)
            await service._listen(stack, sip=sip and settings.sip_mode != "off")
            yield service

    async def _render_set_hours(self) -> NoReturn:
        """A task: have rendered what is said of hours that staff set, in each language."""
        opened, rendered = self._opened, None
        while True:
            board, day = opened.boards.board(), today()
            if rendered != (board.weeks, board.closures, day):
                for code, prompts in opened.prompts.items():
                    await prompts.render(texts_of_changes(opened.knowledge.in_language(code), day, board))
                rendered = board.weeks, board.closures, day
            await asyncio.sleep(REFRESH_SECONDS)

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
        listening = ports.bound(self.settings.host, self.settings.web_port, "web_port")
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


async def lasting(begin: Callable[[], Coroutine[object, object, object]]) -> None:
    """Work without which callers in the queue would be lost: when it fails it is logged, and begun again."""
    while True:
        try:
            await begin()
        except Exception:  # the rim of such work; its traceback is logged
            logger.exception("work without which the queue stands still has failed: it begins again")
        await asyncio.sleep(AGAIN_S)


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
