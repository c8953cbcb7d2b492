"""What the embedding model makes of the corpus, shipped so that a first start learns in seconds rather than in minutes.

    python -m callbot.corpus.vectors        writes the file anew, after a change of the corpus or of the model
    python -m callbot.corpus.vectors en     the same for English, languages/en/vectors.npz

`vectors.npz` holds `model` (its name, `embedding.MODEL`), `keys` (of the texts, as the router reads them) and `codes`, int8 of shape
(n, 384): a unit vector times 127 over its greatest component. A test compares some of them with the model's own.
"""

import sys
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from callbot.config import load
from callbot.corpus.reader import Part, folder, utterances
from callbot.languages.tables import FRENCH
from callbot.understanding import embedding
from callbot.understanding.embedding import Vectors, text_key

__all__ = ["FILE", "shipped", "vectors_file", "write"]

FILE = Path(__file__).with_name("vectors.npz")


def vectors_file(language: str) -> Path:
    """Where those of a language are, if it ships any."""
    return folder(language) / FILE.name


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


def texts_of_corpus(language: str = FRENCH) -> list[str]:
    """What training reads of the corpus, as the router reads it: the lines, and what is shipped of how they were heard (in French)."""
    from callbot.heard.known import SHIPPED_FOLDER
    from callbot.heard.transcripts import read
    from callbot.understanding.hearsay import usable
    from callbot.understanding.training import readable

    texts = [line.text for part in (Part.TRAIN, Part.THRESHOLDS) for line in utterances(part, language)]
    tables = sorted(SHIPPED_FOLDER.glob("*.tsv")) if language == FRENCH else []
    texts += [each.heard for file in tables for each in read(file) if usable(each)]
    return sorted({text for line in texts if (text := readable(line, language))})


def main(language: str = FRENCH) -> None:
    """Embed what training needs and the file has not, with a progress bar, and write the file."""
    from rich.progress import track

    file = vectors_file(language)
    known, texts = shipped(file), texts_of_corpus(language)
    new = [text for text in texts if text_key(text) not in known]
    embedder = embedding.Embedder(load().models_dir)
    pieces = [new[start : start + 64] for start in range(0, len(new), 64)]
    for piece in track(pieces, "Embedding the corpus"):
        known.update(zip(map(text_key, piece), embedder.embed(piece), strict=True))
    write(texts, np.array([known[text_key(text)] for text in texts]), file)


if __name__ == "__main__":
    main(*sys.argv[1:2])
