"""Where turns begin, pause and end, told by probabilities alone."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.speech.endpointing import (
    CHUNK_MS,
    NEXT,
    UNVOICED,
    VOICED,
    Change,
    Endpointer,
    Paused,
    Phase,
    Resumed,
    Started,
    Stopped,
    TooLong,
)

VOICE, BETWEEN, SILENCE = 0.9, (VOICED + UNVOICED) / 2, 0.05


def changes(*probabilities: float, limit_ms: int = 28_000) -> list[Change]:
    """What an endpointer with a pause of 96 ms and an end of turn of 192 ms says of the chunks."""
    endpointer = Endpointer(96, 192, limit_ms)
    return [change for probability in probabilities for change in endpointer.push(probability)]


def test_a_turn_starts_pauses_and_stops() -> None:
    """Times are those of the audio; the end of speech is where voice was last heard."""
    assert changes(*[SILENCE] * 2, *[VOICE] * 5, *[SILENCE] * 6) == [
        Started(at_ms=128, began_ms=64),
        Paused(at_ms=320, speech_end_ms=224),
        Stopped(at_ms=416, speech_end_ms=224),
    ]


def test_a_short_word_is_caught() -> None:
    """Two voiced chunks, 64 ms, are the least that a "oui" gives."""
    assert changes(SILENCE, VOICE, VOICE, *[SILENCE] * 6) == [
        Started(at_ms=96, began_ms=32),
        Paused(at_ms=192, speech_end_ms=96),
        Stopped(at_ms=288, speech_end_ms=96),
    ]


def test_a_click_is_no_speech() -> None:
    """Single voiced chunks, however many, start nothing."""
    assert changes(*[VOICE, SILENCE] * 20) == []


def test_doubt_prolongs_voice_and_does_not_make_it() -> None:
    """Between the thresholds a chunk is what the chunk before was."""
    assert changes(*[BETWEEN] * 10) == []
    assert changes(VOICE, BETWEEN, BETWEEN, *[SILENCE] * 3) == [
        Started(at_ms=64, began_ms=0),
        Paused(at_ms=192, speech_end_ms=96),
    ]
    assert changes(VOICE, VOICE, SILENCE, *[BETWEEN] * 2) == [
        Started(at_ms=64, began_ms=0),
        Paused(at_ms=160, speech_end_ms=64),
    ]


def test_a_pause_is_resumed_where_voice_came_back() -> None:
    """The turn goes on, and its end is measured from the last voice."""
    assert changes(*[VOICE] * 2, *[SILENCE] * 4, *[VOICE] * 2, *[SILENCE] * 6) == [
        Started(at_ms=64, began_ms=0),
        Paused(at_ms=160, speech_end_ms=64),
        Resumed(at_ms=256, began_ms=192),
        Paused(at_ms=352, speech_end_ms=256),
        Stopped(at_ms=448, speech_end_ms=256),
    ]


def test_a_click_in_a_pause_neither_resumes_nor_prolongs() -> None:
    """One voiced chunk leaves the end of turn where it was."""
    assert changes(*[VOICE] * 2, *[SILENCE] * 4, VOICE, SILENCE) == [
        Started(at_ms=64, began_ms=0),
        Paused(at_ms=160, speech_end_ms=64),
        Stopped(at_ms=256, speech_end_ms=64),
    ]


def test_voice_at_the_very_end_of_a_pause_keeps_the_turn() -> None:
    """The turn does not end on a voiced chunk: the next one decides."""
    assert changes(*[VOICE] * 2, *[SILENCE] * 5, VOICE, VOICE) == [
        Started(at_ms=64, began_ms=0),
        Paused(at_ms=160, speech_end_ms=64),
        Resumed(at_ms=288, began_ms=224),
    ]


def test_endless_speech_is_cut() -> None:
    """At the limit the utterance is taken, and what follows is another."""
    assert changes(*[VOICE] * 12, limit_ms=256) == [
        Started(at_ms=64, began_ms=0),
        TooLong(at_ms=256, speech_end_ms=256),
        Started(at_ms=320, began_ms=256),
    ]


def test_it_is_known_whether_a_word_is_under_way() -> None:
    """In voice only: not after one chunk, which may be a click, nor from the first silent chunk on."""
    endpointer = Endpointer(96, 192, 28_000)
    heard = []
    for probability in (SILENCE, VOICE, VOICE, VOICE, SILENCE, VOICE, *[SILENCE] * 6):
        endpointer.push(probability)
        heard.append(endpointer.mid_word)
    assert heard == [False, False, True, True, False, True, *[False] * 6]


def test_reset_forgets_the_utterance_and_not_the_time() -> None:
    """After a reset the same caller can start again."""
    endpointer = Endpointer(96, 192, 28_000)
    for _ in range(4):
        endpointer.push(VOICE)
    assert (endpointer.phase, endpointer.speech_ms) == (Phase.SPEAKING, 128)
    endpointer.reset()
    assert (endpointer.phase, endpointer.speech_ms, endpointer.now_ms) == (Phase.SILENT, 0, 128)
    assert endpointer.push(VOICE) == []
    assert endpointer.push(VOICE) == [Started(at_ms=192, began_ms=128)]


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("change", [Started, Paused, Resumed, Stopped, TooLong])
def test_the_table_is_complete_where_it_must_be(phase: Phase, change: type[Change]) -> None:
    """Every pair that has a row leads elsewhere; the pairs without one are those that make no sense."""
    impossible = {
        (Phase.SILENT, Paused),
        (Phase.SILENT, Resumed),
        (Phase.SILENT, Stopped),
        (Phase.SILENT, TooLong),
        (Phase.SPEAKING, Started),
        (Phase.SPEAKING, Resumed),
        (Phase.SPEAKING, Stopped),
        (Phase.PAUSED, Started),
        (Phase.PAUSED, Paused),
    }
    if (phase, change) in impossible:
        assert (phase, change) not in NEXT
    else:
        assert NEXT[phase, change] is not phase


chunks = st.lists(st.sampled_from([VOICE, BETWEEN, SILENCE]), max_size=400)


@given(chunks, st.integers(40, 300), st.integers(1, 400), st.integers(1000, 3000))
def test_whatever_is_heard_the_changes_make_sense(
    heard: list[float], pause_ms: int, more_ms: int, limit_ms: int
) -> None:
    """Time never goes back, utterances follow the table, none outlasts the limit, and enough silence ends any."""
    endpointer = Endpointer(pause_ms, pause_ms + more_ms, limit_ms)
    said = [change for probability in heard for change in endpointer.push(probability)]
    assert all(before.at_ms < after.at_ms for before, after in pairwise(said))
    phase, began_ms = Phase.SILENT, 0
    for change in said:
        phase = NEXT[phase, type(change)]
        match change:
            case Started():
                began_ms = change.began_ms
                assert 0 <= change.began_ms < change.at_ms
            case Resumed():
                assert began_ms < change.began_ms < change.at_ms
            case Paused() | Stopped() | TooLong():
                assert began_ms < change.speech_end_ms <= change.at_ms <= began_ms + limit_ms + CHUNK_MS
    assert phase is endpointer.phase
    for _ in range((pause_ms + more_ms) // CHUNK_MS + 2):
        endpointer.push(SILENCE)
    assert endpointer.phase is Phase.SILENT
