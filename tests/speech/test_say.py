"""`callbot say`: a sentence becomes a WAV file as a caller would hear it."""

from pathlib import Path

import numpy as np
import pytest

from callbot.audio.files import read_wav
from callbot.cli import main
from tests.support.hearing import transcribe, words


def say(*arguments: str) -> int:
    """Run the command as the command line does; its exit code."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["callbot", "say", *arguments])
        try:
            main()
        except SystemExit as leave:
            return int(leave.code or 0)
    return 0


def test_it_speaks_french_for_the_telephone(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """8 kHz, understood by Whisper, nothing on standard output, and no click at the ends."""
    out = tmp_path / "out.wav"
    done = say("Bonjour. Ne quittez pas, je vous passe le service.", "-o", str(out), "--voice", "pico")
    shown = capfd.readouterr()
    assert (done, shown.out) == (0, "")
    assert f"{out}: " in shown.err
    pcm, rate_hz = read_wav(out)
    assert rate_hz == 8000
    assert words(transcribe(pcm)) >= {"bonjour", "quittez", "service"}
    assert np.abs(pcm[[0, -1]]).max() < 200


def test_nothing_to_say_is_one_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Exit code 1, one line that names the text, no file."""
    done = say("...", "-o", str(tmp_path / "out.wav"), "--voice", "pico")
    assert done == 1
    assert capfd.readouterr().err.splitlines() == [
        "callbot: there is nothing to say in '...': write at least one word"
    ]
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_voice_is_one_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The line names the voice that is not there."""
    done = say("Oui.", "-o", str(tmp_path / "out.wav"), "--voice", "nobody")
    assert done == 1
    [line] = capfd.readouterr().err.splitlines()
    assert "nobody" in line


def test_a_place_that_cannot_be_written_is_one_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A folder that does not exist: exit code 1, the path in the line."""
    out = tmp_path / "absent" / "out.wav"
    done = say("Oui.", "-o", str(out), "--voice", "pico")
    assert done == 1
    [line] = capfd.readouterr().err.splitlines()
    assert str(out) in line


def test_the_output_file_is_required(capfd: pytest.CaptureFixture[str]) -> None:
    """Wrong use is exit code 2 and names the option."""
    done = say("Bonjour.")
    assert done == 2
    assert "--output" in capfd.readouterr().err
