"""Names of people whom a caller speaks of: « mon mari Jean Dupont », « ma voisine s'appelle Petit », « alain durieux m'a dit »."""

from collections.abc import Iterator, Sequence

from callbot.redaction.first_names import BODIES, FIRST_NAMES, NOT_NAMES, SURNAMES
from callbot.redaction.text import Cues, Span, Word, common_words
from callbot.understanding.spoken_forms.addresses import STREET_TYPES
from callbot.understanding.spoken_forms.names import NO_NAME, PARTICLES, TITLES
from callbot.understanding.spoken_forms.numbers import begins_number
from callbot.understanding.spoken_forms.words import phrases, word_set

_PEOPLE = word_set(
    "mari femme epouse epoux conjoint conjointe compagnon compagne concubin concubine ami amie copain copine fiance fiancee fils fille "
    "enfant enfants bebe frere freres soeur soeurs mere pere parents papa maman mamie papi papy "
    "oncle tante cousin cousine neveu niece filleul filleule parrain marraine voisin voisine voisins voisines locataire proprietaire "
    "bailleur collegue patron patronne infirmier infirmiere medecin nounou nourrice assistante maitresse instituteur institutrice "
    "tuteur tutrice curateur curatrice gardien gardienne defunt defunte temoin temoins jumeau jumelle jumeaux jumelles garcon ex "
    "gendre avocat notaire kine dentiste dame homme personne famille professeur prof"
)
"""Who somebody is to the caller."""
_OWN = word_set("mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs")
_DEGREES = word_set("beau belle grand petit petite ancien ancienne ex demi")
"""Between « mon » and « père »: « mon beau-père »."""
_CALLED = Cues(
    phrases(
        "s'appelle",
        "s'appellent",
        "s'appelait",
        "se nomme",
        "se nommait",
        "se prénomme",
        "prénommé",
        "prénommée",
        "nommé",
        "nommée",
        "dénommé",
        "dénommée",
        "du nom de",
        "is called",
    )
)
_HE = word_set("il elle ils elles qui lui")
CALLED_REACH = 6
"""Words between « ma voisine » and « s'appelle »."""
PLACES = STREET_TYPES | word_set(
    "ecole ecoles college lycee salle stade gymnase mediatheque bibliotheque creche halte garderie maternelle primaire elementaire "
    "centre piscine theatre cinema maison hopital clinique eglise chapelle espace parc foyer residence pont jardin groupe musee "
    "conservatoire complexe tribune ligne arret station gare metro tram tramway bus institut universite fondation prix fete foire "
    "parking auditorium cantine tennis boulodrome skate jardins concert statue square fontaine terrain aire stade accueil loisirs "
    "restaurant cantines parkings arena dojo amphitheatre salles locaux local immeuble batiment "
    "saint sainte st ste pole hotel restaurant bar boulangerie pharmacie stele monument statue cite institution"
)
"""Before the name of a person, they are a place that is called after one: it stays."""
PLACE_REACH = 4
TOWNS = word_set(
    "france lourdes florence paris valence rose pierre marine jade ambre noel claire max jean victor martin laurent vincent carole"
)
"""First names that are places, things or parts of names as well: believed with a capital and a surname in capitals only."""
_BEFORE_ALONE = word_set("avec chez")
_JOINED = word_set("et")
MOST = 4
"""Words of a name, particles counted."""


def spans(words: Sequence[Word]) -> Iterator[Span]:
    """Each name, without what says who that is."""
    for at in range(len(words)):
        start = _after_called(words, at) or _after_person(words, at) or _alone(words, at) or _pair(words, at)
        if start:
            yield from _names(words, start - 1)


def _after_called(words: Sequence[Word], at: int) -> int:
    """1 + where a name begins after « s'appelle », of a person; 0: it does not."""
    size = _CALLED.at(words, at)
    start = _past(words, at + size)
    if not size or start >= len(words) or not _may_be(words[start]):
        return 0
    before = {word.low for word in words[max(0, at - CALLED_REACH) : at]}
    somebody = before & (_PEOPLE | _HE) or words[at].low.startswith(("prenom", "denom"))
    place = before & (PLACES - _PEOPLE)
    return start + 1 if (somebody and not place) or (_is_first(words[start]) and not place) else 0


def _past(words: Sequence[Word], at: int) -> int:
    while at < len(words) and (
        words[at].low in TITLES or words[at].low in ("euh", "donc", "alors", "c", "est")
    ):
        at += 1
    return at


def _after_person(words: Sequence[Word], at: int) -> int:
    """1 + where a name begins right after « mon mari », « ma voisine, madame »; 0: it does not."""
    if words[at].low not in _PEOPLE or at + 1 >= len(words):
        return 0
    start = _past(words, at + 1)
    if start >= len(words) or not _may_be(words[start]):
        return 0
    word = words[start]
    proper = word.capital and _beside(word) and not (word.written.isupper() and len(word.written) > 1)
    if _possessed(words, at) and (_two_unknown(words, start) or _unknown_name(words, start)):
        return start + 1
    return start + 1 if (_beside(word) or word.gap.strip() == ",") and (proper or _is_first(word)) else 0


