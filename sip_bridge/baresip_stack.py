"""The SIP stack of the bridge: baresip behind the `Stack` protocol.

One Runtime lives in a process. Modes: `peer` (calls come from the addresses of sip_peers, nothing is registered) and `registered`
(an extension of a PBX). The SIP trace is read for what the library does not tell (`sip_bridge.trace`) and shown to nobody.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any

from baresip import (
    BaresipError,
    Call,
    Event,
    RegistrationError,
    Runtime,
    StackEvent,
    UserAgent,
)

from callbot.config import Settings
from sip_bridge import headers as sip_headers
from sip_bridge.admission import AllowList, host_of
from sip_bridge.baresip_leg import BaresipLeg
from sip_bridge.baresip_settings import accounts, configuration
from sip_bridge.first_sight import Arrivals, ChosenCodecs
from sip_bridge.guard import Guard
from sip_bridge.leg import Codec, IncomingCall, LegError
from sip_bridge.leg_watch import watch_legs
from sip_bridge.liveness import Liveness
from sip_bridge.media_guard import MediaGuard
from sip_bridge.negotiations import Agreed, Negotiations, SoundRefused
from sip_bridge.registration import pbx_addresses, why_not_registered
from sip_bridge.sockets import check_listening, choose_port
from sip_bridge.sound_threads import sound_threads
from sip_bridge.stack_log import capture
from sip_bridge.trace import Dialog, DialogChange, Dialogs, SipMessage, parse_trace

__all__ = ["BaresipStack"]

log = logging.getLogger(__name__)

REGISTER_SECONDS = 10.0
STOP_SECONDS = 2.0
EARLY_EVENTS = 32
"""Events kept of a call that `dial` has not returned yet; later ones are dropped."""


class BaresipStack:
    """A `sip_bridge.leg.Stack`."""

    def __init__(
        self, settings: Settings, *, changed: Callable[[DialogChange], None] = lambda _change: None
    ) -> None:
        """`changed` hears of dialogs that open, change and close, so that someone else can end them after us."""
        self._settings = settings
        self._changed = changed
        self._allowed = AllowList(settings.sip_peers)
        self._take: Callable[[IncomingCall], None] | None = None
        self._taking = asyncio.Event()
        self._died: Callable[[], None] = lambda: None
        self._runtime: Runtime | None = None
        self._agents: list[UserAgent] = []
        self._legs: dict[int, BaresipLeg] = {}
        self._early: OrderedDict[int, list[StackEvent]] = OrderedDict()
        self._arrivals = Arrivals()
        self._dialogs = Dialogs()
        self._guard: Guard | None = None
        self._negotiations = Negotiations()
        self._media_guard = MediaGuard() if settings.sip_rtp_sources == "negotiated" else None
        self._codecs = ChosenCodecs([Codec(name) for name in settings.sip_codecs])
        self._tasks: set[asyncio.Task[None]] = set()
        self._registered = False
        self._registration_changed: Callable[[bool], None] = lambda _registered: None
        self.port = settings.sip_port
        """The port in use, once started."""

    # Life

    async def start(self) -> None:
        """Bind, and register where that is configured. Raises LegError with a line that names the setting."""
        loop = asyncio.get_running_loop()
        self.port = choose_port(self._settings)
        for address in await pbx_addresses(self._settings):
            self._allowed.add(address)
        capture(partial(self._hand_over, loop))
        runtime = Runtime(command_timeout=10)
        runtime.on_dead = self._dead
        runtime.subscribe(self._on_event)
        try:
            with sound_threads():
                await runtime.start(configuration(self._settings, self.port))
            self._runtime = runtime
            check_listening(self._settings, self.port)
            self._guard = Guard(self._allowed, lambda: self._dialogs.live, (self.port, self.port + 1))
            for account in accounts(self._settings):
                agent = await UserAgent.create(runtime, account, transfer_policy="reject")
                agent.on_incoming(self._incoming)
                self._agents.append(agent)
            if self._settings.sip_mode == "registered":
                await self._register()
            self._spawn(watch_legs(self._legs.values, self._media_guard))
        except BaresipError as error:
            await self._close()
            raise LegError(f"the SIP stack did not start: {error}") from error
        except LegError:
            await self._close()
            raise

    async def _register(self) -> None:
        try:
            await self._agents[0].register(timeout=REGISTER_SECONDS)
        except RegistrationError as error:
            raise LegError(why_not_registered(self._settings, error.status), error.status) from None
        self._registered = True

    async def stop(self) -> None:
        """Unregister and close; legs that are left get BYE."""
        legs = list(self._legs.values())
        await asyncio.gather(*(leg.hang_up() for leg in legs))
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                for leg in legs:
                    await leg.closed.wait()
        if self._registered:
            with suppress(BaresipError):
                await self._agents[0].unregister(timeout=STOP_SECONDS)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._close()

    async def _close(self) -> None:
        if self._guard:
            self._guard.open()
        runtime, self._runtime = self._runtime, None
        if runtime is not None:
            with suppress(BaresipError):
                await runtime.close()

    def on_incoming(self, take: Callable[[IncomingCall], None]) -> None:
        """Hand every admitted INVITE to `take`; those of other peers than sip_peers are refused before."""
        self._take = take
        self._taking.set()

    def on_registration(self, changed: Callable[[bool], None]) -> None:
        """Call `changed` when the PBX has registered us again (true), or does not any more."""
        self._registration_changed = changed

    def on_death(self, died: Callable[[], None]) -> None:
        """Call `died` when the library's thread has ended by itself: only a new process helps then."""
        self._died = died

    @property
    def dialogs(self) -> tuple[Dialog, ...]:
        """The live dialogs, for whoever ends them after us."""
        return self._dialogs.live

    def _dead(self) -> None:
        log.critical("the SIP thread has ended by itself")
        self._died()

    # What the library and its trace tell

    def _hand_over(self, loop: asyncio.AbstractEventLoop, text: str) -> None:
        """On the library's log thread: an entry of its trace goes to the event loop, while there is one."""
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(self._see_trace, text)

    def _see_trace(self, text: str) -> None:
        message = parse_trace(text)
        if message is None:
            return
        self._arrivals.see(message)
        self._codecs.see(message)
        if self._guard:
            self._guard.see(message)
        self._see_sound(message)
        self._tell(self._dialogs.see(message))

    def _tell(self, changes: tuple[DialogChange, ...]) -> None:
        for change in changes:
            self._changed(change)
        if changes and self._guard:
            self._guard.dialogs_changed()

    def _see_sound(self, message: SipMessage) -> None:
        settled = self._negotiations.see(message)
        if settled is None:
            return
        leg = next((leg for leg in self._legs.values() if leg.id == settled.call_id), None)
        match settled:
            case Agreed():
                if self._media_guard:
                    self._media_guard.agreed(settled)
                if leg:
                    leg.settled(settled.held)
            case SoundRefused() if leg and leg.is_established:
                log.warning(
                    "a leg is hung up: its other side wants codecs that we do not have", extra={"leg": leg.id}
                )
                self._spawn(leg.give_up())
            case SoundRefused():
                pass

    def _on_event(self, event: StackEvent) -> None:
        leg = self._legs.get(event.call)
        if leg is not None:
            leg.take(event)
        elif event.event is Event.CALL_OUTGOING:
            self._early[event.call] = [event]
            if len(self._early) > 512:
                self._early.popitem(last=False)
        elif event.call in self._early and len(self._early[event.call]) < EARLY_EVENTS:
            self._early[event.call].append(event)
        elif event.event in (Event.REGISTER_OK, Event.REGISTER_FAIL):
            self._see_registration(event.event is Event.REGISTER_OK)

    def _see_registration(self, succeeded: bool) -> None:
        """Registration is refreshed by the library, which tries again by itself when it failed."""
        if self._runtime is None or succeeded == self._registered:
            return
        if succeeded:
            self._registered = True
            log.info("registered at the PBX")
        else:
            self._registered = False
            log.warning("the PBX refuses the registration, or does not answer; trying again")
        self._registration_changed(succeeded)

    # Calls

    def _incoming(self, call: Call) -> None:
        known = call.call_id in {leg.id for leg in self._legs.values()}
        leg = self._leg(call, outgoing=False)
        self._spawn(self._admit(leg, known))

    def _leg(self, call: Call, *, outgoing: bool) -> BaresipLeg:
        leg = BaresipLeg(
            call,
            outgoing=outgoing,
            codec_of=self._codecs.of,
            over=self._over,
            liveness=Liveness(self._settings.sip_rtp_timeout_seconds, self._settings.sip_hold_minutes * 60),
        )
        self._legs[call.handle] = leg
        return leg

    def _over(self, leg: BaresipLeg) -> None:
        self._legs.pop(leg.call.handle, None)
        if leg.id in {other.id for other in self._legs.values()}:
            return  # an INVITE with the Call-ID of a call that goes on was refused
        self._arrivals.forget(leg.id)
        self._codecs.forget(leg.id)
        if self._media_guard:
            self._media_guard.forget(leg.id)
        self._tell(self._dialogs.forget(leg.id))

    async def _admit(self, leg: BaresipLeg, known: bool) -> None:
        """Hand a call over once its origin is known and listed; else refuse it."""
        origin = await self._arrivals.origin(leg.id)
        peer = host_of(origin)
        if known:
            log.warning(
                "a call was refused: there is one with its Call-ID already, from %s", peer or "two places"
            )
            await leg.hang_up(403)
        elif not self._allowed.admits(peer):
            log.warning("a call was refused: its address is not in sip_peers: %s", peer or "unknown")
            await leg.hang_up(403)
        elif leg.closed.is_set():
            log.info("a caller hung up before the call was taken", extra={"leg": leg.id})
        elif not await self._is_taken():
            await leg.hang_up(480)
        elif self._take is not None and not leg.closed.is_set():
            who = sip_headers.parties(leg.call.headers)
            watch = leg.call.headers.get("X-Callbot-Watch", "")[:64]
            self._take(
                IncomingCall(leg, who.caller, who.name, who.line, peer, watch, self._codecs.of(leg.id))
            )

    async def _is_taken(self) -> bool:
        """Whether somebody takes calls, soon: a PBX that remembers us from before may call while we still register."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._taking.wait(), REGISTER_SECONDS)
        return self._taking.is_set()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def dial(
        self, uri: str, *, caller: str = "", name: str = "", headers: dict[str, str] | None = None
    ) -> BaresipLeg:
        """Ring `uri`; the leg tells how it goes. Raises LegError."""
        if not self._agents:
            raise LegError("the SIP stack is not running")
        shown = sip_headers.caller_headers(caller, name, host_of(self._settings.sip_domain))
        try:
            call = await self._agents[0].dial(uri, headers={**shown, **(headers or {})})
        except (BaresipError, ValueError) as error:
            raise LegError("this address cannot be called", 503) from error
        leg = self._leg(call, outgoing=True)
        for event in self._early.pop(call.handle, []):
            call._on_stack_event(event)  # came before the library had made the call's object
            leg.take(event)
        return leg
