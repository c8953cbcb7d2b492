"""The bridge: takes calls from the SIP stack, connects each to the service, and moves everybody's sound on one clock."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

from callbot.config import Settings
from sip_bridge.call import Call
from sip_bridge.connection import ServiceError, connect
from sip_bridge.destinations import Destinations
from sip_bridge.leg import Codec, IncomingCall, Stack
from sip_bridge.session import Session

__all__ = ["Bridge"]

TICK_SECONDS = 0.02
GIVE_UP_SECONDS = 0.5
"""A ticker that is later than this (the machine slept) starts anew instead of catching up."""
BUSY_CALLS = (40, 100, 140, 180)
"""Above so many calls each one is moved every other tick, then every third, fourth, fifth: more frames a message, less work, up to
80 ms more delay; not where two people hear each other. What is kept ahead in the legs (`playout.AHEAD_MS`) has to last longer."""
LOSS_SECONDS = 1.0
"""When the service's process is gone, how long its connections may take to close."""
LEAVE_SECONDS = 12.0
"""How long callers may take, when we leave, to hear the last words and to be sent to the default service."""
TALK_SECONDS = 20.0
"""How long caller and person may then go on talking where the PBX does not join them without us: our own stop is waited for."""
ORPHAN_TALK_SECONDS = 1800.0
"""The same when the service's process was killed: nobody waits for us, unless a successor wants the port."""
WANTED_POLL_SECONDS = 0.2

log = logging.getLogger(__name__)


