"""From a call's events to its rows."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest

from callbot.events import (
    CallEnded,
    Decision,
    Event,
    FinalTranscript,
    IntentMatched,
    NoMatch,
    Outcome,
    PlaybackStarted,
    SatisfactionAsked,
    SpeechStopped,
    TurnTimed,
)
from callbot.stats.call_record import EVENTS_MAX, CallRecord
from callbot.stats.call_rows import CallRow, EventRow, Rows, SatisfactionRow, TurnRow
from tests.support.calls import SECRETS, WORDS, answered_call, difficult_call, machine_call, started

AT = datetime(2026, 1, 9, 23, 30, tzinfo=UTC)
"""Already the 10th in Paris."""


def record_of(*events: Event, keep_transcripts: bool = True) -> CallRecord:
    """A record that has taken these events."""
    record = CallRecord(
        "c1", AT, "hash", engine="whisper", recorder="host:1", keep_transcripts=keep_transcripts
    )
    for event in events:
        record.apply(event)
    return record


def call_row(**values: object) -> CallRow:
    """The call's row with what every test here shares."""
    common = {
        "id": "c1",
        "started_at": AT,
        "day": date(2026, 1, 10),
        "line": "0139000000",
        "dialect": "asterisk",
        "caller_hash": "hash",
        "engine": "whisper",
        "recorder": "host:1",
        "language": "fr",
    }
    return CallRow(**common | values)  # type: ignore[arg-type]


def test_an_answered_call_is_one_row_one_turn_and_its_events() -> None:
    """Every column of a call with one question, and its events in order without its partial transcript."""
    rows = record_of(*answered_call()).rows()
    turn = TurnRow(
        call_id="c1",
        number=1,
        at_ms=6000,
        transcript=WORDS,
        transcript_confidence=0.91,
        decode_ms=180,
        decision=Decision.ANSWER,
        confidence=0.83,
        motive="carte_identite",
        aspect="documents",
        act=None,
        emergency=None,
        answer_id="cni.documents",
        response_ms=640,
        endpoint_ms=440,
        route_ms=10,
        first_audio_ms=10,
    )
    timing = {"response_ms": 640, "endpoint_ms": 440, "decode_ms": 180, "route_ms": 10, "first_audio_ms": 10}
    intent = {
        "decision": "answer",
        "motive": "carte_identite",
        "aspect": "documents",
        "act": None,
        "emergency": None,
        "confidence": 0.83,
        "answer_id": "cni.documents",
    }
    ended = {"outcome": "answered", "motives": ["carte_identite"], "turns": 1, "response_ms": [640]}
    events = (
        EventRow(
            "c1",
            1,
            0,
            "CallStarted",
            {"line": "0139000000", "dialect": "asterisk", "language": "fr", "closed": None},
        ),
        EventRow("c1", 2, 10, "PlaybackStarted", {"text": "greeting", "response_ms": None}),
        EventRow("c1", 3, 3000, "PlaybackFinished", {}),
        EventRow("c1", 4, 3500, "SpeechStarted", {}),
        EventRow("c1", 5, 6000, "SpeechStopped", {"speech_end_ms": 5300, "cut": False}),
        EventRow("c1", 6, 6000, "FinalTranscript", {"confidence": 0.91, "decode_ms": 180}),
        EventRow("c1", 7, 6010, "IntentMatched", intent),
        EventRow("c1", 8, 6020, "PlaybackStarted", {"text": "cni.documents", "response_ms": 640}),
        EventRow("c1", 9, 6020, "TurnTimed", timing),
        EventRow("c1", 10, 9000, "PlaybackInterrupted", {"played_ms": 2980, "heard": "Il faut"}),
        EventRow("c1", 11, 11_000, "CallEnded", ended),
    )
    assert rows == Rows(call_row(outcome=Outcome.ANSWERED, duration_ms=11_000, turns=1), (turn,), events)


def test_a_difficult_call_has_a_turn_per_utterance_and_key() -> None:
    """A cough is no turn; what was not understood is one, so is key 0; no NUL reaches the tables."""
    rows = record_of(*difficult_call()).rows()
    assert rows.call == call_row(
        outcome=Outcome.HANDED_OVER, service="accueil", handover_reason="asked", duration_ms=40_000, turns=3
    )
    no_match, handover = Decision.NO_MATCH, Decision.HANDOVER
    assert rows.turns == (
        TurnRow("c1", 1, 12_000, "c'est pour le machin", 0.4, 210, no_match, 0.21, response_ms=730),
        TurnRow("c1", 2, 17_000, "le machin bleu", 0.5, 150, no_match, 0.18),
        TurnRow("c1", 3, 18_010, None, None, None, handover, 1.0, act="agent"),
    )


def test_a_sound_before_the_reply_leaves_its_time_to_the_turn_that_was_decided() -> None:
    """A murmur, told and let pass while the reply is being made, has no response time."""
    question, murmur = (
        (SpeechStopped(at_ms, at_ms - 700), FinalTranscript(at_ms, text, 0.9, 60))
        for at_ms, text in ((6000, "la carte d'identité"), (6800, "hum"))
    )
    decided = NoMatch(6060, 1, 0.2)
    reply = (PlaybackStarted(7000, "no match", 1700), TurnTimed(7000, 1700, 700, 60, 0, 940))
    rows = record_of(started(), *question, decided, *murmur, *reply).rows()
    assert [(turn.decision, turn.response_ms, turn.first_audio_ms) for turn in rows.turns] == [
        (Decision.NO_MATCH, 1700, 940),
        (None, None, None),
    ]


