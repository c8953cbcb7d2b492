"""Where a turn's response time goes: the parts, the record, the histogram, the bar on the page."""

from datetime import UTC, datetime

from callbot.events import (
    CallEnded,
    CallerQueued,
    Decision,
    FinalTranscript,
    NoMatch,
    Outcome,
    PlayPrompt,
    TurnTimed,
)
from callbot.load import Level, Pressure
from callbot.stats.call_list import TimedTurn
from callbot.stats.metrics import Metrics
from callbot.turn_timing import Read, TurnClock
from callbot.web.calls import Segment, minutes, seconds, segments
from tests.support.calls import SECRETS, answered_call

AT = datetime(2026, 1, 9, 23, 30, tzinfo=UTC)


REPLY = PlayPrompt("C'est gratuit.")


def test_the_parts_add_up_to_the_response_time() -> None:
    """Speech ends at 1000, the turn at 1700, text at 1760, reading at 1800, first audio at 1820; what follows replies to nobody."""
    clock = TurnClock()
    clock.transcribed(1760)
    clock.decided(1800, clock.read(1800, speech_end_ms=1000, stopped_at_ms=1700), REPLY)
    assert clock.started(PlayPrompt("Un instant."), 1810) is None
    assert clock.started(REPLY, 1820) == TurnTimed(1820, 820, 700, 60, 40, 20)
    assert clock.started(REPLY, 1900) is None


def test_a_turn_without_text_was_decoded_until_it_was_read() -> None:
    """And what was known of the turn before is forgotten; one to which nothing was decided is no turn."""
    clock = TurnClock()
    clock.transcribed(900)
    clock.read(950, speech_end_ms=100, stopped_at_ms=800)
    assert clock.started(REPLY, 960) is None
    clock.decided(1800, clock.read(1800, speech_end_ms=1000, stopped_at_ms=1700), REPLY)
    assert clock.started(REPLY, 1820) == TurnTimed(1820, 820, 700, 100, 0, 20)


def test_a_murmur_before_the_reply_begins_leaves_its_turn_timed() -> None:
    """It was let pass; what is said is said to the turn before."""
    clock = TurnClock()
    clock.transcribed(1760)
    clock.decided(1800, clock.read(1800, speech_end_ms=1000, stopped_at_ms=1700), REPLY)
    clock.transcribed(2000)
    clock.read(2010, speech_end_ms=1900, stopped_at_ms=1990)
    assert clock.started(REPLY, 2020) == TurnTimed(2020, 1020, 700, 60, 40, 220)


def test_what_is_answered_after_an_announcement_has_waited_for_it() -> None:
    """The rest of the announcement is part of the route; of two utterances the one that is answered counts."""
    clock, question, murmur = TurnClock(), object(), object()
    clock.transcribed(1760)
    clock.keep(question, clock.read(1800, speech_end_ms=1000, stopped_at_ms=1700))
    clock.read(2010, speech_end_ms=1900, stopped_at_ms=1990)
    assert clock.kept(murmur) is None
    clock.keep(question, Read(1000, 1700, 1760))
    clock.decided(5000, clock.kept(question), REPLY)
    assert clock.started(REPLY, 5020) == TurnTimed(5020, 4020, 700, 60, 3240, 20)
    assert clock.kept(question) is None


def test_a_reply_that_never_began_and_one_to_a_key_have_no_time() -> None:
    """Nor has what is said next."""
    clock = TurnClock()
    clock.decided(1800, Read(1000, 1700, 1760), REPLY)
    clock.silenced()
    assert clock.started(REPLY, 1820) is None
    clock.decided(1900, Read(1000, 1700, 1760), REPLY)
    clock.decided(2000, None, REPLY)
    assert clock.started(REPLY, 2020) is None


def test_prometheus_reads_the_histogram_by_engine_and_nothing_of_callers() -> None:
    """Two replies, one in 0.64 s and one in 1.3 s; calls by how they ended; calls now."""
    metrics = Metrics("whisper-base")
    metrics.show_calls(lambda: 3, lambda: 2, 20)
    for event in answered_call():
        metrics.observe(event)
    metrics.observe(FinalTranscript(1, "secret words", 0.5, 20))
    metrics.observe(NoMatch(1, 1, 0.2))
    metrics.observe(TurnTimed(1, 1300, 700, 500, 60, 40))
    metrics.observe(CallEnded(1, Outcome.REFUSED, (), 0, ()))
    text = metrics.text().decode()
    for line in (
        'callbot_response_seconds_bucket{engine="whisper-base",le="0.7"} 1.0',
        'callbot_response_seconds_bucket{engine="whisper-base",le="1.5"} 2.0',
        'callbot_response_seconds_sum{engine="whisper-base"} 1.94',
        'callbot_response_part_seconds_count{engine="whisper-base",part="decode"} 2.0',
        'callbot_calls_total{outcome="answered"} 1.0',
        'callbot_calls_total{outcome="refused"} 1.0',
        'callbot_calls_total{outcome="failed"} 0.0',
        "callbot_interruptions_total 1.0",
        "callbot_not_understood_total 1.0",
        "callbot_calls_now 3.0",
        "callbot_calls_with_people 2.0",
        "callbot_lines 20.0",
    ):
        assert line in text
    assert not any(secret in text for secret in (*SECRETS, "secret words"))


def test_prometheus_reads_the_load() -> None:
    """The level and both figures as they are, each change once, callers turned away, how late the loop was."""
    metrics = Metrics("whisper-base")
    for level in (Level.NORMAL, Level.NO_PARTIALS, Level.NO_PARTIALS):
        metrics.show_load(level, Pressure(200, 1500, longest_ms=900), 0.015)
    metrics.observe(CallerQueued(1, "accueil", "busy"))
    metrics.observe(CallerQueued(1, "accueil", "asked"))
    text = metrics.text().decode()
    for line in (
        "callbot_load_level 1.0",
        "callbot_recognition_wait_seconds 0.9",
        "callbot_recognition_backlog_seconds 1.5",
        'callbot_load_changes_total{level="no_partials"} 1.0',
        'callbot_load_changes_total{level="lines_busy"} 0.0',
        "callbot_turned_away_total 1.0",
        'callbot_loop_late_seconds_bucket{le="0.01"} 0.0',
        'callbot_loop_late_seconds_bucket{le="0.02"} 3.0',
    ):
        assert line in text


def test_the_bar_is_in_thousandths_of_the_longest_turn() -> None:
    """Parts of no length are left out; a turn whose parts are not known has no bar."""
    turn = TimedTurn(1, 0, Decision.ANSWER, None, 500, 400, 60, 0, 40)
    assert segments(turn, 1000) == (
        Segment("endpoint", 0, 400),
        Segment("decode", 400, 60),
        Segment("first_audio", 460, 40),
    )
    assert segments(TimedTurn(1, 0, None, None, 500, None, 60, None, None), 1000) == ()


def test_times_are_written_as_french_readers_do() -> None:
    """A comma, a narrow space, a dash for nothing."""
    assert (seconds(820), seconds(None)) == ("0,82\u202fs", "–")
    assert (minutes(75_000), minutes(9_400), minutes(None)) == ("1\u202fmin 15\u202fs", "9\u202fs", "–")
