"""The bridge's end of the media WebSocket, one per caller: the protocol core of `websockets` in an asyncio Protocol of our own.

Measured on 20 ms frames both ways (websockets 17, one core): 93 µs a frame pair with `websockets.asyncio.client`, which wakes a
task for each message, 58 µs so, on uvloop.
"""

import asyncio
import logging
import ssl
from collections.abc import Callable
from typing import cast
from urllib.parse import quote, urlencode

from websockets.client import ClientProtocol
from websockets.exceptions import InvalidHandshake, InvalidStatus, WebSocketException
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import State
from websockets.typing import Subprotocol
from websockets.uri import WebSocketURI, parse_uri

__all__ = ["Connection", "ServiceError", "connect"]

MAX_MESSAGE_BYTES = 1 << 20
"""Longest message taken: more than 20 s of wide-band sound."""
MAX_UNSENT_BYTES = 65_536
"""Bytes that a stalled service may leave in our buffer; sound beyond it is thrown away, words are not."""
PING_SECONDS = 5.0
SILENCE_SECONDS = 15.0
"""Without a single byte for this long, the service is lost."""
CONNECT_SECONDS = 5.0

log = logging.getLogger(__name__)
_silent = logging.getLogger(f"{__name__}.wire")
_silent.disabled = True  # it would log addresses, in which callers' numbers stand


class ServiceError(Exception):
    """The service did not take the call. `busy`: it said so (503); else it is not there, or not as it should be."""

    def __init__(self, message: str, *, busy: bool = False) -> None:
        super().__init__(message)
        self.busy = busy


