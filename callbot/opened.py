"""The parts that every call shares: database, engines, voices, routers, loaded in order; and what one call is made of."""

import asyncio
import logging
import os
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from callbot.account_sessions import Sessions
from callbot.audio.types import Pcm
from callbot.call_language import CallLanguage
from callbot.callback_turns import Turns
from callbot.config import Settings
from callbot.conversations import (
    closed_for,
    filler,
    last_words,
    last_words_closed,
    new_conversation,
    new_dialogue,
    today,
    waits,
)
from callbot.database import Database
from callbot.editing.in_use import keep
from callbot.editing.learner import Learner
from callbot.editing.live import Edition, LiveKnowledge
from callbot.editing.overlay import overlaid
from callbot.editing.version_store import VersionStore
from callbot.editing.versions import Published
from callbot.errors import CallbotError
from callbot.events import CallStarted, Event
from callbot.hearing import Hearing
from callbot.hold_sounds import check_music, open_music
from callbot.humans.boards import Boards
from callbot.humans.desk_cards import Cards
from callbot.humans.desk_holders import DeskHolders
from callbot.humans.queue_keeper import QueueKeeper, queue_rules
from callbot.humans.queue_news import News
from callbot.humans.queue_store import QueueStore
from callbot.knowledge import store
from callbot.knowledge.store import Knowledge
from callbot.languages.tables import FRENCH
from callbot.load import Degradation, Level
from callbot.media.dialect import LegOpened
from callbot.messages import Messages
from callbot.messages_files import MessageFiles
from callbot.messages_keeper import MessageKeeper
from callbot.onward import Onward
from callbot.parts import Parts, Seat, Shared, Voice
from callbot.privacy import pseudonym, pseudonym_key
from callbot.speech.catalogue import Role
from callbot.speech.engines import choose, open_recognizer_engine
from callbot.speech.listening import Listener
from callbot.speech.pool import Pool
from callbot.speech.prompts import Prompts, open_prompts
from callbot.speech.recognizer import RecognizerEngine
from callbot.stats.earlier_calls import called_in_vain
from callbot.stats.metrics import Metrics
from callbot.stats.records import Recorder
from callbot.stats.satisfaction_lot import draw_lot
from callbot.turn_taking.end_of_turn import EndOfTurn
from callbot.understanding import vocabulary
from callbot.understanding.router import load_languages
from callbot.waiting_room import Known, WaitingRoom

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
    live: LiveKnowledge
    """The knowledge base in service, with its routers: exchanged as a whole when an edit is approved."""
    database: Database
    recorder: Recorder
    engine: RecognizerEngine
    prompts: Mapping[str, Prompts]
    """By language, French first."""
    onward: Onward
    music: Pcm
    metrics: Metrics
    load: Degradation
    readers: Pool
    boards: Boards
    queue: QueueStore
    cards: Cards
    room: WaitingRoom
    """This machine's callers in the waiting queue."""
    messages: Messages
    keeper: MessageKeeper
    """Where callers' messages go."""

    @property
    def knowledge(self) -> Knowledge:
        """What new calls are answered from. Its commune is always that of the files."""
        return self.live.now.knowledge

    def responsible(self, motive: str, line: str) -> str:
        """As `Knowledge.responsible`."""
        return self.knowledge.responsible(motive, line)

    def queue_keeper(self) -> QueueKeeper:
        """What keeps this machine's part of it going."""
        sessions = Sessions(self.database, self.settings, lambda: datetime.now(UTC))
        holders = DeskHolders(self.database, self.queue, sessions)
        return QueueKeeper(self.queue, self.room.machine, close_unheld=holders.close_unheld)

    async def make_parts(self, leg: LegOpened) -> Parts:
        """What one call uses. Raises EngineError when no recogniser is free."""
        settings, edition = self.settings, self.live.now  # one edition for the whole call
        survey = await draw_lot(settings, self.database, leg.caller)
        dialogue = new_dialogue(
            settings,
            edition.knowledge,
            line=leg.line,
            caller=leg.caller,
            board=self.boards.board,
            survey=survey,
            message_ms=self.keeper.most_ms,
        )
        busy = self.load.level >= Level.LINES_BUSY
        conversation = new_conversation(
            settings, dialogue, edition.knowledge, leg, busy=busy, rules=self.queue.rules
        )

        def prepare_ms() -> int:
            """What who goes to a person says ahead of that is of no hurry."""
            return settings.max_utterance_ms if busy else self.load.prepare_ms

        listener = Listener(settings.pause_ms, settings.end_of_turn_ms, settings.max_utterance_ms)
        language = self.language_of(leg.line)
        recognizer = await self.engine.lend(language)  # last: whatever fails before has nothing to give back
        spoken = CallLanguage(language, recognizer, edition.understanding)
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

    def _seat(self, call_id: str, caller: str) -> Seat:
        return self.room.seat(call_id, caller)

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
            last_words_closed=lambda line, language: last_words_closed(
                knowledge, line, language, board=self.boards.board
            ),
            closed_for=lambda line: closed_for(knowledge, line, board=self.boards.board),
            language_of=self.language_of,
            voices=voices,
            seat=self._seat,
            messages=self.keeper,
        )


