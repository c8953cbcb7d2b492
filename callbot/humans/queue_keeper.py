"""Keeps a machine's part of the queue going: tells that it lives, brings about what time brings, frees what dead machines held."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import NoReturn

from callbot.config import Settings
from callbot.errors import DatabaseError
from callbot.humans.queue_store import LEASE, QueueStore
from callbot.humans.queue_types import Rules

TICK_S = 1.0
BEAT = timedelta(seconds=2)
"""How often a machine tells that it lives: five times in a lease."""
LOOK = timedelta(seconds=10)
"""How often it is looked whether who opened a desk is still signed in."""
PURGE = timedelta(hours=1)
KEPT_OVER = timedelta(days=1)
"""How long places that are over are kept: for the waiting time, and for today's list."""

logger = logging.getLogger(__name__)


def queue_rules(settings: Settings) -> Rules:
    """The rules that the settings give."""
    return Rules(
        ring=timedelta(seconds=settings.ring_seconds),
        wrap_up=timedelta(seconds=settings.wrap_up_seconds),
        overflow=timedelta(seconds=settings.queue_overflow_seconds),
        kept=timedelta(minutes=settings.queue_kept_minutes),
        promised=timedelta(days=settings.callback_days),
        announce_every=timedelta(seconds=settings.queue_announce_seconds),
        call_back_after=timedelta(seconds=settings.queue_callback_seconds),
        call_back_again=timedelta(minutes=settings.queue_callback_again_minutes),
        call_back_tries=settings.queue_callback_tries,
    )


class QueueKeeper:
    """`run` is a task of the service, `machine` its name (host:pid). `now` gives aware datetimes.

    `close_unheld`: closes the desks of who has gone (DeskHolders); None: desks are somebody else's concern.
    """

    def __init__(
        self,
        store: QueueStore,
        machine: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        close_unheld: Callable[[datetime], Awaitable[list[str]]] | None = None,
    ) -> None:
        self._store = store
        self._machine = machine
        self._now = now
        self._close_unheld = close_unheld
        self._looked_at: datetime | None = None
        self._beat_at: datetime | None = None
        self._purged_at: datetime | None = None

    async def run(self) -> NoReturn:
        """Until cancelled; then the machine leaves. A database that does not work is tried again."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._store.news.run())
            try:
                while True:
                    try:
                        await self.tick()
                    except DatabaseError as error:
                        logger.error("the queue stands still: %s", error)
                    await asyncio.sleep(TICK_S)
            finally:
                with suppress(DatabaseError):
                    await self._store.leave(self._machine, self._now())

    async def tick(self) -> None:
        """One round. Raises DatabaseError."""
        at = self._now()
        away = self._beat_at is None or at - self._beat_at >= LEASE
        if self._beat_at is None or at - self._beat_at >= BEAT:
            await self._store.beat(self._machine, at)
            self._beat_at = at
        if not away:  # else it cannot tell who else was: after an outage, everybody says first that they live
            lost = await self._store.release_dead(at)
            if lost:
                logger.warning("lines of machines that are gone: %d", lost)
        if self._close_unheld and (self._looked_at is None or at - self._looked_at >= LOOK):
            if closed := await self._close_unheld(at):
                logger.warning("desks of who has gone were closed: %d", len(closed))
            self._looked_at = at
        await self._store.sweep(at)
        if self._purged_at is None or at - self._purged_at >= PURGE:
            await self._store.purge(at - KEPT_OVER)
            self._purged_at = at
