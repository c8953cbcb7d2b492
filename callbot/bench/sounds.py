"""Sounds for load, and what became of them on the other side. No I/O.

The sounds have the rhythm, level and band of speech and never repeat themselves, so that a piece of them is found in one place only.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from callbot.audio import g711
from callbot.audio.types import FRAME_MS, TELEPHONE_HZ, Pcm

FRAME = TELEPHONE_HZ * FRAME_MS // 1000
"""Bytes of A-law, or samples, in 20 ms."""
SYLLABLES_PER_SECOND = 4
LEVEL = 3000.0
"""Root mean square of the sound while it lasts: about -21 dBFS."""
PIECE = TELEPHONE_HZ // 4
"""Samples that are looked for at once: a quarter of a second."""
SAME = 0.8
"""Normalised correlation from which a piece heard is a piece sent."""
_MAGNITUDE = bytes(min(255, abs(int(value)) >> 7) for value in g711.decode_alaw(bytes(range(256))))
_VOICED = 4
"""In units of 128: a peak of 512, -36 dBFS, is somebody speaking."""

SILENCE = g711.encode_alaw(np.zeros(FRAME, np.int16))
"""A frame of A-law."""


def babble(seed: int, seconds: float) -> Pcm:
    """Noise with formants and syllables, 8 kHz; another sound for each seed."""
    random = np.random.default_rng(seed)
    size = int(seconds * TELEPHONE_HZ)
    sound = random.standard_normal(size)
    for formant_hz in (500.0, 1500.0, 2500.0):
        sound = sound + 2 * _resonance(sound, formant_hz)
    points = max(2, int(seconds * SYLLABLES_PER_SECOND))
    loudness = np.interp(np.arange(size), np.linspace(0, size, points), random.uniform(0.4, 1.0, points))
    sound *= loudness / float(np.sqrt(np.mean((sound * loudness) ** 2)))
    return np.clip(np.rint(LEVEL * sound), -32767, 32767).astype(np.int16)


def frames(pcm: Pcm) -> list[bytes]:
    """A-law frames of 20 ms, the last one filled up with silence."""
    padded = np.concatenate([pcm, np.zeros(-len(pcm) % FRAME, np.int16)])
    sound = g711.encode_alaw(padded)
    return [sound[at : at + FRAME] for at in range(0, len(sound), FRAME)]


def softer(db: float) -> bytes:
    """A table for `bytes.translate` that changes A-law sound by `db` (below 0)."""
    linear = g711.decode_alaw(bytes(range(256))).astype(np.float64) * 10 ** (db / 20)
    return g711.encode_alaw(np.rint(linear).astype(np.int16))


def voiced(alaw: bytes) -> bool:
    """Whether somebody speaks in these A-law samples."""
    return max(alaw.translate(_MAGNITUDE), default=0) >= _VOICED


def voiced_span(turn: list[bytes]) -> tuple[int, int]:
    """The first voiced frame of a turn and the one after the last; (0, 0) when there is none."""
    loud = [number for number, frame in enumerate(turn) if voiced(frame)]
    return (loud[0], loud[-1] + 1) if loud else (0, 0)


def matched(heard: Pcm, sent: Pcm) -> float | None:
    """The share (0–1) of the PIECEs of `heard` that are found somewhere in `sent`; None when there is no whole one.

    `sent` was played in a loop: what runs over its end is found as well.
    """
    looped = np.concatenate([sent, sent[:PIECE]]).astype(np.float64)
    size = 1 << (len(looped) + PIECE - 1).bit_length()
    spectrum = np.conj(np.fft.rfft(looped, size))
    energy = np.concatenate([[0.0], np.cumsum(looped**2)])
    powers = np.sqrt(np.maximum(energy[PIECE:] - energy[:-PIECE], 1.0))
    pieces = [heard[at : at + PIECE] for at in range(0, len(heard) - PIECE + 1, PIECE)]
    if not pieces:
        return None
    return round(sum(_best(piece, spectrum, powers, size) >= SAME for piece in pieces) / len(pieces), 3)


def _best(piece: Pcm, spectrum: NDArray[np.complex128], powers: NDArray[np.float64], size: int) -> float:
    """The highest normalised correlation of one piece with any place of the reference."""
    wave = piece.astype(np.float64)
    power = float(np.sqrt(np.sum(wave**2)))
    if power < 1.0:
        return 0.0
    # correlation over the circle: negative shifts of the heard piece come out at the end
    products = np.fft.irfft(np.conj(np.fft.rfft(wave, size)) * np.conj(spectrum), size)[: len(powers)]
    return float(np.max(products / (powers * power)))


def _resonance(sound: NDArray[np.float64], hz: float) -> NDArray[np.float64]:
    radius, angle = 0.95, 2 * np.pi * hz / TELEPHONE_HZ
    filtered: NDArray[np.float64] = lfilter([1 - radius], [1, -2 * radius * np.cos(angle), radius**2], sound)
    return filtered
