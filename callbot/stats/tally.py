"""Tallies: how often what was counted, for any set of calls. They add up, and pack into bytes that may simply be joined.

An entry is a key and a count. A key has two parts: `What` is counted, and a value below VALUES (a number of seconds, a class of
10 ms, the number of a word), 0 where there is none. Packed, an entry has 8 bytes, both parts of the key in the first four; a tally
packed after another one is the sum of both, so that a year is read by joining its days.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

VALUES = 1 << 16
MOST = VALUES - 1
"""Values above are counted as this one: 18 hours in seconds, 11 minutes in classes of 10 ms."""
ENTRY = np.dtype([("key", "<u4"), ("count", "<i4")])
CLASS_MS = 10
MANY = 50_000
"""Entries from which on an array with a place for each key is quicker than sorting them."""

Ints = npt.NDArray[np.int64]


class What(IntEnum):
    """What is counted. The numbers are in the database: they never change their meaning, and new ones go to the end."""

    OFFERED = 1
    ENDING = 2
    """By the place of facts.Ending in its list."""
    NEEDED_AGENT = 3
    HANDLED_BY_AGENT = 4
    NEEDED_WHEN_CLOSED = 5
    CALLBACK_ASKED = 6
    WAIT = 7
    """Calls that a person took, by the seconds waited."""
    LEFT = 8
    """Calls that were abandoned in the queue, by the seconds waited."""
    TALK = 9
    """Calls that a person took, by the seconds talked."""
    PICK_UP = 10
    """Calls by the time to the first sound, in classes of 10 ms."""
    SECONDS = 11
    """Not calls but seconds: how long those with a caller lasted; TIMED is how many calls that was."""
    TIMED = 12
    KNOWN_CALLER = 13
    REPEAT = 14
    ANSWERED_KNOWN = 15
    """Answered by the bot, the caller's number known; ANSWERED_AGAIN: of them, those who called again."""
    ANSWERED_AGAIN = 16
    FIRST_OF_DAY = 17
    SECOND_OF_DAY = 18
    TURNS = 19
    DECIDED = 20
    NO_MATCH = 21
    CLARIFIED = 22
    REPLIES = 23
    INTERRUPTED = 24
    RESPONSE = 25
    """Turns by response time, in classes of 10 ms."""
    MOTIVE = 26
    MOTIVE_ANSWERED = 27
    ASPECT = 28
    ANSWER = 29
    UNANSWERED = 30
    REASON = 31
    ASKED_SATISFACTION = 32
    SCORE = 33
    """Answers by the score."""
    IN_VAIN = 34
    """Calls that nobody took: a call-back was asked for or nobody reached, by the seconds waited."""
    ARRIVED_CLOSED = 35
    """Nobody was there for the line's callers when the call began; ANSWERED_CLOSED: of them, those that the bot answered."""
    ANSWERED_CLOSED = 36
    ARRIVED_KNOWN = 37
    """Calls of which it is known whether anybody was there when they began."""


WORDS = frozenset({What.MOTIVE, What.MOTIVE_ANSWERED, What.ASPECT, What.ANSWER, What.UNANSWERED, What.REASON})
"""What is counted by a word: its value is the word's number."""

Whats = frozenset[What]

Counted = tuple[What, int | str, int]
"""What is counted, its value or word, how often."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Keys in ascending order, each once, with their counts (0 is allowed). `words`: by number, for those whose value is a word's.

    `whats`: what is told of; None: everything. Asked for anything else it raises KeyError: it is not there, which is not none of it.
    """

    keys: Ints
    counts: Ints
    words: Mapping[int, str]
    whats: Whats | None = None

    @classmethod
    def of(cls, counted: Iterable[Counted]) -> "Tally":
        """The sum of what was counted; it numbers the words itself."""
        numbers: dict[str, int] = {}
        sums: dict[int, int] = {}
        for what, value, count in counted:
            number = numbers.setdefault(value, len(numbers) + 1) if isinstance(value, str) else value
            key = key_of(what, number)
            sums[key] = sums.get(key, 0) + count
        words = {number: word for word, number in numbers.items()}
        keys = np.array(sorted(sums), np.int64)
        return cls(keys, np.array([sums[key] for key in keys.tolist()], np.int64), words)

    def count(self, what: What, value: int = 0) -> int:
        """How often."""
        self._check(what)
        key = key_of(what, value)
        at = int(self.keys.searchsorted(key))  # the method: these are asked for by the thousand
        found = at < len(self.keys) and self.keys[at] == key
        return int(self.counts[at]) if found else 0

    def histogram(self, what: What) -> tuple[Ints, Ints]:
        """The values, ascending, and how often each was counted."""
        self._check(what)
        begin, end = self.keys.searchsorted([key_of(what, 0), key_of(what, MOST) + 1])
        return self.keys[begin:end] & MOST, self.counts[begin:end]

    def total(self, what: What) -> int:
        """How often, all values together."""
        return int(self.histogram(what)[1].sum())

    def weight(self, what: What) -> int:
        """The sum of all values, each as often as it was counted."""
        values, counts = self.histogram(what)
        return int((values * counts).sum())

    def up_to(self, what: What, value: int) -> int:
        """How often values up to this one, it included."""
        values, counts = self.histogram(what)
        return int(counts[values <= value].sum())

    def percentile(self, percent: int, *whats: What) -> int | None:
        """By nearest rank: the smallest value that at least `percent` in 100 do not exceed; None without any."""
        values, counts = self._together(whats)
        number = int(counts.sum())
        if not number:
            return None
        rank = (number * percent + 99) // 100
        return int(values[np.searchsorted(np.cumsum(counts), rank)])

    def by_word(self, what: What) -> list[tuple[str, int]]:
        """Words and counts, most frequent first, then by name."""
        values, counts = self.histogram(what)
        named = [
            (self.words[number], count)
            for number, count in zip(values.tolist(), counts.tolist(), strict=True)
            if count
        ]
        return sorted(named, key=lambda item: (-item[1], item[0]))

    def _check(self, what: What) -> None:
        if self.whats is not None and what not in self.whats:
            raise KeyError(f"{what.name} was not read")

    def _together(self, whats: tuple[What, ...]) -> tuple[Ints, Ints]:
        parts = [self.histogram(what) for what in whats]
        if len(parts) == 1:
            return parts[0]
        values, counts = (np.concatenate([part[n] for part in parts]) for n in (0, 1))
        order = np.argsort(values, kind="stable")
        return values[order], counts[order]


