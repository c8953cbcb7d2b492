"""The media server: takes telephone legs over WebSocket and AudioSocket, refuses politely when full, drains before it stops.

    ws://…/media?from=…&to=…     Asterisk chan_websocket, and our own SIP bridge
    ws://…/twilio/<secret>       Twilio Media Streams, which drops `?token=…`
    ws://…/telephone?ticket=…    the browser telephone (chan_websocket, plus the call's events)
    ws://…/events?watch=KEY      the events of the calls that come with watch=KEY, beside them
    tcp                          AudioSocket

`events=1` in a media address sends the call's events back as text messages `{"event": "CALL_EVENT", "data": …}`.
"""

import asyncio
import http
import ipaddress
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, unquote, urlsplit
from uuid import uuid4

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from callbot.call import Call
from callbot.config import Settings
from callbot.errors import MediaProtocolError, PortInUseError
from callbot.events import CallEnded, CallStarted, Outcome
from callbot.media.asterisk import AsteriskDialect
from callbot.media.audiosocket import AudioSocketDialect
from callbot.media.dialect import Dialect
from callbot.media.twilio import TwilioDialect
from callbot.media_access import knows_secret
from callbot.parts import Shared
from callbot.ports import port_taken
from callbot.transports import TcpTransport, Transport, WebSocketTransport
from callbot.watching import Watchers

logger = logging.getLogger(__name__)

MAX_MESSAGE = 65536
"""Bytes of one WebSocket message; a longer one ends the call."""
FAREWELL_SECONDS = 25
"""How long callers may be told, when the service stops, that a person takes over, and that person's telephone may ring."""
CUT_SECONDS = 5
"""How long calls that were cut may take to tidy up."""
RETRY_AFTER_SECONDS = 20
"""What a refused caller's PBX is told."""
EVENTS_PATH = "/events"
DIALECTS: dict[str, Callable[[str], Dialect]] = {
    "/media": AsteriskDialect.from_uri,
    "/telephone": AsteriskDialect.from_uri,
    "/twilio": lambda _uri: TwilioDialect(),
}
"""Path of the WebSocket → the dialect spoken there."""


@dataclass(frozen=True, slots=True)
class _Address:
    """What a leg's address says. Raises ValueError or MediaProtocolError for one that is malformed."""

    path: str
    """One of DIALECTS, or unknown."""
    secret: str | None = field(repr=False)
    """`?token=…` or `/twilio/…`."""
    query: dict[str, str] = field(repr=False)
    dialect: Dialect | None

    @classmethod
    def read(cls, uri: str) -> "_Address":
        parts = urlsplit(uri)
        query = dict(parse_qsl(parts.query, max_num_fields=32))
        path, secret = parts.path, query.get("token")
        if path.startswith("/twilio/"):
            path, secret = "/twilio", unquote(path.removeprefix("/twilio/"))
        make = DIALECTS.get(path)
        return cls(path, secret, query, make(uri) if make else None)


