"""`callbot transcribe` as its user runs it."""

import json
from pathlib import Path

import numpy as np

from callbot.audio.files import read_wav, write_wav
from callbot.audio.line import to_rate
from tests.support.cli import callbot
from tests.support.recognition import SAID, SPEECH, word_error_rate

QUESTION = SPEECH / "stt_question.wav"


def test_recordings_of_any_rate_are_transcribed(tmp_path: Path) -> None:
    """One line of JSON per file, in order, with exactly the promised fields; two turns are joined; silence is no error."""
    pcm, rate_hz = read_wav(QUESTION)
    studio = tmp_path / "studio.wav"
    pause = np.zeros(2 * rate_hz, np.int16)
    write_wav(studio, to_rate(np.concatenate([pcm, pause, pcm]), rate_hz, 44100), 44100)
    silent = tmp_path / "silent.wav"
    write_wav(silent, pause, rate_hz)
    done = callbot(tmp_path, "transcribe", QUESTION, studio, silent, "--engine", "whisper", "--json")
    assert (done.code, done.lines) == (0, [])
    first, second, third = (json.loads(line) for line in done.out.splitlines())
    assert list(first) == ["path", "text", "seconds", "compute_seconds", "engine", "model"]
    assert (first["path"], first["engine"], first["model"]) == (str(QUESTION), "whisper", "whisper-base")
    assert abs(first["seconds"] - len(pcm) / rate_hz) < 0.01
    assert first["compute_seconds"] > 0
    assert word_error_rate(SAID["question"], first["text"]) <= 0.15
    assert word_error_rate(SAID["question"] * 2, second["text"]) <= 0.15
    assert (third["path"], third["text"]) == (str(silent), "")


def test_a_broken_file_is_one_line_and_the_others_are_done(tmp_path: Path) -> None:
    """Exit code 1 at the end; standard error names each bad file, standard output holds the good one."""
    broken, empty = tmp_path / "broken.wav", tmp_path / "empty.wav"
    broken.write_bytes(QUESTION.read_bytes()[:1000])
    empty.write_bytes(b"")
    done = callbot(tmp_path, "transcribe", broken, empty, QUESTION, tmp_path / "absent.wav")
    assert done.code == 1
    assert [line.split(": ")[:2] for line in done.lines] == [
        ["callbot", str(broken)],
        ["callbot", str(empty)],
        ["callbot", str(tmp_path / "absent.wav")],
    ]
    path, text = done.out.strip().split(": ", 1)
    assert path == str(QUESTION)
    assert word_error_rate(SAID["question"], text) <= 0.15


def test_a_missing_model_is_one_line(tmp_path: Path) -> None:
    """With the command that mends it."""
    done = callbot(tmp_path, "transcribe", QUESTION, models_dir=tmp_path / "no-models")
    assert done.code == 1
    [line] = done.lines
    assert "run `callbot models pull`" in line


def test_an_unknown_engine_is_wrong_use(tmp_path: Path) -> None:
    """Exit code 2, and the engines there are."""
    done = callbot(tmp_path, "transcribe", QUESTION, "--engine", "ear")
    assert done.code == 2
    assert "'auto', 'vosk', 'whisper'" in done.lines[-1]
