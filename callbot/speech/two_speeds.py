"""Two engines as one: the better one, and under load, from one utterance to the next, the faster one."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import Any

from callbot.audio.types import Pcm
from callbot.errors import EngineError
from callbot.load import Level, Pressure
from callbot.speech.recognizer import Recognizer, RecognizerEngine, Transcript

log = logging.getLogger(__name__)

__all__ = ["EngineInTwoSpeeds", "RecognizerInTwoSpeeds"]


class EngineInTwoSpeeds:
    """`better` hears until the load is FASTER_MODEL; its name and model are this one's."""

    def __init__(self, better: RecognizerEngine, faster: RecognizerEngine) -> None:
        self._better, self._faster = better, faster
        self.name, self.model = better.name, better.model
        self.fast = False
        """Whether utterances that begin now are the faster one's."""

    async def lend(self, language: str = "fr") -> "RecognizerInTwoSpeeds":
        """A recogniser of the better one; the faster one's is lent when it is needed. Raises EngineError when the better has none left."""
        better = await self._better.lend(language)
        return RecognizerInTwoSpeeds(self, better, lambda: self._faster.lend(language))

    def pressure(self) -> Pressure:
        """Of both: they share the processors."""
        one, other = self._better.pressure(), self._faster.pressure()
        return replace(one | other, backlog_ms=one.backlog_ms + other.backlog_ms)

    def degrade(self, level: Level) -> None:
        """Each of them, and which of them hears."""
        self.fast = level >= Level.FASTER_MODEL
        self._better.degrade(level)
        self._faster.degrade(level)

    async def close(self) -> None:
        """Close both."""
        await asyncio.gather(self._better.close(), self._faster.close())


class RecognizerInTwoSpeeds:
    """One caller's recognisers. An utterance is heard to its end by the one that it began with.

    The faster one is asked for when the first utterance under load begins, which the better one still hears, and kept. Where none is left
    the better one goes on, and at the next utterance one is asked for again.
    """

    def __init__(
        self,
        engine: EngineInTwoSpeeds,
        better: Recognizer,
        lend: Callable[[], Coroutine[Any, Any, Recognizer]],
    ) -> None:
        self._engine, self._better, self._lend = engine, better, lend
        self._faster: Recognizer | None = None
        self._lending: asyncio.Task[None] | None = None
        self._hearing = better
        self._within = False  # something of an utterance was pushed

    def push(self, pcm_16k: Pcm) -> None:
        """As Recognizer has it."""
        if not self._within:
            self._within = True
            self._hearing = self._which()
        self._hearing.push(pcm_16k)

    def _which(self) -> Recognizer:
        """Who hears the utterance that begins."""
        if not self._engine.fast:
            return self._better
        if self._faster is None and (self._lending is None or self._lending.done()):
            self._lending = asyncio.create_task(self._borrow())
        return self._faster or self._better

    async def _borrow(self) -> None:
        try:
            self._faster = await self._lend()
        except EngineError as error:
            log.info("no faster recogniser is left for a call: %s", error)

    def partial(self) -> str:
        """As Recognizer has it."""
        return self._hearing.partial()

    def prepare(self) -> None:
        """As Recognizer has it."""
        self._hearing.prepare()

    def prepared(self) -> str | None:
        """As Recognizer has it."""
        return self._hearing.prepared()

    def final(self) -> Awaitable[Transcript]:
        """As Recognizer has it."""
        self._within = False
        return self._hearing.final()

    def reset(self) -> None:
        """As Recognizer has it."""
        self._within = False
        self._hearing.reset()

    async def close(self) -> None:
        """Give back what was lent."""
        if self._lending:
            await asyncio.wait([self._lending])
        lent = [self._better, self._faster] if self._faster else [self._better]
        await asyncio.gather(*(one.close() for one in lent))