class MediaServer:
    """Listens for legs and holds their calls. `redeem` checks a browser's ticket."""

    def __init__(self, settings: Settings, shared: Shared, redeem: Callable[[str], bool]) -> None:
        self._settings = settings
        self._shared = shared
        self._redeem = redeem
        self._calls: dict[str, Call] = {}
        self._watchers = Watchers()
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
    def with_people(self) -> int:
        """Of these, how many wait for a person, or speak to one."""
        return sum(call.with_people for call in self._calls.values())

    @property
    def draining(self) -> bool:
        """True when the service stops: no call is taken any more."""
        return self._draining

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
        """Refuse new calls, let the others end for drain_seconds, hand the rest to people, then close what remains.

        What is closed on our SIP bridge is not cut: it goes on with these callers by itself.
        """
        self._draining = True
        if self._tcp:
            self._tcp.close()
        await self._wait_idle(self._settings.drain_seconds)
        self._each("handing it to a person", lambda call: call.give_up("closing"))
        await self._wait_idle(FAREWELL_SECONDS)
        self._each("cutting it", lambda call: call.cut())
        await self._wait_idle(CUT_SECONDS)
        if self._websocket:
            self._websocket.close()
            await self._websocket.wait_closed()

    def _each(self, what: str, act: Callable[[Call], None]) -> None:
        """Do something to every call; the fault of one is logged and keeps nothing from the others."""
        for call_id, call in list(self._calls.items()):
            try:
                act(call)
            except Exception:  # the rim of one call
                logger.exception("call %s: %s failed", call_id, what)

    async def _wait_idle(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._idle.wait()
        except TimeoutError:
            logger.info("%d calls still go on", self.calls)

    @property
    def _full(self) -> bool:
        """No call is taken now: the bot speaks to as many as it may, or people to as many as wait or talk besides."""
        most = self._settings.most_calls
        return (
            self._draining or self.calls >= most or self.calls - self.with_people >= self._settings.max_calls
        )

    # -- WebSocket -------------------------------------------------------------------------------------------------

    def _admit(self, _connection: ServerConnection, request: Request) -> Response | None:
        """Refuse before the upgrade: malformed address 400, unknown path 404, wrong secret 401, all lines busy 503."""
        try:
            address = _Address.read(request.path)
        except (ValueError, MediaProtocolError):
            return _refusal(http.HTTPStatus.BAD_REQUEST, "The address is malformed.")
        if address.path == EVENTS_PATH:
            return self._admit_watcher(address, request.headers)
        if address.dialect is None:
            return _refusal(http.HTTPStatus.NOT_FOUND, "No telephone leg is taken here.")
        return self._admit_leg(address, address.dialect, request.headers)

    def _admit_leg(self, address: _Address, dialect: Dialect, headers: Headers) -> Response | None:
        browser = address.path == "/telephone"
        if not browser and not self._allowed(address, headers):
            return _refusal(http.HTTPStatus.UNAUTHORIZED, "The secret is missing or wrong.")
        if self._full:
            if not browser:  # whose ticket stays good, and is not looked at: nobody is known to have called
                self._count_refused(address.query.get("from", ""), address.query.get("to", ""), dialect)
            return _refusal(http.HTTPStatus.SERVICE_UNAVAILABLE, "All lines are busy.", RETRY_AFTER_SECONDS)
        if browser and not self._redeem(address.query.get("ticket", "")):
            return _refusal(http.HTTPStatus.UNAUTHORIZED, "The ticket is missing or wrong.")
        return None

    def _admit_watcher(self, address: _Address, headers: Headers) -> Response | None:
        if not self._allowed(address, headers):
            return _refusal(http.HTTPStatus.UNAUTHORIZED, "The secret is missing or wrong.")
        if not self._watchers.admits(address.query.get("watch", "")):
            return _refusal(http.HTTPStatus.BAD_REQUEST, "The watch key is too short, or taken.")
        return None

    def _allowed(self, address: _Address, headers: Headers) -> bool:
        return knows_secret(self._settings.media_token.get_secret_value(), headers, address.secret)

    async def _take_websocket(self, connection: ServerConnection) -> None:
        assert connection.request
        address = _Address.read(connection.request.path)
        watch = address.query.get("watch", "")
        if address.path == EVENTS_PATH:
            await self._watchers.serve(connection, watch)
            return
        assert address.dialect  # _admit has looked
        mirrored = address.path == "/telephone" or address.query.get("events") == "1"
        await self._hold(address.dialect, WebSocketTransport(connection), mirrored=mirrored, watch=watch)

    # -- AudioSocket -----------------------------------------------------------------------------------------------

    async def _take_tcp(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        dialect, transport = AudioSocketDialect(), TcpTransport(reader, writer)
        peer = _peer(writer.get_extra_info("peername"))
        known = peer in [_canonical(allowed) for allowed in self._settings.audiosocket_peers]
        if known and not self._full:
            await self._hold(dialect, transport, mirrored=False)
            return
        if known:
            self._count_refused("", "", dialect)
        else:
            logger.warning("an AudioSocket was refused: peer not allowed")
        try:
            async with asyncio.timeout(CUT_SECONDS):
                for message in dialect.hang_up():
                    await transport.send(message)
                await transport.close()
        except TimeoutError:
            transport.abort()

    def _count_refused(self, caller: str, line: str, dialect: Dialect) -> None:
        """A call that found all lines busy is in the statistics as well."""
        logger.warning("all lines are busy: a call was refused")
        call_id = str(uuid4())
        closed = self._shared.closed_for(line)
        started = CallStarted(0, caller, line, dialect.name, closed=closed)
        self._shared.publish(call_id, started)
        self._shared.publish(call_id, CallEnded(0, Outcome.REFUSED, (), 0, ()))

    # -- calls -----------------------------------------------------------------------------------------------------

    async def _hold(self, dialect: Dialect, transport: Transport, *, mirrored: bool, watch: str = "") -> None:
        call_id = str(uuid4())
        shared = replace(self._shared, publish=self._watchers.beside(self._shared.publish, watch))
        call = Call(call_id, dialect, transport, shared, mirrored=mirrored)
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


def _peer(name: tuple[str, int] | None) -> str | None:
    """The address of a socket's other end, None when it is gone already; IPv4 also where it comes as IPv6."""
    return _canonical(name[0]) if name else None


def _canonical(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return str(mapped or parsed)


def _refusal(status: http.HTTPStatus, text: str, retry_after: int | None = None) -> Response:
    headers = Headers(
        {"Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(text)), "Connection": "close"}
    )
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    return Response(status.value, status.phrase, headers, text.encode())
