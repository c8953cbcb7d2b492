"""Questions that name a thing and not what is wanted of it (« je veux un passeport », « c'est pour un acte »): what is asked back.

Also how one of such a group takes the other's place: « non, pas de naissance, de mariage ». Pure tables and functions.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from callbot.dialogue.choices import Option
from callbot.knowledge.entries import Entry
from callbot.understanding.interpretation import Candidate
from callbot.understanding.patterns import anywhere, spaced

_BEFORE = (
    "(bonjour|alors|oui|non|en fait|plutôt|c'est pour|pour|par rapport à|une question sur|j'appelle|je vous appelle|c'est|euh)* "
    "[(je|j')] [(voudrais|veux|souhaite|aimerais|cherche|demande|ai besoin|viens|il me faut|me faut|faudrait)*] [(de|d'|pour|à)] "
    "[(avoir|obtenir|demander)] (un|une|le|la|l'|mon|ma|des|les|d'|de)*"
)
_AFTER = "(s'il vous plaît|madame|monsieur|merci)*"
_CHILD = "(mon|ma|mes|notre|un|une|le|la|les)* [petite?] (bébé|fils|fille|enfants?|gamin|gamine|ado)"
_TITLE = "(passeports?|carte d'identité|carte nationale d'identité|cni|carte identité|pièce d'identité|papiers d'identité)"


@dataclass(frozen=True, slots=True)
class Broad:
    """One such question. `options`: motive to what the bot calls it; `keys`: motive to the words that tell it from the others."""

    sentence: str
    """Its name in the sentences."""
    phrases: tuple[str, ...]
    options: Mapping[str, str]
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


BROAD = (
    Broad(
        "which_title",
        (
            f"{_BEFORE} {_TITLE} [ou (un|une|mon|ma|le|la)* {_TITLE}] {_AFTER}",
            f"{_BEFORE} {_TITLE} (pour|de) {_CHILD} {_AFTER}",
        ),
        {
            "titre_rendez_vous": "prendre rendez-vous",
            "titre_pieces": "les papiers à apporter",
            "titre_prix": "le prix",
            "titre_retrait": "savoir si le titre est prêt, retrait",
        },
    ),
    Broad(
        "which_record",
        (
            f"{_BEFORE} (acte|actes|extrait d'acte|copie d'acte) [d'état civil] {_AFTER}",
            f"{_BEFORE} (papier|document|extrait) d'état civil {_AFTER}",
        ),
        {
            "acte_naissance": "un acte de naissance",
            "acte_mariage": "un acte de mariage",
            "acte_deces": "un acte de décès",
        },
        {
            "acte_naissance": ("naissance", "naissances"),
            "acte_mariage": ("mariage", "mariages"),
            "acte_deces": ("deces", "mort"),
        },
    ),
)
"""What is asked back of what, in the order in which it is offered."""

_SMALL = frozenset(
    [
        "non",
        "nom",
        "oui",
        "mais",
        "c",
        "est",
        "je",
        "veux",
        "voulais",
        "voudrais",
        "parle",
        "dis",
        "plutot",
        "pas",
        "plus",
        "de",
        "d",
        "du",
        "la",
        "le",
        "l",
        "un",
        "une",
        "celui",
        "acte",
        "actes",
        "extrait",
        "copie",
        "pour",
        "en",
        "fait",
        "desolee",
        "desole",
        "pardon",
        "euh",
        "s",
        "il",
        "vous",
        "plait",
        "et",
        "moi",
    ]
)
_PATTERNS = tuple(anywhere(broad.phrases) for broad in BROAD)
_REJECTS = re.compile(r"(?<!\S)pas (?:(?:pour|de|d|du|la|le|l|un|une|acte|extrait|copie) )*(\S+)")

Find = Callable[[Candidate], Entry | None]


def asked_of(text: str) -> Broad | None:
    """The broad question that a normalised utterance consists of, or None."""
    said = spaced(text)
    return next((b for b, pattern in zip(BROAD, _PATTERNS, strict=True) if pattern.fullmatch(said)), None)


def offered(broad: Broad, speakable: Find) -> tuple[Option, ...]:
    """What the caller may choose from; empty where one of it has no answer that may be spoken, so that the sentence would lie."""
    candidates = [Candidate(motive, "", 1.0) for motive in broad.options]
    spoken = tuple(Option(c, broad.options[c.motive]) for c in candidates if speakable(c))
    return spoken if len(spoken) == len(candidates) else ()


def instead_of(text: str, motive: str) -> str | None:
    """The motive that an utterance puts in the place of one of the same group: « non, de mariage ». None: it says something else."""
    broad = next((b for b in BROAD if motive in b.keys), None)
    if broad is None:
        return None
    said = spaced(text)
    rejected = set(_REJECTS.findall(said))
    words = [word for word in said.split() if word not in _SMALL]
    owners = {word: name for name, keys in broad.keys.items() for word in keys}
    if not words or any(word not in owners for word in words):
        return None
    wanted = {owners[word] for word in words if word not in rejected}
    return wanted.pop() if len(wanted) == 1 else None
