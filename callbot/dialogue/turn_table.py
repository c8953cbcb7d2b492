"""The turns of a conversation, what moves them, and what a conversation takes besides the events of the call."""

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from callbot.dialogue.handover import News
from callbot.dialogue.waiting_news import QueueNews
from callbot.events import (
    CallStarted,
    Command,
    DtmfReceived,
    Event,
    MusicHeard,
    MusicStopped,
    PlaybackFinished,
    PlaybackInterrupted,
    PlaybackStarted,
    SpeechStarted,
    SpeechStopped,
    ToneHeard,
)
from callbot.turn_taking.whose import Sounded
from callbot.understanding.interpretation import Interpretation


class Turn(StrEnum):
    """Who speaks."""

    LISTENING = "listening"
    THINKING = "thinking"
    SPEAKING = "speaking"
    HELD = "held"
    """The bot has fallen silent in the middle of its sentence, and may go on with it: the caller makes a sound."""
    WAITING = "waiting"
    """A person is called; the caller hears music. In the queue a wish to be called back is understood, and nothing else is kept."""
    BRIDGED = "bridged"
    """Caller and person speak to each other, out of our hearing."""
    RECORDING = "recording"
    """The caller speaks their message, after the tone; nothing of it is understood."""
    OVER = "over"


class Trigger(StrEnum):
    """What moves the turn."""

    SPEECH_STOPPED = "speech stopped"
    REPLY = "reply"
    NOISE = "noise"
    HOLD = "hold"
    RESUME = "resume"
    BARGE_IN = "barge-in"
    FINISHED = "finished"
    WAIT = "wait"
    RECORD = "record"
    CONNECT = "connect"
    END = "end"


NEXT: MappingProxyType[tuple[Turn, Trigger], Turn] = MappingProxyType(
    {
        (Turn.LISTENING, Trigger.SPEECH_STOPPED): Turn.THINKING,
        (Turn.LISTENING, Trigger.REPLY): Turn.SPEAKING,
        (Turn.THINKING, Trigger.REPLY): Turn.SPEAKING,
        (Turn.THINKING, Trigger.NOISE): Turn.LISTENING,
        (Turn.SPEAKING, Trigger.REPLY): Turn.SPEAKING,
        (Turn.SPEAKING, Trigger.HOLD): Turn.HELD,
        (Turn.SPEAKING, Trigger.BARGE_IN): Turn.LISTENING,
        (Turn.SPEAKING, Trigger.FINISHED): Turn.LISTENING,
        (Turn.SPEAKING, Trigger.WAIT): Turn.WAITING,
        (Turn.SPEAKING, Trigger.RECORD): Turn.RECORDING,
        (Turn.SPEAKING, Trigger.END): Turn.OVER,
        (Turn.HELD, Trigger.RESUME): Turn.SPEAKING,
        (Turn.HELD, Trigger.BARGE_IN): Turn.LISTENING,
        (Turn.HELD, Trigger.REPLY): Turn.SPEAKING,
        (Turn.HELD, Trigger.WAIT): Turn.WAITING,
        (Turn.HELD, Trigger.END): Turn.OVER,
        (Turn.RECORDING, Trigger.REPLY): Turn.SPEAKING,
        (Turn.RECORDING, Trigger.END): Turn.OVER,
        (Turn.WAITING, Trigger.REPLY): Turn.SPEAKING,
        (Turn.WAITING, Trigger.CONNECT): Turn.BRIDGED,
        (Turn.WAITING, Trigger.END): Turn.OVER,
        (Turn.BRIDGED, Trigger.WAIT): Turn.WAITING,
        (Turn.BRIDGED, Trigger.END): Turn.OVER,
    }
)


class IllegalTurnError(Exception):
    """A trigger came in a turn that has no such way out: a fault of ours."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The caller's audio has reached `at_ms`; they have been speaking for `speech_ms`, up to their last voiced moment.

    `said`: they pause, and this is what they have said so far; None while they speak, and while it is not known.
    """

    at_ms: int
    speech_ms: int = 0
    said: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Understood:
    """An utterance was transcribed and read; `reading.text` is empty when it held no words.

    `goes_on`: the bot took the turn too early, and this is the one before and what the caller went on with, read together.
    `cut`: the caller had not finished, but speaks without end.
    `sounded`: whose voice it was; `confidence`: the recogniser's, 0–1.
    """

    at_ms: int
    reading: Interpretation = field(repr=False)
    goes_on: bool = False
    cut: bool = False
    sounded: Sounded = field(default=Sounded())
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Something outside the conversation wants a person to take over: `fault`, `too_long` or `closing`.

    `deaf`: the fault is that nobody can be understood any more.
    """

    at_ms: int
    reason: str
    deaf: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """The leg tells what becomes of a handover, or the waiting queue of the caller's place."""

    at_ms: int
    news: News | QueueNews


Input = (
    CallStarted
    | Clock
    | SpeechStarted
    | SpeechStopped
    | Understood
    | DtmfReceived
    | PlaybackStarted
    | PlaybackFinished
    | ToneHeard
    | MusicHeard
    | MusicStopped
    | PlaybackInterrupted
    | GiveUp
    | Told
)
Output = Command | Event
"""What a conversation takes, and what comes out of it."""
