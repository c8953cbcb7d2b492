"""How the SIP library's threads are treated, and that nobody else is."""

import ctypes
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from threading import Thread

import pytest

from sip_bridge.sound_threads import PRIORITY, SLACK_NS, sound_threads

GET_TIMERSLACK = 30

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="niceness of a thread, and prctl(2)")


def treatment() -> tuple[int, int]:
    """This thread's niceness and its timer slack in nanoseconds."""
    return os.getpriority(os.PRIO_PROCESS, 0), ctypes.CDLL(None).prctl(GET_TIMERSLACK, 0, 0, 0, 0)


def niceness_where_permitted(wanted: int) -> int:
    """What this thread's niceness becomes when it asks for `wanted`."""
    with suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, wanted)
    return os.getpriority(os.PRIO_PROCESS, 0)


def in_a_thread(work: Callable[[], None]) -> None:
    """Do it there, and wait."""
    thread = Thread(target=work)
    thread.start()
    thread.join()


def test_threads_started_meanwhile_go_first_and_wake_together() -> None:
    """As far as that is permitted; whoever starts them stays as they are."""
    before, inside, wanted = treatment(), list[tuple[int, int]](), list[int]()
    in_a_thread(lambda: wanted.append(niceness_where_permitted(min(before[0], PRIORITY))))
    with sound_threads():
        in_a_thread(lambda: inside.append(treatment()))
    assert inside == [(wanted[0], SLACK_NS)]
    assert treatment() == before
