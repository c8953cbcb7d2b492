"""The writer of calls: takes events from any number of calls at once and brings their rows to the database, later.

A call never waits for the database and never fails because of it: `start` and `record` only reduce the event and, at the
beginning and the end of a call, put its rows into a queue. While the database is away, rows go to files in data_dir/unsaved
(spill.py) and are brought in when it is back, or at the next start. What was in the tables of a process that died is marked failed,
at the next start of one on the same machine; what another machine has left, once it is long overdue.
"""

import asyncio
import logging
import os
import socket
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime

from callbot.config import Settings
from callbot.database import Database
from callbot.errors import DatabaseError
from callbot.events import CallbackRequested, CallEnded, CallStarted, Event
from callbot.privacy import pseudonym, pseudonym_key
from callbot.redaction import prepare
from callbot.stats.call_record import CallRecord
from callbot.stats.call_rows import Rows
from callbot.stats.storage import bring_in, mark_lost, spill, write

QUEUE_MAX = 1000
"""Rows of calls that wait for the writer; past that the oldest go to the spill file, at once."""
OPEN_MAX = 5000
"""Calls in progress; past that the oldest one, whose end we must have missed, is written as failed."""
RETRY_S = (1, 2, 5, 10, 30)
"""Pauses before the database is tried again; the last one goes on."""
LOOK_EVERY_S = 3600
"""How often calls are looked for that nobody will end: those of a machine, or a container, that does not come back."""

logger = logging.getLogger(__name__)


class Recorder:
    """Records the calls of this process. Create it inside the event loop, one per process; end it with `close`.

    Raises SettingsError when the key for callers' numbers cannot be used. `engine` is the recogniser's name, for the statistics.
    """

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        engine: str = "",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        retry_s: Iterable[float] = RETRY_S,
    ) -> None:
        self._database = database
        self._settings = settings
        self._engine = engine
        self._now = now
        self._retry_s = tuple(retry_s)
        self._key = pseudonym_key(settings)
        prepare()
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._open: dict[str, CallRecord] = {}
        self._waiting: deque[Rows] = deque()
        self._wake = asyncio.Event()
        self._spill = spill(settings)
        self._failures = 0
        self._retry_at = self._look_at = 0.0
        self._closing = False
        self._writer = asyncio.create_task(self._write_until_closed(), name="recorder")

    def start(self, call_id: str, event: CallStarted) -> None:
        """A call began: it is in the tables from now on. Never raises; a second start of a call is ignored."""
        try:
            self._start(call_id, event)
        except Exception:  # the rim: statistics never end a call
            logger.exception("a call could not be recorded", extra={"call_id": call_id})

    def record(self, call_id: str, event: Event) -> None:
        """The call's next event, in order. Never raises and never waits. A call that has not started or has ended is ignored."""
        try:
            self._record(call_id, event)
        except Exception:  # the rim: statistics never end a call
            logger.exception("an event could not be recorded", extra={"call_id": call_id})

    async def close(self) -> None:
        """Write what waits, calls without an end as failed; what the database does not take is put aside. Idempotent."""
        for call_id in list(self._open):
            self._end(call_id)
        self._closing = True
        self._wake.set()
        await self._writer

    def _start(self, call_id: str, event: CallStarted) -> None:
        if call_id in self._open:
            return
        while len(self._open) >= OPEN_MAX:
            self._end(next(iter(self._open)))
        record = CallRecord(
            call_id,
            self._now(),
            pseudonym(self._key, event.caller),
            engine=self._engine,
            recorder=self._name,
            keep_transcripts=self._settings.transcript_days > 0,
        )
        record.apply(event)
        self._open[call_id] = record
        self._hand_over(record.rows())

    def _record(self, call_id: str, event: Event) -> None:
        if isinstance(event, CallStarted):
            self._start(call_id, event)
            return
        record = self._open.get(call_id)
        if record is None:
            logger.debug("an event of a call that is not open", extra={"call_id": call_id})
            return
        record.apply(event)
        if isinstance(event, CallEnded):
            self._end(call_id)
        elif isinstance(event, CallbackRequested):
            self._hand_over(record.rows())  # promised: not to be lost with the rest of the call

    def _end(self, call_id: str) -> None:
        record = self._open.pop(call_id)
        if not record.has_ended:
            record.give_up()
        self._hand_over(record.rows())

    def _hand_over(self, rows: Rows) -> None:
        if self._writer.done():
            self._put_aside(rows)
            return
        if len(self._waiting) >= QUEUE_MAX:
            self._put_aside(self._waiting.popleft())
        self._waiting.append(rows)
        self._wake.set()

    def _put_aside(self, rows: Rows) -> None:
        try:
            self._spill.append(rows)
        except OSError as error:
            extra = {"call_id": rows.call.id, "reason": error.strerror}
            logger.critical("a call is lost: neither database nor data_dir take it", extra=extra)

    async def _write_until_closed(self) -> None:
        try:
            await self._catch_up()
            while not (self._closing and not self._waiting):
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(self._due_at):
                        await self._wake.wait()
                self._wake.clear()
                await self._write_waiting()
                if not self._closing and _clock_s() >= self._due_at:
                    await self._catch_up()
        finally:
            while self._waiting:
                self._put_aside(self._waiting.popleft())
            self._spill.close()

    @property
    def _due_at(self) -> float:
        """When to catch up next, by the loop's clock."""
        return self._retry_at if self._failures else self._look_at

    async def _write_waiting(self) -> None:
        """Empty the queue: into the database, or, from the first failure on, into the spill file."""
        while self._waiting:
            rows = self._waiting.popleft()
            if self._failures:
                self._put_aside(rows)
                continue
            try:
                await write(self._database, rows, self._spill)
            except DatabaseError as error:
                self._put_aside(rows)
                self._failed(error)
            except asyncio.CancelledError:
                self._put_aside(rows)
                raise

    async def _catch_up(self) -> None:
        """Bring in what was put aside, mark calls that nobody will end; leaves `_failures` at 0 when the database took it all."""
        try:
            brought_in = await bring_in(self._database, self._spill)
            lost = await mark_lost(
                self._database, self._settings, self._now(), self._name, going_on=self._open
            )
        except DatabaseError as error:
            self._failed(error)
            return
        if self._failures or brought_in or lost:
            logger.warning("the database takes calls: %d brought in, %d marked failed", brought_in, lost)
        self._failures = 0
        self._look_at = _clock_s() + LOOK_EVERY_S

    def _failed(self, error: Exception) -> None:
        if not self._failures:
            logger.error("the database takes no calls, they wait in data_dir: %s", error)
        self._retry_at = _clock_s() + self._retry_s[min(self._failures, len(self._retry_s) - 1)]
        self._failures += 1


def _clock_s() -> float:
    return asyncio.get_running_loop().time()
