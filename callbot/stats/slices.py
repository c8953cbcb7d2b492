"""What pages and reports read figures from: slices of the calls of a period, each with every figure and list of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from functools import cached_property

from callbot.stats.counting import ENDINGS
from callbot.stats.facts import Ending
from callbot.stats.figures import LEVEL_S, Figure, figure, figures, values
from callbot.stats.period import Filters, Period
from callbot.stats.tally import Tally, What

WAIT_CLASSES_S = (15, 30, 60, 120, 300, 600)


@dataclass(frozen=True, slots=True)
class Subject:
    """How many calls were about a motive, or about one aspect of it. `aspect` is empty for the motive as a whole.

    `answered`: of them, those that the bot answered; 0 where it is not told (aspects).
    """

    motive: str
    aspect: str
    calls: int
    answered: int = 0


@dataclass(frozen=True, slots=True)
class Wait:
    """Calls that waited up to so many seconds and longer than the class before: taken by a person, or given up. None: no limit."""

    up_to_s: int | None
    taken: int
    left: int


@dataclass(frozen=True)
class Slice:
    """Some of the calls: of a day (`key` is a date), an hour or weekday (a number), a line, service or language (its name).

    `whole_days`: all calls of the days that it is of are in it, so that a caller's calls of a day can be told.
    """

    key: date | datetime | int | str
    tally: Tally = field(repr=False)
    level_s: int = LEVEL_S
    whole_days: bool = True

    def figure(self, key: str) -> Figure:
        """One figure. KeyError for a key that there is not."""
        return figure(self.tally, key, self.level_s, whole_days=self.whole_days)

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """All of them, in the order in which they are read."""
        return figures(self.tally, self.level_s, whole_days=self.whole_days)

    @property
    def values(self) -> dict[str, float | None]:
        """Their values alone, by key: of many slices that is quicker."""
        return values(self.tally, self.level_s, whole_days=self.whole_days)

    @property
    def calls(self) -> int:
        """How many were offered."""
        return self.tally.count(What.OFFERED)

    @cached_property
    def motives(self) -> tuple[Subject, ...]:
        """Calls per motive, most frequent first; a call counts once for each motive that was settled in it."""
        answered = dict(self.tally.by_word(What.MOTIVE_ANSWERED))
        by_motive = self.tally.by_word(What.MOTIVE)
        return tuple(Subject(motive, "", calls, answered.get(motive, 0)) for motive, calls in by_motive)

    @cached_property
    def aspects(self) -> tuple[Subject, ...]:
        """Calls per aspect of a motive, most frequent first; general questions, which have no aspect, are left out."""
        named = ((aspect.partition("."), calls) for aspect, calls in self.tally.by_word(What.ASPECT))
        return tuple(Subject(motive, aspect, calls) for (motive, _, aspect), calls in named)

    @cached_property
    def answers(self) -> tuple[tuple[str, int], ...]:
        """Knowledge entries that were spoken, by their id, with the calls in which they were."""
        return tuple(self.tally.by_word(What.ANSWER))

    @cached_property
    def unanswered(self) -> tuple[tuple[str, int], ...]:
        """Questions without an answer by their motive; `?`: not understood."""
        return tuple(self.tally.by_word(What.UNANSWERED))

    @cached_property
    def reasons(self) -> tuple[tuple[str, int], ...]:
        """Why a person was announced, with the calls in which that was the last reason."""
        return tuple(self.tally.by_word(What.REASON))

    @cached_property
    def flow(self) -> tuple[tuple[Ending, int], ...]:
        """Calls by how they ended, every way of it; they add up to the calls offered."""
        return tuple((ending, self.tally.count(What.ENDING, n)) for n, ending in enumerate(ENDINGS))

    @cached_property
    def waits(self) -> tuple[Wait, ...]:
        """Waiting times by class, those of calls that a person took and of those that were abandoned in the queue."""
        found, taken_before, left_before = [], 0, 0
        for up_to_s in (*WAIT_CLASSES_S, None):
            taken, left = (self._within(what, up_to_s) for what in (What.WAIT, What.LEFT))
            found.append(Wait(up_to_s, taken - taken_before, left - left_before))
            taken_before, left_before = taken, left
        return tuple(found)

    def _within(self, what: What, up_to_s: int | None) -> int:
        return self.tally.total(what) if up_to_s is None else self.tally.up_to(what, up_to_s)

    @property
    def scores(self) -> tuple[int, ...]:
        """How many answers there were of each score, 1 to 5."""
        return tuple(self.tally.count(What.SCORE, score) for score in range(1, 6))


class Part(Enum):
    """What is read besides the whole; read only what is shown."""

    DAYS = "days"
    STEPS = "steps"
    """Read with the days: what is read of these is read of steps."""
    HOURS = "hours"
    WEEKDAYS = "weekdays"
    HEAT = "heat"
    LINES = "lines"
    SERVICES = "services"
    LANGUAGES = "languages"


@dataclass(frozen=True)
class Figures:
    """The figures of a period. Parts that were not asked for are empty.

    `days`: each of the period that the filters take, in order; `steps`: those of a trend (steps.py) that have such days, by the first
    day of each; `hours` 0–23; `weekdays` 0–6; `heat` by weekday and hour, all 168;
    `begins`: of a single day its 23, 24 or 25 hours, by the (aware) time at which they begin, where hours were asked for;
    `lines`, `services` and `languages`: most calls first. `due_days`: days that are still to be counted: the figures are not whole.
    """

    period: Period
    filters: Filters
    total: Slice
    days: tuple[Slice, ...] = ()
    steps: tuple[Slice, ...] = ()
    hours: tuple[Slice, ...] = ()
    weekdays: tuple[Slice, ...] = ()
    begins: tuple[Slice, ...] = ()
    heat: Mapping[tuple[int, int], Slice] = field(default_factory=dict)
    lines: tuple[Slice, ...] = ()
    services: tuple[Slice, ...] = ()
    languages: tuple[Slice, ...] = ()
    due_days: int = 0

    @property
    def level_s(self) -> int:
        """The seconds of the service level."""
        return self.total.level_s

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All figures of the whole period, in the order in which they are read."""
        return self.total.figures

    def figure(self, key: str) -> Figure:
        """One figure of the whole period. KeyError for a key that there is not."""
        return self.total.figure(key)
