"""Rows of features that are kept: the same as those counted anew, whatever is on the disk."""

from pathlib import Path

import numpy as np
import pytest

from callbot.understanding import feature_rows
from callbot.understanding.feature_rows import RememberedFeatures
from callbot.understanding.features import Features

TEXTS = [
    f"{thing} {when}"
    for thing in ("horaires de la mairie", "acte de naissance", "carte de pêche")
    for when in ("demain", "ce soir", "le lundi")
]
VECTORS = np.linspace(0, 1, len(TEXTS) * 384, dtype=np.float32).reshape(-1, 384)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> Features:
    """Fitted on the texts; few lines are worth keeping here."""
    monkeypatch.setattr(feature_rows, "_LEAST", 2)
    return Features.fit(TEXTS)


def test_kept_rows_are_those_that_would_be_counted(known: Features, tmp_path: Path) -> None:
    """All new, some new, none new, in another order, and after another process has damaged the file."""
    wanted = known.of(TEXTS, VECTORS).astype(np.float32).toarray()
    for places in (slice(0, 4), slice(2, 9), slice(None), slice(None, None, -1)):
        remembered = RememberedFeatures(known, tmp_path, "router")
        assert np.array_equal(remembered.of(TEXTS[places], VECTORS[places]).toarray(), wanted[places])
    [file] = tmp_path.glob("rows-router-*.npz")
    file.write_bytes(file.read_bytes()[:200])
    again = RememberedFeatures(known, tmp_path, "router").of(TEXTS, VECTORS)
    assert np.array_equal(again.toarray(), wanted)


def test_rows_of_other_features_are_not_read(known: Features, tmp_path: Path) -> None:
    """Other words are other columns: a file of its own, and the former one goes; of another language it stays."""
    RememberedFeatures(known, tmp_path, "router").of(TEXTS, VECTORS)
    RememberedFeatures(known, tmp_path, "router_en").of(TEXTS, VECTORS)
    other = Features.fit([*TEXTS, *(f"{text} encore" for text in TEXTS)])
    rows = RememberedFeatures(other, tmp_path, "router").of(TEXTS, VECTORS)
    assert np.array_equal(rows.toarray(), other.of(TEXTS, VECTORS).astype(np.float32).toarray())
    assert sorted(file.name.rpartition("-")[0] for file in tmp_path.glob("rows-*.npz")) == [
        "rows-router",
        "rows-router_en",
    ]
