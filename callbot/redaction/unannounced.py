"""Names that nothing announces: « Dupuis Martin », « hier Rajaa Catel m'a dit ». Two words side by side that no caller says otherwise.

Written large, both are rare in the corpus; written small, as some recognisers write everything, no sentence of it has either, and the
first one does not end as French words of everyday life do. In the name of a street or a hall they stay.
"""

from collections.abc import Iterator, Sequence

from callbot.redaction.english import TITLES
from callbot.redaction.first_names import BODIES, FIRST_NAMES, NOT_NAMES, SURNAMES
from callbot.redaction.others import PLACES, TOWNS, name_end, of_place
from callbot.redaction.text import Span, Word, common_words, known_words
from callbot.understanding.spoken_forms.names import NO_NAME, PARTICLES
from callbot.understanding.spoken_forms.numbers import begins_number
from callbot.understanding.spoken_forms.words import word_set

SHORTEST = 3
"""Letters of a part of a name."""
_NO_PART = PARTICLES | PLACES | BODIES | TITLES
_PARTS = word_set("le la el ben van von")
"""Particles that join no other words, written small."""
_EVERYDAY = word_set(
    "barbier barre berger blanc bonnet boucher boulanger breton brun carre charpentier clair cousin fontaine gaillard leclerc leger "
    "marchand marechal moulin noir paris petit poulain renard renault riviere roi roux"
)
"""Surnames that are words too: before a first name they are none, « le petit Kevin »."""
_NO_END = (
    "tion", "tions", "ment", "ments", "ite", "ites", "age", "ages", "ique", "iques", "able", "ables", "ible", "ibles", "eurs", "euse",
    "euses", "al", "ale", "ales", "aux", "elles", "if", "ifs", "ive", "ives", "ant", "ants", "ante", "antes", "ents", "entes", "ees",
    "er", "ir", "ez", "ons", "ence", "ences", "ance", "ances", "isme", "iste", "istes", "oire", "oires", "aires", "ieres", "es", "ions",
    "iers", "ait", "aient", "erai", "era",
)  # fmt: skip
"""Ends of words that are not in the corpus and are no first names."""
_NO_NAMES_END = (
    "tion", "tions", "ment", "ments", "age", "ages", "able", "ables", "ible", "ibles", "euse", "euses", "isme", "oire",
)  # fmt: skip
"""Those of them that no names have."""
_NO_ACCENTED_END = ("é", "ée", "és", "ées")


def spans(words: Sequence[Word]) -> Iterator[Span]:
    """Each of them."""
    for at in range(len(words) - 1):
        second = _second(words, at)
        if second and _is_name(words[at], words[second]) and not of_place(words, at):
            yield words[at].start, words[name_end(words, second) - 1].end


def _second(words: Sequence[Word], at: int) -> int:
    """The place of the word that goes with the one at `at`, particles between them left out: « Ryad Le Barbier »; 0: there is none."""
    between = PARTICLES if words[at].capital else _PARTS
    place = at + 1
    while place < len(words) - 1 and place <= at + 2 and words[place].low in between:
        place += 1
    beside = all(word.gap.strip() in ("", "-") for word in words[at + 1 : place + 1])
    return place if beside else 0


def _is_name(first: Word, second: Word) -> bool:
    if not (_may_be(first) and _may_be(second)):
        return False
    if first.low in SURNAMES - _EVERYDAY and second.low in FIRST_NAMES:
        return True
    if first.capital and second.capital:
        common = any(word.low in common_words() for word in (first, second))
        return not common and not first.low.endswith(_NO_NAMES_END)
    unknown = not any(word.low in known_words() | TOWNS for word in (first, second))
    return (
        unknown and not first.low.endswith(_NO_END) and not first.written.lower().endswith(_NO_ACCENTED_END)
    )


def _may_be(word: Word) -> bool:
    abbreviation = word.written.isupper() and len(word.written) < len("DURAND")
    return (
        len(word.low) >= SHORTEST
        and word.low not in NO_NAME
        and word.low not in _NO_PART
        and word.written not in NOT_NAMES
        and not word.written.isdecimal()
        and not abbreviation
        and not begins_number(word.low)
    )
