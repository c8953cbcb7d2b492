"""What of a caller's words may be written down while a call-back request is asked for, taken down, or just noted. Pure functions."""

import re

from callbot.dialogue.callback_table import Step
from callbot.dialogue.wishes import only_wish
from callbot.masking import without_numbers
from callbot.understanding.normalise import fold, normalise
from callbot.understanding.spoken_forms.names import read_name
from callbot.understanding.spoken_forms.places import names_street
from callbot.understanding.spoken_forms.telephone import phone_tokens, runs

HIDDEN = "…"
"""Written down for words that may tell who somebody is."""
_PLAIN_WORDS = frozenset(
    fold(
        "ouais nan voilà exact exactement absolument correct parfait ok accord numéro téléphone portable fixe nom adresse moment agent "
        "personne quelqu répéter répétez pardon comment revoir bonjour allô celui celle ci même changer faux pas stop annulez "
        "laissez tomber attendez seconde minute sais ne n mon ma suis plus lentement moi ai"
    ).split()
)
"""What callers say beside numbers and times in a request, and no name has."""


def written(step: Step, text: str) -> str:
    """What of a caller's words may be written down in that step: none where a name or a place is asked for, nor pieces of a number.

    Elsewhere they may tell one all the same: words are kept only where all of them are numbers, times, yes, no, and the like.
    """
    if step in (Step.NAME, Step.PLACE):
        return HIDDEN if text.strip() else text
    pieces = any(runs(phone_tokens(text))) and without_numbers(text) == text
    if step in (Step.OWN, Step.NUMBER, Step.CHECK, Step.KEYS) and pieces:
        return HIDDEN  # « zéro six », « douze »: one after the other they are the number
    others = " ".join(word for word in fold(normalise(text)).split() if word not in _PLAIN_WORDS)
    return text if only_wish(others) else HIDDEN


_ASKS_FOR_CALL = re.compile(
    r"rappel|recontact|contact(?:er|ez)|joindre|joignable|téléphoner|m'appeler|appelez", re.IGNORECASE
)
_NAMED = re.compile(
    r"\b(?:c'est|suis|ici|notez|mettez|nom|madame|mme|monsieur|mademoiselle|docteur|non)\b", re.IGNORECASE
)
"""Where a name may begin within a sentence."""


def asks_for_call(text: str) -> bool:
    """Whether the utterance may ask to be called back."""
    return _ASKS_FOR_CALL.search(text) is not None


def tells_who(text: str) -> bool:
    """Whether an utterance has a name or an address in it; rather too often than not."""
    text = text.replace("’", "'")
    if names_street(text):
        return True
    starts = (0, *(found.start() for found in _NAMED.finditer(text)))
    names = [read_name(text[start:]) for start in starts]
    return any(
        name and (name.told or name.exact or (start and name.name))
        for start, name in zip(starts, names, strict=True)
    )
