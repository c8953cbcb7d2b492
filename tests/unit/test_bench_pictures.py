"""The pictures of the benchmarks: a file each, small enough for a page; what they show is tested where it is counted."""

from pathlib import Path

import numpy as np
import pytest

from callbot.bench import pictures
from callbot.bench.confusion import Group, Matrix
from callbot.bench.reliability import Bin
from callbot.errors import CallbotError
from callbot.understanding.scores import Point

PNG = b"\x89PNG"
MOST_BYTES = 300_000


def shown(file: Path) -> bool:
    """True for a picture that fits."""
    return file.read_bytes().startswith(PNG) and file.stat().st_size <= MOST_BYTES


def test_every_picture_is_written(tmp_path: Path) -> None:
    """Into a folder that is made; the matrix of 84 names is no larger than a page takes."""
    pytest.importorskip("matplotlib", reason="the extra `bench` is not installed")
    folder = tmp_path / "images"
    names = tuple(f"motive_number_{n}" for n in range(84))
    counts = np.random.default_rng(1).poisson(0.3, (84, 84)) + 35 * np.eye(84, dtype=np.int64)
    pictures.confusion(
        Matrix((Group("mairie", names[:40]), Group("acts", names[40:])), counts), folder / "a.png"
    )
    curve = (Point(0.8, 0.9, 0.02, 0.1), Point(0.9, 0.7, 0.01, 0.05))
    pictures.thresholds([pictures.Curve("a", curve), pictures.Curve("b", curve)], 0.85, folder / "b.png")
    pictures.reliability([("a", [Bin(3, 0.2, 0.3)]), ("b", [Bin(4, 0.9, 0.8)])], folder / "c.png")
    pictures.learning(
        [pictures.Learnt(0, 3000, 0.7, 0.3), pictures.Learnt(2, 6000, 0.8, 0.5)], folder / "d.png"
    )
    assert [shown(folder / f"{name}.png") for name in "abcd"] == [True] * 4


def test_without_the_library_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line says what to install."""
    monkeypatch.setitem(__import__("sys").modules, "matplotlib.figure", None)
    monkeypatch.setitem(__import__("sys").modules, "matplotlib.colors", None)
    with pytest.raises(CallbotError, match=r"pip install 'callbot\[bench\]'"):
        pictures.learning([], tmp_path / "a.png")
