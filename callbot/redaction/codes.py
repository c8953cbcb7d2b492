"""What an office knows somebody or something of theirs by: plates of vehicles, social-security numbers, IBAN, numbers of papers.

Spelled or written: « AB-123-CD », « a b cent vingt-trois c d ». Long runs of plain figures are `masking.without_numbers`' business.
"""

from collections.abc import Iterator, Sequence

from callbot.redaction.text import Cues, Span, Word, common_words
from callbot.understanding.spoken_forms.numbers import begins_number, is_number, number_at
from callbot.understanding.spoken_forms.spelling import letter_named
from callbot.understanding.spoken_forms.words import phrases, word_set

_NAMED = Cues(
    phrases(
        "sécurité sociale",
        "numéro de sécu",
        "numéro sécu",
        "carte vitale",
        "numéro insee",
        "iban",
        "i b a n",
        "rib",
        "r i b",
        "compte bancaire",
        "carte bancaire",
        "carte bleue",
        "plaque",
        "plaques",
        "immatriculation",
        "immatriculé",
        "immatriculée",
        "numéro d'allocataire",
        "allocataire",
        "numéro fiscal",
        "numéro de passeport",
        "numéro du passeport",
        "numéro de la carte",
        "numéro de carte",
        "numéro de ma carte",
        "numéro de permis",
        "numéro de mon permis",
        "numéro d'identité",
        "numéro étranger",
        "mon passeport c'est",
        "passeport numéro",
        "passeport est le",
        "carte d'identité numéro",
        "titre de séjour numéro",
        "titre de séjour",
    )
)
"""What says that such a number follows."""
_PLATE = Cues(phrases("plaque", "plaques", "immatriculation", "immatriculé", "immatriculée"))
_SECRET = Cues(
    phrases(
        "digicode",
        "code c'est",
        "code est",
        "code d'entrée",
        "code d'accès",
        "code de la porte",
        "code de l'immeuble",
        "code de la carte",
        "code secret",
        "code confidentiel",
        "code wifi",
        "code pin",
    )
)
"""Before a few figures that open something."""
_PASSWORD = Cues(phrases("mot de passe c'est", "password is", "identifiant c'est"))
SECRET_REACH = 5
REACH = 8
"""Words between it and the number."""
FEWEST = 5
"""Letters and figures of one that was named; dates and prices have fewer."""
FEWEST_UNNAMED = 10
"""Letters and figures of one that was not."""
_JOINTS = word_set("tiret espace trait union d puis ensuite et majuscule slash")
_NO_LETTER = word_set("h a y l d")
"""Single letters that stand between numbers in sentences: « 8 h 30 à 12 h », « 3 a 5 »."""
_WORDS = frozenset(("à", "thé", "dès", "haut", "eau"))
"""Letters' names that are words of everyday life."""
_NO_CODE = word_set("euros euro ans an heures heure h mois jours jour semaines fois metres kilos personnes")
"""After a number, they say that it is no code."""
_UNITS = word_set("cm ce cp ps ms gs mn mm km kg ml cl mo go tv eu te se ne me je tu il on")
"""Pairs of letters beside numbers that are a school year, a measure or a small word."""
_SMALL = word_set("au du le la de en ou")
"""Words that are a plate's letters only around three figures: « de 123 le », and not « au 12 du boulevard »."""
_COUNTRIES = word_set("fr be lu ch de es it pt mc")


def spans(words: Sequence[Word]) -> Iterator[Span]:
    """Each plate and number."""
    named_until, plate_until, at = 0, 0, 0
    while at < len(words):
        if _NAMED.at(words, at):
            named_until = at + _NAMED.at(words, at) + REACH
        if _PLATE.at(words, at):
            plate_until = at + 1 + REACH
        secret = _secret(words, at)
        if secret:
            yield words[secret[0]].start, words[secret[1] - 1].end
            at = secret[1]
            continue
        end = (
            _iban(words, at)
            or _mixed(words, at)
            or plate_end(words, at, named=at < plate_until)
            or _code(words, at, named=at < named_until)
        )
        if end:
            yield words[at].start, words[end - 1].end
            named_until = 0
        at = end or at + 1


