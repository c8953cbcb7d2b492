"""The caller made of sound files, over real SIP and RTP: a user agent of its own on a free port, as a softphone would be.

The call's events come beside it (`callbot/watching.py`). The stack's own clock drives what is said; what is heard is kept whole.
"""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from callbot.addresses import bracketed
from callbot.audio.resampling import Resampler
from callbot.audio.types import FRAME_MS, TELEPHONE_HZ, Pcm
from callbot.caller import CallRefusedError, refused
from callbot.caller_script import FRAME, CallerScript
from callbot.config import Settings
from sip_bridge.leg import Established, Leg, LegClosed, LegError, LegEvent

AHEAD_FRAMES = 3
"""Sound that waits in the stack: what a stall of 60 ms does not interrupt."""
MOST_LATE_FRAMES = 10
"""Sound that may be late before it counts as silence."""
AUDIBLE = 256
"""The loudest sample of what is sound; below it lies the noise of the codecs."""
LAST_EVENTS_SECONDS = 10
"""How long the call's last events may take after its end."""
REASONS = {
    404: "the PBX knows no such number",
    486: "all lines are busy (CALLBOT_MAX_CALLS), the service is stopping, or this address is not in CALLBOT_SIP_PEERS",
    488: "no codec or encryption in common (CALLBOT_SIP_CODECS, CALLBOT_SIP_SRTP)",
}
"""What a refusal means; our bridge's library refuses with 486 whatever the reason."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Whom to call and as whom. `host` is also what the caller's own user agent binds; `events`: `ws://…/events`."""

    host: str
    port: int
    line: str
    caller: str = field(repr=False)
    events: str
    token: str = field(repr=False)
    srtp: str = "off"

    @property
    def uri(self) -> str:
        """The SIP address that is dialled."""
        return f"sip:{self.line}@{bracketed(self.host)}:{self.port}"


class SipCaller:
    """One caller. `turns`: what they say, 8 kHz; `on_event` gets each event of the call as JSON data."""

    def __init__(self, turns: list[Pcm], *, on_event: Callable[[dict[str, Any]], None]) -> None:
        self._script = CallerScript(turns, on_event, time.monotonic())
        self._answered = asyncio.Event()
        self._closed = asyncio.Event()
        self._refused: LegClosed | None = None
        self._rate_hz = TELEPHONE_HZ
        self._down = self._up = Resampler(TELEPHONE_HZ, TELEPHONE_HZ)
        self._received: Pcm = np.zeros(0, np.int16)
        self._heard = 0  # frames

    @property
    def recording(self) -> Pcm:
        """What the caller heard, 8 kHz, from the answer to the end."""
        return self._script.recording

    async def call(self, to: Destination) -> None:
        """Place the call and hold it until it ends. Raises CallRefusedError; ConnectionRefusedError when no service runs."""
        key = secrets.token_urlsafe(24)
        async with _watching(to, key) as watcher:
            await _somebody_listens(to)
            async with _leg(to, key) as leg:
                leg.listen(self._take)
                await self._until_answered(to)
                await self._hold(leg, watcher)

    def _take(self, event: LegEvent) -> None:
        match event:
            case Established():
                self._rate_hz = event.rate_hz
                self._down = Resampler(event.rate_hz, TELEPHONE_HZ)
                self._up = Resampler(TELEPHONE_HZ, event.rate_hz)
                self._answered.set()
            case LegClosed():
                self._refused = None if self._answered.is_set() else event
                self._closed.set()
                self._answered.set()

    async def _until_answered(self, to: Destination) -> None:
        await self._answered.wait()
        if self._refused:
            code = self._refused.code
            reason = REASONS.get(code or 0, f"SIP status {code}" if code else "nobody answers")
            raise CallRefusedError(f"the call to {to.host}:{to.port} was refused: {reason}")

    async def _hold(self, leg: Leg, watcher: ClientConnection) -> None:
        async with asyncio.TaskGroup() as tasks:
            watching = tasks.create_task(self._watch(watcher))
            await self._talk(leg)
            await leg.hang_up()
            await asyncio.wait([watching], timeout=LAST_EVENTS_SECONDS)
            watching.cancel()

    async def _watch(self, watcher: ClientConnection) -> None:
        try:
            while not self._script.ended:
                self._script.event(json.loads(await watcher.recv()), time.monotonic())
        except ConnectionClosed:
            return  # the service has stopped; the call ends by itself

    async def _talk(self, leg: Leg) -> None:
        began = time.monotonic()
        while not self._closed.is_set() and not self._script.ended:
            self._hear(leg.read(), int((time.monotonic() - began) * 1000 / FRAME_MS))
            self._speak(leg)
            if self._script.finished(time.monotonic()):
                return
            await asyncio.sleep(FRAME_MS / 1000 / 2)

    def _hear(self, sound: bytes, due_frames: int) -> None:
        """Hear all that has come; silence for what is long overdue."""
        pcm = self._down.push(np.frombuffer(sound, np.int16))
        self._received = np.concatenate([self._received, pcm])
        while len(self._received) >= FRAME:
            frame, self._received = self._received[:FRAME], self._received[FRAME:]
            self._hear_frame(frame)
        while due_frames - self._heard > MOST_LATE_FRAMES:
            self._hear_frame(None)

    def _hear_frame(self, frame: Pcm | None) -> None:
        audible = frame is not None and int(np.abs(frame.astype(np.int32)).max()) >= AUDIBLE
        self._script.hear(frame, time.monotonic(), audible=audible)
        self._heard += 1

    def _speak(self, leg: Leg) -> None:
        """Fill up what waits to be sent; nothing while the stack takes nothing (hold)."""
        frame_bytes = 2 * self._rate_hz * FRAME_MS // 1000
        for _ in range(AHEAD_FRAMES):
            if leg.waiting() >= AHEAD_FRAMES * frame_bytes:
                return
            leg.write(self._up.push(self._script.speak(time.monotonic())).tobytes())


