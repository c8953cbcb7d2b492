"""A voice that does what a test tells it: it counts what it speaks, waits at gates, fails on cue."""

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from callbot.audio.types import Pcm


@dataclass
class ScriptedVoice:
    """Speaks each sentence as a tone of 0.2 s. `held` sentences wait for `release`; `failing` ones raise what is given."""

    voice: str = "scripted"
    version: str = "1"
    hertz: int = 300
    held: set[str] = field(default_factory=set)
    failing: dict[str, Exception] = field(default_factory=dict)
    engine: str = "scripted"
    rate_hz: int = 16000
    spoken: list[str] = field(default_factory=list)
    priorities: list[int] = field(default_factory=list)
    closed: bool = False
    started: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)

    def synthesize(self, text: str) -> Iterator[Pcm]:
        """Speak, or do as told."""
        self.spoken.append(text)
        self.priorities.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        self.started.set()
        if text in self.held:
            self.release.wait(20)
        if text in self.failing:
            raise self.failing[text]
        seconds = np.arange(self.rate_hz // 5) / self.rate_hz
        yield (8000 * np.sin(2 * np.pi * self.hertz * seconds)).astype(np.int16)

    def close(self) -> None:
        """Remember it."""
        self.closed = True
