"""Tickets are good once, for a minute, and never fill the memory."""

from collections.abc import Iterator
from itertools import count

import pytest

from callbot.web.tickets import LIFE_S, Tickets


class Clock:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        """The time."""
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    """A clock at rest."""
    return Clock()


def numbered() -> Iterator[str]:
    """Tickets called t0, t1 and so on."""
    return (f"t{n}" for n in count())


def test_a_ticket_opens_one_connection(clock: Clock) -> None:
    """The second use of a ticket is refused."""
    tickets = Tickets(clock)
    ticket = tickets.issue()
    assert [tickets.redeem(ticket), tickets.redeem(ticket)] == [True, False]


def test_a_ticket_is_void_after_its_life(clock: Clock) -> None:
    """Good just before a minute, void at the minute."""
    tickets = Tickets(clock)
    first, second = tickets.issue(), tickets.issue()
    clock.now_s += LIFE_S - 0.001
    in_time = tickets.redeem(first)
    clock.now_s += 0.001
    assert (in_time, tickets.redeem(second)) == (True, False)


def test_an_unknown_ticket_is_refused(clock: Clock) -> None:
    """Neither an invented nor an empty ticket opens anything."""
    tickets = Tickets(clock)
    tickets.issue()
    assert [tickets.redeem("invented"), tickets.redeem("")] == [False, False]


def test_too_many_tickets_void_the_oldest(clock: Clock) -> None:
    """The limit holds; the newest stay good."""
    names = numbered()
    tickets = Tickets(clock, limit=2, make=lambda: next(names))
    issued = [tickets.issue() for _ in range(3)]
    assert [tickets.redeem(ticket) for ticket in issued] == [False, True, True]


def test_expired_tickets_make_room(clock: Clock) -> None:
    """A ticket that is over does not cost a good one its place."""
    names = numbered()
    tickets = Tickets(clock, limit=2, make=lambda: next(names))
    tickets.issue()
    clock.now_s += LIFE_S / 2
    good = tickets.issue()
    clock.now_s += LIFE_S / 2
    newest = tickets.issue()
    assert [tickets.redeem(good), tickets.redeem(newest)] == [True, True]
