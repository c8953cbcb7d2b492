"""How one call speaks, in its language: a rendered prompt leaves at once; another one is spoken while it is made."""

import asyncio
from collections.abc import Callable

import numpy as np

from callbot.audio.types import TELEPHONE_HZ, Pcm
from callbot.errors import EngineError
from callbot.events import PlayPrompt
from callbot.parts import Voice
from callbot.playback import Playback, Stopped

PROMPTS = 8
"""Prompts that wait to be made; a conversation asks for two at most."""
PATIENCE_SECONDS = 0.4
"""A sentence that is not rendered and takes longer than this to begin is preceded by the filler."""


class Mouth:
    """One call's mouth, around its leg's Playback. `run` is a task of the call; `on_fault` is told when no voice can speak.

    `voice`: by language, empty for the call's.
    """

    def __init__(
        self, playback: Playback, voice: Callable[[str], Voice], on_fault: Callable[[EngineError], None]
    ) -> None:
        self._playback = playback
        self._voice = voice
        self._on_fault = on_fault
        self._waiting: asyncio.Queue[PlayPrompt] = asyncio.Queue(PROMPTS)
        self._making: asyncio.Task[None] | None = None

    def play(self, prompt: PlayPrompt, at_ms: int) -> None:
        """Say `prompt` after what is being said."""
        prompts = self._voice(prompt.language).prompts
        sound = None if prompt.shown else prompts.ready(prompt.text, slow=prompt.slow)
        if sound is None or self._making or not self._waiting.empty():
            self._waiting.put_nowait(prompt)
            return
        self._playback.begin(prompt)
        self._playback.add(sound)
        self._playback.add(_silence(prompt.pause_ms))
        self._playback.end()
        self._playback.pump(at_ms)

    def play_music(self, music_8k: Pcm, at_ms: int) -> None:
        """Play music until `clear`."""
        self._playback.play_music(music_8k)
        self._playback.pump(at_ms)

    def sound(self, pcm_8k: Pcm, at_ms: int) -> None:
        """Play a short sound that is no sentence, after what is being said; nobody is told when it was heard."""
        self._playback.begin(PlayPrompt(""), quiet=True)
        self._playback.add(pcm_8k)
        self._playback.end()
        self._playback.pump(at_ms)

    def hold_back(self, at_ms: int) -> Stopped | None:
        """Be silent at once, and go on making what is to be said; what was heard so far, None if nothing was."""
        return self._playback.hold_back(at_ms)

    def take_up(self, at_ms: int) -> None:
        """Go on with it, from a little before."""
        self._playback.take_up(at_ms)

    def clear(self, at_ms: int) -> Stopped | None:
        """Be silent at once, and forget the rest; what was heard of the interrupted prompt, None if none was."""
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
        voice = self._voice(prompt.language)
        hurry = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self._fill_in, voice)
        begun = False
        try:
            async for chunk in voice.prompts.stream(
                prompt.text, slow=prompt.slow, private=bool(prompt.shown)
            ):
                hurry.cancel()
                if not begun:
                    begun = True
                    self._playback.begin(prompt)
                self._playback.add(chunk)
        finally:
            hurry.cancel()
        if begun:
            self._playback.add(_silence(prompt.pause_ms))
            self._playback.end()

    def _fill_in(self, voice: Voice) -> None:
        sound = voice.prompts.ready(voice.filler)
        if sound is not None:
            self._playback.begin(PlayPrompt(voice.filler), quiet=True)
            self._playback.add(sound)
            self._playback.end()


def _silence(pause_ms: int) -> Pcm:
    return np.zeros(TELEPHONE_HZ * pause_ms // 1000, np.int16)
