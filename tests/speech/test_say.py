"""`callbot say`: a sentence becomes a WAV file as a caller would hear it."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from callbot.audio.files import read_wav
from tests.support.hearing import transcribe, words


def say(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command."""
    command = [sys.executable, "-m", "callbot", "say", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, **environment}
    )


def test_it_speaks_french_for_the_telephone(tmp_path: Path) -> None:
    """8 kHz, understood by Whisper, nothing on standard output, and no click at the ends."""
    out = tmp_path / "out.wav"
    done = say("Bonjour, la mairie ouvre à neuf heures.", "-o", str(out), "--voice", "pico")
    assert (done.returncode, done.stdout) == (0, "")
    assert f"{out}: " in done.stderr
    pcm, rate_hz = read_wav(out)
    assert rate_hz == 8000
    assert words(transcribe(pcm)) >= {"bonjour", "mairie"}
    assert np.abs(pcm[[0, -1]]).max() < 200


def test_nothing_to_say_is_one_line(tmp_path: Path) -> None:
    """Exit code 1, one line that names the text, no file."""
    done = say("...", "-o", str(tmp_path / "out.wav"), "--voice", "pico")
    assert done.returncode == 1
    assert done.stderr.splitlines() == ["callbot: there is nothing to say in '...': write at least one word"]
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_voice_is_one_line(tmp_path: Path) -> None:
    """The line names the voice that is not there."""
    done = say("Oui.", "-o", str(tmp_path / "out.wav"), "--voice", "nobody")
    assert done.returncode in {1, 2}
    [line] = done.stderr.splitlines()
    assert "nobody" in line


def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    """A folder that does not exist: exit code 1, the path in the line."""
    out = tmp_path / "absent" / "out.wav"
    done = say("Oui.", "-o", str(out), "--voice", "pico")
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert str(out) in line


def test_the_output_file_is_required() -> None:
    """Wrong use is exit code 2 and names the option."""
    done = say("Bonjour.")
    assert done.returncode == 2
    assert "--output" in done.stderr
