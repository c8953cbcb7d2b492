"""The media server: takes telephone legs over WebSocket and AudioSocket, refuses politely when full, drains before it stops.

    ws://…/media?from=…&to=…     Asterisk chan_websocket, and our own SIP bridge
    ws://…/twilio                Twilio Media Streams
    ws://…/telephone?ticket=…    the browser telephone (chan_websocket, plus the call's events)
    tcp                          AudioSocket

`events=1` in a media address sends the call's events back as text messages `{"event": "CALL_EVENT", "data": …}`.
"""

import asyncio
import hmac
import http
import logging
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from callbot.call import Call, Shared, Transport
from callbot.config import Settings
from callbot.errors import PortInUseError
from callbot.events import CallEnded, CallStarted, Outcome
from callbot.media.asterisk import AsteriskDialect
from callbot.media.audiosocket import AudioSocketDialect
from callbot.media.dialect import Dialect, Message
from callbot.media.twilio import TwilioDialect

logger = logging.getLogger(__name__)

MAX_MESSAGE = 65536
"""Bytes of one WebSocket message; a longer one ends the call."""
READ_BYTES = 4096
RETRY_AFTER_SECONDS = 20
"""What a refused caller's PBX is told."""
DIALECTS: dict[str, Callable[[str], Dialect]] = {
    "/media": AsteriskDialect.from_uri,
    "/telephone": AsteriskDialect.from_uri,
    "/twilio": lambda _uri: TwilioDialect(),
}
"""Path of the WebSocket → the dialect spoken there."""


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

    async def send(self, message: Message) -> None:
        """Send; nothing when closed."""
        try:
            await self._connection.send(message)
        except ConnectionClosed:
            return

    async def close(self) -> None:
        """Close with the normal code; what still comes in is read, or the peer's own closing would not be seen."""
        await asyncio.gather(self._connection.close(), self._read_on())

    async def _read_on(self) -> None:
        while await self.receive() is not None:
            pass


