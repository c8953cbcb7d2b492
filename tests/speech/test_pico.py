"""SVOX Pico speaks French that Whisper understands through a telephone's channel, in a process of its own."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from callbot.errors import EngineError
from callbot.speech import pico
from callbot.speech.pico import PicoSynthesizer
from callbot.speech.speaking import speak
from tests.support.cli import ROOT
from tests.support.hearing import level_dbfs, transcribe, words


class Children:
    """The processes that this one has started since then, and not seen end."""

    def __init__(self) -> None:
        self._before = self._all()

    def now(self) -> list[int]:
        """Their numbers."""
        return sorted(self._all() - self._before)

    @staticmethod
    def _all() -> set[int]:
        return {
            int(child)
            for thread in Path("/proc/self/task").glob("*/children")
            for child in thread.read_text().split()
        }


@pytest.fixture
def voice() -> Iterator[PicoSynthesizer]:
    """The voice."""
    opened = PicoSynthesizer("pico", "1")
    yield opened
    opened.close()


@pytest.fixture
def children() -> Children:
    """The processes of a test."""
    return Children()


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


def test_a_failure_is_one_line(
    children: Children, voice: PicoSynthesizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the library says, without a traceback; the process is there for the next sentence."""
    monkeypatch.setitem(pico.LANGUAGES, "tlh", "tlh-KX")
    klingon = PicoSynthesizer("pico", voice.version, "tlh")
    for _ in range(2):
        with pytest.raises(EngineError, match=r"^pico did not speak: ValueError: Unsupported voice$"):
            list(klingon.synthesize("Qapla'."))
    assert len(children.now()) == 1
    klingon.close()
    assert children.now() == []


def test_a_thread_has_one_process_for_all_its_sentences(children: Children, voice: PicoSynthesizer) -> None:
    """As nice as the thread is; none is left when the voice is closed, and a closed one may speak again."""
    with ThreadPoolExecutor(1, initializer=os.nice, initargs=(3,)) as background:
        for _ in range(2):
            list(voice.synthesize("Oui. Non."))
            background.submit(lambda: list(voice.synthesize("Oui. Non."))).result()
    own = os.getpriority(os.PRIO_PROCESS, 0)
    niceness = sorted(os.getpriority(os.PRIO_PROCESS, child) for child in children.now())
    assert niceness == [own, min(19, own + 3)]
    voice.close()
    assert children.now() == []
    assert len(list(voice.synthesize("Oui."))) == 1


def test_a_child_that_hangs_is_ended(
    children: Children, voice: PicoSynthesizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that does not answer is killed and reported; another one speaks the next sentence."""
    with monkeypatch.context() as hanging:
        hanging.setattr(pico, "_CHILD", "import time; time.sleep(60)")
        hanging.setattr(pico, "TIMEOUT_S", 0.2)
        with pytest.raises(EngineError, match=r"^pico did not speak: .*timed out"):
            list(voice.synthesize("Oui."))
    assert children.now() == []
    assert len(list(voice.synthesize("Oui."))) == 1


def test_a_child_that_dies_is_replaced(
    children: Children, voice: PicoSynthesizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it speaks, that sentence has failed; while nobody needs it, nobody hears of it."""
    with monkeypatch.context() as dying:
        dying.setattr(pico, "_CHILD", "import sys; sys.stdin.buffer.read(4); sys.exit(3)")
        with pytest.raises(EngineError, match=r"^pico did not speak: .*exit 3$"):
            list(voice.synthesize("Oui."))
    assert len(list(voice.synthesize("Oui."))) == 1
    [child] = children.now()
    os.kill(child, signal.SIGKILL)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    assert len(list(voice.synthesize("Oui."))) == 1


def test_a_child_does_not_outlive_who_started_it() -> None:
    """Not even one that is killed."""
    speaking = (
        "import os, signal\n"
        "from callbot.speech.pico import PicoSynthesizer\n"
        "list(PicoSynthesizer('pico', '1').synthesize('Oui.'))\n"
        "print(open(f'/proc/self/task/{os.getpid()}/children').read(), flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", speaking], check=False, cwd=ROOT, stdout=subprocess.PIPE)
    assert done.returncode == -signal.SIGKILL
    with suppress(ProcessLookupError):  # it has ended already
        child = os.pidfd_open(int(done.stdout))
        assert select.select([child], [], [], 10) == ([child], [], [])
