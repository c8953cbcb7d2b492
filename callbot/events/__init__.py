"""The whole vocabulary of a call: what happened (past tense) and what is to be done (imperative).

Every event says when it happened in `at_ms`: milliseconds of the caller's audio since the answer, never a wall clock.
Fields that hold what a caller said or who they are do not show in `repr`, so that they cannot reach a log by accident. Of them, only
those that are marked `stored` are kept in the database, redacted (stats/call_record.py): sentences of ours may repeat a caller's name.
"""

import dataclasses
from typing import Any

from callbot.events.commands import (
    BriefAgent,
    ClearAudio,
    Command,
    ConnectAgent,
    DropMessage,
    EnterQueue,
    HangUp,
    HoldAudio,
    KeepMessage,
    LookAtQueue,
    OfferAgent,
    PlayMusic,
    PlayPrompt,
    QueueWord,
    RecordMessage,
    ReleaseAgent,
    ResumeAudio,
    TellQueue,
    Transfer,
)
from callbot.events.people import (
    AgentConnected,
    AgentOffered,
    AgentReleased,
    CallbackRequested,
    CallerQueued,
    MessageAccepted,
    MessageDropped,
    MessageOffered,
    MessageRecorded,
    QueueAbandoned,
    SatisfactionAsked,
    SatisfactionCommented,
    SatisfactionGiven,
    TransferFailed,
    TransferResult,
)
from callbot.events.talk import (
    CallEnded,
    CallerAbsent,
    CallStarted,
    Decision,
    DtmfReceived,
    FinalTranscript,
    IntentMatched,
    LanguageChanged,
    MusicHeard,
    MusicStopped,
    NoInput,
    NoMatch,
    Outcome,
    PartialTranscript,
    PlaybackFinished,
    PlaybackHeld,
    PlaybackInterrupted,
    PlaybackResumed,
    PlaybackStarted,
    SpeechStarted,
    SpeechStopped,
    ToneHeard,
    TurnTimed,
)

__all__ = [
    "AgentConnected",
    "AgentOffered",
    "AgentReleased",
    "BriefAgent",
    "CallEnded",
    "CallStarted",
    "CallbackRequested",
    "CallerAbsent",
    "CallerQueued",
    "ClearAudio",
    "Command",
    "ConnectAgent",
    "Decision",
    "DropMessage",
    "DtmfReceived",
    "EnterQueue",
    "Event",
    "FinalTranscript",
    "HangUp",
    "HoldAudio",
    "IntentMatched",
    "KeepMessage",
    "LanguageChanged",
    "LookAtQueue",
    "MessageAccepted",
    "MessageDropped",
    "MessageOffered",
    "MessageRecorded",
    "MusicHeard",
    "MusicStopped",
    "NoInput",
    "NoMatch",
    "OfferAgent",
    "Outcome",
    "PartialTranscript",
    "PlayMusic",
    "PlayPrompt",
    "PlaybackFinished",
    "PlaybackHeld",
    "PlaybackInterrupted",
    "PlaybackResumed",
    "PlaybackStarted",
    "QueueAbandoned",
    "QueueWord",
    "RecordMessage",
    "ReleaseAgent",
    "ResumeAudio",
    "SatisfactionAsked",
    "SatisfactionCommented",
    "SatisfactionGiven",
    "SpeechStarted",
    "SpeechStopped",
    "TellQueue",
    "ToneHeard",
    "Transfer",
    "TransferFailed",
    "TransferResult",
    "TurnTimed",
    "to_json",
]

Event = (
    CallStarted | LanguageChanged | SpeechStarted | SpeechStopped | PartialTranscript | FinalTranscript | DtmfReceived
    | ToneHeard | MusicHeard | MusicStopped | CallerAbsent | NoInput | NoMatch | IntentMatched
    | PlaybackStarted | TurnTimed | PlaybackFinished | PlaybackInterrupted | PlaybackHeld | PlaybackResumed
    | CallerQueued | AgentOffered | AgentConnected | AgentReleased | QueueAbandoned | TransferFailed | CallbackRequested
    | SatisfactionAsked | SatisfactionGiven | SatisfactionCommented
    | MessageOffered | MessageAccepted | MessageRecorded | MessageDropped | CallEnded
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
