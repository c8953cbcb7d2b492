"""What the router sees of an utterance: its words and pieces of words beside its meaning (the sentence embedding).

TF-IDF (Salton & Buckley 1988) over words, pairs of words, and two to five letters inside words, accents folded: pieces of words
survive a recogniser's errors and spellings, the embedding survives other wordings.
"""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from callbot.understanding.embedding import Vectors
from callbot.understanding.normalise import fold

__all__ = ["Features"]

_MOST_PIECES = 60_000
_WORDS: dict[str, Any] = {"ngram_range": (1, 2), "min_df": 2, "token_pattern": r"\w+"}
_PIECES: dict[str, Any] = {
    "analyzer": "char_wb",
    "ngram_range": (2, 5),
    "min_df": 3,
    "max_features": _MOST_PIECES,
}


class Features:
    """Fitted on the texts to be learnt; afterwards it only reads. Thread-safe."""

    def __init__(self, words: Any, pieces: Any) -> None:
        self._parts = (words, pieces)

    @classmethod
    def fit(cls, texts: Sequence[str]) -> "Features":
        """Learn which words and pieces there are, and how rare each is."""
        folded = [fold(text) for text in texts]
        return cls(_vectorizer(_WORDS).fit(folded), _vectorizer(_PIECES).fit(folded))

    def of(self, texts: Sequence[str], vectors: Vectors) -> csr_matrix:
        """Sparse rows (n, features) of `texts` with their unit `vectors` (n, 384)."""
        folded = [fold(text) for text in texts]
        return csr_matrix(
            hstack(
                [part.transform(folded) for part in self._parts] + [csr_matrix(vectors.astype(np.float64))]
            )
        )

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All of it as arrays of numbers and JSON text, to be kept in a file; `read` takes them back."""
        kept: dict[str, NDArray[Any]] = {}
        for name, part in zip(("words", "pieces"), self._parts, strict=True):
            kept[name] = np.array(json.dumps(sorted(part.vocabulary_, key=part.vocabulary_.__getitem__)))
            kept[f"{name}_idf"] = part.idf_
        return kept

    @classmethod
    def read(cls, arrays: Any) -> "Features":
        """From what `arrays` gave. Raises KeyError or ValueError for anything else."""
        made = []
        for name, options in (("words", _WORDS), ("pieces", _PIECES)):
            part = _vectorizer({**options, "vocabulary": json.loads(str(arrays[name]))})
            part.idf_ = arrays[f"{name}_idf"]
            made.append(part)
        return cls(*made)


def _vectorizer(options: dict[str, Any]) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(sublinear_tf=True, **options)
