"""The playout: nothing lost, order kept, never more than the lead ahead, silent at once when cleared."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callbot.audio.playout import CATCH_UP_MS, Playout
from callbot.audio.types import FRAME_MS, Pcm
from callbot.errors import PlayoutFullError


def sound(ms: int, value: int = 7) -> Pcm:
    """A constant at 8 kHz, told from padding by not being zero."""
    return np.full(8 * ms, value, np.int16)


def told(items: list[Pcm | str]) -> list[str]:
    """Marks by their name and frames by their samples' values, each once, in order."""
    return [
        item if isinstance(item, str) else ",".join(map(str, dict.fromkeys(item.tolist()))) for item in items
    ]


def timeline(playout: Playout, start_ms: int, end_ms: int, step_ms: int = 5) -> list[tuple[int, list[str]]]:
    """What is due at every step, where something is."""
    steps = ((now, told(playout.due(now))) for now in range(start_ms, end_ms, step_ms))
    return [(now, items) for now, items in steps if items]


def test_without_lead_a_frame_leaves_every_20_ms_and_the_mark_when_heard() -> None:
    """50 ms of sound: three frames, the last filled up with silence, and the mark at 60 ms."""
    playout = Playout(8000)
    playout.add(sound(50))
    playout.mark("end")
    assert timeline(playout, 1000, 1200) == [(1000, ["7"]), (1020, ["7"]), (1040, ["7,0"]), (1060, ["end"])]


def test_with_a_lead_sound_and_mark_leave_ahead() -> None:
    """With 100 ms of lead five frames leave at once, then one every 20 ms; the mark follows the last frame."""
    playout = Playout(8000, lead_ms=100)
    playout.add(sound(160))
    playout.mark("end")
    assert timeline(playout, 500, 700) == [(500, ["7"] * 5), (520, ["7"]), (540, ["7"]), (560, ["7", "end"])]
    assert (playout.playing(659), playout.playing(660)) == (True, False)


def test_the_end_of_a_chunk_waits_for_the_next_one_while_it_can() -> None:
    """A synthesiser's chunks join without a hole although they end inside a frame."""
    playout = Playout(8000, lead_ms=1000)
    playout.add(sound(50, 1))
    assert told(playout.due(0)) == ["1", "1"]
    playout.add(sound(30, 2))
    assert timeline(playout, 5, 50) == [(5, ["1,2", "2"])]


def test_the_end_of_a_chunk_is_not_held_longer_than_silence_would_begin() -> None:
    """With nothing behind it, the short rest leaves when what was sent has been heard."""
    playout = Playout(8000, lead_ms=1000)
    playout.add(sound(50))
    assert timeline(playout, 0, 200) == [(0, ["7", "7"]), (40, ["7,0"])]


def test_after_silence_pacing_starts_from_now() -> None:
    """Sound added 955 ms after the last was heard is not hurried."""
    playout = Playout(8000)
    playout.add(sound(20))
    assert timeline(playout, 0, 975) == [(0, ["7"])]
    playout.add(sound(60))
    assert timeline(playout, 975, 1100) == [(975, ["7"]), (995, ["7"]), (1015, ["7"])]


def test_a_small_delay_is_made_up_for() -> None:
    """A sender woken 50 ms late sends what is overdue and keeps the beat."""
    playout = Playout(8000)
    playout.add(sound(200))
    assert len(playout.due(0)) == 1
    assert len(playout.due(70)) == 3
    assert playout.wake_ms == 80


def test_a_long_delay_is_not_made_up_for() -> None:
    """After a second without being asked, one frame leaves, not fifty."""
    playout = Playout(8000)
    playout.add(sound(2000))
    assert [len(playout.due(0)), len(playout.due(1000)), len(playout.due(1020))] == [1, 1, 1]


def test_clear_tells_what_was_heard_of_the_utterance() -> None:
    """Of two sentences, the second was heard for 130 ms although 500 ms were sent ahead; nothing is left."""
    playout = Playout(8000, lead_ms=500)
    playout.add(sound(400))
    playout.mark("first")
    playout.add(sound(2000))
    playout.mark("second")
    for now in range(0, 530, 10):
        playout.due(now)
    assert playout.clear(530) == 130
    assert (playout.pending_ms, playout.playing(530), playout.wake_ms, playout.due(531)) == (
        0,
        False,
        None,
        [],
    )


def test_clear_before_anything_was_heard() -> None:
    """A reply thrown away before its first frame left was not heard at all."""
    playout = Playout(8000)
    playout.add(sound(400))
    assert playout.clear(7777) == 0


def test_clear_after_the_end_of_a_marked_utterance() -> None:
    """Between two utterances nothing of the next one has been heard."""
    playout = Playout(8000)
    playout.add(sound(40))
    playout.mark("end")
    assert timeline(playout, 100, 200)[-1] == (140, ["end"])
    assert playout.clear(200) == 0


def test_a_gap_inside_an_utterance_is_not_counted_as_heard() -> None:
    """A synthesiser that falls behind: 100 ms, a hole of 300 ms, 40 ms of the rest: 140 ms were heard."""
    playout = Playout(8000)
    playout.add(sound(100))
    timeline(playout, 0, 400)
    playout.add(sound(500))
    timeline(playout, 400, 440)
    assert playout.clear(440) == 140


