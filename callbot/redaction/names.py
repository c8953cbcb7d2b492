"""Names that somebody tells: after « je m'appelle », « au nom de », « c'est madame … »; after a title; spelled letter by letter."""

from collections.abc import Iterator, Sequence

from callbot.redaction.first_names import BODIES, FIRST_NAMES, NOT_NAMES, SURNAMES
from callbot.redaction.text import Cues, Span, Word, common_words
from callbot.understanding.spoken_forms.names import ALSO_NAMES, NO_NAME, PARTICLES, TITLES, alike
from callbot.understanding.spoken_forms.numbers import begins_number
from callbot.understanding.spoken_forms.spelling import spelled_spans
from callbot.understanding.spoken_forms.words import HESITATIONS, phrases, word_set

_OWN = Cues(
    phrases(
        "je m'appelle",
        "mon nom c'est",
        "mon nom de famille c'est",
        "mon prénom c'est",
        "je me nomme",
        "on m'appelle",
        "il s'appelle",
        "elle s'appelle",
        "qui s'appelle",
        "my name is",
        "mi chiamo",
        "me llamo",
        "ich heiße",
    )
)
"""After these even a common word is a name: « je m'appelle Petit »."""
_TOLD = Cues(
    phrases(
        "au nom de",
        "c'est le nom de",
        "le nom est",
        "le nom c'est",
        "son nom est",
        "son nom c'est",
        "nom de famille",
        "nom de jeune fille",
        "de la part de",
        "mon nom est",
        "mon prénom est",
        "mon nom de famille est",
        "moi c'est",
        "née",
    )
)
_LABELS = word_set("nom prenom")
"""« nom Laurent, prénom Alain »: at the beginning, after a pause, or before a capital."""
_MAYBE = Cues(phrases("c'est", "je suis", "ici"))
"""After these, two words that no caller uses otherwise, or with capitals."""
_AT_TELEPHONE = Cues(phrases("à l'appareil", "au téléphone", "au bout du fil"))
_SURE_TITLES = frozenset(TITLES) - word_set("m maitre famille")
"""Those after which a name stands whether it has a capital or not."""
_SOMEBODY = word_set("un une le la ce cette des les vieux vieille jeune mon")
"""Before a title that stands for somebody unnamed: « un monsieur rôde »."""
_NO_PERSON = frozenset(NO_NAME) - ALSO_NAMES
_CUES = word_set("ca s epelle ecrit je vous l epele epeler c est donc alors euh voila ecrire avec")
_TO_LISTENER = word_set(
    "bonjour bonsoir merci oui non allo revoir plait pardon ok voila ah si bien alors euh"
)
"""Before a title that speaks to us: « bonjour madame tondre la pelouse »."""
_LEARNED = word_set("docteur maitre professeur")
_OFFICES = word_set(
    "maire president presidente prefet prefete adjoint adjointe procureur juge ministre directeur directrice conseiller conseillere depute "
    "secretaire commissaire responsable traitant scolaire generaliste specialiste nageur ouvrage oeuvre chanteur d conference nombreuse "
    "monoparentale recomposee accueil famille francaise entiere machin unetelle untel tout toute qui que"
)
"""After a title they are no names: « madame la maire », « docteur traitant », « maître nageur », « famille nombreuse »."""
_OF = word_set("de d du des")
MOST = 5
"""Words of a name, particles counted."""
SURE_LETTERS = 4
REACH = 8
"""Words before a spelling in which its name may have been said."""


def spans(text: str, words: Sequence[Word]) -> Iterator[Span]:
    """Each name, without its title."""
    for at in range(len(words)):
        yield from _after(words, at)
        yield from _before_telephone(words, at)
    yield from _spelled(text, words)


