"""Piper voices (VITS, one ONNX file each) through piper-tts 1.8; https://github.com/OHF-Voice/piper1-gpl."""

import json
from collections.abc import Iterator
from pathlib import Path

from piper import PiperVoice
from piper.config import PiperConfig

from callbot.audio.types import Pcm
from callbot.errors import EngineError
from callbot.speech.onnx import OnnxError, one_file, open_session


class PiperSynthesizer:
    """Speaks with the voice in `path` (`*.onnx` and `*.onnx.json`), on the calling thread only: 0.08 s per second of speech.

    Raises EngineError when the folder does not hold one whole Piper voice.
    """

    engine = "piper"

    def __init__(self, path: Path, voice: str, version: str) -> None:
        self.voice = voice
        self.version = version
        session = open_session(one_file(path, "*.onnx", voice), voice)
        config = _read_config(one_file(path, "*.onnx.json", voice), voice)
        self._piper: PiperVoice | None = PiperVoice(session=session, config=config)
        self.rate_hz: int = config.sample_rate

    def synthesize(self, text: str) -> Iterator[Pcm]:
        """Yield one chunk per sentence, mono int16 at `rate_hz`, each at full scale. Raises EngineError."""
        if self._piper is None:
            raise EngineError(f"piper voice '{self.voice}' was closed")
        try:
            for chunk in self._piper.synthesize(text):
                yield chunk.audio_int16_array
        except OnnxError as error:
            raise EngineError(f"piper voice '{self.voice}' failed: {error}") from error

    def close(self) -> None:
        """Free the model. Idempotent."""
        self._piper = None


def _read_config(path: Path, voice: str) -> PiperConfig:
    try:
        return PiperConfig.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EngineError(f"voice '{voice}': {path.name} cannot be read ({error})") from error
