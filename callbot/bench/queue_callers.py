"""The callers of `callbot bench queue --callers`, in one process of their own: `python -m callbot.bench.queue_callers`.

They come as our SIP bridge brings them, over the media WebSocket, ask for a person with key 0, and wait. Some hang up and call
again. What each hears is compared with what should be heard, frame by frame. Order and accounts as those of `callbot.bench.load`.
"""

from dataclasses import asdict, dataclass, field
from pathlib import Path

from callbot.bench.load import Load, Order, frames_of, main
from callbot.bench.queue_line import Known, QueueLine, Waiter

AGAIN_S = 4
"""So long after hanging up they call again."""
_SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True)
class QueueOrder(Order):
    """`again` of the callers hang up `again_after` seconds after all are there, and call again. `sounds`: A-law files by sentence."""

    again: int = 0
    again_after: float = 0.0
    sounds: dict[str, str] = field(default_factory=dict)


def number_of(caller: int) -> str:
    """Their telephone number: one of those that nobody has."""
    return f"063998{caller:04d}"


class QueueLoad(Load):
    """The callers and their clock."""

    def __init__(self, order: QueueOrder) -> None:
        self._queue = order
        self._known = Known({name: frames_of(Path(file)) for name, file in order.sounds.items()})
        self._back_ns: dict[int, int] = {}  # who has hung up to call again, and when
        super().__init__(order)

    def accounts(self) -> list[dict[str, object]]:
        """What became of each call, of those who called again two."""
        return [asdict(line.waited()) for line in (*self._ended, *self._lines) if isinstance(line, QueueLine)]

    def _line(self, number: int, name: str = "") -> QueueLine:
        name = name or f"bench{number}"
        return QueueLine(name, self._queue.target, number_of(number), Waiter(self._known))

    def _dial_again(self, now_ns: int) -> None:
        """The last ones to come hang up, and call again."""
        if now_ns - self._held_since_ns < self._queue.again_after * _SECOND:
            return
        for number in range(self._queue.calls - self._queue.again, self._queue.calls):
            line, left_ns = self._lines[number], self._back_ns.get(number)
            assert isinstance(line, QueueLine)  # as `_line` makes them
            if left_ns is None:
                if line.up:
                    line.leave(now_ns)
                self._back_ns[number] = now_ns
            elif line.over and line.name == f"bench{number}" and now_ns - left_ns > AGAIN_S * _SECOND:
                self._ended.append(line)
                line.close()
                self._lines[number] = self._line(number, f"bench{number}r")
                self._lines[number].dial(now_ns)


if __name__ == "__main__":
    main(QueueOrder, QueueLoad)