def _after(words: Sequence[Word], at: int) -> Iterator[Span]:
    """The name that the words at `at` announce."""
    for cues, common in ((_OWN, True), (_TOLD, False)):
        size = cues.at(words, at)
        if size:
            start = _past_titles(words, at + size)
            yield from _named(words, start, common=common, told=True)
            return
    if words[at].low in _LABELS and (at == 0 or words[at].after_pause or _capital_follows(words, at)):
        yield from _named(words, at + 1, common=at == 0, told=True)
        return
    if _common_name_follows(words, at):
        yield from _named(words, at + 1, common=True, told=False)
        return
    sure = words[at].low in _SURE_TITLES and not (at and words[at - 1].low in _SOMEBODY)
    if sure or (words[at].low in TITLES and _capital_follows(words, at)):
        yield from _named(words, at + 1, common=False, told=False)
        return
    size = _MAYBE.at(words, at)
    if size and words[at].low != "je" and _first_name_alone(words, at + size):
        yield words[at + size].start, words[at + size].end
        return
    pair = words[at + size : at + size + 2] if size else []
    certain = bool(pair) and (words[at].low != "je" or pair[0].capital or pair[0].low in FIRST_NAMES)
    if certain and len(pair) == 2 and not pair[1].after_pause and _unknown(pair[0]) and _surname(pair):
        yield from _named(words, at + size, common=False, told=False)


def _common_name_follows(words: Sequence[Word], at: int) -> bool:
    """Whether a title has a name after it that may be a word of everyday life: « je suis madame Petit », « le docteur Roux »."""
    title = words[at].low
    name = words[at + 1] if at + 1 < len(words) else None
    if (
        name is None
        or len(name.low) == 1
        or name.after_pause
        or name.low in _OFFICES
        or not _may_be(name, told=False)
    ):
        return False
    before = words[at - 1].low if at else ""
    known = name.low in SURNAMES or name.low in FIRST_NAMES
    if title in ("les", "des"):
        return _family(title, name, before)
    if title in _LEARNED or title == "famille":
        unknown = name.low not in common_words() and name.low not in PARTICLES
        return known or (unknown and (title != "famille" or before == "la"))
    return title in _SURE_TITLES and _person(words, at, known=known)


def _family(title: str, name: Word, before: str) -> bool:
    """« les Durand », « le chien des Lopez »."""
    if title == "des":
        return name.low in SURNAMES - common_words() and before in _PEOPLE_OF
    known = name.low in SURNAMES or name.low in FIRST_NAMES
    return known and name.low not in ("noel", "paris") and before not in _PLACES_BEFORE


def _person(words: Sequence[Word], at: int, *, known: bool) -> bool:
    """Whether « madame » at `at` goes with the word after it, and does not speak to us."""
    name, before = words[at + 1], words[at - 1].low if at else ""
    following = words[at + 2] if at + 2 < len(words) else None
    ends = following is None or following.after_pause or following.low in NO_NAME | PARTICLES | _AFTER_NAMES
    if known and ends:
        return True
    spoken_to = not before or before in _TO_LISTENER or before in _SOMEBODY or words[at].after_pause
    verb = name.low.endswith(("ez", "ons", "ait", "ais", "ent")) or name.low in PARTICLES
    return not spoken_to and not verb and (ends or name.low not in common_words())


_AFTER_NAMES = word_set("a m appelle qui dit fait font vient est habite demande avait va veut voudrait")
_PEOPLE_OF = word_set(
    "fils fille filles enfants enfant chien chat maison jardin haie voiture famille chez fille bruit mur arbre"
)
_PLACES_BEFORE = word_set("entre tous toutes residence lotissement ecole rue sur dans")


def _first_name_alone(words: Sequence[Word], at: int) -> bool:
    """« c'est Karim », « ici Yasmina de la rue Haute »: a first name and nothing that goes with it."""
    if at >= len(words) or words[at].low not in FIRST_NAMES or words[at].low in _PLACES_TOO:
        return False
    following = words[at + 1] if at + 1 < len(words) else None
    return following is None or following.after_pause or following.low in ("de", "a", "au", "et", "je")


_PLACES_TOO = word_set(
    "france florence lourdes rose pierre marine jade ambre noel iris claire eden max valentine"
)


def _past_titles(words: Sequence[Word], at: int) -> int:
    while at < len(words) and (
        words[at].low in TITLES
        or words[at].low in HESITATIONS - {"et"}
        or (words[at].low in ("la", "et", "c", "est", "de") and _title_near(words, at))
    ):
        at += 1
    return at


