"""Emergencies in other languages than French (danger.py), by tables alone: languages/CODE/emergencies.toml.

High recall first: a false alarm costs a sentence, a missed fire costs lives. Three guards: words that only sound dangerous are
taken out; tales of the past or paperwork are let through unless the caller cries for help or says that it is happening now, save
in distress, which lasts; and a cry alone is none when it is about everyday business.
"""

from collections.abc import Mapping, Sequence

from callbot.understanding.patterns import anywhere, spaced

_CRY = "112"
_MOST_WORDS = 22
"""In a longer story two signs of danger may have nothing to do with each other."""

Phrases = Mapping[str, Sequence[str]]


class Emergencies:
    """The tables of one language. `lasting`: number to phrases of distress, which no tale of the past rules out; `sudden`: the rest."""

    def __init__(
        self,
        lasting: Phrases,
        sudden: Phrases,
        *,
        pieces: Mapping[str, str],
        lasting_pieces: Mapping[str, str] | None = None,
        harmless: Sequence[str],
        everyday: Sequence[str],
        past: Sequence[str],
        now: Sequence[str],
        deaf: Sequence[str],
        cannot_phone: Sequence[str],
        signs: Phrases | None = None,
        together: Phrases | None = None,
        sign_pieces: Mapping[str, str] | None = None,
    ) -> None:
        own = lasting_pieces or pieces
        self._lasting = tuple((number, anywhere(phrases, own)) for number, phrases in lasting.items())
        self._sudden = tuple((number, anywhere(phrases, pieces)) for number, phrases in sudden.items())
        self._deaf, self._cannot_phone = anywhere(deaf, pieces), anywhere(cannot_phone, pieces)
        self._harmless, self._everyday = anywhere(harmless, pieces), anywhere(everyday, pieces)
        self._past, self._now = anywhere(past, pieces), anywhere(now, pieces)
        self._signs = {kind: anywhere(words, sign_pieces) for kind, words in (signs or {}).items()}
        self._together = tuple(
            (number, frozenset(kinds.split())) for number, sets in (together or {}).items() for kinds in sets
        )

    def number(self, normalised: str) -> str | None:
        """The number to call when a normalised utterance tells of an emergency, else None."""
        text = self._harmless_out(normalised)
        rules = self._lasting if self.is_tale(normalised) else (*self._lasting, *self._sudden)
        number = next((number for number, pattern in rules if pattern.search(text)), None)
        everyday = bool(self._everyday.search(spaced(normalised)))
        if number is None and rules is not self._lasting and not everyday and text.count(" ") <= _MOST_WORDS:
            number = self._by_signs(text)
        if number == _CRY and everyday:
            return None
        if number and self._deaf.search(text) and self._cannot_phone.search(text):
            return "114"
        return number

    def is_tale(self, normalised: str) -> bool:
        """True for the past, a habit or paperwork, when nothing says that it happens now, and for what is nothing but harmless."""
        text = self._harmless_out(normalised)
        if not text.replace("…", "").split():
            return True
        return bool(self._past.search(text)) and not self._now.search(text)

    def _by_signs(self, text: str) -> str | None:
        """The number that signs of danger call for together."""
        kinds = {kind for kind, pattern in self._signs.items() if pattern.search(text)}
        return next((number for number, needed in self._together if needed <= kinds), None)

    def _harmless_out(self, normalised: str) -> str:
        return self._harmless.sub("… ", spaced(normalised))
