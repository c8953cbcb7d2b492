"""What the router sees of an utterance: its words, pieces of words and sounds beside its meaning (the sentence embedding).

TF-IDF (Salton & Buckley 1988) over words, pairs of words, two to five letters inside words, accents folded, and three to five
sounds whatever the words: pieces survive a recogniser's errors and spellings, sounds survive its homophones and its other cuts
between words, the embedding survives other wordings.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from callbot.understanding import phonetic
from callbot.understanding.embedding import Vectors
from callbot.understanding.normalise import fold

__all__ = ["Features"]

_MOST_PIECES = 60_000
_PARTS: dict[str, tuple[Callable[[str], str], dict[str, Any]]] = {
    "words": (fold, {"ngram_range": (1, 2), "min_df": 2, "token_pattern": r"\w+"}),
    "pieces": (
        fold,
        {"analyzer": "char_wb", "ngram_range": (2, 5), "min_df": 3, "max_features": _MOST_PIECES},
    ),
    "sounds": (
        phonetic.key,
        {
            "analyzer": "char",
            "ngram_range": (3, 5),
            "min_df": 3,
            "max_features": _MOST_PIECES,
            "lowercase": False,
        },
    ),
}
"""How a text is read, and what is counted in it."""


class Features:
    """Fitted on the texts to be learnt; afterwards it only reads. Thread-safe."""

    def __init__(self, parts: Mapping[str, Any]) -> None:
        self._parts = parts

    @classmethod
    def fit(cls, texts: Sequence[str]) -> "Features":
        """Learn which words, pieces and sounds there are, and how rare each is."""
        return cls(
            {name: _vectorizer(options).fit(map(read, texts)) for name, (read, options) in _PARTS.items()}
        )

    def of(self, texts: Sequence[str], vectors: Vectors) -> csr_matrix:
        """Sparse rows (n, features) of `texts` with their unit `vectors` (n, 384)."""
        counted = [part.transform(map(_PARTS[name][0], texts)) for name, part in self._parts.items()]
        return csr_matrix(hstack([*counted, csr_matrix(vectors.astype(np.float64))]))

    @property
    def widths(self) -> dict[str, int]:
        """How many columns each part has, in order; those of the embedding come last."""
        return {name: len(part.vocabulary_) for name, part in self._parts.items()}

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All of it as arrays of numbers and JSON text, to be kept in a file; `read` takes them back."""
        kept: dict[str, NDArray[Any]] = {}
        for name, part in self._parts.items():
            kept[name] = np.array(json.dumps(sorted(part.vocabulary_, key=part.vocabulary_.__getitem__)))
            kept[f"{name}_idf"] = part.idf_
        return kept

    @classmethod
    def read(cls, arrays: Any) -> "Features":
        """From what `arrays` gave. Raises KeyError or ValueError for anything else."""
        made = {}
        for name, (_, options) in _PARTS.items():
            part = _vectorizer({**options, "vocabulary": json.loads(str(arrays[name]))})
            part.idf_ = arrays[f"{name}_idf"]
            made[name] = part
        return cls(made)


def _vectorizer(options: dict[str, Any]) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(sublinear_tf=True, **options)
