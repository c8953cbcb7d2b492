"""Shaping for the telephone: one loudness, one band, no clicks, no waiting in silence."""

from pathlib import Path

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from callbot.audio.loudness import active_level_dbfs
from callbot.audio.shaping import PEAK, shape
from callbot.audio.types import Pcm
from tests.support.sound import CLIPS, clip, silence, sine

HUM = (sine(50, 8000) * np.hanning(8000)).astype(np.int16)
"""A second of mains hum that swells and fades."""


def level_dbfs(pcm: Pcm) -> float:
    """The active level of telephone sound."""
    return active_level_dbfs(pcm / 32768, 8000)


@pytest.mark.parametrize("path", CLIPS, ids=lambda path: path.stem)
@pytest.mark.parametrize("rate_hz", [8000, 16000, 22050, 24000])
@pytest.mark.parametrize("gain", [1.0, 0.05])
def test_every_voice_has_the_same_level(path: Path, rate_hz: int, gain: float) -> None:
    """Loud and clipped or 26 dB weaker, at any engine's rate: -20 dBFS within half a decibel, no peak above the limit."""
    voice = np.rint(soxr.resample(clip(path), 8000, rate_hz) * gain).astype(np.int16)
    shaped = shape(voice, rate_hz)
    assert level_dbfs(shaped) == pytest.approx(-20.0, abs=0.5)
    assert np.abs(shaped.astype(int)).max() <= 32767 * PEAK + 1


def test_a_voice_with_high_peaks_is_limited_and_still_as_loud() -> None:
    """Clicks 20 dB above a voice would clip: they are turned down, and the level stays within 1 dB of another voice's."""
    clicking = clip(CLIPS[0]) / 16
    clicking[4000::1600] = 10 * np.abs(clicking).max()
    shaped = shape(clicking.astype(np.int16), 8000)
    assert abs(level_dbfs(shaped) - level_dbfs(shape(clip(CLIPS[1]), 8000))) < 1
    assert np.abs(shaped.astype(int)).max() <= 32767 * PEAK + 1


def test_what_is_outside_the_band_is_gone() -> None:
    """White noise at 22 kHz keeps less than a thousandth of its energy below 300 and above 3400 Hz."""
    noise = np.random.default_rng(4).normal(0, 3000, 4 * 22050).astype(np.int16)
    shaped = shape(noise, 22050)[800:-800]
    power = np.abs(np.fft.rfft(shaped * np.hanning(len(shaped)))) ** 2
    hz = np.fft.rfftfreq(len(shaped), 1 / 8000)
    inside = (hz >= 300) & (hz <= 3400)
    assert 10 * np.log10(power[~inside].sum() / power[inside].sum()) < -30
    third = power[inside].reshape(-1)[: 3 * (inside.sum() // 3)].reshape(3, -1).sum(axis=1)
    assert 10 * np.log10(third.max() / third.min()) < 1, "inside the band nothing is coloured"


def test_ends_are_silent_and_smooth() -> None:
    """Sound cut off at full swing starts and ends at zero, without a jump, between 30 and 60 ms of quiet."""
    shaped = shape(sine(1000, 16000, dbfs=-3)[3:-5], 16000)
    assert (shaped[0], shaped[-1]) == (0, 0)
    assert np.abs(np.diff(shaped[:80].astype(int))).max() < 200
    assert np.abs(np.diff(shaped[-80:].astype(int))).max() < 200
    assert len(shaped) == pytest.approx(8000 + 240 + 480, abs=80)


def test_long_silence_at_the_ends_is_cut_and_pauses_stay() -> None:
    """Two words of half a second, a second apart, between two seconds of silence."""
    word = sine(800, 8000, 0.5)
    shaped = shape(np.concatenate([silence(2000), word, silence(1000), word, silence(2000)]), 8000)
    assert len(shaped) == pytest.approx(8 * (60 + 500 + 1000 + 500 + 60), abs=160)
    loud = np.flatnonzero(np.abs(shaped.astype(int)) > 1000)
    assert loud[0] == pytest.approx(480, abs=160)
    assert np.diff(loud).max() == pytest.approx(8000, abs=80)


@pytest.mark.parametrize("nothing", [np.zeros(0, np.int16), silence(1000), np.full(8000, 3, np.int16), HUM])
def test_silence_gives_nothing(nothing: Pcm) -> None:
    """No sample, zeros, a constant, and hum below the band: nothing is left to be heard."""
    assert shape(nothing, 8000).tolist() == []


@settings(deadline=None)
@given(arrays.arrays(np.int16, st.integers(0, 2000)), st.sampled_from([8000, 16000, 22050, 24000, 44100]))
def test_any_sound_is_shaped_without_clipping(pcm: Pcm, rate_hz: int) -> None:
    """Whatever an engine gives: int16, zero at both ends, within the limit."""
    shaped = shape(pcm, rate_hz)
    assert (shaped.dtype, shaped.ndim) == (np.dtype(np.int16), 1)
    if len(shaped):
        assert (shaped[0], shaped[-1]) == (0, 0)
        assert np.abs(shaped.astype(int)).max() <= 32767 * PEAK + 1
