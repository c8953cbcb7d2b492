"""Who is to be served with care: what a call tells of it, as a word that says how. No I/O.

What is kept is never what somebody has, only what helps them: « parler distinctement », not « malentendant ». Sentences count in the first
person alone: a daughter who calls for her deaf mother hears well.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from callbot.events import Event, FinalTranscript, IntentMatched, NoInput, NoMatch
from callbot.knowledge.care import CareRules
from callbot.understanding.patterns import anywhere, spaced
from callbot.understanding.spoken_forms.numbers import number_at
from callbot.understanding.spoken_forms.words import words

OLDEST = 120
"""« J'ai 300 ans » is no age."""


class Care(StrEnum):
    """How somebody is to be served."""

    SLOWLY = "slowly"
    CLEARLY = "clearly"
    ALOUD = "aloud"
    PATIENTLY = "patiently"


VERY = "(tres|un peu|assez|vraiment|quasiment|presque|devenu|devenue|plus|completement|totalement)"
SENTENCES: Mapping[Care, tuple[str, ...]] = MappingProxyType(
    {
        Care.CLEARLY: (
            "je suis [{very}] (sourd|sourde|malentendant|malentendante|mal entendant|mal entendante)",
            "je suis [{very}] (dur|dure) d oreille",
            "j entends [{very}] mal|je n entends pas [tres] bien",
            "je n entends (presque|quasiment) (rien|plus)|je n entends plus [tres] bien",
            "j ai (un appareil auditif|des appareils auditifs|des problemes d audition|du mal a entendre)",
            "i (am|m) [a bit] (deaf|hard of hearing)|i (can t|cannot|don t) hear [very] well",
        ),
        Care.ALOUD: (
            "je suis [{very}] (aveugle|malvoyant|malvoyante|mal voyant|mal voyante|non voyant|non voyante)",
            "je vois [{very}] mal|je ne vois (pas [tres] bien|plus [tres] bien|plus rien|presque (rien|plus))",
            "j ai (du mal a lire|des problemes de vue)|je ne sais pas [bien] lire|je ne sais ni lire|je n arrive pas a lire",
            "i (am|m) (blind|visually impaired)|i (can t|cannot) (see|read) [very] well",
        ),
        Care.SLOWLY: (
            "je comprends [{very}] mal [le] francais|je ne (parle|comprends) pas [tres] bien [le] francais",
            "(parlez|parler) [un peu] (plus|moins) (lentement|doucement|vite)|vous parlez trop vite|moins vite",
            "i (don t|do not) speak french [very] well|speak (more slowly|slower)",
        ),
        Care.PATIENTLY: (
            "je suis [{very}] (age|agee|vieux|vieille)|je suis un vieux monsieur",
            "je suis une [{very}] (personne agee|vieille dame|vieille femme)",
            "je suis (handicape|handicapee|invalide|infirme|paralyse|paralysee)",
            "je suis en (situation de handicap|fauteuil [roulant])",
            "j ai (un handicap|une carte d invalidite|la maladie d alzheimer|des pertes de memoire|des problemes de memoire)",
            "j ai (du mal|beaucoup de mal) a (marcher|me deplacer|bouger|parler|m exprimer|comprendre)",
            "je ne peux (pas|plus) me deplacer",
            "je suis tout seul|je suis toute seule|je vis (seul|seule|tout seul|toute seule)|je n ai personne pour m aider",
            "je begaie|je suis perdu [dans] [tout] [ca]|je suis perdue [dans] [tout] [ca]|je n y comprends rien|je ne m en sors pas",
            "i (am|m) (elderly|disabled|in a wheelchair|all alone)|i live alone",
        ),
    }
)
"""What callers say of themselves, in the notation of understanding/patterns.py. One table: tests read it sentence by sentence."""


class Signs:
    """What one call has told so far."""

    def __init__(self, rules: CareRules) -> None:
        self._rules = rules
        own = {
            Care.SLOWLY: rules.slowly,
            Care.CLEARLY: rules.clearly,
            Care.ALOUD: rules.aloud,
            Care.PATIENTLY: rules.patiently,
        }
        said = {care: (*(SENTENCES[care] if rules.says else ()), *own[care]) for care in Care}
        self._patterns = {care: anywhere(listed, {"very": VERY}) for care, listed in said.items() if listed}
        self._told: Care | None = None
        self._asked: Care | None = None
        self._repeats = self._failures = 0

    @property
    def care(self) -> str:
        """How the caller is to be served; empty: like all others. What they say of themselves comes before what we have seen."""
        return str(self._told or self._asked or self._seen() or "")

    def take(self, event: Event) -> None:
        """Something happened in the call."""
        match event:
            case FinalTranscript(text=text):
                self._told = self._told or self._said(text)
            case IntentMatched(act="plus_lentement") if self._rules.asks_slowly:
                self._asked = Care.SLOWLY
            case IntentMatched(act="repeter"):
                self._repeats += 1
            case NoMatch() | NoInput():
                self._failures += 1
            case _:
                pass

    def _seen(self) -> Care | None:
        if self._rules.repeats and self._repeats >= self._rules.repeats:
            return Care.CLEARLY
        return Care.PATIENTLY if self._rules.failures and self._failures >= self._rules.failures else None

    def _said(self, text: str) -> Care | None:
        folded = spaced(" ".join(words(text)))
        for care, pattern in self._patterns.items():
            if pattern.search(folded):
                return care
        return Care.PATIENTLY if self._rules.age and is_old(text, self._rules.age) else None


def is_old(text: str, age: int) -> bool:
    """Whether somebody says of themselves that they are `age` or older: « j'ai 87 ans », « j'ai eu quatre-vingt-dix ans »."""
    said = words(text)
    for at in range(len(said) - 2):
        if said[at : at + 2] != ("j", "ai"):
            continue
        begins = at + 2
        while begins < len(said) and said[begins] in (
            "eu",
            "quand",
            "meme",
            "deja",
            "plus",
            "de",
            "bientot",
            "presque",
        ):
            begins += 1
        found = number_at(said, begins)
        if (
            found
            and age <= found.value <= OLDEST
            and said[found.end : found.end + 1] in (("ans",), ("an",), ("annees",))
        ):
            return True
    return False
