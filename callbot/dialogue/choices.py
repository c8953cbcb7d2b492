"""Asking « pour A, ou pour B ? » instead of guessing, and reading what the caller answers to it. Pure functions and tables."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from callbot.dialogue.reading_words import ChoiceWords
from callbot.knowledge.entries import Entry
from callbot.understanding.interpretation import Candidate, Interpretation
from callbot.understanding.normalise import fold
from callbot.understanding.patterns import anywhere, spaced

NAMED_SHARE = 0.75
"""Of the probability of the options together: what one needs to be the one that was named."""
NAMED_FLOOR = 0.1
"""Probability of the options together below which the router says nothing about them; any other motive must be less likely."""
HINT = 0.2
"""Probability of the two likeliest together from which on they are worth naming to a caller who was not understood twice."""
FIRST_HINT = 0.3
"""The same after the first failure, where asking to say it otherwise is the other way. On the authors of thresholds: of 35 such
utterances 21 have the right one among the two, and 7 are nobody's to answer; at HINT it would be 38 and 17 of 66."""
FEW_WORDS = 4
"""Up to this many words answer our question rather than ask a new one, where they name an option."""
_WORD_LETTERS = 3
"""Shorter words tell nothing of a subject, nor do these."""
_EMPTY = frozenset(
    ["pour", "avec", "dans", "des", "les", "une", "sur", "par", "que", "qui", "est", "aux",
     "son", "ses", "vos", "votre", "vous", "nous", "comme", "cette", "faire", "question", "demande", "facon", "chose"]
)  # fmt: skip
_AROUND = frozenset(
    ["plutot", "alor", "oui", "non", "bonjour", "merci", "euh", "voudrai", "aimerai", "veux", "besoin", "cherche", "appelle",
     "parler", "parle", "concernant", "propo", "sujet", "plait", "madame", "monsieur", "renseignement"]
)  # fmt: skip
"""Words around a subject, without their plural, that say nothing of what is wanted of it."""

_LEAD = "[(oui|non|alors|plutôt|c'est|ce serait|pour|je dirais|je pense|mettons|donc)*]"
POSITIONS = tuple(
    anywhere(
        [
            f"{_LEAD} (la|le|numéro|c'est|tapez|choix)* ({word}) [(chose|choix|question|s'il vous plaît|option)]"
        ]
    )
    for word in (
        "première?|premiers|un|une",
        "deuxième|seconde?|deux|dernière?|l'autre",
        "troisième|trois",
        "quatrième|quatre",
    )
)
"""How a caller names an option by its place; the whole of what they say."""
BOTH = anywhere(
    [
        f"{_LEAD} [pour] (les deux|l'une? et l'autre|les deux choses|toutes les deux|tous les deux) "
        "[(s'il vous plaît|mon capitaine|madame|monsieur|bien sûr)]"
    ]
)
"""How a caller wants each of two options; the whole of what they say."""
INSTEAD = re.compile(r"^(?:\S+ ){1,3}(?:non|plutot|enfin) (?=\S)")
"""What a caller takes back: « le premier, non, … »."""
FRENCH = ChoiceWords(POSITIONS, BOTH, _EMPTY, around=_AROUND, telling=frozenset(["où"]), instead=INSTEAD)


@dataclass(frozen=True, slots=True)
class Option:
    """One of the things that the caller was asked to choose between."""

    candidate: Candidate
    subject: str


def close(candidates: Sequence[Candidate], *, together: float, ratio: float) -> bool:
    """Whether the two likeliest are too close to guess: likely enough together, and the second not far behind the first."""
    if len(candidates) < 2:
        return False
    first, second = candidates[:2]
    return first.confidence + second.confidence >= together and second.confidence >= ratio * first.confidence


def options(
    candidates: Sequence[Candidate], speakable: Callable[[Candidate], Entry | None]
) -> tuple[Option, ...]:
    """The candidates that can be named to the caller. `speakable`: the entry that may be spoken for one, or None."""
    found = [(candidate, speakable(candidate)) for candidate in candidates]
    return tuple(Option(candidate, entry.subject) for candidate, entry in found if entry and entry.subject)


def wants_both(reading: Interpretation, words: ChoiceWords = FRENCH) -> bool:
    """True for « les deux »."""
    return words.both.fullmatch(spaced(reading.text)) is not None


def placed(reading: Interpretation, offered: Sequence[Option], words: ChoiceWords = FRENCH) -> Option | None:
    """The option that the whole utterance names by its place (« la première »), or None."""
    text = words.instead.sub("", spaced(reading.text))
    found = (option for option, at in zip(offered, words.positions, strict=False) if at.fullmatch(text))
    return next(found, None)


def named(
    reading: Interpretation, offered: Sequence[Option], *, new_question: bool, words: ChoiceWords = FRENCH
) -> Option | None:
    """The option that the utterance names: by a word that only its subject has, else by likeness among these only; None: none.

    `new_question`: it is surely understood by itself; then only few words are taken for an answer to ours.
    """
    if new_question and len(reading.text.split()) > FEW_WORDS:
        return None
    found = _by_word(reading, offered, words)
    return found if found or new_question else _by_likeness(reading, offered)


def _by_word(reading: Interpretation, offered: Sequence[Option], words: ChoiceWords) -> Option | None:
    said = told(reading.text, words)
    own = [told(option.subject, words) for option in offered]
    hit = [
        option
        for place, option in enumerate(offered)
        if said & (own[place] - set().union(*own[:place], *own[place + 1 :]))
    ]
    return hit[0] if len(hit) == 1 else None


def _by_likeness(reading: Interpretation, offered: Sequence[Option]) -> Option | None:
    likely = {c.motive: c.confidence for c in reading.ranking or reading.candidates}
    shares = [likely.pop(option.candidate.motive, 0.0) for option in offered]
    best, together, other = max(shares, default=0.0), sum(shares), max(likely.values(), default=0.0)
    if together < max(NAMED_FLOOR, other) or best < NAMED_SHARE * together:
        return None
    return offered[shares.index(best)]


def names_only(text: str, subject: str, words: ChoiceWords = FRENCH) -> bool:
    """Whether the utterance has words of the subject and none that tells anything else: « plutôt de naissance »."""
    said = told(text, words) - words.around
    return bool(said) and said <= told(subject, words) and not words.telling & set(text.split())


def told(text: str, words: ChoiceWords) -> set[str]:
    """The words that tell something, without their plural."""
    found = fold(text.lower()).replace(",", " ").split()
    return {word.rstrip("sx") for word in found if len(word) >= _WORD_LETTERS and word not in words.empty}
