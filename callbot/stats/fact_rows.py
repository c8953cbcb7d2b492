"""Facts as rows of the table `call_facts`, and back."""

from dataclasses import fields
from typing import Any

from callbot.stats.facts import CallFact, Ending, Repeats

REPEATS = tuple(field.name for field in fields(Repeats))
OTHERS = tuple(field.name for field in fields(CallFact) if field.name != "repeats")


def row_of(fact: CallFact) -> dict[str, Any]:
    """The values of the row, by column."""
    values = {name: getattr(fact, name) for name in OTHERS}
    values |= {name: getattr(fact.repeats, name) for name in REPEATS}
    values |= {"weekday": fact.weekday, "ending": fact.ending.value}
    return values | {"response_ms": tuple(map(str, fact.response_ms))}


def fact_of(row: Any) -> CallFact:
    """The fact that was made a row."""
    values = {name: getattr(row, name) for name in OTHERS}
    values |= {"ending": Ending(row.ending), "response_ms": tuple(map(int, row.response_ms))}
    return CallFact(**values, repeats=Repeats(*(getattr(row, name) for name in REPEATS)))