class Bridge:
    """Holds all calls. `url` is the service's media WebSocket; `calls_changed` is told how many calls there are."""

    def __init__(
        self,
        settings: Settings,
        stack: Stack,
        destinations: Destinations,
        url: str,
        calls_changed: Callable[[int], None] = lambda _calls: None,
    ) -> None:
        self._settings = settings
        self._stack = stack
        self._destinations = destinations
        self._url = url
        self._calls_changed = calls_changed
        self._calls: dict[int, Call | None] = {}  # None while the service is being asked
        self._number = 0
        self._draining = False
        self._orphaned = False
        self._tasks: asyncio.TaskGroup | None = None
        self._changed = asyncio.Event()

    @property
    def calls(self) -> int:
        """Calls held now, those that still ring included."""
        return len(self._calls)

    async def run(self, stopping: asyncio.Event) -> None:
        """Take and hold calls until `stopping` is set; those that are left then are ended."""
        async with asyncio.TaskGroup() as self._tasks:
            ticker = self._tasks.create_task(self._tick_forever())
            self._stack.on_incoming(self._take)
            await stopping.wait()
            self._draining = True
            self._cut_all()
            await self.idle()
            ticker.cancel()

    def drain(self) -> None:
        """Refuse new calls from now on."""
        self._draining = True

    async def idle(self) -> None:
        """Until no call is left."""
        while self._calls:
            self._changed.clear()
            await self._changed.wait()

    async def take_leave(self) -> None:
        """We stop, the service may stay: callers hear the last words and go to the default service; see `_see_off` for the rest."""
        self._be_last()
        await self._see_off(TALK_SECONDS)

    async def leave(self, is_wanted: Callable[[], bool] = lambda: False) -> None:
        """The service's process is gone, and so are we soon. `is_wanted`: a successor waits for our port."""
        self._be_last()
        with suppress(TimeoutError):
            async with asyncio.timeout(LOSS_SECONDS):
                await self.idle()
        await self._see_off(ORPHAN_TALK_SECONDS, is_wanted)

    def _be_last(self) -> None:
        """No new call, and whoever loses the service is sent elsewhere by the PBX: we shall not be there to relay."""
        self._draining = self._orphaned = True
        for call in self._live():
            call.session.rescue_by_refer = True

    async def _see_off(self, talk_seconds: float, is_wanted: Callable[[], bool] = lambda: False) -> None:
        """Bring everybody to a person: callers by REFER, two who talk by REFER with Replaces.

        Whoever the PBX did not take is left to talk for `talk_seconds`, or until `is_wanted`; what is left then, `run` ends.
        """
        for call in self._live():
            call.leave()
        with suppress(TimeoutError):
            async with asyncio.timeout(LEAVE_SECONDS):
                await asyncio.gather(*(call.let_go() for call in self._live()))
                await self.idle()
        for call in self._live():
            if not call.goes_on_alone:
                call.cut()
        if self._alone:
            log.warning("calls that go on without the service: %d", self._alone)
        with suppress(TimeoutError):
            async with asyncio.timeout(talk_seconds):
                while self._alone and not is_wanted():  # noqa: ASYNC110 (the successor is another process)
                    await asyncio.sleep(WANTED_POLL_SECONDS)

    @property
    def _alone(self) -> int:
        return sum(call.goes_on_alone for call in self._live())

    # Calls

    def _live(self) -> list[Call]:
        return [call for call in self._calls.values() if call is not None]

    def _cut_all(self) -> None:
        for call in self._live():
            call.cut()

    def _take(self, incoming: IncomingCall) -> None:
        """Every admitted INVITE comes in here."""
        assert self._tasks
        if self._draining or self.calls >= self._settings.most_calls:
            log.info("a call was refused: no line is free", extra={"leg": incoming.leg.id})
            self._tasks.create_task(incoming.leg.hang_up(486))
            return
        self._number += 1
        self._calls[self._number] = None
        self._calls_changed(self.calls)
        self._tasks.create_task(self._hold(self._number, incoming))

    async def _hold(self, number: int, incoming: IncomingCall) -> None:
        """One call, from the INVITE to its end. Whatever goes wrong ends this call only."""
        try:
            await self._connect_and_run(number, incoming)
        except Exception:  # the rim of one call: the others go on
            log.exception("a call failed", extra={"leg": incoming.leg.id})
            await incoming.leg.hang_up()
        finally:
            del self._calls[number]
            self._changed.set()
            self._calls_changed(self.calls)

    async def _connect_and_run(self, number: int, incoming: IncomingCall) -> None:
        leg = incoming.leg
        try:
            connection = await connect(
                self._url, _parameters(incoming), token=self._settings.media_token.get_secret_value()
            )
        except ServiceError as error:
            log.warning("the service did not take a call", extra={"leg": leg.id, "reason": str(error)})
            await leg.hang_up(486 if error.busy else 503)
            return
        session = Session(
            leg.id,
            incoming.codec or Codec(self._settings.sip_codecs[0]),
            self._destinations,
            rescue_by_refer=self._orphaned or self._settings.transfer == "refer",
            ring_ms=self._settings.ring_seconds * 1000,
        )
        call = Call(
            incoming,
            session,
            connection,
            self._stack,
            data_dir=self._settings.data_dir,
            ring_seconds=self._settings.ring_seconds,
        )
        self._calls[number] = call
        await call.run()

    # Sound

    async def _tick_forever(self) -> None:
        loop = asyncio.get_running_loop()
        due, count = loop.time(), 0
        while True:
            due, count = due + TICK_SECONDS, count + 1
            late = loop.time() - due
            if late > GIVE_UP_SECONDS:
                due = loop.time()
            await asyncio.sleep(max(0.0, -late))
            self._tick(count)

    def _tick(self, count: int) -> None:
        turns = 1 + sum(len(self._calls) > busy for busy in BUSY_CALLS)
        for number, call in tuple(self._calls.items()):
            if call is None or ((number + count) % turns and not call.joined):
                continue
            try:
                call.tick()
            except Exception:  # the rim of one call's sound: the others' frames are due
                log.exception("the sound of a call failed", extra={"leg": call.leg.id})
                call.cut()


def _parameters(incoming: IncomingCall) -> dict[str, str]:
    """The query of the address, docs/media-protocol.md."""
    told = {
        "id": incoming.leg.id,
        "from": incoming.caller,
        "to": incoming.line,
        "name": incoming.name,
        "watch": incoming.watch,
    }
    return {**{key: value for key, value in told.items() if value}, "transfer": "1"}
