"""Whether there is still anybody at the other end of a leg. Pure: somebody looks about once a second and hands in the time.

A sign of life is sound, or a sender report of RTCP. The library's own check is not used: it asks when sound came last as soon as sound is
wanted again, so that a hold that was longer than its limit ended in BYE at the moment when the caller was taken back.
"""

from enum import StrEnum

__all__ = ["Liveness", "Lost"]

LATE_SECONDS = 3.0
"""Looks that are further apart than this saw nothing of what came in between (the machine slept): the clock starts anew."""


class Lost(StrEnum):
    """Why a leg is given up."""

    SILENT = "silent"
    """No sign of life where there should be sound."""
    ON_HOLD = "on_hold"
    """On hold, ours or theirs, and no sign of life in all that time."""


class Liveness:
    """One established leg. `silence_seconds` without a sign of life, `hold_seconds` of it on hold, are too long; 0: never."""

    def __init__(self, silence_seconds: float, hold_seconds: float) -> None:
        self._silence_seconds, self._hold_seconds = silence_seconds, hold_seconds
        self._since: float | None = None
        self._looked = 0.0
        self._held = False

    def look(self, now: float, *, sign: bool, held: bool) -> Lost | None:
        """`now`: seconds on a clock that never goes back. `sign`: of life, since the last look. `held`: by either side.

        The first look, and the start and the end of a hold, are signs of life as well.
        """
        is_late = now - self._looked > LATE_SECONDS
        if sign or held is not self._held or self._since is None or is_late:
            self._since = now
        self._looked, self._held = now, held
        limit = self._hold_seconds if held else self._silence_seconds
        if not limit or now - self._since < limit:
            return None
        return Lost.ON_HOLD if held else Lost.SILENT
