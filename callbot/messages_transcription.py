"""Writes a caller's message down, behind the calls: a second of sound at a time, decoded only when no caller waits for a thread."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import numpy as np

from callbot.audio.resampling import Resampler
from callbot.audio.types import SPEECH_HZ, Pcm
from callbot.speech.endpointing import Stopped, TooLong
from callbot.speech.listening import Listener, Speech
from callbot.speech.recognizer import Recognizer, RecognizerEngine

__all__ = ["Writer"]

PIECE_MS = 320
"""Of sound that is looked at in one go: a few milliseconds of work in the loop that sends sound to callers."""
REST_S = 0.02
TAIL_MS = 1000
PAUSE_MS, END_MS, MOST_MS = 100, 800, 15_000
"""A message's sentences are longer than answers; and a piece of work is never so long that a caller waits for it."""
AHEAD_S = 60
"""How long it may wait as work that nobody waits for; then it is asked for all the same."""
LOOK_S = 0.05


@dataclass(frozen=True, slots=True)
class Writer:
    """Transcribes with `engine`; `quiet` returns when there is room for one more piece of work."""

    engine: RecognizerEngine
    quiet: Callable[[], Awaitable[None]]

    async def write(self, pcm: Pcm, rate_hz: int, language: str) -> str:
        """The text of a recording (int16 mono), its sentences joined by spaces. Raises EngineError."""
        sound = Resampler(rate_hz, SPEECH_HZ).push(pcm) if rate_hz != SPEECH_HZ else pcm
        sound = np.concatenate((sound, np.zeros(SPEECH_HZ * TAIL_MS // 1000, np.int16)))
        listener = Listener(PAUSE_MS, END_MS, MOST_MS)
        size = SPEECH_HZ * PIECE_MS // 1000
        texts: list[str] = []
        await self.quiet()
        recognizer = await self.engine.lend(language)
        try:
            for at in range(0, len(sound), size):
                for heard in listener.push(sound[at : at + size]):
                    match heard:
                        case Speech(piece):
                            recognizer.push(piece)
                        case Stopped() | TooLong():
                            texts.append(await self._decode(recognizer))
                await asyncio.sleep(REST_S)
        finally:
            await recognizer.close()
        return " ".join(filter(None, texts))

    async def _decode(self, recognizer: Recognizer) -> str:
        """As work ahead of need, which every caller's turn goes before."""
        await self.quiet()
        recognizer.prepare()
        loop = asyncio.get_running_loop()
        until = loop.time() + AHEAD_S
        while recognizer.prepared() is None and loop.time() < until:  # noqa: ASYNC110 (the protocol has no event)
            await asyncio.sleep(LOOK_S)
        return (await recognizer.final()).text
