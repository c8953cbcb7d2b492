"""One call's message: the caller's sound from the tone on, bounded, handed over at its end. No I/O: messages_keeper.py keeps it."""

import secrets
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from callbot.audio.types import TELEPHONE_HZ, Pcm
from callbot.events import DropMessage, KeepMessage, RecordMessage

__all__ = ["TONE", "Left", "MessageBox", "Tape", "Whose"]

TOKEN_BYTES = 24
"""Of the name that a recording's file has: nobody guesses it."""
SLACK_MS = 5000
"""What comes after the most that a message may be, before the dialogue has said stop, is still taken; then no more."""


def _tone(hz: int = 880, ms: int = 350) -> Pcm:
    """What asks the caller to speak: 8 kHz, with soft ends."""
    at = np.arange(TELEPHONE_HZ * ms // 1000) / TELEPHONE_HZ
    ends = np.minimum(1, np.minimum(at, at[::-1]) / 0.02)
    return np.asarray(6000 * ends * np.sin(2 * np.pi * hz * at), np.int16)


TONE = _tone()


@dataclass(frozen=True, slots=True)
class Whose:
    """The call that a message comes from. `caller` and `line` are numbers as the telephone system gives them, may be empty."""

    call_id: str
    caller: str = field(repr=False)
    line: str
    rate_hz: int


@dataclass(frozen=True, slots=True)
class Left:
    """A message as the call leaves it: int16 mono, at `whose.rate_hz`. `motive`: what it is about, may be empty."""

    token: str
    whose: Whose
    language: str
    motive: str
    pcm: Pcm = field(repr=False)

    @property
    def duration_ms(self) -> int:
        """How long it is."""
        return len(self.pcm) * 1000 // self.whose.rate_hz


class MessageBox(Protocol):
    """Where messages go. Neither method waits, and neither raises."""

    def keep(self, left: Left) -> None:
        """Keep it."""

    def drop(self, token: str) -> None:
        """Forget one that was to be kept."""


class Tape:
    """One call's recorder: nothing is taken before RecordMessage, and no more than it says."""

    def __init__(self, whose: Whose, box: MessageBox | None) -> None:
        self._whose, self._box = whose, box
        self._heard: list[Pcm] = []
        self._room = 0  # samples that may still come
        self._motive = ""
        self._kept = ""  # the token of the last one
        self.runs = False

    def take(self, command: RecordMessage | KeepMessage | DropMessage, language: str) -> None:
        """Do it; what the call is in is noted with what is kept."""
        match command:
            case RecordMessage(motive, most_ms):
                self._begin(motive, most_ms)
            case KeepMessage() if self.runs:
                self._keep(language)
            case DropMessage() if not self.runs and self._kept and self._box:
                self._box.drop(self._kept)
                self._kept = ""
        if not isinstance(command, RecordMessage):
            self.runs = False
            self._heard.clear()

    def hear(self, pcm: Pcm) -> None:
        """The caller's sound; a gap in it as silence."""
        if self.runs and self._room > 0:
            self._heard.append(pcm[: self._room].copy())
            self._room -= len(pcm)

    def _begin(self, motive: str, most_ms: int) -> None:
        self._heard.clear()
        self._room = self._whose.rate_hz * (most_ms + SLACK_MS) // 1000
        self._motive, self.runs = motive, True

    def _keep(self, language: str) -> None:
        self._kept = secrets.token_urlsafe(TOKEN_BYTES)
        pcm = np.concatenate([*self._heard, np.zeros(0, np.int16)])
        if self._box:
            self._box.keep(Left(self._kept, self._whose, language, self._motive, pcm))
