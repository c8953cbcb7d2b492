"""What the bridge asks of a SIP stack: one leg per call, behind two small protocols, so that the library can be replaced.

A leg is one SIP dialog with its sound. Its events are handed to one listener, in order, on the event loop.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from callbot.events import TransferResult

__all__ = [
    "Codec",
    "Established",
    "Held",
    "IncomingCall",
    "KeyPressed",
    "Leg",
    "LegClosed",
    "LegError",
    "LegEvent",
    "Ringing",
    "Stack",
    "TransferResult",
]


class LegError(Exception):
    """The stack could not do what was asked of a leg; the leg itself may go on. `code`: the SIP status, where there was one."""

    def __init__(self, message: str, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code


class Codec(StrEnum):
    """Names as in the settings."""

    PCMA = "pcma"
    PCMU = "pcmu"
    G722 = "g722"


@dataclass(frozen=True, slots=True)
class Ringing:
    """180 or 183 came for a leg that we dialled."""


@dataclass(frozen=True, slots=True)
class Established:
    """Answered, with sound both ways. `rate_hz` is 8000 or 16000 (G.722): the rate of `Leg.read` and `Leg.write`."""

    codec: Codec
    rate_hz: int


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """The far end sent a key (RFC 4733 or INFO): 0–9 * # A–D."""

    digit: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Held:
    """The far end put us on hold (true) or took us back. Its codec may have changed: `Established` follows when it has."""

    held: bool


@dataclass(frozen=True, slots=True)
class LegClosed:
    """The leg is over, whoever ended it. `code` is the SIP status if any.

    `result` says how a leg that was never established ended; of one that was, it is FAILED where nobody was there any more.
    """

    result: TransferResult
    code: int | None


LegEvent = Ringing | Established | KeyPressed | Held | LegClosed


class Leg(Protocol):
    """One SIP call. Everything may be asked at any time; what comes too late raises LegError or does nothing, never more."""

    @property
    def id(self) -> str:
        """The SIP Call-ID."""

    def listen(self, listener: Callable[[LegEvent], None]) -> None:
        """Hand events to `listener`, those that have come before as well."""

    async def answer(self) -> None:
        """200 OK. Raises LegError."""

    async def hang_up(self, code: int | None = None) -> None:
        """BYE, CANCEL, or refusal with `code` (486 unless told) of a call that was not answered. Idempotent, never raises."""

    def read(self) -> bytes:
        """All received sound that waits: int16, native order, mono, at the leg's rate; empty while there is none."""

    def write(self, pcm: bytes) -> int:
        """Queue sound for sending; bytes taken (0 while the leg has no sound or its buffer is full)."""

    def waiting(self) -> int:
        """Bytes queued by `write` and not sent yet."""

    def flush(self) -> None:
        """Throw away what was written and not sent."""

    async def send_key(self, digit: str) -> None:
        """Press a key towards the far end."""

    async def refer(self, uri: str, seconds: float) -> tuple[TransferResult, int | None]:
        """Blind transfer; how it ended. Whatever but ANSWERED leaves the leg with us, off hold."""

    async def replace(self, other: "Leg", seconds: float) -> tuple[TransferResult, int | None]:
        """Attended transfer of this leg's far end to `other`'s (REFER with Replaces). On ANSWERED both legs are over; else both stay."""


@dataclass(frozen=True, slots=True)
class IncomingCall:
    """An INVITE that waits to be answered or refused. `peer` is the address that it came from."""

    leg: Leg
    caller: str = field(repr=False)
    """Number or SIP user; empty when withheld."""
    name: str = field(repr=False)
    """Display name, empty when there is none."""
    line: str
    """The number that was called: from P-Called-Party-ID, else Diversion, else the request's own user."""
    peer: str
    watch: str = ""
    """X-Callbot-Watch: lets `callbot call` follow its own call's events."""
    codec: Codec | None = None
    """What the leg will speak once it is answered, where the offer tells: it fixes the format towards the service."""


class Stack(Protocol):
    """The SIP stack of this process."""

    async def start(self) -> None:
        """Bind, and register where that is configured. Raises LegError with a line that names the setting."""

    async def stop(self) -> None:
        """Unregister and close; legs that are left get BYE."""

    def on_incoming(self, take: Callable[[IncomingCall], None]) -> None:
        """Hand every admitted INVITE to `take`; those of other peers than sip_peers are refused before."""

    async def dial(
        self, uri: str, *, caller: str = "", name: str = "", headers: dict[str, str] | None = None
    ) -> Leg:
        """Ring `uri`; the leg tells how it goes. `caller` and `name` are shown to who is rung, where the PBX believes us.

        Raises LegError.
        """
