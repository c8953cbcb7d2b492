"""Which words of an utterance nobody ever used to ask for what it seems to ask for: « livret d'épargne » is no « livret de famille ».

The head noun alone makes the router sure, for it has learnt many questions and few of what merely sounds like them. So a short
utterance that has a word which none of the motive's examples has is only half believed: it is asked about, not answered. What has no
word that tells anything, or only words that nobody ever said, is not believed at all. Chosen on the authors of thresholds; the
trade-off stands in docs/benchmarks.md. French only: the words that tell nothing are.
"""

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from callbot.understanding.interpretation import Candidate
from callbot.understanding.normalise import fold
from callbot.understanding.scores import is_motive
from callbot.understanding.training import Examples

__all__ = ["Vocabulary", "learn", "place", "read", "write"]

HALF_BELIEVED = 0.65
"""What the confidence is multiplied by. Of such utterances that would be answered, two in three are right."""
ONE_NEW, TWO_NEW = 3, 4
"""Up to so many telling words, one new word, or two, make an utterance one of these."""

EVERYONES = 8
"""Words that so many motives have tell nothing new of any of them."""

ANY_SUBJECT = frozenset({"reclamation"})
"""Motives in which anything may be named: one complains of the bins, of a neighbour, of the weather."""

_LEAST_LETTERS, _STEM, _PREFIX = 3, 7, 4
_EMPTY = frozenset(
    ["les", "une", "des", "aux", "mon", "mes", "ton", "tes", "son", "ses", "notre", "nos", "votre", "vos", "leur",
     "leurs", "elle", "nous", "vous", "ils", "elles", "cet", "cette", "ces", "cela", "ca", "est", "suis", "sommes",
     "etes", "sont", "ete", "etre", "avons", "avez", "ont", "avoir", "pas", "plus", "que", "qui", "quoi", "dont",
     "mais", "donc", "car", "pour", "par", "avec", "sans", "sur", "sous", "dans", "chez", "vers", "entre", "comme",
     "tres", "bien", "tout", "tous", "toute", "toutes", "faut", "faire", "fait", "fais", "peut", "peux", "pouvez",
     "voudrais", "veux", "voulais", "aimerais", "savoir", "comment", "combien", "quand", "quel", "quelle", "quels",
     "quelles", "quelque", "chose", "bonjour", "merci", "madame", "monsieur", "oui", "non", "alors", "aussi", "encore",
     "deja", "meme", "autre", "autres", "ici"]
)  # fmt: skip
"""Words that tell nothing of what is asked for."""
_ENDING = re.compile(r"(?:es|s|x|e)$")


@dataclass(frozen=True)
class Vocabulary:
    """The stems of the words of each motive's examples, and the beginnings of all words that were ever learnt."""

    motives: dict[str, frozenset[str]]
    beginnings: frozenset[str]

    def believed(self, text: str, ranking: Sequence[Candidate]) -> tuple[Candidate, ...]:
        """`ranking` with the confidence that the words of the utterance allow. `text`: as the router reads it."""
        if not ranking or not self.motives:
            return tuple(ranking)
        known = self.motives.get(ranking[0].motive, frozenset())
        share = self._share(list(_stems(text)), known, anything=ranking[0].motive in ANY_SUBJECT)
        return tuple(replace(candidate, confidence=candidate.confidence * share) for candidate in ranking)

    def _share(self, said: list[str], known: frozenset[str], *, anything: bool) -> float:
        if not any(stem in self.beginnings for stem in said):
            return 0.0
        new = 0 if anything else sum(stem not in known for stem in said)
        novel = (new >= 1 and len(said) <= ONE_NEW) or (new >= 2 and len(said) <= TWO_NEW)
        return HALF_BELIEVED if novel else 1.0


def learn(examples: Examples) -> Vocabulary:
    """The words of what is learnt as it was written; what a recogniser made of it counts for nothing."""
    stems: dict[str, set[str]] = {}
    for text, (motive, _) in zip(examples.words, examples.labels, strict=True):
        stems.setdefault(motive, set()).update(_stems(text))
    ever = set().union(*stems.values())
    beginnings = {stem[:length] for stem in ever for length in range(_PREFIX, _STEM)} | ever
    asked = {motive: words for motive, words in stems.items() if is_motive(motive)}
    motives = Counter(stem for words in asked.values() for stem in words)
    everyones = {stem for stem, count in motives.items() if count >= EVERYONES}
    own = {motive: frozenset(words | everyones) for motive, words in asked.items()}
    return Vocabulary(own, frozenset(beginnings))


def place(router: Path) -> Path:
    """Where the vocabulary of the router in that file is kept; another one when this code changes."""
    code = sha256(Path(__file__).read_bytes()).hexdigest()[:8]
    return router.with_name(f"words-{router.stem}-{code}.json")


def write(file: Path, vocabulary: Vocabulary) -> None:
    """Atomically; those of routers that are gone are removed."""
    partial = file.with_name(f".{os.getpid()}.partial.json")
    told = {
        "motives": {motive: sorted(words) for motive, words in sorted(vocabulary.motives.items())},
        "beginnings": sorted(vocabulary.beginnings),
    }
    partial.write_text(json.dumps(told), encoding="utf-8")
    partial.replace(file)
    for old in file.parent.glob("words-*.json"):
        router = file.with_name(f"{old.stem.removeprefix('words-').rpartition('-')[0]}.npz")
        if old != file and not router.exists():
            old.unlink(missing_ok=True)


def read(file: Path) -> Vocabulary | None:
    """The vocabulary in `file`, or None when it is missing or damaged."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        own = {str(motive): frozenset(words) for motive, words in told["motives"].items()}
        return Vocabulary(own, frozenset(told["beginnings"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _stems(text: str) -> Iterable[str]:
    for word in fold(text).split():
        if len(word) >= _LEAST_LETTERS and word not in _EMPTY:
            yield (_ENDING.sub("", word) if len(word) > _PREFIX else word)[:_STEM]
