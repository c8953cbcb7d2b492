"""What a telephone line does to recorded sound: 8 kHz, A-law. For recordings that are to be heard as a call would hear them."""

import numpy as np
import soxr

from callbot.audio.g711 import decode_alaw, encode_alaw
from callbot.audio.resampling import Resampler
from callbot.audio.types import SPEECH_HZ, TELEPHONE_HZ, Pcm


def to_rate(pcm: Pcm, from_hz: int, to_hz: int) -> Pcm:
    """A whole recording (int16, shape (n,)) at another rate, in the best quality."""
    if from_hz == to_hz:
        return pcm
    resampled: Pcm = soxr.resample(pcm, from_hz, to_hz, quality="VHQ")
    return resampled


def over_the_telephone(pcm: Pcm, rate_hz: int) -> Pcm:
    """A whole recording after an A-law line, at 16 kHz, upsampled as a call's sound is."""
    heard = decode_alaw(encode_alaw(to_rate(pcm, rate_hz, TELEPHONE_HZ)))
    upsampler = Resampler(TELEPHONE_HZ, SPEECH_HZ)
    return np.concatenate([upsampler.push(heard), upsampler.flush()])
