"""SVOX Pico through py-nanotts: small, instant and plain sounding; the last resort, and the stand-in while a better voice is late.

The library holds Python's lock while it speaks (measured: 45 ms for a sentence of 4.6 s, 140 ms for an answer of 17.6 s), which
would delay the 20 ms frames of every call; so each sentence is spoken by a short-lived process (0.1 s), which also keeps a
fault of the C code out of the service.
"""

import subprocess
import sys
from collections.abc import Iterator

import numpy as np

from callbot.audio.types import Pcm
from callbot.errors import EngineError
from callbot.speech.text import sentences

LANGUAGES = {"fr": "fr-FR", "en": "en-GB", "de": "de-DE", "es": "es-ES", "it": "it-IT"}
"""Pico's voices, one for each language."""
TIMEOUT_S = 20.0

_CHILD = """\
import sys
from py_nanotts import NanoTTS
text = sys.stdin.buffer.read().decode()
sys.stdout.buffer.write(NanoTTS().speak(text, voice=sys.argv[1]))
"""


class PicoSynthesizer:
    """Speaks with Pico's one voice of `language`, which is part of py-nanotts; nothing is loaded in this process."""

    engine = "pico"
    rate_hz = 16000

    def __init__(self, voice: str, version: str, language: str = "fr") -> None:
        self.voice = voice
        self.version = version
        self._voice = LANGUAGES[language]

    def synthesize(self, text: str) -> Iterator[Pcm]:
        """Yield one chunk per sentence, mono int16 at 16 kHz. Raises EngineError."""
        for sentence in sentences(text):
            yield np.frombuffer(_speak(sentence, self._voice), "<i2").astype(np.int16)

    def close(self) -> None:
        """Nothing to free."""


def _speak(sentence: str, voice: str) -> bytes:
    """Raw 16-bit sound of one sentence. The text goes through a pipe: arguments are public on the machine."""
    try:
        child = subprocess.run(  # noqa: S603 (our own interpreter and our own constant)
            [sys.executable, "-c", _CHILD, voice],
            input=sentence.encode(),
            capture_output=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EngineError(f"pico did not speak: {error}") from error
    if child.returncode:
        reason = child.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise EngineError(f"pico did not speak: {' '.join(reason) or f'exit {child.returncode}'}")
    return child.stdout
