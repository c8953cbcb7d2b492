"""How early what a caller asks for is certain: lines of the corpus, whole and broken off, read as a call reads them in a pause.

No call is made. Authors on whom thresholds are chosen. Each line is broken off once, at a word drawn by its own checksum.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from zlib import crc32

from callbot.corpus.reader import Kind, Part, Utterance, utterances
from callbot.understanding.interpretation import Interpretation

__all__ = ["HEAD", "Row", "compare", "lines", "table_line"]

THRESHOLDS = (0.85, 0.9, 0.95, 0.99)
WHOLE = (0.3, 0.5, 0.65, 0.8)
FEWEST_WORDS = 6
ONE_IN = 6
SHARE = (0.3, 0.8)
"""Where in a line it is broken off."""

COLUMNS = (
    "certain from",
    "looks whole from",
    "lines known",
    "or looking whole",
    "beginnings known",
    "or looking whole",
    "beginnings known, other answer",
)
HEAD = f"| {' | '.join(COLUMNS)} |\n{'|---:' * len(COLUMNS)}|"


@dataclass(frozen=True, slots=True)
class Row:
    """At one pair of thresholds, shares 0–1. `wrong`: beginnings that are known, and whose line is answered otherwise."""

    certain: float
    whole: float
    known: float
    known_or_whole: float
    begun: float
    begun_or_whole: float
    wrong: float


@dataclass(frozen=True, slots=True)
class _Read:
    reading: Interpretation
    completeness: float

    def known(self, certain: float, whole: float) -> bool:
        return self.completeness >= whole and self.reading.certain(certain)


def lines() -> list[Utterance]:
    """What is asked by the authors that thresholds are chosen on, one line in six, the short ones left out."""
    asked = [
        line
        for line in utterances(Part.THRESHOLDS)
        if line.kind not in (Kind.ACT, Kind.EMERGENCY) and len(line.text.split()) >= FEWEST_WORDS
    ]
    return [line for line in asked if crc32(line.text.encode()) % ONE_IN == 0]


def compare(
    lines: Sequence[Utterance],
    interpret: Callable[[str], Interpretation],
    completeness: Callable[[str], float],
    whole_threshold: float,
) -> Iterator[Row]:
    """A row for each pair of thresholds. Blocking: a few hundredths of a second for each line."""

    def read(text: str) -> _Read:
        return _Read(interpret(text), completeness(text))

    pairs = [(read(line.text), read(_beginning(line.text))) for line in lines]
    for certain, whole in product(THRESHOLDS, WHOLE):
        ends = [one.known(certain, whole) for one, _ in pairs]
        begun = [other.known(certain, whole) for _, other in pairs]
        wrong = [early and not _same(*pair) for early, pair in zip(begun, pairs, strict=True)]
        looks = [
            (one.completeness >= whole_threshold, other.completeness >= whole_threshold)
            for one, other in pairs
        ]
        yield Row(
            certain,
            whole,
            _share(ends),
            _share(known or look for known, (look, _) in zip(ends, looks, strict=True)),
            _share(begun),
            _share(known or look for known, (_, look) in zip(begun, looks, strict=True)),
            _share(wrong),
        )


def table_line(row: Row) -> str:
    """A row of the Markdown table under HEAD."""
    shares = (row.known, row.known_or_whole, row.begun, row.begun_or_whole, row.wrong)
    return (
        " | ".join([f"| {row.certain} | {row.whole}", *(f"{share * 100:.1f} %" for share in shares)]) + " |"
    )


def _beginning(text: str) -> str:
    words = text.split()
    low, high = (max(2, round(len(words) * share)) for share in SHARE)
    return " ".join(words[: low + crc32(text.encode()) // 7 % (high - low + 1)])


def _same(line: _Read, beginning: _Read) -> bool:
    one, other = line.reading, beginning.reading
    if other.emergency:
        return one.emergency == other.emergency
    return (
        one.best is not None
        and other.best is not None
        and (one.best.motive, one.best.aspect)
        == (
            other.best.motive,
            other.best.aspect,
        )
    )


def _share(holds: Sequence[bool] | Iterator[bool]) -> float:
    found = list(holds)
    return sum(found) / max(1, len(found))
