"""One call: the rim around its flow. A telephone leg's messages in, messages out; whatever fails ends this call only.

The only clock is the caller's audio: each frame of theirs moves ours by as much. A leg that sends none (silence suppression,
a fault) is filled up with silence, so that the conversation never stands still.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable
from dataclasses import dataclass

from callbot.audio.types import FRAME_MS
from callbot.call_flow import Flow
from callbot.errors import CallbotError, MediaProtocolError
from callbot.events import Outcome
from callbot.media.dialect import Dialect, LegClosed, LegOpened, Message
from callbot.parts import Shared
from callbot.transports import Transport

logger = logging.getLogger(__name__)

OUT_MESSAGES = 4096
"""Messages that wait for a leg to read them; one more means that it does not read, and the call ends."""
OPENING_SECONDS = 10
"""How long a connection may take to say what call it brings."""
GOODBYE_SECONDS = 3
"""How long a leg may take to close after we asked it to."""
CLOSING_SECONDS = 5
"""How long a leg may take to read what is left and to close; then the connection is cut."""
NAP_SECONDS = 0.12
"""How long the sound of who waits and says nothing is left to gather: each look at a leg costs as much as the sound in it.
Far less than what would be taken for a gap (gaps.ASLEEP_MS)."""
MOST_GATHERED = 12
"""Messages of sound that are taken as one."""
LAST_WORDS_SECONDS = 15
"""How long the last words may take."""


@dataclass(frozen=True, slots=True)
class _Outgoing:
    """A message for the leg; `sound` (with its marks) is stale once something broke."""

    message: Message
    sound: bool


class Call:
    """One telephone call, from the leg's opening to its end.

    `mirrored`: the leg also gets every event, as a text message `{"event": "CALL_EVENT", "data": …}`.
    """

    def __init__(
        self, call_id: str, dialect: Dialect, transport: Transport, shared: Shared, *, mirrored: bool = False
    ) -> None:
        self.call_id = call_id
        self.flow: Flow | None = None
        """What the call does, once the leg has said what call it brings."""
        self._dialect = dialect
        self._transport = transport
        self._shared = shared
        self._mirrored = mirrored
        self._out: asyncio.Queue[_Outgoing] = asyncio.Queue(OUT_MESSAGES)
        self._writing = False  # a message is on its way that did not wait in _out any more
        self._opened = asyncio.Event()
        self._next: deque[Message | None] = deque()  # received already, to be taken next

    @property
    def with_people(self) -> bool:
        """The caller waits for a person, or speaks to one: the bot has nothing to do but to play music."""
        return self.flow is not None and self.flow.with_people

    async def run(self) -> None:
        """Hold the call until it ends. Whatever fails ends this call only, with a person announced where that is possible."""
        try:
            await self._hold()
        except* MediaProtocolError as errors:
            if self.flow and not self.flow.with_person:
                self.flow.actions.outcome = self.flow.actions.outcome or Outcome.FAILED
            logger.warning("call %s: the leg broke its protocol: %s", self.call_id, _reasons(errors))
        except* CallbotError as errors:
            logger.error("call %s: %s", self.call_id, _reasons(errors))
            await self._last_resort()
        except* Exception:  # the rim of one call: logged with its traceback, then the caller goes to a person
            logger.exception("call %s: unexpected fault", self.call_id)
            await self._last_resort()
        finally:
            await self._end()

    def give_up(self, reason: str) -> None:
        """A person takes over, for `closing` (the service stops) or `fault`. A leg that has not opened is cut off."""
        if self.flow:
            self.flow.give_up(reason)
        else:
            self._transport.abort()

    def cut(self) -> None:
        """End the call now, whatever it does: the service has stopped."""
        self._transport.abort()

    async def _hold(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            others = [tasks.create_task(work()) for work in (self._write, self._flow_on, self._linger)]
            await self._listen()
            for task in others:
                task.cancel()

    async def _listen(self) -> None:
        """Take the leg's messages until it closes."""
        while (message := await self._receive()) is not None:
            for event in self._dialect.receive(message):
                if isinstance(event, LegOpened):
                    await self._open(event)
                elif self.flow:
                    self.flow.take(event)
                if isinstance(event, LegClosed):
                    return

    async def _receive(self) -> Message | None:
        """The next message; of who waits and says nothing, the sound that has come meanwhile in one."""
        if not (self.flow and self.flow.sleeps):
            return self._next.popleft() if self._next else await self._transport.receive()
        if not self._next and not self._transport.waiting:
            await self._transport.rest(NAP_SECONDS)
        message = self._next.popleft() if self._next else await self._transport.receive()
        if not isinstance(message, bytes):
            return message
        sounds = [message]
        while len(sounds) < MOST_GATHERED and self._transport.waiting:
            following = await self._transport.receive()
            if not isinstance(following, bytes):
                self._next.append(following)
                break
            sounds.append(following)
        return b"".join(sounds)

    async def _open(self, leg: LegOpened) -> None:
        """Begin the call's flow; what the leg sends meanwhile waits."""
        self._send(self._dialect.answer())
        self.flow = Flow(
            self.call_id,
            self._dialect,
            leg,
            self._shared,
            send=self._send,
            send_sound=self._send_sound,
            mirrored=self._mirrored,
        )
        self._opened.set()
        await self.flow.ready.wait()

    async def _flow_on(self) -> None:
        await self._opened.wait()
        assert self.flow
        await self.flow.run()

    async def _linger(self) -> None:
        """Close a leg that does not open; and, a moment after we have ended the call, one that does not close by itself."""
        try:
            async with asyncio.timeout(OPENING_SECONDS):
                await self._opened.wait()
        except TimeoutError:
            logger.warning("call %s: the leg did not open in time", self.call_id)
        else:
            assert self.flow
            await self.flow.actions.over.wait()
            await asyncio.sleep(GOODBYE_SECONDS)
        await self._close(self._transport.close())

    async def _close(self, closing: Awaitable[None]) -> None:
        """Await `closing`; a leg that takes too long is cut off."""
        try:
            async with asyncio.timeout(CLOSING_SECONDS):
                await closing
        except TimeoutError:
            self._transport.abort()

    async def _write(self) -> None:
        """Send what could not leave at once, in order."""
        while True:
            outgoing = await self._out.get()
            self._writing = True
            await self._transport.send(outgoing.message)
            self._writing = False

    def _send(self, messages: list[Message], *, sound: bool = False) -> None:
        for message in messages:
            if not self._writing and self._out.empty() and self._transport.send_now(message):
                continue
            try:
                self._out.put_nowait(_Outgoing(message, sound))
            except asyncio.QueueFull:
                raise MediaProtocolError("the leg does not read what it is sent") from None

    def _send_sound(self, messages: list[Message]) -> None:
        self._send(messages, sound=True)

    async def _end(self) -> None:
        """Whatever fails here, the leg is closed and the recogniser given back."""
        async with contextlib.AsyncExitStack() as last:
            if self.flow:
                last.push_async_callback(self.flow.close)
            last.push_async_callback(self._close, self._take_leave())
            if self.flow:
                self.flow.publish_end()

    async def _take_leave(self) -> None:
        """Send what is left, then close; what still comes in is read, or the leg's own closing would not be seen."""
        while not self._out.empty():
            await self._transport.send(self._out.get_nowait().message)
        await asyncio.gather(self._transport.close(), self._read_on())

    async def _read_on(self) -> None:
        while await self._transport.receive() is not None:
            pass

    async def _last_resort(self) -> None:
        """Something broke beyond the conversation: say so if that is rendered, and let the PBX go on with the call.

        Not to a caller who speaks to a person: our bridge leaves those alone when we close the connection.
        """
        if self.flow and (self.flow.actions.over.is_set() or self.flow.with_person):
            return  # the leg was told how the call ends
        if self.flow:
            self.flow.actions.outcome = Outcome.FAILED
        try:
            async with asyncio.timeout(LAST_WORDS_SECONDS):
                await self._say_last_words()
        except TimeoutError:
            logger.warning("call %s: the leg does not read the last words", self.call_id)

    async def _say_last_words(self) -> None:
        waiting = [self._out.get_nowait() for _ in range(self._out.qsize())]
        for outgoing in waiting:
            if not outgoing.sound:
                await self._transport.send(outgoing.message)
        language = self.flow.actions.language if self.flow else ""
        closed = self._shared.last_words_closed(self.flow.line, language) if self.flow else ""
        voice = self._shared.voice(language)
        sound = voice.prompts.ready(closed or voice.last_words)
        if sound is not None and self.flow:
            for messages in self.flow.actions.playback.last_words(sound):
                for message in messages:
                    await self._transport.send(message)
                await asyncio.sleep(FRAME_MS / 1000)
        reception = "" if closed else self._shared.reception
        transfer = self._dialect.transfer(reception) if reception else None
        if closed and self.flow:
            self._shared.onward.end(self.flow.leg_id)
        for message in transfer or self._dialect.hang_up():
            await self._transport.send(message)


def _reasons(errors: BaseExceptionGroup[BaseException]) -> str:
    """The messages of a group's errors; ours name settings and protocols, never what a caller said."""
    found = [error for error in errors.exceptions if not isinstance(error, BaseExceptionGroup)]
    nested = [_reasons(error) for error in errors.exceptions if isinstance(error, BaseExceptionGroup)]
    return "; ".join([*map(str, found), *nested])
