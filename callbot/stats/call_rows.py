"""The rows that a call leaves in the tables. Pure values."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from callbot.events import Decision, Outcome

LANGUAGE = "fr"


@dataclass(frozen=True, slots=True)
class CallRow:
    """A row of `calls`. `outcome` is None while the call goes on; `recorder` is host:pid of the process that takes it."""

    id: str
    started_at: datetime
    day: date
    line: str
    dialect: str
    caller_hash: str | None
    engine: str
    recorder: str
    language: str = LANGUAGE
    """The last one that the caller chose, else the line's."""
    outcome: Outcome | None = None
    service: str | None = None
    handover_reason: str | None = None
    duration_ms: int | None = None
    """Of sound heard: the time that the caller spent on hold is not in it."""
    turns: int = 0


@dataclass(frozen=True, slots=True)
class TurnRow:
    """A row of `turns`. Confidences are 0–1: `transcript_confidence` the recogniser's, `confidence` the router's."""

    call_id: str
    number: int
    at_ms: int
    transcript: str | None = field(default=None, repr=False)
    transcript_confidence: float | None = None
    decode_ms: int | None = None
    decision: Decision | None = None
    confidence: float | None = None
    motive: str | None = None
    aspect: str | None = None
    act: str | None = None
    emergency: str | None = None
    answer_id: str | None = None
    response_ms: int | None = None
    endpoint_ms: int | None = None
    """With decode_ms, route_ms and first_audio_ms: where response_ms went (events.TurnTimed)."""
    route_ms: int | None = None
    first_audio_ms: int | None = None

    @property
    def has_content(self) -> bool:
        """True when words were heard or something was decided."""
        return self.decision is not None or (self.decode_ms is not None and self.transcript != "")


@dataclass(frozen=True, slots=True)
class EventRow:
    """A row of `events`; `fields` has JSON types only, and nothing that the caller said or that tells who they are."""

    call_id: str
    seq: int
    at_ms: int
    name: str
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CallbackRow:
    """A row of `callbacks` as the call leaves it; what staff do with it afterwards is not overwritten."""

    call_id: str
    seq: int
    asked_at: datetime
    number: str = field(repr=False)
    wish: str
    motive: str
    name: str = field(default="", repr=False)
    place: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class SatisfactionRow:
    """A row of `satisfaction`: the caller was asked. `score` is None without an answer."""

    call_id: str
    asked_at: datetime
    score: int | None = None
    by: str | None = None
    comment: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything kept of one call up to now."""

    call: CallRow
    turns: tuple[TurnRow, ...] = ()
    events: tuple[EventRow, ...] = ()
    callbacks: tuple[CallbackRow, ...] = ()
    satisfaction: SatisfactionRow | None = None
