"""Speaking and joining sentences."""

from collections.abc import Iterator

import numpy as np
import pytest

from callbot.audio.types import Pcm
from callbot.errors import EngineError
from callbot.speech.speaking import PAUSE_MS, join, speak_sentence, spoken_sentences


class MuteVoice:
    """A broken engine."""

    engine, voice, version, rate_hz = "scripted", "mute", "1", 16000

    def __init__(self, chunks: list[Pcm]) -> None:
        self.chunks = chunks

    def synthesize(self, _text: str) -> Iterator[Pcm]:
        """The chunks, whatever the text."""
        yield from self.chunks

    def close(self) -> None:
        """Nothing to free."""


def test_sentences_are_joined_with_pauses_between_only() -> None:
    """Two sentences have one pause between them, and none at the end."""
    one, two = np.full(10, 1, np.int16), np.full(5, 2, np.int16)
    assert join([one, two]).tolist() == [1] * 10 + [0] * (8 * PAUSE_MS) + [2] * 5


def test_nothing_to_say_is_refused() -> None:
    """A text without words names itself in the error."""
    with pytest.raises(EngineError, match=r"there is nothing to say in '\.\.\.'"):
        spoken_sentences("...")


def test_a_voice_without_sound_is_an_error() -> None:
    """An engine that gives silence, or nothing at all, never becomes a silent prompt."""
    for pcm in ([np.zeros(16000, np.int16)], []):
        with pytest.raises(EngineError, match=r"scripted voice 'mute' made no sound for 'Oui\.'"):
            speak_sentence(MuteVoice(pcm), "Oui.")
