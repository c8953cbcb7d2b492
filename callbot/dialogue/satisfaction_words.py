"""How callers say how satisfied they are: scores, plain judgements and vague ones, refusals, hurry. Tables, and a reader of them.

Those of French stand here; those of other languages in callbot/languages/CODE/satisfaction.toml, under the same names. Notation:
patterns.py. Only whole utterances are read: « cinq minutes d'attente » is no score.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from callbot.understanding.patterns import any_of, anywhere, spaced

__all__ = ["FRENCH", "SatisfactionWords", "Verdict"]

Judgements = Mapping[int, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A score, 1–5; `plain`: it need not be confirmed."""

    score: int
    plain: bool


class SatisfactionWords:
    """The words of one language."""

    def __init__(
        self,
        *,
        numbers: Sequence[str],
        around: Sequence[str],
        of_five: Sequence[str],
        or_: Sequence[str],
        plain: Judgements,
        vague: Judgements,
        refusals: Sequence[str],
        hurry: Sequence[str],
        yes: Sequence[str],
    ) -> None:
        """`numbers`: one to five; `around`: what changes nothing; `of_five`: « sur cinq »; `or_`: between two numbers.

        `plain` and `vague`: judgements by the score that they are worth; `yes`: what a comment may begin with that was asked for.
        """
        none = any_of(around)
        self._numbers = [re.compile(any_of([number])) for number in numbers]
        number = any_of(numbers)
        self._score = re.compile(f"(?:{none})*(?P<first>{number})(?:{any_of(of_five)}|{none})*")
        self._two = re.compile(
            f"(?:{none})*(?P<first>{number})(?:{any_of(or_)})?{number}(?:{any_of(of_five)}|{none})*"
        )
        self._plain, self._vague = self._judgements(plain, none), self._judgements(vague, none)
        self._refusals = re.compile(
            f"(?:{any_of(refusals)}|{none})*{any_of(refusals)}(?:{any_of(refusals)}|{none})*"
        )
        self._hurry = anywhere(hurry)
        self._yes = re.compile(f"(?:{none})*{any_of(yes)}.+")

    def verdict(self, text: str) -> Verdict | None:
        """What a normalised utterance gives; None: it is no answer to the question."""
        said = spaced(text)
        if match := self._score.fullmatch(said):
            return Verdict(self._number(match["first"]), plain=True)
        if match := self._two.fullmatch(said):
            return Verdict(self._number(match["first"]), plain=False)
        for judgements, plain in ((self._plain, True), (self._vague, False)):
            for score, pattern in judgements:
                if pattern.fullmatch(said):
                    return Verdict(score, plain)
        return None

    def refuses(self, text: str) -> bool:
        """Whether it says, and nothing else, that the caller does not want to answer."""
        return self._refusals.fullmatch(spaced(text)) is not None

    def is_in_a_hurry(self, text: str) -> bool:
        """Whether it says that somewhere."""
        return self._hurry.search(spaced(text)) is not None

    def goes_on_after_yes(self, text: str) -> bool:
        """Whether it begins with yes, and says more: the comment that was asked for."""
        return self._yes.match(spaced(text)) is not None

    @staticmethod
    def _judgements(table: Judgements, none: str) -> list[tuple[int, re.Pattern[str]]]:
        return [
            (score, re.compile(f"(?:{none})*{any_of(phrases)}(?:{any_of(phrases)}|{none})*"))
            for score, phrases in table.items()
        ]

    def _number(self, word: str) -> int:
        return next(value for value, number in enumerate(self._numbers, 1) if number.fullmatch(word))


