"""From a text to what a caller hears: sentence by sentence, edges trimmed, shaped for the telephone, with pauses between."""

from collections.abc import Sequence

import numpy as np

from callbot.audio.shaping import shape
from callbot.audio.types import TELEPHONE_HZ, Pcm
from callbot.errors import EngineError
from callbot.speech.synthesizer import Synthesizer
from callbot.speech.text import sentences, speakable

PAUSE_MS = 300
"""Silence between two sentences; engines leave anything from none to a second."""

_FRAME_MS = 10
_QUIET_DB = -48.0
"""Frames this far under the loudest one are not speech (softest French onsets measured: -40 dB)."""


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
    """Speak one sentence, int16 at 8 kHz, shaped, hardly any silence around. Blocking. Raises EngineError."""
    chunks = list(synthesizer.synthesize(sentence))
    raw = trim_silence(np.concatenate(chunks), synthesizer.rate_hz) if chunks else np.empty(0, np.int16)
    if not len(raw):
        raise EngineError(f"{synthesizer.engine} voice '{synthesizer.voice}' made no sound for {sentence!r}")
    return shape(raw, synthesizer.rate_hz)


def join(pieces: Sequence[Pcm]) -> Pcm:
    """Spoken sentences (8 kHz, at least one) as one sound, with a pause between."""
    return np.concatenate([*map(with_pause, pieces[:-1]), pieces[-1]])


def with_pause(piece: Pcm) -> Pcm:
    """A spoken sentence (8 kHz) with the pause before the next one."""
    return np.concatenate([piece, np.zeros(TELEPHONE_HZ * PAUSE_MS // 1000, np.int16)])


def trim_silence(pcm: Pcm, rate_hz: int, lead_ms: int = 30, tail_ms: int = 80) -> Pcm:
    """Cut the silence around speech, leaving at most `lead_ms` before and `tail_ms` after; empty when all is digital silence."""
    frame = rate_hz * _FRAME_MS // 1000
    padded = np.pad(pcm.astype(np.float64), (0, -len(pcm) % frame))
    power = np.square(padded).reshape(-1, frame).mean(axis=1)
    if not power.any():
        return pcm[:0]
    loud = np.flatnonzero(power > power.max() * 10 ** (_QUIET_DB / 10))
    start = loud[0] * frame - lead_ms * rate_hz // 1000
    end = (loud[-1] + 1) * frame + tail_ms * rate_hz // 1000
    return pcm[max(0, start) : end]
