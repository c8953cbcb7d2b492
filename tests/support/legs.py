"""A SIP stack under test in this process, and legs that keep what they were told and heard."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import numpy as np

from callbot.audio.types import Pcm
from callbot.config import load
from sip_bridge.baresip_leg import BaresipLeg
from sip_bridge.baresip_stack import BaresipStack
from sip_bridge.leg import Established, IncomingCall, LegClosed, LegEvent
from sip_bridge.trace import DialogChange
from tests.support.peers.processes import free_ports
from tests.support.waiting import until

AHEAD_FRAMES = 4


class Ear:
    """One leg: its events, what it heard; it says `says` once it is answered, and echoes when told."""

    def __init__(self, leg: BaresipLeg, says: Pcm | None = None, *, echoes: bool = False) -> None:
        self.leg, self.echoes = leg, echoes
        self.events: list[LegEvent] = []
        self._left = b"" if says is None else says.tobytes()
        self._heard = bytearray()
        leg.listen(self.events.append)

    @property
    def heard(self) -> Pcm:
        """All sound so far."""
        return np.frombuffer(bytes(self._heard), np.int16)

    def tick(self) -> None:
        """What the bridge does every 20 ms: read all, keep a few frames ahead."""
        sound = self.leg.read()
        self._heard += sound
        if self.echoes:
            self._left += sound
        rate_hz = max((e.rate_hz for e in self.events if isinstance(e, Established)), default=8000)
        room = AHEAD_FRAMES * rate_hz // 50 * 2 - self.leg.waiting()
        if room > 0 and self._left:
            taken = self.leg.write(self._left[:room])
            self._left = self._left[taken:]

    def of(self, kind: type[LegEvent]) -> list[LegEvent]:
        """The events of one kind."""
        return [event for event in self.events if isinstance(event, kind)]

    async def event(self, kind: type[LegEvent], count: int = 1) -> LegEvent:
        """Wait for the `count`th event of a kind."""
        await until(lambda: len(self.of(kind)) >= count)
        return self.of(kind)[count - 1]

    async def closed(self) -> LegClosed:
        """Wait for the end."""
        event = await self.event(LegClosed)
        assert isinstance(event, LegClosed)
        return event


class Switchboard:
    """A started stack: `calls` that came, `changes` of dialogs; answers by itself unless told not to."""

    def __init__(self, stack: BaresipStack, changes: list[DialogChange]) -> None:
        self.stack, self.changes = stack, changes
        self.calls: list[IncomingCall] = []
        self.ears: list[Ear] = []

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.stack.port}"

    async def call(self, count: int = 1) -> IncomingCall:
        """Wait for the `count`th call that is let in."""
        await until(lambda: len(self.calls) >= count)
        return self.calls[count - 1]

    def ear(self, leg: object, says: Pcm | None = None, *, echoes: bool = False) -> Ear:
        """Listen to a leg, and keep its sound going."""
        assert isinstance(leg, BaresipLeg)
        self.ears.append(Ear(leg, says, echoes=echoes))
        return self.ears[-1]

    async def answered(self, says: Pcm | None = None, *, echoes: bool = False, count: int = 1) -> Ear:
        """Wait for a call and pick up."""
        call = await self.call(count)
        ear = self.ear(call.leg, says, echoes=echoes)
        await call.leg.answer()
        await ear.event(Established)
        return ear

    async def tick(self) -> None:
        """Every 20 ms."""
        while True:
            for ear in self.ears:
                ear.tick()
            await asyncio.sleep(0.02)


@asynccontextmanager
async def switchboard(
    listen: Callable[[DialogChange], None] | None = None, **settings: object
) -> AsyncIterator[Switchboard]:
    """A stack on free ports with these settings, ended afterwards."""
    rtp = free_ports(200)
    changes: list[DialogChange] = []
    values = {"sip_port": 0, "sip_rtp_ports": f"{rtp}-{rtp + 199}", **settings}
    stack = BaresipStack(load({}, **values), changed=listen or changes.append)
    board = Switchboard(stack, changes)
    stack.on_incoming(board.calls.append)
    await stack.start()
    ticking = asyncio.create_task(board.tick())
    try:
        yield board
    finally:
        ticking.cancel()
        await stack.stop()
