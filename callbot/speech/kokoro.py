"""Kokoro-82M voices through ONNX Runtime, with espeak-ng's phonemes as in the model's training (misaki's).

French is trained on espeak's phonemes as they are; English on an alphabet of its own, in which a diphthong is one letter.

Model and style vectors: https://huggingface.co/hexgrad/Kokoro-82M (Apache-2.0), exported by kokoro-onnx (MIT).
"""

import copy
import functools
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray
from piper.phonemize_espeak import EspeakPhonemizer

from callbot.audio.types import Pcm
from callbot.errors import EngineError
from callbot.speech.onnx import OnnxError, one_file, open_session
from callbot.speech.text import halves, sentences

STYLE_WIDTH = 256
MAX_TOKENS = 300
"""The model takes 508; it hurries past 400, and shorter clauses are heard sooner."""

_PAD_MS = 120
"""Silence kept on each side of a clause: the model pads 350 ms before and 300 ms after, too long in the middle of a sentence."""

_FRAME_MS = 10
_QUIET_DB = -48.0
"""Frames this far under the loudest one are not speech (the model's own noise lies at -75 dB, soft onsets at -40 dB)."""

_ENGLISH = (
    ("eə", "ɛː"), ("aɪ", "I"), ("aʊ", "W"), ("eɪ", "A"), ("ɔɪ", "Y"), ("əʊ", "Q"), ("oʊ", "O"),
    ("dʒ", "ʤ"), ("tʃ", "ʧ"), ("iə", "ɪə"), ("ʲ", ""), ("ɚ", "əɹ"), ("ɐ", "ə"), ("ʔ", "t"),
    ("r", "ɹ"), ("x", "k"), ("ç", "k"), ("ɬ", "l"), ("\u0303", ""),
)  # fmt: skip
"""espeak's English in the letters of the model's training, the longer ones first."""

ACCENTS: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {"b": ("en", _ENGLISH), "f": ("fr", ())}
"""By the first letter of a style's name: espeak's voice (`en` is British there), and what its phonemes are rewritten to."""

_espeak = threading.Lock()
"""espeak-ng keeps its voice in process-wide state."""

_sessions: "WeakValueDictionary[tuple[int, int], Any]" = WeakValueDictionary()


class KokoroSynthesizer:
    """Speaks with the voice `kokoro-<style>` of the folder `path`: the model, `vocab.json` and `voices/<style>.bin`.

    Computes on the calling thread only, about 0.55 s per second of speech: meant to be rendered ahead.
    Raises EngineError when a file is missing or broken.
    """

    engine = "kokoro"
    rate_hz = 24000

    def __init__(self, path: Path, voice: str, version: str) -> None:
        self.voice = voice
        self.version = version
        style = voice.removeprefix("kokoro-")
        if style[0] not in ACCENTS:
            raise EngineError(f"voice '{voice}': no accent is known for styles that begin with '{style[0]}'")
        self._espeak_voice, self._letters = ACCENTS[style[0]]
        self._styles = _read_styles(one_file(path / "voices", f"{style}.bin", voice), voice)
        self._vocabulary = _read_vocabulary(one_file(path, "vocab.json", voice), voice)
        self._session = _shared_session(one_file(path, "*.onnx", voice), voice)

    def with_style(self, file: Path) -> "KokoroSynthesizer":
        """The same model with the timbre of another style file. Raises EngineError."""
        other = copy.copy(self)
        other.voice = f"kokoro-{file.stem}"
        other._styles = _read_styles(file, other.voice)
        return other

    def synthesize(self, text: str) -> Iterator[Pcm]:
        """Yield one chunk per sentence, or per clause of a long one; mono int16 at 24 kHz. Raises EngineError."""
        for sentence in sentences(text):
            for tokens in self._clauses(sentence):
                yield self._say(tokens)

    def close(self) -> None:
        """Free the model. Idempotent."""
        self._session = None

    def _clauses(self, text: str) -> Iterator[list[int]]:
        """The tokens of a text, cut at clause borders until each part fits the model; nothing is left out."""
        tokens = self._tokens(text)
        if len(tokens) <= MAX_TOKENS:
            if tokens:
                yield tokens
            return
        for half in halves(text):
            yield from self._clauses(half)

    def _tokens(self, text: str) -> list[int]:
        with _espeak:
            clauses = _phonemizer().phonemize(self._espeak_voice, text)
        phonemes = " ".join("".join(clause) for clause in clauses)
        for theirs, ours in self._letters:
            phonemes = phonemes.replace(theirs, ours)
        return [self._vocabulary[phoneme] for phoneme in phonemes if phoneme in self._vocabulary]

    def _say(self, tokens: list[int]) -> Pcm:
        if self._session is None:
            raise EngineError(f"kokoro voice '{self.voice}' was closed")
        feed = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": self._styles[min(len(tokens), len(self._styles)) - 1],
            "speed": np.ones(1, np.float32),
        }
        try:
            (sound,) = self._session.run(None, feed)
        except OnnxError as error:
            raise EngineError(f"kokoro voice '{self.voice}' failed: {error}") from error
        pcm = (np.clip(sound.ravel(), -1, 1) * 32767).astype(np.int16)
        return trim_silence(pcm, self.rate_hz)


def trim_silence(pcm: Pcm, rate_hz: int) -> Pcm:
    """Cut the silence around speech (any rate, a whole number of samples in 10 ms), leaving at most 120 ms on each side."""
    frame = rate_hz * _FRAME_MS // 1000
    padded = np.pad(pcm.astype(np.float64), (0, -len(pcm) % frame))
    power = np.square(padded).reshape(-1, frame).mean(axis=1)
    if not power.any():
        return pcm[:0]
    loud = np.flatnonzero(power > power.max() * 10 ** (_QUIET_DB / 10))
    kept = _PAD_MS * rate_hz // 1000
    return pcm[max(0, loud[0] * frame - kept) : (loud[-1] + 1) * frame + kept]


@functools.cache
def _phonemizer() -> EspeakPhonemizer:
    """Made once, and with `_espeak` held: making one loads espeak's data anew, under whoever speaks."""
    return EspeakPhonemizer()


def _shared_session(path: Path, voice: str) -> Any:
    """The loaded model of that file; two voices of one model share it: its memory is counted once (300 MB)."""
    stat = path.stat()
    key = (stat.st_dev, stat.st_ino)
    session = _sessions.get(key)
    if session is None:
        session = _sessions[key] = open_session(path, voice)
    return session


def _read_styles(path: Path, voice: str) -> NDArray[np.float32]:
    """One style vector per number of tokens: float32, shape (510, 1, 256)."""
    raw = path.read_bytes()
    if not raw or len(raw) % (4 * STYLE_WIDTH):
        raise EngineError(f"voice '{voice}': {path.name} is not whole")
    return np.frombuffer(raw, "<f4").reshape(-1, 1, STYLE_WIDTH)


def _read_vocabulary(path: Path, voice: str) -> dict[str, int]:
    try:
        vocabulary: dict[str, int] = json.loads(path.read_text(encoding="utf-8"))["vocab"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EngineError(f"voice '{voice}': {path.name} cannot be read") from error
    return vocabulary
