"""Reports go out at their hour: a task of the service. Each is sent once, whichever machine is quicker; what failed is tried again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta
from email.message import EmailMessage
from enum import StrEnum
from typing import NoReturn

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from callbot import tables
from callbot.config import Settings
from callbot.database import Database
from callbot.errors import DatabaseError, ReportError
from callbot.reports.calendar import Due, Kind, due, next_look_s
from callbot.reports.post import post

__all__ = ["SendState", "Sends", "send_due", "send_when_due"]

TRY_AGAIN = timedelta(minutes=15)
"""After a failure; and how long a machine may take that has begun, before another one believes that it died."""

logger = logging.getLogger(__name__)

Make = Callable[[Due], Awaitable[EmailMessage]]
"""Writes the letter of a report. Raises ReportError, DatabaseError."""


class SendState(StrEnum):
    """How far a report is."""

    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class Sends:
    """The table of reports that were sent. Every method raises DatabaseError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, key: str, now: datetime) -> bool:
        """Whether it is ours to send: nobody has, and nobody is at it."""
        table = tables.report_sends
        open_ = table.c.state.in_([SendState.FAILED, SendState.SENDING]) & (table.c.at <= now - TRY_AGAIN)
        async with self._database.begin(quick=True) as connection:
            found = await connection.scalar(select(table.c.state).where(table.c.key == key))
            if found is not None:
                again = update(table).where((table.c.key == key) & open_)
                result = await connection.execute(
                    again.values(state=SendState.SENDING, at=now, tries=table.c.tries + 1)
                )
                return result.rowcount == 1
        try:
            async with self._database.begin(quick=True) as connection:
                first = insert(table).values(key=key, state=SendState.SENDING, at=now, tries=1)
                await connection.execute(first)
        except IntegrityError:  # another machine was quicker
            return False
        return True

    async def since(self) -> datetime | None:
        """When the first one went out, or was tried; None: never yet."""
        async with self._database.read() as connection:
            first: datetime | None = await connection.scalar(select(func.min(tables.report_sends.c.at)))
            return first

    async def settle(self, key: str, now: datetime, *, sent_to: int = 0, problem: str = "") -> None:
        """It was sent to so many, or failed."""
        table = tables.report_sends
        state = SendState.FAILED if problem else SendState.SENT
        values = {"state": state, "at": now, "sent_to": sent_to, "problem": problem}
        async with self._database.begin(quick=True) as connection:
            await connection.execute(update(table).where(table.c.key == key).values(**values))


async def send_when_due(
    sends: Sends, settings: Settings, make: Make, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> NoReturn:
    """For ever: send what is due, then wait for the next hour. An unavailable database is logged and tried again."""
    hour = time.fromisoformat(settings.report_at)
    while True:
        pause_s = next_look_s(now(), hour)
        try:
            if not await send_due(sends, settings, make, now):
                pause_s = min(pause_s, TRY_AGAIN.total_seconds())
        except DatabaseError as error:
            logger.error("reports were not sent: %s", error)
            pause_s = min(pause_s, TRY_AGAIN.total_seconds())
        await asyncio.sleep(pause_s)


async def send_due(sends: Sends, settings: Settings, make: Make, now: Callable[[], datetime]) -> bool:
    """Send every report that is due; False when one failed. Raises DatabaseError."""
    well = True
    kinds = tuple(Kind(word) for word in settings.report_kinds)
    begin = (await sends.since() or now()) - timedelta(days=1)  # just installed: nothing older is caught up
    for one in due(now(), time.fromisoformat(settings.report_at), kinds):
        if one.at < begin:
            continue
        if await sends.claim(one.key, now()):
            well = await _send(sends, settings, make, one, now) and well
    return well


async def _send(sends: Sends, settings: Settings, make: Make, one: Due, now: Callable[[], datetime]) -> bool:
    try:
        refused = await asyncio.to_thread(post, settings, await make(one))
    except ReportError as error:
        logger.error("the report « %s » was not sent, and will be tried again: %s", one.key, error)
        await sends.settle(one.key, now(), problem=str(error))
        return False
    sent_to = len(settings.report_to) - len(refused)
    await sends.settle(one.key, now(), sent_to=sent_to)
    logger.info("the report « %s » was sent to %d of %d addresses", one.key, sent_to, len(settings.report_to))
    return True
