"""What a caller says and when, a frame of 20 ms at a time, and how long they wait for answers. No I/O: the time is given.

`Looping` talks on and on, whatever it hears (pure media). `Asking` lets the bot finish, asks a question, and measures from the
end of its own voice to the first voiced frame of the reply, by the kernel's clock at both ends of the line.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from itertools import cycle
from typing import Protocol

from callbot.bench.sounds import SILENCE, voiced, voiced_span

SETTLED_MS = 1200
"""The bot has finished when nothing was heard for this long; shorter pauses lie between its sentences."""
PATIENCE_MS = 30_000
"""A question without an answer for this long is unanswered; the caller asks the next one."""
_MS = 1_000_000


class Talker(Protocol):
    """One caller's mouth and ears."""

    attentive: bool
    """Whether `hear` is to be called for every frame, and soon."""

    def say(self, now_ns: int) -> bytes:
        """The A-law frame that leaves now."""

    def hear(self, sound: bytes, at_ns: int) -> None:
        """A-law sound that arrived."""


class Looping:
    """Says the same frames again and again, from `start` on."""

    attentive = False

    def __init__(self, turn: list[bytes], start: int) -> None:
        start %= len(turn)
        self._frames: Iterator[bytes] = cycle(turn[start:] + turn[:start])

    def say(self, now_ns: int) -> bytes:  # noqa: ARG002 (a Talker)
        """The next frame."""
        return next(self._frames)

    def hear(self, sound: bytes, at_ns: int) -> None:
        """Nothing: what arrived is judged when the call is over."""


class Turn(Enum):
    """Whose turn it is."""

    LISTENING = "listening"
    """The bot speaks, or may go on."""
    SPEAKING = "speaking"
    WAITING = "waiting"
    """Asked; nothing of the reply was heard yet."""


@dataclass(slots=True)
class Asking:
    """Asks the questions (each a list of A-law frames) in order, again and again, from the `first` one on."""

    questions: list[list[bytes]]
    first: int
    attentive: bool = True
    response_ms: list[float] = field(default_factory=list)
    unanswered: int = 0
    _turn: Turn = Turn.LISTENING
    _asked: int = 0
    _at: int = 0  # frames of the question that were said
    _end: int = 0  # … of which the last voiced one
    _spoke_until_ns: int = 0
    _heard_ns: int = 0  # when the bot was last heard; 0: never
    _since_ns: int = 0  # when we began to listen

    def say(self, now_ns: int) -> bytes:
        """The frame of the question that is being asked; silence while listening and waiting."""
        if self._turn is Turn.SPEAKING:
            return self._speak(now_ns)
        self._since_ns = self._since_ns or now_ns
        if self._turn is Turn.WAITING and now_ns - self._spoke_until_ns > PATIENCE_MS * _MS:
            self.unanswered += 1
            self._ask()
        elif self._turn is Turn.LISTENING and self._may_speak(now_ns):
            self._ask()
        return SILENCE

    def hear(self, sound: bytes, at_ns: int) -> None:
        """The bot speaks when the sound is voiced."""
        if not voiced(sound):
            return
        self._heard_ns = at_ns
        if self._turn is Turn.WAITING and at_ns > self._spoke_until_ns:
            self.response_ms.append((at_ns - self._spoke_until_ns) / _MS)
            self._turn = Turn.LISTENING

    def _may_speak(self, now_ns: int) -> bool:
        """The bot has spoken and is silent; or has said nothing for so long that somebody would speak."""
        if self._heard_ns:
            return now_ns - self._heard_ns > SETTLED_MS * _MS
        return now_ns - self._since_ns > PATIENCE_MS * _MS

    def _ask(self) -> None:
        question = self.questions[(self.first + self._asked) % len(self.questions)]
        self._asked += 1
        self._at, self._end = voiced_span(question)
        self._turn = Turn.SPEAKING

    def _speak(self, now_ns: int) -> bytes:
        question = self.questions[(self.first + self._asked - 1) % len(self.questions)]
        frame = question[self._at]
        self._at += 1
        if self._at >= self._end:
            self._spoke_until_ns = now_ns
            self._turn = Turn.WAITING
        return frame
