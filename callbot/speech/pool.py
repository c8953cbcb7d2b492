"""Threads that all calls share, before a fair queue: what recognises and reads. The event loop is never waited for, and goes first."""

import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from callbot.errors import EngineError
from callbot.load import Pressure
from callbot.priorities import RECOGNITION, step_back
from callbot.speech.fair_queue import FairQueue, Job, Kind

__all__ = ["Pool", "Ticket", "Waits", "now_ms"]

PER_CALL = 9
"""Utterances of one call that wait at once: what its ears keep (call_ears.UTTERANCES), and one ahead."""
TOTAL = 512
LATELY_MS = 800
"""Waits that ended so long ago are not pressure any more: shorter than load.RISE_MS, so that what is over raises no level."""
USUAL_MS = 500.0
"""What an utterance needs to be recognised, about."""
NEW_SHARE = 0.2
"""What the newest job counts for in how long one takes."""


T = TypeVar("T")


@dataclass(slots=True, eq=False)
class _Task:
    work: Callable[[], Any]
    future: "Future[Any]"


@dataclass(frozen=True, slots=True)
class Ticket(Generic[T]):
    """A job on its way."""

    future: "Future[T]"
    """To be cancelled to take it back."""
    promote: Callable[[], None]
    """From now on somebody waits for it."""


class Waits:
    """How long callers have waited for a thread in the last LATELY_MS. Told and asked by any thread."""

    def __init__(self) -> None:
        self._ended: deque[tuple[Hashable, float, float]] = deque(maxlen=TOTAL)  # (who, at, how long it was)

    def over(self, call: Hashable, asked_ms: float) -> None:
        """A call has waited since then, until now."""
        now = now_ms()
        self._ended.append((call, now, now - asked_ms))

    def with_those_of(self, waiting: Mapping[Hashable, float], now: float) -> list[float]:
        """The longest wait (ms) of each call that has waited lately, or has been `waiting` for so long."""
        longest = dict(waiting)
        for call, at, wait in list(self._ended):
            if now - at <= LATELY_MS:
                longest[call] = max(wait, longest.get(call, 0.0))
        return list(longest.values())


class Pool:
    """`workers` threads and the jobs that wait for them. `usual_ms`: what a job is taken to need before any has been done."""

    def __init__(
        self,
        name: str,
        workers: int,
        *,
        per_call: int = PER_CALL,
        total: int = TOTAL,
        usual_ms: float = USUAL_MS,
    ) -> None:
        self._name, self._workers = name, workers
        self._queue: FairQueue[_Task] = FairQueue(per_call=per_call, total=total)
        self._changed = threading.Condition()  # guards everything here
        self._closed = False
        self._each_ms = usual_ms
        self._waits = Waits()
        self._threads = [
            threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True)
            for number in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, call: Hashable, kind: Kind, work: Callable[[], T]) -> Ticket[T]:
        """Queue `work` for `call`. A speculation of the same call that still waits is cancelled. Raises EngineError (full, closed)."""
        future: Future[T] = Future()
        job = Job(call, kind, _Task(work, future), now_ms())
        with self._changed:
            if self._closed:
                raise EngineError(f"{self._name} is closed")
            gone = self._queue.add(job)
            self._changed.notify()
        if gone is not None:
            gone.work.future.cancel()
        future.add_done_callback(lambda done: self._taken_back(job) if done.cancelled() else None)
        return Ticket(future, lambda: self._promote(job))

    def forget(self, call: Hashable) -> None:
        """The call is over: what it still has waiting is its own to cancel."""
        with self._changed:
            self._queue.forget(call)

    def pressure(self) -> Pressure:
        """How long callers have waited for a thread lately, and how much work waits for each."""
        now = now_ms()
        with self._changed:
            waits = self._waits.with_those_of(self._queue.waits_ms(now), now)
            return Pressure.of(waits, len(self._queue) * self._each_ms / self._workers)

    def close(self) -> None:
        """Cancel what waits, let what runs end, stop the threads. Blocking, idempotent."""
        with self._changed:
            self._closed = True
            waiting = []
            while (job := self._queue.take()) is not None:
                waiting.append(job)
            self._changed.notify_all()
        for job in waiting:
            job.work.future.cancel()
        for thread in self._threads:
            thread.join()

    def _promote(self, job: Job[_Task]) -> None:
        with self._changed:
            self._queue.promote(job, now_ms())

    def _taken_back(self, job: Job[_Task]) -> None:
        with self._changed:
            self._queue.remove(job)

    def _work(self) -> None:
        step_back(RECOGNITION)
        while True:
            with self._changed:
                while not len(self._queue) and not self._closed:
                    self._changed.wait()
                job = self._queue.take()
                if job is None:
                    return
            self._do(job)

    def _do(self, job: Job[_Task]) -> None:
        task, began = job.work, now_ms()
        if not task.future.set_running_or_notify_cancel():
            return
        if job.kind is Kind.FINAL:
            self._waits.over(job.call, job.asked_ms)
        try:
            done = task.work()
        except BaseException as error:  # noqa: BLE001 (whoever waits for the future gets it)
            task.future.set_exception(error)
        else:
            task.future.set_result(done)
        with self._changed:
            self._each_ms += NEW_SHARE * (now_ms() - began - self._each_ms)


def now_ms() -> float:
    """The clock of waits; it never goes back."""
    return time.monotonic() * 1000
