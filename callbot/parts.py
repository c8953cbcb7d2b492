"""What a call is made of: what it has for itself, and what it shares with all others. `opened.py` fills them in."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from callbot.audio.types import Pcm
from callbot.dialogue.turns import Conversation
from callbot.dialogue.waiting_news import QueueNews
from callbot.events import EnterQueue, Event, LookAtQueue, TellQueue
from callbot.hearing import Hearing
from callbot.media.dialect import LegOpened
from callbot.messages_recording import MessageBox
from callbot.onward import Onward
from callbot.speech.pool import Pool
from callbot.speech.prompts import Prompts
from callbot.speech.recognizer import Recognizer
from callbot.understanding.interpretation import Interpretation


@dataclass(frozen=True, slots=True)
class Parts:
    """What one call uses of the service; `opened.py` makes them when the leg has opened."""

    conversation: Conversation
    hearing: Hearing
    recognizer: Recognizer
    interpret: Callable[[str], Interpretation]
    turn_to: Callable[[str], None] = lambda _language: None
    """From now on the caller speaks this language: what hears and reads them goes by it."""
    known: Callable[[Interpretation], bool] = lambda _reading: False
    """Whether what is asked for is certain before the turn has ended."""
    rescue_ms: int = 0
    """The setting of that name."""
    readers: Pool | None = None
    """Where `interpret` is called; None: asyncio's own threads."""


@dataclass(frozen=True, slots=True)
class Voice:
    """What all calls in one language share: its prompts, « Un instant », and what is said when everything else fails."""

    prompts: Prompts
    filler: str
    last_words: str


class Seat(Protocol):
    """One call's place in the waiting queue (waiting_room.py)."""

    def take(self, command: EnterQueue | TellQueue | LookAtQueue) -> None:
        """Do that, after what was asked before; never waits."""

    async def news(self) -> QueueNews:
        """The next thing that the queue tells."""

    def note(self, event: Event) -> None:
        """Something happened in the call: what of it an agent is to read."""

    def referred(self) -> None:
        """The PBX is asked to send the caller to a person of its own: who talks to them finds what it is about on the desk."""

    def close(self) -> None:
        """The call is over: what was asked is still done, and nothing is told any more."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What all calls share. `last_words` is said when everything else fails; then the call goes to `reception`.

    `last_words_closed` gives, for the number that was called and the call's language, what is said instead while nobody is
    there, and then the call ends; empty while somebody is.
    `music` (8 kHz) is what callers hear while a person's telephone rings, for `ring_ms` at most.
    `onward` is told where the callers of legs go that know no transfer.
    """

    prompts: Prompts
    make_parts: Callable[[LegOpened], Awaitable[Parts]]
    publish: Callable[[str, Event], None]
    filler: str
    last_words: str
    reception: str
    onward: Onward
    music: Pcm = field(default_factory=lambda: np.zeros(0, np.int16), repr=False)
    ring_ms: int = 20_000
    last_words_closed: Callable[[str, str], str] = lambda _line, _language: ""
    closed_for: Callable[[str], bool | None] = lambda _line: None
    """Whether nobody is there at this moment for the callers of a number; None: not known."""
    language_of: Callable[[str], str] = lambda _line: "fr"
    """What the callers of a number are greeted in."""
    voices: Mapping[str, Voice] = field(default_factory=dict)
    """The languages besides French, by code."""
    seat: Callable[[str, str], Seat] | None = None
    """What the call of that id, by that number, asks the waiting queue with; None: there is no queue."""
    messages: MessageBox | None = None
    """Where callers' messages go."""

    def voice(self, language: str) -> Voice:
        """What is said in that language with; French where it is not spoken."""
        return self.voices.get(language) or Voice(self.prompts, self.filler, self.last_words)
