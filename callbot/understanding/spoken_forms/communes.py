"""Names of communes as recognisers write them, found in a list that the operator hands in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from callbot.understanding.normalise import fold

_ABBREVIATIONS = {"st": "saint", "ste": "sainte", "sts": "saints", "s": "sur", "ss": "sous"}
_SOUNDS = (
    ("ph", "f"),
    ("ault", "o"),
    ("eaux", "o"),
    ("eau", "o"),
    ("aux", "o"),
    ("au", "o"),
    ("qu", "k"),
    ("c", "k"),
    ("y", "i"),
    ("z", "s"),
    ("x", "s"),
    ("h", ""),
    ("e", ""),
)
_CLOSE = 0.8
"""Least likeness of two sounds of names, 0–1, that are taken for the same."""
_CLEAR = 0.08
"""By how much the best name must be closer than the second."""


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune and its postcodes."""

    name: str
    postcodes: tuple[str, ...] = ()


class Communes:
    """A list of communes to look names up in: a department's, or the neighbourhood's."""

    def __init__(self, communes: Iterable[Commune]) -> None:
        self._by_key = {_key(commune.name): commune for commune in communes}
        self._sounds = {key: _sound(key) for key in self._by_key}
        self.longest = max((len(key.split()) for key in self._by_key), default=0)

    def exact(self, said: str) -> Commune | None:
        """The commune of that name, accents, case, hyphens and « St » aside."""
        return self._by_key.get(_key(said))

    def find(self, said: str, postcode: str | None = None) -> Commune | None:
        """The commune of that name or one that sounds like it, among those with `postcode` if any has it; None when unsure."""
        exact = self.exact(said)
        if exact:
            return exact
        sound = _sound(_key(said))
        if not sound:
            return None
        near = [key for key, c in self._by_key.items() if postcode in c.postcodes] or list(self._by_key)
        likeness = sorted(
            ((SequenceMatcher(None, sound, self._sounds[key]).ratio(), key) for key in near), reverse=True
        )
        if not likeness or likeness[0][0] < _CLOSE:
            return None
        if len(likeness) > 1 and likeness[0][0] - likeness[1][0] < _CLEAR:
            return None
        return self._by_key[likeness[0][1]]

    def whole_name(self, name: str) -> str:
        """The only commune whose name begins with `name`, « Valbourg »; `name` itself where there is none, or several."""
        key = _key(name)
        begin = {c.name for k, c in self._by_key.items() if key and k.startswith(f"{key} ")}
        return begin.pop() if len(begin) == 1 else name

    def at_end(self, said: Sequence[str]) -> int:
        """The index from which the words are the name of a commune, the longest such name; -1 when they end in none."""
        starts = range(max(len(said) - self.longest, 0), len(said))
        return next((start for start in starts if self.exact(" ".join(said[start:]))), -1)


def _key(name: str) -> str:
    words = fold(name.lower()).replace("œ", "oe").replace(",", " ").split()
    return " ".join(_ABBREVIATIONS.get(word, word) for word in words)


def _sound(key: str) -> str:
    """Roughly how it sounds: what French spells in several ways becomes one, doubled letters single, silent ends are cut."""
    for spelled, sound in _SOUNDS:
        key = key.replace(spelled, sound)
    words = [word.rstrip("stdp") or word for word in key.split()]
    joined = "".join(words)
    return "".join(letter for at, letter in enumerate(joined) if letter != joined[at - 1 : at])
