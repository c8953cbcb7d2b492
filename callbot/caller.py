"""A caller made of sound files: places a call over the real media WebSocket, as an Asterisk would, and hears the answers.

Used by `callbot call`, the tests and the benchmarks. Time is the caller's own audio, sent a 20 ms frame at a time.
"""

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from callbot.audio import g711
from callbot.audio.types import FRAME_MS, Pcm
from callbot.caller_script import FRAME, CallerScript
from callbot.errors import CallbotError

FAST = 6
"""How many times faster than real time `--pace fast` goes while nobody thinks."""


class CallRefusedError(CallbotError):
    """The service did not take the call."""


class Caller:
    """One caller. `turns`: what they say, 8 kHz; `on_event` gets each event of the call as JSON data."""

    def __init__(
        self, turns: list[Pcm], *, fast: bool = False, on_event: Callable[[dict[str, Any]], None]
    ) -> None:
        self._script = CallerScript(turns, on_event, time.monotonic())
        self._speedup = FAST if fast else 1
        self._waiting: deque[Pcm | str] = (
            deque()
        )  # frames and marks in order; bounded by the service's lead (400 ms)
        self._partial = b""

    @property
    def recording(self) -> Pcm:
        """What the caller heard, 8 kHz, from the answer to the end."""
        return self._script.recording

    async def call(self, uri: str) -> None:
        """Place the call and hold it until it ends. Raises CallRefusedError; ConnectionRefusedError when nobody listens."""
        try:
            async with connect(uri, subprotocols=["media"], compression=None) as connection:  # type: ignore[list-item]
                await self._hold(connection)
        except InvalidStatus as error:
            raise CallRefusedError(refused(error.response.status_code)) from None
        except ConnectionRefusedError:
            raise
        except InvalidHandshake:
            raise CallRefusedError(refused(404)) from None
        except OSError as error:  # TimeoutError as well
            reason = error.strerror or str(error) or "no answer in time"
            raise CallRefusedError(
                f"the call did not get through: {reason} (CALLBOT_HOST, CALLBOT_MEDIA_PORT)"
            ) from None

    async def _hold(self, connection: ClientConnection) -> None:
        start = {
            "event": "MEDIA_START",
            "connection_id": "caller",
            "channel": "callbot/call",
            "channel_id": "callbot-call",
            "format": "alaw",
            "optimal_frame_size": FRAME,
            "ptime": FRAME_MS,
        }
        await connection.send(json.dumps(start))
        try:
            async with asyncio.TaskGroup() as tasks:
                talking = tasks.create_task(self._talk(connection))
                await self._receive(connection)
                talking.cancel()
        except* ConnectionClosed:
            self._script.ended = True

    # -- what comes in ---------------------------------------------------------------------------------------------

    async def _receive(self, connection: ClientConnection) -> None:
        async for message in connection:
            if isinstance(message, bytes):
                self._buffer(message)
                continue
            data = json.loads(message)
            if data.get("event") == "CALL_EVENT":
                self._script.event(data["data"], time.monotonic())
            elif data.get("command") == "FLUSH_MEDIA":
                self._waiting.clear()
            elif data.get("command") == "HANGUP":
                self._script.dismiss()
            elif data.get("command") == "MARK_MEDIA":
                self._waiting.append(str(data["correlation_id"]))

    def _buffer(self, message: bytes) -> None:
        sound = self._partial + message
        whole = len(sound) // FRAME * FRAME
        self._waiting.extend(g711.decode_alaw(sound[at : at + FRAME]) for at in range(0, whole, FRAME))
        self._partial = sound[whole:]

    def _listen(self) -> list[str]:
        """Hear 20 ms; the marks that were passed."""
        marks = []
        while self._waiting and isinstance(self._waiting[0], str):
            marks.append(str(self._waiting.popleft()))
        sound = self._waiting.popleft() if self._waiting else None
        assert not isinstance(sound, str)
        self._script.hear(sound, time.monotonic(), more=bool(self._waiting))
        return marks

    # -- what goes out ---------------------------------------------------------------------------------------------

    async def _talk(self, connection: ClientConnection) -> None:
        due = time.monotonic()
        while not self._script.ended:
            for mark in self._listen():
                await connection.send(json.dumps({"event": "MEDIA_MARK_PROCESSED", "correlation_id": mark}))
            await connection.send(g711.encode_alaw(self._script.speak(time.monotonic())))
            if self._script.finished(time.monotonic()):
                await connection.send(json.dumps({"event": "HANGUP"}))
                return
            pace = 1 if self._script.thinking else self._speedup
            due = max(due + FRAME_MS / 1000 / pace, time.monotonic() - 0.1)
            await asyncio.sleep(max(0.0, due - time.monotonic()))


def refused(status: int) -> str:
    """The line for a call that the media server refused with this HTTP status."""
    reasons = {
        401: "the secret is missing or wrong; set CALLBOT_MEDIA_TOKEN as the service has it",
        404: "what listens at CALLBOT_MEDIA_PORT is not callbot",
        503: "all lines are busy (CALLBOT_MAX_CALLS)",
    }
    return f"the call was refused: {reasons.get(status, f'HTTP status {status}')}"
