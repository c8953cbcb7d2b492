"""When the bridge is started again: a table, and a wait that grows."""

import pytest

from callbot.supervision import STEADY_SECONDS, Phase, Supervision


def ready() -> Supervision:
    """A process that became ready at 0 s."""
    supervision = Supervision()
    supervision.became_ready(0)
    return supervision


def test_a_first_start_that_fails_is_the_last() -> None:
    """Its settings are wrong; a person mends them."""
    supervision = Supervision()
    assert (supervision.died(1), supervision.phase) == (None, Phase.OVER)


def test_what_may_pass_is_tried_again_from_the_first_start_on() -> None:
    """A PBX that refuses or does not answer; without hammering it."""
    supervision = Supervision()
    waits = []
    for now_s in range(3):
        waits.append(supervision.died(now_s, passing=True))
        supervision.fell_due()
    assert (waits, supervision.phase) == ([30, 30, 30], Phase.STARTING)


def test_deaths_in_a_row_are_waited_for_longer_and_longer() -> None:
    """At once first; half a minute at most."""
    supervision = ready()
    waits = []
    for now_s in range(8):
        waits.append(supervision.died(now_s))
        supervision.fell_due()
        supervision.became_ready(now_s)
    assert waits == [0, 1, 2, 5, 10, 30, 30, 30]


def test_later_starts_may_fail_without_being_the_last() -> None:
    """The settings were right once."""
    supervision = ready()
    assert supervision.died(1) == 0
    supervision.fell_due()
    assert (supervision.died(2), supervision.phase) == (1, Phase.WAITING)


@pytest.mark.parametrize(("lived_s", "wait_s"), [(STEADY_SECONDS - 1, 1), (STEADY_SECONDS, 0)])
def test_a_steady_life_starts_the_count_anew(lived_s: float, wait_s: int) -> None:
    """A death a day is not a row of them."""
    supervision = ready()
    supervision.died(5)
    supervision.fell_due()
    supervision.became_ready(10)
    assert supervision.died(10 + lived_s) == wait_s


@pytest.mark.parametrize("phase", list(Phase))
def test_nothing_follows_a_drain(phase: Phase) -> None:
    """In whatever phase it comes."""
    supervision = Supervision()
    supervision.phase = phase
    supervision.was_drained()
    if supervision.phase is not Phase.OVER:
        assert supervision.died(1) is None
    assert supervision.phase is Phase.OVER


def test_what_is_not_in_the_table_is_a_fault() -> None:
    """A process that waits cannot die."""
    supervision = ready()
    supervision.died(1)
    with pytest.raises(KeyError):
        supervision.died(2)
