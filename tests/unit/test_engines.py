"""Which model is used: the settings' one, else the best installed one; and what is said when there is none."""

from pathlib import Path

import pytest

from callbot.errors import CatalogueError
from callbot.speech.catalogue import Role
from callbot.speech.engines import choose, to_pull, voice_version
from tests.support.downloads import install, item, settings_in, write_catalogue

SMALL = {"model.bin": b"weights"}
ITEMS = [
    item("best", SMALL, engine="vosk", automatic=True),
    item("large", SMALL, engine="vosk"),
    item("fallback", SMALL, automatic=True),
    item("korean", SMALL, engine="vosk", language="ko", stand_in=True),
]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder whose catalogue of models begins with four small ones."""
    write_catalogue(tmp_path / "models", ITEMS)
    return tmp_path


def put(home: Path, *names: str) -> None:
    """Install items by hand."""
    for name in names:
        install(home / "models", name, SMALL)


AUTO = "the first installed for engine = auto"
BETTER = ("best", "fallback", "vosk-model-small-fr-0.22", "whisper-base")
NONE_OF_THE_BETTER = [f"{name}: not installed" for name in BETTER]


@pytest.mark.parametrize(
    ("there", "settings", "chosen", "reason"),
    [
        (["best", "fallback"], {}, "best", [AUTO]),
        (["fallback"], {}, "fallback", [AUTO, "best: not installed"]),
        (["large", "fallback"], {}, "fallback", [AUTO, "best: not installed"]),
        (["large", "korean"], {}, "large", [AUTO, *NONE_OF_THE_BETTER]),
        (
            ["best", "fallback"],
            {"engine": "whisper"},
            "fallback",
            ["the first installed for engine = whisper"],
        ),
        (["best", "large"], {"stt_model": "large"}, "large", ["named by stt_model"]),
        (["best", "korean"], {"stt_model": "korean"}, "korean", ["named by stt_model"]),
        (["best", "mine"], {"stt_model": "mine", "engine": "whisper"}, "mine", ["named by stt_model"]),
    ],
)
def test_the_best_installed_one_is_used(
    home: Path, there: list[str], settings: dict[str, str], chosen: str, reason: list[str]
) -> None:
    """Automatic ones first, in the catalogue's order; stand-ins only by name; a folder of one's own with its engine."""
    put(home, *there)
    choice = choose(settings_in(home, **settings), Role.STT)
    assert (choice.item.name, choice.path) == (chosen, home / "models" / chosen)
    assert choice.reason == "; ".join(reason)


NEITHER = "is neither in the catalogue nor in {models}: `callbot models list` shows what can be had"


@pytest.mark.parametrize(
    ("there", "settings", "message"),
    [
        ([], {}, "no French speech-to-text model is installed in {models}: run `callbot models pull`"),
        (["korean"], {"engine": "vosk"}, "no French speech-to-text model for vosk is installed in {models}: run `callbot models pull`"),
        (["best"], {"stt_model": "large"}, "large: not installed: run `callbot models pull large`"),
        (["best"], {"stt_model": "best", "engine": "whisper"}, "stt_model: 'best' is for vosk, and engine is whisper"),
        ([], {"stt_model": "nope"}, f"stt_model: 'nope' {NEITHER}"),
        (["x"], {"stt_model": "../models/x"}, f"stt_model: '../models/x' {NEITHER}"),
        (["mine"], {"stt_model": "mine"}, "stt_model: 'mine' is not in the catalogue: set engine to vosk or whisper"),
    ],
)  # fmt: skip
def test_what_is_missing_is_named_with_its_mend(
    home: Path, there: list[str], settings: dict[str, str], message: str
) -> None:
    """One line, and the command that helps."""
    put(home, *there)
    with pytest.raises(CatalogueError) as refusal:
        choose(settings_in(home, **settings), Role.STT)
    assert str(refusal.value) == message.format(models=home / "models")


def test_a_damaged_model_is_an_error_and_never_passed_over(home: Path) -> None:
    """Another model, or garbage, would serve callers worse than a line that says what to do."""
    put(home, "best", "fallback")
    (home / "models/best/model.bin").write_bytes(b"we")
    for chosen in ({}, {"stt_model": "best"}, {"engine": "vosk"}):
        with pytest.raises(CatalogueError) as refusal:
            choose(settings_in(home, **chosen), Role.STT)
        assert (
            str(refusal.value)
            == "best: model.bin is truncated (2 of 7 bytes): run `callbot models pull best`"
        )


def test_a_damaged_model_is_what_pull_repairs(home: Path) -> None:
    """Without a name as well: `make setup` mends what it finds."""
    put(home, "best", "fallback")
    (home / "models/best/model.bin").write_bytes(b"we")
    assert [item.name for item in to_pull(settings_in(home), Role.STT)] == ["best"]


@pytest.mark.parametrize(
    ("there", "settings", "names"),
    [
        ([], {}, ["best", "fallback", "vosk-model-small-fr-0.22", "whisper-base"]),
        ([], {"engine": "whisper"}, ["fallback", "whisper-base"]),
        ([], {"stt_model": "large"}, ["large"]),
        (["fallback"], {}, []),
        (["korean"], {}, ["best", "fallback", "vosk-model-small-fr-0.22", "whisper-base"]),
    ],
)
def test_what_a_pull_without_a_name_tries(
    home: Path, there: list[str], settings: dict[str, str], names: list[str]
) -> None:
    """Nothing when the machine has one; else the automatic ones, or the one that the settings name."""
    put(home, *there)
    assert [entry.name for entry in to_pull(settings_in(home, **settings), Role.STT)] == names


def test_pico_is_always_there_and_never_enough(tmp_path: Path) -> None:
    """Without any voice downloaded Pico speaks, and `pull` still tries for a better one."""
    settings = settings_in(tmp_path)
    choice = choose(settings, Role.TTS)
    assert (choice.item.name, voice_version(choice)) == ("pico", "0.1.1")
    assert [entry.name for entry in to_pull(settings, Role.TTS)] == [
        "fr_FR-siwis-medium",
        "kokoro-ff_siwis",
        "pico",
    ]


def test_a_voice_version_tells_the_library_and_the_files(tmp_path: Path) -> None:
    """Two voices of one library differ, so their prompts are never mixed up."""
    install(tmp_path / "voices", "mine", {"a.onnx": b"1", "a.onnx.json": b"2"})
    settings = settings_in(tmp_path, voice="mine", tts="piper")
    first = voice_version(choose(settings, Role.TTS))
    install(tmp_path / "voices", "mine", {"a.onnx": b"3"})
    second = voice_version(choose(settings, Role.TTS))
    assert first.split("+")[0] == second.split("+")[0]
    assert first != second
