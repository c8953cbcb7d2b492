"""A SIP stack without SIP: legs that tests drive, and that remember what was asked of them."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sip_bridge.leg import (
    Codec,
    Established,
    IncomingCall,
    Leg,
    LegClosed,
    LegError,
    LegEvent,
    TransferResult,
)


class ScriptedLeg:
    """One leg. `asked` lists what was asked of it, in order; sound written to it is in `heard`, and is played at real speed."""

    def __init__(self, name: str, rate_hz: int = 8000) -> None:
        self._id = name
        self.rate_hz = rate_hz
        self.asked: list[tuple[object, ...]] = []
        self.heard = b""
        self.says = bytearray()
        self.transfer: tuple[TransferResult, int | None] | LegError = (TransferResult.ANSWERED, None)
        """What a REFER leads to."""
        self.transfer_waits = asyncio.Event()
        self.transfer_waits.set()
        self.answers: bool | LegError = True
        self.closed = False
        self._listener: Callable[[LegEvent], None] | None = None
        self._early: list[LegEvent] = []
        self._empty_at = 0.0

    @property
    def id(self) -> str:
        """Its name."""
        return self._id

    def listen(self, listener: Callable[[LegEvent], None]) -> None:
        """Events go to `listener`."""
        self._listener = listener
        early, self._early = self._early, []
        for event in early:
            listener(event)

    def tell(self, event: LegEvent) -> None:
        """Something happens on this leg."""
        self.closed = self.closed or isinstance(event, LegClosed)
        if self._listener:
            self._listener(event)
        else:
            self._early.append(event)

    def establish(self, codec: Codec | None = None) -> None:
        """It is answered."""
        self.tell(Established(codec or (Codec.G722 if self.rate_hz == 16000 else Codec.PCMA), self.rate_hz))

    def close(self, result: TransferResult = TransferResult.ANSWERED, code: int | None = None) -> None:
        """It is over."""
        self.tell(LegClosed(result, code))

    async def answer(self) -> None:
        """Pick up, as `answers` says."""
        self.asked.append(("answer",))
        if isinstance(self.answers, LegError):
            raise self.answers
        self.establish()

    async def hang_up(self, code: int | None = None) -> None:
        """BYE."""
        if not self.closed:
            self.asked.append(("hang_up", code))
            self.close(TransferResult.CALLER_GONE)

    def read(self) -> bytes:
        """What it says."""
        said, self.says = bytes(self.says), bytearray()
        return said

    def write(self, pcm: bytes) -> int:
        """Hear it."""
        if self.closed:
            return 0
        self.heard += pcm
        self._empty_at = max(self._empty_at, time.monotonic()) + len(pcm) / 2 / self.rate_hz
        return len(pcm)

    def waiting(self) -> int:
        """What is not played yet."""
        return max(0, int((self._empty_at - time.monotonic()) * self.rate_hz)) * 2

    def flush(self) -> None:
        """Play nothing more."""
        self.asked.append(("flush",))
        self._empty_at = 0.0

    async def send_key(self, digit: str) -> None:
        """Press a key."""
        self.asked.append(("key", digit))

    async def refer(self, uri: str, seconds: float) -> tuple[TransferResult, int | None]:  # noqa: ARG002
        """Blind transfer, as `transfer` says."""
        self.asked.append(("refer", uri))
        return await self._transferred()

    async def replace(self, other: Leg, seconds: float) -> tuple[TransferResult, int | None]:  # noqa: ARG002
        """Attended transfer, as `transfer` says."""
        self.asked.append(("replace", other.id))
        return await self._transferred()

    async def _transferred(self) -> tuple[TransferResult, int | None]:
        await self.transfer_waits.wait()
        if isinstance(self.transfer, LegError):
            raise self.transfer
        return self.transfer


@dataclass
class ScriptedStack:
    """Gives calls to the bridge (`call`) and remembers what it dials (`dialled`)."""

    dialled: list[tuple[str, str, str]] = field(default_factory=list)
    legs: list[ScriptedLeg] = field(default_factory=list)
    """The legs of `dialled`, in order."""
    refuses: LegError | None = None
    _take: Callable[[IncomingCall], None] | None = None

    async def start(self) -> None:
        """Nothing."""

    async def stop(self) -> None:
        """Nothing."""

    def on_incoming(self, take: Callable[[IncomingCall], None]) -> None:
        """Calls go to `take`."""
        self._take = take

    def call(self, leg_id: str = "appel", codec: Codec | None = Codec.PCMA, **fields: str) -> ScriptedLeg:
        """Somebody calls."""
        assert self._take
        leg = ScriptedLeg(leg_id, 16000 if codec is Codec.G722 else 8000)
        known = {"caller": "0612345678", "name": "Mme Martin", "line": "0139000001", "peer": "192.0.2.1"}
        self._take(IncomingCall(leg=leg, codec=codec, **(known | fields)))  # type: ignore[arg-type]
        return leg

    async def dial(
        self,
        uri: str,
        *,
        caller: str = "",
        name: str = "",
        headers: dict[str, str] | None = None,  # noqa: ARG002
    ) -> ScriptedLeg:
        """Ring somebody: the leg is in `legs`."""
        self.dialled.append((uri, caller, name))
        if self.refuses:
            raise self.refuses
        self.legs.append(ScriptedLeg(f"personne-{len(self.legs)}"))
        return self.legs[-1]
