"""Tallies add up, pack, and give exact percentiles."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.stats.joined import MANY, Joined, Stack
from callbot.stats.tally import MOST, Counted, Tally, What, entries, key_of, packed

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


def stack(cells: Sequence[bytes]) -> Stack:
    """Of cells of the same day."""
    return Stack.of([1] * len(cells), [-1] * len(cells), [(0, 0, 0)] * len(cells), cells)


@given(st.lists(COUNTED, min_size=1, max_size=5))
def test_packed_tallies_that_are_joined_are_their_sum(cells: list[list[Counted]]) -> None:
    """Whatever was counted in several cells is read as if it had been counted in one."""
    joined = Joined(stack([pack(cell) for cell in cells]), {}).whole()
    together = Tally.of(each for cell in cells for each in cell)
    assert (joined.keys.each.tolist(), joined.counts.tolist()) == (
        together.keys.each.tolist(),
        together.counts.tolist(),
    )


@given(st.lists(st.tuples(COUNTED, st.integers(0, 2)), max_size=6))
def test_each_cell_goes_into_its_group(cells: list[tuple[list[Counted], int]]) -> None:
    """A group has what was counted in its own cells, and nothing of the others."""
    joined = Joined(stack([pack(cell) for cell, _ in cells]), {})
    groups = joined.grouped(np.array([group for _, group in cells], np.int64), 3)
    for group, made in enumerate(groups):
        alone = Tally.of(each for cell, its in cells if its == group for each in cell)
        for what in (What.WAIT, What.TURNS):
            assert made.total(what) == alone.total(what)
            assert made.weight(what) == alone.weight(what)
            assert made.percentile(95, what) == alone.percentile(95, what)


def test_many_cells_add_up_like_few() -> None:
    """From MANY entries on another way of adding is taken."""
    cell = pack([(What.OFFERED, 0, 2), (What.WAIT, 7, 1), (What.SCORE, 5, 3)])
    cells = MANY // 3 + 1
    joined = Joined(stack([cell] * cells), {})
    tallies = [joined.whole(), *joined.grouped(np.arange(cells) % 2, 2)]
    for tally, number in zip(tallies, (cells, (cells + 1) // 2, cells // 2), strict=True):
        assert (tally.total(What.OFFERED), tally.total(What.WAIT), tally.weight(What.SCORE)) == (
            2 * number,
            number,
            15 * number,
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


@given(st.lists(COUNTED, min_size=1, max_size=5))
def test_a_part_of_what_was_counted_is_read_alone(cells: list[list[Counted]]) -> None:
    """In the same groups it is what it is among everything; what was not read is refused, and not taken for none."""
    groups = np.arange(len(cells)) % 2
    packed_cells = stack([pack(cell) for cell in cells])
    whole = Joined(packed_cells, {}).grouped(groups, 2)
    waits = Joined(packed_cells, {}, frozenset({What.WAIT})).grouped(groups, 2)
    assert [one.weight(What.WAIT) for one in waits] == [one.weight(What.WAIT) for one in whole]
    assert [one.total(What.WAIT) for one in waits] == [one.total(What.WAIT) for one in whole]
    for asked in (waits[0].total, waits[0].count, waits[0].by_word):
        with pytest.raises(KeyError, match="TURNS was not read"):
            asked(What.TURNS)
