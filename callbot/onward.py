"""Where a call goes on when its leg has ended, for a PBX that cannot be told to transfer and asks instead (`GET /next`).

No I/O: the clock is given.
"""

from collections import OrderedDict
from collections.abc import Callable

LIFE_S = 60.0
MOST_LEGS = 1024
"""Legs remembered at once; one more makes the oldest unknown, and its caller goes to the reception."""
HANG_UP = "hangup"
"""The answer for a call that is over. Not the empty text: that is what a dialplan reads when the service does not answer."""


class Onward:
    """Remembers for `life_s` seconds where each leg's caller goes next. `now` gives seconds that never go back.

    A leg that is not known here ended in some other way than by our decision (refused, cut off, the service restarted): its
    caller goes to `reception`, the default service's destination, rather than to silence.
    """

    def __init__(
        self, now: Callable[[], float], reception: str, *, life_s: float = LIFE_S, limit: int = MOST_LEGS
    ) -> None:
        self._now = now
        self._reception = reception
        self._life_s = life_s
        self._limit = limit
        self._next: OrderedDict[str, tuple[float, str]] = OrderedDict()

    def begin(self, leg_id: str) -> None:
        """A call begins: what was known of an earlier one of the same name is void."""
        self._next.pop(leg_id, None)

    def send(self, leg_id: str, destination: str) -> None:
        """The leg ends and its caller goes to `destination`, as configured; empty means the reception."""
        self._remember(leg_id, destination or self._reception)

    def end(self, leg_id: str) -> None:
        """The leg ends and the call with it."""
        self._remember(leg_id, HANG_UP)

    def next(self, leg_id: str) -> str:
        """A destination as configured, or HANG_UP; empty only where the commune has given its reception none. May be asked again."""
        expiry, answer = self._next.get(leg_id, (0.0, ""))
        return answer if answer and self._now() < expiry else self._reception

    def _remember(self, leg_id: str, answer: str) -> None:
        now = self._now()
        self._next.pop(leg_id, None)
        while self._next and (len(self._next) >= self._limit or next(iter(self._next.values()))[0] <= now):
            self._next.popitem(last=False)
        self._next[leg_id] = now + self._life_s, answer
