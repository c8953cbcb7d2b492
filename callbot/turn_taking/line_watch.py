"""Whether there is anybody at the other end to talk to: a machine's tones, or music that goes on and on. No I/O, no clock but the sound's.

Music is believed when MUSIC_MS of sound were steady in pitch as no voice and no street is (measured: docs/benchmarks.md), and is over when
OVER_MS were not. A siren or an alarm is as steady, but has no more than FEW pitches: who is silent beside it may be in danger, and is no
music. What was said meanwhile is the conversation's business.
"""

from collections import deque

import numpy as np

from callbot.audio.steadiness import HOP_MS, Steadiness, Steady
from callbot.audio.tones import ToneDetector
from callbot.audio.types import Pcm
from callbot.events import MusicHeard, MusicStopped, ToneHeard

__all__ = ["LineWatch", "Noticed"]

MUSIC_MS = 20_000
OVER_MS = 8_000
PARTS = 5
"""MUSIC_MS are judged in as many parts, and most of them must be music: a hum that has just begun is not."""
MUSIC = 0.08
"""Mean steadiness from which a part is music. Measured: docs/benchmarks.md."""
OVER = 0.03
"""The same under which OVER_MS are none any more."""
FEW = 3
"""Pitches, to a bin on either side, …"""
ALARM = 0.9
"""… of which one is the loudest in so many of the steady windows: a siren. Measured: docs/benchmarks.md."""
LOOK_EVERY = 16
"""Windows from one judgement to the next, half a second: the means change slowly."""

WINDOWS = MUSIC_MS // HOP_MS // PARTS * PARTS

Noticed = ToneHeard | MusicHeard | MusicStopped


class LineWatch:
    """Listens to one caller at `rate_hz`, 8000 or 16000."""

    def __init__(self, rate_hz: int) -> None:
        self._tones = ToneDetector(rate_hz)
        self._steadiness = Steadiness(rate_hz)
        self._lately: deque[Steady] = deque(maxlen=WINDOWS)
        self._music = False
        self._looked = 0

    def push(self, pcm: Pcm, at_ms: int) -> list[Noticed]:
        """Hear `pcm` (int16, shape (n,)), which ends at `at_ms`; what it makes sure of."""
        noticed: list[Noticed] = [ToneHeard(at_ms, machine) for machine in self._tones.push(pcm)]
        for steady in self._steadiness.push(pcm):
            self._lately.append(steady)
            noticed += self._judge(at_ms)
        return noticed

    def reset(self) -> None:
        """What comes next has nothing to do with what was."""
        self._tones.reset()
        self._steadiness.reset()
        self._lately.clear()
        self._music = False

    def _judge(self, at_ms: int) -> list[Noticed]:
        """Music begins, or ends."""
        self._looked = (self._looked + 1) % LOOK_EVERY
        if self._looked:
            return []
        if not self._music and self._is_music():
            self._music = True
            return [MusicHeard(at_ms)]
        if self._music and np.mean([steady.share for steady in self._lately][-OVER_MS // HOP_MS :]) < OVER:
            self._music = False
            self._lately.clear()
            return [MusicStopped(at_ms)]
        return []

    def _is_music(self) -> bool:
        """Whether most parts of the last MUSIC_MS are, and they are no alarm."""
        if len(self._lately) < WINDOWS:
            return False
        parts = np.array([steady.share for steady in self._lately]).reshape(PARTS, -1).mean(axis=1)
        return bool(np.median(parts) >= MUSIC) and not _is_alarm([steady.top for steady in self._lately])


def _is_alarm(tops: list[int]) -> bool:
    """Whether the loudest pitches of windows (0: none) are the same few again and again."""
    windows = np.bincount(tops)
    windows[0] = 0
    held, few = windows.sum(), 0
    for _ in range(FEW):
        top = int(windows.argmax())
        few += int(windows[max(top - 1, 0) : top + 2].sum())
        windows[max(top - 1, 0) : top + 2] = 0
    return bool(few >= ALARM * held)