def key_of(what: What, value: int) -> int:
    """The key of a value, MOST at most."""
    return int(what) * VALUES + min(value, MOST)


def packed(entries: Mapping[int, int]) -> bytes:
    """As `Joined` reads it; what is counted zero times is left out."""
    kept = [(key, entries[key]) for key in sorted(entries) if entries[key]]
    return np.array(kept, ENTRY).tobytes()


def entries(packed: bytes) -> Iterator[tuple[int, int]]:
    """Keys and counts of a packed tally."""
    found: Any = np.frombuffer(packed, ENTRY)
    return zip(found["key"].tolist(), found["count"].tolist(), strict=True)


def without(packed: bytes, *whats: What) -> bytes:
    """The packed tally without what was counted so."""
    found: Any = np.frombuffer(packed, ENTRY)
    kept: bytes = found[~_among(found["key"], whats)].tobytes()
    return kept


def _among(keys: npt.NDArray[np.uint32], whats: Collection[What]) -> npt.NDArray[np.bool_]:
    """Which keys are of these."""
    table = np.zeros(max(What) + 1, np.bool_)
    table[list(whats)] = True
    found: npt.NDArray[np.bool_] = table[keys >> 16]
    return found


class Keys:
    """The different keys among many, in order, and where each one is among them."""

    def __init__(self, keys: npt.NDArray[np.uint32]) -> None:
        self._place_of: npt.NDArray[np.int32] | None = None
        if len(keys) < MANY:
            self.each = np.unique(keys).astype(np.int64)
            return
        present = np.zeros((max(What) + 1) * VALUES, np.bool_)
        present[keys] = True
        self.each = np.flatnonzero(present)
        self._place_of = np.zeros(len(present), np.int32)
        self._place_of[self.each] = np.arange(len(self.each), dtype=np.int32)

    def places(self, keys: npt.NDArray[np.uint32]) -> npt.NDArray[np.integer[Any]]:
        """Where these are, all of which are among them."""
        return self._place_of[keys] if self._place_of is not None else np.searchsorted(self.each, keys)


class Joined:
    """Packed tallies that are read together: each may go into another sum, and all sums cost little more than one.

    `whats`: what is read of them, which is quicker than all there is; None: everything.
    """

    def __init__(self, packed: Sequence[bytes], words: Mapping[int, str], whats: Whats | None = None) -> None:
        entries = np.frombuffer(b"".join(packed), ENTRY)
        lengths = np.array([len(some) for some in packed], np.int64) // ENTRY.itemsize
        keys, counts = entries["key"], entries["count"]
        if whats is not None:
            wanted = _among(keys, whats)
            keys, counts, lengths = keys[wanted], counts[wanted], _lengths(wanted, lengths)
        self._keys, self._counts, self._lengths = Keys(keys), counts, lengths
        self._places = self._keys.places(keys)
        self._words, self._whats = words, whats

    def whole(self) -> Tally:
        """The sum of all."""
        return self.grouped([0] * len(self._lengths), 1)[0]

    def grouped(self, groups: Sequence[int], number: int) -> list[Tally]:
        """The sums of `number` groups; `groups`: of each packed tally, in which it goes."""
        return self._tallies(self._sums(groups, number))

    def crossed(self, rows: Sequence[int], columns: Sequence[int], shape: tuple[int, int]) -> "Crossed":
        """The sums of a table: of each packed tally, in which of its rows and columns it goes."""
        places = [row * shape[1] + column for row, column in zip(rows, columns, strict=True)]
        sums = self._sums(places, shape[0] * shape[1])
        by_column = sums.reshape(*shape, len(self._keys.each)).sum(0)
        return Crossed(self._tallies(sums), self._tallies(by_column))

    def _sums(self, groups: Sequence[int], number: int) -> Ints:
        size = len(self._keys.each)
        begins = np.repeat(np.array(groups, np.int64) * size, self._lengths)
        sums = np.bincount(begins + self._places, self._counts, number * size)
        return sums.astype(np.int64).reshape(number, size)

    def _tallies(self, sums: Ints) -> list[Tally]:
        return [Tally(self._keys.each, some, self._words, self._whats) for some in sums]


def _lengths(wanted: npt.NDArray[np.bool_], lengths: Ints) -> Ints:
    """How many entries of each packed tally are wanted."""
    so_far = np.concatenate(([0], np.cumsum(wanted)))
    ends = np.cumsum(lengths)
    made: Ints = so_far[ends] - so_far[ends - lengths]
    return made


@dataclass(frozen=True, slots=True)
class Crossed:
    """The cells of a table, row by row, and its columns' sums."""

    cells: list[Tally]
    columns: list[Tally]
