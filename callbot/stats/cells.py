"""In which sums a call is counted, so that any page is read from few rows. Pure.

Each day, and each hour of it, has a tally of all its calls, one for each line, for each service and for each language, and one for
each combination of the three. Whatever is filtered is read from the coarsest of these kinds that still tells it apart.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from callbot.stats.counting import counted
from callbot.stats.facts import CallFact
from callbot.stats.period import Filters
from callbot.stats.tally import key_of

DIMENSIONS = ("line", "service", "language")
WHOLE_DAY = -1


class Kind(StrEnum):
    """What the cells of a kind tell apart, besides the day."""

    DAY = "day"
    DAY_LINE = "day_line"
    DAY_SERVICE = "day_service"
    DAY_LANGUAGE = "day_language"
    DAY_EACH = "day_each"
    HOUR = "hour"
    HOUR_LINE = "hour_line"
    HOUR_SERVICE = "hour_service"
    HOUR_LANGUAGE = "hour_language"
    HOUR_EACH = "hour_each"


TOLD = {
    "": (),
    "_line": ("line",),
    "_service": ("service",),
    "_language": ("language",),
    "_each": DIMENSIONS,
}
"""The dimensions that a kind tells apart, by how its name ends."""
ENDS = {told: end for end, told in TOLD.items()}


class Cell(NamedTuple):
    """The key of a tally in the table `stats_cells`. What its kind does not tell apart is empty; `hour` is then WHOLE_DAY."""

    kind: Kind
    day: date
    hour: int
    fold: int
    line: str
    service: str
    language: str


def cells_of(whole: Cell) -> list[Cell]:
    """All cells in which what is counted in `whole`, of the kind HOUR_EACH, is counted: ten, itself included."""
    values = {name: getattr(whole, name) for name in DIMENSIONS}
    found = []
    for end, told in TOLD.items():
        line, service, language = (values[name] if name in told else "" for name in DIMENSIONS)
        found.append(Cell(Kind(f"day{end}"), whole.day, WHOLE_DAY, 0, line, service, language))
        found.append(Cell(Kind(f"hour{end}"), whole.day, whole.hour, whole.fold, line, service, language))
    return found


def kind_for(filters: Filters, *apart: str, hourly: bool) -> Kind:
    """The coarsest kind that can be filtered so, and that tells `apart` these dimensions."""
    needed = {name for name in DIMENSIONS if getattr(filters, name) is not None} | set(apart)
    told = tuple(name for name in DIMENSIONS if name in needed)
    end = ENDS.get(told, "_each")
    return Kind(f"{'hour' if hourly else 'day'}{end}")


def told_by(kind: Kind) -> tuple[str, ...]:
    """The dimensions that a kind tells apart."""
    _, mark, name = kind.value.partition("_")
    return TOLD[mark + name]


class Sums:
    """What is to be added to the cells: add facts, then look at `cells`. Words are numbered by `numbers`."""

    def __init__(self) -> None:
        self._wholes: dict[Cell, dict[int, int]] = defaultdict(lambda: defaultdict(int))

    def add(self, fact: CallFact, numbers: Mapping[str, int], sign: int = 1) -> None:
        """Count a fact; `sign` -1: take back that it was. KeyError for a word without a number."""
        sums = self._wholes[whole_of(fact)]
        for what, value, count in counted(fact):
            sums[key_of(what, numbers[value] if isinstance(value, str) else value)] += sign * count

    def cells(self) -> dict[Cell, dict[int, int]]:
        """What each cell changes by; cells and entries that do not change are left out."""
        changes: dict[Cell, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for whole, sums in self._wholes.items():
            changed = [(key, count) for key, count in sums.items() if count]
            for cell in cells_of(whole) if changed else ():
                into = changes[cell]
                for key, count in changed:
                    into[key] += count
        return changes


def whole_of(fact: CallFact) -> Cell:
    """The finest cell of a fact."""
    return Cell(Kind.HOUR_EACH, fact.day, fact.hour, fact.fold, fact.line, fact.service, fact.language)


def words_of(facts: Iterable[CallFact]) -> set[str]:
    """The words that these facts are counted by."""
    return {value for fact in facts for _, value, _ in counted(fact) if isinstance(value, str)}
