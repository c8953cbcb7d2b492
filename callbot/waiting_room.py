"""This machine's callers in the waiting queue: what a call asks of it is done in order; what happens to its place is told to it.

A call and its seat share two queues, and no lock: the call never waits for the database. While that does not work the call hears nothing,
and rings the service itself after a while (dialogue/waiting.py); what the queue must be told is kept, and told when it works again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NoReturn

from callbot.errors import DatabaseError
from callbot.humans.desk_cards import Cards
from callbot.humans.queue_events import CallerHungUp, CallerWithdrew, PlaceEvent
from callbot.humans.queue_news import EVERYTHING
from callbot.humans.queue_store import QueueStore
from callbot.humans.queue_types import Entry, Place
from callbot.knowledge.care import CareRules
from callbot.waiting_seat import Seat

TIDY_S = 5.0
"""How often places are looked for that stand for no call any more."""
TIDYING_S = 10.0
"""How long that may take: a database that is slow has the more to be tidied."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of callers besides the call itself. `hash_of`: a number's keyed hash; `helpers`: of a service, who helps out."""

    hash_of: Callable[[str], str | None] = field(repr=False)
    helpers: Callable[[str], tuple[str, ...]]
    called_in_vain: Callable[[str, str], Awaitable[bool]]
    """Whether the caller of that hash, in this call, has called earlier today without reaching anybody. May raise DatabaseError."""
    care: CareRules = field(default_factory=CareRules)
    """Who is to be served with care."""


class WaitingRoom:
    """`run` is a task of the service. `machine`: its name, as the QueueKeeper has it. `now` gives aware datetimes.

    `most`: so many callers wait here, or speak to somebody, at once; None: however many come.
    """

    def __init__(
        self,
        store: QueueStore,
        cards: Cards,
        machine: str,
        known: Known,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        most: int | None = None,
    ) -> None:
        self.store = store
        self.cards = cards
        self.machine = machine
        self.known = known
        self.now = now
        self._most = most
        self._seats: dict[str, Seat] = {}
        self._tasks: asyncio.TaskGroup | None = None

    def seat(self, call_id: str, caller: str) -> Seat:
        """The seat of a call, for as long as it lasts. `caller`: the number that its telephone presents, may be empty."""
        return Seat(self, call_id, caller)

    async def run(self) -> NoReturn:
        """Tell calls what happens to their places, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            tasks.create_task(self._hear())
            try:
                while True:
                    await asyncio.sleep(TIDY_S)
                    await self._tidy()
            finally:
                self._tasks = None

    def open(self, seat: Seat) -> bool:
        """A call begins to use its seat; false: the service is about to stop."""
        if self._tasks is None:
            return False
        if seat.call_id not in self._seats:
            self._seats[seat.call_id] = seat
            self._tasks.create_task(seat.work())
        return True

    def is_full(self, but: Seat) -> bool:
        """As many others as may have a place have one, or are being given one."""
        taken = sum(seat.counts for seat in self._seats.values() if seat is not but)
        return self._most is not None and taken >= self._most

    def left(self, seat: Seat) -> None:
        """A call is over, and all is told."""
        self._seats.pop(seat.call_id, None)

    async def _hear(self) -> NoReturn:
        with self.store.news.subscribe() as changes:
            while True:
                change = await changes.get()
                for seat in list(self._seats.values()):
                    if change == EVERYTHING or seat.entry_id == change.entry_id is not None:
                        seat.look()

    async def _tidy(self) -> None:
        """Places on this machine's line that no call waits in are given up: they came into being as the database failed, or was slow."""
        try:
            async with asyncio.timeout(TIDYING_S):
                for entry in (await self.store.overview()).entries:
                    if event := self._given_up(entry):
                        await self.store.tell(entry.id, event, call_id=entry.caller.call_id)
        except (DatabaseError, TimeoutError):
            logger.debug("the queue is tidied later")

    def _given_up(self, entry: Entry) -> PlaceEvent | None:
        """What becomes of a place that nobody waits in: kept where the call is over, gone where it goes another way."""
        waits = entry.place in (Place.WAITING, Place.OFFERED, Place.DIALLED)
        if entry.caller.machine != self.machine or not waits:
            return None
        seat = self._seats.get(entry.caller.call_id)
        if seat is None:
            return CallerHungUp(self.now())
        return None if seat.has_place else CallerWithdrew(self.now())
