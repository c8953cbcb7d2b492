"""Settings are refused by name, in one line, and documented."""

from pathlib import Path

import pytest

from callbot.config import Settings, load
from callbot.errors import SettingsError
from callbot.settings_page import page

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("environ", "line"),
    [
        (
            {"CALLBOT_WEB_PORT": "abc"},
            "CALLBOT_WEB_PORT: 'abc' is not a port (1–65535, or 0 for any free one)",
        ),
        ({"CALLBOT_MAX_CALLS": "0"}, "CALLBOT_MAX_CALLS: '0' is not a whole number (1–500)"),
        ({"CALLBOT_ENGINE": "siri"}, "CALLBOT_ENGINE: 'siri' is not one of auto, vosk, whisper"),
        ({"CALLBOT_HOST": "partout"}, "CALLBOT_HOST: 'partout' is not an IP address to bind"),
        ({"CALLBOT_WEBPORT": "1"}, "CALLBOT_WEBPORT: there is no such setting (see docs/settings.md)"),
        ({"CALLBOT_CONFIG": "nowhere.toml"}, "CALLBOT_CONFIG: there is no file 'nowhere.toml'"),
        (
            {"CALLBOT_HOST": "0.0.0.0"},
            "settings: media_token is required when host is not a loopback address",
        ),
        (
            {"CALLBOT_WEB_PORT": "9080", "CALLBOT_MEDIA_PORT": "9080"},
            "settings: web_port, media_port and audiosocket_port must differ",
        ),
        (
            {"CALLBOT_CONFIRM_THRESHOLD": "0.95"},
            "settings: confirm_threshold must not be above answer_threshold",
        ),
        ({"CALLBOT_PAUSE_MS": "900"}, "settings: pause_ms must be shorter than end_of_turn_ms"),
    ],
)
def test_a_wrong_setting_is_named(environ: dict[str, str], line: str) -> None:
    """The line says which setting, which value, and what is allowed."""
    with pytest.raises(SettingsError) as caught:
        load(environ)
    assert str(caught.value) == line
    assert caught.value.exit_code == 2


def test_every_wrong_setting_is_told_at_once() -> None:
    """The operator mends them in one go."""
    with pytest.raises(SettingsError, match=r"CALLBOT_MAX_CALLS: .*; CALLBOT_ENGINE: "):
        load({"CALLBOT_ENGINE": "x", "CALLBOT_MAX_CALLS": "many"})


def test_the_environment_beats_the_file_and_the_file_the_defaults(tmp_path: Path) -> None:
    """Three layers, each over the one before."""
    file = tmp_path / "callbot.toml"
    file.write_text(
        'web_port = 9000\nmedia_port = 9001\naudiosocket_peers = ["10.0.0.5"]\n', encoding="utf-8"
    )
    settings = load({"CALLBOT_MEDIA_PORT": "9002"}, file=file)
    assert (settings.web_port, settings.media_port, settings.audiosocket_port) == (9000, 9002, 8082)
    assert settings.audiosocket_peers == ("10.0.0.5",)


def test_the_file_is_named_in_its_errors(tmp_path: Path) -> None:
    """A wrong line of the file is found in the file, not in the environment."""
    file = tmp_path / "callbot.toml"
    file.write_text("web_port = 70000\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=rf"{file}: web_port: 70000 is not a port"):
        load({}, file=file)
    file.write_text("web_port = = 1\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="not readable as TOML"):
        load({}, file=file)


def test_the_secret_does_not_show() -> None:
    """Neither in repr nor in an error line."""
    settings = load({"CALLBOT_HOST": "0.0.0.0", "CALLBOT_MEDIA_TOKEN": "tres-secret"})
    assert "tres-secret" not in repr(settings)


def test_every_setting_is_documented() -> None:
    """docs/settings.md is what the list says now."""
    assert (ROOT / "docs/settings.md").read_text(encoding="utf-8") == page()
    assert all(field.description for field in Settings.model_fields.values())