def _mixed(words: Sequence[Word], at: int) -> int:
    """The end of « 12AB34567 », letters and figures without a space, as on papers; 0: none begins at `at`."""
    end = at + 1
    while end < len(words) and not words[end].gap and not words[end - 1].written.endswith(("'", "’")):
        end += 1
    parts = [word.written for word in words[at:end]]
    figures = sum(len(part) for part in parts if part.isdecimal())
    letters = [part for part in parts if not part.isdecimal()]
    short = all(len(part) <= 3 for part in letters)
    hours = {"h", "H", "mn", "min", "e", "er"} & {*letters}
    signs = figures + sum(map(len, letters))
    return end if letters and short and not hours and figures >= 4 and signs >= FEWEST + 2 else 0


def _secret(words: Sequence[Word], at: int) -> tuple[int, int] | None:
    """Where the figures are that open a door, or the words that are a password; None: nothing at `at` announces them."""
    size = _PASSWORD.at(words, at)
    if size and at + size < len(words):
        end = at + size + 1
        while (
            end < min(len(words), at + size + 3)
            and not words[end].after_pause
            and words[end].low not in _AFTER_PASSWORD
        ):
            end += 1
        return at + size, end
    size = _SECRET.at(words, at)
    for start in range(at + size, min(at + size + SECRET_REACH, len(words))) if size else ():
        end, signs = _run(words, start) if begins_number(words[start].low) else (start, 0)
        if signs >= FEWEST_OF_SECRET:
            return start, end if not _more_words(words, end) else start + 1
    return None


FEWEST_OF_SECRET = 3
_AFTER_PASSWORD = word_set("et mais voila and")


def plate_end(words: Sequence[Word], at: int, *, named: bool) -> int:
    """The end of the plate that begins at `at`: two letters, a number, two letters, or of before 2009; 0: none does.

    `named`: it was said that one follows, so that « de 123 le » may be one, as a recogniser writes it small.
    """
    for letters_first in (True, False):
        first = _letters(words, at, (2,), any_word=named) if letters_first else _figures(words, at, 1, 4)
        if not first:
            continue
        middle = _figures(words, first, 1, 3) if letters_first else _letters(words, first, (3, 2))
        if not middle:
            continue
        last = (
            _letters(words, middle, (2,), any_word=named) if letters_first else _figures(words, middle, 2, 2)
        )
        if last and not words[last - 1].written.endswith(("'", "’")) and not _more_words(words, last):
            parts = {word.low for word in words[at:last]}
            if parts & _UNITS and not (named and letters_first):
                continue
            if parts & _SMALL and not (letters_first and _three_figures(words, at, last)):
                continue
            return last
    return 0


def _three_figures(words: Sequence[Word], at: int, end: int) -> bool:
    """Whether the number between a plate's letters has three, as all have since 2009."""
    low = [word.low for word in words[at:end]]
    start = next((n for n, one in enumerate(low) if begins_number(one)), None)
    found = number_at(low, start) if start is not None else None
    return bool(found and (found.value > 99 or low[start or 0] == "0" or len(low[start or 0]) == 3))


def _more_words(words: Sequence[Word], end: int) -> bool:
    return end < len(words) and words[end].low in _NO_CODE


def _letters(words: Sequence[Word], at: int, numbers: tuple[int, ...], *, any_word: bool = False) -> int:
    """The end of exactly so many letters at `at`: one word, or each by its name; 0: they are not there."""
    at = _past_joints(words, at)
    for number in numbers:
        if at < len(words) and _glued_letters(words[at], number, any_word=any_word):
            return at + 1
        end, got = at, 0
        while end < len(words) and got < number and (size := _letter_size(words, end)):
            end, got = end + size, got + 1
        if got == number:
            return end
    return 0


def _glued_letters(word: Word, number: int, *, any_word: bool) -> bool:
    written = word.written
    if len(written) != number or not written.isalpha() or not written.isascii():
        return False
    return any_word or written.isupper() or word.low not in common_words()


