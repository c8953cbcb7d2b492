"""Personal data that neither an answer nor an example question may hold: numbers, e-mail addresses, names of people. Pure.

Rather too strict than not for questions, which often come from what callers said: a name is only suspected. An answer may tell the town
hall's own numbers.
"""

import re

from callbot.masking import without_numbers
from callbot.understanding.normalise import fold
from callbot.understanding.spoken_forms.names import introduced_name
from callbot.understanding.spoken_forms.words import word_set

__all__ = ["in_answer", "in_question"]

_EMAIL = re.compile(
    r"[\w.+-]+@[\w-]+\.\w+|\b[\w.-]+ (?:arobase|at) \w+(?: point| \.)? ?(?:fr|com|org|net)\b", re.IGNORECASE
)
_MOBILE = re.compile(
    r"\b(?:0[67](?:[ .-]?\d){8}|(?:z[ée]ro|\+?33) (?:six|sept|[67])\b(?: \S+){4,})", re.IGNORECASE
)
"""What begins a telephone in somebody's pocket."""
_TITLED = re.compile(
    r"\b(?:monsieur|madame|mademoiselle|mme|mlle|docteur|maître) (?P<name>[^\W\d_]{2,})", re.IGNORECASE
)
_NO_NAME = word_set(
    "le la les l un une des du de d et est ou où on je j nous vous il elle qui que qu quoi quel quelle pour au aux à a "
    "ma mon mes votre vos sa son ses ce cette c s si ça y en ne n pas bonjour bonsoir merci svp comment combien quand "
    "maire adjoint adjointe monsieur madame pourquoi excusez pardon alors bon euh voilà dites pouvez puis avez peut "
    "voudrais voulais veux cherche appelle téléphone dans chez sur avec sans par depuis mais donc car oui non dame"
)


def in_question(text: str) -> str:
    """What of an example question tells who somebody is: `number`, `email`, or perhaps `name`; empty: nothing."""
    text = text.replace("’", "'")
    if _EMAIL.search(text):
        return "email"
    if "…" in text or without_numbers(text) != text:
        return "number"
    titled = any(fold(found["name"].lower()) not in _NO_NAME for found in _TITLED.finditer(text))
    return "name" if titled or introduced_name(text) else ""


def in_answer(text: str) -> str:
    """The same of an answer: `email` and `mobile` are somebody's; `number` is to be looked at, it may be the town hall's."""
    if _EMAIL.search(text):
        return "email"
    if _MOBILE.search(text):
        return "mobile"
    return "number" if without_numbers(text) != text else ""
