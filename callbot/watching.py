"""Who follows the events of a call from beside it: `ws://…/events?watch=KEY`, for `callbot call --transport sip`.

The key is random; the call brings the same one in its address (`/media?…&watch=KEY`). One key may be that of many calls.
"""

import asyncio
import json
import re
from collections.abc import Callable

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from callbot.events import Event, to_json

MOST_WATCHERS = 512
QUEUE = 4096
"""Events that wait for a watcher; one that does not read them is cut off, and the call goes on."""
KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
TRY_AGAIN_LATER = 1013

Publish = Callable[[str, Event], None]


class Watchers:
    """Who watches which key."""

    def __init__(self) -> None:
        self._queues: dict[str, asyncio.Queue[str | None]] = {}

    def admits(self, key: str) -> bool:
        """Whether `key` is long enough to be a secret, and nobody else's."""
        return bool(KEY.fullmatch(key)) and key not in self._queues and len(self._queues) < MOST_WATCHERS

    def beside(self, publish: Publish, key: str) -> Publish:
        """`publish`, and the same for whoever watches `key` now; nobody, as a rule."""
        if key not in self._queues:
            return publish

        def both(call_id: str, event: Event) -> None:
            publish(call_id, event)
            self._tell(key, json.dumps(to_json(call_id, event), ensure_ascii=False))

        return both

    def _tell(self, key: str, text: str) -> None:
        queue = self._queues.get(key)
        if queue is None:
            return
        try:
            queue.put_nowait(text)
        except asyncio.QueueFull:
            del self._queues[key]
            queue.get_nowait()
            queue.put_nowait(None)

    async def serve(self, connection: ServerConnection, key: str) -> None:
        """Send every event of the calls of `key`, one JSON object a message, until the watcher leaves."""
        if not self.admits(key):  # another one was quicker
            await connection.close(TRY_AGAIN_LATER)
            return
        queue = self._queues[key] = asyncio.Queue(QUEUE)
        try:
            async with asyncio.TaskGroup() as tasks:
                sending = tasks.create_task(self._send(connection, queue))
                await connection.wait_closed()
                sending.cancel()
        finally:
            if self._queues.get(key) is queue:
                del self._queues[key]

    async def _send(self, connection: ServerConnection, queue: "asyncio.Queue[str | None]") -> None:
        try:
            while (text := await queue.get()) is not None:
                await connection.send(text)
            await connection.close(TRY_AGAIN_LATER)
        except ConnectionClosed:
            return
