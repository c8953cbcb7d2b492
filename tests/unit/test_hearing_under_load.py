"""When what was said is transcribed ahead: at the first pause, under load only in a longer one."""

from collections.abc import Callable
from typing import cast

import numpy as np
import pytest

from callbot.audio.files import read_wav
from callbot.audio.types import TELEPHONE_HZ, Pcm
from callbot.events import SpeechStopped
from callbot.hearing import Hearing
from callbot.load import Level
from callbot.speech.endpointing import CHUNK_MS
from callbot.speech.listening import Listener
from callbot.speech.vosk import VoskEngine, VoskRecognizer
from tests.support.scripted import QUESTIONS, ScriptedRecognizer

PAUSE_MS, LATE_MS, END_MS = 200, 400, 650
FRAME = TELEPHONE_HZ // 50


class Preparing(ScriptedRecognizer):
    """Counts preparations."""

    prepared_times = 0

    def prepare(self) -> None:
        """Count."""
        self.prepared_times += 1


def question() -> Pcm:
    """A recorded question, 8 kHz."""
    pcm, _ = read_wav(QUESTIONS / "horaires_samedi.wav")
    return pcm


def prepared_at_ms(prepare_ms: int) -> int | None:
    """When the question's last pause is transcribed ahead, on the call's clock; None: not before the turn's end."""
    recognizer = Preparing([])
    hearing = Hearing(
        TELEPHONE_HZ, Listener(PAUSE_MS, END_MS, 20_000), recognizer, prepare_ms=lambda: prepare_ms
    )
    at_ms, sound = None, np.concatenate([question(), np.zeros(TELEPHONE_HZ * 2, np.int16)])
    for frame in sound[: len(sound) // FRAME * FRAME].reshape(-1, FRAME):
        before = recognizer.prepared_times
        heard = hearing.push(frame)
        if recognizer.prepared_times > before:
            at_ms = hearing.at_ms
        if any(isinstance(event, SpeechStopped) for event in heard):
            return at_ms
    pytest.fail("the turn does not end")


def test_under_load_only_longer_pauses_are_transcribed_ahead() -> None:
    """By as much later as the pause must be longer, to the chunk; not at all when it is never so long."""
    early, late = prepared_at_ms(0), prepared_at_ms(LATE_MS)
    assert early is not None
    assert late is not None
    assert late - early == pytest.approx(LATE_MS - PAUSE_MS, abs=2 * CHUNK_MS)
    assert prepared_at_ms(5000) is None


def test_a_pause_is_prepared_once() -> None:
    """However often is looked, and again after the caller went on."""
    recognizer = Preparing([])
    hearing = Hearing(TELEPHONE_HZ, Listener(PAUSE_MS, 3000, 20_000), recognizer, prepare_ms=lambda: LATE_MS)
    said = question()
    for times in (1, 2):
        hearing.push(said)
        before = recognizer.prepared_times
        hearing.push(np.zeros(TELEPHONE_HZ * 2, np.int16))
        assert recognizer.prepared_times - before <= 1
        assert recognizer.prepared_times >= times


class Decoder:
    """Stands for Kaldi: the same words whatever it hears, and a count of how often it was asked for them."""

    asked = 0

    def AcceptWaveform(self, _sound: bytes) -> bool:  # noqa: N802 (Kaldi's name)
        """The utterance goes on."""
        return False

    def PartialResult(self) -> str:  # noqa: N802 (Kaldi's name)
        """So far."""
        self.asked += 1
        return '{"partial": "je voudrais"}'


class Engine:
    """Stands for the engine: its threads do nothing until they are told to."""

    model = "scripted"
    level = Level.NO_PARTIALS

    def __init__(self) -> None:
        self.turns: list[Callable[[], None]] = []

    def submit(self, work: Callable[[], None]) -> None:
        """Keep it."""
        self.turns.append(work)

    def work(self) -> None:
        """Do what waits."""
        while self.turns:
            self.turns.pop(0)()


@pytest.mark.parametrize("level", [Level.NORMAL, Level.NO_PARTIALS])
@pytest.mark.parametrize("prepare_ms", [0, LATE_MS])
def test_a_pause_is_never_taken_for_nothing_said(level: Level, prepare_ms: int) -> None:
    """While the words of this pause are not known they are unknown, and not none; once they are, they are said."""
    engine, decoder, told = Engine(), Decoder(), set()
    engine.level = level
    recognizer = VoskRecognizer(cast("VoskEngine", engine), decoder)
    hearing = Hearing(
        TELEPHONE_HZ, Listener(PAUSE_MS, END_MS, 20_000), recognizer, prepare_ms=lambda: prepare_ms
    )
    sound = np.concatenate([question(), np.zeros(TELEPHONE_HZ // 2, np.int16)])
    for frame in sound[: len(sound) // FRAME * FRAME].reshape(-1, FRAME):
        hearing.push(frame)
        engine.work()
        told.add(hearing.said)
    assert told == {None, "je voudrais"}


def test_words_of_an_earlier_pause_are_not_those_of_this_one() -> None:
    """As long as the thread has not come to what was said since."""
    engine = Engine()
    recognizer = VoskRecognizer(cast("VoskEngine", engine), Decoder())
    assert recognizer.prepared() is None
    for _ in range(2):
        recognizer.push(np.ones(320, np.int16))
        recognizer.prepare()
        assert recognizer.prepared() is None
        engine.work()
        recognizer.push(np.zeros(320, np.int16))
        engine.work()
        assert recognizer.prepared() == "je voudrais"
    recognizer.reset()
    assert recognizer.prepared() is None
