"""Demonstration calls for the tests of figures, and figures made of raw rows by nothing but pure functions."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from sqlalchemy import select, true

from callbot import tables
from callbot.database import Database
from callbot.demo.course import Town
from callbot.demo.days import day_of_calls
from callbot.demo.mix import mix
from callbot.demo.year import arrivals, repeats_of
from callbot.knowledge.store import DEMO, load
from callbot.stats.call_rows import Rows
from callbot.stats.counting import counted
from callbot.stats.facts import UNKNOWN_CALLER, CallFact, fact
from callbot.stats.period import EVERYTHING, Filters, Period
from callbot.stats.repeats import Called, repeats
from callbot.stats.slices import Figures, Part, Slice
from callbot.stats.steps import steps
from callbot.stats.stored_calls import stored_calls
from callbot.stats.tally import Tally, entries

PERIOD = Period(date(2026, 10, 12), date(2026, 11, 1))
"""Three weeks; on 25 October the clocks go back."""
Counts = dict[tuple[object, ...], dict[tuple[int, str], int]]


def a_town() -> Town:
    """The demonstration commune."""
    knowledge = load(DEMO)
    lines = [line.number for line in knowledge.commune.lines]
    return Town(mix(knowledge.entries), lines, knowledge.commune.languages, "accueil")


def some_calls(period: Period, calls: int, seed: int = 1) -> list[Rows]:
    """The rows of demonstration calls, in order of time."""
    days = list(arrivals(period, calls, seed))
    among = repeats_of(days)
    town = a_town()
    made = (day_of_calls(town, seed, day, arrived, among) for day, arrived in days)
    return [rows for day in made for rows in day.calls]


async def facts_of_raw_rows(database: Database) -> list[CallFact]:
    """What every call counts as, from calls, turns and events alone."""
    async with database.read() as connection:
        stored = await stored_calls(connection, true())
    callers: dict[str, list[Called]] = defaultdict(list)
    for rows in stored:
        if (caller := rows.call.caller_hash) is not None:
            call = rows.call
            callers[caller].append(Called(call.id, call.started_at, call.day, call.outcome))
    among = {call_id: one for calls in callers.values() for call_id, one in repeats(calls).items()}
    return [
        fact(rows.call, rows.turns, rows.events, among.get(rows.call.id, UNKNOWN_CALLER)) for rows in stored
    ]


def tally_of(facts: Iterable[CallFact], which: Callable[[CallFact], bool] = lambda _: True) -> Tally:
    """All that these facts count as."""
    return Tally.of(each for one in facts if which(one) for each in counted(one))


async def cells(database: Database) -> Counts:
    """Every cell's counts, by key and word: what two databases must agree on, however their words are numbered."""
    async with database.read() as connection:
        words = {row.id: row.word for row in await connection.execute(select(tables.stats_words))}
        found = await connection.execute(select(tables.stats_cells))
        return {
            tuple(row[:7]): {_named(key, words): count for key, count in entries(row.packed)} for row in found
        }


def _named(key: int, words: dict[int, str]) -> tuple[int, str]:
    """A key with its word in place of the word's number."""
    what, value = divmod(key, 1 << 16)
    return what, words.get(value, "?") if what in range(26, 32) else str(value)


# -- figures compared --------------------------------------------------------------------------------------------------

LINE, SERVICE = "+33199000001", "etat_civil"


def whole(made: Slice) -> tuple[object, ...]:
    """Everything that a slice tells."""
    lists = (made.motives, made.aspects, made.answers, made.unanswered, made.reasons)
    return (*made.figures, *lists, made.flow, made.waits, made.scores)


def expected(
    facts: list[CallFact], which: Callable[[CallFact], bool] = lambda _: True, *, whole_days: bool = True
) -> tuple[object, ...]:
    """The same of these facts, by pure functions."""
    return whole(Slice("", tally_of(facts, which), whole_days=whole_days))


