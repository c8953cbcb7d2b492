"""French numbers: words to values, values to words as they are written, and the strings of digits that words may mean.

The words come from `normalise.number_in_words`, turned round, so that the two directions cannot disagree.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from callbot.understanding.normalise import fold, number_in_words
from callbot.understanding.spoken_forms.words import BOUND, words

_LONGEST = 7
"""Words of the longest number below a thousand, « neuf cent quatre vingt et dix neuf », variants included."""

_SAME = {"vingts": "vingt", "cents": "cent", "une": "un", "zeros": "zero", "milles": "mille", "mil": "mille"}
_PLURALS = ("vingts", "cents")
"""Words that end a number: « quatre vingts » is 80, and no unit follows."""
_MULTIPLES = {"million": 1_000_000, "millions": 1_000_000, "mille": 1_000}
_REGIONAL = {"septante": 70, "huitante": 80, "octante": 80, "nonante": 90}
_MOST_READINGS = 400
"""Readings of one run of words that are followed; the dearest are dropped first."""


def _table() -> dict[tuple[str, ...], int]:
    plain = {tuple(fold(number_in_words(n)).split()): n for n in range(1000)}
    table = dict(plain)
    for said, n in plain.items():
        if "et" in said:
            table[tuple(word for word in said if word != "et")] = n
        if n % 100 == 81:
            table[*said[:-1], "et", said[-1]] = n
    for word, ten in _REGIONAL.items():
        table[word,] = ten
        for unit in range(1, 10):
            last = fold(number_in_words(unit))
            table[word, last] = ten + unit
            if unit == 1:
                table[word, "et", last] = ten + unit
    return table


CHUNKS = _table()
"""Every way of saying a number below a thousand, as folded words."""

NUMBER_WORDS = frozenset(word for said in CHUNKS for word in said if word != "et") | {
    "vingts",
    "cents",
    "une",
    "zeros",
}
"""Words that can stand in a number below a thousand."""


@dataclass(frozen=True, slots=True)
class Found:
    """A number found in a sequence of words: its value, and the index after its last word."""

    value: int
    end: int


def plain(word: str) -> str:
    """A number word in the one spelling that the tables have: without plural, masculine."""
    return _SAME.get(word, word)


def is_number(word: str) -> bool:
    """Whether the word alone belongs to a number below a thousand: digits, or a number word."""
    return word.isdecimal() or word in NUMBER_WORDS


def begins_number(word: str) -> bool:
    """Whether a whole number of any size may begin with the word: « mille » too."""
    return is_number(word) or plain(word) == "mille"


def chunks_at(said: Sequence[str], start: int) -> tuple[Found, ...]:
    """All numbers below a thousand that begin at `start`, the longest first; digits are one number."""
    if start < len(said) and said[start].isdecimal():
        return (Found(int(said[start]), start + 1),) if len(said[start]) <= 3 else ()
    ends = range(min(start + _LONGEST, len(said)), start, -1)
    keys = ((tuple(plain(word) for word in said[start:end]), end) for end in ends)
    return tuple(Found(CHUNKS[key], end) for key, end in keys if key in CHUNKS)


def number_at(said: Sequence[str], start: int = 0) -> Found | None:
    """The longest whole number, up to 999 999 999, that begins at `start`; None when none does."""
    if start < len(said) and said[start].isdecimal():
        return _digits_at(said, start)
    return _scaled(said, start, 1_000_000_000)


def read_number(text: str) -> int | None:
    """The number that the whole text says, in words, digits or both (« 31 mille 400 »); None when it says anything else."""
    said = words(text)
    found = number_at(said)
    return found.value if found and found.end == len(said) else None


def ordinal_at(said: Sequence[str], start: int) -> Found | None:
    """« premier », « 1er » or a cardinal: what stands before a month."""
    if said[start : start + 1] and said[start] in ("premier", "premiere"):
        return Found(1, start + 1)
    found = number_at(said, start)
    if found and found.value == 1 and tuple(said[found.end : found.end + 1]) == ("er",):
        return Found(1, found.end + 1)
    return found


def number_said(number: int) -> str:
    """A number of 0–999 999 as it is written in full: « vingt et un », « quatre-vingts », « deux cents », « trois mille deux »."""
    thousands, rest = divmod(number, 1000)
    if not thousands:
        return _below_thousand(rest, closed=True)
    head = "mille" if thousands == 1 else f"{_below_thousand(thousands, closed=False)} mille"
    return f"{head} {_below_thousand(rest, closed=True)}" if rest else head


def _below_thousand(number: int, *, closed: bool) -> str:
    """`closed`: nothing follows, so that « vingt » and « cent » take their plural s."""
    hundreds, rest = divmod(number, 100)
    tail = _below_hundred(rest) + ("s" if rest == 80 and closed else "")
    if not hundreds:
        return tail
    head = "cent" if hundreds == 1 else f"{number_in_words(hundreds)} cent"
    if rest:
        return f"{head} {tail}"
    return head + ("s" if hundreds > 1 and closed else "")


def _below_hundred(number: int) -> str:
    return number_in_words(number).replace(" ", "-").replace("-et-", " et ")


def _digits_at(said: Sequence[str], start: int) -> Found:
    """Digits, with thousands apart (« 1 200 ») or followed by a word (« 31 mille 400 »)."""
    end, digits = start + 1, said[start]
    if len(digits) <= 3 and digits[0] != "0":
        while end < len(said) and said[end].isdecimal() and len(said[end]) == 3 and len(digits) <= 6:
            digits, end = digits + said[end], end + 1
    if end < len(said) and plain(said[end]) in _MULTIPLES and len(digits) <= 3:
        return _scaled(said, start, 1_000_000_000) or Found(int(digits), end)
    return Found(int(digits), end)


def _scaled(said: Sequence[str], start: int, below: int) -> Found | None:
    """[chunk] million [chunk] mille [chunk], each scale smaller than the one before."""
    head = next(iter(chunks_at(said, start)), None)
    after = head.end if head else start
    scale = _MULTIPLES.get(plain(said[after]), below) if after < len(said) else below
    if scale >= below or (head and head.value == 0) or (head is None and scale != 1_000):
        return head
    top = (head.value if head else 1) * scale
    rest = _scaled(said, after + 1, scale)
    return Found(top + rest.value, rest.end) if rest and rest.value else Found(top, after + 1)


SPLIT_COST = 6.0
"""« trente quatre » is 34: nobody says 30 and 4 like that. « soixante dix » may well be 60 and 10."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A string of digits that a run of words may mean, and how far-fetched that is."""

    digits: str
    cost: float
    last: int = 0
    """Digits of the last number said: what a caller takes back who says « non »."""


