"""Opening hours: whether somebody is there at an instant, when somebody will be, and how a voice says so in French.

Hours are those of the clock on the wall in metropolitan France. On the days when the clocks change, an hour that comes twice
means its first time, and one that is skipped means an hour later (PEP 495, fold 0).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from callbot.humans.holidays import is_holiday

PARIS = ZoneInfo("Europe/Paris")
DAY_MINUTES = 24 * 60
HORIZON_DAYS = 400
"""How far the next opening is looked for: beyond a whole year of closed days, there is none to tell."""

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_UNITS = (
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize",
    "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf",
)  # fmt: skip
_TENS = {2: "vingt", 3: "trente", 4: "quarante", 5: "cinquante"}


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From minute `begin` of a day up to `end`, not included; 0 <= begin < end <= 1440."""

    begin: int
    end: int

    def __post_init__(self) -> None:
        """Raise ValueError for a span that is empty or leaves the day."""
        if not 0 <= self.begin < self.end <= DAY_MINUTES:
            raise ValueError(f"a span ends after it begins, within one day: {self.begin}–{self.end}")


Spans = tuple[Span, ...]
Period = tuple[datetime, datetime]
"""From an instant (aware) up to another."""


@dataclass(frozen=True, slots=True)
class Season:
    """A week of hours that staff have set, seven days from Monday on, from `first` up to `last`, both included (None: open)."""

    weekly: tuple[Spans, ...]
    first: date | None = None
    last: date | None = None
    closed_on_holidays: bool = False

    @property
    def one_day(self) -> bool:
        """True when it is for one day only: then it goes before holidays and everything that is planned."""
        return self.first is not None and self.first == self.last

    def covers(self, day: date) -> bool:
        """Whether it is for that day."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Phase:
    """Days in a row that have the same week, from `first` up to `last`, both included (None: no end is set).

    `season`: what staff have set for its last day; None: what is written elsewhere.
    """

    first: date
    last: date | None
    weekly: tuple[Spans, ...]
    closed_on_holidays: bool
    season: Season | None = None


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """When somebody is there. `weekly` has seven days from Monday on; `open_days` go before closed days and holidays."""

    weekly: tuple[Spans, ...]
    closed_days: frozenset[date] = frozenset()
    closed_on_holidays: bool = False
    open_days: Mapping[date, Spans] = field(default_factory=lambda: MappingProxyType({}))
    closures: tuple[Period, ...] = ()
    """Exceptional ones: they go before everything."""
    seasons: tuple[Season, ...] = ()
    """They go before `weekly`, the first that covers a day."""
    department: str = ""
    """Whose public holidays count; empty: those of the whole country."""

    def opens_on(self, day: date) -> bool:
        """True when somebody is there at some time of `day`."""
        return any(True for _ in self._periods(day))

    def spans(self, day: date) -> Spans:
        """The hours of `day`, in order; empty when it is closed."""
        season = self.season(day)
        if day in self.open_days and not (season and season.one_day):
            return tuple(sorted(self.open_days[day]))
        if self._is_closed_day(day, season):
            return ()
        return tuple(sorted((season or self).weekly[day.weekday()]))

    def season(self, day: date) -> Season | None:
        """What staff have set for that day; None: nothing."""
        return next((one for one in self.seasons if one.covers(day)), None)

    def _is_closed_day(self, day: date, season: Season | None) -> bool:
        if season and season.one_day:
            return False
        return day in self.closed_days or ((season or self).closed_on_holidays and self.is_holiday(day))

    def is_holiday(self, day: date) -> bool:
        """True when `day` is a public holiday here, whatever is open."""
        return is_holiday(day, self.department)

    def usual(self, day: date) -> Spans:
        """The hours of such a weekday where nothing is exceptional: no closure, no holiday, nothing set for this day alone."""
        season = self._lasting(day)
        return tuple(sorted((season or self).weekly[day.weekday()]))

    def phases(self, day: date, days: int) -> list[Phase]:
        """The one of `day`, and those that begin within `days` after it, in order; what is set for one day alone is none."""
        begun: list[Phase] = []
        for ahead in range(days + 1):
            then = day + timedelta(days=ahead)
            here = self._phase(then)
            if begun and _is_alike(begun[-1], here):
                begun[-1] = replace(begun[-1], season=here.season)
            else:
                begun.append(here)
        ends = [one.first - timedelta(days=1) for one in begun[1:]]
        return [
            replace(one, last=end)
            for one, end in zip(begun, (*ends, self._end(begun[-1], day + timedelta(days=days))), strict=True)
        ]

    def _phase(self, day: date) -> Phase:
        season = self._lasting(day)
        return Phase(day, None, (season or self).weekly, (season or self).closed_on_holidays, season)

    def _end(self, phase: Phase, day: date) -> date | None:
        """Its last day, from `day` on, which is one of it; None: it has none, or a far one."""
        for ahead in range(1, HORIZON_DAYS):
            if not _is_alike(phase, self._phase(day + timedelta(days=ahead))):
                return day + timedelta(days=ahead - 1) if phase.season else None
        return None

    def _lasting(self, day: date) -> Season | None:
        return next((one for one in self.seasons if one.covers(day) and not one.one_day), None)

    def left(self, day: date) -> Spans:
        """The hours of `day` without what is closed."""
        minutes = ((_minute(begin, day), _minute(end, day)) for begin, end in self._periods(day))
        return tuple(Span(begin, end) for begin, end in minutes if begin < end)

    def is_open(self, at: datetime) -> bool:
        """True when somebody is there `at` that instant (aware)."""
        return any(begin <= at < end for begin, end in self._periods(at.astimezone(PARIS).date()))

    def next_opening(self, at: datetime) -> datetime | None:
        """The first instant from `at` (aware) on when somebody is there, in Paris; `at` itself when open; None: never."""
        local = at.astimezone(PARIS)
        if self.is_open(at):
            return local
        for ahead in range(HORIZON_DAYS):
            begins = [begin for begin, _ in self._periods(local.date() + timedelta(days=ahead)) if begin > at]
            if begins:
                return min(begins).astimezone(PARIS)
        return None

    def _periods(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The day's hours as instants (UTC); what is closed, or the change of clocks swallows, is left out."""
        periods = [(_instant(day, span.begin), _instant(day, span.end)) for span in self.spans(day)]
        for closure in self.closures:
            periods = [left for period in periods for left in _without(period, closure)]
        yield from ((begin, end) for begin, end in periods if begin < end)


