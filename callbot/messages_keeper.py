"""Keeps callers' messages: onto the disk, into the database, into words, and off again. A task of the service, beside the calls.

A recording is on the disk, with what its row will be, before anything else: a database that is away, or a restart, loses nothing. What
is not written down yet is taken up again at the next start. Files that no row asks for any more are erased: handled on another machine,
purged.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from callbot.audio.files import read_wav
from callbot.config import Settings
from callbot.errors import AudioFileError, DatabaseError, EngineError
from callbot.load import Level
from callbot.messages import Messages
from callbot.messages_recording import Left
from callbot.messages_transcription import Writer
from callbot.phone_numbers import normalise_number, user_part
from callbot.privacy import pseudonym
from callbot.speech.recognizer import RecognizerEngine
from callbot.stats.kept_fields import storable

__all__ = ["MessageKeeper"]

MOST_WAITING = 64
"""Messages on their way to the disk; one more is lost, and said so: the disk has stood still for as many calls."""
LOOK_S = 60
"""How often is looked for what a failure has left to be done."""
QUIET_LOOK_S = 0.5
PATIENCE_S = 900
"""How long a message waits for a moment without a call; then for one without load only."""
SAMPLE_BYTES = 2
MOST_HZ = 16_000

logger = logging.getLogger(__name__)


class MessageKeeper:
    """The box that calls put messages into (messages_recording.MessageBox); `run` is its task, `close` after that saves what waits."""

    def __init__(
        self,
        messages: Messages,
        settings: Settings,
        key: bytes,
        engine: RecognizerEngine,
        level: Callable[[], Level],
    ) -> None:
        self._messages, self._settings, self._key = messages, settings, key
        self._level = level
        self._writer = Writer(engine, self._quiet)
        self._jobs: asyncio.Queue[Left | str] = asyncio.Queue(MOST_WAITING)
        self._news = asyncio.Event()
        self._room = True
        self.calls: Callable[[], int] = lambda: 0
        """How many calls are held now: a message is written down when there is none."""

    @property
    def most_ms(self) -> int:
        """How long the next message may be; 0: none is taken, for that is the setting, or the disk has no room for it."""
        return self._settings.message_seconds * 1000 if self._room else 0

    # -- from calls ------------------------------------------------------------------------------------------------

    def keep(self, left: Left) -> None:
        """Keep a message."""
        self._put(left)

    def drop(self, token: str) -> None:
        """Forget one."""
        self._put(token)

    def _put(self, job: Left | str) -> None:
        try:
            self._jobs.put_nowait(job)
        except asyncio.QueueFull:
            logger.critical("a message is lost: the disk does not take it")

    # -- beside them -----------------------------------------------------------------------------------------------

    async def run(self) -> NoReturn:
        """Until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._write_down())
            tasks.create_task(self._tidy())
            while True:
                await self._do(await self._jobs.get())
                self._news.set()

    async def close(self) -> None:
        """Put what waits onto the disk; the next start brings it into the database."""
        while not self._jobs.empty():
            await self._do(self._jobs.get_nowait())

    async def _do(self, job: Left | str) -> None:
        files = self._messages.files
        try:
            if isinstance(job, str):
                await asyncio.to_thread(files.delete, job)
                await self._messages.drop(job)
                return
            row = self._row(job)
            kept = await asyncio.to_thread(files.keep, job.token, job.pcm, job.whose.rate_hz, row)
            if not kept:
                logger.critical("a message is lost: message_mb is reached")
                return
            await self._bring_in()
        except OSError as error:
            logger.critical("a message is lost: data_dir does not take it (%s)", error.strerror)
        except DatabaseError as error:
            logger.error("a message waits in data_dir for the database: %s", error)

    def _row(self, left: Left) -> dict[str, object]:
        """As JSON; times as text."""
        caller = left.whose.caller
        return {
            "token": left.token,
            "call_id": left.whose.call_id,
            "caller_hash": pseudonym(self._key, caller),
            "number": normalise_number(caller),
            "line": storable(user_part(left.whose.line)),
            "language": left.language,
            "motive": left.motive,
            "recorded_at": datetime.now(UTC).isoformat(),
            "duration_ms": left.duration_ms,
        }

    async def _bring_in(self) -> None:
        """Rows that wait on the disk, into the database."""
        files = self._messages.files
        for token, row in await asyncio.to_thread(lambda: list(files.waiting())):
            await self._messages.add(row | {"recorded_at": datetime.fromisoformat(str(row["recorded_at"]))})
            await asyncio.to_thread(files.noted, token)

    async def _tidy(self) -> NoReturn:
        """Now and then: what failed before, what is to be on the disk no more, how much room there is."""
        files = self._messages.files
        while True:
            try:
                await self._bring_in()
                tokens = await asyncio.to_thread(files.tokens)
                for token in await self._messages.gone(tokens):
                    await asyncio.to_thread(files.delete, token)
                await asyncio.to_thread(files.sweep)
                most = self._settings.message_seconds * MOST_HZ * SAMPLE_BYTES * self._settings.max_calls
                self._room = await asyncio.to_thread(files.has_room, most)
                if not self._room and self._settings.message_seconds:
                    logger.error("no messages are taken: message_mb is reached, handle some")
            except (DatabaseError, OSError, ValueError) as error:
                logger.error("messages are not looked after: %s", error)
            self._news.set()
            await asyncio.sleep(LOOK_S)

    # -- into words ------------------------------------------------------------------------------------------------

    async def _write_down(self) -> NoReturn:
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                await self._write_waiting()
            except DatabaseError as error:
                logger.error("messages are not written down: %s", error)

    async def _write_waiting(self) -> None:
        tokens = await asyncio.to_thread(self._messages.files.tokens)
        for message in await self._messages.to_transcribe(tokens):
            if not self._settings.transcript_days:
                await self._messages.transcribed(message.id, None)
                continue
            await self._messages.tried(message.id)
            path = self._messages.files.path(message.token)
            try:
                text = await self._written(path, message.language)
            except (AudioFileError, EngineError) as error:
                if path.exists():
                    logger.warning("message %d is not written down: %s", message.id, type(error).__name__)
                continue
            await self._messages.transcribed(message.id, text)

    async def _written(self, path: Path, language: str) -> str:
        pcm, rate_hz = await asyncio.to_thread(read_wav, path)
        return await self._writer.write(pcm, rate_hz, language)

    async def _quiet(self) -> None:
        """Wait for a moment in which nobody needs the processors; for one with calls, but without load, after PATIENCE_S."""
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE_S
        while self._level() is not Level.NORMAL or (self.calls() and loop.time() < until):  # noqa: ASYNC110 (nobody tells it)
            await asyncio.sleep(QUIET_LOOK_S)
