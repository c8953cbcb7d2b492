"""What a telephone leg can tell us and what we can ask of it, whatever its dialect. No I/O: parsers turn messages into these."""

from dataclasses import dataclass, field
from typing import Protocol

from callbot.audio.types import Pcm


@dataclass(frozen=True, slots=True)
class LegOpened:
    """The leg is ready to exchange sound. `rate_hz` is 8000 or 16000: the rate of both directions' PCM."""

    leg_id: str
    caller: str = field(repr=False)
    line: str
    rate_hz: int


@dataclass(frozen=True, slots=True)
class AudioFrame:
    """Sound from the caller, decoded, at the leg's rate."""

    pcm: Pcm = field(repr=False)


@dataclass(frozen=True, slots=True)
class DtmfPressed:
    """A signalled key: 0–9 * # A–D."""

    digit: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class MarkPlayed:
    """The leg has played everything up to the mark `name`."""

    name: str


@dataclass(frozen=True, slots=True)
class FlowChanged:
    """The leg's buffer is full (`paused` true: send no more sound) or has room again."""

    paused: bool


@dataclass(frozen=True, slots=True)
class LegClosed:
    """The caller hung up, or the leg is gone."""


MediaEvent = LegOpened | AudioFrame | DtmfPressed | MarkPlayed | FlowChanged | LegClosed

Message = bytes | str
"""What goes over a WebSocket (text or binary) or, for AudioSocket, over TCP (bytes only)."""


class Dialect(Protocol):
    """One leg's protocol: messages in, events out; requests in, messages out. A class per dialect, a value per leg.

    `receive` raises MediaProtocolError on what the dialect does not allow (bad JSON, unknown event that matters, wrong codec,
    sound before the opening, oversized message); unknown but harmless events are ignored and counted.
    """

    name: str
    buffers: bool
    """True: the leg plays from a buffer of its own and reports marks; false: it plays at once, so we pace 20 ms frames."""

    def receive(self, message: Message) -> list[MediaEvent]:
        """Events told by one message (for a byte stream: any piece of it)."""

    def answer(self) -> list[Message]:
        """Pick up."""

    def audio(self, pcm: Pcm) -> list[Message]:
        """Play sound at the leg's rate."""

    def mark(self, name: str) -> list[Message]:
        """Report when everything before has been played; empty where the dialect cannot (then pace and count)."""

    def clear(self) -> list[Message]:
        """Throw away what has not been played. Marks asked for before are not told any more."""

    def transfer(self, destination: str) -> list[Message] | None:
        """Send the caller to `destination`; None where the dialect has no such request (then the PBX goes on when we hang up)."""

    def hang_up(self) -> list[Message]:
        """End the leg; then close the connection, which is all that some dialects need."""
