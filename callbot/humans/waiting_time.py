"""What a waiting caller is told: their position, how long it may take, and when they hear it. No I/O, no clock.

The waiting time is a promise that is to hold about four times out of five. Where `agents` people take the callers of one row
and each takes a time with mean m, the caller at position p waits for p of them to be done: m·p/agents in the mean, with a
standard deviation of m·√p/agents (an Erlang distribution; Kleinrock, Queueing Systems I, 2.9 and 3.5). What is said is the
mean and `MARGIN` deviations more, in whole minutes, rounded up.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import fmean

from callbot.humans.agents import Kind, is_able, is_due, kind
from callbot.humans.queue_types import IN_QUEUE, Agent, Entry, Rules

MARGIN = 0.84
"""Four fifths of a normal distribution lie below its mean and this many deviations."""
ENOUGH = 3
"""Handling times; with fewer there is no basis for telling any time."""
MOST = 20
"""Handling times that count, the latest."""
RECENT = timedelta(hours=2)
"""Older ones are of another part of the day."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a caller stands: `position` from 1; `minutes`: less than so many, from 1; None: it is not known."""

    position: int
    minutes: int | None


def standing_of(
    entry: Entry,
    entries: Iterable[Entry],
    agents: Collection[Agent],
    handled_s: Sequence[float],
    *,
    at: datetime,
    rules: Rules,
) -> Standing | None:
    """Where a place stands among all of the queue's; None: nobody waits in it any more, or for one agent alone."""
    if entry.place not in IN_QUEUE or _waits_for_one(entry):
        return None
    rank = entry.rank
    ahead = (one for one in entries if is_due(one, at) and one.rank < rank and not _waits_for_one(one))
    before = Counter(kind(one, at, rules) for one in ahead)
    return standing(kind(entry, at, rules), before, agents, handled_s)


def _waits_for_one(entry: Entry) -> bool:
    return entry.passed is not None and entry.passed.wanted != ""


def standing(
    caller: Kind, before: Mapping[Kind, int], agents: Collection[Agent], handled_s: Sequence[float]
) -> Standing:
    """Where a caller stands; `before`: how many of each kind are before them; `handled_s`: seconds that agents had for one caller.

    Those ahead are the callers before this one for the same agents; with no agent there, those of the same service.
    """
    able = [agent for agent in agents if agent.is_present and is_able(agent, caller)]
    if able:
        ahead = sum(n for one, n in before.items() if any(is_able(agent, one) for agent in able))
    else:
        ahead = sum(n for one, n in before.items() if one.service == caller.service)
    return Standing(1 + ahead, minutes(1 + ahead, len(able), handled_s))


def minutes(position: int, agents: int, handled_s: Sequence[float]) -> int | None:
    """Whole minutes, at least 1, within which the caller at `position` will most likely be offered to somebody; None: unknown."""
    if agents < 1 or len(handled_s) < ENOUGH:
        return None
    seconds = fmean(handled_s) * (position + MARGIN * math.sqrt(position)) / agents
    return max(1, math.ceil(seconds / 60))


def handling_seconds(
    service: str, handled: Iterable[tuple[str, datetime | None, datetime | None]]
) -> list[float]:
    """How long agents had for callers of `service`; of all services where there are too few. `handled`: service, from, to; latest first."""
    times = [(of, (to - since).total_seconds()) for of, since, to in handled if since and to]
    own = [seconds for of, seconds in times if of == service]
    return (own if len(own) >= ENOUGH else [seconds for _, seconds in times])[:MOST]


class Saying(StrEnum):
    """What a waiting caller is to hear."""

    PLACE = "place"
    """Position and waiting time."""
    CALL_BACK = "call back"
    """Whether they would rather be called back, and keep their place."""


class Announcements:
    """When one waiting caller is spoken to. Time is the waiting, in milliseconds of the call's sound."""

    def __init__(self, rules: Rules) -> None:
        self._every_ms = _ms(rules.announce_every)
        self._call_back_ms = _ms(rules.call_back_after)
        self._next_ms: int | None = 0
        self._offered = False

    def due(self, waited_ms: int, *, call_back: bool = True) -> list[Saying]:
        """What is to be said now, once each time. `call_back`: whether a call-back can be offered to this caller."""
        said = []
        if self._next_ms is not None and waited_ms >= self._next_ms:
            said.append(Saying.PLACE)
            self._next_ms = waited_ms + self._every_ms if self._every_ms else None
        if call_back and not self._offered and waited_ms >= self._call_back_ms:
            said.append(Saying.CALL_BACK)
            self._offered = True
        return said


def _ms(time: timedelta) -> int:
    return time // timedelta(milliseconds=1)
