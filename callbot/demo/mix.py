"""What demonstration calls are about: entries of the knowledge base in use, drawn with the weights of callmix.toml."""

import tomllib
from bisect import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from itertools import accumulate
from random import Random

from callbot.knowledge.entries import Entry

OTHERS = 1.0
"""Weight, in calls of a hundred, of all the entries together that callmix.toml does not name."""


@dataclass(frozen=True, slots=True)
class Topic:
    """Motives that share a weight; `months`: how much more or less they are asked about, January first."""

    weight: float
    motives: tuple[str, ...]
    months: tuple[float, ...] = (1.0,) * 12


def topics() -> tuple[Topic, ...]:
    """Those of callmix.toml."""
    written = tomllib.loads((files("callbot.demo") / "callmix.toml").read_text(encoding="utf-8"))
    return tuple(
        Topic(one["weight"], tuple(one["motives"]), tuple(one.get("months", Topic(0, ()).months)))
        for one in written["topic"]
    )


@dataclass(frozen=True)
class Mix:
    """Entries, and how often each is asked about in each month (January first)."""

    entries: tuple[Entry, ...]
    weights: tuple[tuple[float, ...], ...]

    @cached_property
    def _sums(self) -> list[list[float]]:
        return [list(accumulate(month)) for month in self.weights]

    def draw(self, random: Random, month: int) -> Entry:
        """What a call of that month (1–12) is about."""
        sums = self._sums[month - 1]
        return self.entries[bisect(sums, random.random() * sums[-1])]


def mix(entries: Sequence[Entry], chosen: Iterable[Topic] | None = None) -> Mix:
    """The mix of a knowledge base: topics share their weight among the entries that it has. ValueError where it has none."""
    if not entries:
        raise ValueError("there is nothing to ask about")
    months = [[0.0] * len(entries) for _ in range(12)]
    known: set[str] = set()
    for topic in topics() if chosen is None else chosen:
        known |= set(topic.motives)
        shares = _shares(entries, topic.motives)
        for month, factor in zip(months, topic.months, strict=True):
            for place, share in shares.items():
                month[place] += topic.weight * factor * share
    rest = [place for place, entry in enumerate(entries) if entry.motive not in known]
    for month in months:
        for place in rest:
            month[place] = OTHERS / len(rest)
    return Mix(tuple(entries), tuple(map(tuple, months)))


def _shares(entries: Sequence[Entry], motives: Sequence[str]) -> dict[int, float]:
    """The share of each entry in its topic: the first motives weigh more, a motive's general entry as much as all its aspects."""
    weights: dict[int, float] = {}
    for rank, motive in enumerate(motives):
        places = [place for place, entry in enumerate(entries) if entry.motive == motive]
        for place in places:
            own = 0.5 if not entries[place].aspect or len(places) == 1 else 0.5 / max(1, len(places) - 1)
            weights[place] = own / (rank + 1)
    total = sum(weights.values())
    return {place: weight / total for place, weight in weights.items()}
