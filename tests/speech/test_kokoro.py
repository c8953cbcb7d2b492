"""Kokoro speaks French that Whisper understands through a telephone's channel."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from callbot.errors import EngineError
from callbot.speech.kokoro import MAX_TOKENS, KokoroSynthesizer
from callbot.speech.speaking import speak
from tests.support.hearing import level_dbfs, transcribe, words
from tests.support.voices import kokoro_folder

NAME = "kokoro-ff_siwis"
LONG = "La demande se fait au guichet, " + ", ".join(["avec une photo de moins de six mois"] * 30) + "."


@pytest.fixture(scope="module")
def kokoro() -> KokoroSynthesizer:
    """The voice, loaded once."""
    return KokoroSynthesizer(kokoro_folder(), NAME, "1")


def test_callers_understand_it(kokoro: KokoroSynthesizer) -> None:
    """Shaped, through A-law, and back to text: the words that carry the answer are there."""
    pcm = speak(kokoro, "L'acte de naissance se demande à la mairie.")
    assert words(transcribe(pcm)) >= {"acte", "naissance", "demande"}
    assert -30 < level_dbfs(pcm) < -10
    assert 2.0 < len(pcm) / 8000 < 5.0


def test_each_sentence_is_a_chunk_with_little_silence_around(kokoro: KokoroSynthesizer) -> None:
    """Two short sentences, two chunks; the half second that the model pads with is gone."""
    chunks = list(kokoro.synthesize("Oui. Bonjour."))
    assert [chunk.dtype for chunk in chunks] == [np.int16, np.int16]
    for chunk in chunks:
        assert 0.2 < len(chunk) / kokoro.rate_hz < 1.2


def test_long_sentences_are_cut_at_clauses_and_nothing_is_lost(kokoro: KokoroSynthesizer) -> None:
    """A sentence of four times the model's limit: every part fits, and together they have every sound of the whole."""
    whole = kokoro._tokens(LONG)
    parts = list(kokoro._clauses(LONG))
    assert len(whole) > 2 * MAX_TOKENS
    assert max(map(len, parts)) <= MAX_TOKENS
    space = kokoro._vocabulary[" "]
    assert [token for part in parts for token in part if token != space] == [t for t in whole if t != space]


def test_a_closed_voice_says_so() -> None:
    """After close, EngineError; closing twice is harmless."""
    voice = KokoroSynthesizer(kokoro_folder(), NAME, "1")
    voice.close()
    voice.close()
    with pytest.raises(EngineError, match=f"kokoro voice '{NAME}' was closed"):
        list(voice.synthesize("Oui."))


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("voices/ff_siwis.bin", b"\0" * 1000, "ff_siwis.bin is not whole"),
        ("voices/ff_siwis.bin", None, "lacks a file named ff_siwis.bin"),
        ("vocab.json", b'{"voc', "vocab.json cannot be read"),
        ("kokoro-v1.0.int8.onnx", b"\0" * 1000, "kokoro-v1.0.int8.onnx is not a whole ONNX model"),
    ],
)
def test_a_damaged_voice_is_refused(tmp_path: Path, file: str, content: bytes | None, said: str) -> None:
    """Each file that is cut or missing is named, in one line."""
    folder = tmp_path / NAME
    shutil.copytree(kokoro_folder(), folder, copy_function=lambda source, to: Path(to).symlink_to(source))
    (folder / file).unlink()
    if content is not None:
        (folder / file).write_bytes(content)
    with pytest.raises(EngineError, match=f"voice '{NAME}': .*{said}"):
        KokoroSynthesizer(folder, NAME, "1")
