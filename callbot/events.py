"""The whole vocabulary of a call: what happened (past tense) and what is to be done (imperative).

Every event says when it happened in `at_ms`: milliseconds of the caller's audio since the answer, never a wall clock.
Fields that hold what a caller said or who they are do not show in `repr`, so that they cannot reach a log by accident. Of them, only
those that are marked `stored` are kept in the database, redacted (stats/call_record.py): sentences of ours may repeat a caller's name.
"""

import dataclasses
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from callbot.masking import masked_number, masked_words, without_numbers


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
    """The first audio of a reply left for the caller. `response_ms`: since the end of the caller's speech, None if nobody had spoken."""

    at_ms: int
    text: str = field(repr=False, metadata={"stored": True})
    response_ms: int | None


@dataclass(frozen=True, slots=True)
class TurnTimed:
    """Follows the PlaybackStarted of a reply to speech: where its `response_ms` went.

    `endpoint_ms`: the pause that proved the turn's end; `decode_ms`: until its text was there; `route_ms`: until it was
    understood and the reply decided; `first_audio_ms`: until the reply's first audio left. They add up to `response_ms`.
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
class CallerQueued:
    """A person was announced: the call goes to `service` for `reason`, one of the handovers of dialogue/phrases.py."""

    at_ms: int
    service: str
    reason: str


class TransferResult(StrEnum):
    """What became of an attempt to reach a person, by whichever way; each one has its sentence in dialogue/phrases.py."""

    ANSWERED = "answered"
    """The person (or, for a blind transfer, whoever the PBX found) picked up."""
    BUSY = "busy"
    """486 or 600."""
    NO_ANSWER = "no_answer"
    """Nobody picked up in time: our ring time, 408, 480 or 487."""
    REJECTED = "rejected"
    """401, 403, 407, 603 or 607, or the caller's side refuses transfers."""
    UNREACHABLE = "unreachable"
    """404, 410, 484, 502, 503, 504, no route, or no destination that may be dialled."""
    CALLER_GONE = "caller_gone"
    """The caller hung up meanwhile."""
    FAILED = "failed"
    """Anything else; the code says what."""


@dataclass(frozen=True, slots=True)
class AgentOffered:
    """A person's telephone is being rung, or the PBX was asked to send the caller there, by `way`: bridge, attended or refer."""

    at_ms: int
    service: str
    way: str


@dataclass(frozen=True, slots=True)
class AgentConnected:
    """Caller and person are connected, `waited_ms` after the person was announced."""

    at_ms: int
    service: str
    waited_ms: int


@dataclass(frozen=True, slots=True)
class AgentReleased:
    """The person hung up, or the caller did, after `talked_ms` together; known only where the sound goes through us."""

    at_ms: int
    talked_ms: int


@dataclass(frozen=True, slots=True)
class QueueAbandoned:
    """The caller hung up while waiting for a person, after `waited_ms`."""

    at_ms: int
    waited_ms: int


@dataclass(frozen=True, slots=True)
class TransferFailed:
    """No person could be reached; the caller is back with the bot. `code` is the SIP status, None when there was none."""

    at_ms: int
    service: str
    result: TransferResult
    code: int | None


@dataclass(frozen=True, slots=True)
class CallbackRequested:
    """The caller confirmed that they are to be called back at `number` (+33…). `wish`: when, in French; `motive`: about what; or empty.

    `name`: whom to ask for, `place`: where it is, both as staff read them and shown nowhere else; or empty.
    """

    at_ms: int
    number: str = field(repr=False, metadata={"shown": masked_number})
    wish: str = field(repr=False, metadata={"stored": True})
    motive: str
    name: str = field(default="", repr=False, metadata={"shown": masked_words})
    place: str = field(default="", repr=False, metadata={"shown": masked_words})


@dataclass(frozen=True, slots=True)
class SatisfactionAsked:
    """The caller, who was answered and takes leave, is asked how satisfied they are; at most once in a call."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class MessageOffered:
    """Nobody is there, and the caller was told that they may leave a message."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class SatisfactionGiven:
    """They said so: `score` is 1–5, 5 the best; `by` is voice or key."""

    at_ms: int
    score: int
    by: str


@dataclass(frozen=True, slots=True)
class SatisfactionCommented:
    """What could be better, in the words of a caller who agreed that they are kept."""

    at_ms: int
    text: str = field(repr=False, metadata={"shown": without_numbers})


@dataclass(frozen=True, slots=True)
class MessageAccepted:
    """The caller agreed to be recorded, by voice or key: the tone follows, and nothing was recorded before it."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class MessageRecorded:
    """A message of `duration_ms` is kept; `ended` by key, silence, length (the most that may be), hang_up or fault."""

    at_ms: int
    duration_ms: int
    ended: str


@dataclass(frozen=True, slots=True)
class MessageDropped:
    """Nothing is kept of what was recorded: nobody spoke, or the caller wanted it erased, or to begin again."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The call is over. `response_ms` has one value per reply to the caller's speech."""

    at_ms: int
    outcome: Outcome
    motives: tuple[str, ...]
    turns: int
    response_ms: tuple[int, ...]


