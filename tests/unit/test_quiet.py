"""What is not listened to while a caller waits, and that nothing of what they say is lost by it."""

import numpy as np

from callbot.audio.types import Pcm
from callbot.turn_taking.quiet import AWAKE_MS, BEFORE_MS, PEAK, Quiet, is_quiet

SILENCE, SOUND = np.full(160, PEAK - 1, np.int16), np.full(160, -PEAK, np.int16)


def passed(quiet: Quiet, pcm: Pcm, frames: int) -> list[bool]:
    """Which of so many frames of 20 ms are passed over."""
    return [quiet.passes_over(pcm) for _ in range(frames)]


def test_a_quiet_line_is_listened_to_for_a_while() -> None:
    """And again as soon as there is a sound."""
    quiet, awake = Quiet(8000), AWAKE_MS // 20 - 1
    assert passed(quiet, SILENCE, awake + 3) == [False] * awake + [True] * 3
    assert passed(quiet, SOUND, 2) == [False] * 2
    assert passed(quiet, SILENCE, awake + 1) == [False] * awake + [True]


def test_what_came_before_a_sound_is_heard_with_it() -> None:
    """The last moments of the quiet, in order, once."""
    quiet = Quiet(8000)
    passed(quiet, SILENCE, AWAKE_MS // 20)
    quiet.before()
    for number in range(100):
        quiet.passes_over(np.full(160, number, np.int16))
    assert [int(piece[0]) for piece in quiet.before()] == list(range(100 - BEFORE_MS // 20, 100))
    assert quiet.before() == []


def test_what_is_passed_over_in_one_is_kept_as_well() -> None:
    """A sleeper's line is passed over in pieces of any length, and their end is heard with the sound that follows."""
    quiet = Quiet(8000)
    assert not quiet.sleeps
    passed(quiet, SILENCE, AWAKE_MS // 20)
    quiet.before()
    assert (quiet.sleeps, is_quiet(SILENCE), is_quiet(SOUND)) == (True, True, False)
    for number in range(10):
        quiet.pass_over(np.full(640, number, np.int16))
    kept = quiet.before()
    assert [int(piece[0]) for piece in kept] == [6, 7, 8, 9]
    assert passed(quiet, SOUND, 1) == [False]
    assert not quiet.sleeps
