"""Whether a leg hears nothing because its sound comes from elsewhere than was agreed on. Pure: one look a second.

Some PBXs and operators send sound from another address than their SDP names. The kernel drops it for us (`media_guard.py`) and
counts what it dropped: where that grows steadily while nothing else was ever heard, it is the call's own sound, and it is let in.
"""

from enum import StrEnum

__all__ = ["Deafness", "Finding"]

STEADY_PACKETS = 10
"""Of a second; a telephone sends 50, or 16 where it puts 60 ms in each."""
LOOKS = 3


class Finding(StrEnum):
    """What a leg's silence means. Told once each."""

    SHUT_OUT = "shut_out"
    """Nothing was ever heard of who was agreed on, and sound of others comes steadily: it is theirs."""
    PESTERED = "pestered"
    """The leg's own sound was heard before; somebody else sends as well: they stay outside."""


class Deafness:
    """One leg."""

    def __init__(self) -> None:
        self._has_heard = False
        self._dropped: int | None = None
        self._steady = 0
        self._told: set[Finding] = set()

    def agreed(self) -> None:
        """Both sides have settled where sound comes from: what was heard before says nothing any more."""
        self._has_heard = False
        self._pause()

    def look(self, *, heard: bool, held: bool, dropped: int | None) -> Finding | None:
        """`heard`: sound came since the last look; `dropped`: packets that the kernel has dropped so far, None where it is not known."""
        self._has_heard = self._has_heard or heard
        if heard or held or dropped is None:
            self._pause()
            return None
        before, self._dropped = self._dropped, dropped
        is_steady = before is not None and dropped - before >= STEADY_PACKETS
        self._steady = self._steady + 1 if is_steady else 0
        if self._steady < LOOKS:
            return None
        finding = Finding.PESTERED if self._has_heard else Finding.SHUT_OUT
        if finding in self._told:
            return None
        self._told.add(finding)
        return finding

    def _pause(self) -> None:
        self._dropped, self._steady = None, 0