NUMBERS = ("(un|une)", "deux", "trois", "quatre", "(cinq|cinque|sinq)")
"""As recognisers may write them."""
AROUND = (
    "euh|heu|ah|oh|eh|bah|ben|bon|alors|donc|oui|ouais|non|si|allez|voilà|franchement|honnêtement|disons|plutôt|environ|entre",
    "pour (moi|ma part)",
    "(je|moi je) (dis|dirais|mets|mettrais|donne|donnerais|pense|vous mets|vous donne|vais dire|vais mettre|vous mettrais)",
    "(c'est|ce serait|ça serait|on va dire|j'ai envie de dire)",
    "(la note|une note|un score|note|la touche|je suis|j'ai été|j'étais|c'était|ça a été|de|du|le|un)",
    "(merci|s'il vous plaît|madame|monsieur|au revoir|bonne (journée|soirée)|beaucoup|bien sûr|à vous|de cet appel|de l'appel)",
)
"""What may stand around a score or a judgement."""
OF_FIVE = ("sur cinq", "étoiles?", "points?", "et demie?")
OR = ("ou", "à", "ou bien", "voire", "et")
PLAIN: Judgements = {
    5: (
        "très bien|très (contente?|satisfaite?|bon|bonne|utile)|parfait|parfaitement [satisfaite?]",
        "excellente?|super [bien]|impeccable|nickel",
        "(tout à fait|totalement|entièrement|complètement|pleinement|absolument) [(satisfaite?|contente?)]|génial|au top|formidable|extra",
        "le maximum|la meilleure note",
    ),
    1: (
        "pas du tout [(satisfaite?|contente?)]",
        "(pas (satisfaite?|contente?|bien)) du tout|(nul|nulle|zéro|catastrophique|lamentable|horrible)",
        "très (mal|mauvais|mauvaise|déçue?|mécontente?|insatisfaite?)|(le minimum|la pire note)",
    ),
}
"""Judgements that leave no doubt."""
VAGUE: Judgements = {
    4: (
        "bien|[(assez|plutôt)] (bien|satisfaite?|contente?)|pas mal [du tout]|(satisfaite?|contente?)|bonne?|j'en suis satisfaite?",
        "ça (m'a aidée?|me convient)",
    ),
    3: (
        "moyen|moyenne|moyennement|bof|correcte?|(ça (va|ira|passe))|passable|couci couça|mitigée?|ni bien ni mal|sans plus",
    ),
    2: (
        "pas (très|trop|vraiment|tellement|super|bien|terrible) [(satisfaite?|contente?|bien|bon)]|pas (satisfaite?|contente?)",
        "(mal|mauvais|mauvaise|déçue?|insatisfaite?|mécontente?|peu satisfaite?|pas top|décevante?)",
    ),
}
"""Judgements that are asked about: « quatre sur cinq, c'est bien ça ? »"""
REFUSALS = (
    "non [non]|nan|nom|non merci|sans façon|pas (maintenant|envie|intéressée?|la peine|aujourd'hui|le temps|besoin)",
    "(j'ai|je n'ai|ai) (pas|plus) [(vraiment|trop|du tout)] (le temps|envie|d'avis)|[(je|j')] [n'] ai pas le temps",
    "(je|j') [(ne|n')] (préfère|veux|souhaite|voudrais|aime) [mieux] (pas|ne pas) [(répondre|noter|dire|le dire|donner)]",
    "je (sais|ne sais) pas [trop]",
    "pas de (note|commentaire|remarque|remarques|avis)",
    "(rien|aucun|aucune) [(du tout|de spécial|de particulier|à (dire|redire|ajouter|signaler))]",
    "c'est (bon|tout)|laissez [tomber]|stop|au revoir|merci",
)
"""The caller does not want to answer, and need not say why."""
HURRY = (
    "(suis|est|être|étais|sommes|on est) [(très|un peu|assez|vraiment|super|hyper)*] (pressée?s?|pressés|à la bourre|en retard)",
    "(j'ai|je n'ai|on a|on n'a|nous n'avons) (pas|peu|plus) [(trop|beaucoup|bien|vraiment)*] (le|de|d'autre)* temps",
    "(faites|fais|répondez|allez|dites) [(moi|un peu|ça|au plus)*] vite|(dépêchez|grouillez) vous",
    "plus vite|vite vite",
)
"""The caller has no time, said anywhere in the call."""
YES = ("oui|ouais|ouaip|volontiers|d'accord|ok|okay|bien sûr|avec plaisir|je veux bien|pourquoi pas",)
"""How a comment begins that answers « Voulez-vous dire … ? » at once: without it the words are not kept as one."""

FRENCH = SatisfactionWords(
    numbers=NUMBERS,
    around=AROUND,
    of_five=OF_FIVE,
    or_=OR,
    plain=PLAIN,
    vague=VAGUE,
    refusals=REFUSALS,
    hurry=HURRY,
    yes=YES,
)
