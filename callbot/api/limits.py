"""How many requests a token, or an address without one, may make in a minute. No I/O, no clock."""

from collections import OrderedDict, deque

WINDOW_S = 60.0
MOST_KEYS = 10_000
"""Tokens and addresses remembered at once; past that the one that asked longest ago is forgotten."""
WRONG_TOKENS = 20
"""Wrong tokens from one address in a minute."""


class RateLimit:
    """A sliding minute for each key. Times are seconds of any clock that never goes back."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._asked: OrderedDict[str, deque[float]] = OrderedDict()

    def wait_s(self, key: str, now_s: float) -> float:
        """Count one request; 0.0 when it may go on, else the seconds to wait (and then it was not counted)."""
        asked = self._asked.setdefault(key, deque())
        self._asked.move_to_end(key)
        while len(self._asked) > MOST_KEYS:
            self._asked.popitem(last=False)
        while asked and asked[0] <= now_s - WINDOW_S:
            asked.popleft()
        if len(asked) >= self.most:
            return asked[0] + WINDOW_S - now_s
        asked.append(now_s)
        return 0.0
