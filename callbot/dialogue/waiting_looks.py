"""When a waiting call looks where it stands in the queue, and how long the queue has owed it an answer. Pure."""

LOOK_MS = 10_000
"""How often the call looks where it stands, whatever it is told."""
SILENT_MS = 15_000
"""A queue that does not answer for so long does not work."""
LATE_MS = 2000
"""An answer that takes so long comes after an outage."""


class Looks:
    """Now and then, and in time for the next announcement of the position, which is due every `announce_every_ms` (0: never again)."""

    def __init__(self, announce_every_ms: int) -> None:
        self.is_late = False
        """What the queue tells now, it has told after a while without an answer."""
        self._every_ms = announce_every_ms
        self._looked_ms = 0
        self._unanswered_ms: int | None = None  # since when the queue owes an answer
        self._placed_ms: int | None = None  # when the position was said last

    def answered(self, at_ms: int) -> None:
        """The queue tells something."""
        self.is_late = self._unanswered_ms is not None and at_ms - self._unanswered_ms >= LATE_MS
        self._unanswered_ms = None

    def looked(self, at_ms: int) -> None:
        """The call looks."""
        self._looked_ms = at_ms
        if self._unanswered_ms is None:
            self._unanswered_ms = at_ms

    def told_position(self, at_ms: int) -> None:
        """The caller hears where they stand."""
        self._placed_ms = at_ms

    def begin_anew(self) -> None:
        """The caller waits for something else: no position was said of that yet."""
        self._placed_ms = None

    def is_due(self, at_ms: int) -> bool:
        """The call is to look."""
        due_ms = self._placed_ms + self._every_ms if self._placed_ms is not None and self._every_ms else None
        announces = due_ms is not None and self._looked_ms < due_ms <= at_ms
        return announces or at_ms - self._looked_ms >= LOOK_MS

    def is_unanswered(self, at_ms: int) -> bool:
        """The queue has not answered for so long that it does not work."""
        return self._unanswered_ms is not None and at_ms - self._unanswered_ms >= SILENT_MS
