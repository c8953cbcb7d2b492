"""What is kept of one call: a pure reduction of its events to rows, one for the call, one per turn, one per event.

A turn begins when the caller's speech has ended (SpeechStopped), when its text is there (FinalTranscript) or, without
speech, when a key was understood (IntentMatched); it takes the first decision that follows and the first response time.
Speech that led to neither text nor decision (a cough) is no turn. Event rows leave out what does not show in `repr`, unless it is
marked `stored`; what was said, by either side, is redacted: numbers, e-mails, names and addresses go (redaction/).
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from callbot.events import (
    AgentConnected,
    AgentOffered,
    AgentReleased,
    CallbackRequested,
    CallEnded,
    CallerAbsent,
    CallerQueued,
    CallStarted,
    Decision,
    DtmfReceived,
    Event,
    FinalTranscript,
    IntentMatched,
    LanguageChanged,
    MessageAccepted,
    MessageDropped,
    MessageOffered,
    MessageRecorded,
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
    QueueAbandoned,
    SatisfactionAsked,
    SatisfactionCommented,
    SatisfactionGiven,
    SpeechStarted,
    SpeechStopped,
    ToneHeard,
    TransferFailed,
    TurnTimed,
)
from callbot.redaction import RULES, Known, redacted_in
from callbot.stats.call_rows import CallbackRow, CallRow, EventRow, Rows, SatisfactionRow, TurnRow
from callbot.stats.days import day_of
from callbot.stats.kept_fields import kept_fields, kept_words, map_said, storable

EVENTS_MAX = 2000
"""Events kept of one call; later ones are counted in the call and its turns but have no row of their own."""


class CallRecord:
    """One call on its way into the tables: `apply` its events one by one, `rows` at any time."""

    def __init__(
        self,
        call_id: str,
        started_at: datetime,
        caller_hash: str | None,
        *,
        engine: str,
        recorder: str,
        keep_transcripts: bool = True,
    ) -> None:
        self._call = CallRow(
            id=call_id,
            started_at=started_at,
            day=day_of(started_at),
            line="",
            dialect="",
            caller_hash=caller_hash,
            engine=engine,
            recorder=recorder,
        )
        self._keep_transcripts = keep_transcripts
        self._turns: list[TurnRow] = []
        self._turn: TurnRow | None = None
        self._events: list[EventRow] = []
        self._callbacks: list[CallbackRow] = []
        self._satisfaction: SatisfactionRow | None = None
        self._last_ms = 0
        self._known = Known()
        self._asked = ""

    @property
    def has_ended(self) -> bool:
        """True once the outcome is known."""
        return self._call.outcome is not None

    def rows(self) -> Rows:
        """What is known so far, the turn in progress included."""
        turns = (*self._turns, self._turn) if self._turn and self._turn.has_content else tuple(self._turns)
        call = self._call if self.has_ended else replace(self._call, turns=len(turns))
        hide = self._known.hide
        heard = (
            replace(turn, transcript=hide(turn.transcript)) if turn.transcript else turn for turn in turns
        )
        told = (replace(row, fields=map_said(hide, row.fields)) for row in self._events)
        satisfied = self._satisfaction
        if satisfied and satisfied.comment:
            satisfied = replace(satisfied, comment=hide(satisfied.comment))
        return Rows(call, tuple(heard), tuple(told), tuple(self._callbacks), satisfied)

    def give_up(self) -> None:
        """End a call that nobody ended: it failed."""
        turns = len(self.rows().turns)
        self._call = replace(self._call, outcome=Outcome.FAILED, duration_ms=self._last_ms, turns=turns)

    def apply(self, event: Event) -> None:  # noqa: PLR0912 (one branch per kind of event)
        """Take the call's next event."""
        self._last_ms = max(self._last_ms, event.at_ms)
        self._keep(event)
        match event:
            case CallStarted() | LanguageChanged():
                self._spoken(event)
            case SpeechStopped(at_ms=at_ms):
                self._begin_turn(at_ms)
            case FinalTranscript():
                self._heard(event)
            case DtmfReceived():
                self._finish_turn()
            case IntentMatched():
                self._decided(event)
            case NoMatch(at_ms=at_ms, confidence=confidence):
                self._decided(
                    IntentMatched(at_ms, Decision.NO_MATCH, None, None, None, None, confidence, None)
                )
            case PlaybackStarted() | TurnTimed():
                self._replied(event)
            case CallerQueued(service=service, reason=reason):
                self._call = replace(self._call, service=service, handover_reason=reason)
            case CallbackRequested():
                self._callback(event)
            case SatisfactionAsked() | SatisfactionGiven() | SatisfactionCommented():
                self._satisfied(event)
            case CallEnded(at_ms=at_ms, outcome=outcome, turns=turns):
                self._call = replace(self._call, outcome=outcome, duration_ms=at_ms, turns=turns)
            case (
                SpeechStarted()
                | PartialTranscript()
                | ToneHeard()
                | MusicHeard()
                | MusicStopped()
                | CallerAbsent()
                | NoInput()
                | PlaybackFinished()
                | PlaybackInterrupted()
                | PlaybackHeld()
                | PlaybackResumed()
                | AgentOffered()
                | AgentConnected()
                | AgentReleased()
                | QueueAbandoned()
                | TransferFailed()
                | MessageOffered()
                | MessageAccepted()
                | MessageRecorded()
                | MessageDropped()
            ):
                pass
            case _:
                assert_never(event)

    def _spoken(self, event: CallStarted | LanguageChanged) -> None:
        """Who is spoken to, and in which language."""
        if isinstance(event, CallStarted):
            self._call = replace(self._call, line=storable(event.line), dialect=event.dialect)
        self._call = replace(self._call, language=event.language)

    def _keep(self, event: Event) -> None:
        if isinstance(event, PartialTranscript) or len(self._events) >= EVENTS_MAX:
            return
        language = event.language if isinstance(event, CallStarted | LanguageChanged) else self._call.language
        fields = kept_fields(event, language)
        row = EventRow(self._call.id, len(self._events) + 1, event.at_ms, type(event).__name__, fields)
        self._events.append(row)

    def _callback(self, event: CallbackRequested) -> None:
        self._known.learn(event.name, event.place)
        asked_at = self._call.started_at + timedelta(milliseconds=event.at_ms)
        seq = len(self._callbacks) + 1
        self._callbacks.append(
            CallbackRow(
                self._call.id,
                seq,
                asked_at,
                event.number,
                event.wish,
                event.motive,
                storable(event.name),
                storable(event.place),
            )
        )

    def _satisfied(self, event: SatisfactionAsked | SatisfactionGiven | SatisfactionCommented) -> None:
        asked_at = self._call.started_at + timedelta(milliseconds=event.at_ms)
        row = self._satisfaction or SatisfactionRow(self._call.id, asked_at)
        if isinstance(event, SatisfactionGiven):
            row = replace(row, score=event.score, by=event.by)
        elif isinstance(event, SatisfactionCommented) and self._keep_transcripts:
            row = replace(row, comment=kept_words(event.text, self._call.language))
        self._satisfaction = row

    def _begin_turn(self, at_ms: int) -> TurnRow:
        self._finish_turn()
        self._turn = TurnRow(self._call.id, len(self._turns) + 1, at_ms)
        return self._turn

    def _finish_turn(self) -> None:
        if self._turn and self._turn.has_content:
            self._turns.append(self._turn)
        self._turn = None

    def _heard(self, event: FinalTranscript) -> None:
        before = self._known.heard(self._asked, event.text)
        text = storable(event.text).strip()
        keep = self._keep_transcripts and self._call.language in RULES
        turn = self._turn if self._turn and not self._turn.has_content else self._begin_turn(event.at_ms)
        self._turn = replace(
            turn,
            transcript=redacted_in(self._call.language, text, before) if keep or not text else None,
            transcript_confidence=event.confidence,
            decode_ms=event.decode_ms,
        )

    def _decided(self, event: IntentMatched) -> None:
        turn = self._turn or self._begin_turn(event.at_ms)
        if turn.decision is not None:
            return
        self._turn = replace(
            turn,
            decision=event.decision,
            confidence=event.confidence,
            motive=event.motive,
            aspect=event.aspect,
            act=event.act,
            emergency=event.emergency,
            answer_id=event.answer_id,
        )

    def _replied(self, event: PlaybackStarted | TurnTimed) -> None:
        if isinstance(event, TurnTimed):
            self._timed(event)
            return
        self._asked = event.text
        turn = self._replied_to
        if turn and turn.response_ms is None:
            self._replied_to = replace(turn, response_ms=event.response_ms)

    def _timed(self, event: TurnTimed) -> None:
        turn = self._replied_to
        if turn and turn.response_ms == event.response_ms and turn.endpoint_ms is None:
            self._replied_to = replace(
                turn,
                endpoint_ms=event.endpoint_ms,
                route_ms=event.route_ms,
                first_audio_ms=event.first_audio_ms,
            )

    @property
    def _replied_to(self) -> TurnRow | None:
        """The turn that was decided last: the caller may have made another sound before its reply began."""
        if self._turn and self._turn.decision is not None:
            return self._turn
        return next((turn for turn in reversed(self._turns) if turn.decision is not None), None)

    @_replied_to.setter
    def _replied_to(self, turn: TurnRow) -> None:
        if self._turn and self._turn.number == turn.number:
            self._turn = turn
        else:
            self._turns[turn.number - 1] = turn
