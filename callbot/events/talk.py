"""What happens between a caller and the bot: heard, understood, said; the call's beginning and end."""

from dataclasses import dataclass, field
from enum import StrEnum

from callbot.masking import without_numbers


class Decision(StrEnum):
    """What the bot decided to do with one utterance; the `decision` of `callbot ask`."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    ORIENT = "orient"
    HANDOVER = "handover"
    EMERGENCY = "emergency"
    ACT = "act"
    NO_MATCH = "no_match"


class Outcome(StrEnum):
    """How a call ended, for the statistics."""

    ANSWERED = "answered"
    """The caller left with at least one validated answer, without asking for a person."""
    HANDED_OVER = "handed_over"
    """The caller was connected to a person or, on a leg that cannot tell, a person was announced."""
    ABANDONED = "abandoned"
    """The caller hung up, or took leave, before any answer."""
    ABSENT = "absent"
    """Nobody was at the other end: a machine's tones, music, or a line on which nothing was ever said or pressed."""
    CLOSED = "closed"
    """A person was needed while nobody was there, and no validated answer came after that."""
    REFUSED = "refused"
    """All lines were busy."""
    FAILED = "failed"
    """A fault of ours or of the telephone leg ended the call."""


@dataclass(frozen=True, slots=True)
class CallStarted:
    """The bot picked up. `caller` and `line` are numbers or SIP users, empty when unknown; `dialect` is the leg's.

    `language`: what the line's callers are greeted in. `closed`: nobody was there for them, by the line's hours; None: not known,
    as in calls that were written down before this was.
    """

    at_ms: int
    caller: str = field(repr=False)
    line: str
    dialect: str
    language: str = "fr"
    closed: bool | None = None


@dataclass(frozen=True, slots=True)
class LanguageChanged:
    """The caller chose another language, by key or by words; from now on they are heard, understood and answered in it."""

    at_ms: int
    language: str


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The caller began to speak."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class SpeechStopped:
    """The caller's turn ended; `speech_end_ms` is when their voice stopped, before the pause that proved it.

    `cut`: it did not end, but has lasted as long as one utterance may; they go on.
    """

    at_ms: int
    speech_end_ms: int
    cut: bool = False


@dataclass(frozen=True, slots=True)
class PartialTranscript:
    """What has been understood of the utterance so far; may still change."""

    at_ms: int
    text: str = field(repr=False, metadata={"shown": without_numbers})


@dataclass(frozen=True, slots=True)
class FinalTranscript:
    """The utterance's text. `confidence` is 0–1 as the engine sees it; `decode_ms` is the wait for the text after the turn ended."""

    at_ms: int
    text: str = field(repr=False, metadata={"shown": without_numbers})
    confidence: float
    decode_ms: int


@dataclass(frozen=True, slots=True)
class DtmfReceived:
    """The caller pressed a key: one of 0–9, *, #, A–D; signalled or heard in band."""

    at_ms: int
    digit: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ToneHeard:
    """The line brings the tones of a `machine`: busy, ringing, dial, sit, fax or modem (audio/tones.py); for sure."""

    at_ms: int
    machine: str


@dataclass(frozen=True, slots=True)
class MusicHeard:
    """Music has come from the caller's side for a while, and goes on."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class MusicStopped:
    """It does not go on."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class CallerAbsent:
    """There is nobody to talk to, and the bot takes leave: `reason` is machine, music or silence."""

    at_ms: int
    reason: str


@dataclass(frozen=True, slots=True)
class NoInput:
    """The caller stayed silent after a question, for the `count`th time in a row."""

    at_ms: int
    count: int


@dataclass(frozen=True, slots=True)
class NoMatch:
    """The utterance was not understood, for the `count`th time in a row."""

    at_ms: int
    count: int
    confidence: float


@dataclass(frozen=True, slots=True)
class IntentMatched:
    """The utterance was understood: a motive with an aspect, or a dialogue act, or an emergency number; absent things are None."""

    at_ms: int
    decision: Decision
    motive: str | None
    aspect: str | None
    act: str | None
    emergency: str | None
    confidence: float
    answer_id: str | None


@dataclass(frozen=True, slots=True)
class PlaybackStarted:
    """The first audio of a reply left for the caller. `response_ms`: since the end of the caller's speech, None if it replies to none."""

    at_ms: int
    text: str = field(repr=False, metadata={"stored": True})
    response_ms: int | None


@dataclass(frozen=True, slots=True)
class TurnTimed:
    """Follows the PlaybackStarted of the reply to a turn that was decided (IntentMatched, NoMatch): where its `response_ms` went.

    `endpoint_ms`: the pause that proved the turn's end; `decode_ms`: until its text was there; `route_ms`: until it was
    understood and the reply decided, after a sentence that cannot be interrupted; `first_audio_ms`: until the reply's first
    audio left. They add up to `response_ms`.
    """

    at_ms: int
    response_ms: int
    endpoint_ms: int
    decode_ms: int
    route_ms: int
    first_audio_ms: int


@dataclass(frozen=True, slots=True)
class PlaybackFinished:
    """The caller heard the reply to its end."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class PlaybackInterrupted:
    """The caller interrupted the reply after `played_ms` of it. `heard`: its words up to there, as far as may be told."""

    at_ms: int
    played_ms: int
    heard: str = field(default="", repr=False, metadata={"stored": True})


@dataclass(frozen=True, slots=True)
class PlaybackHeld:
    """The bot fell silent after `played_ms` of the reply, because the caller made a sound; PlaybackResumed or -Interrupted follows."""

    at_ms: int
    played_ms: int


@dataclass(frozen=True, slots=True)
class PlaybackResumed:
    """The sound meant nothing: the bot goes on with its sentence, after `held_ms` of silence."""

    at_ms: int
    held_ms: int


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The call is over. `response_ms` has one value per reply to the caller's speech."""

    at_ms: int
    outcome: Outcome
    motives: tuple[str, ...]
    turns: int
    response_ms: tuple[int, ...]
