"""When a supervised process is started again, and when it is not. No I/O; time is handed in.

The first start decides whether the settings are right: a process that never became ready is not started again, unless what
kept it may pass by itself. After that every death is answered by a new start: at once, then later and later.
"""

from enum import StrEnum

RESTART_AFTER_S = (0, 1, 2, 5, 10, 30)
"""How long after the first, the second … death in a row; the last one for all that follow."""
ASK_AGAIN_AFTER_S = 30
"""How long after what may pass by itself: another machine is not to be hammered."""
STEADY_SECONDS = 60
"""After so long without a death, the next one is the first again."""


class Phase(StrEnum):
    """Where a supervised process stands."""

    STARTING = "starting"
    READY = "ready"
    WAITING = "waiting"
    """It died; the next start is due later."""
    DRAINING = "draining"
    """It was told to take no more work; nothing follows it."""
    OVER = "over"


class Happening(StrEnum):
    """What moves it on."""

    BECAME_READY = "became_ready"
    DIED = "died"
    GAVE_UP = "gave_up"
    """It died before it was ever ready, and would again."""
    FELL_DUE = "fell_due"
    WAS_DRAINED = "was_drained"


NEXT: dict[tuple[Phase, Happening], Phase] = {
    (Phase.STARTING, Happening.BECAME_READY): Phase.READY,
    (Phase.STARTING, Happening.DIED): Phase.WAITING,
    (Phase.STARTING, Happening.GAVE_UP): Phase.OVER,
    (Phase.STARTING, Happening.WAS_DRAINED): Phase.DRAINING,
    (Phase.READY, Happening.DIED): Phase.WAITING,
    (Phase.READY, Happening.WAS_DRAINED): Phase.DRAINING,
    (Phase.WAITING, Happening.FELL_DUE): Phase.STARTING,
    (Phase.WAITING, Happening.WAS_DRAINED): Phase.OVER,
    (Phase.DRAINING, Happening.BECAME_READY): Phase.DRAINING,
    (Phase.DRAINING, Happening.DIED): Phase.OVER,
    (Phase.DRAINING, Happening.WAS_DRAINED): Phase.DRAINING,
    (Phase.OVER, Happening.WAS_DRAINED): Phase.OVER,
}
"""Anything else is a fault of the supervisor."""


class Supervision:
    """One supervised process over its lives."""

    def __init__(self) -> None:
        self.phase = Phase.STARTING
        self._ever_ready = False
        self._deaths = 0
        self._ready_at_s = 0.0

    def became_ready(self, now_s: float) -> None:
        """It works."""
        self._ever_ready = True
        self._ready_at_s = now_s
        self._move(Happening.BECAME_READY)

    def died(self, now_s: float, *, passing: bool = False) -> int | None:
        """It has ended: seconds until it is to be started again, None for never.

        `passing`: what kept it from starting may mend itself, so that even a first start is tried again.
        """
        if self.phase is Phase.READY and now_s - self._ready_at_s >= STEADY_SECONDS:
            self._deaths = 0
        hopeless = self.phase is Phase.STARTING and not self._ever_ready and not passing
        self._move(Happening.GAVE_UP if hopeless else Happening.DIED)
        if self.phase is Phase.OVER:
            return None
        if passing:
            return ASK_AGAIN_AFTER_S
        self._deaths += 1
        return RESTART_AFTER_S[min(self._deaths, len(RESTART_AFTER_S)) - 1]

    def fell_due(self) -> None:
        """The wait is over: it is started."""
        self._move(Happening.FELL_DUE)

    def was_drained(self) -> None:
        """It takes no more work, and is not started again. Idempotent."""
        self._move(Happening.WAS_DRAINED)

    def _move(self, happening: Happening) -> None:
        self.phase = NEXT[self.phase, happening]