def _title_near(words: Sequence[Word], at: int) -> bool:
    return any(word.low in TITLES for word in words[at + 1 : at + 3])


def _capital_follows(words: Sequence[Word], at: int) -> bool:
    follows = words[at + 1] if at + 1 < len(words) else None
    return bool(follows and follows.capital and (not follows.after_pause or follows.gap.strip() == "."))


def _named(words: Sequence[Word], start: int, *, common: bool, told: bool) -> Iterator[Span]:
    """The words from `start` on that may be a name. `common`: the first one may be any word; `told`: numbers' names too."""
    while start < len(words) and words[start].low in _OF:
        start += 1
    at = start
    while at < len(words) and at - start < MOST:
        word = words[at]
        if word.after_pause and at > start and word.gap.strip() != ".":
            break
        if not told and at == start and word.after_pause and word.gap.strip() != ".":
            break
        if word.low in PARTICLES and (at + 1 < len(words) or at > start):
            at += 1
            continue
        first = all(one.low in PARTICLES for one in words[start:at])
        known = at > start and words[at - 1].low in FIRST_NAMES
        if not _may_be(word, told=told) or (
            word.low in common_words() and not word.capital and not known and not (common and first)
        ):
            break
        at += 1
    while at > start and words[at - 1].low in PARTICLES:
        at -= 1
    if at > start:
        yield words[start].start, words[at - 1].end


def _may_be(word: Word, *, told: bool) -> bool:
    if word.low in (_NO_PERSON if told else NO_NAME) or word.written.isdecimal():
        return False
    return not begins_number(word.low) or (told and word.capital)


def _unknown(word: Word) -> bool:
    """Whether it looks like a name without anything that announces one."""
    return (
        _may_be(word, told=False)
        and word.written not in NOT_NAMES
        and word.low not in PARTICLES | BODIES
        and (word.capital or word.low not in common_words())
    )


def _surname(pair: Sequence[Word]) -> bool:
    """Whether the second word may be a name after the first one."""
    return _unknown(pair[1]) or (pair[0].low in FIRST_NAMES and _may_be(pair[1], told=False))


def _before_telephone(words: Sequence[Word], at: int) -> Iterator[Span]:
    """« Josette Perrin à l'appareil »."""
    if not _AT_TELEPHONE.at(words, at):
        return
    start = at
    while start > 0 and at - start < 3 and _may_be(words[start - 1], told=False):
        if words[start - 1].low in common_words() and not words[start - 1].capital:
            break
        start -= 1
    if start < at:
        yield words[start].start, words[at - 1].end


def _spelled(text: str, words: Sequence[Word]) -> Iterator[Span]:
    """Spellings, and the names before them that they spell."""
    if sum(len(word.low) == 1 for word in words) < 2:
        return
    for start, end, letters in spelled_spans(text):
        at = next((n for n, word in enumerate(words) if word.start >= start), len(words))
        said = _said_before(words, at, letters)
        alone = not text[:start].strip() and not text[end:].strip()
        if said is None and len(letters) < SURE_LETTERS and not alone:
            continue
        yield start, end
        if said is not None:
            yield words[said].start, words[said].end
            yield from _first_names(words, said)


def _said_before(words: Sequence[Word], at: int, letters: str) -> int | None:
    """Which word before `at` the letters spell."""
    for place in range(at - 1, max(-1, at - 1 - REACH), -1):
        word = words[place]
        if len(word.low) > 1 and word.low not in _CUES and alike(word.low, letters.lower()):
            return place
    return None


def _first_names(words: Sequence[Word], name: int) -> Iterator[Span]:
    """Words beside a name that belong to it: « Jean Dupont D U P O N T »."""
    at = name
    while at > 0 and name - at < 3:
        before = words[at - 1]
        belongs = before.low in PARTICLES or (
            _may_be(before, told=False) and (before.capital or before.low not in common_words())
        )
        if not belongs or words[at].after_pause:
            break
        at -= 1
    while at < name and words[at].low in PARTICLES:
        at += 1
    if at < name:
        yield words[at].start, words[name - 1].end
