"""Emergencies: the utterances after which the number to call is said at once, whatever else was said.

High recall first: a false alarm costs a sentence, a missed fire costs lives. Two guards, in emergency_phrases.py: words
that only sound dangerous (« feu d'artifice ») are taken out, and tales of the past or paperwork (« l'an dernier ») are
let through unless the caller cries for help or says that it is happening now.
"""

from callbot.understanding.emergency_phrases import HARMLESS, NOW, NUMBERS, PAST, PIECES
from callbot.understanding.patterns import anywhere, spaced

_RULES = tuple((number, anywhere(phrases, PIECES)) for number, phrases in NUMBERS.items())
_HARMLESS = anywhere(HARMLESS, PIECES)
_PAST = anywhere(PAST, PIECES)
_NOW = anywhere(NOW, PIECES)


def emergency_number(normalised: str) -> str | None:
    """The number to call (15, 17, 18, 112 or 114) when a normalised utterance tells of an emergency, else None."""
    if is_tale(normalised):
        return None
    text = _harmless_out(normalised)
    return next((number for number, pattern in _RULES if pattern.search(text)), None)


def is_tale(normalised: str) -> bool:
    """True when a normalised utterance tells of the past, of a habit or of paperwork, and of nothing that happens now."""
    text = _harmless_out(normalised)
    return bool(_PAST.search(text)) and not _NOW.search(text)


def _harmless_out(normalised: str) -> str:
    return _HARMLESS.sub("… ", spaced(normalised))
