"""A caller made of sound files: places a call over the real media WebSocket, as an Asterisk would, and hears the answers.

Used by `callbot call`, the tests and the benchmarks. Time is the caller's own audio, sent a 20 ms frame at a time.
"""

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from callbot.audio import g711
from callbot.audio.types import FRAME_MS, TELEPHONE_HZ, Pcm
from callbot.errors import CallbotError

FRAME = TELEPHONE_HZ * FRAME_MS // 1000
SETTLED_SECONDS = 0.6
"""The bot has finished when nothing was heard for this long; shorter gaps lie between its sentences."""
PATIENCE_MS = 20_000
"""Without any reaction for this long, the caller says the next thing."""
FAST = 6
"""How many times faster than real time `--pace fast` goes while nobody thinks."""
SILENCE = np.zeros(FRAME, np.int16)


class CallRefusedError(CallbotError):
    """The service did not take the call."""


@dataclass
class _Ear:
    """What plays on the caller's side: frames and marks in order, and what has been heard so far."""

    waiting: deque[Pcm | str] = field(default_factory=deque)  # bounded by the service's lead (400 ms)
    heard: list[Pcm] = field(default_factory=list)
    last_sound: float = field(default_factory=time.monotonic)

    def listen(self) -> list[str]:
        """Hear 20 ms; the marks that were passed."""
        marks = []
        while self.waiting and isinstance(self.waiting[0], str):
            marks.append(str(self.waiting.popleft()))
        sound = self.waiting.popleft() if self.waiting else None
        if sound is not None:
            self.last_sound = time.monotonic()
        self.heard.append(SILENCE if sound is None else np.asarray(sound))
        return marks


class Caller:
    """One caller. `turns`: what they say, 8 kHz; `on_event` gets each event of the call as JSON data."""

    def __init__(
        self, turns: list[Pcm], *, fast: bool = False, on_event: Callable[[dict[str, Any]], None]
    ) -> None:
        self._turns = turns
        self._speedup = FAST if fast else 1
        self._on_event = on_event
        self._ear = _Ear()
        self._speech: deque[Pcm] = deque()
        self._ended = asyncio.Event()
        self._thinking = False
        self._replied = False
        self._dismissed = False
        self._waited_ms = 0
        self._next_turn = 0
        self._partial = b""

    @property
    def recording(self) -> Pcm:
        """What the caller heard, 8 kHz, from the answer to the end."""
        return np.concatenate(self._ear.heard) if self._ear.heard else np.zeros(0, np.int16)

    async def call(self, uri: str) -> None:
        """Place the call and hold it until it ends. Raises CallRefusedError; ConnectionRefusedError when nobody listens."""
        try:
            async with connect(uri, subprotocols=["media"], compression=None) as connection:  # type: ignore[list-item]
                await self._hold(connection)
        except InvalidStatus as error:
            raise CallRefusedError(_refused(error.response.status_code)) from None
        except ConnectionRefusedError:
            raise
        except InvalidHandshake:
            raise CallRefusedError(_refused(404)) from None
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
            self._ended.set()

    # -- what comes in ---------------------------------------------------------------------------------------------

    async def _receive(self, connection: ClientConnection) -> None:
        async for message in connection:
            if isinstance(message, bytes):
                self._buffer(message)
                continue
            data = json.loads(message)
            if data.get("event") == "CALL_EVENT":
                self._event(data["data"])
            elif data.get("command") == "FLUSH_MEDIA":
                self._ear.waiting.clear()
            elif data.get("command") == "HANGUP":
                self._dismissed = True
            elif data.get("command") == "MARK_MEDIA":
                self._ear.waiting.append(str(data["correlation_id"]))

    def _buffer(self, message: bytes) -> None:
        sound = self._partial + message
        whole = len(sound) // FRAME * FRAME
        self._ear.waiting.extend(g711.decode_alaw(sound[at : at + FRAME]) for at in range(0, whole, FRAME))
        self._partial = sound[whole:]

    def _event(self, data: dict[str, Any]) -> None:
        match data["event"]:
            case "SpeechStopped":
                self._thinking = True
            case "PlaybackStarted":
                self._replied = self._replied or self._next_turn == 0 or data["response_ms"] is not None
                self._thinking = False
                self._ear.last_sound = time.monotonic()  # its sound is on the way
                self._waited_ms = 0
            case "NoInput" | "CallerQueued":
                self._replied = True
            case "CallEnded":
                self._ended.set()
        self._on_event(data)

    # -- what goes out ---------------------------------------------------------------------------------------------

    async def _talk(self, connection: ClientConnection) -> None:
        due = time.monotonic()
        while not self._ended.is_set():
            for mark in self._ear.listen():
                await connection.send(json.dumps({"event": "MEDIA_MARK_PROCESSED", "correlation_id": mark}))
            await connection.send(g711.encode_alaw(self._next_frame()))
            if self._finished:
                await connection.send(json.dumps({"event": "HANGUP"}))
                return
            pace = 1 if self._thinking else self._speedup
            due = max(due + FRAME_MS / 1000 / pace, time.monotonic() - 0.1)
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    def _next_frame(self) -> Pcm:
        self._waited_ms += FRAME_MS
        if not self._speech and self._bot_is_done and self._next_turn < len(self._turns):
            self._say(self._turns[self._next_turn])
            self._next_turn += 1
        return self._speech.popleft() if self._speech else SILENCE

    def _say(self, turn: Pcm) -> None:
        padded = np.concatenate([turn, np.zeros(-len(turn) % FRAME, np.int16)])
        self._speech.extend(padded[at : at + FRAME] for at in range(0, len(padded), FRAME))
        self._replied = False
        self._waited_ms = -len(padded) * 1000 // TELEPHONE_HZ

    @property
    def _bot_is_done(self) -> bool:
        settled = time.monotonic() - self._ear.last_sound >= SETTLED_SECONDS and not self._ear.waiting
        return (settled and self._replied and not self._thinking) or self._waited_ms >= PATIENCE_MS

    @property
    def _finished(self) -> bool:
        if self._dismissed:
            return not self._ear.waiting
        return self._next_turn >= len(self._turns) and not self._speech and self._bot_is_done


def _refused(status: int) -> str:
    reasons = {
        401: "the secret is missing or wrong; set CALLBOT_MEDIA_TOKEN as the service has it",
        404: "what listens at CALLBOT_MEDIA_PORT is not callbot",
        503: "all lines are busy (CALLBOT_MAX_CALLS)",
    }
    return f"the call was refused: {reasons.get(status, f'HTTP status {status}')}"
