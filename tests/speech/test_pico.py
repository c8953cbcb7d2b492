"""SVOX Pico speaks French that Whisper understands through a telephone's channel, in a process of its own."""

import subprocess
import sys

import numpy as np
import pytest

from callbot.errors import EngineError
from callbot.speech import pico
from callbot.speech.pico import PicoSynthesizer
from callbot.speech.speaking import speak
from tests.support.cli import ROOT
from tests.support.hearing import level_dbfs, transcribe, words


@pytest.fixture
def voice() -> PicoSynthesizer:
    """The voice."""
    return PicoSynthesizer("pico", "1")


def test_callers_understand_it(voice: PicoSynthesizer) -> None:
    """Shaped, through A-law, and back to text: the words that carry the answer are there."""
    pcm = speak(voice, "Ne quittez pas, je vous passe le service de l'état civil.")
    assert words(transcribe(pcm)) >= {"quittez", "passe", "service", "civil"}
    assert -30 < level_dbfs(pcm) < -10


def test_each_sentence_is_a_chunk_of_speech(voice: PicoSynthesizer) -> None:
    """Two sentences: two int16 chunks of plausible length at 16 kHz."""
    chunks = list(voice.synthesize("Bonjour, vous êtes à la mairie. Je vous écoute."))
    assert [chunk.dtype for chunk in chunks] == [np.int16, np.int16]
    assert [0.8 < len(chunk) / voice.rate_hz < 3.5 for chunk in chunks] == [True, True]


def test_this_process_never_loads_the_library() -> None:
    """It holds Python's lock while it speaks, so it must stay out of the process that carries calls."""
    said = (
        "import sys\n"
        "from callbot.speech.pico import PicoSynthesizer\n"
        "assert len(list(PicoSynthesizer('pico', '1').synthesize('Oui.'))) == 1\n"
        "sys.exit('py_nanotts' in sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", said], check=True, cwd=ROOT)


def test_a_failure_is_one_line(voice: PicoSynthesizer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The child's last line, not its traceback."""
    monkeypatch.setitem(pico.LANGUAGES, "tlh", "tlh-KX")
    klingon = PicoSynthesizer("pico", voice.version, "tlh")
    with pytest.raises(EngineError, match=r"^pico did not speak: ValueError: Unsupported voice$") as caught:
        list(klingon.synthesize("Qapla'."))
    assert "\n" not in str(caught.value)


def test_a_child_that_hangs_is_ended(voice: PicoSynthesizer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that does not answer is killed and reported."""
    monkeypatch.setattr(pico, "_CHILD", "import time; time.sleep(60)")
    monkeypatch.setattr(pico, "TIMEOUT_S", 0.2)
    with pytest.raises(EngineError, match=r"^pico did not speak: .*timed out"):
        list(voice.synthesize("Oui."))
