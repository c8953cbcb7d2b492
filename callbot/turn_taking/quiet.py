"""A line on which nobody says anything: what a caller who waits costs nothing for. No I/O, no clock but the audio's."""

from collections import deque

import numpy as np

from callbot.audio.types import Pcm

PEAK = 160
"""-46 dBFS: the sound of an open line, of a room where nobody speaks. Speech on a telephone has peaks of ten times as much."""
AWAKE_MS = 1500
"""So long after the last sound it is still listened to: keys and utterances have ended by then."""
BEFORE_MS = 300
"""What is kept of the quiet before a sound, whose beginning may be softer than PEAK."""


class Quiet:
    """One leg's line, at `rate_hz`."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._quiet_ms = 0.0
        self._before: deque[Pcm] = deque()
        self._before_ms = 0.0

    @property
    def sleeps(self) -> bool:
        """Nothing has been to be heard for a while."""
        return self._quiet_ms >= AWAKE_MS

    def pass_over(self, pcm: Pcm) -> None:
        """Nothing is in `pcm` (`is_quiet`), nor was before (`sleeps`)."""
        self._keep(pcm, len(pcm) * 1000 / self._rate_hz)

    def passes_over(self, pcm: Pcm) -> bool:
        """Whether `pcm` need not be listened to: nothing is to be heard, nor has been for a while."""
        ms = len(pcm) * 1000 / self._rate_hz
        if not is_quiet(pcm):
            self._quiet_ms = 0.0
            return False
        self._quiet_ms += ms
        if self._quiet_ms < AWAKE_MS:
            return False
        self._keep(pcm, ms)
        return True

    def before(self) -> list[Pcm]:
        """The end of what was passed over, once: it is to be heard before what follows."""
        kept = list(self._before)
        self._before.clear()
        self._before_ms = 0.0
        return kept

    def _keep(self, pcm: Pcm, ms: float) -> None:
        self._before.append(np.array(pcm))
        self._before_ms += ms
        while self._before_ms - len(self._before[0]) * 1000 / self._rate_hz >= BEFORE_MS:
            self._before_ms -= len(self._before.popleft()) * 1000 / self._rate_hz


def is_quiet(pcm: Pcm) -> bool:
    """Whether nothing is to be heard in it."""
    return len(pcm) == 0 or max(int(pcm.max()), -int(pcm.min())) < PEAK
