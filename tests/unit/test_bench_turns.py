"""The benchmark of the end of turn: traces made by hand, replayed in virtual time."""

from pathlib import Path

from callbot.bench.turn_traces import Decoded, Trace, read_traces, write_traces
from callbot.bench.turns import row_of, run
from callbot.speech.endpointing import CHUNK_MS
from callbot.turn_taking.end_of_turn import Waits

WAITS = Waits(short_ms=400, whole_ms=600, likely_ms=600, unfinished_ms=1000, number_ms=1500)


def trace(pause_ms: int, cost_ms: int = 300) -> Trace:
    """A second of voice, a pause, a second of voice, and silence."""
    voice, pause = [1.0] * 31, [0.0] * (pause_ms // CHUNK_MS)
    begin_ms = 31 * CHUNK_MS
    end_ms = (62 + len(pause)) * CHUNK_MS
    first_ms, last_ms = begin_ms + 224, end_ms + 224  # 200 ms, in whole chunks
    return Trace(
        name="one",
        set="cv_fr100",
        speaker="a",
        learnt=True,
        speed=1.0,
        end_ms=end_ms,
        pauses_ms=((begin_ms, begin_ms + pause_ms),),
        probabilities=(*voice, *pause, *voice, *[0.0] * 60),
        decoded=(Decoded(first_ms, "half", cost_ms), Decoded(last_ms, "whole", cost_ms)),
    )


def completeness(text: str) -> float:
    """Of the two texts of a trace."""
    return {"half": 0.0, "whole": 1.0}.get(text, 0.5)


def test_a_pause_after_half_a_sentence_is_survived() -> None:
    """And the end is known after the silence of a whole one, a chunk later at most."""
    row = row_of("", run([trace(700)], WAITS, completeness, 200))
    assert (row.cut_off, row.pauses) == (0, 1)
    assert 600 <= row.p50_ms <= 600 + CHUNK_MS


def test_a_pause_after_what_looks_whole_cuts_off() -> None:
    """It is counted, for the recording and among the pauses."""
    row = row_of("", run([trace(700)], WAITS, lambda _: 1.0, 200))
    assert (row.cut_off, row.cut_pauses) == (1, 1)


def test_a_late_text_is_waited_for() -> None:
    """The decoding's cost counts as sound: 200 ms and 700 are more than 600."""
    row = row_of("", run([trace(500, cost_ms=700)], WAITS, completeness, 200))
    assert 900 <= row.p50_ms <= 900 + 2 * CHUNK_MS


def test_traces_are_kept(tmp_path: Path) -> None:
    """A file gives back what was written."""
    write_traces(tmp_path / "traces.jsonl", [trace(500)])
    assert read_traces(tmp_path / "traces.jsonl") == [trace(500)]
