"""A caller's side of WebSocket (RFC 6455), no more than a load generator needs. No I/O.

Frames are masked with zeros, which masks nothing and costs nothing: on the loopback there is no proxy to protect.
"""

import struct
from collections.abc import Iterator
from enum import IntEnum
from urllib.parse import urlencode


class Kind(IntEnum):
    """What a frame is."""

    CONTINUED = 0
    TEXT = 1
    BINARY = 2
    CLOSE = 8
    PING = 9
    PONG = 10


_ZERO_MASK = b"\0\0\0\0"
_FINAL, _MASKED = 0x80, 0x80
_SHORT, _LONG = 126, 127


def request(host: str, port: int, path: str, **query: str) -> bytes:
    """The upgrade request for ws://host:port/path?query."""
    lines = [
        f"GET {path}?{urlencode(query)} HTTP/1.1",
        f"Host: {host}:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: Y2FsbGJvdCBiZW5jaCEhIQ==",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Protocol: media",
        "",
        "",
    ]
    return "\r\n".join(lines).encode()


def frame(kind: Kind, payload: bytes) -> bytes:
    """One whole frame of at most 65535 bytes."""
    size = len(payload)
    head = (
        bytes((_FINAL | kind, _MASKED | size))
        if size < _SHORT
        else struct.pack("!BBH", _FINAL | kind, _MASKED | _SHORT, size)
    )
    return head + _ZERO_MASK + payload


class Incoming:
    """Bytes in, the response's status, then frames out."""

    def __init__(self) -> None:
        self.status = 0
        """Of the upgrade; 0 while the response is not complete, 101 when it succeeded."""
        self._bytes = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[Kind, bytes]]:
        """The frames that `data` completes."""
        self._bytes += data
        if not self.status and not self._read_response():
            return
        while (found := self._next()) is not None:
            yield found

    def _read_response(self) -> bool:
        end = self._bytes.find(b"\r\n\r\n")
        if end < 0:
            return False
        word = bytes(self._bytes[:end]).split(b" ")[1:2]
        self.status = int(word[0]) if word and word[0].isdigit() else -1
        del self._bytes[: end + 4]
        return True

    def _next(self) -> tuple[Kind, bytes] | None:
        data = self._bytes
        if len(data) < 2:
            return None
        size, start = data[1] & 0x7F, 2
        if size == _SHORT:
            size, start = int.from_bytes(data[2:4]), 4
        elif size == _LONG:
            size, start = int.from_bytes(data[2:10]), 10
        if len(data) < start + size:
            return None
        kind, payload = Kind(data[0] & 0x0F), bytes(data[start : start + size])
        del data[: start + size]
        return kind, payload
