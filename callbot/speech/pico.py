"""SVOX Pico through py-nanotts: small, instant and plain sounding; the last resort, and the stand-in while a better voice is late.

The library holds Python's lock while it speaks (measured: 45 ms for a sentence of 4.6 s, 140 ms for an answer of 17.6 s), which
would delay the 20 ms frames of every call; so it speaks in a process of its own, which also keeps a fault of the C code out of
the service. That process stays for the next sentence: to start one takes more time than to speak (0.05 s beside 0.035 s).
"""

import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress

import numpy as np

from callbot.audio.types import Pcm
from callbot.errors import EngineError
from callbot.speech.text import sentences

LANGUAGES = {"fr": "fr-FR", "en": "en-GB", "de": "de-DE", "es": "es-ES", "it": "it-IT"}
"""Pico's voices, one for each language."""
TIMEOUT_S = 20.0
"""A process that gives no sound for so long hangs, and is ended."""
LEAVING_S = 1.0
"""What a process may take to end by itself."""

_CHILD = """\
import signal, struct, sys
from py_nanotts import NanoTTS
signal.signal(signal.SIGINT, signal.SIG_IGN)
heard, said, pico = sys.stdin.buffer, sys.stdout.buffer, NanoTTS()
while size := heard.read(4):
    text = heard.read(*struct.unpack("!I", size)).decode()
    try:
        spoken, sound = True, pico.speak(text, voice=sys.argv[1])
    except Exception as error:
        spoken, sound = False, f"{type(error).__name__}: {error}".encode()
    said.write(struct.pack("!?I", spoken, len(sound)) + sound)
    said.flush()
"""
_SIZE = struct.Struct("!I")
"""Before each text: the bytes of it."""
_ANSWER = struct.Struct("!?I")
"""Before each answer: whether it is sound, or else what went wrong; the bytes of it."""


class PicoSynthesizer:
    """Speaks with Pico's one voice of `language`, which is part of py-nanotts; nothing is loaded in this process.

    Each thread that speaks has a process of its own, which has the thread's niceness: who renders ahead of time stands in nobody's way.
    """

    engine = "pico"
    rate_hz = 16000

    def __init__(self, voice: str, version: str, language: str = "fr") -> None:
        self.voice = voice
        self.version = version
        self._voice = LANGUAGES[language]
        self._mouths: dict[int, _Mouth] = {}

    def synthesize(self, text: str) -> Iterator[Pcm]:
        """Yield one chunk per sentence, mono int16 at 16 kHz. Raises EngineError."""
        for sentence in sentences(text):
            yield np.frombuffer(self._speak(sentence), "<i2").astype(np.int16)

    def close(self) -> None:
        """End the processes. Idempotent; who speaks afterwards has a new one."""
        while self._mouths:
            self._mouths.popitem()[1].close()

    def _speak(self, sentence: str) -> bytes:
        """Raw 16-bit sound. A process that failed is not asked again."""
        thread = threading.get_ident()
        mouth = self._mouths.get(thread)
        try:
            if mouth is None or mouth.gone:
                mouth = self._mouths[thread] = _Mouth(self._voice)
            return mouth.speak(sentence)
        except OSError as error:
            if failed := self._mouths.pop(thread, None):
                failed.close(at_once=True)
            raise EngineError(f"pico did not speak: {error}") from error


class _Mouth:
    """One process that speaks, over a socket: texts are no arguments, which are public on the machine.

    It ends when its end of the socket is closed, thus also when this process is killed.
    """

    def __init__(self, voice: str) -> None:
        """Raises OSError."""
        self._line, theirs = socket.socketpair()
        with theirs:
            self._child = subprocess.Popen(  # noqa: S603 (our own interpreter and our own constant)
                [sys.executable, "-c", _CHILD, voice],
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=subprocess.DEVNULL,
            )
        self._line.settimeout(TIMEOUT_S)
        self._heard = self._line.makefile("rb")

    @property
    def gone(self) -> bool:
        """It has ended since it spoke last."""
        return self._child.poll() is not None

    def speak(self, sentence: str) -> bytes:
        """Raw 16-bit sound. Raises EngineError for what the library does not speak, OSError when the process hangs or dies."""
        text = sentence.encode()
        self._line.sendall(_SIZE.pack(len(text)) + text)
        spoken, size = _ANSWER.unpack(self._read(_ANSWER.size))
        said = self._read(size)
        if not spoken:
            raise EngineError(f"pico did not speak: {said.decode()}")
        return said

    def _read(self, size: int) -> bytes:
        data = self._heard.read(size)
        if len(data) < size:
            raise BrokenPipeError(f"exit {self._child.wait(LEAVING_S)}")
        return data

    def close(self, *, at_once: bool = False) -> None:
        """End it; `at_once` where it hangs."""
        self._heard.close()
        self._line.close()
        if not at_once:
            with suppress(subprocess.TimeoutExpired):
                self._child.wait(LEAVING_S)
        self._child.kill()
        self._child.wait()
