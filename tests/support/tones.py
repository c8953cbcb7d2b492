"""Tones of telephone exchanges and machines, as a line brings them: A-law, off in frequency, with noise."""

import numpy as np

from callbot.audio import g711
from callbot.audio.types import Pcm

Step = tuple[float, float]
"""Hertz (0: silence) and seconds."""

BUSY: list[Step] = [(440, 0.5), (0, 0.5)] * 6
CONGESTION: list[Step] = [(440, 0.25), (0, 0.25)] * 9
RINGING: list[Step] = [(440, 1.5), (0, 3.5)] * 4
RINGING_425: list[Step] = [(425, 1.0), (0, 4.0)] * 4
DIAL: list[Step] = [(440, 8.0)]
CNG: list[Step] = [(1100, 0.5), (0, 3.0)] * 3
CED: list[Step] = [(0, 0.2), (2100, 3.0), (0, 0.5)]
MODEM_CALLS: list[Step] = [(1300, 0.6), (0, 1.75)] * 4
SIT: list[Step] = [(0, 0.3), (950, 0.33), (0, 0.03), (1400, 0.33), (0, 0.03), (1800, 0.33), (0, 1.0)]


def tones(
    steps: list[Step],
    *,
    dbm0: float = -15.0,
    error: float = 0.0,
    stretch: float = 1.0,
    snr_db: float | None = None,
    seed: int = 0,
    rate_hz: int = 8000,
) -> Pcm:
    """The steps as one sound: `error` of the frequencies (0.015: 1.5 % high), `stretch` of the lengths, noise `snr_db` under the tone."""
    amplitude = 32768 * 10 ** ((dbm0 - 3.14) / 20)
    pieces, phase = [], 0.0
    for hertz, seconds in steps:
        time_s = np.arange(round(seconds * stretch * rate_hz)) / rate_hz
        turn = 2 * np.pi * hertz * (1 + error)
        pieces.append(amplitude * np.sin(turn * time_s + phase) if hertz else np.zeros(len(time_s)))
        phase += turn * len(time_s) / rate_hz
    sound = np.concatenate(pieces)
    if snr_db is not None:
        noise = np.random.default_rng(seed).standard_normal(len(sound))
        sound = sound + amplitude / np.sqrt(2) * 10 ** (-snr_db / 20) * noise
    return over_alaw(np.clip(np.rint(sound), -32768, 32767).astype(np.int16))


def over_alaw(pcm: Pcm) -> Pcm:
    """What is left of it after A-law."""
    return g711.decode_alaw(g711.encode_alaw(pcm))


def tune(seconds: float, seed: int = 1) -> Pcm:
    """A hold tune as telephone systems have them: three notes at a time, changing every half second, with a little noise."""
    random = np.random.default_rng(seed)
    pieces = []
    for _ in range(int(seconds * 2)):
        time_s = np.arange(8000 // 2) / 8000
        notes = 220 * 2 ** (random.integers(0, 25, 3) / 12)
        pieces.append(sum(np.sin(2 * np.pi * hertz * time_s) * np.exp(-2 * time_s) for hertz in notes))
    sound = 2500 * np.concatenate(pieces)
    return over_alaw(np.rint(sound + random.normal(0, 60, len(sound))).astype(np.int16))
