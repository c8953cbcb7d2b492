"""One caller: carries out what their `Session` decides, on the legs and on the connection to the service."""

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import assert_never

from sip_bridge import farewell
from sip_bridge.connection import Connection
from sip_bridge.leg import (
    Established,
    Held,
    IncomingCall,
    Leg,
    LegClosed,
    LegError,
    LegEvent,
    Stack,
    TransferResult,
)
from sip_bridge.relay import Relay
from sip_bridge.session import Session
from sip_bridge.session_outputs import (
    Answer,
    Apologise,
    Close,
    Dial,
    DismissPerson,
    Flush,
    HangUp,
    Join,
    LetGo,
    Output,
    Part,
    Refer,
    Replace,
    Ringback,
    SendKey,
    Tell,
)
from sip_bridge.session_table import HEARING, JOINED, WITH_PERSON, State
from sip_bridge.sound import LegSound

__all__ = ["Call"]

REFER_EXTRA_SECONDS = 10.0
"""A REFER may take so much longer than a telephone rings."""
END_SECONDS = 5.0
"""How long BYE, CANCEL and the like may take at the end of a call."""
APOLOGY_SECONDS = farewell.MAX_SECONDS + 5.0
MAX_KEYS = 32
"""Keys under way to one leg; more are dropped."""

log = logging.getLogger(__name__)


