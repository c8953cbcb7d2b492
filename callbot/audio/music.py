"""Music for those who wait: the opening of Erik Satie's first Gymnopédie (1888, public domain), played by a few sums of sines.

The notes are written out below; the sound is a soft felted piano. The end runs into the beginning, so that it loops.
"""

from collections.abc import Sequence

import numpy as np

from callbot.audio.loudness import Signal, active_level_dbfs
from callbot.audio.types import TELEPHONE_HZ, Pcm

BEAT_SECONDS = 0.76
"""« Lent et douloureux »: 79 crotchets a minute."""
BARS = 22
LEVEL_DBFS = -26.0
"""Active level, 6 dB below the voice's: music is behind a conversation, and telephone codecs like it soft."""
PEAK = 0.7

_PARTIALS = (1.0, 0.5, 0.26, 0.13, 0.07, 0.03)
"""Strength of each harmonic when the string is struck."""
_LOW_PARTIALS = (0.5, 1.0, 0.8, 0.5, 0.3, 0.2, 0.1, 0.05)
"""The same below 200 Hz, where a telephone only lets the upper ones through."""

_G_BAR = (("G2", 0), ("B3", 1), ("D4", 1), ("F#4", 1))
_D_BAR = (("D2", 0), ("A3", 1), ("C#4", 1), ("F#4", 1))
"""The left hand: a low note on the first beat, a chord held from the second on."""

_MELODY = (
    (4, (("F#5", 1, 1), ("A5", 2, 1))),
    (5, (("G5", 0, 1), ("F#5", 1, 1), ("C#5", 2, 1))),
    (6, (("B4", 0, 1), ("C#5", 1, 1), ("D5", 2, 1))),
    (7, (("A4", 0, 3),)),
    (8, (("F#4", 0, 12),)),
    (12, (("F#5", 1, 1), ("A5", 2, 1))),
    (13, (("G5", 0, 1), ("F#5", 1, 1), ("C#5", 2, 1))),
    (14, (("B4", 0, 1), ("C#5", 1, 1), ("D5", 2, 1))),
    (15, (("A4", 0, 3),)),
    (16, (("C#5", 0, 3),)),
    (17, (("F#5", 0, 3),)),
    (18, (("E5", 0, 9),)),
)
"""Bar, then notes: name, beat, length in beats."""

_SEMITONES = {"C": -9, "D": -7, "E": -5, "F": -4, "G": -2, "A": 0, "B": 2}


def gymnopedie() -> Pcm:
    """About 50 s of music that loops: int16 at 8 kHz, shape (n,), the same every time."""
    beats = BARS * 3
    sound = np.zeros(round(beats * BEAT_SECONDS * TELEPHONE_HZ))
    for bar in range(BARS):
        for name, beat in _G_BAR if bar % 2 == 0 else _D_BAR:
            length = 3 if beat == 0 else 2
            _strike(sound, name, bar * 3 + beat, length, 0.45 if beat == 0 else 0.22)
    for bar, notes in _MELODY:
        for name, beat, length in notes:
            _strike(sound, name, bar * 3 + beat, length, 0.8)
    return levelled([sound * 8000])


def levelled(pieces: Sequence[Pcm | Signal]) -> Pcm:
    """Sound at 8 kHz, in pieces, at the level of music: int16, shape (n,), no peak above PEAK of full scale."""
    sound = np.concatenate(pieces).astype(np.float64) / 32768
    level = active_level_dbfs(sound, TELEPHONE_HZ)
    if not np.isfinite(level):
        return np.zeros(len(sound), np.int16)
    sound *= 10 ** ((LEVEL_DBFS - level) / 20)
    sound *= min(1.0, PEAK / np.abs(sound).max())
    return np.rint(sound * 32767).astype(np.int16)


def _strike(sound: Signal, name: str, beat: float, beats: float, strength: float) -> None:
    """Add a note to `sound`; what rings on beyond the end comes back at the beginning."""
    tone = strength * _note(_hertz(name), beats * BEAT_SECONDS)
    at = (round(beat * BEAT_SECONDS * TELEPHONE_HZ) + np.arange(len(tone))) % len(sound)
    sound[at] += tone


def _note(hertz: float, seconds: float) -> Signal:
    """A struck string: higher harmonics die sooner; the felt falls back at the end of the note."""
    release_s = 0.25
    time_s = np.arange(round((seconds + release_s) * TELEPHONE_HZ)) / TELEPHONE_HZ
    partials = _LOW_PARTIALS if hertz < 200 else _PARTIALS
    tone = np.zeros(len(time_s))
    for number, strength in enumerate(partials, start=1):
        if number * hertz < TELEPHONE_HZ * 0.42:
            decay = np.exp(-time_s * (0.9 + 0.35 * number))
            tone += strength * decay * np.sin(2 * np.pi * number * hertz * time_s)
    attack = 1 - np.exp(-time_s / 0.006)
    felt = np.clip((seconds + release_s - time_s) / release_s, 0, 1)
    return np.asarray(tone * attack * felt)


def _hertz(name: str) -> float:
    """The frequency of « F#4 »; A4 is 440 Hz."""
    letter, sharp, octave = name[0], "#" in name, int(name[-1])
    return float(440 * 2 ** ((_SEMITONES[letter] + sharp + 12 * (octave - 4)) / 12))
