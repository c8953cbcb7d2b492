"""The service as the bridge sees it, without the callbot behind: a real WebSocket server whose every word a test decides."""

import asyncio
import http
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from tests.support.waiting import until


class ServedCall:
    """One connection: `events` are the JSON messages of the bridge without MEDIA_START, `sound` all binary ones."""

    def __init__(self, connection: ServerConnection) -> None:
        self._connection = connection
        assert connection.request
        self.parameters = dict(parse_qsl(urlsplit(connection.request.path).query))
        self.authorization = connection.request.headers.get("Authorization", "")
        self.subprotocol = connection.subprotocol
        self.start: dict[str, Any] = {}
        self.events: list[dict[str, Any]] = []
        self.sound = b""
        self.closed = asyncio.Event()

    async def hold(self) -> None:
        """Take messages until the end."""
        try:
            async for message in self._connection:
                if isinstance(message, bytes):
                    self.sound += message
                elif not self.start:
                    self.start = json.loads(message)
                else:
                    self.events.append(json.loads(message))
        finally:
            self.closed.set()

    async def command(self, name: str, **fields: Any) -> None:
        """Send a command."""
        await self._connection.send(json.dumps({"command": name, **fields}))

    async def play(self, sound: bytes) -> None:
        """Send sound."""
        await self._connection.send(sound)

    async def text(self, message: str) -> None:
        """Send whatever text."""
        await self._connection.send(message)

    async def event(self, name: str) -> dict[str, Any]:
        """Wait for an event; it and those before it are taken out of `events`."""
        await until(lambda: any(event["event"] == name for event in self.events))
        at = next(i for i, event in enumerate(self.events) if event["event"] == name)
        found = self.events[at]
        del self.events[: at + 1]
        return found

    async def answered(self) -> None:
        """Pick up."""
        await self.command("ANSWER")

    async def close(self) -> None:
        """Close in good order, without HANGUP."""
        await self._connection.close()

    def die(self) -> None:
        """Cut the connection."""
        self._connection.transport.abort()


class ScriptedService:
    """Takes the bridge's connections. `refuses` is an HTTP status instead."""

    def __init__(self) -> None:
        self.calls: list[ServedCall] = []
        self.refuses: int | None = None
        self.server: Server | None = None

    @property
    def url(self) -> str:
        """Its media WebSocket."""
        assert self.server
        return f"ws://127.0.0.1:{next(iter(self.server.sockets)).getsockname()[1]}/media"

    async def call(self, number: int = 0) -> ServedCall:
        """The `number`th connection, once it has told MEDIA_START."""
        await until(lambda: len(self.calls) > number and self.calls[number].start)
        return self.calls[number]

    async def _take(self, connection: ServerConnection) -> None:
        call = ServedCall(connection)
        self.calls.append(call)
        try:
            await call.hold()
        except ConnectionClosed:
            return

    def _admit(self, connection: ServerConnection, _request: Request) -> Response | None:
        if self.refuses is None:
            return None
        return connection.respond(http.HTTPStatus(self.refuses), "")

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["ScriptedService"]:
        """Listen."""
        async with serve(
            self._take,
            "127.0.0.1",
            0,
            process_request=self._admit,
            subprotocols=["media"],  # type: ignore[list-item]
            compression=None,
        ) as self.server:
            yield self
