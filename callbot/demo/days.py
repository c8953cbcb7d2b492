"""Days of demonstration calls as rows of the tables: made of events, by the same functions as the rows of real calls. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from callbot.demo.course import Course, Town
from callbot.demo.year import Arrival
from callbot.stats.call_record import CallRecord
from callbot.stats.call_rows import Rows
from callbot.stats.facts import UNKNOWN_CALLER, CallFact, Repeats, fact

ENGINE, RECORDER = "demo", "demo:0"


@dataclass(frozen=True, slots=True)
class Day:
    """The calls of a day, and what each counts as."""

    day: date
    calls: tuple[Rows, ...]
    facts: tuple[CallFact, ...]


def day_of_calls(
    town: Town, seed: int, day: date, arrived: Sequence[Arrival], repeats: Mapping[str, Repeats]
) -> Day:
    """The same from the same seed, whichever other days are made."""
    random = Random(seed * 10_000_000 + day.toordinal())
    calls = tuple(_call(town, random, seed, arrival) for arrival in arrived)
    facts = tuple(
        fact(rows.call, rows.turns, rows.events, repeats.get(rows.call.id, UNKNOWN_CALLER)) for rows in calls
    )
    return Day(day, calls, facts)


def _call(town: Town, random: Random, seed: int, arrival: Arrival) -> Rows:
    record = CallRecord(
        arrival.call_id,
        arrival.at,
        _caller_hash(seed, arrival.caller),
        engine=ENGINE,
        recorder=RECORDER,
        keep_transcripts=False,
    )
    for event in Course(town, random, arrival.at, absent=arrival.absent).run():
        record.apply(event)
    return record.rows()


def _caller_hash(seed: int, caller: int | None) -> str | None:
    return None if caller is None else hashlib.sha256(f"demo {seed} {caller}".encode()).hexdigest()
