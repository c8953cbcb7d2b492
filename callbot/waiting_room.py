"""This machine's callers in the waiting queue: what a call asks of it is done in order; what happens to its place is told to it.

A call and its seat share two queues, and no lock: the call never waits for the database. While that does not work the call hears nothing,
and rings the service itself after a while (dialogue/waiting.py); what the queue must be told is kept, and told when it works again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import NoReturn, assert_never

from callbot.dialogue.waiting_news import Desk, NotQueued, Passed, PlaceSeen, QueueNews, Stands
from callbot.errors import DatabaseError
from callbot.events import EnterQueue, Event, IntentMatched, LookAtQueue, QueueWord, TellQueue, TransferFailed
from callbot.humans.caller_card import Noted
from callbot.humans.desk_cards import Cards
from callbot.humans.queue_events import (
    CallBackChosen,
    CallerHungUp,
    CallerWithdrew,
    OfferAccepted,
    OfferDeclined,
    OfferRangOut,
    PassedInVain,
    PlaceEvent,
    TalkEnded,
)
from callbot.humans.queue_news import EVERYTHING
from callbot.humans.queue_store import QueueStore
from callbot.humans.queue_types import ON_LINE, Agent, Caller, Entry, Pair, Place, Priority
from callbot.knowledge.care import CareRules

OPERATION_S = 2.0
"""What takes the database longer has failed."""
CARD_S = 0.8
"""The same for what an agent is to read; with OPERATION_S, less than waiting.ENTER_MS."""
PARTING_S = 0.3
"""An agent who passes a caller on and hangs up at once is seen to hang up first: what they clicked is on its way so long."""
RETRY_S = (0.5, 1.0, 2.0, 5.0)
"""Pauses before the queue is told again; the last one goes on."""
TIDY_S = 5.0
"""How often places are looked for that stand for no call any more."""
TIDYING_S = 10.0
"""How long that may take: a database that is slow has the more to be tidied."""
COMMANDS = 64
"""What one call may have asked that is not done yet; one more is a fault of ours."""
NEWS = 64
"""What one call may not have heard yet; then the oldest is forgotten: the newest says how it is."""

EVENTS: dict[QueueWord, Callable[[datetime], PlaceEvent]] = {
    QueueWord.ACCEPTED: OfferAccepted,
    QueueWord.DECLINED: OfferDeclined,
    QueueWord.RANG_OUT: OfferRangOut,
    QueueWord.HUNG_UP: CallerHungUp,
    QueueWord.CALL_BACK: CallBackChosen,
    QueueWord.WITHDRAWN: CallerWithdrew,
    QueueWord.NOBODY: PassedInVain,
    QueueWord.TALK_ENDED: TalkEnded,
}

PARTS = (QueueWord.HUNG_UP, QueueWord.CALL_BACK, QueueWord.WITHDRAWN, QueueWord.TALK_ENDED)
"""After these the call is on no line of the queue's, unless it is passed on."""

logger = logging.getLogger(__name__)


class _Look:
    """Something has changed about the place."""


class _Refer:
    """The PBX is to send the caller to a person of its own."""


class _TakeBack:
    """It has not done so."""


class _Rewrite:
    """What an agent must read has come to the card."""


LOOK = _Look()
Asked = EnterQueue | TellQueue | LookAtQueue | _Look | _Refer | _TakeBack | _Rewrite


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
        self._seats: dict[str, _Seat] = {}
        self._tasks: asyncio.TaskGroup | None = None

    def seat(self, call_id: str, caller: str) -> "_Seat":
        """The seat of a call, for as long as it lasts. `caller`: the number that its telephone presents, may be empty."""
        return _Seat(self, call_id, caller)

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

    def open(self, seat: "_Seat") -> bool:
        """A call begins to use its seat; false: the service is about to stop."""
        if self._tasks is None:
            return False
        if seat.call_id not in self._seats:
            self._seats[seat.call_id] = seat
            self._tasks.create_task(seat.work())
        return True

    def is_full(self, but: "_Seat") -> bool:
        """As many others as may have a place have one, or are being given one."""
        taken = sum(seat.counts for seat in self._seats.values() if seat is not but)
        return self._most is not None and taken >= self._most

    def left(self, seat: "_Seat") -> None:
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


