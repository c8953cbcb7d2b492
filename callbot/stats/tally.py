"""Tallies: how often what was counted, for any set of calls. They add up, and pack into bytes that may simply be joined.

An entry is a key and a count. A key has two parts: `What` is counted, and a value below VALUES (a number of seconds, a class of
10 ms, the number of a word), 0 where there is none. Packed, an entry has 8 bytes, both parts of the key in the first four; a tally
packed after another one is the sum of both, so that a week is read by joining its days (joined.py).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

VALUES = 1 << 16
MOST = VALUES - 1
"""Values above are counted as this one: 18 hours in seconds, 11 minutes in classes of 10 ms."""
ENTRY = np.dtype([("key", "<u4"), ("count", "<i4")])
CLASS_MS = 10

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
class Keys:
    """Keys in ascending order, each once, and where those of each `What` begin: all tallies that are told apart share them."""

    each: Ints
    begins: Ints
    """By the number of a `What`, and one more, at which they end."""

    @classmethod
    def of(cls, each: Ints) -> "Keys":
        """Of keys in ascending order."""
        return cls(each, each.searchsorted(np.arange(max(What) + 2, dtype=np.int64) * VALUES))


@dataclass(frozen=True, slots=True)
class Tally:
    """How often each key was counted (0 is allowed), and each `What`, by its number. `words`: by number, for values that are words.

    `whats`: what is told of; None: everything. Asked for anything else it raises KeyError: it is not there, which is not none of it.
    """

    keys: Keys
    counts: Ints
    totals: Sequence[int]
    words: Mapping[int, str]
    whats: Whats | None = None
    _values: dict[What, Mapping[int, int]] = field(default_factory=dict, repr=False, compare=False)

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
        keys = Keys.of(np.array(sorted(sums), np.int64))
        counts = np.array([[sums[key] for key in sorted(sums)]], np.int64)
        return next(iter(cls.each_of(keys, counts, words)))

    @classmethod
    def each_of(
        cls, keys: Keys, counts: Ints, words: Mapping[int, str], whats: Whats | None = None
    ) -> Iterator["Tally"]:
        """A tally of each row of counts."""
        so_far = np.zeros((len(counts), counts.shape[1] + 1), np.int64)
        np.cumsum(counts, axis=1, out=so_far[:, 1:])
        totals = np.diff(so_far[:, keys.begins], axis=1).tolist()
        return (cls(keys, *both, words, whats) for both in zip(counts, totals, strict=True))

    def count(self, what: What, value: int = 0) -> int:
        """How often."""
        return self.by_value(what).get(min(value, MOST), 0)

    def by_value(self, what: What) -> Mapping[int, int]:
        """How often each value: for what has few of them."""
        found = self._values.get(what)
        if found is None:
            values, counts = self.histogram(what)
            found = dict(zip(values.tolist(), counts.tolist(), strict=True))
            self._values[what] = found
        return found

    def histogram(self, what: What) -> tuple[Ints, Ints]:
        """The values, ascending, and how often each was counted."""
        self._check(what)
        begin, end = self.keys.begins[what], self.keys.begins[what + 1]
        return self.keys.each[begin:end] & MOST, self.counts[begin:end]

    def total(self, what: What) -> int:
        """How often, all values together."""
        self._check(what)
        return self.totals[what]

    def weight(self, what: What) -> int:
        """The sum of all values, each as often as it was counted."""
        values, counts = self.histogram(what)
        return int(values @ counts)

    def up_to(self, what: What, value: int) -> int:
        """How often values up to this one, it included."""
        values, counts = self.histogram(what)
        return int(counts[: values.searchsorted(value, "right")].sum())

    def percentile(self, percent: int, *whats: What) -> int | None:
        """By nearest rank: the smallest value that at least `percent` in 100 do not exceed; None without any."""
        number = sum(self.total(what) for what in whats)
        if not number:
            return None
        values, counts = self._together(whats)
        rank = (number * percent + 99) // 100
        return int(values[counts.cumsum().searchsorted(rank)])

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
    """As `joined.Stack` reads it; what is counted zero times is left out."""
    kept = [(key, entries[key]) for key in sorted(entries) if entries[key]]
    return np.array(kept, ENTRY).tobytes()


def entries(packed: bytes) -> Iterator[tuple[int, int]]:
    """Keys and counts of a packed tally."""
    found: Any = np.frombuffer(packed, ENTRY)
    return zip(found["key"].tolist(), found["count"].tolist(), strict=True)


def among(keys: npt.NDArray[np.uint32], whats: Collection[What]) -> npt.NDArray[np.bool_]:
    """Which keys are of these."""
    table = np.zeros(max(What) + 1, np.bool_)
    table[list(whats)] = True
    found: npt.NDArray[np.bool_] = table[keys >> np.uint32(16)]
    return found