async def open_parts(settings: Settings, stack: AsyncExitStack, tell: Callable[[str], None]) -> Opened:
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
    boards = Boards(database)
    await boards.refresh()
    told = vocabulary.prompt(settings, knowledge)
    engine, prompts = await _open_voices(settings, languages, told, stack)
    live = await _open_live(settings, knowledge, database)
    recorder = Recorder(database, settings, engine=engine.name)
    stack.push_async_callback(recorder.close)
    onward = Onward(time.monotonic, knowledge.service("").destination)
    music = await asyncio.to_thread(open_music, settings)
    if not settings.stt_fast_model:
        logger.info("load: no faster model is set (stt_fast_model), that level is skipped")
    readers = Pool("reading", READERS, usual_ms=READ_MS)
    stack.push_async_callback(asyncio.to_thread, readers.close)
    load = Degradation(settings.lines_busy_ms, faster_model=bool(settings.stt_fast_model))
    messages = Messages(
        database, MessageFiles(settings.data_dir, settings.message_mb * 1_000_000), knowledge.responsible
    )
    keeper = MessageKeeper(messages, settings, pseudonym_key(settings), engine, lambda: load.level)

    def service_of(motive: str, line: str) -> str:
        """By the edition that is in service at that moment."""
        return live.now.knowledge.responsible(motive, line)

    queue, cards = (
        QueueStore(database, queue_rules(settings), News(database), Turns(service_of)),
        Cards(database, timedelta(hours=settings.missed_call_hours), words=settings.transcript_days > 0),
    )
    return Opened(
        settings,
        live,
        database,
        recorder,
        engine,
        prompts,
        onward,
        music,
        Metrics(engine.name),
        load,
        readers,
        boards,
        queue,
        cards,
        _waiting_room(settings, knowledge, database, queue, cards),
        messages,
        keeper,
    )


async def _open_live(settings: Settings, base: Knowledge, database: Database) -> LiveKnowledge:
    """What was approved last, where it can be learnt; else the files alone, which the service follows up from."""
    versions, learner = VersionStore(database, today), Learner(settings)
    published = await versions.published()
    knowledge = overlaid(base, published)
    try:
        understanding = await asyncio.to_thread(load_languages, settings, knowledge)
    except (CallbotError, OSError, ValueError):
        if not published.entries:
            raise
        logger.exception("what was approved on the pages cannot be learnt: the files alone are in service")
        published, knowledge = Published(), base
        understanding = await asyncio.to_thread(load_languages, settings, base)
    learner.remember(knowledge, understanding)
    await asyncio.to_thread(keep, settings, published)
    first = Edition(published.edition, knowledge, understanding)
    return LiveKnowledge(settings, base, first, versions, learner.learnt, machine=_machine(), today=today)


def _machine() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def _waiting_room(
    settings: Settings, knowledge: Knowledge, database: Database, queue: QueueStore, cards: Cards
) -> WaitingRoom:
    """The way of this machine's calls into the queue of the database."""
    known = Known(
        partial(pseudonym, pseudonym_key(settings)),
        knowledge.commune.helpers,
        lambda caller_hash, call_id: called_in_vain(database, caller_hash, call_id, today()),
        knowledge.commune.care,
    )
    return WaitingRoom(queue, cards, _machine(), known, most=settings.max_waiting)


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
