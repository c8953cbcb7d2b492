"""How one call speaks: a rendered prompt leaves at once; one that is not rendered is spoken while it is made."""

import asyncio
from collections.abc import Callable

from callbot.audio.types import Pcm
from callbot.errors import EngineError
from callbot.events import PlayPrompt
from callbot.playback import Playback
from callbot.speech.prompts import Prompts

PROMPTS = 8
"""Prompts that wait to be made; a conversation asks for two at most."""
PATIENCE_SECONDS = 0.4
"""A sentence that is not rendered and takes longer than this to begin is preceded by the filler."""


class Mouth:
    """One call's mouth, around its leg's Playback. `run` is a task of the call; `on_fault` is told when no voice can speak."""

    def __init__(
        self, playback: Playback, prompts: Prompts, filler: str, on_fault: Callable[[EngineError], None]
    ) -> None:
        self._playback = playback
        self._prompts = prompts
        self._filler = filler
        self._on_fault = on_fault
        self._waiting: asyncio.Queue[PlayPrompt] = asyncio.Queue(PROMPTS)
        self._making: asyncio.Task[None] | None = None

    def play(self, prompt: PlayPrompt, at_ms: int) -> None:
        """Say `prompt` after what is being said."""
        sound = self._prompts.ready(prompt.text, slow=prompt.slow)
        if sound is None or self._making or not self._waiting.empty():
            self._waiting.put_nowait(prompt)
            return
        self._playback.begin(prompt)
        self._playback.add(sound)
        self._playback.end()
        self._playback.pump(at_ms)

    def play_music(self, music_8k: Pcm, at_ms: int) -> None:
        """Play music until `clear`."""
        self._playback.play_music(music_8k)
        self._playback.pump(at_ms)

    def clear(self, at_ms: int) -> int | None:
        """Be silent at once; milliseconds of the interrupted prompt that were heard, None if none was."""
        while not self._waiting.empty():
            self._waiting.get_nowait()
        if self._making:
            self._making.cancel()
        return self._playback.clear(at_ms)

    async def run(self) -> None:
        """Make what is not rendered, one prompt after the other, for as long as the call lasts."""
        while True:
            prompt = await self._waiting.get()
            self._making = asyncio.create_task(self._make(prompt))
            try:
                await self._making
            except asyncio.CancelledError:
                if (me := asyncio.current_task()) and me.cancelling():
                    raise  # the call ends; barge-in cancels the making only
            except EngineError as error:
                self._on_fault(error)
            finally:
                self._making = None

    async def _make(self, prompt: PlayPrompt) -> None:
        hurry = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self._fill_in)
        begun = False
        try:
            async for chunk in self._prompts.stream(prompt.text, slow=prompt.slow):
                hurry.cancel()
                if not begun:
                    begun = True
                    self._playback.begin(prompt)
                self._playback.add(chunk)
        finally:
            hurry.cancel()
        if begun:
            self._playback.end()

    def _fill_in(self) -> None:
        sound = self._prompts.ready(self._filler)
        if sound is not None:
            self._playback.begin(PlayPrompt(self._filler), quiet=True)
            self._playback.add(sound)
            self._playback.end()