class Call:
    """The shell around one Session. `run` holds the call; `tick` moves its sound, every 20 ms or every other time."""

    def __init__(
        self,
        incoming: IncomingCall,
        session: Session,
        connection: Connection,
        stack: Stack,
        *,
        data_dir: Path,
        ring_seconds: int,
    ) -> None:
        self.session = session
        self.leg = incoming.leg
        self._incoming = incoming
        self._connection = connection
        self._stack = stack
        self._last_words = data_dir / farewell.LAST_WORDS
        self._refer_seconds = ring_seconds + REFER_EXTRA_SECONDS
        self._sound = LegSound(self.leg, session.format)
        self._held = False
        self._person: Leg | None = None
        self._person_sound: LegSound | None = None
        self._dialling = 0  # number of the consultation whose leg is wanted
        self._ring_timer: asyncio.TimerHandle | None = None
        self._relay: Relay | None = None
        self._keys: asyncio.Queue[tuple[Leg, str]] = asyncio.Queue(MAX_KEYS)
        self._over = asyncio.Event()
        self._tasks: asyncio.TaskGroup | None = None
        self._moving: set[asyncio.Task[None]] = set()  # what is given up when the call ends
        self._apology_due = False

    async def run(self) -> None:
        """Hold the call until it is over; afterwards no leg and no connection of it is left."""
        try:
            async with asyncio.TaskGroup() as self._tasks:
                self._start(self._press_keys(), until_over=True)
                self._do(self.session.opened())
                self._connection.start(self._on_message, self._on_lost)
                self.leg.listen(self._on_caller)
                await self._over.wait()
                self._dialling += 1
                for task in self._moving:
                    task.cancel()
        finally:
            await self._end()

    async def _end(self) -> None:
        self._cancel_ring_timer()
        self._connection.close()
        legs = [leg for leg in (self.leg, self._person) if leg is not None]
        with suppress(TimeoutError):
            async with asyncio.timeout(END_SECONDS):
                await asyncio.gather(*(leg.hang_up() for leg in legs))

    @property
    def joined(self) -> bool:
        """Caller and person hear each other through us."""
        return self._relay is not None

    def leave(self) -> None:
        """The bridge stops: bring the caller to a person without the service."""
        self._do(self.session.lost())

    def cut(self) -> None:
        """End the call now."""
        self._do(self.session.cut())

    @property
    def goes_on_alone(self) -> bool:
        """Whether caller and person talk without the service, or one is being rung for the other."""
        return self.session.state in (State.ALONE, State.RESCUE_RINGING)

    async def let_go(self) -> None:
        """The bridge is about to leave: let the PBX join caller and person without us, where it can."""
        if self.session.state in JOINED and self._person is not None:
            with suppress(LegError):
                await self.leg.replace(self._person, 3.0)

    # What happens

    def _on_message(self, message: str | bytes) -> None:
        self._do(self.session.receive(message))

    def _on_lost(self) -> None:
        before = self.session.state
        outputs = self.session.lost()
        if self.session.state is not before:
            log.warning("the service was lost during a call", extra={"leg": self.leg.id})
        self._do(outputs)

    def _on_caller(self, event: LegEvent) -> None:
        if isinstance(event, Established):
            self._sound.start(event.rate_hz)
            self._rejoin()
        elif isinstance(event, Held):
            self._held = event.held
        self._do(self.session.caller_event(event))

    def _on_person(self, leg: Leg, event: LegEvent) -> None:
        if leg is not self._person or self._person_sound is None:
            return
        if isinstance(event, Established):
            self._cancel_ring_timer()
            self._person_sound.start(event.rate_hz)
            self._rejoin()
        elif isinstance(event, LegClosed):
            self._forget_person()
        self._do(self.session.person_event(event))

    def _on_rang_out(self, leg: Leg) -> None:
        if leg is self._person:
            self._do(self.session.rang_out())

    # What is done

    def _do(self, outputs: list[Output]) -> None:
        for output in outputs:
            self._carry_out(output)

    def _carry_out(self, output: Output) -> None:  # noqa: PLR0912 (one branch per output)
        match output:
            case Tell(message):
                self._connection.send_text(message)
            case Flush():
                self.leg.flush()
            case Answer():
                self._start(self._answer())
            case Dial():
                self._dialling += 1
                self._start(self._dial(output, self._dialling))
            case Refer(uri):
                self._start(self._refer(uri), until_over=True)
            case Replace():
                self._start(self._replace(), until_over=True)
            case Join():
                self._join()
            case Part():
                self._part()
            case SendKey():
                self._queue_key(output)
            case DismissPerson():
                self._dismiss_person()
            case HangUp(code):
                self._start(self.leg.hang_up(code))
            case Apologise():
                self._start(self._apologise(), until_over=True)
            case Ringback():
                pass  # `tick` plays it while the state lasts
            case LetGo():
                self._connection.close()
            case Close():
                self._over.set()
            case _:
                assert_never(output)

    def _start(self, work: Coroutine[None, None, None], *, until_over: bool = False) -> None:
        assert self._tasks is not None
        if self._over.is_set():
            work.close()
            return
        task = self._tasks.create_task(work)
        if until_over:
            self._moving.add(task)
            task.add_done_callback(self._moving.discard)

    async def _answer(self) -> None:
        try:
            await self.leg.answer()
        except LegError:
            log.warning("a call could not be answered", extra={"leg": self.leg.id})
            self._do(self.session.caller_event(LegClosed(TransferResult.FAILED, None)))

    async def _dial(self, dial: Dial, number: int) -> None:
        try:
            leg = await self._stack.dial(
                dial.uri, caller=self._incoming.caller, name=dial.purpose or self._incoming.name
            )
        except LegError as error:
            if number == self._dialling:
                self._do(self.session.not_dialled(error.code))
            return
        if number != self._dialling:
            await leg.hang_up()
            return
        self._person, self._person_sound = leg, LegSound(leg, self.session.format)
        self._ring_timer = asyncio.get_running_loop().call_later(dial.ring_ms / 1000, self._on_rang_out, leg)
        leg.listen(partial(self._on_person, leg))

    async def _refer(self, uri: str) -> None:
        try:
            result, code = await self.leg.refer(uri, self._refer_seconds)
        except LegError as error:
            result, code = TransferResult.FAILED, error.code
        self._do(self.session.moved(result, code))

    async def _replace(self) -> None:
        person = self._person
        try:
            if person is None:
                raise LegError("the person has hung up")
            result, code = await self.leg.replace(person, self._refer_seconds)
        except LegError as error:
            result, code = TransferResult.FAILED, error.code
        self._do(self.session.moved(result, code))

    async def _apologise(self) -> None:
        sound = await asyncio.to_thread(farewell.last_words, self._last_words, self.session.format)
        self.session.playout.add(sound)
        self._apology_due = True
        await asyncio.sleep(APOLOGY_SECONDS)
        self._do(self.session.apologised())

    async def _press_keys(self) -> None:
        while True:
            leg, digit = await self._keys.get()
            with suppress(LegError):
                await leg.send_key(digit)

    def _queue_key(self, key: SendKey) -> None:
        leg = self._person if key.to_person else self.leg
        if leg is not None:
            with suppress(asyncio.QueueFull):
                self._keys.put_nowait((leg, key.digit))

    def _dismiss_person(self) -> None:
        self._dialling += 1
        person = self._person
        self._forget_person()
        if person is not None:
            self._start(person.hang_up())

    def _forget_person(self) -> None:
        self._cancel_ring_timer()
        self._person = self._person_sound = self._relay = None

    def _cancel_ring_timer(self) -> None:
        if self._ring_timer:
            self._ring_timer.cancel()
            self._ring_timer = None

    # Sound

    def _join(self) -> None:
        if self._person is None or self._person_sound is None:
            return
        self._person.flush()
        self._relay = Relay(self.leg, self._sound.rate_hz, self._person, self._person_sound.rate_hz)

    def _rejoin(self) -> None:
        """A codec has changed while both were joined."""
        if self._relay is not None:
            self._join()

    def _part(self) -> None:
        self._relay = None
        self.leg.flush()

    def tick(self) -> None:
        """Move the sound that is due."""
        if self._relay is not None:
            self._relay.tick()
        elif self._sound.rate_hz and not self._over.is_set():
            self._listen()
            if not self._held:
                self._play()
                self._rescue()
            if self._person_sound is not None and self.session.state in WITH_PERSON:
                self._brief()

    def _listen(self) -> None:
        if self.session.state in HEARING and not self._held:
            if sound := self._sound.read():
                self._connection.send_sound(sound)
        else:
            self.leg.read()

    def _play(self) -> None:
        playout = self.session.playout
        if playout.pending and (size := self._sound.feed(playout)):
            self._do(self.session.played(size))
        if playout.has_marks:
            self._do(self.session.tick(self._sound.unsent()))

    def _brief(self) -> None:
        """What the person hears before they are joined; what they say meanwhile is heard by nobody."""
        assert self._person is not None
        assert self._person_sound is not None
        if not self._person_sound.rate_hz:
            return
        self._person.read()
        playout = self.session.person_playout
        if playout.pending:
            playout.take(self._person_sound.feed(playout))
        if playout.has_marks:
            self._do(self.session.tick_person(self._person_sound.unsent()))

    def _rescue(self) -> None:
        if self.session.playout.pending:
            return
        if self.session.state is State.RESCUE_RINGING:
            self.session.playout.add(farewell.ringback(self.session.format))
        elif self.session.state is State.APOLOGISING and self._apology_due and not self.leg.waiting():
            self._do(self.session.apologised())
