"""What an operator gets wrong: one clear line that names it and the mend, and the right exit code."""

import shutil
import socket
from pathlib import Path

import pytest

from callbot.knowledge.store import DEMO
from tests.support.cli import callbot, environment
from tests.support.scripted import QUESTIONS


def test_a_wrong_setting_is_refused_by_name(tmp_path: Path) -> None:
    """Wrong use: exit code 2."""
    ran = callbot(tmp_path, "serve", web_port="abc")
    assert (ran.code, ran.out, ran.lines) == (
        2,
        "",
        ["callbot: CALLBOT_WEB_PORT: 'abc' is not a port (1–65535, or 0 for any free one)"],
    )


def test_a_missing_model_names_the_command_that_brings_it(tmp_path: Path) -> None:
    """The work failed: exit code 1."""
    ran = callbot(tmp_path, "serve", models_dir=tmp_path / "empty")
    assert ran.code == 1
    assert len(ran.lines) == 1
    assert "run `callbot models pull`" in ran.lines[0]


def test_a_corrupt_model_file_is_named(tmp_path: Path) -> None:
    """One wrong byte among 145 million: `check`, `transcribe` and `serve` name the file and the mend."""
    models = tmp_path / "models"
    installed = Path(environment(tmp_path)["CALLBOT_MODELS_DIR"])
    shutil.copytree(installed / "whisper-base", models / "whisper-base")
    file = models / "whisper-base/model.bin"
    with file.open("r+b") as opened:
        opened.seek(1_000_000)
        opened.write(b"\x00corrupt\x00")
    ran = callbot(tmp_path, "models", "check", models_dir=models)
    assert ran.code == 1
    assert any(
        "model.bin" in line and "callbot models pull whisper-base" in line for line in ran.out.splitlines()
    )
    for command in (("transcribe", QUESTIONS / "un_agent.wav"), ("serve",)):
        ran = callbot(tmp_path, *command, models_dir=models)
        told = "whisper-base: model.bin is corrupt (its checksum differs): run `callbot models pull whisper-base`"
        assert (ran.code, ran.lines) == (1, [f"callbot: {told}"])


@pytest.mark.parametrize("command", ["call", "transcribe"])
def test_a_broken_wav_is_named(tmp_path: Path, command: str) -> None:
    """Before anything is started or called."""
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"RIFF\x00\x00\x00\x00WAVEjunk")
    ran = callbot(tmp_path, command, broken)
    assert ran.code == 1
    assert len(ran.lines) == 1
    assert str(broken) in ran.lines[0]


def test_an_unreachable_database_is_named_without_its_password(tmp_path: Path) -> None:
    """CALLBOT_DATABASE_URL is what to mend."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"postgresql+asyncpg://callbot:motdepasse@127.0.0.1:{port}/callbot"
    ran = callbot(tmp_path, "report", "--format", "json", database_url=url)
    assert ran.code == 1
    assert len(ran.lines) == 1
    assert "CALLBOT_DATABASE_URL" in ran.lines[0]
    assert "motdepasse" not in ran.lines[0]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [("validator", '""', "valid"), ("expires_on", "2026-01-01", "expired")],
)
def test_an_entry_that_must_not_be_spoken_is_named(tmp_path: Path, field: str, value: str, said: str) -> None:
    """`kb check` finds it, exit code 1; `ask` hands over instead of speaking it."""
    folder = tmp_path / "kb"
    shutil.copytree(DEMO, folder)
    file = folder / "entries/etat_civil.toml"
    lines = file.read_text(encoding="utf-8").splitlines()
    where = next(i for i, line in enumerate(lines) if line.startswith(f"{field} ="))
    lines[where] = f"{field} = {value}"
    file.write_text("\n".join(lines), encoding="utf-8")
    ran = callbot(tmp_path, "kb", "check", "--folder", folder)
    told = [
        line
        for line in [*ran.out.splitlines(), *ran.lines]
        if "etat_civil.toml" in line and said in line.lower()
    ]
    assert (ran.code, len(told)) == (1, 1)


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    """The setting and the mend."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = callbot(tmp_path, "serve", web_port=taken.getsockname()[1])
    assert ran.code == 1
    assert "CALLBOT_WEB_PORT" in ran.lines[-1]


def test_an_unknown_command_is_wrong_use(tmp_path: Path) -> None:
    """Exit code 2."""
    assert callbot(tmp_path, "frobnicate").code == 2
