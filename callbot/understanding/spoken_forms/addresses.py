"""Postal addresses as callers say them: « douze bis rue des Lilas, trente et un mille quatre cents Toulouse »."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from callbot.understanding.normalise import fold
from callbot.understanding.spoken_forms.communes import Communes
from callbot.understanding.spoken_forms.numbers import begins_number, chunks_at, number_at
from callbot.understanding.spoken_forms.words import HESITATIONS, word_set

STREET_TYPES = word_set(
    "allee allees avenue av boulevard bd chaussee chemin cite clos cour cours descente domaine esplanade faubourg hameau "
    "impasse lieu lotissement mail montee parvis passage place placette pourtour promenade quai quartier residence rond route "
    "rue ruelle rte sente sentier square terrasse traverse venelle villa voie zone cami all ancienne ancien moulin petite petit "
    "carrefour galerie pont port imp pl parc "
    "jardin village barriere"
)
"""First words of the names of streets, folded."""
SUFFIXES = frozenset(("bis", "ter", "quater", "quinquies"))

_PIECE = re.compile(r"\d+|[^\W\d_]+|,")
_LEAD = HESITATIONS | word_set(
    "j habite je suis au le la c est mon adresse reste loge demeure situe numero a chez l un oui non alors et dans on"
)


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of an address that were understood; a part that was not said is empty. Hidden in `repr`."""

    number: str = field(default="", repr=False)
    """The house number in digits."""
    suffix: str = field(default="", repr=False)
    """bis, ter, or a letter."""
    street: str = field(default="", repr=False)
    """Type and name, as the recogniser wrote them."""
    postcode: str = field(default="", repr=False)
    """Five digits."""
    commune: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Postcode:
    """Five digits, or a department's two while it is read, and which words say them."""

    digits: str
    start: int
    end: int


def read_address(text: str, communes: Communes | None = None) -> Address | None:
    """The address in the utterance; None when neither a street nor a postcode was said.

    With `communes` the name of a commune is put right, found without comma or « à », and its postcodes settle what may be
    read in two ways (« cinquante neuf cent » is 50900 or 59100).
    """
    text = unicodedata.normalize("NFC", text).replace("’", "'")
    pieces = list(_PIECE.finditer(text))
    said = _folded(pieces, text)
    written = [piece[0].lower() for piece in pieces]

    def slice_of(start: int, end: int) -> str:
        while start < end and (said[start] in (",", "euh") or written[start] == "à"):
            start += 1
        while end > start and (said[end - 1] in (",", "euh") or written[end - 1] == "à"):
            end -= 1
        return text[pieces[start].start() : pieces[end - 1].end()] if start < end else ""

    street_at = next((at for at, word in enumerate(said) if word in STREET_TYPES), -1)
    postcode = _postcode(said, max(street_at, 0), communes, slice_of)
    end = postcode.start if postcode else len(said)
    number, suffix, start, end_of_street = _house_number(said, street_at, end)
    if postcode and slice_of(postcode.end, len(said)):
        commune, street_end = slice_of(postcode.end, len(said)), postcode.start
    else:
        street_end = _commune_start(said, written, start, end, communes)
        commune = slice_of(street_end, end)
    street = slice_of(start, min(street_end, end_of_street))
    if not street and not postcode:
        return None
    known = communes.find(commune, postcode.digits if postcode else None) if communes and commune else None
    return Address(
        number, suffix, street, postcode.digits if postcode else "", known.name if known else commune
    )


def _folded(pieces: Sequence[re.Match[str]], text: str) -> list[str]:
    """The pieces without case and accents; a number within a name, « Six-Fours », is marked so that it counts as none."""
    said = [fold(piece[0].lower()) for piece in pieces]
    for at in range(len(said) - 1):
        hyphen = text[pieces[at].end() : pieces[at + 1].start()] == "-"
        if hyphen and begins_number(said[at]) and not begins_number(said[at + 1]) and said[at + 1] != "et":
            said[at] = f"-{said[at]}"
    return said


def _house_number(said: Sequence[str], street_at: int, end: int) -> tuple[str, str, int, int]:
    """Number, suffix, and where the name of the street begins and ends: the number stands before it, or « au numéro … » after."""
    for at in range(end):
        if said[at] == "numero" and (found := number_at(said, at + 1)) and found.end <= end:
            suffix, after = _suffix(said, found.end, end)
            if at > street_at >= 0 or (street_at < 0 and at > 1):
                begin = max(street_at, 0)
                return str(found.value), suffix, begin, at - (said[at - 1] == "au")
            return str(found.value), suffix, street_at if street_at > at else after, end
    first = next((at for at, word in enumerate(said[:end]) if word not in _LEAD or _is_one(said, at)), end)
    begin = next((at for at in range(max(street_at, first + 1)) if at < end and begins_number(said[at])), -1)
    found = number_at(said, begin) if begin >= 0 and (street_at >= 0 or begin == first) else None
    if found and found.end < end and 0 < found.value < 100_000:
        suffix, after = _suffix(said, found.end, end)
        if street_at < 0 or after == street_at:
            return str(found.value), suffix, after, end
    return "", "", max(street_at, 0) if street_at >= 0 else end, end


