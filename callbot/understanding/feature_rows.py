"""Rows of features that were counted before, kept on the disk: a small change of the knowledge base counts only its own lines anew.

Which words and pieces there are does not change in a small change (`retraining`), so the row of a line stays what it was. The columns of
the embedding are not kept: vectors are remembered elsewhere (`embedding.CachedEmbedder`). Numbers and JSON only, never a pickle.
"""

import json
import os
import zipfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack, vstack

from callbot.understanding import features, normalise, phonetic
from callbot.understanding.embedding import Vectors
from callbot.understanding.features import Features

__all__ = ["RememberedFeatures"]

_LEAST = 1_000
"""Fewer lines are counted sooner than they are read from the disk."""


class RememberedFeatures(Features):
    """The same features as `known`, whose counted rows are sought in `folder` first; `kind` is in the file's name."""

    def __init__(self, known: Features, folder: Path, kind: str) -> None:
        super().__init__(known._parts)
        self._file = folder / f"rows-{kind}-{_version(known)}.npz"

    def of(self, texts: Sequence[str], vectors: Vectors) -> csr_matrix:
        """As `Features.of`, in float32."""
        if len(texts) < _LEAST:
            return super().of(texts, vectors)
        places, rows = self._read()
        new = [text for text in dict.fromkeys(texts) if text not in places]
        if new or not places:
            counted = self._counted(new)
            places |= {text: len(places) + n for n, text in enumerate(new)}
            rows = counted if rows is None else csr_matrix(vstack([rows, counted]))
            self._write(list(places), rows)
        assert rows is not None
        own = rows[[places[text] for text in texts]]
        return csr_matrix(hstack([own, csr_matrix(vectors.astype(np.float32))]))

    def _counted(self, texts: Sequence[str]) -> csr_matrix:
        width = sum(self.widths.values())
        empty = np.zeros((len(texts), 0), dtype=np.float32)
        return csr_matrix(super().of(texts, empty)[:, :width].astype(np.float32))

    def _read(self) -> tuple[dict[str, int], csr_matrix | None]:
        """Texts with their places, and their rows; nothing when the file is missing or damaged, for it can be made again."""
        try:
            with np.load(self._file, allow_pickle=False) as saved:
                texts = json.loads(str(saved["texts"]))
                shape = len(texts), sum(self.widths.values())
                rows = csr_matrix((saved["data"], saved["indices"], saved["indptr"]), shape=shape)
                return {text: n for n, text in enumerate(texts)}, rows
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return {}, None

    def _write(self, texts: list[str], rows: csr_matrix) -> None:
        """Atomically; those of other features, which nothing reads again, are removed."""
        partial = self._file.with_name(f".{os.getpid()}.rows.partial.npz")
        np.savez(
            partial,
            texts=np.array(json.dumps(texts)),
            data=rows.data,
            indices=rows.indices,
            indptr=rows.indptr,
        )
        partial.replace(self._file)
        for old in self._file.parent.glob(f"{self._file.stem.rpartition('-')[0]}-*.npz"):
            if old != self._file:
                old.unlink(missing_ok=True)


def _version(known: Features) -> str:
    """Changes when the same text would have another row."""
    version = sha256()
    for module in (features, phonetic, normalise):
        version.update(Path(str(module.__file__)).read_bytes())
    for name, array in sorted(known.arrays().items()):
        version.update(name.encode())
        version.update(str(array).encode() if array.dtype.kind == "U" else array.tobytes())
    return version.hexdigest()[:16]
