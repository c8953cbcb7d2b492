"""A thread with a loop of its own, for work that asks a server several times in a row.

On the service's loop each answer waits for two of its rounds, in each of which whatever is due in hundreds of calls comes first: a
tenth of a second, on a busy one. Here it waits for Python's lock alone (priorities.SWITCH_SECONDS), and who has asked for the work
waits for two rounds, however many answers it takes.
"""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

import uvloop

__all__ = ["Aside"]

Thing = TypeVar("Thing")


class Aside:
    """The thread begins with the first work, and ends with `close`."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self.has_ended = False

    @property
    def is_here(self) -> bool:
        """Whether this is done aside."""
        return self._loop is not None and asyncio.get_running_loop() is self._loop

    @property
    def has_begun(self) -> bool:
        """Whether there was any work yet."""
        return self._loop is not None

    async def do(self, work: Coroutine[Any, Any, Thing]) -> Thing:
        """What `work` comes to, done there. Who is cancelled has it cancelled, and does not wait for its end."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._running()))

    async def close(self) -> None:
        """End the thread; work that is not done yet is cancelled, as who waits for it sees."""
        self.has_ended = True
        loop, thread = self._loop, self._thread
        if loop is None or thread is None:
            return
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_cancel_all(), loop))
        self._loop = self._thread = None
        loop.call_soon_threadsafe(loop.stop)
        await asyncio.to_thread(thread.join)
        loop.close()

    def _running(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = uvloop.new_event_loop()
            self._thread = threading.Thread(target=self._loop.run_forever, name=self._name, daemon=True)
            self._thread.start()
        return self._loop


async def _cancel_all() -> None:
    """On the loop whose tasks they are."""
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
