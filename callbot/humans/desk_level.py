"""How well today's callers have been served by the queue: taken, how soon, and gone without anybody. Pure; the rows are handed in."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from callbot.humans.queue_types import Entry, Place

TARGET_S = 60
"""A caller who has somebody within a minute was served well, unless service_level_seconds says otherwise."""


@dataclass(frozen=True, slots=True)
class Level:
    """`taken`: talked to somebody; `soon`: of them, within the target; `gone`: hung up before; `mean_s`: the wait of those taken."""

    taken: int
    soon: int
    gone: int
    mean_s: int | None

    @property
    def percent(self) -> int | None:
        """Of all whose waiting is over, those served well; None before there is any."""
        over = self.taken + self.gone
        return round(100 * self.soon / over) if over else None


def level(
    entries: Sequence[Entry], target_s: int = TARGET_S, elsewhere: Collection[str] = frozenset()
) -> Level:
    """Of these places' callers, each counted once: who was passed on has several places, and was taken at the first talk.

    Who still waits, or is promised a call, counts once they talk, and never as gone. Whose call is in `elsewhere` talked to somebody by
    no desk, and counts nowhere.
    """
    callers: dict[str, list[Entry]] = {}
    for one in sorted(entries, key=lambda one: (one.entered_at, one.id)):
        callers.setdefault(one.caller.call_id, []).append(one)
    waits = [wait for places in callers.values() if (wait := _wait_s(places)) is not None]
    gone = sum(
        places[-1].place in (Place.LEFT, Place.KEPT) and places[-1].promised_at is None
        for call_id, places in callers.items()
        if _wait_s(places) is None and call_id not in elsewhere
    )
    mean_s = round(sum(waits) / len(waits)) if waits else None
    return Level(len(waits), sum(wait <= target_s for wait in waits), gone, mean_s)


def _wait_s(places: Sequence[Entry]) -> float | None:
    """From when a caller came to the first talk; None: they have not had one."""
    talks = [one.connected_at for one in places if one.connected_at]
    return (min(talks) - places[0].entered_at).total_seconds() if talks else None


def is_put_off(entry: Entry, at: datetime) -> bool:
    """Whether it is a call-back whose time has not come: nobody waits for an agent."""
    return entry.call_after is not None and entry.call_after > at


def longest_wait(entries: Sequence[Entry]) -> datetime | None:
    """Since when the caller has been there who has waited longest on the line; None: nobody waits."""
    on_line = (Place.WAITING, Place.OFFERED, Place.DIALLED)
    return min((one.entered_at for one in entries if one.place in on_line), default=None)
