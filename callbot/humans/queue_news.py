"""What has changed in the queue, told at once to whoever shows it or acts on it: on every machine, through PostgreSQL's NOTIFY.

SQLite serves one process, which tells itself. A change names rows, never persons: who hears it reads them anew.
"""

import asyncio
import json
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot.database import Database
from callbot.errors import DatabaseError

CHANNEL = "callbot_queue"
MOST_WAITING = 256
"""Changes that wait for one subscriber; one more, and they become « everything may have changed »."""
LONGEST_PAYLOAD = 7000
"""PostgreSQL takes 8000 bytes; more changes at once are told as « everything may have changed »."""
RETRY_S = 1.0
NOTIFY = text("SELECT pg_notify(:channel, :payload)")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Change:
    """A place, an agent, or both were changed together; neither: everything may have changed."""

    entry_id: int | None = None
    agent: str | None = None


EVERYTHING = Change()


def payload_of(changes: Iterable[Change]) -> str:
    """What the other machines are told."""
    payload = json.dumps([[one.entry_id, one.agent] for one in changes])
    return payload if len(payload.encode()) <= LONGEST_PAYLOAD else "[[null, null]]"


class News:
    """The changes of one database's queue. `run` is a task of the service; `subscribe` gives them to whoever wants them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._subscribers: set[asyncio.Queue[Change]] = set()
        self.version = 0
        """Another one whenever something may have changed, as far as is heard."""
        self.listening = asyncio.Event()
        """Set while changes of other machines are heard."""

    @contextmanager
    def subscribe(self) -> Iterator[asyncio.Queue[Change]]:
        """A queue of the changes from now on."""
        changes: asyncio.Queue[Change] = asyncio.Queue(MOST_WAITING)
        self._subscribers.add(changes)
        try:
            yield changes
        finally:
            self._subscribers.discard(changes)

    async def announce(self, connection: AsyncConnection, changes: Iterable[Change]) -> None:
        """Tell the other machines once the transaction is committed."""
        if self._database.is_sqlite:
            return
        if told := list(changes):
            await connection.execute(NOTIFY, {"channel": CHANNEL, "payload": payload_of(told)})

    def written(self) -> None:
        """This process has changed something, or tried to: what was read before may be old.

        Told by the database's own thread too; should the two tell at the same moment, PostgreSQL's news of it tell again.
        """
        self.version += 1

    def committed(self, changes: Iterable[Change]) -> None:
        """The transaction is committed: tell this process, where PostgreSQL does not."""
        if self._database.is_sqlite:
            for change in changes:
                self._tell(change)

    async def run(self) -> None:
        """Hear the other machines, for as long as the task lives; after an outage, everything may have changed."""
        if self._database.is_sqlite:
            self.listening.set()
            return
        while True:
            try:
                async with self._database.listen(CHANNEL, self._heard) as lost:
                    self.listening.set()
                    self._tell(EVERYTHING)
                    await lost()
            except DatabaseError as error:
                logger.warning("the queue's changes are not heard: %s", error)
            finally:
                self.listening.clear()
            await asyncio.sleep(RETRY_S)

    def _heard(self, payload: str) -> None:
        try:
            changes = [Change(entry_id, agent) for entry_id, agent in json.loads(payload)]
        except (ValueError, TypeError):
            changes = [EVERYTHING]
        for change in changes:
            self._tell(change)

    def _tell(self, change: Change) -> None:
        self.version += 1
        for waiting in self._subscribers:
            if waiting.full():
                while not waiting.empty():
                    waiting.get_nowait()
                waiting.put_nowait(EVERYTHING)
            waiting.put_nowait(change)
