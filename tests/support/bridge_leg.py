"""A leg as our SIP bridge is one, over a real WebSocket, with a person to reach; what they do is scripted by the test."""

import asyncio
import base64
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from callbot.audio.g711 import decode_alaw
from callbot.audio.types import Pcm
from callbot.server import MediaServer
from tests.support.waiting import PATIENCE_S

MEDIA_START = {
    "event": "MEDIA_START",
    "connection_id": "x",
    "channel": "bridge",
    "channel_id": "1",
    "format": "alaw",
    "optimal_frame_size": 160,
    "ptime": 20,
    "channel_variables": {},
}
SILENT_FRAME = b"\xd5" * 160
FAST = 6
"""Times faster than real time."""


class BridgeLeg:
    """One caller's leg: it sends silence and hears marks at once. `answers` says what the bridge tells on which command."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.commands: list[dict[str, Any]] = []
        self.heard: list[bytes] = []
        self.briefing: list[bytes] = []
        self.answers: dict[str, list[list[dict[str, Any]]]] = {}
        self.quiet = False
        """No sound of the caller is sent: they are bridged, or on hold."""
        self.talking = False
        self._changed = asyncio.Event()

    async def tell(self, event: str, **fields: object) -> None:
        """An event of the bridge."""
        await self.connection.send(json.dumps({"event": event, **fields}))

    async def press(self, digit: str) -> None:
        """The caller presses a key."""
        await self.tell("DTMF_END", digit=digit)

    def on(self, command: str, *told: dict[str, Any]) -> None:
        """Tell these events when `command` comes for the next time (each call of `on` is one time)."""
        self.answers.setdefault(command, []).append(list(told))

    def names(self) -> list[str]:
        """The commands that came, but for those of ordinary playing."""
        usual = ("MARK_MEDIA", "FLUSH_MEDIA", "ANSWER")
        return [c["command"] for c in self.commands if c.get("command") not in (None, *usual)]

    async def until(self, condition: Callable[["BridgeLeg"], bool], seconds: float = PATIENCE_S) -> None:
        """Wait for `condition`, looked at after each message."""
        async with asyncio.timeout(seconds):
            while not condition(self):
                self._changed.clear()
                await self._changed.wait()

    async def until_command(self, name: str, count: int = 1) -> None:
        """Wait for the `count`th command `name`."""
        await self.until(lambda leg: leg.names().count(name) >= count)

    @property
    def sound(self) -> Pcm:
        """What the caller was sent."""
        return decode_alaw(b"".join(self.heard)) if self.heard else np.zeros(0, np.int16)

    async def speak(self, pcm_alaw: bytes) -> None:
        """The caller says something, at the leg's speed."""
        self.talking = True
        for at in range(0, len(pcm_alaw) - 159, 160):
            await self.connection.send(pcm_alaw[at : at + 160])
            await asyncio.sleep(0.02 / FAST)
        self.talking = False

    async def until_time(self, ms: int) -> None:
        """Let so much of the caller's sound go by."""
        await asyncio.sleep(ms / 1000 / FAST)

    async def send_silence(self) -> None:
        """For as long as the call lasts."""
        with contextlib.suppress(ConnectionClosed):
            while True:
                if not (self.quiet or self.talking):
                    await self.connection.send(SILENT_FRAME)
                await asyncio.sleep(0.02 / FAST)

    async def listen(self) -> None:
        """Take what comes, answering as a bridge does."""
        with contextlib.suppress(ConnectionClosed):
            async for message in self.connection:
                if isinstance(message, bytes):
                    self.heard.append(message)
                else:
                    await self._obey(json.loads(message))
                self._changed.set()

    async def _obey(self, command: dict[str, Any]) -> None:
        self.commands.append(command)
        name = command.get("command", "")
        if name == "MARK_MEDIA":
            await self.tell("MEDIA_MARK_PROCESSED", correlation_id=command["correlation_id"])
        if name == "CONSULT_MEDIA":
            self.briefing.append(base64.b64decode(command["audio"]))
        if name == "CONSULT_MARK":
            await self.tell("CONSULT_MARK_PROCESSED", correlation_id=command["correlation_id"])
        for event in self.answers[name].pop(0) if self.answers.get(name) else ():
            if event["event"] == "BRIDGED":
                self.quiet = True
            await self.tell(**event)


def event(name: str, **fields: object) -> dict[str, Any]:
    """An event to be told."""
    return {"event": name, **fields}


RINGING = event("CONSULT_RINGING")
ANSWERED = event("CONSULT_RESULT", result="answered", code=200)
BRIDGED = event("BRIDGED")


def not_reached(result: str, code: int | None = None) -> dict[str, Any]:
    """The person did not pick up."""
    return event("CONSULT_RESULT", result=result, code=code)


def transferred(result: str, code: int | None = None) -> dict[str, Any]:
    """What became of TRANSFER or REPLACE."""
    return event("TRANSFER_RESULT", result=result, code=code)


@asynccontextmanager
async def bridge_leg(server: MediaServer, query: str = "") -> AsyncIterator[BridgeLeg]:
    """A caller's leg that has opened; it is cut at the end if it is still there."""
    async with leg_at(server.port, query=query) as leg:
        yield leg


@asynccontextmanager
async def leg_at(port: int, number: str = "0612345678", query: str = "") -> AsyncIterator[BridgeLeg]:
    """The same of that number, to whatever listens on that port."""
    uri = f"ws://127.0.0.1:{port}/media?transfer=1&from={number}&to=0139000000{query}"
    async with connect(uri, close_timeout=0.2) as connection:
        leg = BridgeLeg(connection)
        await connection.send(json.dumps(MEDIA_START))
        async with asyncio.TaskGroup() as tasks:
            listening = tasks.create_task(leg.listen())
            sending = tasks.create_task(leg.send_silence())
            try:
                yield leg
            finally:
                listening.cancel()
                sending.cancel()