@asynccontextmanager
async def _watching(to: Destination, key: str) -> AsyncIterator[ClientConnection]:
    """The events to come. Raises CallRefusedError; ConnectionRefusedError when no service runs."""
    headers = {"Authorization": f"Bearer {to.token}"} if to.token else {}
    try:
        watcher = await connect(f"{to.events}?watch={key}", additional_headers=headers, compression=None)
    except InvalidStatus as error:
        raise CallRefusedError(refused(error.response.status_code)) from None
    except InvalidHandshake:
        raise CallRefusedError(refused(404)) from None
    async with watcher:
        yield watcher


async def _somebody_listens(to: Destination) -> None:
    """SIP listens over TCP as well, which tells at once what a call over UDP would wait half a minute for."""
    if not to.port:
        raise CallRefusedError("CALLBOT_SIP_PORT: say which port the running service has; 0 is any")
    try:
        _reader, writer = await asyncio.open_connection(to.host, to.port)
    except OSError:
        raise CallRefusedError(
            f"nobody listens for SIP at {to.host}:{to.port}; is CALLBOT_SIP_PORT another one, or CALLBOT_SIP_MODE off?"
        ) from None
    writer.close()


@asynccontextmanager
async def _leg(to: Destination, key: str) -> AsyncIterator[Leg]:
    """A leg that rings `to`; its user agent is closed at the end."""
    from sip_bridge.baresip_stack import BaresipStack  # a native library, with threads of its own

    stack = BaresipStack(_own_settings(to))
    try:
        await stack.start()
    except LegError as error:
        raise CallRefusedError(f"the caller's own SIP did not start: {error}") from None
    try:
        yield await stack.dial(to.uri, caller=to.caller, headers={"X-Callbot-Watch": key})
    except LegError as error:
        raise CallRefusedError(f"the call did not get through: {error}") from None
    finally:
        await stack.stop()


def _own_settings(to: Destination) -> Settings:
    """Those of the caller's user agent: it takes no calls, and says its number only where it has one."""
    return Settings.model_validate(
        {
            "sip_mode": "peer",
            "sip_host": to.host,
            "sip_port": 0,
            "sip_domain": bracketed(to.host),
            "sip_user": to.caller or "anonymous",
            "sip_srtp": to.srtp,
            "max_calls": 1,
        }
    )
