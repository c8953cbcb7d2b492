"""From a text to what a caller hears: sentence by sentence, shaped for the telephone, with pauses between."""

from collections.abc import Sequence

import numpy as np

from callbot.audio.shaping import shape
from callbot.audio.types import TELEPHONE_HZ, Pcm
from callbot.errors import EngineError
from callbot.speech.synthesizer import Synthesizer
from callbot.speech.text import sentences, speakable

PAUSE_MS = 300
"""Silence between two sentences, besides the little that `shape` leaves at their ends."""


def spoken_sentences(text: str) -> list[str]:
    """The sentences to give an engine, one by one. Raises EngineError when the text holds nothing to say."""
    parts = sentences(speakable(text))
    if not parts:
        raise EngineError(f"there is nothing to say in {text!r}: write at least one word")
    return parts


def speak(synthesizer: Synthesizer, text: str) -> Pcm:
    """Speak a whole text, int16 at 8 kHz, shaped. Blocking. Raises EngineError."""
    return join([speak_sentence(synthesizer, sentence) for sentence in spoken_sentences(text)])


def speak_sentence(synthesizer: Synthesizer, sentence: str) -> Pcm:
    """Speak one sentence, int16 at 8 kHz, shaped. Blocking. Raises EngineError."""
    raw = np.concatenate([np.zeros(0, np.int16), *synthesizer.synthesize(sentence)])
    shaped = shape(raw, synthesizer.rate_hz)
    if not len(shaped):
        raise EngineError(f"{synthesizer.engine} voice '{synthesizer.voice}' made no sound for {sentence!r}")
    return shaped


def join(pieces: Sequence[Pcm]) -> Pcm:
    """Spoken sentences (8 kHz, at least one) as one sound, with a pause between."""
    return np.concatenate([*map(with_pause, pieces[:-1]), pieces[-1]])


def with_pause(piece: Pcm) -> Pcm:
    """A spoken sentence (8 kHz) with the pause before the next one."""
    return np.concatenate([piece, np.zeros(TELEPHONE_HZ * PAUSE_MS // 1000, np.int16)])
