"""Trimming and joining spoken sentences."""

import numpy as np
import pytest

from callbot.errors import EngineError
from callbot.speech.speaking import PAUSE_MS, join, spoken_sentences, trim_silence


def test_silence_around_speech_is_cut_to_the_margins() -> None:
    """Faint noise before and after speech goes, 30 ms and 80 ms of it stay, and the speech is untouched."""
    noise = np.random.default_rng(1).integers(-3, 4, 8000).astype(np.int16)
    speech = (8000 * np.sin(np.arange(4000) * 0.3)).astype(np.int16)
    trimmed = trim_silence(np.concatenate([noise, speech, noise]), 8000)
    assert len(trimmed) == 240 + 4000 + 640
    assert np.array_equal(trimmed[240:4240], speech)


def test_speech_to_the_edges_is_not_cut() -> None:
    """Where there is no silence nothing is taken away, even when the length is no whole number of frames."""
    speech = (8000 * np.sin(np.arange(4003) * 0.3)).astype(np.int16)
    assert np.array_equal(trim_silence(speech, 8000), speech)


def test_digital_silence_is_nothing() -> None:
    """All zeros, and no samples at all, leave nothing."""
    assert trim_silence(np.zeros(100, np.int16), 8000).shape == (0,)
    assert trim_silence(np.zeros(0, np.int16), 8000).shape == (0,)


def test_sentences_are_joined_with_pauses_between_only() -> None:
    """Two sentences have one pause between them, and none at the end."""
    one, two = np.full(10, 1, np.int16), np.full(5, 2, np.int16)
    assert join([one, two]).tolist() == [1] * 10 + [0] * (8 * PAUSE_MS) + [2] * 5


def test_nothing_to_say_is_refused() -> None:
    """A text without words names itself in the error."""
    with pytest.raises(EngineError, match=r"there is nothing to say in '\.\.\.'"):
        spoken_sentences("...")
