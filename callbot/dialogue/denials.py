"""That it is no emergency, that the caller does not know, that the bot should stop: read from words alone. Pure tables, and functions.

What denies must be all of the utterance, or its beginning: « ce n'est pas une urgence mais il ne respire plus » denies nothing.
Notation: patterns.py.
"""

import re

from callbot.dialogue.moves import State
from callbot.understanding.patterns import any_of, anywhere, spaced

NO_URGENCY = (
    "[(c'est|c'était|ce n'est|ce n'était|il n'y a|il y a|y a|j'ai|je n'ai)] "
    "(pas|aucune?|rien) [du tout] [(d'|une|en)*] (urgence|urgent|danger)",
    "personne [(n'|ne)*] (est|était) [(vraiment|du tout)] en danger",
    "(on|je|il|elle|ils|elles) [(n'|ne)*] (est|suis|sont) pas [(vraiment|du tout)] en danger",
    "[(no|it's|its|it|is|this|that|that's|isn't)*] not an? emergency",
    "[(it|this|that)] (isn't|is not) an? emergency",
    "[(there's|there is|it's)] no emergency",
    "(nobody|no one)('s| is)* in danger",
)
"""Whatever was asked: it is no emergency, though the word is said."""
CALM = (
    "(tout|ça|cela|elle|il|on|tout le monde|je) (va|vais) [(très|bien|mieux|parfaitement)*] (bien|mieux)",
    "(elle|il|on) (me|nous)* (répond|parle) [(bien|très bien|normalement)]",
    "[(c'est|ce n'est|il n'y a|il y a|y a)] (rien|pas) [du tout] [de] (grave|bien méchant|méchant|sérieux)",
    "(c'est|ce n'est|il n'y a|il y a|y a) rien [du tout]",
    "(everything|everyone|everybody|all|it|she|he)('s| is)* (fine|okay|ok|all right|alright|well)",
    "nothing (serious|is wrong|wrong)",
    "i'm (fine|okay|ok|all right)",
)
"""To « Est-ce une urgence ? » and « Est-ce que la personne vous répond ? »: all is well."""
REFUSALS = (
    "non",
    "nom",
    "nan",
    "no",
    "nope",
    "pas du tout",
    "absolument pas",
    "pas (vraiment|spécialement|particulièrement)",
    "(rien à voir|jamais de la vie|quelle idée|n'importe quoi)",
    "not (at all|really)",
)
"""The same to « Est-ce une urgence ? » only."""
UNSURE = (
    "(je|j') [(ne|n'|en)*] sais (pas|plus|rien) [(trop|vraiment|du tout|moi)]",
    "[(je|j')] (n'en|en) sais [(trop|vraiment)] rien",
    "[(je n'ai|j'ai)] (aucune|pas) [d'] idée",
    "(peut être|possible|c'est possible|bof)",
    "(i don't know|i do not know|don't know|no idea|not sure|i'm not sure|maybe)",
)
"""The whole of what is said tells neither yes nor no, and no emergency."""
STOPS = (
    "stop",
    "(ça suffit|chut|silence|taisez vous|tais toi|c'est bon stop|stop ça)",
    "(be quiet|stop (it|talking)|shut up)",
)
"""The bot should say no more of what it says."""
LEAVING = (
    "(allez|bon|bon ben|bon bah|ben|ok|merci|voilà|alors) salut [(tout le monde|à (vous|toi|plus|bientôt))]",
    "salut à (plus|bientôt|la prochaine)",
    "(à plus|ciao|tchao)",
)
"""Goodbye, in any state; « salut » alone greets."""

REMARKS = (
    "[(et|mais|ah|oui|non|alors|parce que|en fait)*] (j'habite|j'ai|je suis|je vis|il a|il est|elle a|elle est|ils ont|ils sont|"
    "on a|on est|on habite|nous (avons|sommes|habitons)|moi je|chez (moi|nous)|(au|dans le|côté) (nord|sud|est|ouest|centre)) …",
)
"""What a caller adds to what they have asked. Up to four more words: a longer one stands by itself."""

_AROUND = any_of(
    (
        "madame|monsieur|s'il vous plaît|s'il te plaît|please|thanks|enfin|donc|mais|et|bon|bah|ben|ah|oh|eh|euh|hein|là|moi|"
        "désolée?|excusez moi|pardon|merci|oui|ouais|si|sorry|well|but|so|bien sûr|heureusement|en fait|alors",
    )
)
"""What may stand around these without changing them; urgency is no courtesy here."""


def _wholly(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Nothing but these, one at least, and courtesies."""
    said = any_of(phrases)
    return re.compile(f"(?:{_AROUND})*{said}(?:{said}|{_AROUND})*")


_URGENCY = _wholly((*NO_URGENCY,))
_UNSURE, _STOPS, _LEAVING = map(_wholly, (UNSURE, STOPS, LEAVING))
_ANY_NO = any_of((*NO_URGENCY, *CALM, *REFUSALS))
_ANY_CALM = any_of((*NO_URGENCY, *CALM))
_DENIES = {
    State.DANGER: re.compile(f"(?:{_AROUND})*{_ANY_NO}(?:{_ANY_NO}|{_AROUND})*"),
    State.FALL: re.compile(f"(?:{any_of(REFUSALS)}|{_AROUND})*{_ANY_CALM}(?:{_ANY_NO}|{_AROUND})*"),
}
_JUST_NO = re.compile(f"(?:{any_of(REFUSALS)}|{_AROUND})+")
_REMARKS = anywhere(REMARKS)
_TAKES_BACK = anywhere(["pas|sans|plus"])


def denies(text: str, state: State) -> bool:
    """Whether a normalised utterance says, as a whole, that it is no emergency, to somebody who was asked what `state` says."""
    said = spaced(text)
    if _URGENCY.fullmatch(said) or (re.fullmatch(_JUST_NO.pattern + _URGENCY.pattern, said)):
        return True
    pattern = _DENIES.get(state)
    return pattern is not None and pattern.fullmatch(said) is not None


def without_denial(text: str, state: State) -> str:
    """The same utterance, folded, without the denial that it begins with: « je veux les horaires » of « mais non je veux les horaires »."""
    said = spaced(text)
    pattern = _DENIES.get(state, _JUST_NO)
    match = pattern.match(said)
    rest = said[match.end() :] if match else said
    return rest.strip()


def is_unsure(text: str) -> bool:
    """Whether a normalised utterance only says that the caller does not know."""
    return _UNSURE.fullmatch(spaced(text)) is not None


def stops(text: str) -> bool:
    """Whether it only tells the bot to stop."""
    return _STOPS.fullmatch(spaced(text)) is not None


def leaves(text: str) -> bool:
    """Whether it is a goodbye that reads like a greeting."""
    return _LEAVING.fullmatch(spaced(text)) is not None


def remarks(text: str) -> bool:
    """Whether it is a short remark, which may belong to what was asked before."""
    return _REMARKS.fullmatch(spaced(text)) is not None


def takes_back(text: str) -> bool:
    """Whether something in it is denied."""
    return _TAKES_BACK.search(spaced(text)) is not None
