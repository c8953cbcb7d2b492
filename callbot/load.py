"""How far the machine is behind, and what is given up for it, in a declared order. No clock: the time is given.

| level | entered when callers wait, or work waits for each thread | what changes |
|---|---|---|
| NORMAL | | everything |
| NO_PARTIALS | 150 ms, 0.5 s | no partial texts; what a caller says is decoded ahead only in a pause of PREPARE_LATE_MS |
| FASTER_MODEL | 400 ms, 1.2 s | new utterances are heard by `stt_fast_model`; where none is set the level is skipped |
| LINES_BUSY | `lines_busy_ms`, as much work, and two callers wait | new callers hear that all lines are busy, and go to the reception |

A level is entered when that has lasted RISE_MS (LINES_BUSY: BUSY_RISE_MS), one level after the other, and left, one after the other, when
both have been below half of it for CALM_MS. « Callers wait »: their turn has ended, and no thread has taken it up yet. Two of them wait at
least so long: one slow turn is no load.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum

__all__ = ["PREPARE_LATE_MS", "PREPARE_MS", "Degradation", "Level", "Pressure"]

RISE_MS = 1000
BUSY_RISE_MS = 5000
"""The same before new callers are turned away."""
NOTICED_MS = 100
"""A caller who waits for less does not wait."""
CALM_MS = 10_000
PREPARE_MS = 200
"""The pause in which speech is decoded ahead while other calls may need the threads."""
PREPARE_LATE_MS = 400
"""… and under load: most pauses inside a sentence are shorter, and cost nothing then."""


class Level(IntEnum):
    """What is given up; each one includes those before."""

    NORMAL = 0
    NO_PARTIALS = 1
    FASTER_MODEL = 2
    LINES_BUSY = 3


@dataclass(frozen=True, slots=True)
class Pressure:
    """How long (ms) finished turns have waited for a thread lately, and how long (ms) each thread has yet to work."""

    waited_ms: float = 0.0
    """The second longest wait: one turn alone is no load."""
    backlog_ms: float = 0.0
    callers: int = 0
    """How many have waited, or wait."""
    longest_ms: float = 0.0
    """The longest wait, for whoever watches: no limit looks at it."""

    @classmethod
    def of(cls, waits_ms: Collection[float], backlog_ms: float) -> "Pressure":
        """`waits_ms`: the longest wait of each caller."""
        longest = sorted(waits_ms, reverse=True)
        waited_ms = longest[1] if len(longest) > 1 else 0.0
        callers = sum(wait >= NOTICED_MS for wait in longest)
        return cls(waited_ms, backlog_ms, callers, longest[0] if longest else 0.0)

    def __or__(self, other: "Pressure") -> "Pressure":
        """Of two engines that work side by side: the worse of each."""
        return Pressure(
            max(self.waited_ms, other.waited_ms),
            max(self.backlog_ms, other.backlog_ms),
            max(self.callers, other.callers),
            max(self.longest_ms, other.longest_ms),
        )

    def reaches(self, limit: "Pressure") -> bool:
        """Whether one of both is at its limit, for so many callers."""
        behind = self.waited_ms >= limit.waited_ms or self.backlog_ms >= limit.backlog_ms
        return behind and self.callers >= limit.callers


LIMITS = {
    Level.NO_PARTIALS: Pressure(150, 500),
    Level.FASTER_MODEL: Pressure(400, 1200),
}


class Degradation:
    """The level in force. `lines_busy_ms`: from which wait on new calls are turned away, 0: never; `faster_model`: there is one."""

    def __init__(self, lines_busy_ms: int, *, faster_model: bool = True) -> None:
        limits = {
            Level.NORMAL: Pressure(),
            **LIMITS,
            Level.LINES_BUSY: Pressure(lines_busy_ms, lines_busy_ms, callers=2),
        }
        there = {Level.FASTER_MODEL: faster_model, Level.LINES_BUSY: bool(lines_busy_ms)}
        self._steps = [(level, limit) for level, limit in limits.items() if there.get(level, True)]
        self._step = 0
        self.room = True
        """There are no more calls than threads: what is decoded in vain costs nobody anything."""
        self._pressed_since: float | None = None
        self._calm_since: float | None = None

    @property
    def level(self) -> Level:
        """What is given up now."""
        return self._steps[self._step][0]

    @property
    def prepare_ms(self) -> int:
        """How long a pause must be for what was said to be decoded ahead; 0: as short as pauses are noticed (`pause_ms`)."""
        if self.level >= Level.NO_PARTIALS:
            return PREPARE_LATE_MS
        return 0 if self.room else PREPARE_MS

    def look(self, pressure: Pressure, at_ms: float) -> bool:
        """Take the pressure at a time that never goes back; true when the level has changed."""
        _, held = self._steps[self._step]
        above = self._steps[self._step + 1 :]
        pressed = bool(above) and pressure.reaches(above[0][1])
        calm = self._step > 0 and not pressure.reaches(Pressure(held.waited_ms / 2, held.backlog_ms / 2))
        self._pressed_since = _since(self._pressed_since, at_ms, goes_on=pressed)
        self._calm_since = _since(self._calm_since, at_ms, goes_on=calm)
        rise_ms = BUSY_RISE_MS if above and above[0][0] is Level.LINES_BUSY else RISE_MS
        if self._pressed_since is not None and at_ms - self._pressed_since >= rise_ms:
            return self._change(1)
        if self._calm_since is not None and at_ms - self._calm_since >= CALM_MS:
            return self._change(-1)
        return False

    def _change(self, by: int) -> bool:
        self._step += by
        self._pressed_since = self._calm_since = None
        return True


def _since(since: float | None, at_ms: float, *, goes_on: bool) -> float | None:
    """When what goes on began."""
    if not goes_on:
        return None
    return at_ms if since is None else since
