"""Music where a caller should be is noticed, and nothing that people or streets sound like is taken for it."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callbot.audio.music import gymnopedie
from callbot.audio.noise import street
from callbot.audio.resampling import Resampler
from callbot.audio.steadiness import Steadiness
from callbot.audio.types import FRAME_MS, TELEPHONE_HZ, Pcm
from callbot.bench.sounds import babble
from callbot.events import MusicHeard, MusicStopped, ToneHeard
from callbot.turn_taking.line_watch import MUSIC_MS, OVER_MS, LineWatch, Noticed
from tests.support import tones as lines
from tests.support.tones import over_alaw, tones, tune
from tests.unit.test_tones import RECORDINGS, at_telephone_rate

QUIET = np.zeros(12 * TELEPHONE_HZ, np.int16)


def noticed(pcm: Pcm, watch: LineWatch | None = None, rate_hz: int = TELEPHONE_HZ) -> list[Noticed]:
    """What is noticed in `pcm`, frame by frame."""
    watch = watch or LineWatch(rate_hz)
    size = rate_hz * FRAME_MS // 1000
    return [
        one
        for number, at in enumerate(range(0, len(pcm), size), start=1)
        for one in watch.push(pcm[at : at + size], number * FRAME_MS)
    ]


def people() -> Pcm:
    """Every recording of a voice that the tests have, one after the other; those with music behind them left out."""
    return np.concatenate([at_telephone_rate(path) for path in RECORDINGS if "music" not in path.name])


@pytest.mark.parametrize("music", [gymnopedie(), tune(40)], ids=["piano", "tune"])
def test_music_is_noticed_once_and_its_end_too(music: Pcm) -> None:
    """After MUSIC_MS of it, not before; it is over after some seconds of silence."""
    begun, over = noticed(np.concatenate([over_alaw(music), QUIET]))
    assert isinstance(begun, MusicHeard)
    assert isinstance(over, MusicStopped)
    length_ms = len(music) * 1000 // TELEPHONE_HZ
    assert MUSIC_MS <= begun.at_ms <= MUSIC_MS + 2000
    assert length_ms < over.at_ms <= length_ms + OVER_MS + 1000


@settings(max_examples=6, deadline=None)
@given(dbfs=st.floats(-40, -12), seed=st.integers(0, 99))
def test_loud_or_soft_it_is_music(dbfs: float, seed: int) -> None:
    """At any level that a line brings."""
    played = tune(24, seed).astype(np.float64)
    pcm = (
        np.rint(played * 10 ** (dbfs / 20) * 32768 / np.sqrt(np.mean(played**2)))
        .clip(-32768, 32767)
        .astype(np.int16)
    )
    assert [type(one) for one in noticed(over_alaw(pcm))] == [MusicHeard]


def test_a_wideband_leg_brings_music_too() -> None:
    """At 16 kHz."""
    music = Resampler(TELEPHONE_HZ, 16_000).push(gymnopedie())
    assert [type(one) for one in noticed(music, rate_hz=16_000)] == [MusicHeard]


def test_people_and_streets_are_no_music() -> None:
    """Human recordings, questions by our own voices, traffic, a rhythm of noise."""
    traffic = Resampler(16_000, TELEPHONE_HZ).push(street(40, seed=3))
    assert noticed(over_alaw(np.concatenate([people(), traffic, babble(5, 40)]))) == []


@pytest.mark.parametrize("hertz", [180, 300, 1000])
def test_a_hum_is_no_music(hertz: int) -> None:
    """A fan, a transformer, a bad line: one pitch that never changes. Who is silent beside it is not taken for a melody."""
    random = np.random.default_rng(1)
    hum = tones([(hertz, 40.0)], dbm0=-25) + random.normal(0, 30, 40 * TELEPHONE_HZ)
    assert noticed(hum.astype(np.int16)) == []


ALARMS: dict[str, list[lines.Step]] = {
    "fire engine": [(435, 0.5), (488, 0.5)] * 40,
    "evacuation": [(554, 0.1), (440, 0.4)] * 80,
    "smoke": [(3100, 0.5), (0, 0.5)] * 40,
    "three notes": [(660, 0.4), (550, 0.4), (440, 0.4), (0, 0.4)] * 25,
}


@pytest.mark.parametrize("alarm", ALARMS)
@pytest.mark.parametrize("snr_db", [12.0, 40.0])
def test_an_alarm_is_no_music(alarm: str, snr_db: float) -> None:
    """A siren, an evacuation signal (NF S 32-001), a smoke detector, for forty seconds: who is silent there is not waited for."""
    assert noticed(tones(ALARMS[alarm], snr_db=snr_db)) == []


def test_machines_are_told_with_their_time() -> None:
    """The names of audio/tones.py; three periods and a half of busy tone make sure."""
    assert noticed(tones(lines.BUSY)) == [ToneHeard(3560, "busy")]
    assert noticed(tones(lines.CNG)) == [ToneHeard(4060, "fax")]


def test_after_a_wait_all_begins_anew() -> None:
    """What was heard before a caller waited for a person does not count."""
    watch = LineWatch(TELEPHONE_HZ)
    half = gymnopedie()[: 15 * TELEPHONE_HZ]
    assert noticed(half, watch) == []
    watch.reset()
    assert noticed(half, watch) == []


def test_steadiness_is_a_share() -> None:
    """Between 0 and 1, one value for 32 ms, 0 in silence, whatever the sizes of the pieces."""
    music = gymnopedie()[: 5 * TELEPHONE_HZ]
    whole, pieces = Steadiness(TELEPHONE_HZ), Steadiness(TELEPHONE_HZ)
    values = whole.push(music)
    assert values == [value for at in range(0, len(music), 77) for value in pieces.push(music[at : at + 77])]
    assert all(0 <= value.share <= 1 for value in values)
    assert len(values) == (5000 - 32) // 32
    assert set(Steadiness(TELEPHONE_HZ).push(QUIET)) == {(0.0, 0)}


def test_the_recordings_are_there() -> None:
    """Real people."""
    assert {path.parent.name for path in RECORDINGS} == {"speech", "questions"}
    assert all(isinstance(path, Path) for path in RECORDINGS)
