"""Single-use tickets by which a signed-in browser may open one telephone connection. No I/O: the clock is given."""

import secrets
from collections import OrderedDict
from collections.abc import Callable

LIFE_S = 60.0
MOST_TICKETS = 256
"""Tickets outstanding at once; one more makes the oldest void, so that nobody can fill the memory."""


class Tickets:
    """Issued by the page `/telephone`, redeemed once by the media server within `life_s` seconds.

    `now` gives seconds that never go back (`time.monotonic`).
    """

    def __init__(
        self,
        now: Callable[[], float],
        *,
        life_s: float = LIFE_S,
        limit: int = MOST_TICKETS,
        make: Callable[[], str] = secrets.token_urlsafe,
    ) -> None:
        self._now = now
        self._life_s = life_s
        self._limit = limit
        self._make = make
        self._expiry: OrderedDict[str, float] = OrderedDict()

    def issue(self) -> str:
        """A new ticket; the caller has checked who asks for it."""
        self._drop_expired()
        while len(self._expiry) >= self._limit:
            self._expiry.popitem(last=False)
        ticket = self._make()
        self._expiry[ticket] = self._now() + self._life_s
        return ticket

    def redeem(self, ticket: str) -> bool:
        """True once for a ticket that is known and not over; the ticket is void afterwards."""
        expiry = self._expiry.pop(ticket, None)
        return expiry is not None and self._now() < expiry

    def _drop_expired(self) -> None:
        now = self._now()
        while self._expiry and next(iter(self._expiry.values())) <= now:
            self._expiry.popitem(last=False)
