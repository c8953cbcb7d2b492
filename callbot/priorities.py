"""Who goes first in this process: the event loop, which sends a frame every 20 ms, before threads that compute."""

import contextlib
import os
import sys
import threading

from threadpoolctl import threadpool_limits

__all__ = ["RECOGNITION", "RENDERING", "cores", "sound_first", "step_back"]

RECOGNITION = 5
"""What is added to the niceness of threads that recognise, read, and render what somebody waits for."""
RENDERING = 10
"""… and of those that render prompts which nobody waits for."""
SWITCH_SECONDS = 0.0005
"""How long a thread that runs Python may keep the event loop waiting; Python's own 5 ms would be a quarter of a frame's time, for each of
a thousand messages a second."""


def step_back(niceness: int) -> None:
    """Lower this thread's priority by so much (Linux counts priority by thread; elsewhere it stays as it is)."""
    if sys.platform == "linux":
        me = threading.get_native_id()
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, me, os.getpriority(os.PRIO_PROCESS, me) + niceness)


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def sound_first() -> None:
    """Let the event loop have Python's lock soon after it asks for it, and a core: for the whole process.

    NumPy's own threads would have the event loop's priority and wait for work by turning in circles: a quarter of a core with twenty calls.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    threadpool_limits(limits=1, user_api="blas")
