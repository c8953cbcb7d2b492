"""What tests of speech to text share: real speech as a telephone gives it, real models, words to compare."""

from pathlib import Path

import numpy as np
import pytest

from callbot import config
from callbot.audio.files import read_wav
from callbot.audio.line import over_the_telephone
from callbot.audio.types import SPEECH_HZ, Pcm
from callbot.bench.stt import count_errors

SPEECH = Path(__file__).parent / "speech"
SAID = {
    "question": "Pour survivre, elle doit se remettre en question.",
    "secteur": "Sachez que nous soutenons, nous aussi, le secteur public.",
    "paquet": "C’est là que j’ai aperçu le paquet posé tout en haut.",
    "eglise": "L'église, à cause des premières communions, était pleine de monde.",
}
"""The clips `stt_NAME.wav`, read by four people."""


def heard(name: str) -> Pcm:
    """A clip or a noise (`street`, `music`) as a call hears it: A-law, 16 kHz."""
    return over_the_telephone(*read_wav(SPEECH / f"stt_{name}.wav"))


def quiet(ms: int) -> Pcm:
    """Digital silence at 16 kHz."""
    return np.zeros(ms * SPEECH_HZ // 1000, np.int16)


def model_folder(name: str) -> Path:
    """The installed model's folder."""
    folder = config.load().models_dir / name
    if not folder.is_dir():
        pytest.fail(f"{folder} is missing: run make setup")
    return folder


def word_error_rate(said: str, text: str) -> float:
    """Word errors per word said."""
    errors, words = count_errors(said, text)
    return errors / words