def test_how_satisfied_a_caller_was_is_a_row_of_its_own() -> None:
    """When they were asked, the score and by what it came, their comment with its numbers masked; without transcripts, no comment."""
    asked_at = AT + timedelta(milliseconds=39_700)
    row = SatisfactionRow("c1", asked_at, 2, "voice", "c'est pour le …66")
    assert record_of(*difficult_call()).rows().satisfaction == row
    silent = record_of(*difficult_call(), keep_transcripts=False)
    assert silent.rows().satisfaction == replace(row, comment=None)
    refused = record_of(started(), SatisfactionAsked(5000)).rows()
    assert refused.satisfaction == SatisfactionRow("c1", AT + timedelta(seconds=5))


def test_a_call_of_a_machine_is_no_turn_and_has_its_own_outcome() -> None:
    """Nobody spoke: no turns; what was noticed is in the events, with the reason of the end."""
    rows = record_of(*machine_call()).rows()
    assert (rows.call.outcome, rows.call.turns, rows.call.handover_reason) == (Outcome.ABSENT, 0, None)
    assert rows.turns == ()
    assert [(row.name, row.fields) for row in rows.events[3:11]] == [
        ("MusicHeard", {}),
        ("MusicStopped", {}),
        ("ToneHeard", {"machine": "busy"}),
        ("MessageOffered", {}),
        ("MessageAccepted", {}),
        ("MessageDropped", {}),
        ("MessageRecorded", {"duration_ms": 4000, "ended": "hang_up"}),
        ("CallerAbsent", {"reason": "machine"}),
    ]


def test_the_example_has_every_kind_of_event() -> None:
    """The three calls together leave no event of the vocabulary untried."""
    seen = {type(event) for event in (*answered_call(), *difficult_call(), *machine_call())}
    assert seen == set(get_args(Event))


@pytest.mark.parametrize("events", [answered_call(), difficult_call()])
def test_event_rows_hold_neither_words_nor_keys_nor_numbers(events: tuple[Event, ...]) -> None:
    """Nothing that the caller said, pressed or is called by is in the events' fields."""
    rows = record_of(*events).rows()
    text = repr(rows.events)
    assert [secret for secret in SECRETS if secret in text] == []
    assert all("digit" not in row.fields and "caller" not in row.fields for row in rows.events)


def test_a_call_going_on_shows_its_turns_and_no_outcome() -> None:
    """Half a call: the turn in progress is there, the outcome is not."""
    record = record_of(*answered_call()[:7])
    rows = record.rows()
    assert (record.has_ended, rows.call) == (False, call_row(turns=1))
    assert rows.turns == (TurnRow("c1", 1, 6000, WORDS, 0.91, 180),)


def test_a_call_that_nobody_ended_failed() -> None:
    """Given up: outcome failed, as long as its last event."""
    record = record_of(*answered_call()[:9])
    record.give_up()
    assert record.rows().call == call_row(outcome=Outcome.FAILED, duration_ms=6020, turns=1)


def test_transcripts_need_not_be_kept() -> None:
    """With keep_transcripts off the words are nowhere, everything else stays."""
    rows = record_of(*answered_call(), keep_transcripts=False).rows()
    assert [(turn.transcript, turn.transcript_confidence, turn.motive) for turn in rows.turns] == [
        (None, 0.91, "carte_identite")
    ]
    assert WORDS not in repr(rows) + str([turn.transcript for turn in rows.turns])


def test_the_first_decision_and_the_first_response_time_count() -> None:
    """What follows them in the same turn (a second sentence, the hand-over) does not change the turn."""
    matched = IntentMatched(100, Decision.ANSWER, "etat_civil", "", None, None, 0.7, "etat_civil")
    later = IntentMatched(300, Decision.HANDOVER, None, None, "agent", None, 0.9, None)
    rows = record_of(
        started(),
        FinalTranscript(90, "acte", 0.8, 5),
        matched,
        PlaybackStarted(110, "a", 55),
        later,
        PlaybackStarted(400, "b", 99),
    ).rows()
    assert rows.turns == (
        TurnRow(
            "c1", 1, 90, "acte", 0.8, 5, Decision.ANSWER, 0.7, "etat_civil", "", None, None, "etat_civil", 55
        ),
    )


def test_a_second_transcript_begins_a_second_turn() -> None:
    """Two texts without SpeechStopped between them are two turns."""
    rows = record_of(
        started(), FinalTranscript(90, "un", 0.8, 5), FinalTranscript(190, "deux", 0.8, 5)
    ).rows()
    assert [(turn.number, turn.at_ms, turn.transcript) for turn in rows.turns] == [
        (1, 90, "un"),
        (2, 190, "deux"),
    ]


def test_a_call_without_end_keeps_a_bounded_number_of_events() -> None:
    """Past the bound events have no row; the call's end is still told."""
    flood = (PlaybackStarted(n, "x", None) for n in range(EVENTS_MAX + 10))
    rows = record_of(started(), *flood, CallEnded(9999, Outcome.FAILED, (), 0, ())).rows()
    assert (len(rows.events), rows.call.outcome, rows.call.duration_ms) == (EVENTS_MAX, Outcome.FAILED, 9999)
