"""The threads that all calls share: real ones, with work that waits to be let go."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import wait

import pytest

from callbot.errors import EngineError
from callbot.priorities import RECOGNITION
from callbot.speech.fair_queue import Kind
from callbot.speech.pool import Pool, Ticket

PATIENCE = 60
LONG_MS = 30


class Busy:
    """A pool of one thread that is busy until it is let go, and the order in which it then works."""

    def __init__(self, per_call: int = 9) -> None:
        self.pool = Pool("test", 1, per_call=per_call)
        self.done: list[str] = []
        self._go, began = threading.Event(), threading.Event()

        def hold() -> None:
            began.set()
            self._go.wait(PATIENCE)

        self.pool.submit("somebody", Kind.FINAL, hold)
        assert began.wait(PATIENCE)

    def ask(self, call: str, kind: Kind, name: str) -> Ticket[None]:
        """Have something done that notes its name."""
        return self.pool.submit(call, kind, lambda: self.done.append(name))

    def let_go(self, *tickets: Ticket[None]) -> list[str]:
        """Work; the order."""
        self._go.set()
        wait([ticket.future for ticket in tickets], PATIENCE)
        return self.done


@pytest.fixture
def busy() -> Iterator[Busy]:
    """A busy pool, closed at the end."""
    made = Busy()
    yield made
    made.let_go()
    made.pool.close()


def test_calls_take_turns_and_finals_come_first(busy: Busy) -> None:
    """One call with three utterances does not keep another one waiting; who only pauses comes last."""
    tickets = [
        busy.ask("a", Kind.AHEAD, "a pauses"),
        busy.ask("b", Kind.FINAL, "b1"),
        busy.ask("b", Kind.FINAL, "b2"),
        busy.ask("b", Kind.FINAL, "b3"),
        busy.ask("c", Kind.FINAL, "c1"),
        busy.ask("d", Kind.AHEAD, "d ended"),
    ]
    tickets[-1].promote()
    assert busy.let_go(*tickets) == ["b1", "c1", "d ended", "b2", "b3", "a pauses"]


def test_what_is_taken_back_is_not_done(busy: Busy) -> None:
    """By its call, or because a newer speculation of it came."""
    older = busy.ask("a", Kind.AHEAD, "older")
    newer = busy.ask("a", Kind.AHEAD, "newer")
    gone = busy.ask("b", Kind.FINAL, "gone")
    assert older.future.cancelled()
    assert gone.future.cancel()
    last = busy.ask("c", Kind.FINAL, "last")
    assert busy.let_go(newer, last) == ["last", "newer"]


def test_a_failure_is_told_to_who_waits_and_to_nobody_else(busy: Busy) -> None:
    """The thread works on."""
    failing = busy.pool.submit("a", Kind.FINAL, lambda: 1 // 0)
    after = busy.ask("b", Kind.FINAL, "after")
    assert busy.let_go(after) == ["after"]
    with pytest.raises(ZeroDivisionError):
        failing.future.result(PATIENCE)


def test_a_call_that_asks_for_too_much_is_refused() -> None:
    """The others are not."""
    busy = Busy(per_call=1)
    first = busy.ask("a", Kind.FINAL, "first")
    with pytest.raises(EngineError):
        busy.ask("a", Kind.FINAL, "second")
    other = busy.ask("b", Kind.FINAL, "other")
    assert busy.let_go(first, other) == ["first", "other"]
    busy.pool.close()


def test_pressure_is_what_waits(busy: Busy) -> None:
    """Nothing waits: none. Work that waits is told by how long the thread will need; a turn that has ended, by its wait."""
    assert busy.pool.pressure().backlog_ms == 0.0
    ahead = busy.ask("a", Kind.AHEAD, "ahead")
    before_ms = busy.pool.pressure().backlog_ms
    assert before_ms > 0
    busy.ask("b", Kind.FINAL, "final")
    assert busy.pool.pressure().backlog_ms == 2 * before_ms
    until = time.monotonic() + PATIENCE
    while busy.pool.pressure().callers < 1:
        assert time.monotonic() < until
    assert busy.pool.pressure().waited_ms < LONG_MS, "one turn alone is no load"
    busy.ask("c", Kind.FINAL, "another")
    while busy.pool.pressure().callers < 2 or busy.pool.pressure().waited_ms < LONG_MS:
        assert time.monotonic() < until
    busy.let_go(ahead)
    assert busy.pool.pressure().backlog_ms == 0.0
    assert busy.pool.pressure().waited_ms >= LONG_MS  # it is over, and was so a moment ago


def test_a_closed_pool_cancels_what_waits() -> None:
    """And takes nothing more."""
    busy = Busy()
    waiting = busy.ask("a", Kind.FINAL, "never")
    ended = threading.Event()
    waiting.future.add_done_callback(lambda _: ended.set())  # `wait` does not hear of what is only cancelled
    closing = threading.Thread(target=busy.pool.close)
    closing.start()
    assert ended.wait(PATIENCE)
    assert waiting.future.cancelled()
    busy.let_go()
    closing.join(PATIENCE)
    assert not closing.is_alive()
    with pytest.raises(EngineError, match="closed"):
        busy.ask("a", Kind.FINAL, "late")
    assert busy.done == []


@pytest.mark.skipif(sys.platform != "linux", reason="niceness of a thread")
def test_recognition_steps_back_behind_the_sound() -> None:
    """The pool's threads, and not who made them."""
    pool = Pool("test", 1)
    before = os.getpriority(os.PRIO_PROCESS, 0)
    inside = pool.submit("a", Kind.FINAL, lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
    assert inside.future.result(PATIENCE) == min(19, before + RECOGNITION)
    assert os.getpriority(os.PRIO_PROCESS, 0) == before
    pool.close()
