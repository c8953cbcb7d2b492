"""The silence that Kokoro leaves around a clause."""

import numpy as np

from callbot.speech.kokoro import trim_silence


def test_silence_around_speech_is_cut_to_the_margins() -> None:
    """Faint noise before and after speech goes, 120 ms of it stay, and the speech is untouched."""
    noise = np.random.default_rng(1).integers(-3, 4, 8000).astype(np.int16)
    speech = (8000 * np.sin(np.arange(4000) * 0.3)).astype(np.int16)
    trimmed = trim_silence(np.concatenate([noise, speech, noise]), 8000)
    assert len(trimmed) == 960 + 4000 + 960
    assert np.array_equal(trimmed[960:4960], speech)


def test_speech_to_the_edges_is_not_cut() -> None:
    """Where there is no silence nothing is taken away, even when the length is no whole number of frames."""
    speech = (8000 * np.sin(np.arange(4003) * 0.3)).astype(np.int16)
    assert np.array_equal(trim_silence(speech, 8000), speech)


def test_digital_silence_is_nothing() -> None:
    """All zeros, and no samples at all, leave nothing."""
    assert trim_silence(np.zeros(100, np.int16), 8000).shape == (0,)
    assert trim_silence(np.zeros(0, np.int16), 8000).shape == (0,)