class TcpTransport:
    """A telephone leg over TCP (AudioSocket)."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def receive(self) -> Message | None:
        """Some bytes; None when closed."""
        try:
            return await self._reader.read(READ_BYTES) or None
        except ConnectionError:
            return None

    async def send(self, message: Message) -> None:
        """Send; nothing when closed."""
        assert isinstance(message, bytes)
        try:
            self._writer.write(message)
            await self._writer.drain()
        except ConnectionError:
            return

    async def close(self) -> None:
        """Close the connection."""
        self._writer.close()
        try:
            await self._writer.wait_closed()
        except ConnectionError:
            return


class MediaServer:
    """Listens for legs and holds their calls. `redeem` checks a browser's ticket."""

    def __init__(self, settings: Settings, shared: Shared, redeem: Callable[[str], bool]) -> None:
        self._settings = settings
        self._shared = shared
        self._redeem = redeem
        self._calls: dict[str, Call] = {}
        self._draining = False
        self._idle = asyncio.Event()
        self._idle.set()
        self._websocket: Server | None = None
        self._tcp: asyncio.Server | None = None

    @property
    def calls(self) -> int:
        """Calls held now."""
        return len(self._calls)

    @property
    def port(self) -> int:
        """The WebSocket's port (useful when 0 was asked for)."""
        assert self._websocket
        return int(next(iter(self._websocket.sockets)).getsockname()[1])

    @property
    def audiosocket_port(self) -> int:
        """AudioSocket's port."""
        assert self._tcp
        return int(self._tcp.sockets[0].getsockname()[1])

    async def start(self) -> None:
        """Listen. Raises PortInUseError, naming the setting."""
        settings = self._settings
        try:
            self._websocket = await serve(
                self._take_websocket,
                settings.host,
                settings.media_port,
                process_request=self._admit,
                select_subprotocol=lambda _connection, offered: next(
                    (p for p in offered if p == "media"), None
                ),
                max_size=MAX_MESSAGE,
                compression=None,
                server_header=None,
            )
        except OSError as error:
            raise PortInUseError(port_taken("media_port", settings.media_port, error)) from None
        try:
            self._tcp = await asyncio.start_server(self._take_tcp, settings.host, settings.audiosocket_port)
        except OSError as error:
            self._websocket.close()
            raise PortInUseError(port_taken("audiosocket_port", settings.audiosocket_port, error)) from None

    async def stop(self) -> None:
        """Refuse new calls, let the others end for drain_seconds, hand the rest to people, then close."""
        self._draining = True
        if self._tcp:
            self._tcp.close()
        await self._wait_idle(self._settings.drain_seconds)
        for call in list(self._calls.values()):
            call.give_up("closing")
        await self._wait_idle(15)
        if self._websocket:
            self._websocket.close()
            await self._websocket.wait_closed()

    async def _wait_idle(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._idle.wait()
        except TimeoutError:
            logger.info("%d calls still go on", self.calls)

    @property
    def _full(self) -> bool:
        return self._draining or self.calls >= self._settings.max_calls

    # -- WebSocket -------------------------------------------------------------------------------------------------

    def _admit(self, _connection: ServerConnection, request: Request) -> Response | None:
        """Refuse before the upgrade: unknown path 404, wrong secret 401, all lines busy 503."""
        parts = urlsplit(request.path)
        query = parse_qs(parts.query)
        if parts.path not in DIALECTS:
            return _refusal(http.HTTPStatus.NOT_FOUND, "No telephone leg is taken here.")
        if self._full:
            self._count_refused(query.get("from", [""])[0], query.get("to", [""])[0], parts.path.strip("/"))
            return _refusal(http.HTTPStatus.SERVICE_UNAVAILABLE, "All lines are busy.", RETRY_AFTER_SECONDS)
        if not self._allowed(parts.path, query, request.headers):
            return _refusal(http.HTTPStatus.UNAUTHORIZED, "The secret (token or ticket) is missing or wrong.")
        return None

    def _allowed(self, path: str, query: dict[str, list[str]], headers: Headers) -> bool:
        if path == "/telephone":
            return self._redeem(query.get("ticket", [""])[0])
        if "Origin" in headers:
            return False  # a page of another site; browsers have tickets
        secret = self._settings.media_token.get_secret_value()
        bearer = headers.get("Authorization", "").removeprefix("Bearer ")
        given = query.get("token", [bearer])[0]
        return not secret or hmac.compare_digest(given.encode(), secret.encode())

    async def _take_websocket(self, connection: ServerConnection) -> None:
        assert connection.request
        uri = connection.request.path
        path = urlsplit(uri).path
        query = parse_qs(urlsplit(uri).query)
        mirrored = path == "/telephone" or query.get("events") == ["1"]
        await self._hold(DIALECTS[path](uri), WebSocketTransport(connection), mirrored=mirrored)

    # -- AudioSocket -----------------------------------------------------------------------------------------------

    async def _take_tcp(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        dialect, transport = AudioSocketDialect(), TcpTransport(reader, writer)
        peer = str(writer.get_extra_info("peername")[0])
        if self._full or peer not in self._settings.audiosocket_peers:
            logger.warning(
                "an AudioSocket was refused: %s", "all lines are busy" if self._full else "peer not allowed"
            )
            for message in dialect.hang_up():
                await transport.send(message)
            await transport.close()
            return
        await self._hold(dialect, transport, mirrored=False)

    def _count_refused(self, caller: str, line: str, dialect: str) -> None:
        """A call that found all lines busy is in the statistics as well."""
        logger.warning("all lines are busy: a call was refused")
        call_id = str(uuid4())
        self._shared.publish(call_id, CallStarted(0, caller, line, dialect))
        self._shared.publish(call_id, CallEnded(0, Outcome.REFUSED, (), 0, ()))

    # -- calls -----------------------------------------------------------------------------------------------------

    async def _hold(self, dialect: Dialect, transport: Transport, *, mirrored: bool) -> None:
        call_id = str(uuid4())
        call = Call(call_id, dialect, transport, self._shared, mirrored=mirrored)
        self._calls[call_id] = call
        self._idle.clear()
        logger.info("call %s: begins (%s)", call_id, dialect.name)
        try:
            await call.run()
        finally:
            del self._calls[call_id]
            if not self._calls:
                self._idle.set()
            logger.info("call %s: over", call_id)


def _refusal(status: http.HTTPStatus, text: str, retry_after: int | None = None) -> Response:
    headers = Headers(
        {"Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(text)), "Connection": "close"}
    )
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    return Response(status.value, status.phrase, headers, text.encode())


def port_taken(setting: str, port: int, error: OSError) -> str:
    """The line for a port that cannot be bound, naming its setting."""
    return f"CALLBOT_{setting.upper()}: cannot listen on port {port} ({error.strerror}); stop what uses it or choose another"
