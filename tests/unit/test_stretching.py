"""Slower, and no lower."""

import numpy as np
import pytest

from callbot.audio.stretching import slowed
from callbot.audio.types import TELEPHONE_HZ, Pcm


def tone(hertz: float, seconds: float) -> Pcm:
    """A voice-like sound: a fundamental and two harmonics."""
    time = np.arange(round(TELEPHONE_HZ * seconds)) / TELEPHONE_HZ
    sound = sum(np.sin(2 * np.pi * hertz * times * time) / times for times in (1, 2, 3))
    return np.asarray(6000 * sound, np.int16)


def loudest_hertz(sound: Pcm) -> float:
    """The strongest frequency."""
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return float(np.argmax(spectrum) * TELEPHONE_HZ / len(sound))


@pytest.mark.parametrize("hertz", [110.0, 180.0, 260.0])
@pytest.mark.parametrize("speed", [0.6, 0.8, 0.95])
def test_it_lasts_longer_at_the_same_pitch_and_loudness(hertz: float, speed: float) -> None:
    """A man's, a woman's and a child's pitch."""
    before = tone(hertz, 1.5)
    after = slowed(before, speed)
    assert len(after) == round(len(before) / speed)
    assert abs(loudest_hertz(after) - hertz) < 3
    loudness = np.std(after[800:-800].astype(float)) / np.std(before.astype(float))
    assert 0.93 < loudness < 1.07


def test_what_is_said_stays_in_order() -> None:
    """A click at two thirds comes at two thirds."""
    before = np.zeros(TELEPHONE_HZ, np.int16)
    before[TELEPHONE_HZ * 2 // 3 :][:40] = 20000
    after = slowed(before, 0.8)
    assert abs(int(np.argmax(np.abs(after))) / len(after) - 2 / 3) < 0.02


def test_the_usual_speed_and_a_moment_are_left_alone() -> None:
    """Nothing to do, nothing done."""
    sound = tone(200, 0.5)
    assert slowed(sound, 1.0) is sound
    assert len(slowed(sound[:100], 0.8)) == 100
