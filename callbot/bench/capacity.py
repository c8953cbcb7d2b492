"""How many calls are held: which numbers are tried, and when a number is held. No I/O."""

from collections.abc import Iterator

from callbot.bench.figures import Row

HELD_P95_MS = 1200.0
"""From the end of the caller's speech to the reply, for 19 replies in 20."""


def holds(row: Row) -> bool:
    """No call failed, and the replies came in time."""
    return not row.failed_calls and row.response_ms_p95 is not None and row.response_ms_p95 <= HELD_P95_MS


class Search:
    """Doubles from `first` on until a number is not held, then halves the distance; `tell` it each result."""

    def __init__(self, first: int, most: int) -> None:
        self._next = first
        self._most = most
        self.held = 0
        """The largest number that was held."""
        self._lost: int | None = None  # the smallest that was not

    def numbers(self) -> Iterator[int]:
        """What to try, one after the other."""
        while self._next:
            yield self._next

    def tell(self, number: int, *, held: bool) -> None:
        """What came of it; decides what is tried next."""
        if held:
            self.held = max(self.held, number)
        else:
            self._lost = min(self._lost or number, number)
        if self._lost is None:
            self._next = min(2 * number, self._most) if number < self._most else 0
        else:
            between = (self.held + self._lost) // 2
            self._next = between if between > self.held else 0
