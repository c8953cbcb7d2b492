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
            {"CALLBOT_EVENT_DAYS": "364", "CALLBOT_CALL_DAYS": "365"},
            "settings: event_days must not be below call_days: calls whose events are gone cannot be counted anew",
        ),
        (
            {"CALLBOT_CONFIRM_THRESHOLD": "0.95"},
            "settings: confirm_threshold must not be above answer_threshold",
        ),
        (
            {"CALLBOT_PAUSE_MS": "900"},
            "settings: pause_ms must be shorter than end_of_turn_ms",
        ),
        (
            {"CALLBOT_PAUSE_MS": "300", "CALLBOT_END_OF_TURN_NUMBER_MS": "300"},
            "settings: pause_ms must be shorter than end_of_turn_number_ms",
        ),
        (
            {"CALLBOT_PAUSE_MS": "300", "CALLBOT_END_OF_TURN_SHORT_MS": "200"},
            "settings: pause_ms must be shorter than end_of_turn_short_ms",
        ),
        (
            {"CALLBOT_END_OF_TURN_MS": "701"},
            "settings: end_of_turn_ms must not be above end_of_turn_likely_ms",
        ),
        (
            {"CALLBOT_END_OF_TURN_LIKELY_MS": "901"},
            "settings: end_of_turn_likely_ms must not be above end_of_turn_unfinished_ms",
        ),
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


def test_a_value_may_be_in_a_file_of_its_own(tmp_path: Path) -> None:
    """Secrets come in files: what the file holds is the value, without the end of its line; it beats callbot.toml."""
    secret, port, settings_file = tmp_path / "token", tmp_path / "port", tmp_path / "callbot.toml"
    secret.write_text("s3 cret \n", encoding="utf-8")
    port.write_text("9191", encoding="utf-8")
    settings_file.write_text("media_token = 'other'\n", encoding="utf-8")
    settings = load(
        {"CALLBOT_MEDIA_TOKEN_FILE": str(secret), "CALLBOT_WEB_PORT_FILE": str(port)}, settings_file
    )
    assert (settings.media_token.get_secret_value(), settings.web_port) == ("s3 cret ", 9191)


def test_a_setting_that_is_a_file_is_no_secret_in_a_file(tmp_path: Path) -> None:
    """`pseudonym_key_file` names its key's file itself."""
    key = tmp_path / "key"
    assert load({"CALLBOT_PSEUDONYM_KEY_FILE": str(key)}).pseudonym_key_file == key


def test_what_is_wrong_with_a_value_in_a_file_is_told(tmp_path: Path) -> None:
    """Absent, empty, not text, given twice, of no setting, and a value that is not allowed: named, and never shown by secrets."""
    empty, binary, wrong = tmp_path / "empty", tmp_path / "binary", tmp_path / "wrong"
    empty.write_text("\n", encoding="utf-8")
    binary.write_bytes(b"\xff\xfe")
    wrong.write_text("abc", encoding="utf-8")
    told = {
        ("CALLBOT_MEDIA_TOKEN_FILE", tmp_path / "absent"): "cannot be read (No such file or directory)",
        ("CALLBOT_MEDIA_TOKEN_FILE", empty): "is empty",
        ("CALLBOT_MEDIA_TOKEN_FILE", binary): "is not text in UTF-8",
    }
    for (variable, path), reason in told.items():
        with pytest.raises(SettingsError) as refused:
            load({variable: str(path)})
        assert str(refused.value) == f"{variable}: '{path}' {reason}"
    for environ, line in (
        (
            {"CALLBOT_WEB_PORT_FILE": str(wrong)},
            "CALLBOT_WEB_PORT_FILE: 'abc' is not a port (1–65535, or 0 for any free one)",
        ),
        (
            {"CALLBOT_MEDIA_TOKEN": "a", "CALLBOT_MEDIA_TOKEN_FILE": "b"},
            "CALLBOT_MEDIA_TOKEN and CALLBOT_MEDIA_TOKEN_FILE: give one of them",
        ),
        ({"CALLBOT_TOKEN_FILE": "b"}, "CALLBOT_TOKEN_FILE: there is no such setting (see docs/settings.md)"),
    ):
        with pytest.raises(SettingsError) as refused:
            load(environ)
        assert str(refused.value) == line
