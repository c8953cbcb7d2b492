"""A machine at the other end is known by its tones, on any line, and no recording of people is taken for one."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callbot.audio.files import read_wav
from callbot.audio.music import gymnopedie
from callbot.audio.resampling import Resampler
from callbot.audio.tones import Machine, ToneDetector
from callbot.audio.types import TELEPHONE_HZ, Pcm
from callbot.bench.sounds import babble
from tests.support import tones as lines
from tests.support.tones import Step, tones

RECORDINGS = sorted(
    path
    for folder in ("speech", "questions")
    for path in (Path(__file__).parents[1] / "support" / folder).glob("*.wav")
)
MACHINES: list[tuple[list[Step], Machine]] = [
    (lines.BUSY, Machine.BUSY),
    (lines.CONGESTION, Machine.BUSY),
    (lines.RINGING, Machine.RINGING),
    (lines.RINGING_425, Machine.RINGING),
    (lines.DIAL, Machine.DIAL),
    (lines.SIT, Machine.SIT),
    (lines.CNG, Machine.FAX),
    (lines.CED, Machine.FAX),
    (lines.MODEM_CALLS, Machine.MODEM),
]


def heard(pcm: Pcm, piece: int = 160, rate_hz: int = TELEPHONE_HZ) -> list[Machine]:
    """What is told of `pcm`, pushed in pieces."""
    detector = ToneDetector(rate_hz)
    return [machine for at in range(0, len(pcm), piece) for machine in detector.push(pcm[at : at + piece])]


def at_telephone_rate(path: Path) -> Pcm:
    """A recording as a telephone brings it."""
    pcm, rate_hz = read_wav(path)
    if rate_hz == TELEPHONE_HZ:
        return pcm
    resampler = Resampler(rate_hz, TELEPHONE_HZ)
    return np.concatenate([resampler.push(pcm), resampler.flush()])


@pytest.mark.parametrize(("steps", "machine"), MACHINES)
@settings(max_examples=12, deadline=None)
@given(
    line=st.fixed_dictionaries(
        {
            "dbm0": st.floats(-35, -6),
            "error": st.floats(-0.015, 0.015),
            "stretch": st.floats(0.95, 1.05),
            "snr_db": st.floats(15, 60),
            "seed": st.integers(0, 99),
        }
    ),
    piece=st.integers(37, 900),
)
def test_every_machine_is_known_once(
    steps: list[Step], machine: Machine, line: dict[str, float], piece: int
) -> None:
    """Loud or soft, off by 1.5 % in frequency and 5 % in time, with noise, through A-law, in pieces of any size."""
    if steps is lines.CED:
        line = line | {"error": line["error"] / 2}  # a machine's 2100 Hz are exact to 15 (T.30, V.25)
    assert heard(tones(steps, **line), piece) == [machine]  # type: ignore[arg-type]


@pytest.mark.parametrize(("steps", "machine"), MACHINES)
def test_a_wideband_leg_knows_them_too(steps: list[Step], machine: Machine) -> None:
    """At 16 kHz, as G.722 and browsers bring them."""
    assert heard(tones(steps, rate_hz=16_000), 320, 16_000) == [machine]


def test_an_answer_with_phase_reversals_is_a_machine() -> None:
    """A modem turns its 2100 Hz round every 450 ms (V.25): the tone is one all the same."""
    pieces = [(-1) ** number * tones([(2100, 0.45)]).astype(np.int16) for number in range(7)]
    assert heard(np.concatenate(pieces)) == [Machine.FAX]


@pytest.mark.parametrize(
    "steps",
    [
        lines.BUSY[:6],
        lines.CNG[:1],
        [(440, 0.5), (0, 0.9)] * 6,
        [(440, 0.5), (0, 0.5), (600, 0.5), (0, 0.5)] * 4,
        [(523, 0.5), (0, 0.5)] * 6,
        [(2100, 1.5), (0, 1.0)] * 3,
        [(2100, 2.3), (0, 1.0)],
        [(2060, 4.0), (0, 1.0)],
        [(2140, 4.0), (0, 1.0)],
        [(950, 0.33), (0, 0.03), (1800, 0.33), (0, 1.0)],
        [(1000, 8.0)],
    ],
    ids=[
        "three of busy",
        "one of fax",
        "slow",
        "melody",
        "another pitch",
        "short 2100",
        "whistled 2100",
        "a whistle below",
        "a whistle above",
        "two notes",
        "1 kHz",
    ],
)
def test_what_only_resembles_a_machine_is_none(steps: list[Step]) -> None:
    """Too few bursts, another cadence, another pitch: a melody, a beep, a reversing lorry."""
    assert heard(tones(steps)) == []


def test_a_voice_in_the_pauses_is_somebody() -> None:
    """Busy tone is silent in between; who speaks there is a person beside a noisy telephone."""
    pcm = tones(lines.BUSY, dbm0=-20)
    voice = babble(1, len(pcm) / TELEPHONE_HZ)
    silent = np.convolve(np.abs(pcm.astype(np.int64)), np.ones(80), "same") < 800
    assert heard(np.where(silent, voice, pcm).astype(np.int16)) == []


def test_the_same_tone_is_told_anew_after_a_reset() -> None:
    """What was heard before a caller waited for a person has nothing to do with what comes after."""
    detector = ToneDetector(TELEPHONE_HZ)
    assert detector.push(tones(lines.BUSY)) == [Machine.BUSY]
    assert detector.push(tones(lines.BUSY)) == []
    detector.reset()
    assert detector.push(tones(lines.BUSY)) == [Machine.BUSY]


def test_no_person_is_taken_for_a_machine() -> None:
    """Human recordings, questions by voices of ours, our own music, noise with the rhythm of speech."""
    assert len(RECORDINGS) >= 20
    sounds = [at_telephone_rate(path) for path in RECORDINGS]
    assert heard(np.concatenate([*sounds, gymnopedie(), *(babble(seed, 10) for seed in range(3))])) == []
