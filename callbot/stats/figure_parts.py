"""What formulas are made of: counts, ratios, means and percentiles of a tally. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from callbot.stats.counting import ENDINGS
from callbot.stats.facts import Ending
from callbot.stats.tally import Tally, What

Unit = Literal["calls", "turns", "ratio", "ms", "s", "score"]
PLACES = {ending: place for place, ending in enumerate(ENDINGS)}
Parts = tuple[int | None, int | None, float | None]
"""Numerator, denominator and value."""
Maker = Callable[[Tally, int], Parts]
"""Makes a figure of a tally; the number is the seconds of the service level."""


@dataclass(frozen=True, slots=True)
class Formula:
    """How a figure is made. `{level_s}` in a label or formula is the seconds of the service level."""

    key: str
    label: str
    unit: Unit
    formula: str
    made: Maker
    better: int = 0


def ended(tally: Tally, *endings: Ending) -> int:
    """Calls that ended in one of these ways."""
    number = tally.by_value(What.ENDING)
    return sum(number.get(PLACES[ending], 0) for ending in endings)


def count(*endings: Ending) -> Maker:
    """The number of calls that ended so."""

    def made(tally: Tally, _: int) -> Parts:
        number = ended(tally, *endings)
        return number, None, number

    return made


def total(what: What) -> Maker:
    """The number of what was counted."""

    def made(tally: Tally, _: int) -> Parts:
        number = tally.total(what)
        return number, None, number

    return made


def divided(numerator: int, denominator: int) -> Parts:
    """A division and its value; None where there is nothing to divide by."""
    return numerator, denominator, numerator / denominator if denominator else None


def ratio(numerator: Callable[[Tally], int], denominator: Callable[[Tally], int]) -> Maker:
    """One number of a tally by another."""
    return lambda tally, _: divided(numerator(tally), denominator(tally))


def of(*whats: What) -> Callable[[Tally], int]:
    """The number of what was counted, all together."""
    return lambda tally: sum(tally.total(what) for what in whats)


def endings(*endings: Ending) -> Callable[[Tally], int]:
    """The number of calls that ended so."""
    return lambda tally: ended(tally, *endings)


def mean(what: What) -> Maker:
    """The mean of the values."""
    return lambda tally, _: divided(tally.weight(what), tally.total(what))


def percentile(percent: int, scale: int, *whats: What) -> Maker:
    """By nearest rank, of all values together; a value stands for `scale`."""

    def made(tally: Tally, _: int) -> Parts:
        value = tally.percentile(percent, *whats)
        return None, of(*whats)(tally), None if value is None else float(value * scale)

    return made


def picked_up(tally: Tally, _: int) -> Parts:
    """All calls but those that were refused."""
    number = tally.count(What.OFFERED) - ended(tally, Ending.REFUSED)
    return number, None, number


def known_closed(what: What) -> Maker:
    """The number of what was counted; none where of no call is known whether the offices were closed, which is not zero."""

    def made(tally: Tally, level_s: int) -> Parts:
        if tally.count(What.OFFERED) and not tally.count(What.ARRIVED_KNOWN):
            return None, None, None
        return total(what)(tally, level_s)

    return made


def service_level(tally: Tally, level_s: int) -> Parts:
    """Those whom a person took soon enough, of all who waited for one."""
    waited = of(What.WAIT, What.LEFT)(tally) + ended(tally, Ending.NOT_REACHED)
    return divided(tally.up_to(What.WAIT, level_s), waited)


def satisfied(tally: Tally) -> int:
    """Scores of 4 and 5."""
    return tally.count(What.SCORE, 4) + tally.count(What.SCORE, 5)
