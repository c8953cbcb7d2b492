"""A media server for the browser telephone whose every word the test decides; it keeps what the browser sent."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from callbot.audio.types import FRAME_MS, SPEECH_HZ, Pcm

FRAME_SAMPLES = SPEECH_HZ * FRAME_MS // 1000


@dataclass
class Line:
    """One connection of the browser: what came in, in order, and what to send."""

    connection: ServerConnection
    path: str
    events: list[dict[str, Any]] = field(default_factory=list)
    frames: list[bytes] = field(default_factory=list)
    came: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def heard(self) -> Pcm:
        """All sound from the browser, 16 kHz."""
        return np.frombuffer(b"".join(self.frames), dtype="<i2").astype(np.int16)

    async def command(self, name: str, **fields: object) -> None:
        """Send a command of chan_websocket."""
        await self.connection.send(json.dumps({"command": name, **fields}))

    async def call_event(self, name: str, **fields: object) -> None:
        """Send an event of the call, for the transcript."""
        data = {"event": name, "call_id": "c1", "at_ms": 0, **fields}
        await self.connection.send(json.dumps({"event": "CALL_EVENT", "data": data}))

    async def play(self, pcm: Pcm) -> None:
        """Send sound, faster than real time."""
        for start in range(0, len(pcm), FRAME_SAMPLES):
            await self.connection.send(pcm[start : start + FRAME_SAMPLES].astype("<i2").tobytes())

    async def until(self, ready: Callable[["Line"], bool]) -> None:
        """Wait until `ready` of this line is true."""
        async with self.came:
            await self.came.wait_for(lambda: ready(self))

    async def until_event(self, name: str) -> dict[str, Any]:
        """The first event `name` that the browser has sent or will send."""
        await self.until(lambda line: any(event["event"] == name for event in line.events))
        return next(event for event in self.events if event["event"] == name)

    async def record(self) -> None:
        """Keep what comes, to the end of the connection."""
        async for message in self.connection:
            async with self.came:
                if isinstance(message, bytes):
                    self.frames.append(message)
                else:
                    self.events.append(json.loads(message))
                self.came.notify_all()


@dataclass
class ScriptedMedia:
    """The server: its port, its lines as they come, and whether and how it refuses them."""

    redeem: Callable[[str], bool]
    port: int = 0
    refuse_before_upgrade: bool = False
    refuse_with_code: int = 0
    lines: asyncio.Queue[Line] = field(default_factory=asyncio.Queue)

    def _before_upgrade(self, connection: ServerConnection, request: Request) -> Response | None:
        ticket = parse_qs(urlsplit(request.path).query).get("ticket", [""])[0]
        if not self.redeem(ticket):
            return connection.respond(HTTPStatus.FORBIDDEN, "")
        return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "") if self.refuse_before_upgrade else None

    async def _handle(self, connection: ServerConnection) -> None:
        if self.refuse_with_code:
            await connection.close(self.refuse_with_code)
            return
        assert connection.request is not None
        line = Line(connection, urlsplit(connection.request.path).path)
        self.lines.put_nowait(line)
        await line.record()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["ScriptedMedia"]:
        """Listen on a free port of the loopback."""
        server = serve(
            self._handle,
            "127.0.0.1",
            0,
            subprotocols=[Subprotocol("media")],
            process_request=self._before_upgrade,
        )
        async with server as listening:
            self.port = next(iter(listening.sockets)).getsockname()[1]
            yield self