FILTERS: list[tuple[Filters, Callable[[CallFact], bool]]] = [
    (EVERYTHING, lambda _: True),
    (Filters(line=LINE), lambda one: one.line == LINE),
    (Filters(service=SERVICE), lambda one: one.service == SERVICE),
    (Filters(service=""), lambda one: one.service == ""),
    (Filters(language="en"), lambda one: one.language == "en"),
    (Filters(hours=frozenset({2, 9, 14})), lambda one: one.hour in (2, 9, 14)),
    (Filters(weekdays=frozenset({0, 6})), lambda one: one.weekday in (0, 6)),
    (
        Filters(line=LINE, language="fr", hours=frozenset({10, 11}), weekdays=frozenset({1})),
        lambda one: one.line == LINE and one.language == "fr" and one.hour in (10, 11) and one.weekday == 1,
    ),
    (Filters(line="+33100000000"), lambda _: False),
]


def compare(made: Figures, mine: list[CallFact]) -> None:
    """Whole, days, hours, weekdays, heat map, lines, services, languages of a period are what its facts tell, which the filters take."""
    filters, of_days = made.filters, made.filters.without("weekdays") == EVERYTHING
    assert (made.figure("repeat_caller_rate").denominator is None) == (not of_days)
    assert whole(made.total) == expected(mine, whole_days=of_days)
    assert [day.key for day in made.days] == [day for day in made.period if filters.takes_day(day)]
    for each in (*made.days, *made.hours, *made.weekdays, *made.lines, *made.services, *made.languages):
        assert isinstance(each.key, date | int | str)
    _same(made.days, mine, "day", whole_days=of_days)
    compare_steps(made, mine)
    _same(made.hours, mine, "hour")
    _same(made.weekdays, mine, "weekday", whole_days=of_days)
    _same(made.lines, mine, "line")
    _same(made.services, mine, "service")
    _same(made.languages, mine, "language")
    for (weekday, hour), one in made.heat.items():
        calls = sum((fact.weekday, fact.hour) == (weekday, hour) for fact in mine)
        assert (one.calls, len(made.heat)) == (calls, 168)


def compare_steps(made: Figures, mine: list[CallFact]) -> None:
    """Each step of the trend that has days the filters take is what its facts tell."""
    taken = [step for step in steps(made.period) if any(map(made.filters.takes_day, step))]
    assert [one.key for one in made.steps] == [step.first for step in taken]
    for step, one in zip(taken, made.steps, strict=True):
        of_step = [fact for fact in mine if fact.day in step]
        assert whole(one) == expected(of_step, whole_days=made.filters.without("weekdays") == EVERYTHING)


def _same(slices: tuple[Slice, ...], facts: list[CallFact], name: str, *, whole_days: bool = False) -> None:
    """Each slice is that of its facts, and none is missing."""
    assert {getattr(one, name) for one in facts} <= {one.key for one in slices}
    for each in slices:
        of_slice = [one for one in facts if getattr(one, name) == each.key]
        assert whole(each) == expected(of_slice, whole_days=whole_days)


def compare_shown(shown: Figures, made: Figures) -> None:
    """What is shown of parts is the same as what all of them tell."""
    assert whole(shown.total) == whole(made.total)
    for part, keys in KEYS_SHOWN.items():
        slices, all_slices = (_slices(one, part) for one in (shown, made))
        assert [_told(one, keys) for one in slices] == [_told(one, keys) for one in all_slices]


KEYS_SHOWN = {
    Part.DAYS: ("offered", "automation_rate", "answer_speed_s"),
    Part.STEPS: ("offered", "automation_rate", "answer_speed_s"),
    Part.HOURS: ("offered",),
    Part.HEAT: ("offered",),
    Part.LINES: ("offered", "automation_rate", "handled_by_agent", "abandoned_queue", "answer_speed_s"),
    Part.SERVICES: ("offered", "automation_rate", "handled_by_agent", "abandoned_queue", "answer_speed_s"),
    Part.LANGUAGES: ("offered", "automation_rate", "handled_by_agent", "abandoned_queue", "answer_speed_s"),
}


def _slices(made: Figures, part: Part) -> list[Slice]:
    found = made.heat.values() if part is Part.HEAT else getattr(made, part.value)
    return [*found, *(made.begins if part is Part.HOURS else ())]


def _told(one: Slice, keys: Sequence[str]) -> tuple[object, ...]:
    return one.key, *(one.figure(key) for key in keys)
