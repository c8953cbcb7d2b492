"""The caller's own rhythm: who pauses long inside sentences is given longer before they count as having finished."""

from collections import deque

__all__ = ["Rhythm"]

REMEMBERED = 8
"""Pauses: the caller of a minute ago is the same, their question is another."""

SURE = 2
"""Pauses as long as one that make it the caller's way of speaking; one alone may be somebody who talks to them in their kitchen."""

MARGIN_MS = 60
"""Voice activity tells pauses from speech to within two chunks."""


class Rhythm:
    """One caller's pauses. `usual_ms` is what everybody is given for; `most_ms` bounds what is added."""

    def __init__(self, usual_ms: int, most_ms: int) -> None:
        self._usual_ms = usual_ms
        self._most_ms = most_ms
        self._pauses: deque[int] = deque(maxlen=REMEMBERED)

    def paused(self, ms: int, *, cut: bool = False) -> None:
        """The caller paused for `ms` and went on with the same sentence; `cut`: we took them for finished, which is not to happen again."""
        self._pauses.extend([ms] * (SURE if cut else 1))

    @property
    def extra_ms(self) -> int:
        """What the caller is given beyond everybody: what their longest pauses but one are longer than usual."""
        if len(self._pauses) < SURE:
            return 0
        long_ms = sorted(self._pauses)[-SURE]
        return min(self._most_ms, max(0, long_ms - self._usual_ms + MARGIN_MS))
