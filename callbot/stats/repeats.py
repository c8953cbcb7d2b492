"""Who called again: where each call of one caller stands among their others. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from callbot.events import Outcome
from callbot.stats.facts import UNKNOWN_CALLER, Repeats

WITHIN = timedelta(days=7)
"""7 × 24 hours, whatever the clocks on the wall do."""


@dataclass(frozen=True, slots=True)
class Called:
    """One call of a caller."""

    call_id: str
    started_at: datetime
    day: date
    outcome: Outcome | None

    @property
    def counts(self) -> bool:
        """A machine is no caller."""
        return self.outcome is not Outcome.ABSENT


def repeats(calls: Iterable[Called]) -> dict[str, Repeats]:
    """Of each call of one caller, by its id. Right for those that have WITHIN of the others before and after them in `calls`."""
    ordered = sorted(calls, key=lambda call: (call.started_at, call.call_id))
    counting = [call for call in ordered if call.counts]
    found = {call.call_id: UNKNOWN_CALLER for call in ordered if not call.counts}
    nth = 0
    for n, call in enumerate(counting):
        before = counting[n - 1] if n else None
        after = counting[n + 1] if n + 1 < len(counting) else None
        nth = nth + 1 if before and before.day == call.day else 1
        found[call.call_id] = Repeats(_near(before, call), _near(call, after), nth)
    return found


def _near(before: Called | None, after: Called | None) -> bool:
    return before is not None and after is not None and after.started_at - before.started_at <= WITHIN