def _possessed(words: Sequence[Word], at: int) -> bool:
    """« ma voisine », « son fils », and not « la voisine » or « fille »: in small letters it takes that to believe an unknown name."""
    at -= at > 0 and words[at - 1].low in _DEGREES
    return at > 0 and words[at - 1].low in _OWN


def _unknown_name(words: Sequence[Word], at: int) -> bool:
    """Whether one word that nobody uses otherwise, and no quality, stands there: « mon fils Kylian est », « mon voisin Garcia fait »."""
    word = words[at]
    following = words[at + 1] if at + 1 < len(words) else None
    if not _beside(word) or word.low in PARTICLES or word.low in _NO_NAMES_HERE or word.written in NOT_NAMES:
        return False
    ends = following is None or not _beside(following) or following.low in _GOES_ON
    if word.low in SURNAMES and word.low not in common_words():
        return True
    if word.low in SURNAMES:
        return ends and words[at - 1].low not in ("fils", "fille", "enfant", "mari", "femme", "bebe")
    return ends and word.low not in common_words() and not word.written.lower().endswith(_QUALITIES)


_GOES_ON = word_set(
    "est a fait font n ne et qui va veut voudrait doit aura sera entre m s se etait avait y en au aux dans depuis pour rentre habite me "
    "nous vous il elle j je c qu que avec"
)
_NO_NAMES_HERE = word_set(
    "mort morte decede decedee majeur mineur scolarise hier demain bonjour merci maintenant handicape"
)
_QUALITIES = (
    "ique", "iste", "aire", "é", "ée", "és", "ées", "ien", "ienne", "ais", "aise", "ois", "oise", "eur", "euse", "able", "ible", "if",
    "ive", "ant", "ante", "ent", "ente", "eux", "elle", "el", "ain", "aine", "cien", "ale", "al", "phone", "er", "ir", "ez", "ons", "ait",
)  # fmt: skip
"""Ends of words that say what somebody is or does: « mon père diabétique », « ma mère handicapée »."""


def _two_unknown(words: Sequence[Word], at: int) -> bool:
    """Whether two words that nobody uses otherwise stand side by side."""
    pair = [word for word in words[at : at + 3] if word.low not in PARTICLES][:2]
    unknown = (_beside(word) and _may_be(word) and word.low not in common_words() for word in pair)
    return len(pair) == 2 and all(unknown)


def _alone(words: Sequence[Word], at: int) -> int:
    """1 + the place of a first name after « avec » or « chez »."""
    if words[at].low not in _BEFORE_ALONE or at + 1 >= len(words) or not _beside(words[at + 1]):
        return 0
    return at + 2 if _is_first(words[at + 1]) else 0


def _pair(words: Sequence[Word], at: int) -> int:
    """1 + the place of a first name with a surname after it, where it is not the name of a place."""
    if (
        words[at].low not in FIRST_NAMES
        or words[at].written in NOT_NAMES
        or at + 1 >= len(words)
        or of_place(words, at)
    ):
        return 0
    last = words[at + 1]
    if last.low in PARTICLES and at + 2 < len(words) and last.low in ("de", "du", "le", "la", "el", "ben"):
        last = words[at + 2]
        if not (words[at].capital and last.capital) and last.low in common_words():
            return 0
    surname = last.low not in BODIES and (last.capital or last.low not in common_words())
    if not _beside(last) or not _may_be(last) or last.low in PARTICLES or not surname:
        return 0
    sure = words[at].low not in TOWNS or (words[at].capital and last.capital)
    return at + 1 if sure else 0


def of_place(words: Sequence[Word], at: int) -> bool:
    """Whether a street, a school or a hall is called so."""
    near = words[max(0, at - PLACE_REACH) : at]
    return any(word.low in PLACES for word in near)


def _names(words: Sequence[Word], start: int) -> Iterator[Span]:
    """The name that begins at `start`, and those that « et » or a comma joins to it: « Léo et Manon »."""
    end = name_end(words, start)
    yield words[start].start, words[end - 1].end
    while end < len(words):
        again = end + (words[end].low in _JOINED)
        joined = again > end or words[end].gap.strip() == ","
        if not joined or again >= len(words) or not _is_first(words[again]):
            return
        end = name_end(words, again)
        yield words[again].start, words[end - 1].end


def name_end(words: Sequence[Word], start: int) -> int:
    """The end of the name whose first word is at `start`."""
    at = start + 1
    while at < len(words) and at - start < MOST and _beside(words[at]) and _may_be(words[at]):
        word = words[at]
        if word.low in PARTICLES:
            at += 1
            continue
        known = words[at - 1].low in FIRST_NAMES and (word.low in SURNAMES or word.low not in common_words())
        if not (word.capital or known or word.low not in common_words()):
            break
        at += 1
    while words[at - 1].low in PARTICLES and at > start + 1:
        at -= 1
    return at


def _is_first(word: Word) -> bool:
    """Whether it is a first name, and nothing else where it has no capital."""
    return (
        word.low in FIRST_NAMES and (word.capital or word.low not in TOWNS) and word.written not in NOT_NAMES
    )


def _beside(word: Word) -> bool:
    """Whether nothing but a hyphen stands between it and the word before."""
    return word.gap.strip() in ("", "-")


def _may_be(word: Word) -> bool:
    return word.low not in NO_NAME and not word.written.isdecimal() and not begins_number(word.low)
