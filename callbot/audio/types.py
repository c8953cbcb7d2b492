"""The one shape of sound inside callbot: mono, signed 16 bits, one-dimensional numpy arrays."""

import numpy as np
from numpy.typing import NDArray

Pcm = NDArray[np.int16]
"""Mono samples, int16, shape (n,). The rate is said by the name of what carries it (…_8k, …_16k) or by a `rate_hz` beside it."""

TELEPHONE_HZ = 8000
"""The rate of telephone legs and of rendered prompts."""

SPEECH_HZ = 16000
"""The rate that voice activity and recognisers hear."""

FRAME_MS = 20
"""The length of a telephone frame: 160 samples at 8 kHz."""
