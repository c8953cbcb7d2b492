"""The in-band key detector: the limits of ITU-T Q.24, keys told once, tones silenced, no key heard in speech."""

from pathlib import Path

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from callbot.audio import g711
from callbot.audio.dtmf import BLOCK, DELAY_BLOCKS, DtmfDetector
from callbot.audio.types import Pcm
from tests.support.sound import CLIPS, clip, key_tone, silence, sine

ALL_KEYS = "1234567890*#ABCD"
STARTS = range(400, 400 + BLOCK, 13)
"""Positions of a tone's start against the detector's 10 ms grid."""


def heard(*parts: Pcm, chunk: int = 160) -> tuple[Pcm, str]:
    """What the detector lets through of A-law sound pushed in pieces of `chunk` samples, and the keys it tells."""
    pcm = g711.decode_alaw(g711.encode_alaw(np.concatenate(parts)))
    detector, sound, keys = DtmfDetector(), [], ""
    for start in range(0, len(pcm), chunk):
        ready, pressed = detector.push(pcm[start : start + chunk])
        sound.append(ready)
        keys += "".join(pressed)
    return np.concatenate([*sound, detector.flush()]), keys


def keys_at_every_start(tone: Pcm) -> set[str]:
    """The keys told for one tone between silences, over all its positions on the grid."""
    return {heard(np.zeros(start, np.int16), tone, silence(100))[1] for start in STARTS}


@pytest.mark.parametrize("key", ALL_KEYS)
def test_a_shortest_press_is_told_once_and_silenced(key: str) -> None:
    """40 ms of any key, wherever it starts: one digit, and nothing of the tone comes out."""
    for start in STARTS:
        sound, keys = heard(np.zeros(start, np.int16), key_tone(key, 40), silence(100))
        assert (keys, int(np.abs(sound.astype(int)).max())) == (key, 8), "8 is A-law's zero"


def test_a_long_press_is_one_digit() -> None:
    """Two seconds on a key are told once."""
    assert heard(silence(50), key_tone("5", 2000), silence(50))[1] == "5"


def test_a_dialled_number_is_told_in_order() -> None:
    """Ten keys as fast as the standard allows (40 ms on, 40 ms off), two alike in a row."""
    number = "0556112204"
    parts = [part for key in number for part in (key_tone(key, 40), silence(40))]
    assert heard(silence(33), *parts, silence(50))[1] == number


@pytest.mark.parametrize("key", "1D#")
def test_a_tone_of_23_ms_is_refused(key: str) -> None:
    """Q.24: 23 ms are no press."""
    assert keys_at_every_start(key_tone(key, 23)) == {""}


@pytest.mark.parametrize("key", "16#D")
@pytest.mark.parametrize(("error", "told"), [(0.018, True), (-0.018, True), (0.035, False), (-0.035, False)])
def test_limits_of_frequency(key: str, error: float, told: bool) -> None:
    """1.5 % and 2 Hz off is a key, 3.5 % off in either tone is none."""
    wanted = {key} if told else {""}
    assert keys_at_every_start(key_tone(key, 60, low_error=error)) == wanted
    assert keys_at_every_start(key_tone(key, 60, high_error=error)) == wanted


@pytest.mark.parametrize(
    ("low_dbfs", "high_dbfs", "told"),
    [
        (-14, -8, True),
        (-6, -14, True),
        (-14, -5, False),
        (-4, -15, False),
        (-40, -40, True),
        (-50, -50, False),
        (0, 0, True),
    ],
)
def test_limits_of_level_and_twist(low_dbfs: float, high_dbfs: float, told: bool) -> None:
    """High tone 6 dB above, low tone 8 dB above, both at -40 dBFS or clipped: keys. 9 and 11 dB, or -50 dBFS: none."""
    assert keys_at_every_start(key_tone("8", 40, low_dbfs=low_dbfs, high_dbfs=high_dbfs)) == (
        {"8"} if told else {""}
    )


def test_noise_ten_decibels_below_does_not_matter() -> None:
    """Keys are told through white noise at 10 dB of signal to noise."""
    noise = np.random.default_rng(3).normal(0, 32767 * 10 ** (-20 / 20), 8 * 2400)
    tones = np.concatenate([part for key in ALL_KEYS for part in (key_tone(key, 60), silence(90))])
    assert heard(np.clip(tones + noise, -32768, 32767).astype(np.int16))[1] == ALL_KEYS


def test_a_break_of_10_ms_does_not_split_a_press() -> None:
    """A break in one tone, wherever it falls on the grid."""
    for start in STARTS:
        tone = key_tone("9", 120)
        tone[start : start + 80] = 0
        assert heard(silence(30), tone, silence(50))[1] == "9"


@pytest.mark.parametrize("path", CLIPS, ids=lambda path: path.stem)
@pytest.mark.parametrize("speed", [0.85, 1.0, 1.17])
def test_speech_holds_no_key_and_passes_unchanged(path: Path, speed: float) -> None:
    """People who read French, also with higher and lower voices: no digit, and every sample comes out."""
    speech = soxr.resample(clip(path), 8000, round(8000 * speed))
    sound, keys = heard(speech)
    assert keys == ""
    np.testing.assert_array_equal(sound, g711.decode_alaw(g711.encode_alaw(speech)))


def test_speech_around_a_key_comes_out() -> None:
    """Only the tone and at most 20 ms on either side of it are missing from a sentence."""
    speech = clip(CLIPS[0])
    sound, keys = heard(speech[:8000], key_tone("0", 100), speech[8000:16000])
    assert keys == "0"
    untouched = np.concatenate([speech[:8000], np.zeros(800, np.int16), speech[8000:16000]])
    untouched = g711.decode_alaw(g711.encode_alaw(untouched))
    for kept in (slice(0, 8000 - 160), slice(8800 + 160, None)):
        np.testing.assert_array_equal(sound[kept], untouched[kept])
    assert not sound[8000:8800].any()


@pytest.mark.parametrize("hz", [425, 440, 697, 1000, 1336, 2100])
def test_single_tones_are_no_keys(hz: int) -> None:
    """Dial tone, beeps, fax and each half of a key alone."""
    assert heard(sine(hz, 8000))[1] == ""


def test_the_delay_is_30_ms() -> None:
    """Of frames of 20 ms, all but the last 30 ms has come out at any time."""
    detector, pcm = DtmfDetector(), np.arange(8000, dtype=np.int16)
    out = [detector.push(pcm[start : start + 160])[0] for start in range(0, 8000, 160)]
    np.testing.assert_array_equal(np.concatenate(out), pcm[: 8000 - DELAY_BLOCKS * BLOCK])
    np.testing.assert_array_equal(detector.flush(), pcm[8000 - DELAY_BLOCKS * BLOCK :])


@settings(deadline=None)
@given(chunk=st.integers(1, 500))
def test_cutting_changes_nothing(chunk: int) -> None:
    """Frames of any length give the same sound and the same keys."""
    parts = silence(21), key_tone("3", 70), silence(60), key_tone("#", 45), silence(33)
    sound, keys = heard(*parts, chunk=chunk)
    whole, _ = heard(*parts, chunk=10_000)
    assert keys == "3#"
    np.testing.assert_array_equal(sound, whole)
