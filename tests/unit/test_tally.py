"""Tallies add up, pack, and give exact percentiles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.stats.tally import MANY, MOST, Counted, Tally, What, entries, key_of, packed

COUNTED = st.lists(
    st.tuples(st.sampled_from([What.WAIT, What.TURNS]), st.integers(0, 900), st.integers(1, 9)), max_size=30
)


def pack(counted: list[Counted]) -> bytes:
    """As one cell has it."""
    sums: dict[int, int] = {}
    for what, value, count in counted:
        assert isinstance(value, int)
        sums[key_of(what, value)] = sums.get(key_of(what, value), 0) + count
    return packed(sums)


@given(COUNTED, COUNTED)
def test_packed_tallies_that_are_joined_are_their_sum(some: list[Counted], others: list[Counted]) -> None:
    """Whatever was counted in two cells is read as if it had been counted in one."""
    joined = Tally.unpacked(pack(some) + pack(others), {})
    together = Tally.of([*some, *others])
    assert (joined.keys.tolist(), joined.counts.tolist()) == (
        together.keys.tolist(),
        together.counts.tolist(),
    )


def test_many_cells_add_up_like_few() -> None:
    """From MANY entries on another way of adding is taken."""
    cell = pack([(What.OFFERED, 0, 2), (What.WAIT, 7, 1), (What.SCORE, 5, 3)])
    cells = MANY // 3 + 1
    tally = Tally.unpacked(cell * cells, {})
    assert (tally.total(What.OFFERED), tally.total(What.WAIT), tally.weight(What.SCORE)) == (
        2 * cells,
        cells,
        15 * cells,
    )


def test_what_is_taken_back_is_gone() -> None:
    """A key that counts nothing is not kept."""
    assert dict(entries(packed({key_of(What.WAIT, 3): 0, key_of(What.WAIT, 4): 2}))) == {
        key_of(What.WAIT, 4): 2
    }


@pytest.mark.parametrize(
    ("percent", "value"), [(1, 1), (20, 1), (21, 2), (50, 3), (60, 3), (95, 9), (100, 9)]
)
def test_percentiles_by_nearest_rank(percent: int, value: int) -> None:
    """1 2 3 4 9: the smallest value that so many in 100 do not exceed."""
    tally = Tally.of((What.WAIT, seconds, 1) for seconds in (9, 1, 4, 3, 2))
    assert tally.percentile(percent, What.WAIT) == value


def test_percentiles_of_two_kinds_together() -> None:
    """Waits that ended well and badly are one row of values."""
    tally = Tally.of([(What.WAIT, 10, 1), (What.LEFT, 5, 2), (What.WAIT, 7, 1)])
    assert tally.percentile(50, What.WAIT, What.LEFT) == 5
    assert tally.percentile(75, What.WAIT, What.LEFT) == 7
    assert tally.percentile(50, What.TALK) is None


def test_a_value_beyond_all_is_counted_as_the_largest() -> None:
    """A day of waiting does not become another kind of thing."""
    tally = Tally.of([(What.WAIT, 86_400, 1)])
    assert tally.percentile(100, What.WAIT) == MOST
    assert tally.total(What.LEFT) == 0
