"""What a caller made of recordings says, and when: after the bot has finished. No I/O; time is handed in.

The transports around it (`callbot/caller.py`, `callbot/sip_caller.py`) push what is heard and the call's events, and ask for
20 ms of the caller's voice at a time.
"""

from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np

from callbot.audio.types import FRAME_MS, TELEPHONE_HZ, Pcm

FRAME = TELEPHONE_HZ * FRAME_MS // 1000
SETTLED_SECONDS = 0.6
"""The bot has finished when nothing was heard for this long; shorter gaps lie between its sentences."""
PATIENCE_MS = 20_000
"""Without any reaction for this long, the caller says the next thing."""
SILENCE: Pcm = np.zeros(FRAME, np.int16)


class CallerScript:
    """One caller's part. `turns`: what they say, 8 kHz; `on_event` gets each event of the call as JSON data."""

    def __init__(self, turns: list[Pcm], on_event: Callable[[dict[str, Any]], None], now_s: float) -> None:
        self._turns = turns
        self._on_event = on_event
        self._heard: list[Pcm] = []
        self._speech: deque[Pcm] = deque()
        self._next_turn = 0
        self._replied = False
        self._playing = False
        self._more = False
        self._dismissed = False
        self._last_sound_s = now_s
        self._waited_ms = 0
        self.thinking = False
        """The bot has heard a turn and says nothing yet."""
        self.ended = False
        """The call's last event has come."""

    @property
    def recording(self) -> Pcm:
        """What the caller heard, 8 kHz, from the answer to the end."""
        return np.concatenate(self._heard) if self._heard else np.zeros(0, np.int16)

    def event(self, data: dict[str, Any], now_s: float) -> None:
        """An event of the call, as `callbot call --json` prints it."""
        match data["event"]:
            case "SpeechStopped":
                self.thinking = True
            case "PlaybackStarted":
                self._replied = self._replied or self._next_turn == 0 or data["response_ms"] is not None
                self._playing = True
                self._react(now_s)
            case "PlaybackFinished" | "PlaybackInterrupted":
                self._playing = False
            case "AgentOffered" | "AgentConnected":
                self._replied = True
                self._react(now_s)
            case "NoInput" | "CallerQueued":
                self._replied = True
            case "CallEnded":
                self.ended = True
        self._on_event(data)

    def _react(self, now_s: float) -> None:
        """Sound is on the way."""
        self.thinking = False
        self._last_sound_s = now_s
        self._waited_ms = 0

    def hear(self, frame: Pcm | None, now_s: float, *, audible: bool = True, more: bool = False) -> None:
        """Hear 20 ms, None where nothing came; `more`: further sound waits to be heard."""
        if frame is not None and audible:
            self._last_sound_s = now_s
        self._more = more
        self._heard.append(SILENCE if frame is None else frame)

    def dismiss(self) -> None:
        """The bot has hung up: what waits is still heard."""
        self._dismissed = True

    def speak(self, now_s: float) -> Pcm:
        """The next 20 ms of the caller's voice."""
        self._waited_ms += FRAME_MS
        if not self._speech and self._next_turn < len(self._turns) and self._bot_is_done(now_s):
            self._say(self._turns[self._next_turn])
            self._next_turn += 1
        return self._speech.popleft() if self._speech else SILENCE

    def _say(self, turn: Pcm) -> None:
        padded = np.concatenate([turn, np.zeros(-len(turn) % FRAME, np.int16)])
        self._speech.extend(padded[at : at + FRAME] for at in range(0, len(padded), FRAME))
        self._replied = False
        self._waited_ms = -len(padded) * 1000 // TELEPHONE_HZ

    def finished(self, now_s: float) -> bool:
        """Whether the caller hangs up now: everything is said and answered, or the bot has hung up."""
        if self._dismissed:
            return not self._more
        return self._next_turn >= len(self._turns) and not self._speech and self._bot_is_done(now_s)

    def _bot_is_done(self, now_s: float) -> bool:
        quiet = now_s - self._last_sound_s >= SETTLED_SECONDS and not self._more and not self._playing
        return (quiet and self._replied and not self.thinking) or self._waited_ms >= PATIENCE_MS
