"""`callbot bench stt` on a small set of real speech."""

import json
import shutil
from pathlib import Path

import pytest

from tests.support.cli import callbot
from tests.support.recognition import SAID, SPEECH

CONDITIONS = ["clean", "alaw", "street_10db", "babble_10db"]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A set of two readers, with noises."""
    (tmp_path / "speech" / "small").mkdir(parents=True)
    (tmp_path / "noise").mkdir()
    shutil.copy(SPEECH / "stt_street.wav", tmp_path / "noise" / "city.wav")
    shutil.copy(SPEECH / "stt_music.wav", tmp_path / "noise" / "babble_fr_6talkers.wav")
    rows = ["path\tgender\tage\taccent\ttranscript"]
    for name, gender in (("question", "M"), ("eglise", "F")):
        rows.append(f"{(SPEECH / f'stt_{name}.wav').absolute()}\t{gender}\t?\tfrance\t{SAID[name]}")
    (tmp_path / "speech" / "small" / "utterances.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return tmp_path


def test_figures_for_each_condition_and_group(tmp_path: Path, data: Path) -> None:
    """The promised fields; a set's rate lies between those of its groups, which stand below it."""
    done = callbot(tmp_path, "bench", "stt", "--data", data, "--engine", "whisper", "--limit", "2", "--json")
    assert (done.code, done.lines) == (0, [])
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert [(row["condition"], row["group"], row["n"]) for row in rows] == [
        (condition, group, n)
        for condition in CONDITIONS
        for group, n in ((None, 2), ("gender=F", 1), ("gender=M", 1))
    ]
    assert {(row["engine"], row["model"], row["set"]) for row in rows} == {
        ("whisper", "whisper-base", "small")
    }
    rates = {(row["condition"], row["group"]): row["wer"] for row in rows}
    assert rates["clean", None] <= 0.3
    for condition in CONDITIONS:
        woman, man = rates[condition, "gender=F"], rates[condition, "gender=M"]
        assert min(woman, man) <= rates[condition, None] <= max(woman, man)
    assert all(0 <= row["wer_low"] <= row["wer"] <= row["wer_high"] for row in rows)
    assert all(row["compute_per_audio_second"] > 0 for row in rows)


def test_absent_data_is_one_line(tmp_path: Path) -> None:
    """With the option that mends it."""
    done = callbot(tmp_path, "bench", "stt", "--data", tmp_path / "absent")
    assert done.code == 1
    assert done.lines == [
        f"callbot: {tmp_path / 'absent' / 'speech'}: no speech set there (SET/utterances.tsv); give --data DIR"
    ]


def test_the_benchmarks_are_listed(tmp_path: Path) -> None:
    """Without importing what they need."""
    done = callbot(tmp_path, "bench", "--help")
    assert done.code == 0
    assert {"stt", "intents"} <= {line.split()[0] for line in done.out.splitlines() if line.strip()}
