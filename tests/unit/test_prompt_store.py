"""Rendered prompts on disk and in memory."""

import logging
from pathlib import Path

import numpy as np
import pytest

from callbot.audio.files import read_wav, write_wav
from callbot.audio.types import Pcm
from callbot.errors import AudioFileError
from callbot.speech import prompt_store
from callbot.speech.prompt_store import PromptStore

KEY, OTHER, THIRD = "a" * 64, "b" * 64, "c" * 64
SOUND = (1000 * np.sin(np.arange(8000) * 0.2)).astype(np.int16)


def names(folder: Path) -> list[str]:
    """What lies in the folder."""
    return sorted(path.name for path in folder.iterdir())


def test_a_saved_prompt_is_an_8_khz_wav_file_and_loads_bit_exact(tmp_path: Path) -> None:
    """Saved by one process, loaded by the next: the same samples, one file named by the key."""
    PromptStore(tmp_path / "prompts", 1 << 20).save(KEY, SOUND)
    loaded = PromptStore(tmp_path / "prompts", 1 << 20).load(KEY)
    assert names(tmp_path / "prompts") == [f"{KEY}.wav"]
    assert read_wav(tmp_path / "prompts" / f"{KEY}.wav")[1] == 8000
    assert loaded is not None
    assert np.array_equal(loaded, SOUND)


def test_an_unknown_prompt_is_none(tmp_path: Path) -> None:
    """Nothing was rendered, not even the folder exists."""
    assert PromptStore(tmp_path / "prompts", 1 << 20).load(KEY) is None


def test_a_write_that_fails_half_way_leaves_the_old_prompt_and_no_rubbish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full in the middle of writing: what was there before is whole, and no half file remains."""
    store = PromptStore(tmp_path, 1 << 20)
    store.save(KEY, SOUND)

    def disk_full(path: Path, pcm: Pcm, rate_hz: int) -> None:
        path.write_bytes(b"RIFF half")
        raise AudioFileError("no space left")

    monkeypatch.setattr(prompt_store, "write_wav", disk_full)
    with pytest.raises(AudioFileError):
        store.save(KEY, SOUND[:100])
    assert names(tmp_path) == [f"{KEY}.wav"]
    assert np.array_equal(read_wav(tmp_path / f"{KEY}.wav")[0], SOUND)


@pytest.mark.parametrize("damage", ["cut", "rubbish", "empty", "rate"])
def test_a_corrupt_prompt_is_logged_and_replaced(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    """A cut, foreign, empty or wrongly sampled file counts as absent, so that it is rendered again."""
    path = tmp_path / f"{KEY}.wav"
    write_wav(path, SOUND, 16000 if damage == "rate" else 8000)
    whole = path.read_bytes()
    path.write_bytes({"cut": whole[:9001], "rubbish": b"x" * 500, "empty": b"", "rate": whole}[damage])
    store = PromptStore(tmp_path, 1 << 20)
    with caplog.at_level(logging.WARNING):
        assert store.load(KEY) is None
    assert "rendered again" in caplog.text
    store.save(KEY, SOUND)
    assert np.array_equal(read_wav(path)[0], SOUND)


def test_memory_is_bounded_and_forgets_the_least_recently_used(tmp_path: Path) -> None:
    """Room for two prompts: the third drives out the one used longest ago, which was never on disk."""
    store = PromptStore(tmp_path, 2 * SOUND.nbytes)
    store.remember(KEY, SOUND)
    store.remember(OTHER, SOUND)
    assert store.load(KEY) is not None
    store.remember(THIRD, SOUND)
    assert [store.load(key) is not None for key in (KEY, OTHER, THIRD)] == [True, False, True]


def test_remembering_again_takes_no_room_twice(tmp_path: Path) -> None:
    """The same key ten times fills one place."""
    store = PromptStore(tmp_path, 2 * SOUND.nbytes)
    store.remember(OTHER, SOUND)
    for _ in range(10):
        store.remember(KEY, SOUND)
    assert [store.load(key) is not None for key in (KEY, OTHER)] == [True, True]


def test_prune_removes_ours_but_what_is_kept(tmp_path: Path) -> None:
    """Old prompts and what an interrupted save left go, from memory too; other people's files stay."""
    store = PromptStore(tmp_path, 1 << 20)
    store.save(KEY, SOUND)
    store.save(OTHER, SOUND)
    store.load(OTHER)
    (tmp_path / "making-123.wav").write_bytes(b"half")
    (tmp_path / "music.wav").write_bytes(b"theirs")
    assert store.prune({KEY}) == 2
    assert names(tmp_path) == [f"{KEY}.wav", "music.wav"]
    assert store.load(OTHER) is None
