"""Utterances that broke off before they said anything: « bonjour je vous », « il y a une », « est-ce que ». French; pure.

What is learnt from whole sentences says nothing about them: « je vous » is most like « je vous remercie, au revoir ».
"""

import re

from callbot.understanding.normalise import fold

__all__ = ["content", "is_fragment"]

MOST_WORDS = 8
"""Nobody says more words than that, and nothing."""

_EMPTY = frozenset(
    re.findall(
        r"[a-z]+",
        """
    je j tu t il elle on nous vous ils elles me m te se s le la l les un une des du de d au aux a en y ce c ca cela cette cet ces
    mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs qui que qu quoi quel quelle dont ou et mais donc or ni car si
    pour par avec sans sous sur dans chez vers est sont suis es etes sommes etait etais serait etre ai as avons avez ont avait
    avais aurait aurais avoir ne n alors voila bon ben bah bonjour bonsoir allo madame monsieur messieurs dames oui ouais euh heu
    hein ah oh eh veux voudrais voulais souhaite souhaiterais aimerais peux pourrais pouvez pourriez dois faut faudrait parce
    comme quand vais va viens fait faire aussi juste tres bien deja encore
    """,
    )
)  # fmt: skip
"""Without accents. Verbs that something always follows are among them."""


def content(normalised: str) -> list[str]:
    """The words, without accents, that say something by themselves."""
    return [word for word in re.findall(r"[a-z]+|\d+", fold(normalised)) if word not in _EMPTY]


def is_fragment(normalised: str) -> bool:
    """Whether there is no such word, in an utterance that broke off: nobody is in danger, agrees or takes leave by it."""
    return not content(normalised) and len(normalised.split()) <= MOST_WORDS
