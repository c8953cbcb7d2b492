"""One call of baresip behind the `Leg` protocol. Only the modules `baresip_…` import the library.

Its C threads send and receive the sound; its commands and events come over the event loop. Whatever arrives late (a hang-up that
crosses the peer's own) is normal telephony and does nothing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from baresip import BaresipError, Call, Event, StackEvent, TransferFailed

from callbot.events import TransferResult
from sip_bridge import results
from sip_bridge.baresip_sound import Sound
from sip_bridge.deafness import Deafness
from sip_bridge.leg import (
    Codec,
    Established,
    Held,
    KeyPressed,
    Leg,
    LegClosed,
    LegError,
    LegEvent,
    Ringing,
)
from sip_bridge.liveness import Liveness

__all__ = ["BaresipLeg"]

log = logging.getLogger(__name__)

KEYS = frozenset("0123456789*#ABCD")
TRANSFERRED = "Call transfered"
"""What the library says, spelt so, when a REFER has succeeded."""
CODEC_WAIT_SECONDS = 0.5
"""How long the trace may take to show the SDP of a call that is answered already."""
CODEC_POLL_SECONDS = 0.01
HOLD_SECONDS = 2.0
"""How long a far end may take to answer that it is on hold."""
RESUME_TRIES = 10
RESUME_PAUSE_SECONDS = 0.2
REPLACED_SECONDS = 1.0
"""How long the consultation's far end has to hang up by itself after REFER with Replaces."""


