"""Silero on real sound: speech, silence, tones, and pushes of any length."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callbot.audio.types import SPEECH_HZ
from callbot.speech.endpointing import CHUNK_MS, Endpointer, Started
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


def began_ms(silence_ms: int, level_db: float, noise_dbfs: float | None) -> int | None:
    """When speech that comes after a silence is noticed, from its beginning on; None: never."""
    speech = heard("question").astype(np.float64) * 10 ** (level_db / 20)
    sound = np.concatenate([np.zeros(silence_ms * SPEECH_HZ // 1000), speech])
    if noise_dbfs is not None:
        sound += np.random.default_rng(3).normal(0, 32768 * 10 ** (noise_dbfs / 20), len(sound))
    endpointer, activity = Endpointer(96, 500, 60_000), VoiceActivity()
    for probability in activity.push(np.clip(sound, -32768, 32767).astype(np.int16)):
        for change in endpointer.push(probability):
            if isinstance(change, Started) and change.at_ms > silence_ms - 5 * CHUNK_MS:
                return change.at_ms - silence_ms
    return None


@pytest.mark.parametrize("silence_ms", [320, 3200, 30_400])
@pytest.mark.parametrize(
    ("level_db", "noise_dbfs"),
    [(0, None), (-15, None), (-25, None), (0, -55.0), (0, -45.0), (-10, -55.0), (-10, -45.0)],
)
def test_a_voice_is_noticed_after_any_silence(
    silence_ms: int, level_db: float, noise_dbfs: float | None
) -> None:
    """Loud and soft, on a silent line and on one that hisses: as soon as one who speaks at once, to two chunks."""
    at_once = began_ms(0, 0, None)
    noticed = began_ms(silence_ms, level_db, noise_dbfs)
    assert at_once is not None
    assert noticed is not None
    assert abs(noticed - at_once) <= 2 * CHUNK_MS
