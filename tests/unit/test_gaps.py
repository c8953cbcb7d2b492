"""Silence that was counted, and the sound that comes too late for it."""

from callbot.gaps import Gaps

FRAME_MS = 20


def heard_ms(gaps: Gaps, frames: int, now: float, apart: float = 0.0) -> int:
    """How much of so many frames is heard, the first one at `now`."""
    return sum(FRAME_MS for frame in range(frames) if gaps.takes(FRAME_MS, now + frame * apart))


def test_a_leg_in_time_has_no_gaps() -> None:
    """Everything is heard, also what comes unevenly; nothing is counted."""
    gaps = Gaps(0.0)
    assert heard_ms(gaps, 50, 0.0, 0.02) == 1000
    assert heard_ms(gaps, 10, 1.1) == 200
    assert gaps.silence_ms(1.2) == 0


def test_a_backlog_does_not_put_the_clock_ahead() -> None:
    """After a stall of 1 s, of which 900 ms were counted, the second that comes at once counts for the rest."""
    gaps = Gaps(0.0)
    counted = [gaps.silence_ms(tenth / 10) for tenth in range(1, 10)]
    assert 600 <= sum(counted) <= 900
    assert abs(heard_ms(gaps, 50, 1.0) + sum(counted) - 1000) <= FRAME_MS
    assert heard_ms(gaps, 50, 1.02, 0.02) == 1000


def test_sound_after_a_pause_of_the_leg_is_heard() -> None:
    """Silence suppression: what follows comes in real time, and nothing of it was ever missing."""
    gaps = Gaps(0.0)
    assert gaps.silence_ms(5.0) == 5000
    assert heard_ms(gaps, 60, 5.1, 0.02) == 1200
    assert heard_ms(gaps, 20, 6.3) == 400


def test_a_stall_in_the_middle_of_a_word_is_waited_for() -> None:
    """Half a second without a packet in mid-word is no silence, and what comes then is all heard; a longer one is."""
    gaps = Gaps(0.0)
    assert gaps.silence_ms(0.5, mid_word=True) == 0
    assert heard_ms(gaps, 25, 0.5) == 500
    assert gaps.silence_ms(1.3, mid_word=True) == 800
    assert gaps.silence_ms(1.6) == 300
