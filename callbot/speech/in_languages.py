"""Speech to text in several languages: an engine that lends recognisers which turn from one language to another within a call."""

import asyncio
from collections.abc import Awaitable, Mapping
from functools import reduce
from operator import or_

from callbot.audio.types import Pcm
from callbot.load import Level, Pressure
from callbot.speech.recognizer import Recognizer, RecognizerEngine, Transcript

__all__ = ["EngineInLanguages", "RecognizerInLanguages"]


class EngineInLanguages:
    """An engine per language, where several may be one and the same. The first one is the call's at its beginning."""

    def __init__(self, engines: Mapping[str, RecognizerEngine]) -> None:
        self._engines = dict(engines)
        first = next(iter(self._engines.values()))
        self.name, self.model = first.name, first.model

    async def lend(self, language: str = "fr") -> "RecognizerInLanguages":
        """A recogniser for one call, in `language` at first. Raises EngineError when one of the engines has none left."""
        lent: dict[str, Recognizer] = {}
        try:
            for code, engine in self._engines.items():
                lent[code] = await engine.lend(code)
        except BaseException:
            await asyncio.gather(*(recognizer.close() for recognizer in lent.values()))
            raise
        return RecognizerInLanguages(lent, language)

    def pressure(self) -> Pressure:
        """Of whichever is further behind."""
        each = [engine.pressure() for engine in dict.fromkeys(self._engines.values())]
        return reduce(or_, each)

    def degrade(self, level: Level) -> None:
        """Each of them."""
        for engine in dict.fromkeys(self._engines.values()):
            engine.degrade(level)

    async def close(self) -> None:
        """Close each engine, once."""
        await asyncio.gather(*(engine.close() for engine in dict.fromkeys(self._engines.values())))


class RecognizerInLanguages:
    """One caller's recognisers, of which one hears."""

    def __init__(self, lent: Mapping[str, Recognizer], language: str) -> None:
        self._lent = dict(lent)
        self._hearing = self._lent[language]

    def turn_to(self, language: str) -> None:
        """Hear in that language from now on; what was heard of the utterance is forgotten."""
        self._hearing.reset()
        self._hearing = self._lent[language]

    def push(self, pcm_16k: Pcm) -> None:
        """As Recognizer has it."""
        self._hearing.push(pcm_16k)

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
        return self._hearing.final()

    def reset(self) -> None:
        """As Recognizer has it."""
        self._hearing.reset()

    async def close(self) -> None:
        """Give them all back."""
        await asyncio.gather(*(recognizer.close() for recognizer in self._lent.values()))
