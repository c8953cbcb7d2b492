"""What an answer that was taught has changed: calls of that meaning, and how many were answered, before and after. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

__all__ = ["AFTER_DAYS", "BEFORE_DAYS", "Effect", "Measured", "due", "effect"]

BEFORE_DAYS, AFTER_DAYS = 7, 14
"""Days that are measured on either side of the one on which the answer came into service, which counts on neither."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One day: calls that asked for it, and those of them that were answered with it."""

    day: date
    calls: int
    answered: int


@dataclass(frozen=True, slots=True)
class Effect:
    """Sums of the measured days on either side, with how many days there are."""

    calls_before: int
    answered_before: int
    days_before: int
    calls_after: int
    answered_after: int
    days_after: int


def due(taught: date, today: date, there: Iterable[date]) -> list[date]:
    """The days to be measured by now: whole ones that are not `there` yet."""
    known = set(there)
    wanted = [taught + timedelta(days=n) for n in range(-BEFORE_DAYS, AFTER_DAYS + 1) if n]
    return [day for day in wanted if day < today and day not in known]


def effect(days: Sequence[Measured], taught: date) -> Effect:
    """Before and after the day on which it came into service."""
    before = [one for one in days if one.day < taught]
    after = [one for one in days if one.day > taught]
    return Effect(
        sum(one.calls for one in before),
        sum(one.answered for one in before),
        len(before),
        sum(one.calls for one in after),
        sum(one.answered for one in after),
        len(after),
    )
