"""Makes the desk's ringing, two soft tones: `.venv/bin/python -m scripts.desk_sound`. Synthesised here, so free for all.

Stored as 8-bit mono at 11 025 Hz: seven kilobytes.
"""

import wave
from pathlib import Path

import numpy as np

OUT = Path(__file__).parent.parent / "callbot/web/static/desk/offer.wav"
RATE_HZ = 11_025
TONES_HZ = (659.3, 880.0)
"""Mi, then la: told from telephones' own ringing."""
TONE_S = 0.32


def tone(hz: float) -> np.ndarray:
    """One struck tone, float64 in −1…1: a fundamental, a soft octave, and a decay."""
    at_s = np.arange(round(RATE_HZ * TONE_S)) / RATE_HZ
    struck = np.minimum(1, at_s / 0.008) * np.exp(-at_s / 0.14)
    sound: np.ndarray = struck * (0.8 * np.sin(2 * np.pi * hz * at_s) + 0.2 * np.sin(4 * np.pi * hz * at_s))
    return sound


def main() -> None:
    """Write it."""
    sound = np.concatenate([tone(hz) for hz in TONES_HZ])
    with wave.open(str(OUT), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(RATE_HZ)
        file.writeframes(np.round(128 + 110 * sound).astype(np.uint8).tobytes())


if __name__ == "__main__":
    main()
