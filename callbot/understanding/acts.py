"""Dialogue acts: what is said about the conversation itself (yes, no, repeat, a person please…).

An act is recognised when the whole utterance is made of acts and courtesies: « oui bonjour » is one, « oui bonjour je
voudrais un passeport » is not. Of several acts in one utterance the one highest in the table wins: « non merci au revoir »
is a leave-taking. Failing that, an act may show through other words (act_signs.py).
"""

import re

from callbot.understanding import act_signs
from callbot.understanding.act_phrases import ACTS, COURTESY, ENGLISH, PIECES
from callbot.understanding.patterns import any_of, anywhere, spaced

_MAX_WORDS = 25
"""Nobody needs more words for a dialogue act; longer utterances are left to the router."""

_WHOLE = re.compile(
    "(?:"
    + "|".join(f"(?P<{act}>{any_of(phrases, PIECES)})" for act, phrases in ACTS.items())
    + f"|{any_of(COURTESY, PIECES)})+"
)
_HOW_ARE_YOU = anywhere(("comment (allez vous|vous allez|vous portez vous|tu vas)",))
_BUSINESS = anywhere(act_signs.BUSINESS, act_signs.PIECES)
_SURE = tuple((act, anywhere(phrases, act_signs.PIECES)) for act, phrases in act_signs.SURE.items())
_LEADING = tuple(
    (act, re.compile(f"(?:{any_of(COURTESY, PIECES)})*{any_of(phrases, act_signs.PIECES)}"))
    for act, phrases in act_signs.LEADING.items()
)


def act_of(normalised: str) -> str | None:
    """The dialogue act that a normalised utterance (see `normalise`) consists of, or None when it says anything else.

    One of: oui, non, repeter, plus_lentement, agent, attendre, merci, salutation, au_revoir, rappel, langue_en,
    identite_bot, insulte.
    """
    text = _HOW_ARE_YOU.sub("bonjour ", spaced(normalised))
    words = text.split()
    if _is_english(words):
        return "langue_en"
    if not words or len(words) > _MAX_WORDS:
        return None
    match = _WHOLE.fullmatch(text)
    if match is None:
        return _shown(text)
    found = [act for act in ACTS if match[act] is not None]
    if not found:
        return None
    return "oui" if found[0] == "accord" else found[0]


def _shown(text: str) -> str | None:
    """The act that shows through an utterance that says more."""
    if _BUSINESS.search(text):
        return None
    sure = next((act for act, pattern in _SURE if pattern.search(text)), None)
    return sure or next((act for act, pattern in _LEADING if pattern.fullmatch(text)), None)


def _is_english(words: list[str]) -> bool:
    """At least three words that English has and most of the utterance made of them."""
    english = sum(word in ENGLISH for word in words)
    return english >= 3 and english * 2 > len(words)
