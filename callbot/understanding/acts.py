"""Dialogue acts: what is said about the conversation itself (yes, no, repeat, a person please…).

An act is recognised when the whole utterance is made of acts and courtesies: « oui bonjour » is one, « oui bonjour je
voudrais un passeport » is not. Of several acts in one utterance the one highest in the table wins: « non merci au revoir »
is a leave-taking. Failing that, an act may show through other words (act_signs.py).
"""

import re
from collections.abc import Mapping, Sequence

from callbot.understanding import act_signs
from callbot.understanding.act_phrases import ACTS, COURTESY, ENGLISH, PIECES
from callbot.understanding.patterns import any_of, anywhere, spaced

_MAX_WORDS = 25
"""Nobody needs more words for a dialogue act; longer utterances are left to the router."""

Phrases = Mapping[str, Sequence[str]]


class Acts:
    """The acts of one language: `acts` by name, in order of precedence, and what may stand around them without changing them.

    `sure`, `leading` and `business` as in act_signs.py, with their own pieces.
    """

    def __init__(
        self,
        acts: Phrases,
        courtesy: Sequence[str],
        pieces: Mapping[str, str],
        *,
        sure: Phrases | None = None,
        leading: Phrases | None = None,
        business: Sequence[str] = (),
        sign_pieces: Mapping[str, str] | None = None,
    ) -> None:
        named = "|".join(f"(?P<{act}>{any_of(phrases, pieces)})" for act, phrases in acts.items())
        polite = any_of(courtesy, pieces)
        self._names = tuple(acts)
        self._whole = re.compile(f"(?:{named}|{polite})+")
        self._business = anywhere(business, sign_pieces) if business else None
        self._sure = [(act, anywhere(phrases, sign_pieces)) for act, phrases in (sure or {}).items()]
        self._leading = [
            (act, re.compile(f"(?:{polite})*{any_of(phrases, sign_pieces)}"))
            for act, phrases in (leading or {}).items()
        ]

    def of(self, text: str) -> str | None:
        """The act that an utterance (see `spaced`) consists of, or that shows through it; None when it says anything else."""
        return self.whole(text) or self.shown(text)

    def whole(self, text: str) -> str | None:
        """The act that is all that is said, besides courtesies."""
        words = text.split()
        match = self._whole.fullmatch(text) if words and len(words) <= _MAX_WORDS else None
        if match is None:
            return None
        found = next((act for act in self._names if match[act] is not None), None)
        return "oui" if found == "accord" else found

    def shown(self, text: str) -> str | None:
        """The act that shows through an utterance that says more."""
        if len(text.split()) > _MAX_WORDS or (self._business and self._business.search(text)):
            return None
        sure = next((act for act, pattern in self._sure if pattern.search(text)), None)
        return sure or next((act for act, pattern in self._leading if pattern.fullmatch(text)), None)


_FRENCH = Acts(
    ACTS,
    COURTESY,
    PIECES,
    sure=act_signs.SURE,
    leading=act_signs.LEADING,
    business=act_signs.BUSINESS,
    sign_pieces=act_signs.PIECES,
)
_HOW_ARE_YOU = anywhere(("comment (allez vous|vous allez|vous portez vous|tu vas)",))


def act_of(normalised: str) -> str | None:
    """The dialogue act that a normalised French utterance (see `normalise`) consists of, or that shows in it, or None."""
    return consists_of(normalised) or shown_in(normalised)


def consists_of(normalised: str) -> str | None:
    """The dialogue act that is all that is said, besides courtesies.

    One of: oui, non, repeter, plus_lentement, agent, attendre, merci, salutation, au_revoir, rappel, langue_en,
    identite_bot, insulte.
    """
    text = _HOW_ARE_YOU.sub("bonjour ", spaced(normalised))
    return "langue_en" if _is_english(text.split()) else _FRENCH.whole(text)


def shown_in(normalised: str) -> str | None:
    """The act that shows through an utterance that says more."""
    return _FRENCH.shown(_HOW_ARE_YOU.sub("bonjour ", spaced(normalised)))


def _is_english(words: list[str]) -> bool:
    """At least three words that English has and most of the utterance made of them."""
    english = sum(word in ENGLISH for word in words)
    return english >= 3 and english * 2 > len(words)
