"""Demonstration calls for the tests of figures, and figures made of raw rows by nothing but pure functions."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date

from sqlalchemy import select, true

from callbot import tables
from callbot.database import Database
from callbot.demo.course import Town
from callbot.demo.days import day_of_calls
from callbot.demo.mix import mix
from callbot.demo.year import arrivals, repeats_of
from callbot.knowledge.store import DEMO, load
from callbot.stats.call_record import Rows
from callbot.stats.counting import counted
from callbot.stats.facts import UNKNOWN_CALLER, CallFact, fact
from callbot.stats.period import Period
from callbot.stats.repeats import Called, repeats
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
