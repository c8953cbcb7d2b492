"""Filters are those of SciPy's signal package, which the programs do not load."""

import subprocess
import sys

import numpy as np
import pytest
from scipy.signal import firwin, kaiserord, lfilter

from callbot.audio.filters import averaged, kaiser_order, windowed
from tests.support.cli import ROOT


@pytest.mark.parametrize("rates", [2, 3, 6, 441])
def test_a_low_pass_filter(rates: int) -> None:
    """As long as needed, each tap the same."""
    taps, beta = kaiser_order(65.0, 0.3 / rates)
    assert (taps, beta) == kaiserord(65.0, 0.3 / rates)
    made = windowed(np.kaiser(2 * taps + 1, beta), 0.0, 1 / rates)
    assert np.allclose(made, firwin(2 * taps + 1, 1 / rates, window=("kaiser", beta)), rtol=0, atol=1e-15)


def test_a_band_pass_filter() -> None:
    """The telephone's."""
    expected = firwin(401, (350, 3350), pass_zero=False, window="blackman", fs=8000)
    made = windowed(np.blackman(401), 350 / 4000, 3350 / 4000)
    assert np.allclose(made, expected, rtol=0, atol=1e-15)


@pytest.mark.parametrize("length", [0, 1, 2_211, 20_000])
def test_an_exponential_average(length: int) -> None:
    """Of none, one, some and many blocks."""
    keep = float(np.exp(-1 / 240))
    signal = np.abs(np.random.default_rng(length).standard_normal(length))
    expected = lfilter([1 - keep], [1, -keep], signal)
    assert np.allclose(averaged(signal, keep), expected, rtol=1e-11, atol=0)


def test_what_callers_and_voices_need_loads_no_signal_package() -> None:
    """It takes a second."""
    loading = (
        "import sys, callbot.commands.call, callbot.commands.say, callbot.commands.transcribe\n"
        "sys.exit('scipy.signal' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", loading], check=True, cwd=ROOT)
