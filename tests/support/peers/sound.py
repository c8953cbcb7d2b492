"""What was heard, compared with what was said: normalised cross-correlation."""

import numpy as np
from numpy.typing import NDArray
from scipy.signal import correlate

from callbot.audio.types import Pcm

WINDOW_S = 0.5
SPEECH_DBFS = -45
"""Windows of the source that are quieter are not looked for."""


def heard(recording: Pcm, source: Pcm, rate_hz: int = 8000) -> float:
    """How well `source` is in `recording`, wherever: 1 to the sample, about 0 for other speech.

    The median over half-second windows of the source of the best correlation anywhere in the recording. Both at `rate_hz`.
    """
    found = heard_windows(recording, source, rate_hz)
    return float(np.median(found)) if len(found) else 0.0


def heard_windows(recording: Pcm, source: Pcm, rate_hz: int = 8000) -> NDArray[np.float64]:
    """The best correlation of each half-second window of the source with anything in the recording; its silences are left out."""
    return np.array([correlation for correlation, _ in _matches(recording, source, rate_hz)])


def heard_at(recording: Pcm, source: Pcm, rate_hz: int = 8000) -> float:
    """The second of the recording at which the source begins, by its best window."""
    _, begin = max(_matches(recording, source, rate_hz))
    return begin / rate_hz


def _matches(recording: Pcm, source: Pcm, rate_hz: int) -> list[tuple[float, int]]:
    """For each window of the source that sounds: best correlation, and the sample at which the source would begin."""
    length = round(WINDOW_S * rate_hz)
    heard_sound = recording.astype(np.float64)
    if len(heard_sound) < length:
        return []
    sums = np.concatenate([[0.0], np.cumsum(heard_sound**2)])
    energy = np.sqrt(np.maximum(sums[length:] - sums[:-length], 1.0))
    threshold = 32768 * 10 ** (SPEECH_DBFS / 20) * np.sqrt(length)
    found = []
    for begin in range(0, len(source) - length + 1, length):
        window = source[begin : begin + length].astype(np.float64)
        window -= window.mean()
        norm = float(np.sqrt((window**2).sum()))
        if norm < threshold:
            continue
        ratio = correlate(heard_sound, window, mode="valid", method="fft") / (energy * norm)
        best = int(ratio.argmax())
        found.append((float(ratio[best]), best - begin))
    return found