def spoken_opening(opening: datetime, now: datetime) -> str:
    """When it is, as one says it at `now`: « à treize heures trente », « demain à … », « lundi à … », « le lundi deux mars à … »."""
    local, today = opening.astimezone(PARIS), now.astimezone(PARIS).date()
    clock = f"à {spoken_time(local.time())}"
    days = (local.date() - today).days
    if days == 0:
        return clock
    if days == 1:
        return f"demain {clock}"
    weekday = WEEKDAYS[local.weekday()]
    return f"{weekday} {clock}" if days < 7 else f"le {weekday} {spoken_day(local.date())} {clock}"


def spoken_time(clock: time) -> str:
    """A time of day in words, minutes included: « huit heures trente », « midi », « vingt et une heures »."""
    if clock.minute == 0 and clock.hour in (0, 12):
        return "midi" if clock.hour else "minuit"
    hours = f"{_feminine(clock.hour)} heure{'s' if clock.hour > 1 else ''}"
    return f"{hours} {_feminine(clock.minute)}" if clock.minute else hours


def spoken_openings(
    hours: OpeningHours,
    first: date,
    days: int,
    say: Callable[[datetime, datetime], str] = spoken_opening,
) -> list[str]:
    """All that `say` may say while closed during `days` days from `first` on, each once, the soonest first."""
    said: dict[str, None] = {}
    for day in (first + timedelta(days=ahead) for ahead in range(days)):
        closings = (_instant(day, minute) for minute in (0, *(span.end for span in hours.spans(day))))
        for at in closings:
            opening = None if hours.is_open(at) else hours.next_opening(at)
            if opening and at.astimezone(PARIS).date() == day:
                said[say(opening, at)] = None
    return list(said)


def _is_alike(one: Phase, other: Phase) -> bool:
    return (one.weekly, one.closed_on_holidays) == (other.weekly, other.closed_on_holidays)


def _without(period: Period, closure: Period) -> tuple[Period, Period]:
    """What is left of a period before and after a closure; it may be empty."""
    (begin, end), (shut, open_again) = period, closure
    return (begin, min(end, max(begin, shut))), (max(begin, min(end, open_again)), end)


def _instant(day: date, minute: int) -> datetime:
    whole_days, minute = divmod(minute, DAY_MINUTES)
    clock = time(minute // 60, minute % 60)
    return datetime.combine(day + timedelta(days=whole_days), clock, tzinfo=PARIS).astimezone(UTC)


def _minute(at: datetime, day: date) -> int:
    """Minutes of the clock from the beginning of `day` on."""
    local = at.astimezone(PARIS)
    return (local.date() - day).days * DAY_MINUTES + local.hour * 60 + local.minute


def spoken_day(day: date) -> str:
    """Day and month in words: « premier mai », « trente et un août »."""
    return f"{'premier' if day.day == 1 else _number(day.day)} {MONTHS[day.month - 1]}"


def _number(number: int) -> str:
    """0–59 in words."""
    if number < 20:
        return _UNITS[number]
    ten, unit = divmod(number, 10)
    if unit == 0:
        return _TENS[ten]
    return f"{_TENS[ten]} et un" if unit == 1 else f"{_TENS[ten]}-{_UNITS[unit]}"


def _feminine(number: int) -> str:
    """Hours and minutes are feminine: « une heure », « vingt et une heures »."""
    words = _number(number)
    return f"{words}e" if words == "un" or words.endswith(" un") else words
