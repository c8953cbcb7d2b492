"""The queue before the synthesiser: sentences go in, the ones that a caller waits for are spoken first.

One task speaks urgent sentences, one at a time, another one those that nobody waits for, so that a caller never waits for one of
these. Among urgent ones, first sentences come before second ones: a caller with a long answer does not hold up the others' first words.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from callbot.audio.types import TELEPHONE_HZ, Pcm
from callbot.errors import CallbotError, EngineError
from callbot.priorities import RECOGNITION, RENDERING, step_back
from callbot.speech.speaking import speak_sentence
from callbot.speech.synthesizer import Synthesizer

log = logging.getLogger(__name__)

MOST_IN_MAKING = 1024
"""Sentences waiting at once; one more is refused with an EngineError (the fallback, if any, says it)."""

NEW_SHARE = 0.3
"""What the newest sentence counts for in the pace."""

Turn = tuple[bool, int, int]
"""(may wait, place in its prompt, order of arrival); the lowest is spoken next."""


@dataclass(slots=True)
class _Making:
    """One sentence on its way. Several callers may wait for it; none of them can cancel it."""

    key: str
    sentence: str
    turn: Turn
    done: asyncio.Future[Pcm]
    begun: bool = False


class PromptQueue:
    """Speaks sentences with one synthesiser. `keep(key, pcm)` takes each one as soon as it is spoken; what it raises is logged."""

    def __init__(self, synthesizer: Synthesizer, keep: Callable[[str, Pcm], Awaitable[None]]) -> None:
        self._synthesizer = synthesizer
        self._keep = keep
        self._makings: dict[str, _Making] = {}
        self._turns: dict[bool, asyncio.PriorityQueue[tuple[Turn, str]]] = {
            may_wait: asyncio.PriorityQueue() for may_wait in (False, True)
        }
        self._arrivals = 0
        self._workers: list[asyncio.Task[None]] = []
        self._at_once = ThreadPoolExecutor(1, "prompts-urgent", step_back, (RECOGNITION,))
        self._in_background = ThreadPoolExecutor(1, "prompts-background", step_back, (RENDERING,))
        self._closed = False
        self.pace = 0.0
        """Seconds that a second of speech takes to be made, of late; 0: nothing has been made yet."""
        self._held = False
        self._changed = asyncio.Event()  # something was asked for, or the queue is held no more

    def drop(self, keys: Iterable[str]) -> None:
        """Nobody waits for these any more, and nobody will: they are not spoken, but for the one that is being spoken."""
        for key in keys:
            if making := self._makings.pop(key, None):
                making.done.cancel()

    def hold(self, *, held: bool) -> None:
        """Begin no sentence that nobody waits for (true), or go on."""
        if self._held and not held:
            self._changed.set()
        self._held = held

    def ask(self, key: str, sentence: str, *, place: int, urgent: bool) -> asyncio.Future[Pcm]:
        """Have a sentence spoken, begun now unless it already is: int16 at 8 kHz, or EngineError. To be waited for with `heard`.

        Raises EngineError at once when too many wait, or after `close`.
        """
        if self._closed:
            raise EngineError("prompts were closed")
        self._arrivals += 1
        turn = (not urgent, place, self._arrivals)
        making = self._makings.get(key)
        if making is None:
            if len(self._makings) >= MOST_IN_MAKING:
                raise EngineError(f"{MOST_IN_MAKING} sentences wait to be spoken already")
            done: asyncio.Future[Pcm] = asyncio.get_running_loop().create_future()
            done.add_done_callback(_look_at)
            making = self._makings[key] = _Making(key, sentence, turn, done)
            self._turns[turn[0]].put_nowait((turn, key))
        elif turn < making.turn and not making.begun:
            making.turn = turn  # voids the entry with the older turn
            self._turns[turn[0]].put_nowait((turn, key))
        self._changed.set()
        if not self._workers:
            self._workers = [
                asyncio.create_task(self._work(may_wait), name="prompts") for may_wait in self._turns
            ]
        return making.done

    async def close(self) -> None:
        """Stop after the sentence being spoken; who still waits gets an EngineError. Idempotent."""
        self._closed = True
        for worker in self._workers:
            worker.cancel()
        if self._workers:
            await asyncio.wait(self._workers)
        for making in self._makings.values():
            if not making.done.done():
                making.done.set_exception(EngineError("prompts were closed"))
        self._makings.clear()
        for executor in (self._at_once, self._in_background):
            await asyncio.to_thread(executor.shutdown, cancel_futures=True)

    async def _work(self, may_wait: bool) -> None:
        while True:
            turn, key = await self._turns[may_wait].get()
            making = self._makings.get(key)
            if making is None or making.turn != turn:
                continue
            if may_wait and self._held:
                self._turns[may_wait].put_nowait((turn, key))
                self._changed.clear()
                await self._changed.wait()
                continue
            making.begun = True
            try:
                await self._speak(making)
            except EngineError as error:
                _fail(making, error)
            except Exception as error:  # the rim: one sentence fails, the others go on
                log.exception("a sentence failed for a reason nobody foresaw")
                _fail(making, EngineError(f"speech failed: {error!r}"))
            self._makings.pop(key, None)

    async def _speak(self, making: _Making) -> None:
        """Speak on the thread that the urgency gives, have it kept, then tell those who wait."""
        may_wait, _, _ = making.turn
        thread = self._in_background if may_wait else self._at_once
        began = time.monotonic()
        pcm = await speak_on(thread, self._synthesizer, making.sentence)
        if not may_wait:
            self._note_pace((time.monotonic() - began) * TELEPHONE_HZ / len(pcm))
        try:
            await self._keep(making.key, pcm)
        except (OSError, CallbotError) as error:
            log.error("a sentence was spoken but cannot be kept: %s", error)
        if not making.done.done():
            making.done.set_result(pcm)

    def _note_pace(self, pace: float) -> None:
        self.pace = pace if not self.pace else self.pace + NEW_SHARE * (pace - self.pace)


def _fail(making: _Making, error: EngineError) -> None:
    if not making.done.done():
        making.done.set_exception(error)


async def heard(piece: asyncio.Future[Pcm]) -> Pcm:
    """Wait for a sentence. Who is cancelled while waiting does not cancel it for the others. Raises EngineError."""
    if not piece.done():
        await asyncio.wait([piece])
    return piece.result()


async def speak_on(thread: ThreadPoolExecutor, synthesizer: Synthesizer, sentence: str) -> Pcm:
    """Speak one sentence on a thread: int16 at 8 kHz, shaped. Raises EngineError."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(thread, speak_sentence, synthesizer, sentence)


def _look_at(done: asyncio.Future[Pcm]) -> None:
    """A failure that nobody waits for any more is not news."""
    if not done.cancelled():
        done.exception()
