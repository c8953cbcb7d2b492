"""How messages reach a telephone leg: over a WebSocket or over TCP."""

import asyncio
from typing import Protocol

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State

from callbot.media.dialect import Message

READ_BYTES = 4096
UNSENT_BYTES = 8192
"""Bytes that may wait in a connection's buffer when one more message is sent without waiting: a second of sound."""


class Transport(Protocol):
    """How messages reach one telephone leg: a WebSocket or a TCP connection."""

    async def receive(self) -> Message | None:
        """The next message; None when the connection is closed."""

    @property
    def waiting(self) -> bool:
        """A message has come that nobody has received yet."""

    async def rest(self, seconds: float) -> None:
        """Take nothing from the network for so long: what comes meanwhile is had at once afterwards."""

    async def send(self, message: Message) -> None:
        """Send one message; silently nothing when the connection is closed."""

    def send_now(self, message: Message) -> bool:
        """Send one message without waiting; False, and nothing was sent, where `send` has to be awaited instead."""

    async def close(self) -> None:
        """Close the connection, while somebody goes on receiving. Idempotent."""

    def abort(self) -> None:
        """Cut the connection at once; whoever receives gets None."""


class WebSocketTransport:
    """A telephone leg over a WebSocket."""

    def __init__(self, connection: ServerConnection) -> None:
        self._connection = connection

    async def receive(self) -> Message | None:
        """The next message; None when closed."""
        try:
            return await self._connection.recv()
        except ConnectionClosed:
            return None

    @property
    def waiting(self) -> bool:
        """Whether a message is there."""
        return len(self._connection.recv_messages.frames) > 0

    async def rest(self, seconds: float) -> None:
        """The library would read each message as it comes, a turn of the loop each."""
        transport = self._connection.transport
        if transport.is_closing():
            return
        transport.pause_reading()
        try:
            await asyncio.sleep(seconds)
        finally:
            if not transport.is_closing():
                transport.resume_reading()

    async def send(self, message: Message) -> None:
        """Send; nothing when closed."""
        try:
            await self._connection.send(message)
        except ConnectionClosed:
            return

    def send_now(self, message: Message) -> bool:
        """Send past the library's lock and flow control, a task's turn less a message, while the leg reads what it is sent."""
        connection, transport = self._connection, self._connection.transport
        if connection.state is not State.OPEN or transport.is_closing():
            return False
        if transport.get_write_buffer_size() > UNSENT_BYTES:
            return False
        if isinstance(message, str):
            connection.protocol.send_text(message.encode())
        else:
            connection.protocol.send_binary(message)
        connection.send_data()
        return True

    async def close(self) -> None:
        """Close with the normal code; seen by the peer's answer, which somebody must receive."""
        await self._connection.close()

    def abort(self) -> None:
        """Cut the connection."""
        self._connection.transport.abort()


class TcpTransport:
    """A telephone leg over TCP (AudioSocket)."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def receive(self) -> Message | None:
        """Some bytes; None when closed."""
        try:
            return await self._reader.read(READ_BYTES) or None
        except OSError:  # also « no route to host » and « timed out », which are no ConnectionError
            return None

    @property
    def waiting(self) -> bool:
        """Never known: bytes are read as they come."""
        return False

    async def rest(self, seconds: float) -> None:
        """Not here: frames are paced one by one."""

    async def send(self, message: Message) -> None:
        """Send; nothing when closed."""
        assert isinstance(message, bytes)
        try:
            self._writer.write(message)
            await self._writer.drain()
        except OSError:
            return

    def send_now(self, message: Message) -> bool:  # noqa: ARG002 (a Transport)
        """Never: frames are paced one by one here."""
        return False

    async def close(self) -> None:
        """Close the connection."""
        self._writer.close()
        try:
            await self._writer.wait_closed()
        except OSError:
            return

    def abort(self) -> None:
        """Cut the connection."""
        self._writer.transport.abort()