class BaresipLeg:
    """A `sip_bridge.leg.Leg`. Made by `BaresipStack` only."""

    def __init__(
        self,
        call: Call,
        *,
        outgoing: bool,
        codec_of: Callable[[str], Codec | None],
        over: Callable[["BaresipLeg"], None],
        liveness: Liveness,
    ) -> None:
        """`codec_of(call_id)` is the codec that the SDP chose, where it is known; `over` is told once, at the end.

        `liveness` is asked by whoever watches the legs (`leg_watch.py`).
        """
        self.call = call
        self._outgoing = outgoing
        self._codec_of = codec_of
        self._sound = Sound(call.handle, lambda: self._announce(0))
        self._over = over
        self._listener: Callable[[LegEvent], None] | None = None
        self._waiting: list[LegEvent] = []
        """Events before `listen`: a call has at most a few before it is answered; keys beyond 64 are dropped."""
        self._established: Established | None = None
        self._was_answered = False
        self._rings = False
        self._hung_up = self._given_up = False
        self._holds = self._wants_nothing = self._held = False
        """The far end holds us, as the library sees it, or by wanting sound nowhere; and what was told of it."""
        self._transfers = False
        self._heard = self._reported = False
        """Sound, and RTCP, since somebody last asked for signs of life."""
        self.liveness, self.deafness = liveness, Deafness()
        self.closed = asyncio.Event()
        self._offer_answered = asyncio.Event()

    # What the stack tells

    @property
    def id(self) -> str:
        """The SIP Call-ID."""
        return self.call.call_id or f"leg-{self.call.handle:x}"

    def listen(self, listener: Callable[[LegEvent], None]) -> None:
        """Hand events to `listener`, those that have come before as well."""
        self._listener = listener
        waiting, self._waiting = self._waiting, []
        for event in waiting:
            listener(event)

    def take(self, event: StackEvent) -> None:
        """One event of the library about this call."""
        if self.closed.is_set():
            return
        match event.event:
            case Event.CALL_RINGING | Event.CALL_PROGRESS if not self._rings and self._outgoing:
                self._rings = True
                self._tell(Ringing())
            case Event.CALL_ESTABLISHED:
                self._was_answered = True
                self._announce(asyncio.get_running_loop().time() + CODEC_WAIT_SECONDS)
            case Event.CALL_DTMF_START if (event.text or "").upper() in KEYS:
                self._tell(KeyPressed((event.text or "").upper()))
            case Event.CALL_HOLD:
                self._holds = True
                self._tell_held()
            case Event.CALL_RESUME:
                self._holds = False
                self._tell_held()
                self._announce(0)
            case Event.CALL_RTCP:
                self._reported = True
            case Event.CALL_REMOTE_SDP:
                self._offer_answered.set()
            case Event.CALL_CLOSED:
                self._close(event.text or "")
            case _:
                pass

    def _announce(self, deadline: float) -> None:
        """Say `Established` when sound runs and the codec is known, or was not seen by `deadline` (loop time); again if it changed."""
        if self.closed.is_set():
            return
        loop = asyncio.get_running_loop()
        rate_hz = self._sound.rate_hz()
        codec = Codec.G722 if rate_hz == 16000 else self._codec_of(self.id)
        if (not rate_hz or codec is None) and loop.time() < deadline:
            loop.call_later(CODEC_POLL_SECONDS, self._announce, deadline)
            return
        if codec is None or (codec is Codec.G722 and rate_hz == 8000):
            codec = Codec.PCMA
        known = self._established
        now = Established(codec, rate_hz or (known.rate_hz if known else 8000))
        if now != known and self._was_answered:
            self._established = now
            self._tell(now)
            self._tell_held()

    def _tell_held(self) -> None:
        held = self._holds or self._wants_nothing
        if held is not self._held and self._established is not None:
            self._held = held
            self._tell(Held(held))

    def settled(self, held: bool | None) -> None:
        """Both sides have agreed on where sound goes; `held`: the far end wants it nowhere, None: it has not said."""
        self.deafness.agreed()
        if held is not None:
            self._wants_nothing = held
            self._tell_held()

    def _tell(self, event: LegEvent) -> None:
        if self._listener is not None:
            self._listener(event)
        elif len(self._waiting) < 64 or isinstance(event, LegClosed):
            self._waiting.append(event)

    def _close(self, reason: str) -> None:
        if self._given_up:
            ended = LegClosed(TransferResult.FAILED, None)
        elif reason == TRANSFERRED:
            ended = LegClosed(TransferResult.ANSWERED, None)
        else:
            ended = LegClosed(
                *results.of_close(
                    reason, established=self._was_answered, outgoing=self._outgoing, by_us=self._hung_up
                )
            )
        self.closed.set()
        self._tell(ended)
        self._over(self)

    # What is asked of it

    async def answer(self) -> None:
        """200 OK. Raises LegError."""
        try:
            await self.call.answer()
        except BaresipError as error:
            raise LegError("the call could not be answered") from error

    async def hang_up(self, code: int | None = None) -> None:  # noqa: ARG002 – the library refuses with 486 only
        """BYE, CANCEL, or refusal of a call that was not answered: always 486, the only one the library gives."""
        if self._hung_up or self.closed.is_set():
            return
        self._hung_up = True
        try:
            await self.call.hangup()
        except BaresipError:
            log.debug("a leg was gone before it was hung up", extra={"leg": self.id})

    async def give_up(self) -> None:
        """BYE to a far end that is not there any more, or cannot be heard: the leg has failed."""
        self._given_up = True
        await self.hang_up()

    @property
    def is_established(self) -> bool:
        """Whether it was answered, and that was told."""
        return self._established is not None

    @property
    def is_held(self) -> bool:
        """On hold by either side, or about to be: a PBX that has been asked to transfer it may do with it what it likes."""
        return self._held or self._transfers or self.call.is_on_hold

    def signs(self) -> tuple[bool, bool]:
        """Since the last time: whether there was sound, and whether there was any sign of life, sound or a report."""
        heard, reported = self._heard, self._reported
        self._heard = self._reported = False
        return heard, heard or reported

    def read(self) -> bytes:
        """All received sound that waits: int16, native order, mono, at the leg's rate; empty while there is none."""
        sound = self._sound.read()
        if sound:
            self._heard = True
        return sound

    def write(self, pcm: bytes) -> int:
        """Queue sound for sending; bytes taken (0 while the leg has no sound or its buffer is full)."""
        return self._sound.write(pcm)

    def waiting(self) -> int:
        """Bytes queued by `write` and not sent yet; what was flushed counts until the next frame is sent."""
        return self._sound.waiting()

    def flush(self) -> None:
        """Throw away what was written and not sent."""
        self._sound.flush()

    async def send_key(self, digit: str) -> None:
        """Press a key towards the far end; about 100 ms. Raises LegError."""
        if digit.upper() not in KEYS:
            raise LegError("no such key")
        try:
            await self.call.send_dtmf(digit.upper())
        except BaresipError as error:
            raise LegError("the key could not be sent") from error

    # Transfers

    async def refer(self, uri: str, seconds: float) -> tuple[TransferResult, int | None]:
        """Blind transfer; how it ended. Whatever but ANSWERED leaves the leg with us."""
        try:
            return await self._transfer(self.call.transfer(f"<{uri}>", timeout=seconds + 5), seconds)
        except ValueError as error:
            raise LegError("this address cannot be called") from error

    async def replace(self, other: Leg, seconds: float) -> tuple[TransferResult, int | None]:
        """Attended transfer of this leg's far end to `other`'s. On ANSWERED both legs are over; else both stay, off hold."""
        if not isinstance(other, BaresipLeg) or other is self:
            raise LegError("legs of one stack only, and two of them")
        try:
            result = await self._transfer(self._hand_to(other, seconds + 5), seconds)
        except BaseException:
            await asyncio.gather(self.resume(), other.resume())
            raise
        if result[0] is TransferResult.ANSWERED:
            await other.end_replaced()
        else:
            await asyncio.gather(self.resume(), other.resume())
        return result

    async def _hand_to(self, other: "BaresipLeg", seconds: float) -> None:
        """REFER once both far ends have answered that they are on hold: a telephone may pass over one that comes before."""
        await asyncio.gather(self.hold(), other.hold())
        await self.call.attended_transfer(other.call, timeout=seconds)

    async def hold(self) -> None:
        """Put the far end on hold, and wait for its answer. Raises BaresipError."""
        self._offer_answered.clear()
        await self.call.hold()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._offer_answered.wait(), HOLD_SECONDS)

    async def _transfer(self, sending: Awaitable[None], seconds: float) -> tuple[TransferResult, int | None]:
        self._transfers = True
        try:
            async with asyncio.timeout(seconds):
                await sending
        except TimeoutError:
            return TransferResult.NO_ANSWER, None
        except TransferFailed as failure:
            return results.of_refer(
                failure.status, gone=self.closed.is_set(), unsupported="Replaces" in str(failure)
            )
        except BaresipError:
            return (TransferResult.CALLER_GONE if self.closed.is_set() else TransferResult.FAILED), None
        finally:
            self._transfers = False
        return TransferResult.ANSWERED, None

    async def resume(self) -> None:
        """Take the leg off hold; tried again while another re-INVITE is under way. Never raises."""
        for _ in range(RESUME_TRIES):
            if self.closed.is_set() or not self.call.is_on_hold:
                return
            try:
                await self.call.resume()
            except BaresipError:
                await asyncio.sleep(RESUME_PAUSE_SECONDS)
        if not self.closed.is_set() and self.call.is_on_hold:
            log.warning("a leg stayed on hold", extra={"leg": self.id})

    async def end_replaced(self) -> None:
        """The far end was transferred: it hangs up by itself, or, where it ignores Replaces, we do."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.closed.wait(), REPLACED_SECONDS)
        await self.hang_up()
