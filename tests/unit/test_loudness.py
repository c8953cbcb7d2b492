"""The active speech level: what P.56 says of tones, pauses and silence."""

from pathlib import Path

import numpy as np
import pytest

from callbot.audio.loudness import active_level_dbfs
from tests.support.sound import CLIPS, clip, sine


def test_a_steady_tone_has_its_root_mean_square_level() -> None:
    """A sine of -10 dBFS peak has -13 dBFS of level, at any rate."""
    for rate_hz in (8000, 22050):
        assert active_level_dbfs(sine(1000, rate_hz, 5) / 32768, rate_hz) == pytest.approx(-13.01, abs=0.05)


@pytest.mark.parametrize("path", CLIPS, ids=lambda path: path.stem)
def test_pauses_do_not_lower_the_level_and_gain_raises_it(path: Path) -> None:
    """Ten seconds of silence around a sentence change nothing that is heard; half the amplitude is 6 dB."""
    speech = clip(path) / 32768
    level = active_level_dbfs(speech, 8000)
    assert active_level_dbfs(np.pad(speech, 80_000), 8000) == pytest.approx(level, abs=0.3)
    assert active_level_dbfs(speech / 2, 8000) == pytest.approx(level - 6.02, abs=0.3)


def test_speech_that_fills_half_the_time_is_3_db_above_its_mean() -> None:
    """A tone of two seconds in four: the mean is -16 dBFS, the active level -13 and the hangover's share."""
    half = np.concatenate([sine(500, 8000, 2), np.zeros(16000, np.int16)]) / 32768
    assert 10 * np.log10(np.mean(half**2)) == pytest.approx(-16.02, abs=0.05)
    assert active_level_dbfs(half, 8000) == pytest.approx(-13.01 - 10 * np.log10(2.3 / 2), abs=0.2)


def test_silence_has_no_level() -> None:
    """Digital silence and nothing at all are minus infinity; a single click is finite."""
    assert active_level_dbfs(np.zeros(8000), 8000) == -np.inf
    assert active_level_dbfs(np.zeros(0), 8000) == -np.inf
    assert np.isfinite(active_level_dbfs(np.eye(1, 8000, 4000)[0], 8000))