def digit_readings(run: Sequence[str]) -> tuple[Reading, ...]:
    """All strings of digits that the run may mean, the most natural first: « soixante dix » is 70, or 60 10.

    Few numbers are more natural than many. Pauses (commas), hyphens, and the groups that a recogniser wrote in digits are hints only:
    to read across them, or to cut them, costs something.
    """
    said, marks = _in_words(run)
    best: list[dict[str, Reading]] = [{} for _ in range(len(said) + 1)]
    best[0][""] = Reading("", 0)
    for start in range(len(said)):
        for reading in _cheapest(best[start]):
            for digits, end, cost in _steps(said, start):
                cuts = sum(1.0 for at in range(start + 1, end) if at in marks.pauses)
                cuts += sum(1 for at in (start, end) if at in marks.inside)
                parity = len(reading.digits) % 2 and len(digits) == 2
                cuts += 1.5 * sum(1 for at in (start, end) if at in marks.bound)
                split = _splits_a_number(said, start, end) and end not in marks.pauses
                total = (
                    reading.cost + cost + 2 * cuts + (1.0 if parity else 0.0) + (SPLIT_COST if split else 0.0)
                )
                total -= 0.001 * start
                new = Reading(reading.digits + digits, total, len(digits))
                old = best[end].get(new.digits)
                if old is None or new.cost < old.cost:
                    best[end][new.digits] = new
    return tuple(_cheapest(best[-1]))


def _splits_a_number(said: Sequence[str], start: int, end: int) -> bool:
    """Whether tens end here although a unit follows that belongs to them."""
    if end >= len(said) or CHUNKS.get((said[end],), 0) not in range(1, 10):
        return False
    tens = CHUNKS.get(tuple(said[start:end]), 0)
    # « soixante quatre vingt » may be 60 80: the 4 belongs to what follows
    return tens % 10 == 0 and tens % 100 in range(20, 99) and said[end : end + 2] != ["quatre", "vingt"]


@dataclass(frozen=True, slots=True)
class _Marks:
    pauses: frozenset[int]
    """Indices of words before which there is a pause or a new group of digits."""
    bound: frozenset[int]
    """Indices of words that a hyphen joins to the one before."""
    inside: frozenset[int]
    """Indices of words within what a recogniser wrote as one group of digits."""


def _cheapest(readings: dict[str, Reading]) -> list[Reading]:
    return sorted(readings.values(), key=lambda r: (r.cost, r.digits))[:_MOST_READINGS]


def _in_words(run: Sequence[str]) -> tuple[list[str], _Marks]:
    """The run in number words; digits of more than two places, or led by zero, become one word a digit."""
    said: list[str] = []
    pauses: set[int] = set()
    bound: set[int] = set()
    inside: set[int] = set()
    for item in run:
        if item in (",", BOUND):
            (pauses if item == "," else bound).add(len(said))
            continue
        if not item.isdecimal():
            if item in _PLURALS:
                bound.add(len(said))
                pauses.add(len(said) + 1)
            said.append(plain(item))
            continue
        pauses.add(len(said))
        short = len(item) <= 2 and (item[0] != "0" or item == "0")
        parts = [item] if short else list(item)
        group = [word for part in parts for word in fold(number_in_words(int(part))).split()]
        if short:
            inside |= set(range(len(said) + 1, len(said) + len(group)))
        else:
            pauses |= set(range(len(said), len(said) + len(group)))
        said += group
        pauses.add(len(said))
    return said, _Marks(frozenset(pauses), frozenset(bound), frozenset(inside))


def _steps(said: Sequence[str], start: int) -> list[tuple[str, int, float]]:
    """Digits, end and cost of everything that may come next: a number, « double zéro », « deux fois zéro », « deux zéros »."""
    steps = [
        (
            str(found.value),
            found.end,
            1.0 + (2.0 if found.value % 100 == 81 and "et" in said[start : found.end] else 0.0),
        )
        for found in chunks_at(said, start)
    ]
    word = said[start]
    times = 2 if word == "double" else CHUNKS.get((word,), 0)
    after = start + 1 + (said[start + 1 : start + 2] == ["fois"])
    digit = CHUNKS.get((said[after],), 10) if after < len(said) else 10
    if word != "double" and after == start + 1 and digit:
        return steps
    if 2 <= times <= 4 and digit < 10:
        cost = 4.0 if after == start + 1 and word != "double" else 0.5
        steps.append((str(digit) * times, after + 1, cost))
    return steps