class _Seat:
    """One call's seat (parts.Seat)."""

    def __init__(self, room: WaitingRoom, call_id: str, caller: str) -> None:
        self.call_id = call_id
        self.entry_id: int | None = None
        self._room = room
        self._caller = caller
        self._noted = Noted(call_id, caller, room.known.care)
        self._referred = False
        self._asked: asyncio.Queue[Asked | None] = asyncio.Queue(COMMANDS)
        self._told: asyncio.Queue[QueueNews] = asyncio.Queue(NEWS)
        self._looks = False  # a look waits already
        self._shown: PlaceSeen | None = None
        self._service = ""
        self._opened = False
        self._entering = False
        self._reserved = False  # of the places that there are, one is for this call
        self._parted = False  # from its place: the call is on no line of the queue's any more
        self._may_stand = False  # a place came into being, or not: the database did not say

    @property
    def has_place(self) -> bool:
        """The call waits, or talks, in a place that it knows, or is about to have one."""
        return self._entering or self.entry_id is not None

    @property
    def counts(self) -> bool:
        """The call takes one of the places that there are (`most`)."""
        return self._reserved or (self.entry_id is not None and not self._parted)

    def take(self, command: EnterQueue | TellQueue | LookAtQueue) -> None:
        """Do that, after what was asked before; never waits."""
        if isinstance(command, EnterQueue):
            self._opened = self._room.open(self)
            if not self._opened:
                self._tell_call(NotQueued())
        idle = isinstance(command, LookAtQueue) and self._asked.qsize() >= COMMANDS // 2
        if self._opened and not idle:  # a database that hangs for long need not be asked ever more
            self._asked.put_nowait(command)

    def note(self, event: Event) -> None:
        """Something happened in the call: what of it an agent is to read."""
        self._noted.take(event)
        tells_danger = isinstance(event, IntentMatched) and event.emergency is not None
        if tells_danger and self._opened and not self._asked.full():
            self._asked.put_nowait(_Rewrite())
        if self._referred and isinstance(event, TransferFailed):
            self._referred = False
            self._asked.put_nowait(_TakeBack())

    def referred(self) -> None:
        """The PBX is asked to send the caller to a person of its own."""
        self._opened = self._referred = self._room.open(self)
        if self._opened:
            self._asked.put_nowait(_Refer())

    async def news(self) -> QueueNews:
        """The next thing that the queue tells."""
        return await self._told.get()

    def close(self) -> None:
        """The call is over: what was asked is still done, and nothing is told any more."""
        if self._opened:
            self._asked.put_nowait(None)

    def look(self) -> None:
        """The place may have changed."""
        if not (self._looks or self._asked.full()):
            self._looks = True
            self._asked.put_nowait(LOOK)

    async def work(self) -> None:
        """Do what is asked, until the call is over."""
        try:
            while (asked := await self._asked.get()) is not None:
                await self._do(asked)
        except Exception:  # the rim of one seat: logged with its traceback; its call hears nothing more, and rings the service
            logger.exception("call %s: its seat in the queue is broken", self.call_id)
        finally:
            self._room.left(self)

    async def _do(self, asked: Asked) -> None:
        match asked:
            case EnterQueue():
                await self._enter(asked)
            case TellQueue():
                await self._tell(asked)
            case LookAtQueue():
                await self._try(self._stands)
            case _Look():
                self._looks = False
                await self._try(self._see)
            case _Refer():
                await self._show_card(referred=True)
            case _Rewrite():
                await self._show_card()
            case _TakeBack():
                await self._try(lambda: self._room.cards.taken_back(self.call_id))
            case _:
                assert_never(asked)

    async def _try(self, work: Callable[[], Awaitable[None]], patience_s: float = OPERATION_S) -> bool:
        try:
            async with asyncio.timeout(patience_s):
                await work()
        except (DatabaseError, TimeoutError) as error:
            logger.warning("call %s: the queue does not work: %s", self.call_id, error or "no answer")
            return False
        return True

    # -- entering ------------------------------------------------------------------------------------------------------

    async def _enter(self, command: EnterQueue) -> None:
        async def enter() -> None:
            if self._desk(command.service, await self._room.store.staff()) is Desk.EMPTY:
                self._tell_call(NotQueued())
                return
            await self._show_card()
            at = self._room.now()
            caller = await self._as_caller(command)
            full = caller.priority is not Priority.EMERGENCY and self._room.is_full(self)
            self._reserved = not full  # nothing is awaited since they were counted: two never take the same
            self._may_stand = True
            self.entry_id = await self._room.store.enter(caller, at, joins=not full)
            if self.entry_id is None:
                self._may_stand = False
                self._tell_call(NotQueued(full=True))
                return
            pair = await self._room.store.place(self.entry_id)
            if pair.entry:
                self._show(pair, returned=pair.entry.entered_at != at)

        self._reserved = self.counts
        self.entry_id, self._service, self._shown, self._parted = None, command.service, None, False
        self._entering = True
        entered = await self._try(enter, OPERATION_S + CARD_S)
        self._entering = self._reserved = False
        if not entered:
            self._tell_call(NotQueued())

    async def _show_card(self, *, referred: bool = False) -> None:
        """Before the first telephone rings. Without it the call is taken all the same."""
        at = self._room.now()
        card = replace(self._noted.card, referred_at=at) if referred else self._noted.card
        try:
            async with asyncio.timeout(CARD_S):
                await self._room.cards.put(card, at)
        except (DatabaseError, TimeoutError) as error:
            logger.warning(
                "call %s: the desk does not see what it is about: %s", self.call_id, error or "no answer"
            )

    async def _as_caller(self, command: EnterQueue) -> Caller:
        room, hashed = self._room, self._room.known.hash_of(self._caller)
        care = self._noted.card.care
        priority = Priority.VULNERABLE if care else Priority.NORMAL
        if command.reason == "emergency":
            priority = Priority.EMERGENCY
        elif hashed and await room.known.called_in_vain(hashed, self.call_id):
            priority = Priority.REPEAT
        return Caller(
            self.call_id,
            room.machine,
            command.service,
            room.known.helpers(command.service),
            command.language,
            priority,
            command.reason,
            hashed,
            care,
        )

    def _desk(self, service: str, staff: Iterable[Agent]) -> Desk:
        serves = {service, *self._room.known.helpers(service)}
        own = [agent for agent in staff if serves.intersection(agent.services)]
        if not own:
            return Desk.EMPTY
        return Desk.STAFFED if any(agent.is_present for agent in own) else Desk.PAUSED

    # -- telling and looking ---------------------------------------------------------------------------------------------

    async def _tell(self, command: TellQueue) -> None:
        """Until it is told: an agent whose talk has ended would stay busy else."""
        if self.entry_id is None and not self._may_stand:
            return

        async def tell() -> None:
            entry_id = await self._stands_in()
            event = EVENTS[command.word](self._room.now())
            if entry_id is None:  # what is committed still later is tidied
                return
            if not await self._room.store.tell(entry_id, event, by=command.agent, call_id=self.call_id):
                self._shown = None
                self.look()  # it came too late: the call is to know how its place is
                return
            self._parted = command.word in PARTS

        if command.word is QueueWord.TALK_ENDED:
            await asyncio.sleep(PARTING_S)
        tries = 0
        while not await self._try(tell):
            await asyncio.sleep(RETRY_S[min(tries, len(RETRY_S) - 1)])
            tries += 1

    async def _stands_in(self) -> int | None:
        """The id of the call's place; one that it has been given without hearing of it is found by the call."""
        if self.entry_id is not None:
            return self.entry_id
        unheard = await self._room.store.newest(self.call_id)
        return unheard.id if unheard else None

    async def _see(self) -> None:
        store = self._room.store
        pair = await store.place(self.entry_id) if self.entry_id is not None else Pair()
        if pair.entry and pair.entry.place is Place.ENDED and pair.entry.passed_to:
            newest = await store.newest(self.call_id)
            pair = await store.place(newest.id) if newest else Pair()
        self._show(pair)

    async def _stands(self) -> None:
        """One look at the queue serves all calls of this machine: hundreds who each read it by themselves would be late for it."""
        if self.entry_id is None:
            return
        store, self._shown = self._room.store, None  # the call has asked: it is told in any case
        overview = await store.latest()
        if overview.pair(self.entry_id).entry:
            self._show(overview.pair(self.entry_id))
        else:
            await self._see()
        standing = await store.standing_in(overview, self.entry_id, self._room.now())
        if standing:
            desk = self._desk(self._service, overview.agents)
            self._tell_call(Stands(standing.position, standing.minutes, desk))

    def _show(self, pair: Pair, *, returned: bool = False) -> None:
        """Tell the call how its place is, where that is news."""
        entry = pair.entry
        if entry is None:
            return
        self.entry_id, self._service = entry.id, entry.caller.service
        mine = entry.caller.call_id == self.call_id
        place = entry.place if mine else Place.LEFT  # the same number has called again, and has it
        self._parted = place not in ON_LINE
        agent = pair.agent if mine and place is Place.OFFERED else None
        telephone = entry.passed.number if entry.passed and place is Place.DIALLED else ""
        seen = PlaceSeen(
            place,
            entry.since,
            agent.name if agent else "",
            agent.telephone if agent else telephone,
            returned,
            entry.id,
            _passed(entry),
            entry.caller.service if entry.passed else "",
        )
        if seen != self._shown:
            self._shown = seen
            self._tell_call(seen)

    def _tell_call(self, news: QueueNews) -> None:
        if self._told.full():
            self._told.get_nowait()
        self._told.put_nowait(news)


def _passed(entry: Entry) -> Passed | None:
    passed = entry.passed
    if not passed:
        return None
    if passed.is_back:
        return Passed.BACK
    return Passed.NUMBER if passed.number else Passed.AGENT if passed.wanted else Passed.SERVICE
