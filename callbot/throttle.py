"""How often a password may be tried: a window of failures per name, per address and per pair of them. No I/O, no clock.

An attempt counts as a failure from its beginning until it has succeeded, so that many at once gain nothing.
"""

from collections import OrderedDict, deque
from ipaddress import IPv6Address, IPv6Network, ip_address

WINDOW_S = 15 * 60
LIMIT_PAIR = 5
"""One name from one address: what a person who has forgotten their password needs."""
LIMIT_ADDRESS = 20
"""One address trying many names."""
LIMIT_NAME = 50
"""One name from many addresses; high, so that a stranger cannot easily lock an account's owner out."""
IPV6_PREFIX = 64
KEYS = 10_000
"""Names and addresses remembered at once; past that the one that failed longest ago is forgotten."""

Key = tuple[str, str]
"""(name, address), one of them empty for a limit that looks at the other alone."""


class Throttle:
    """Failed attempts of the last quarter of an hour. Times are seconds of any clock that never goes back."""

    def __init__(self) -> None:
        self._failures: OrderedDict[Key, deque[float]] = OrderedDict()

    def attempt(self, name: str, address: str, now_s: float) -> float:
        """Count one attempt; 0.0 when it may go on, else the seconds to wait (and then it was not counted)."""
        address = _network(address)
        limits = {(name, address): LIMIT_PAIR, ("", address): LIMIT_ADDRESS, (name, ""): LIMIT_NAME}
        waits = [self._wait_s(key, limit, now_s) for key, limit in limits.items()]
        if any(waits):
            return max(waits)
        for key in limits:
            self._failures.setdefault(key, deque()).append(now_s)
            self._failures.move_to_end(key)
        while len(self._failures) > KEYS:
            self._failures.popitem(last=False)
        return 0.0

    def succeeded(self, name: str, address: str) -> None:
        """The newest attempt was right: the pair starts anew, the two others forget that one attempt."""
        address = _network(address)
        self._failures.pop((name, address), None)
        for key in (("", address), (name, "")):
            failures = self._failures.get(key)
            if failures:
                failures.pop()

    def _wait_s(self, key: Key, limit: int, now_s: float) -> float:
        failures = self._failures.get(key, deque())
        while failures and failures[0] <= now_s - WINDOW_S:
            failures.popleft()
        return failures[0] + WINDOW_S - now_s if len(failures) >= limit else 0.0


def _network(address: str) -> str:
    """Where an attempt comes from: of IPv6 the first 64 bits, within which a single machine has all addresses that it likes."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return address
    return str(found.ipv4_mapped or IPv6Network((found, IPV6_PREFIX), strict=False).network_address)
