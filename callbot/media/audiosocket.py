"""AudioSocket, for any Asterisk since 16: a TCP stream of linear sound at 8 kHz with hardly any control.

A message is 1 byte of type, 2 bytes of length (big-endian) and that many bytes. There is no buffer on the other side, no mark
and no word of who calls: sound must be paced, and the caller is unknown. Source: docs.asterisk.org, Channel Drivers /
AudioSocket.
"""

import struct
import uuid
from collections.abc import Iterator

import numpy as np

from callbot.audio.types import TELEPHONE_HZ, Pcm
from callbot.errors import MediaProtocolError
from callbot.media import messages
from callbot.media.dialect import (
    AudioFrame,
    DtmfPressed,
    LegClosed,
    LegOpened,
    MediaEvent,
    Message,
    WithoutConsult,
)

HANG_UP, IDENTITY, DTMF, SOUND, ERROR = 0x00, 0x01, 0x03, 0x10, 0xFF
OTHER_RATES = range(0x11, 0x19)
"""Linear sound at 12 to 192 kHz."""
CALLER_GONE = b"\x01"
"""The error code of Asterisk that is none: the caller hung up."""

_HEADER = struct.Struct(">BH")
_MAX_SAMPLES = 0xFFFF // 2


class AudioSocketDialect(WithoutConsult):
    """One leg over AudioSocket. `receive` takes any pieces of the stream; a message is at most 64 KiB, and so is what waits."""

    name = "audiosocket"
    buffers = False

    def __init__(self) -> None:
        self.ignored = 0
        """Messages without a meaning for us."""
        self._waiting = b""
        self._opened = False
        self._closed = False

    def receive(self, message: Message) -> list[MediaEvent]:
        """Events told by a piece of the stream; the first one is LegOpened (or LegClosed). Raises MediaProtocolError."""
        if isinstance(message, str):
            raise MediaProtocolError("text on an AudioSocket")
        return [event for kind, payload in self._split(message) for event in self._events(kind, payload)]

    def answer(self) -> list[Message]:
        """Nothing to say: the dialplan has answered."""
        return []

    def audio(self, pcm: Pcm) -> list[Message]:
        """Play sound at 8 kHz, at once."""
        parts = (pcm[start : start + _MAX_SAMPLES] for start in range(0, len(pcm), _MAX_SAMPLES))
        return [_message(SOUND, part.astype("<i2").tobytes()) for part in parts]

    def mark(self, name: str) -> list[Message]:  # noqa: ARG002
        """Not known here: count what was paced."""
        return []

    def clear(self) -> list[Message]:
        """Nothing to throw away: there is no buffer."""
        return []

    def transfer(self, destination: str) -> list[Message] | None:  # noqa: ARG002
        """Not known here: the dialplan goes on when the leg ends."""
        return None

    def hang_up(self) -> list[Message]:
        """End the leg."""
        return [_message(HANG_UP, b"")]

    def _split(self, piece: bytes) -> Iterator[tuple[int, bytes]]:
        """The whole messages of the stream so far."""
        self._waiting += piece
        while len(self._waiting) >= _HEADER.size and not self._closed:
            kind, length = _HEADER.unpack_from(self._waiting)
            end = _HEADER.size + length
            if len(self._waiting) < end:
                return
            payload, self._waiting = self._waiting[_HEADER.size : end], self._waiting[end:]
            yield kind, payload

    def _events(self, kind: int, payload: bytes) -> list[MediaEvent]:
        if kind == HANG_UP or (kind == ERROR and payload == CALLER_GONE):
            self._closed = True
            return [LegClosed()]
        if kind == ERROR:
            raise MediaProtocolError(f"Asterisk ended the AudioSocket with error 0x{payload[:4].hex()}")
        if kind == IDENTITY:
            return [self._open(payload)]
        if not self._opened:
            raise MediaProtocolError("the AudioSocket does not begin with an identity")
        return self._during_the_call(kind, payload)

    def _during_the_call(self, kind: int, payload: bytes) -> list[MediaEvent]:
        if kind == SOUND:
            return self._sound(payload)
        if kind in OTHER_RATES:
            raise MediaProtocolError(
                f"sound of type 0x{kind:02x}: only linear sound at 8 kHz (c(slin)) is taken"
            )
        key = messages.key_of(payload.decode("latin-1")) if kind == DTMF else None
        self.ignored += key is None
        return [] if key is None else [DtmfPressed(key)]

    def _open(self, payload: bytes) -> LegOpened:
        if self._opened:
            raise MediaProtocolError("a second identity on one AudioSocket")
        if len(payload) != 16:
            raise MediaProtocolError(f"an identity of {len(payload)} bytes instead of 16")
        self._opened = True
        return LegOpened(leg_id=str(uuid.UUID(bytes=payload)), caller="", line="", rate_hz=TELEPHONE_HZ)

    def _sound(self, payload: bytes) -> list[MediaEvent]:
        if len(payload) % 2:
            raise MediaProtocolError("a message of linear sound has an odd length")
        return [AudioFrame(np.frombuffer(payload, "<i2").astype(np.int16))] if payload else []


def _message(kind: int, payload: bytes) -> bytes:
    return _HEADER.pack(kind, len(payload)) + payload
