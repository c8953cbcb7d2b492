"""Every figure and its formula: pure functions over a tally. Each figure carries the numbers that made it and says, in French, how."""

from dataclasses import dataclass

from callbot.humans.desk_level import TARGET_S
from callbot.stats.figure_parts import Formula, Parts, Unit
from callbot.stats.formulas import BY_KEY, FORMULAS
from callbot.stats.tally import Tally

OF_WHOLE_DAYS = frozenset({"repeat_caller_rate"})
"""Figures that compare a caller's calls of a day with each other: of some of these they would tell nothing."""
LEVEL_S = TARGET_S
"""The seconds of the service level where nobody says others."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. A count has only a numerator; a percentile or a maximum only a denominator, the number of values it is made of.

    `value` is None where the denominator is 0; all three numbers are None where the figure is not known or makes no sense.
    `label` and `formula` are in French, for the people who read it.
    `better`: 1 when more is better, -1 when less is, 0 when neither.
    """

    key: str
    label: str
    unit: Unit
    formula: str
    numerator: int | None
    denominator: int | None
    value: float | None
    better: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """A figure against the one of another period. `difference` is in the figure's unit, `ratio` of the earlier value; None: cannot be told.

    `good`: whether it is for the better; None: neither.
    """

    difference: float | None
    ratio: float | None
    good: bool | None


def figure(tally: Tally, key: str, level_s: int = LEVEL_S, *, whole_days: bool = True) -> Figure:
    """One of them; `whole_days`: the tally is of all calls of its days. KeyError for a key that there is not."""
    return _figure(BY_KEY[key], tally, level_s, whole_days=whole_days)


def figures(tally: Tally, level_s: int = LEVEL_S, *, whole_days: bool = True) -> tuple[Figure, ...]:
    """Every figure of what was counted, in the order in which they are read."""
    return tuple(_figure(formula, tally, level_s, whole_days=whole_days) for formula in FORMULAS)


def change(now: Figure, before: Figure) -> Change:
    """How a figure has changed."""
    if now.value is None or before.value is None:
        return Change(None, None, None)
    difference = now.value - before.value
    ratio = difference / before.value if before.value else None
    return Change(difference, ratio, difference * now.better > 0 if difference and now.better else None)


def values(tally: Tally, level_s: int = LEVEL_S, *, whole_days: bool = True) -> dict[str, float | None]:
    """The value of every figure by its key."""
    return {formula.key: _parts(formula, tally, level_s, whole_days=whole_days)[2] for formula in FORMULAS}


def _parts(formula: Formula, tally: Tally, level_s: int, *, whole_days: bool) -> Parts:
    has_sense = whole_days or formula.key not in OF_WHOLE_DAYS
    return formula.made(tally, level_s) if has_sense else (None, None, None)


def _figure(formula: Formula, tally: Tally, level_s: int, *, whole_days: bool) -> Figure:
    numerator, denominator, value = _parts(formula, tally, level_s, whole_days=whole_days)
    label, text = (words.replace("{level_s}", str(level_s)) for words in (formula.label, formula.formula))
    return Figure(formula.key, label, formula.unit, text, numerator, denominator, value, formula.better)
