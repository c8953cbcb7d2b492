"""Packed tallies that are read together: side by side as columns, whatever they are of, and the sums of them. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from callbot.stats.cells import DIMENSIONS
from callbot.stats.tally import ENTRY, VALUES, Ints, Keys, Tally, What, Whats, among

MANY = 50_000
"""Entries from which on an array with a place for each key is quicker than sorting them."""
SECOND_HOUR = 24
"""What the second of two hours of the same name has more."""


@dataclass(frozen=True, slots=True)
class Stack:
    """Tallies side by side, a place in `days`, `hours`, `names` and `lengths` for each; `lengths`: how many of the entries are its own.

    `days`: ordinal numbers (1 is a Monday); `hours`: 0–23, SECOND_HOUR more in the second of the same name, -1 of a whole day;
    `names`: of cells.DIMENSIONS, a column each, as numbers by who made the stack.
    """

    days: Ints
    hours: Ints
    names: Ints
    lengths: Ints
    keys: npt.NDArray[np.uint32]
    counts: npt.NDArray[np.int32]

    @classmethod
    def of(
        cls,
        days: Sequence[int],
        hours: Sequence[int],
        names: Sequence[Sequence[int]],
        packed: Sequence[bytes],
    ) -> "Stack":
        """Of tallies as they are stored."""
        entries: Any = np.frombuffer(b"".join(packed), ENTRY)
        lengths = np.array([len(some) for some in packed], np.int64) // ENTRY.itemsize
        columns = (np.array(days, np.int64), np.array(hours, np.int64), columns_of(names))
        return cls(*columns, lengths, entries["key"], entries["count"])

    @classmethod
    def together(cls, stacks: Collection["Stack"]) -> "Stack":
        """One after the other."""
        if len(stacks) == 1:
            return next(iter(stacks))
        columns = ("days", "hours", "names", "lengths", "keys", "counts")
        return cls(*(np.concatenate([getattr(one, name) for one in stacks]) for name in columns))

    @property
    def weekdays(self) -> Ints:
        """0 is Monday."""
        return (self.days + 6) % 7

    @property
    def clock_hours(self) -> Ints:
        """0–23, however often they come in a day."""
        return self.hours % SECOND_HOUR

    def only_weekdays(self, weekdays: Iterable[int]) -> "Stack":
        """Those of these weekdays."""
        return self._only(np.isin(self.weekdays, list(weekdays)))

    def only_days(self, first: int, last: int) -> "Stack":
        """Those of these days, both included."""
        return self._only((self.days >= first) & (self.days <= last))

    def _only(self, wanted: npt.NDArray[np.bool_]) -> "Stack":
        if wanted.all():
            return self
        entries = np.repeat(wanted, self.lengths)
        columns = (self.days[wanted], self.hours[wanted], self.names[wanted], self.lengths[wanted])
        return Stack(*columns, self.keys[entries], self.counts[entries])

    def of_whats(self, whats: Whats) -> "Stack":
        """What was counted so, alone."""
        return self._entries(among(self.keys, whats))

    def without_after(self, day: int, whats: Whats) -> "Stack":
        """Without what was counted so on days after this one."""
        late = self.days > day
        if not late.any():
            return self
        return self._entries(~(np.repeat(late, self.lengths) & among(self.keys, whats)))

    def _entries(self, wanted: npt.NDArray[np.bool_]) -> "Stack":
        so_far = np.concatenate(([0], np.cumsum(wanted)))
        ends = np.cumsum(self.lengths)
        lengths = so_far[ends] - so_far[ends - self.lengths]
        return replace(self, lengths=lengths, keys=self.keys[wanted], counts=self.counts[wanted])


def columns_of(names: Sequence[Sequence[int]]) -> Ints:
    """A row for each tally, however many there are."""
    return np.array(names, np.int64).reshape(len(names), len(DIMENSIONS))


class Among:
    """The different keys among many, and where each one is among them."""

    def __init__(self, keys: npt.NDArray[np.uint32]) -> None:
        self._place_of: npt.NDArray[np.int32] | None = None
        if len(keys) < MANY:
            self.keys = Keys.of(np.unique(keys).astype(np.int64))
            return
        present = np.zeros((max(What) + 1) * VALUES, np.bool_)
        present[keys] = True
        self.keys = Keys.of(np.flatnonzero(present))
        self._place_of = np.zeros(len(present), np.int32)
        self._place_of[self.keys.each] = np.arange(len(self.keys.each), dtype=np.int32)

    def places(self, keys: npt.NDArray[np.uint32]) -> npt.NDArray[np.integer[Any]]:
        """Where these are, all of which are among them."""
        return self._place_of[keys] if self._place_of is not None else np.searchsorted(self.keys.each, keys)


class Joined:
    """A stack whose tallies may each go into another sum: all sums cost little more than one.

    `whats`: what is read of them, which is quicker than all there is; None: everything.
    """

    def __init__(self, stack: Stack, words: Mapping[int, str], whats: Whats | None = None) -> None:
        self.stack = stack if whats is None else stack.of_whats(whats)
        among_them = Among(self.stack.keys)
        self._keys = among_them.keys
        self._places = among_them.places(self.stack.keys)
        self._words, self._whats = words, whats

    def whole(self) -> Tally:
        """The sum of all."""
        sums = np.bincount(self._places, self.stack.counts, len(self._keys.each))
        return self._tallies(sums.astype(np.int64).reshape(1, -1))[0]

    def grouped(self, groups: Ints, number: int) -> list[Tally]:
        """The sums of `number` groups; `groups`: of each tally, in which it goes."""
        return self._tallies(self._sums(groups, number))

    def crossed(self, rows: Ints, columns: Ints, shape: tuple[int, int]) -> "Crossed":
        """The sums of a table: of each tally, in which of its rows and columns it goes."""
        sums = self._sums(rows * shape[1] + columns, shape[0] * shape[1])
        by_column = sums.reshape(*shape, len(self._keys.each)).sum(0)
        return Crossed(self._tallies(sums), self._tallies(by_column))

    def _sums(self, groups: Ints, number: int) -> Ints:
        size = len(self._keys.each)
        begins = np.repeat(groups * size, self.stack.lengths)
        sums = np.bincount(begins + self._places, self.stack.counts, number * size)
        return sums.astype(np.int64).reshape(number, size)

    def _tallies(self, sums: Ints) -> list[Tally]:
        return list(Tally.each_of(self._keys, sums, self._words, self._whats))


@dataclass(frozen=True, slots=True)
class Crossed:
    """The cells of a table, row by row, and its columns' sums."""

    cells: list[Tally]
    columns: list[Tally]
