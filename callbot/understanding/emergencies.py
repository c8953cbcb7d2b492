"""Emergencies: the utterances after which the number to call is said at once, whatever else was said.

High recall first: a false alarm costs a sentence, a missed fire costs lives. Three guards, in harmless_phrases.py: words
that only sound dangerous (« feu d'artifice ») are taken out; tales of the past or paperwork (« l'an dernier ») are let
through unless the caller cries for help or says that it is happening now, save in distress, which lasts; and a cry alone
(« au secours ») is none when it is about everyday business.
"""

from callbot.understanding import distress_phrases, emergency_phrases, sign_phrases
from callbot.understanding.emergency_phrases import CANNOT_PHONE, DEAF
from callbot.understanding.harmless_phrases import EVERYDAY, HARMLESS, NOW, PAST
from callbot.understanding.patterns import anywhere, spaced

NUMBERS = (*distress_phrases.DISTRESS, *emergency_phrases.NUMBERS)
"""Every number that can be named, in order of precedence."""

_PIECES = emergency_phrases.PIECES
_LASTING = tuple(
    (number, anywhere(phrases, distress_phrases.PIECES))
    for number, phrases in distress_phrases.DISTRESS.items()
)
_SUDDEN = tuple((number, anywhere(phrases, _PIECES)) for number, phrases in emergency_phrases.NUMBERS.items())
_DEAF, _CANNOT_PHONE = anywhere(DEAF, _PIECES), anywhere(CANNOT_PHONE, _PIECES)
_HARMLESS, _EVERYDAY = anywhere(HARMLESS, _PIECES), anywhere(EVERYDAY, _PIECES)
_PAST, _NOW = anywhere(PAST, _PIECES), anywhere(NOW, _PIECES)
_CRY = "112"
_MOST_WORDS = 22
"""In a longer story two signs of danger may have nothing to do with each other."""
_SIGNS = {kind: anywhere(words, sign_phrases.PIECES) for kind, words in sign_phrases.SIGNS.items()}
_TOGETHER = tuple(
    (number, frozenset(kinds.split())) for number, sets in sign_phrases.TOGETHER.items() for kinds in sets
)


def emergency_number(normalised: str) -> str | None:
    """The number to call, one of NUMBERS, when a normalised utterance tells of an emergency, else None."""
    text = _harmless_out(normalised)
    rules = _LASTING if is_tale(normalised) else (*_LASTING, *_SUDDEN)
    number = next((number for number, pattern in rules if pattern.search(text)), None)
    everyday = bool(_EVERYDAY.search(spaced(normalised)))
    if number is None and rules is not _LASTING and not everyday and text.count(" ") <= _MOST_WORDS:
        number = _by_signs(text)
    if number == _CRY and everyday:
        return None
    if number and _DEAF.search(text) and _CANNOT_PHONE.search(text):
        return "114"
    return number


def is_tale(normalised: str) -> bool:
    """True when a normalised utterance tells of the past, of a habit or of paperwork, and of nothing that happens now."""
    text = _harmless_out(normalised)
    return bool(_PAST.search(text)) and not _NOW.search(text)


def _by_signs(text: str) -> str | None:
    """The number that signs of danger call for together."""
    kinds = {kind for kind, pattern in _SIGNS.items() if pattern.search(text)}
    return next((number for number, needed in _TOGETHER if needed <= kinds), None)


def _harmless_out(normalised: str) -> str:
    return _HARMLESS.sub("… ", spaced(normalised))
