"""One call's seat in the waiting room: what the call asks of the queue, done in order beside the call, and what it hears of its place."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, assert_never

from callbot.dialogue.waiting_news import Desk, NotQueued, Passed, PlaceSeen, QueueNews, Stands
from callbot.errors import DatabaseError
from callbot.events import EnterQueue, Event, IntentMatched, LookAtQueue, QueueWord, TellQueue, TransferFailed
from callbot.humans.caller_card import Noted
from callbot.humans.desk_cards import Card
from callbot.humans.queue_types import ON_LINE, Agent, Caller, Entry, Pair, Place, Priority
from callbot.waiting_asked import EVENTS, LOOK, PARTS, Asked, Look, Refer, Rewrite, TakeBack

if TYPE_CHECKING:
    from callbot.waiting_room import WaitingRoom

OPERATION_S = 2.0
"""What takes the database longer has failed."""
CARD_S = 0.8
"""The same for what an agent is to read; with OPERATION_S, less than waiting.ENTER_MS."""
PARTING_S = 0.3
"""An agent who passes a caller on and hangs up at once is seen to hang up first: what they clicked is on its way so long."""
RETRY_S = (0.5, 1.0, 2.0, 5.0)
"""Pauses before the queue is told again; the last one goes on."""
COMMANDS = 64
"""What one call may have asked that is not done yet; one more is a fault of ours."""
NEWS = 64
"""What one call may not have heard yet; then the oldest is forgotten: the newest says how it is."""

logger = logging.getLogger(__name__)


class Seat:
    """One call's seat (parts.Seat)."""

    def __init__(self, room: "WaitingRoom", call_id: str, caller: str) -> None:
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
            self._asked.put_nowait(Rewrite())
        if self._referred and isinstance(event, TransferFailed):
            self._referred = False
            self._asked.put_nowait(TakeBack())

    def referred(self) -> None:
        """The PBX is asked to send the caller to a person of its own."""
        self._opened = self._referred = self._room.open(self)
        if self._opened:
            self._asked.put_nowait(Refer())

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
            case Look():
                self._looks = False
                await self._try(self._see)
            case Refer():
                await self._show_card(referred=True)
            case Rewrite():
                await self._show_card()
            case TakeBack():
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
            store = self._room.store
            staff, priority = await store.aside(lambda: self._asked_first(command.reason, card.care))
            if self._desk(command.service, staff) is Desk.EMPTY:
                self._tell_call(NotQueued())
                return
            at = self._room.now()
            caller = self._as_caller(command, priority, card.care)
            full = caller.priority is not Priority.EMERGENCY and self._room.is_full(self)
            self._reserved = not full  # nothing is awaited since they were counted: two never take the same
            self._may_stand = True
            pair = await store.aside(lambda: self._entered(card, caller, at, joins=not full))
            if pair.entry is None:
                self._may_stand = False
                self._tell_call(NotQueued(full=True))
                return
            self._show(pair, returned=pair.entry.entered_at != at)

        self._reserved = self.counts
        self.entry_id, self._service, self._shown, self._parted = None, command.service, None, False
        self._entering, card = True, self._noted.card
        entered = await self._try(enter, OPERATION_S + CARD_S)
        self._entering = self._reserved = False
        if not entered:
            self._tell_call(NotQueued())

    async def _asked_first(self, reason: str, care: str) -> tuple[tuple[Agent, ...], Priority]:
        """Who is at the desks, and how urgent the call is."""
        staff = await self._room.store.staff()
        hashed = self._room.known.hash_of(self._caller)
        if reason == "emergency":
            return staff, Priority.EMERGENCY
        if hashed and staff and await self._room.known.called_in_vain(hashed, self.call_id):
            return staff, Priority.REPEAT
        return staff, Priority.VULNERABLE if care else Priority.NORMAL

    async def _entered(self, card: Card, caller: Caller, at: datetime, *, joins: bool) -> Pair:
        """The place that the caller has then, with its agent; none where they may not join."""
        await self._put_card(card, at)
        entry_id = await self._room.store.enter(caller, at, joins=joins)
        return await self._room.store.place(entry_id) if entry_id is not None else Pair()

    async def _show_card(self, *, referred: bool = False) -> None:
        at = self._room.now()
        card = self._noted.card
        await self._put_card(replace(card, referred_at=at) if referred else card, at)

    async def _put_card(self, card: Card, at: datetime) -> None:
        """Before the first telephone rings. Without it the call is taken all the same."""
        try:
            async with asyncio.timeout(CARD_S):
                await self._room.cards.put(card, at)
        except (DatabaseError, TimeoutError) as error:
            logger.warning(
                "call %s: the desk does not see what it is about: %s", self.call_id, error or "no answer"
            )

    def _as_caller(self, command: EnterQueue, priority: Priority, care: str) -> Caller:
        room = self._room
        return Caller(
            self.call_id,
            room.machine,
            command.service,
            room.known.helpers(command.service),
            command.language,
            priority,
            command.reason,
            room.known.hash_of(self._caller),
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
