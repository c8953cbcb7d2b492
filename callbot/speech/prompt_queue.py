"""The queue before the synthesiser: whole prompts go in, their sentences are spoken one at a time, the urgent ones first.

One task hands out sentences, so a prompt that a caller waits for never waits for more than the one sentence being spoken.
Sentences of the background are spoken on a thread of low priority, the urgent ones on another.
"""

import asyncio
import logging
import os
import sys
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from callbot.audio.types import Pcm
from callbot.errors import CallbotError, EngineError
from callbot.speech.speaking import speak_sentence
from callbot.speech.synthesizer import Synthesizer

log = logging.getLogger(__name__)

MOST_IN_MAKING = 256
"""Prompts being made at once; one more is an EngineError (the fallback, if any, says it)."""

LOW_PRIORITY = 10


class Making:
    """One prompt on its way: its sentences, the pieces spoken so far, and those who wait for the next one."""

    def __init__(self, key: str, sentences: list[str], *, urgent: bool) -> None:
        self.key = key
        self.sentences = sentences
        self.urgent = urgent
        self.pieces: list[Pcm] = []
        self.error: EngineError | None = None
        self.ticket = 0
        self._news = asyncio.Event()

    @property
    def over(self) -> bool:
        """True when it is whole, or failed."""
        return self.error is not None or len(self.pieces) == len(self.sentences)

    async def piece(self, number: int) -> Pcm | None:
        """Wait for a piece, from 0; None after the last one. Raises EngineError if the making failed before it."""
        while len(self.pieces) <= number and not self.over:
            await self._news.wait()
        if len(self.pieces) > number:
            return self.pieces[number]
        if self.error:
            raise EngineError(str(self.error)) from self.error
        return None

    async def whole(self) -> None:
        """Wait until it is over. Raises EngineError if it failed."""
        await self.piece(len(self.sentences))

    def add(self, piece: Pcm) -> None:
        """One sentence more was spoken."""
        self.pieces.append(piece)
        self._tell()

    def fail(self, error: EngineError) -> None:
        """No further piece will come."""
        self.error = error
        self._tell()

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()


class PromptQueue:
    """Makes prompts with one synthesiser. `keep(key, pcm)` takes each whole one; what it raises is logged."""

    def __init__(self, synthesizer: Synthesizer, keep: Callable[[str, Pcm], Awaitable[None]]) -> None:
        self._synthesizer = synthesizer
        self._keep = keep
        self._makings: dict[str, Making] = {}
        self._turns: asyncio.PriorityQueue[tuple[bool, int, Making]] = asyncio.PriorityQueue()
        self._tickets = 0
        self._worker: asyncio.Task[None] | None = None
        self._at_once = ThreadPoolExecutor(1, "prompts-urgent")
        self._in_background = ThreadPoolExecutor(1, "prompts-background", _step_back)
        self._closed = False

    def make(self, key: str, sentences: list[str], *, urgent: bool) -> Making:
        """The prompt in the making, begun now unless it already is: several callers may follow the same one.

        Raises EngineError when too many are being made, or after `close`.
        """
        if self._closed:
            raise EngineError("prompts were closed")
        making = self._makings.get(key)
        if making is None:
            if len(self._makings) >= MOST_IN_MAKING:
                raise EngineError(f"{MOST_IN_MAKING} prompts are being made already")
            making = self._makings[key] = Making(key, sentences, urgent=urgent)
            self._take_ticket(making)
        elif urgent and not making.urgent:
            making.urgent = True
            self._take_ticket(making)
        return making

    async def close(self) -> None:
        """Stop after the sentence being spoken; who still waits gets an EngineError. Idempotent."""
        self._closed = True
        if self._worker:
            self._worker.cancel()
            await asyncio.wait([self._worker])
        for making in self._makings.values():
            making.fail(EngineError("prompts were closed"))
        self._makings.clear()
        for executor in (self._at_once, self._in_background):
            await asyncio.to_thread(executor.shutdown, cancel_futures=True)

    def _take_ticket(self, making: Making) -> None:
        """Wait for a turn. A newer ticket voids the older one: an urgent prompt leaves its place in the background."""
        self._tickets += 1
        making.ticket = self._tickets
        self._turns.put_nowait((not making.urgent, making.ticket, making))
        if self._worker is None:
            self._worker = asyncio.create_task(self._work(), name="prompts")

    async def _work(self) -> None:
        while True:
            _, ticket, making = await self._turns.get()
            if ticket != making.ticket:
                continue
            try:
                await self._next_sentence(making)
            except EngineError as error:
                making.fail(error)
            except Exception as error:  # the rim: one prompt fails, the others go on
                log.exception("a prompt failed for a reason nobody foresaw")
                making.fail(EngineError(f"speech failed: {error!r}"))
            if not making.over:
                self._take_ticket(making)
                continue
            await self._finish(making)

    async def _next_sentence(self, making: Making) -> None:
        """Speak one sentence on the thread that its urgency gives it."""
        number = len(making.pieces)
        last = number + 1 == len(making.sentences)
        thread = self._at_once if making.urgent else self._in_background
        making.add(await say_on(thread, self._synthesizer, making.sentences[number], last=last))

    async def _finish(self, making: Making) -> None:
        """Have a whole prompt kept, then forget it."""
        try:
            if making.error is None:
                await self._keep(making.key, np.concatenate(making.pieces))
        except (OSError, CallbotError) as error:
            log.error("a prompt was spoken but cannot be kept: %s", error)
        finally:
            self._makings.pop(making.key, None)


async def say_on(thread: ThreadPoolExecutor, synthesizer: Synthesizer, sentence: str, *, last: bool) -> Pcm:
    """Speak one sentence on a thread: int16 at 8 kHz, shaped. Raises EngineError."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(thread, lambda: speak_sentence(synthesizer, sentence, last=last))


def _step_back() -> None:
    """Lower this thread's priority (Linux counts priority by thread; elsewhere it stays as it is)."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOW_PRIORITY)