Event = (
    CallStarted | LanguageChanged | SpeechStarted | SpeechStopped | PartialTranscript | FinalTranscript | DtmfReceived
    | ToneHeard | MusicHeard | MusicStopped | CallerAbsent | NoInput | NoMatch | IntentMatched
    | PlaybackStarted | TurnTimed | PlaybackFinished | PlaybackInterrupted | PlaybackHeld | PlaybackResumed
    | CallerQueued | AgentOffered | AgentConnected | AgentReleased | QueueAbandoned | TransferFailed | CallbackRequested
    | SatisfactionAsked | SatisfactionGiven | SatisfactionCommented
    | MessageOffered | MessageAccepted | MessageRecorded | MessageDropped | CallEnded
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlayPrompt:
    """Speak a validated or fixed sentence. `text` is the key of the rendered prompt."""

    text: str
    interruptible: bool = True
    slow: int = 0
    """How many steps more slowly it is spoken, for a caller who asked for it."""
    pause_ms: int = 0
    """Silence after it."""
    shown: str = ""
    """What events tell in place of `text`, where that holds who somebody is; such a prompt is spoken, and kept nowhere."""
    language: str = ""
    """Of `text`; empty: the one that the call is in."""


@dataclass(frozen=True, slots=True)
class ClearAudio:
    """Be silent at once."""


@dataclass(frozen=True, slots=True)
class HoldAudio:
    """Be silent at once, and keep what was not heard."""


@dataclass(frozen=True, slots=True)
class ResumeAudio:
    """Go on with what was held, from a little before."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """Hand the caller to `service` once everything said before has been heard. `destination` is as configured, may be empty."""

    service: str
    destination: str
    reason: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call once everything said before has been heard."""

    outcome: Outcome


@dataclass(frozen=True, slots=True)
class RecordMessage:
    """Play a tone, then record the caller, who has agreed to it, for `most_ms` at most. `motive`: what they asked about last, or empty."""

    motive: str
    most_ms: int


@dataclass(frozen=True, slots=True)
class KeepMessage:
    """Stop recording, and keep what was said."""


@dataclass(frozen=True, slots=True)
class DropMessage:
    """Stop recording, and forget it; where nothing is being recorded, erase what was kept last in this call."""


@dataclass(frozen=True, slots=True)
class PlayMusic:
    """Play music to a caller who waits, without end, until ClearAudio."""


@dataclass(frozen=True, slots=True)
class OfferAgent:
    """Ring a person beside the caller's leg.

    `purpose` is shown to them where their telephone can; `briefing` is what BriefAgent will say, to be made while it rings.
    Both are fixed or validated words, never the caller's.
    """

    destination: str
    purpose: str
    briefing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BriefAgent:
    """Say `texts` to the person who picked up, as far as they are rendered, and report when that was heard."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConnectAgent:
    """Join caller and person, by `way`: bridge (the leg relays them) or attended (the PBX joins them)."""

    way: str


@dataclass(frozen=True, slots=True)
class ReleaseAgent:
    """Hang up on the person, or stop ringing them."""


@dataclass(frozen=True, slots=True)
class EnterQueue:
    """Take a place in the waiting queue for `service`, where anybody answers its calls at a desk. `reason`: that of the handover."""

    service: str
    reason: str
    language: str


class QueueWord(StrEnum):
    """What a call tells the queue of its place."""

    ACCEPTED = "accepted"
    """Caller and agent are connected."""
    DECLINED = "declined"
    """The agent's telephone is busy, or cannot be reached, or they would not take the call."""
    RANG_OUT = "rang out"
    HUNG_UP = "hung up"
    """The caller did."""
    CALL_BACK = "call back"
    """The caller will be called back in their turn."""
    WITHDRAWN = "withdrawn"
    """The caller goes another way."""
    NOBODY = "nobody"
    """Nobody is there for whom the caller was passed on to."""
    TALK_ENDED = "talk ended"


@dataclass(frozen=True, slots=True)
class TellQueue:
    """Tell the queue what became of the call's place. `agent`: to whom it was offered; empty: whoever."""

    word: QueueWord
    agent: str = ""


@dataclass(frozen=True, slots=True)
class LookAtQueue:
    """See where the caller stands in the queue."""


Command = (
    PlayPrompt | ClearAudio | HoldAudio | ResumeAudio | PlayMusic | OfferAgent | BriefAgent | ConnectAgent
    | ReleaseAgent | EnterQueue | TellQueue | LookAtQueue | RecordMessage | KeepMessage | DropMessage | Transfer | HangUp
)  # fmt: skip


def to_json(call_id: str, event: Event) -> dict[str, Any]:
    """The event as `callbot call --json` prints it: `event`, `call_id`, `at_ms`, then its own fields, JSON types only.

    Telephone numbers that a caller said are masked: their last figures stay.
    """
    fields = {
        f.name: _plain(f.metadata.get("shown", _same)(getattr(event, f.name)))
        for f in dataclasses.fields(event)
    }
    return {"event": type(event).__name__, "call_id": call_id, **fields}


def _same(value: object) -> object:
    return value


def _plain(value: object) -> object:
    if isinstance(value, float):
        return round(value, 3)
    return list(value) if isinstance(value, tuple) else value