class Connection(asyncio.Protocol):
    """One WebSocket. `on_message` and `on_lost` are called on the event loop once `start` has been; `on_lost` at most once."""

    def __init__(self, uri: WebSocketURI, token: str) -> None:
        self._protocol = ClientProtocol(
            uri, subprotocols=[Subprotocol("media")], max_size=MAX_MESSAGE_BYTES, logger=_silent
        )
        self._token = token
        self._transport: asyncio.Transport | None = None
        self._loop = asyncio.get_running_loop()
        self.opened: asyncio.Future[None] = self._loop.create_future()
        self.closed = asyncio.Event()
        self._on_message: Callable[[str | bytes], None] | None = None
        self._on_lost: Callable[[], None] | None = None
        self._early: list[str | bytes] = []  # before `start`; bounded by one read of the socket
        self._parts: list[bytes] = []  # of a message in fragments
        self._parts_are_text = False
        self._last_byte = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self.dropped = 0
        """Messages of sound that a stalled service did not get."""

    def start(self, on_message: Callable[[str | bytes], None], on_lost: Callable[[], None]) -> None:
        """Hand over messages from now on, those that have come already as well."""
        self._on_message, self._on_lost = on_message, on_lost
        early, self._early = self._early, []
        for message in early:
            on_message(message)
        if self.closed.is_set():
            on_lost()

    def send_sound(self, sound: bytes) -> None:
        """Send a binary message; thrown away where the service does not keep up, or is gone."""
        transport = self._transport
        if transport is None or self._protocol.state is not State.OPEN:
            return
        if transport.get_write_buffer_size() > MAX_UNSENT_BYTES:
            self.dropped += 1
            return
        self._protocol.send_binary(sound)
        self._write()

    def send_text(self, message: str) -> None:
        """Send a text message; nothing when the service is gone."""
        if self._protocol.state is State.OPEN:
            self._protocol.send_text(message.encode())
            self._write()

    def close(self) -> None:
        """Close; `on_lost` is not called any more. The socket is cut when the service does not answer in time."""
        self._on_message = self._on_lost = None
        if self._protocol.state is State.OPEN:
            self._protocol.send_close(1000)
            self._write()
        self._loop.call_later(1.0, self._cut)

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the WebSocket."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are none by their class
        request = self._protocol.connect()
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        self._protocol.send_request(request)
        self._write()

    def data_received(self, data: bytes) -> None:
        """Some bytes: handshake, messages, pings."""
        self._last_byte = self._loop.time()
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Response):
                self._shaken_hands()
            elif isinstance(event, Frame):
                self._frame(event)
        self._write()
        if self._protocol.close_expected() and self._transport:
            self._transport.close()

    def eof_received(self) -> None:
        """The service said that it sends nothing more."""
        self._protocol.receive_eof()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """The socket is closed."""
        if self._timer:
            self._timer.cancel()
        if not self.opened.done():
            self.opened.set_exception(_why(self._protocol.handshake_exc))
        self.closed.set()
        on_lost, self._on_lost, self._on_message = self._on_lost, None, None
        if on_lost:
            on_lost()

    # Inside

    def _shaken_hands(self) -> None:
        if self._protocol.handshake_exc is None:
            self._timer = self._loop.call_later(PING_SECONDS, self._watch)
            if not self.opened.done():
                self.opened.set_result(None)
        elif not self.opened.done():
            self.opened.set_exception(_why(self._protocol.handshake_exc))

    def _watch(self) -> None:
        """Look now and then whether the service is still there."""
        if self._loop.time() - self._last_byte > SILENCE_SECONDS:
            log.warning("the service is silent: its connection is given up")
            self._cut()
        elif self._protocol.state is State.OPEN:
            self._protocol.send_ping(b"")
            self._write()
            self._timer = self._loop.call_later(PING_SECONDS, self._watch)

    def _frame(self, frame: Frame) -> None:
        if frame.opcode not in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            return
        if frame.opcode is not Opcode.CONT:
            self._parts_are_text = frame.opcode is Opcode.TEXT
            if frame.fin:
                self._message(bytes(frame.data))
                return
        self._parts.append(bytes(frame.data))
        if frame.fin:
            whole, self._parts = b"".join(self._parts), []
            self._message(whole)

    def _message(self, data: bytes) -> None:
        message = data.decode("utf-8", "replace") if self._parts_are_text else data
        if self._on_message:
            self._on_message(message)
        elif not self.closed.is_set() and len(self._early) < 64:
            self._early.append(message)

    def _write(self) -> None:
        if self._transport is None or self._transport.is_closing():  # uvloop raises where asyncio passes over
            return
        for data in self._protocol.data_to_send():
            if data:
                self._transport.write(data)
            elif self._transport.can_write_eof():
                self._transport.write_eof()

    def _cut(self) -> None:
        if self._transport:
            self._transport.abort()


async def connect(
    url: str, parameters: dict[str, str], *, token: str, authorities: ssl.SSLContext | None = None
) -> Connection:
    """Ask the service at `url` (ws:// or wss://) to take a call. Raises ServiceError. `authorities`: for wss, where not the system's."""
    uri = parse_uri(f"{url}?{urlencode(parameters, quote_via=quote)}")
    secure = (authorities or ssl.create_default_context()) if uri.secure else None
    connection: Connection | None = None
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            _transport, connection = await asyncio.get_running_loop().create_connection(
                lambda: Connection(uri, token),
                uri.host,
                uri.port,
                ssl=secure,
                server_hostname=uri.host if secure else None,
            )
            await connection.opened
    except TimeoutError:
        if connection:
            connection.close()
        raise ServiceError("no answer in time") from None
    except OSError as error:  # also TLS
        raise ServiceError(error.strerror or "no connection") from None
    except ServiceError:
        if connection:
            connection.close()
        raise
    return connection


def _why(error: Exception | None) -> ServiceError:
    if isinstance(error, InvalidStatus):
        status = error.response.status_code
        return ServiceError(f"HTTP status {status}", busy=status == 503)
    if isinstance(error, InvalidHandshake | WebSocketException):
        return ServiceError("what listens there is not the service")
    return ServiceError("the connection was closed")