def test_after_clear_new_sound_starts_at_once() -> None:
    """The lead of what was thrown away does not delay the next sentence."""
    playout = Playout(8000, lead_ms=5000)
    playout.add(sound(4000))
    playout.due(0)
    playout.clear(100)
    playout.add(sound(20, 3))
    assert told(playout.due(100)) == ["3"]


def test_a_pause_holds_everything_back_and_nothing_is_hurried_afterwards() -> None:
    """XOFF at 100 ms, XON at 3 s: the rest leaves from there with the same lead."""
    playout = Playout(8000, lead_ms=40)
    playout.add(sound(120))
    assert timeline(playout, 0, 30) == [(0, ["7", "7"]), (20, ["7"])]
    playout.pause()
    assert timeline(playout, 30, 3000) == []
    playout.resume()
    assert timeline(playout, 3000, 3100) == [(3000, ["7", "7"]), (3020, ["7"])]


def test_a_leg_at_16_khz_has_longer_frames() -> None:
    """20 ms are 320 samples, and pending sound is told in milliseconds."""
    playout = Playout(16000)
    playout.add(np.full(640, 5, np.int16))
    assert playout.pending_ms == 40
    assert [len(frame) for frame in playout.due(0)] == [320]
    assert playout.pending_ms == 20


def test_too_much_sound_is_refused_and_what_waits_stays() -> None:
    """The error names the limit; the queue goes on."""
    playout = Playout(8000, limit_ms=100)
    playout.add(sound(100))
    with pytest.raises(PlayoutFullError, match="more than 100 ms"):
        playout.add(sound(1))
    assert playout.pending_ms == 100


def test_too_many_marks_are_refused() -> None:
    """Marks are bounded as sound is: one per frame of the limit."""
    playout = Playout(8000, limit_ms=100)
    for number in range(5):
        playout.mark(str(number))
    with pytest.raises(PlayoutFullError):
        playout.mark("one more")


ITEMS = st.lists(st.one_of(st.integers(0, 700), st.sampled_from(["a", "b", "c"])), max_size=20)
"""Chunk lengths in samples, and marks."""
LEADS = st.sampled_from([0, 20, 50, 400, 18_000])


@settings(deadline=None)
@given(ITEMS, LEADS, st.lists(st.integers(0, 300), max_size=30), st.integers(0, 10_000))
def test_nothing_is_lost_and_order_is_kept(
    items: list[int | str], lead_ms: int, steps: list[int], start_ms: int
) -> None:
    """However additions and wake-ups interleave, all samples and marks come out, once, in order."""
    playout, now, out, counter = Playout(8000, lead_ms), start_ms, [], 0
    wanted: list[int | str] = []
    for position, item in enumerate(items):
        if isinstance(item, str):
            playout.mark(item)
            wanted.append(item)
        else:
            values = range(counter + 1, counter + 1 + item)
            counter += item
            playout.add(np.array(values, np.int16))
            wanted.extend(values)
        now += steps[position] if position < len(steps) else 0
        out += playout.due(now)
    while (wake_ms := playout.wake_ms) is not None:
        now = max(now, wake_ms)
        out += playout.due(now)
    heard = [
        value
        for item in out
        for value in ([item] if isinstance(item, str) else [v for v in item.tolist() if v])
    ]
    assert heard == wanted
    assert {len(item) for item in out if not isinstance(item, str)} <= {160}
    assert playout.pending_ms == 0


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 3000)), min_size=1, max_size=40), LEADS)
def test_never_more_than_the_lead_ahead(script: list[tuple[int, int]], lead_ms: int) -> None:
    """A leg that plays without pause never has more in its buffer than the lead, but for what makes up for a small delay."""
    playout, now, buffered_ms = Playout(8000, lead_ms), 0, 0
    for step_ms, samples in script:
        now += step_ms
        buffered_ms = max(0, buffered_ms - step_ms)
        playout.add(np.ones(samples, np.int16))
        buffered_ms += FRAME_MS * len(playout.due(now))
        assert buffered_ms <= max(lead_ms, FRAME_MS) + CATCH_UP_MS


@settings(deadline=None)
@given(st.lists(st.integers(1, 3000), min_size=1, max_size=10), LEADS, st.integers(0, 2000))
def test_clear_leaves_nothing(chunks: list[int], lead_ms: int, clear_ms: int) -> None:
    """At any moment: nothing is due afterwards, and no more was heard than time and sound allow."""
    playout = Playout(8000, lead_ms)
    for samples in chunks:
        playout.add(np.ones(samples, np.int16))
    for now in range(0, clear_ms, 20):
        playout.due(now)
    heard_ms = playout.clear(clear_ms)
    assert 0 <= heard_ms <= min(clear_ms, sum(chunks) / 8 + FRAME_MS)
    assert (playout.wake_ms, playout.pending_ms, playout.due(clear_ms), playout.due(clear_ms + 999)) == (
        None,
        0,
        [],
        [],
    )
