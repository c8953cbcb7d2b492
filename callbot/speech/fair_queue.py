"""Who is served next when calls share an engine: a bounded queue that is fair to calls. No threads, no clock.

| waiting | order |
|---|---|
| FINAL: a caller waits for the answer | before every AHEAD |
| AHEAD: the caller pauses, and may go on | when no FINAL waits |
| of the same kind | the call that was served longest ago, or never; of one call, its oldest |

So no call is served twice while another one waits with the same kind of work. A speculation cannot starve: it becomes final when its
call's turn ends, or leaves the queue when the caller goes on.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from enum import IntEnum
from typing import Generic, TypeVar

from callbot.errors import EngineError

__all__ = ["FairQueue", "Job", "Kind", "QueueFullError"]

REMEMBERED = 1024
"""Calls of which is known when they were served; the one served longest ago is forgotten, which is as if it never was."""

Work = TypeVar("Work")


class Kind(IntEnum):
    """Why a job waits; the lower one goes first."""

    FINAL = 0
    AHEAD = 1


class QueueFullError(EngineError):
    """No more jobs may wait: the machine does not keep up with its calls."""


@dataclass(slots=True, eq=False)
class Job(Generic[Work]):
    """One call's work. `asked_ms`: since when somebody waits for it as its kind says."""

    call: Hashable
    kind: Kind
    work: Work
    asked_ms: float
    number: int = 0
    """Its place in the order of arrival; given by the queue."""


class FairQueue(Generic[Work]):
    """Jobs that wait: at most `per_call` of one call, one of them ahead of its turn's end, and `total` of all."""

    def __init__(self, *, per_call: int, total: int) -> None:
        self._per_call, self._total = per_call, total
        self._waiting: dict[int, Job[Work]] = {}
        self._served: dict[Hashable, int] = {}  # when calls were served last, the oldest first
        self._arrivals = self._services = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, job: Job[Work]) -> Job[Work] | None:
        """Let a job wait; the call's older speculation, which this one replaces.

        Raises QueueFullError. A FINAL takes the place of the newest speculation when all places are taken, which is returned as well.
        """
        own = [one for one in self._waiting.values() if one.call == job.call]
        ahead = [one for one in own if one.kind is Kind.AHEAD]
        gone = ahead[0] if ahead and job.kind is Kind.AHEAD else None
        if gone is None and len(own) >= self._per_call:
            raise QueueFullError(f"{len(own)} utterances of one call wait to be recognised already")
        if gone is None and len(self._waiting) >= self._total:
            gone = self._least_wanted() if job.kind is Kind.FINAL else None
            if gone is None:
                raise QueueFullError(f"{len(self._waiting)} utterances wait to be recognised already")
        if gone is not None:
            del self._waiting[gone.number]
        self._arrivals += 1
        job.number = self._arrivals
        self._waiting[job.number] = job
        return gone

    def promote(self, job: Job[Work], at_ms: float) -> None:
        """The turn of its call has ended: somebody waits for it from now on. One that waits no more stays as it is."""
        if job.kind is Kind.AHEAD and job.number in self._waiting:
            job.kind, job.asked_ms = Kind.FINAL, at_ms

    def remove(self, job: Job[Work]) -> bool:
        """Take a job out; false when it does not wait."""
        return self._waiting.pop(job.number, None) is not None

    def take(self) -> Job[Work] | None:
        """The job to be done next, None when none waits."""
        if not self._waiting:
            return None
        job = min(
            self._waiting.values(), key=lambda one: (one.kind, self._served.get(one.call, 0), one.number)
        )
        del self._waiting[job.number]
        self._services += 1
        self._served.pop(job.call, None)
        self._served[job.call] = self._services
        if len(self._served) > REMEMBERED:
            del self._served[next(iter(self._served))]
        return job

    def forget(self, call: Hashable) -> None:
        """The call is over."""
        self._served.pop(call, None)

    def waits_ms(self, at_ms: float) -> dict[Hashable, float]:
        """How long the oldest FINAL of each call has waited that has one."""
        waits: dict[Hashable, float] = {}
        for one in self._waiting.values():
            if one.kind is Kind.FINAL:
                waits[one.call] = max(0.0, at_ms - one.asked_ms, waits.get(one.call, 0.0))
        return waits

    def _least_wanted(self) -> Job[Work] | None:
        ahead = [one for one in self._waiting.values() if one.kind is Kind.AHEAD]
        return max(ahead, key=lambda one: one.number) if ahead else None
