"""A caller's words with their places, and what is left when some of them are taken out."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from callbot.redaction.first_names import FIRST_NAMES
from callbot.understanding.normalise import fold

HIDDEN = "…"
"""Stands for what was taken out."""
COMMON = 3
"""A word that so many sentences of the corpus have is no name where it is written small."""

_FRENCH, _ENGLISH = "authors", "languages/en/authors"
_BEFORE_NAMES = frozenset(("madame", "monsieur", "docteur", "mademoiselle", "appelle", "maitre"))

Span = tuple[int, int]
"""Start and end, in characters."""

_WORD = re.compile(r"[^\W\d_]+['’]?|\d+")
_AGAIN = re.compile(rf"{HIDDEN}(?:[\s,.;:-]*{HIDDEN})+")


@dataclass(frozen=True, slots=True)
class Word:
    """One word: as it was written, without case and accents, where it stands, and what stands between it and the word before."""

    written: str
    low: str
    start: int
    end: int
    gap: str

    @property
    def capital(self) -> bool:
        """Whether it begins with one."""
        return self.written[0].isupper()

    @property
    def after_pause(self) -> bool:
        """Whether a sign that ends a part of a sentence stands before it."""
        return any(sign in self.gap for sign in ",;:!?") or ". " in f"{self.gap} "


def read(text: str) -> list[Word]:
    """The words of a text, in order."""
    found, at = [], 0
    for match in _WORD.finditer(text):
        low = fold(match[0].lower().replace("’", "'")).strip().removesuffix("'")
        found.append(Word(match[0], low, match.start(), match.end(), text[at : match.start()]))
        at = match.end()
    return found


def matches(words: Sequence[Word], at: int, wanted: Sequence[str]) -> bool:
    """Whether the words from `at` on are `wanted` (low)."""
    return at >= 0 and tuple(word.low for word in words[at : at + len(wanted)]) == tuple(wanted)


class Cues:
    """Expressions that announce something, found by their first word."""

    def __init__(self, cues: Iterable[Sequence[str]]) -> None:
        self._by_first: dict[str, list[Sequence[str]]] = {}
        for cue in cues:  # the longest first, as `phrases` gives them
            self._by_first.setdefault(cue[0], []).append(cue)

    def at(self, words: Sequence[Word], at: int) -> int:
        """How many words at `at` are one of them; 0: none are."""
        cues = self._by_first.get(words[at].low, ())
        return next((len(cue) for cue in cues if matches(words, at, cue)), 0)


def without(text: str, spans: Iterable[Span]) -> str:
    """The text with HIDDEN in place of each span; spans may overlap."""
    out, at = "", 0
    for start, end in sorted(spans):
        if end <= at:
            continue
        out += (text[at:start] if start > at else "") + HIDDEN
        at = end
    return _AGAIN.sub(HIDDEN, out + text[at:])


def _ordinary(words: Sequence[Word]) -> set[str]:
    """The words of a sentence, without those that follow a title: they are names."""
    before = ("", *(word.low for word in words))
    return {word.low for word, last in zip(words, before, strict=False) if last not in _BEFORE_NAMES}


@cache
def common_words() -> frozenset[str]:
    """Words that callers use of any subject: those of several sentences of the corpus. Read once, some 100 ms."""
    return frozenset(low for low, count in _counts(_FRENCH).items() if count >= COMMON) - FIRST_NAMES


@cache
def known_words() -> frozenset[str]:
    """Every word that callers say in the corpora, of French and of English. Read once."""
    return (frozenset(_counts(_FRENCH)) | frozenset(_counts(_ENGLISH))) - FIRST_NAMES


@cache
def _counts(folder: str) -> dict[str, int]:
    """In how many sentences each word is."""
    counts: dict[str, int] = {}
    for path in sorted(files("callbot.corpus").joinpath(folder).iterdir(), key=lambda path: path.name):
        if path.name.endswith(".tsv"):
            for line in path.read_text(encoding="utf-8").splitlines():
                for low in _ordinary(read(line)):
                    counts[low] = counts.get(low, 0) + 1
    return counts
