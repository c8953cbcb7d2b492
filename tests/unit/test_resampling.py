"""The streaming resampler: cut anywhere, same sound; tones kept; nothing above the band; little delay."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callbot.audio.resampling import Resampler
from callbot.audio.types import Pcm

RATES = [(8000, 16000), (16000, 8000), (8000, 8000), (48000, 16000), (22050, 8000), (8000, 48000)]


def tone(hz: float, rate_hz: int, seconds: float = 1.0, amplitude: float = 10000.0) -> Pcm:
    """A sine."""
    return np.rint(amplitude * np.sin(2 * np.pi * hz * np.arange(int(rate_hz * seconds)) / rate_hz)).astype(
        np.int16
    )


def resampled(pcm: Pcm, from_hz: int, to_hz: int, chunk: int | None = None) -> Pcm:
    """The whole of `pcm` through a Resampler, in pieces of `chunk` samples."""
    resampler, chunk = Resampler(from_hz, to_hz), chunk or max(1, len(pcm))
    parts = [resampler.push(pcm[k : k + chunk]) for k in range(0, len(pcm), chunk)]
    return np.concatenate([*parts, resampler.flush()])


@pytest.mark.parametrize(("from_hz", "to_hz"), RATES)
def test_chunks_make_the_same_sound_as_the_whole(from_hz: int, to_hz: int) -> None:
    """Noise cut into frames, odd pieces or single samples comes out sample for sample the same."""
    noise = np.random.default_rng(1).integers(-20000, 20000, from_hz // 10).astype(np.int16)
    whole = resampled(noise, from_hz, to_hz)
    for chunk in (from_hz // 50, 97, 1):
        np.testing.assert_array_equal(resampled(noise, from_hz, to_hz, chunk), whole)


@settings(deadline=None)
@given(st.lists(st.integers(0, 400), max_size=12))
def test_any_cutting_makes_the_same_sound(lengths: list[int]) -> None:
    """Pushes of any lengths, empty ones too, give the sound of one push."""
    noise = np.random.default_rng(2).integers(-20000, 20000, sum(lengths)).astype(np.int16)
    resampler = Resampler(8000, 16000)
    parts = [resampler.push(piece) for piece in np.split(noise, np.cumsum(lengths)[:-1])] if lengths else []
    np.testing.assert_array_equal(np.concatenate([*parts, resampler.flush()]), resampled(noise, 8000, 16000))


@pytest.mark.parametrize(("from_hz", "to_hz"), RATES)
@pytest.mark.parametrize("hz", [300, 1000, 3300])
def test_tones_are_kept_in_time_and_level(from_hz: int, to_hz: int, hz: int) -> None:
    """A tone of the telephone band is the same tone at the other rate, within 1 %: no gain, no shift, no click."""
    heard = resampled(tone(hz, from_hz), from_hz, to_hz, from_hz // 50)
    wanted = tone(hz, to_hz)
    assert len(heard) == len(wanted)
    middle = slice(to_hz // 20, -to_hz // 20)
    assert np.abs(heard.astype(int) - wanted)[middle].max() <= 100


def test_what_the_lower_rate_cannot_carry_is_removed() -> None:
    """5 kHz vanishes on the way to 8 kHz instead of turning into 3 kHz: 60 dB down at least."""
    heard = resampled(tone(5000, 16000), 16000, 8000)
    assert np.abs(heard[200:-200]).max() <= 10


def test_no_images_above_the_telephone_band() -> None:
    """1 kHz from the telephone has no mirror image at 7 kHz: 60 dB down at least."""
    heard = resampled(tone(1000, 8000), 8000, 16000)
    spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard))))
    assert spectrum[4600:].max() < spectrum[1000] / 1000


@pytest.mark.parametrize(("from_hz", "to_hz"), [(8000, 16000), (16000, 8000)])
def test_at_most_two_milliseconds_wait(from_hz: int, to_hz: int) -> None:
    """After a 20 ms frame all but 2 ms of it has come out; `flush` gives exactly the rest."""
    resampler = Resampler(from_hz, to_hz)
    given_ms = len(resampler.push(np.zeros(from_hz // 50, np.int16))) * 1000 / to_hz
    assert 18 <= given_ms <= 20
    assert given_ms + len(resampler.flush()) * 1000 / to_hz == 20


def test_full_scale_is_clipped_and_never_wraps() -> None:
    """The overshoot of a full-scale square wave stays at the rail."""
    square = np.where(np.arange(800) // 20 % 2, -32768, 32767).astype(np.int16)
    heard = resampled(square, 8000, 16000)
    assert (heard.max(), heard.min()) == (32767, -32768)
    assert ((heard[:-40].reshape(-1, 40)[:, 10:30].mean(axis=1) > 0) == (square[:-20:20] > 0)).all()


def test_a_flushed_resampler_starts_anew() -> None:
    """Nothing of the first stream is heard in the second."""
    resampler = Resampler(8000, 16000)
    resampler.push(tone(500, 8000))
    resampler.flush()
    np.testing.assert_array_equal(
        np.concatenate([resampler.push(tone(900, 8000)), resampler.flush()]),
        resampled(tone(900, 8000), 8000, 16000),
    )


def test_a_rate_of_zero_is_refused() -> None:
    """The message names both rates."""
    with pytest.raises(ValueError, match="above 0, not 8000 and 0"):
        Resampler(8000, 0)