def _letter_size(words: Sequence[Word], at: int) -> int:
    """How many words name a letter at `at`: « b », « bé », « double v », « i grec »; 0: none do."""
    written = words[at].written.lower()
    two = [word.low for word in words[at : at + 2]]
    if two in (["double", "v"], ["double", "ve"], ["i", "grec"]):
        return 2
    if written.endswith(("'", "’")) or written in _WORDS:
        return 0
    named = letter_named(written)
    sure = len(written) == 1 or not written.isascii() or words[at].low not in common_words()
    return int(bool(named) and sure)


def _figures(words: Sequence[Word], at: int, fewest: int, most: int) -> int:
    """The end of a number of so many figures at `at`: one number, or figure by figure; 0: it is not there."""
    at = _past_joints(words, at)
    low = [word.low for word in words[at : at + 8]]
    end, got, enough = 0, 0, 0
    while end < len(low) and begins_number(low[end]) and got < most:
        found = number_at(low, end)
        if not found:
            break
        got += len(low[end]) if low[end].isdecimal() and found.end == end + 1 else len(str(found.value))
        end = found.end
        enough = at + end if fewest <= got <= most else enough
    return enough


def _past_joints(words: Sequence[Word], at: int) -> int:
    while at < len(words) and words[at].low in ("tiret", "espace"):
        at += 1
    return at


def _iban(words: Sequence[Word], at: int) -> int:
    """The end of « FR76 3000 6000 … 189 »: a country's letters and a long run; 0: none."""
    start = 0
    if words[at].low in _COUNTRIES and (words[at].written.isupper() or words[at].low == "fr"):
        start = at + 1
    elif [word.low for word in words[at : at + 2]] == ["f", "r"]:
        start = at + 2
    if not start or start >= len(words) or not begins_number(words[start].low):
        return 0
    end, signs = _run(words, start)
    return end if signs >= FEWEST_UNNAMED else 0


def _code(words: Sequence[Word], at: int, *, named: bool) -> int:
    """The end of the letters and figures that begin at `at`, where they are enough for a code; 0: they are not."""
    if not (begins_number(words[at].low) or (named and _letter_size(words, at))):
        return 0
    if at and begins_number(words[at - 1].low) and not words[at].after_pause:
        return 0
    end, signs = _run(words, at, ";:!?" if named else ",;:!?")
    has_letter = any(not begins_number(word.low) and word.low not in _JOINTS for word in words[at:end])
    if _more_words(words, end) or not (named or has_letter) or _is_year(words, at, end):
        return 0
    return end if signs >= (FEWEST if named else FEWEST_UNNAMED) else 0


def _run(words: Sequence[Word], at: int, stops: str = ";:!?") -> tuple[int, int]:
    """The end of the letters and numbers from `at` on, up to one of `stops`, and how many signs they stand for."""
    low = [word.low for word in words]
    end, signs, last = at, 0, at
    while end < len(words):
        if any(sign in words[end].gap for sign in stops) and end > at:
            break
        found = number_at(low, end) if begins_number(low[end]) else None
        if found:
            signs += len(low[end]) if low[end].isdecimal() else len(str(found.value))
            end = last = found.end
        elif low[end] not in _NO_LETTER and (size := _letter_size(words, end)):
            signs, end = signs + 1, end + size
            last = end
        elif _is_mixed(words[end]) and end > at:
            signs, end = signs + len(low[end]), end + 1
            last = end
        elif low[end] in _JOINTS and end > at:
            end += 1
        else:
            break
    return last, signs


def _is_mixed(word: Word) -> bool:
    """Letters in capitals, or glued to figures: « 34AB »."""
    if word.low in ("h", "mn", "min"):
        return False
    return word.written.isalpha() and len(word.written) < 4 and (word.written.isupper() or not word.gap)


def _is_year(words: Sequence[Word], at: int, end: int) -> bool:
    """« mille neuf cent quatre-vingt-dix-huit » is one number, and no code."""
    low = [word.low for word in words[at:end]]
    found = number_at(low)
    return bool(found and found.end == len(low) and not is_code_number(low, found.value))


def is_code_number(low: Sequence[str], value: int) -> bool:
    """Whether one whole number may be a code: in figures, and of five or more."""
    return is_number(low[0]) and low[0].isdecimal() and value >= 10 ** (FEWEST - 1)
