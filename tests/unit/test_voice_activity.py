"""Silero on real sound: speech, silence, tones, and pushes of any length."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from callbot.audio.types import SPEECH_HZ
from callbot.speech.voice_activity import CHUNK, VoiceActivity
from tests.support.recognition import SAID, heard, quiet
from tests.support.sound import sine

SECTEUR = heard("secteur")


def test_speech_is_voiced() -> None:
    """Each reader is heard as speech for at least a third of their clip."""
    for name in SAID:
        probabilities = np.array(VoiceActivity().push(heard(name)))
        assert np.mean(probabilities >= 0.5) > 1 / 3, name


def test_what_is_no_speech_is_not_voiced() -> None:
    """Silence, noise and the tones of telephones."""
    noise = np.random.default_rng(1).normal(0, 1000, 3 * SPEECH_HZ).astype(np.int16)
    for sound in (quiet(3000), noise, sine(440, SPEECH_HZ, 3.0), sine(1000, SPEECH_HZ, 3.0)):
        assert np.mean(np.array(VoiceActivity().push(sound)) >= 0.5) < 0.05


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 3 * CHUNK), min_size=1, max_size=8))
def test_the_cut_into_pushes_changes_nothing(lengths: list[int]) -> None:
    """The same probabilities for one push and for many."""
    sound = SECTEUR[: sum(lengths)]
    activity = VoiceActivity()
    pieces = np.split(sound, np.cumsum(lengths)[:-1])
    assert [p for piece in pieces for p in activity.push(piece)] == VoiceActivity().push(sound)


def test_reset_forgets() -> None:
    """After a reset the same sound gives the same probabilities as at first."""
    activity = VoiceActivity()
    first = activity.push(SECTEUR[: 20 * CHUNK + 100])
    activity.reset()
    assert activity.push(SECTEUR[: 20 * CHUNK]) == first
