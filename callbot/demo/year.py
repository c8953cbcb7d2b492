"""When demonstration calls come, and whose they are: by season, weekday, holiday and hour; some callers call again. Pure."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

import numpy as np

from callbot.events import Outcome
from callbot.humans.holidays import is_holiday
from callbot.stats.days import PARIS
from callbot.stats.facts import Repeats
from callbot.stats.period import Period
from callbot.stats.repeats import Called, repeats

PREFIX = "demo-"
"""What the ids of demonstration calls begin with."""
WEEKDAYS = (1.25, 1.05, 0.95, 1.0, 0.95, 0.35, 0.06)
HOLIDAY = 0.06
MONTHS = (1.05, 1.0, 1.05, 1.1, 1.05, 1.1, 0.9, 0.7, 1.2, 1.05, 0.95, 0.85)
HOURS = (
    0.1, 0.1, 0.05, 0.05, 0.1, 0.2, 0.4, 1.0, 7.5, 14.0, 15.0, 12.5,
    5.0, 6.0, 12.0, 11.0, 9.0, 5.0, 2.0, 1.2, 0.8, 0.5, 0.3, 0.2,
)  # fmt: skip
"""How calls spread over a working day; Saturdays have only a morning."""
SATURDAY = tuple(weight if hour < 12 else 0.3 for hour, weight in enumerate(HOURS))
ROUGH = 0.08
"""Standard deviation of the logarithm of a day's number of calls."""
AGAIN, HIDDEN, ABSENT = 0.14, 0.06, 0.02
"""Shares of calls by somebody who called in the last days, of calls whose number is hidden, and of those of machines."""
CALLERS_PER_CALL = 0.35
"""Of a year."""
RECENT = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A call comes: at which time (aware, UTC), from which caller (None: the number is hidden). `absent`: it is a machine's."""

    call_id: str
    at: datetime
    caller: int | None
    absent: bool


def arrivals(period: Period, calls: int, seed: int) -> Iterator[tuple[date, list[Arrival]]]:
    """The calls of each day, in order of time."""
    random = Random(seed)
    draw = np.random.default_rng(seed)
    recent: deque[tuple[datetime, int]] = deque()
    number, callers = 0, max(1, int(calls * CALLERS_PER_CALL * 365 / period.days))
    for day, count in volumes(period, calls, draw):
        found = []
        for at in _times(day, count, draw):
            while recent and at - recent[0][0] > RECENT:
                recent.popleft()
            caller = _caller(random, recent, callers)
            if caller is not None:
                recent.append((at, caller))
            number += 1
            found.append(Arrival(f"{PREFIX}{number:08}", at, caller, random.random() < ABSENT))
        yield day, found


def volumes(period: Period, calls: int, draw: np.random.Generator) -> list[tuple[date, int]]:
    """How many of the calls come on each day: their sum is `calls`."""
    days = list(period)
    weights = np.array([_weight(day) for day in days]) * np.exp(draw.normal(0, ROUGH, len(days)))
    return list(zip(days, draw.multinomial(calls, weights / weights.sum()).tolist(), strict=True))


def _weight(day: date) -> float:
    return MONTHS[day.month - 1] * (HOLIDAY if is_holiday(day) else WEEKDAYS[day.weekday()])


def _times(day: date, count: int, draw: np.random.Generator) -> list[datetime]:
    weights = np.array(SATURDAY if day.weekday() == 5 else HOURS)
    hours = draw.choice(24, count, p=weights / weights.sum())
    seconds = np.sort(hours * 3600 + draw.random(count) * 3600)
    noon = datetime.combine(day, time(12), tzinfo=PARIS).astimezone(UTC)
    times = (noon + timedelta(seconds=float(second) - 12 * 3600) for second in seconds)
    return [
        at for at in times if at.astimezone(PARIS).date() == day
    ]  # the clocks may have changed in the night


def _caller(random: Random, recent: deque[tuple[datetime, int]], callers: int) -> int | None:
    drawn = random.random()
    if drawn < HIDDEN:
        return None
    if drawn < HIDDEN + AGAIN and recent:
        return recent[random.randrange(len(recent))][1]
    return random.randrange(callers)


def repeats_of(days: Iterable[tuple[date, Sequence[Arrival]]]) -> dict[str, Repeats]:
    """Where each call stands among those of its caller, by its id; calls with hidden numbers are left out."""
    callers: dict[int, list[Called]] = defaultdict(list)
    for day, arrived in days:
        for one in arrived:
            if one.caller is not None:
                callers[one.caller].append(
                    Called(one.call_id, one.at, day, Outcome.ABSENT if one.absent else None)
                )
    found: dict[str, Repeats] = {}
    for calls in callers.values():
        found |= repeats(calls)
    return found
