"""Gives the synthetic callers their voices: Pico in this process, Kokoro's model with other timbres. Blocking, thread-safe."""

import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from callbot.audio.types import Pcm
from callbot.errors import EngineError
from callbot.heard.callers import Caller
from callbot.speech.kokoro import KokoroSynthesizer
from callbot.speech.pico import LANGUAGES

__all__ = ["MODEL", "STYLES", "Mouths", "pronounceable"]

MODEL = "kokoro-ff_siwis"
"""The catalogue's voice whose model speaks."""
STYLES = "kokoro-callers"
"""The catalogue's item with the other timbres."""
PICO_HZ = 16000
_SPELLED = re.compile(r"\b(?:avc|cmu|cni|edf|hlm|irm|jdc|plu|pmi|pmr|rdv|rer|rsa|tgv)\b")


class Mouths:
    """Speaks as any caller. Models are opened when they are first needed; `voices_dir` as in the settings."""

    def __init__(self, voices_dir: Path) -> None:
        self._folder = voices_dir
        self._kokoro: dict[str, KokoroSynthesizer] = {}
        self._pico: Any = None
        self._alone = threading.Lock()

    def say(self, text: str, caller: Caller) -> tuple[Pcm, int]:
        """The sound (int16) and its rate in Hz. Raises EngineError."""
        said = pronounceable(text)
        with self._alone:
            pcm, rate_hz = self._with_kokoro(said, caller) if caller.style else self._with_pico(said, caller)
        if not pcm.any():
            raise EngineError(f"the caller '{caller.name}' made no sound for {text!r}")
        return pcm, round(rate_hz / caller.tract)

    def _with_pico(self, text: str, caller: Caller) -> tuple[Pcm, int]:
        if self._pico is None:
            from py_nanotts import NanoTTS

            self._pico = NanoTTS()
        raw = self._pico.speak(
            text, voice=LANGUAGES["fr"], speed=caller.speed * caller.tract, pitch=caller.pitch * caller.tract
        )
        return np.frombuffer(raw, "<i2").astype(np.int16), PICO_HZ

    def _with_kokoro(self, text: str, caller: Caller) -> tuple[Pcm, int]:
        if caller.style not in self._kokoro:
            self._kokoro[caller.style] = self._open(caller.style)
        voice = self._kokoro[caller.style]
        return np.concatenate([np.zeros(0, np.int16), *voice.synthesize(text)]), voice.rate_hz

    def _open(self, style: str) -> KokoroSynthesizer:
        """The model once, whatever the timbre."""
        if opened := next(iter(self._kokoro.values()), None):
            return opened.with_style(self._style_file(style))
        model = KokoroSynthesizer(self._folder / MODEL, MODEL, "")
        return model.with_style(self._style_file(style))

    def _style_file(self, style: str) -> Path:
        folders = (self._folder / MODEL, self._folder / STYLES)
        file = next(
            (path for folder in folders if (path := folder / "voices" / f"{style}.bin").is_file()), None
        )
        if file is None:
            raise EngineError(f"the caller '{style}' has no voice: run `callbot voices pull {STYLES}`")
        return file


def pronounceable(text: str) -> str:
    """A line of the corpus as an engine should be given it: acronyms letter by letter."""
    return _SPELLED.sub(lambda found: " ".join(found[0]), text)


Say = Callable[[str, Caller], tuple[Pcm, int]]
"""What `Mouths.say` is."""