def _is_one(said: Sequence[str], at: int) -> bool:
    """« un allée des Prés »: the article would not stand there."""
    return said[at] == "un" and said[at + 1 : at + 2] != [] and said[at + 1] in STREET_TYPES | SUFFIXES


def _suffix(said: Sequence[str], at: int, end: int) -> tuple[str, int]:
    word = said[at] if at < end else ""
    alone = len(word) == 1 and word.isalpha() and (at + 1 == end or said[at + 1] in STREET_TYPES | {","})
    if word in SUFFIXES:
        return word, at + 1
    return (word.upper(), at + 1) if alone else ("", at)


def _postcode(
    said: Sequence[str], start: int, communes: Communes | None, slice_of: Callable[[int, int], str]
) -> Postcode | None:
    """The last five digits after the street; those of the commune that follows, if it is known."""
    found: list[Postcode] = []
    at = start
    while at < len(said):
        here = list(postcodes_at(said, at)) if begins_number(said[at]) else []
        if here and said[at - 1 : at] != ["numero"]:
            found = here
            at = max(candidate.end for candidate in here)
            continue
        number = number_at(said, at) if begins_number(said[at]) else None
        at = number.end if number else at + 1
    if communes:
        for candidate in found:
            commune = communes.find(slice_of(candidate.end, len(said)), candidate.digits)
            if commune and candidate.digits in commune.postcodes:
                return candidate
    return found[0] if found else None


def postcodes_at(said: Sequence[str], at: int) -> Iterator[Postcode]:
    """« 31400 », « trente et un mille quatre cents », « zéro six (,) trois cent quarante », the most natural first."""
    if said[at].isdecimal() and len(said[at]) == 5:
        yield Postcode(said[at], at, at + 1)
        return
    whole = number_at(said, at)
    if whole and 10_000 <= whole.value < 99_000:
        yield Postcode(str(whole.value), at, whole.end)
    zero = said[at] in ("zero", "0")
    if zero and (small := number_at(said, at + 1)) and 1_000 <= small.value < 10_000:
        yield Postcode(f"0{small.value}", at, small.end)
    for department in _departments(said, at):
        after = department.end + (said[department.end : department.end + 1] == [","])
        for rest in _three_digits(said, after):
            yield Postcode(department.digits + rest.digits, at, rest.end)


def _departments(said: Sequence[str], at: int) -> Iterator[Postcode]:
    """Two digits: 10–98, or zero and one digit."""
    if said[at].isdecimal() and len(said[at]) == 2 and said[at] != "00":
        yield Postcode(said[at], at, at + 1)
    elif said[at] in ("zero", "0"):
        units = (found for found in chunks_at(said, at + 1) if 1 <= found.value <= 9)
        yield from (Postcode(f"0{found.value}", at, found.end) for found in units)
    else:
        tens = (found for found in chunks_at(said, at) if 10 <= found.value <= 98)
        yield from (Postcode(str(found.value), at, found.end) for found in tens)


def _three_digits(said: Sequence[str], at: int) -> Iterator[Postcode]:
    """100–999, « zéro dix-sept », « zéro zéro zéro »."""
    if said[at : at + 1] and said[at].isdecimal() and len(said[at]) == 3:
        yield Postcode(said[at], at, at + 1)
        return
    zeros = 0
    while at + zeros < len(said) and said[at + zeros] == "zero" and zeros < 3:
        zeros += 1
    if zeros == 3:
        yield Postcode("000", at, at + 3)
        return
    for found in chunks_at(said, at + zeros):
        digits = str(found.value)
        if len(digits) + zeros == 3:
            yield Postcode("0" * zeros + digits, at, found.end)


def _commune_start(
    said: Sequence[str], written: Sequence[str], start: int, end: int, communes: Communes | None
) -> int:
    """Where the commune begins when no postcode stands before it: after the last « à », a comma, or where a known name begins."""
    known = communes.at_end(said[start + 1 : end]) if communes else -1
    if known >= 0:
        return start + 1 + known
    marks = [at for at in range(start + 1, end) if written[at] in ("à", ",")]
    return marks[-1] if marks and marks[-1] + 1 < end else end
